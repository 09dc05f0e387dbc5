"""What an article gives for a source's anonymity: "who asked not to be named because he may not speak"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.quotes.regions import Region
from rag.quotes.scene import SUBJECTS, Scene
from rag.types import Speaker

_KEPT_BACK = re.compile(
    r"""(?ix)\b(?:
      anonymity | anonymously | remain(?:ed|s|ing)?\ anonymous
    | (?:not|declin\w+|refus\w+|without|unwilling|reluctant|afraid)(?:\s\w+){0,3}?\s(?:be|being)\s(?:named|identified|quoted)
    | (?:declin|refus)\w+\sto\s(?:give|provide|share|disclose|reveal|use)\s(?:\w+\s){1,2}names?
    | (?:names?|identit(?:y|ies))\s(?:\w+\s){0,3}?(?:withheld|changed|used|published|protected)
    | not\s(?:authori[sz]ed|allowed|permitted|cleared)\sto\s(?:\w+\s)?(?:speak|talk|comment|discuss|brief|disclose)
    )\b"""
)
"""The few forms in which newspapers tell that somebody is not named, and that somebody may not speak."""
_ENDS = re.compile(r"[,;:()\[\]“”\"—–\n]| - |''|``")
_GOES_ON = re.compile(r",? (?:because|citing|since|as|for fear|due to|given|out of|fearing|saying|lest)\b")
_DEFINITE = re.compile(r"(?i)(?:the|this|that|these|those)\b")
_HIGHEST = 12  # heads that are climbed to the clause


class Anonymity:
    """The reasons for anonymity that one article gives; ``regions`` are its quotations, in which others speak."""

    def __init__(self, scene: Scene, regions: Sequence[Region]) -> None:
        self.scene, self.text = scene, scene.text
        self.regions = regions
        self.found = list(self._find()) if scene.doc.words else []
        """The word for whoever is not named, and the slice that tells why."""

    def reasons(self, speakers: Iterable[Speaker]) -> dict[int | None, tuple[int, int]]:
        """The reason for each speaker without a name, by where the mention starts.

        "The official" is the one who was told of before as "a senior official", and has the same reason.
        """
        if not self.found:
            return {}
        places = {one.start: _described(one) for one in speakers if one.start is not None}
        heads = {start: self.scene.head_of(*place) for start, place in places.items()}
        holders = dict(self.found)
        told = {start: head for start, head in heads.items() if head is not None}
        told |= {self.scene.doc.words[holder].start: holder for holder in holders if holder not in told.values()}
        reasons: dict[int | None, tuple[int, int]] = {}
        for same in self._chains(told):
            given = [holders[told[start]] for start in same if told[start] in holders]
            reasons |= {start: given[0] for start in same if given}
        return {start: reason for start, reason in reasons.items() if start in places}

    def _chains(self, told: dict[int, int]) -> list[list[int]]:
        """Where people are told of, by who they are: a definite mention goes on with the last of the same noun."""
        chains: list[list[int]] = []
        last: dict[str, list[int]] = {}
        for start, head in sorted(told.items()):
            noun = self.scene.low(head)
            if noun in last and self._is_definite(head):
                last[noun].append(start)
            else:
                last[noun] = [start]
                chains.append(last[noun])
        return chains

    def _is_definite(self, head: int) -> bool:
        words = self.scene.doc.words
        before = (words[child] for child in self.scene.children.get(head, ()) if child < head)
        return any(_DEFINITE.fullmatch(self.text[one.start : one.end]) for one in before)

    def _find(self) -> Iterable[tuple[int, tuple[int, int]]]:
        end = 0
        for match in _KEPT_BACK.finditer(self.text):
            said = any(region.start < match.start() < region.end for region in self.regions)
            if said or match.start() < end:
                continue
            start, holder = self._clause(self.scene.word_at(match.end() - 1))
            if holder is not None:
                start = min(start, match.start())
                end = self._end(match.end(), holder)
                yield holder, (start, end)

    def _clause(self, number: int) -> tuple[int, int | None]:
        """Where the clause begins that a word belongs to, and the word for the one of whom it tells."""
        words, start, part = self.scene.doc.words, self.scene.doc.words[number].start, True
        for _ in range(_HIGHEST):
            word = words[number]
            if word.relation in ("relcl", "acl") and word.head != number:
                return min(start, words[self._leftmost(number)].start), word.head
            subjects = [one for one in self.scene.children.get(number, ()) if words[one].relation in SUBJECTS]
            pronoun = any(self.scene.doc.words[one].tag.startswith("W") for one in subjects)
            if subjects and not pronoun:
                return (min(start, word.start) if part else start), subjects[0]
            if not word.tag.startswith("NN"):  # "on condition", of "confirmed the meeting on condition"
                start = min(start, words[self._leftmost(number)].start if pronoun else word.start)
            if word.head == number:
                break
            part = word.relation in ("xcomp", "ccomp", "conj", "acomp", "aux", "auxpass")
            number = word.head
        return start, None

    def _leftmost(self, number: int) -> int:
        for child in self.scene.children.get(number, ()):
            if child < number and self.scene.doc.words[child].relation != "punct":
                return self._leftmost(child)
        return number

    def _end(self, position: int, holder: int) -> int:
        """Where the reason ends: with its clause and one that goes on with "because", before what the source says."""
        words, stop = self.scene.doc.words, self.scene.doc.sentences[self.scene.sentence_at(position - 1)][1]
        governor = words[holder].head
        if words[governor].start > position:
            auxiliaries = (
                one for one in self.scene.children.get(governor, ()) if words[one].relation.startswith("aux")
            )
            stop = min([stop, words[governor].start, *(words[one].start for one in auxiliaries)])
        while (mark := _ENDS.search(self.text, position, stop)) and _GOES_ON.match(self.text, mark.start(), stop):
            position = mark.end()
        end = mark.start() if mark else stop
        return position + len(self.text[position:end].rstrip(" .,!?"))


def _described(speaker: Speaker) -> tuple[int, int]:
    """Where a speaker is described: for the "who" of "a man who" that is "a man"."""
    named = speaker.named_at
    return (named.start, named.end) if named else (speaker.start or 0, speaker.end or 0)
