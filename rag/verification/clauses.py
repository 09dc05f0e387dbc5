"""Verbs of a sentence and what stands with them, told by forms and order alone: English says who did what by order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.language.speech import is_of_saying
from rag.verification.evidence import Said, Word
from rag.verification.quantities import is_number

BE = frozenset("is are was were be been being am".split())
MODALS = frozenset("will would shall should may might can could must cannot won't wouldn't couldn't can't".split())
AUXILIARIES = BE | MODALS | frozenset("has have had do does did didn't doesn't don't hasn't hadn't haven't".split())
_BETWEEN = frozenset("not never also still now already yet once again only soon later".split())
_BEFORE_NOUNS = frozenset("a an the his her its their our my this that these those of in at by for with no".split())
_PAST = frozenset(
    """arose ate beat became began bent bet bit blew bore bought bound broke brought built burnt came caught chose clung cost
    cut dealt drank drew drove dug fed fell felt fled flew forbade forgot forgave fought found froze gave gone grew held hid
    hit hung hurt kept knelt knew laid led left lent let lost lit made meant met paid put quit ran rang rose sang sank sat saw
    sent set shook shot shut slept slid sold spent spread stole stood struck stuck swam swore swung taken taught took tore
    threw undertook understood upheld won wore wept withdrew woke wrote broken given drawn driven eaten fallen
    flown forgotten got frozen grown hidden known ridden risen seen shaken shown spoken stolen sworn thrown told torn woken
    worn written""".split()
)
_NO_VERBS = frozenset(
    "hundred need indeed bed red seed speed feed weed breed bleed shed sacred wicked naked kindred".split()
)
_HARD = re.compile(r"[;:\"]")
_NEW_CLAUSE = re.compile(r"\b(?:and|but|while|whereas|because|although|though|that|who|which|when|so)\b")
_RANGE = re.compile(r"\d\S*\W+and\W*$")
_ENDS = frozenset("said says say told tells added that than because".split())
NEAR = 3
"""Topic words on either side of a verb that can be its own."""


@dataclass(frozen=True, slots=True)
class Deed:
    """A verb of a sentence by its place, and whether somebody does it or, in the passive, has it done to them."""

    said: Said
    place: int
    passive: bool

    @property
    def word(self) -> Word:
        """The verb."""
        return self.said.words[self.place]

    @property
    def stem(self) -> str:
        """The verb's stem."""
        return self.word.stem

    @property
    def modal(self) -> str:
        """The "may" or "will" that it stands under, in small letters; "" without one."""
        place = self.place - 1
        while place >= 0 and self.said.words[place].low in BE | _BETWEEN | {"have"}:
            place -= 1
        return self.said.word_at(place) if self.said.word_at(place) in MODALS else ""

    @property
    def infinitive(self) -> bool:
        """Whether it stands behind "to", or "to be"."""
        place = self.place
        while self.said.word_at(place - 1) in ("be", "have"):
            place -= 1
        return _before(self.said, place) == "to"

    @property
    def negated(self) -> bool:
        """Whether a "not" stands near before it."""
        before = [word.low for word in self.said.words[max(0, self.place - 4) : self.place]]
        return any(word in ("not", "never", "no") or word.endswith("n't") for word in before)

    @property
    def under(self) -> str:
        """The word before the "to" of an infinitive, in small letters."""
        place = self.place - 1
        while place >= 0 and self.said.words[place].low != "to":
            place -= 1
        return self.said.word_at(place - 1)


@lru_cache(1024)
def deeds(said: Said) -> tuple[Deed, ...]:
    """The verbs of a sentence that carry its topic, in order; auxiliaries are none."""
    return tuple(
        Deed(said, place, _is_passive(said, place)) for place in range(len(said.words)) if is_verb(said, place)
    )


@lru_cache(20_000)
def is_verb(said: Said, place: int) -> bool:
    """Whether a word can only be a verb: by its past form, or because an auxiliary or "to" stands before it."""
    word = said.words[place]
    if not word.stem or word.low in AUXILIARIES or word.low in _NO_VERBS or (place and not word.text[0].islower()):
        return False
    before = _before(said, place)
    if before in _BEFORE_NOUNS or said.text[: word.start].endswith("'s "):
        return False
    if before in MODALS or before in ("to", "did", "does", "do", "not"):
        return word.low.isalpha()
    return (word.low in _PAST and place > 0) or (word.low.endswith("ed") and len(word.low) > 3)


def _before(said: Said, place: int) -> str:
    """The word before, adverbs passed over."""
    while place and said.words[place - 1].low in _BETWEEN - {"not"}:
        place -= 1
    return said.words[place - 1].low if place else ""


def _is_passive(said: Said, place: int) -> bool:
    return any(
        word.low in BE for word in said.words[max(0, place - 3) : place] if not word.stem or word.low in BE
    ) and (_before(said, place) in BE or (place > 1 and said.words[place - 2].low in BE))


def governors(said: Said, place: int) -> list[Deed]:
    """The verbs that a word can stand with: the one before it, the next where a new clause begins, both about a comma."""
    found = deeds(said)
    before = next((one for one in reversed(found) if one.place < place), None)
    after = next((one for one in found if one.place > place), None)
    if before and _HARD.search(said.between(before.place, place)):
        before = None
    if after and (_HARD.search(said.between(place, after.place)) or " than " in said.between(place, after.place)):
        after = None
    if before is None or after is None:
        return [one for one in (before, after) if one]
    between = said.between(before.place, place)
    if any(not _RANGE.search(between[: match.end()]) for match in _NEW_CLAUSE.finditer(between)):
        return [after]
    return [before, after] if "," in between else [before]


def around(deed: Deed) -> tuple[frozenset[str], frozenset[str]]:
    """The stems of the nearest topic words on the left and on the right of a verb, up to the next verb."""
    return frozenset(_beside(deed, -1)), frozenset(_beside(deed, 1))


def _beside(deed: Deed, step: int) -> Iterator[str]:
    said, place, count = deed.said, deed.place + step, 0
    while 0 <= place < len(said.words) and count < NEAR:
        word = said.words[place]
        if is_verb(said, place) or word.low in _ENDS or _HARD.search(said.between(*sorted((place, place - step)))):
            return
        if step < 0 and word.low in ("he", "she"):
            yield from _named_before(said, place)
            return
        if word.stem and word.low not in AUXILIARIES and not is_number(word.low):
            count += 1
            yield word.stem
        place += step


def _named_before(said: Said, place: int) -> Iterator[str]:
    """The stems of the name that he or she most likely is: the last one before, titles among them."""
    while place > 0 and not (said.words[place].text[0].isupper() and said.words[place].stem):
        place -= 1
    while place >= 0 and said.words[place].text[0].isupper():
        if said.words[place].stem:
            yield said.words[place].stem
        place -= 1


def is_told(said: Said, place: int) -> bool:
    """Whether a noun is one of telling, and what is told follows: "gave the reason that", "the claim that"."""
    return is_of_saying(said.words[place].low) and said.word_at(place + 1) == "that"
