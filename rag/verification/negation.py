"""Whether a sentence says no where its source says yes, or the other way round, near the same words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.verification.evidence import Evidence, Said, Word, topic_stem
from rag.verification.names import name_stems

_NOT = frozenset("not never no nobody none nothing neither nor without cannot".split())
_AS_GOOD = frozenset(
    topic_stem(word)
    for word in """deny refuse reject fail decline lack rule unable unlikely stop avoid prevent dismiss dispute refute forbid
    ban block hardly barely rarely seldom nowhere impossible abandon cancel halt""".split()
)
"""Stems of words that say no as well."""
_DENIALS = frozenset(topic_stem(word) for word in "deny reject dispute refute".split())
"""Those under which a whole clause stands."""
_ANYBODY = frozenset(topic_stem(word) for word in "somebody someone anybody anyone nobody".split())
_NO_NOT = re.compile(
    r"\bnot (?:only|just|least|merely|so much)\b|\bno (?:doubt|matter|less|fewer|more than|sooner|\d)|\bwhether or not\b",
    re.I,
)
_NO_EVIDENCE = re.compile(
    r"\b(?:no|not any|without|little|lack of|never any) \"?(?:\w+ )?(?:evidence|signs?|indications?|proof|suggestions?|hints?|"
    r"confirmation)\b\"? (?:\w+ )?(?=of\b|that\b|for\b|to suggest\b)",
    re.I,
)
"""What is told after it, as far as its clause goes, is not so."""
_CLAUSE_ENDS = re.compile(r",| and\b")
_BREAKS = re.compile(r"[;:.!?]|\"(?=[\s,])|,? \b(?:but|although|though|while|because|however)\b")
WHOLE = 2  # topic words of a sentence that is told as a whole
COMPARED = 3  # parts of the source that are compared
NEAR = 6  # words over which a "not" reaches
AFTER = 4  # words before one that can be meant, too: "the approval was not given"


def contradiction(said: Said, evidence: Evidence) -> str | None:
    """Why a sentence contradicts the slices by a "not" too many or too few; None if it does not."""
    if denied := _denied_whole(said, evidence):
        return f"the cited paragraph says “{denied.text}”; the sentence leaves the “not” out"
    compared = _compared(said, evidence)
    if not compared:
        return None
    for anchor in _denied(said, in_quotes=False):  # inside them the words have to be the source's own to the letter
        same = [one for one in compared if anchor.stem in one.topics]
        if same and not any(_says_no(one, anchor.stem, AFTER) for one in same):
            return f"the sentence says “not {anchor.text}”; the cited paragraph does not"
    best = compared[0]
    for anchor in _denied(best, in_quotes=True):
        affirmed = anchor.stem in said.topics and not _says_no(said, anchor.stem, AFTER)
        elsewhere = any(anchor.stem in one.topics and not _says_no(one, anchor.stem) for one in compared)
        if affirmed and not elsewhere:
            return f"the cited paragraph says “not {anchor.text}”; the sentence leaves the “not” out"
    if word := _only_denied(said, evidence):
        return f"the cited paragraph speaks of “{word.text}” only to say that it is not so"
    return None


def _only_denied(said: Said, evidence: Evidence) -> Word | None:
    """A word of a sentence without a no, all of whose places in the source stand after one."""
    if _cues(said) or any(word.stem in _AS_GOOD for word in said.words) or _NO_EVIDENCE.search(said.text):
        return None
    names = name_stems(said)
    for word in said.words:
        if word.stem and word.stem not in names:
            holders = [one for one in evidence.sentences if word.stem in one.topics]
            if holders and all(_is_unproven(one, word.stem) for one in holders):
                return word
    return None


def _is_unproven(said: Said, stem: str) -> bool:
    """Whether all that a sentence says of a word is that there is no evidence of it."""
    found = _NO_EVIDENCE.search(said.text)
    if found is None:
        return False
    ends = [one.start() for pattern in (_BREAKS, _CLAUSE_ENDS) if (one := pattern.search(said.text, found.end()))]
    stop = min(ends, default=len(said.text))
    return all(found.end() <= word.start < stop for word in said.words if word.stem == stem)


def _denied_whole(said: Said, evidence: Evidence) -> Said | None:
    """A sentence of the source that says no, all of which the sentence has, except for the no."""
    for one in evidence.sentences:
        if len(one.topics) >= WHOLE and one.topics <= said.topics and _denied(one, in_quotes=True) and not _cues(said):
            return None if any(word.stem in _AS_GOOD for word in said.words) else one
    return None


def _compared(said: Said, evidence: Evidence) -> list[Said]:
    """The parts of sentences that say nearly as much of the sentence as the best one does."""
    parts = [Said(part, one.place) for one in evidence.sentences for part in one.text.split(";")]
    content = said.topics - name_stems(said) - _ANYBODY or said.topics
    best = sorted((one for one in parts if content & one.topics), key=lambda one: -len(content & one.topics))[:COMPARED]
    most = len(content & best[0].topics) if best else 0
    return [one for one in best if len(content & one.topics) >= 0.7 * most] if 2 * most >= len(content) else []


def _cues(said: Said) -> list[int]:
    """Places of the words that say no."""
    exempt = [match.span() for match in _NO_NOT.finditer(said.text)]
    return [
        number
        for number, word in enumerate(said.words)
        if (word.low in _NOT or word.low.endswith("n't") or (word.low == "yet" and said.word_at(number + 1) == "to"))
        and not any(start <= word.start < end for start, end in exempt)
    ]


def _denied(said: Said, in_quotes: bool) -> list[Word]:
    """For each "not", inside quotation marks or not, the next word that carries the topic if nothing breaks off before it."""
    found = []
    for cue in _cues(said):
        if not in_quotes and said.text.count('"', 0, said.words[cue].start) % 2:
            continue
        following = next((word for word in said.words[cue + 1 : cue + NEAR] if word.stem), None)
        if following is not None and not _BREAKS.search(said.text[said.words[cue].end : following.start]):
            found.append(following)
    return found


def _says_no(said: Said, stem: str, after: int = 0) -> bool:
    """Whether some word of that stem stands near after a word that says no, or as near before one as ``after`` words."""
    places = [number for number, word in enumerate(said.words) if word.stem == stem]
    cues = _cues(said)
    as_good = [number for number, word in enumerate(said.words) if word.stem in _AS_GOOD]
    denials = [number for number, word in enumerate(said.words) if word.stem in _DENIALS]
    return any(
        any(-after <= place - cue <= NEAR for cue in cues)
        or any(0 < place - cue <= NEAR for cue in as_good)
        or any(cue < place for cue in denials)
        for place in places
    )


def denies(said: Said) -> bool:
    """Whether somebody denies something in a sentence."""
    return any(word.stem in _DENIALS for word in said.words)


def count_negations(words: Sequence[Word]) -> int:
    """How often a text says no."""
    return sum(word.low in _NOT or word.low.endswith("n't") or word.stem in _AS_GOOD for word in words)
