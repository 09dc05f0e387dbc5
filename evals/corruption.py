"""Sentences "X said that …" made of human gold statements, and lies made of these by program: the same for the same seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rag.quotes.lexicon import FUNCTION_WORDS, TITLES
from rag.speakers import may_be, take_apart

KINDS = ("speaker", "number", "date", "negation", "name")
ROUNDS = 5  # some kinds are rare: a statement can be made a lie in several ways
PLAIN_CUES = frozenset(
    """said says added told denied warned argued claimed announced insisted noted explained stated acknowledged conceded
    promised predicted suggested alleged admitted confirmed declared complained reported believes argues claims adds""".split()
)
_TELLING = frozenset(["told"])
_DOUBTFUL = re.compile(
    r"(?i)not|n['’]t|den[iy]|declin|refus|disput|reject|would|could|might|will|if|expect|ask|question|want|hop"
)
_CLAUSE = re.compile(
    r"(?:that|the|an?|he|she|it|they|we|there|his|her|their|its|this|these|those|some|many|most|all|no|both)\b|[^\w]?[A-Z\d]"
)
_MARKS = "“”\"'‘’"
_NUMBER = re.compile(r"(?<![\w.,-])\d[\d,]*(?:\.\d+)?(?![\w,]*\d)")
_FEW = "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty".split()
_MANY = "hundred thousand million".split()
_WORD_NUMBER = re.compile(rf"\b(?:{'|'.join([*_FEW, *_MANY])})\b")
_MONTHS = "January February March April June July August September October November December".split()
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_DATE = re.compile(rf"\b(?:{'|'.join([*_MONTHS, *_WEEKDAYS])})\b|\b(?:19|20)\d\d\b(?!,)")
_NEGATED = re.compile(
    r"\b(is|was|are|were|will|would|can|could|has|have|had|does|do|did|should)(?: not\b|n['’]t\b)|\bnever "
)
_AFFIRMED = re.compile(r"\b(is|was|are|were|will|would|can|could|has|have|had|should)\b(?! not\b|n['’]t| never\b)")
_NAME = re.compile(r"(?<![A-Z][.’'-])\b[A-Z][a-z]+(?: [A-Z][a-z]+)*\b(?![.’'-]\w)")


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence with the paragraphs of its article that it cites; ``kind`` names the lie in it, "" for none."""

    article: str
    sentence: str
    paragraphs: tuple[int, ...]
    speaker: str
    verb: str
    words: str
    kind: str = ""

    @property
    def lead(self) -> str:
        """What stands before the words."""
        quoted = self.words[0] in _MARKS and self.words[-1] in _MARKS
        return f"{self.speaker} {self.verb}{':' if quoted else ' that'} "


def tell(record: Mapping[str, Any]) -> list[Told]:
    """A sentence for each gold statement of an article that has a named speaker and simple words."""
    found = []
    for quote in record["quotes"]:
        mention, cue = (quote["speaker"] or "").partition(",")[0].strip(), (quote["cue"] or "").lower()
        words = " ".join(quote["text"].split())
        named = _is_named(mention)
        simple = quote["speech"] and cue and len(quote["spans"]) == 1 and 1 <= len(mention.split()) <= 6
        plain = next((word for word in cue.split() if word in PLAIN_CUES), None)
        if plain is None or (plain != cue and _DOUBTFUL.search(cue)):
            continue
        is_clause = _CLAUSE.match(words) or quote["start"] < (quote["cue_start"] or 0)
        if not (named and simple and is_clause and 5 <= len(words.split()) <= 60):
            continue
        first, last = quote["para"]
        paragraphs = {
            *range(first, last + 1),
            _paragraph(record, quote["speaker_start"]),
            _paragraph(record, quote["cue_start"]),
        }
        verb = "said" if plain in _TELLING else plain
        one = Told(record["id"], "", tuple(sorted(paragraphs)), mention, verb, _embedded(words))
        found.append(_composed(one))
    return found


def _is_named(mention: str) -> bool:
    return any(word[0].isupper() and word.lower() not in FUNCTION_WORDS for word in mention.split())


def _paragraph(record: Mapping[str, Any], offset: int) -> int:
    return max((one["i"] for one in record["paragraphs"] if one["start"] <= offset), default=0)


def _embedded(words: str) -> str:
    """The words as a clause: no leading "that", no capital that only opened a sentence, no mark at the end."""
    words = re.sub(r"''|``", '"', words)
    words = re.sub(r"[ ,.]+([”\"’']*)$", r"\1", re.sub(r"^that ", "", words))
    first = re.match(r"[A-Z][a-z’']*", words)
    if first and first[0].lower().split("’")[0].split("'")[0] in FUNCTION_WORDS and first[0] != "I":
        words = words[0].lower() + words[1:]
    return words


def _composed(one: Told) -> Told:
    lead = one.lead[0].upper() + one.lead[1:]
    return replace(one, sentence=f"{lead}{one.words}.")


Corruptor = Callable[[Told, Mapping[str, Any], random.Random], Told | None]


def corrupt(told: Sequence[Told], records: Mapping[str, Mapping[str, Any]], each: int, seed: int) -> list[Told]:
    """Of every kind ``each`` sentences with one lie in them, or as many as can be made."""
    made: list[Told] = []
    for kind in KINDS:
        generator = random.Random(f"{seed} {kind}")
        lies: dict[str, Told] = {}
        for _ in range(ROUNDS):
            for one in generator.sample(list(told), len(told)):
                lie = _CORRUPTORS[kind](one, records[one.article], generator)
                if lie is not None and len(lies) < each:
                    lies.setdefault(lie.words + lie.speaker, replace(_composed(lie), kind=kind))
        made += lies.values()
    return made


def _speaker(one: Told, record: Mapping[str, Any], generator: random.Random) -> Told | None:
    """Another speaker of the article."""
    names = {(quote["speaker"] or "").partition(",")[0].strip() for quote in record["quotes"]}
    others = [name for name in sorted(names) if _is_somebody_else(name, one.speaker)]
    return replace(one, speaker=generator.choice(others)) if others else None


def _is_somebody_else(name: str, speaker: str) -> bool:
    other, mine = take_apart(name), take_apart(speaker)
    is_simple = _is_named(name) and bool(other.proper) and 1 <= len(name.split()) <= 6
    return is_simple and not may_be(mine, other) and not may_be(other, mine)


def _number(one: Told, record: Mapping[str, Any], generator: random.Random) -> Told | None:
    """Another number of the same size and form."""
    places = [match for match in _NUMBER.finditer(one.words) if not _DATE.fullmatch(match.group())]
    if places:
        place = generator.choice(places)
        digits = [at for at, sign in enumerate(place.group()) if sign.isdigit()]
        at = generator.choice(digits)
        other = generator.choice([sign for sign in "123456789" if sign != place.group()[at]])
        return _put(one, place, place.group()[:at] + other + place.group()[at + 1 :])
    worded = list(_WORD_NUMBER.finditer(one.words))
    if not worded:
        return None
    place = generator.choice(worded)
    alike = _MANY if place.group() in _MANY else _FEW
    return _put(one, place, generator.choice([word for word in alike if word != place.group()]))


def _date(one: Told, record: Mapping[str, Any], generator: random.Random) -> Told | None:
    """Another weekday, month or year."""
    places = list(_DATE.finditer(one.words))
    if not places:
        return None
    place = generator.choice(places)
    if place.group().isdigit():
        return _put(one, place, str(int(place.group()) + generator.choice([-3, -2, -1, 1, 2, 3])))
    alike = _MONTHS if place.group() in _MONTHS else _WEEKDAYS
    return _put(one, place, generator.choice([name for name in alike if name != place.group()]))


def _negation(one: Told, record: Mapping[str, Any], generator: random.Random) -> Told | None:
    """A "not" taken out, or put in."""
    negated = list(_NEGATED.finditer(one.words))
    if negated:
        place = generator.choice(negated)
        return _put(one, place, place[1] or "")
    affirmed = list(_AFFIRMED.finditer(one.words))
    if not affirmed:
        return None
    place = generator.choice(affirmed)
    return _put(one, place, f"{place.group()} not")


def _name(one: Told, record: Mapping[str, Any], generator: random.Random) -> Told | None:
    """Another name of the article."""
    places = [match for match in _names(one.words) if match.group().lower() not in TITLES]
    if not places:
        return None
    place = generator.choice(places)
    mine = set(place.group().split())
    others = sorted(
        {
            match.group()
            for match in _names(record["text"].replace("\n", " "))
            if not mine & set(match.group().split()) and match.group().lower() not in TITLES
        }
    )
    alike = [name for name in others if len(name.split()) == len(mine)] or others
    return _put(one, place, generator.choice(alike)) if alike else None


def _names(text: str) -> list[re.Match[str]]:
    """The names inside sentences."""
    found = [match for match in _NAME.finditer(text) if not _DATE.search(match.group())]
    return [match for match in found if re.search(r"[a-z,] $", text[max(0, match.start() - 2) : match.start()])]


def _put(one: Told, place: re.Match[str], words: str) -> Told:
    changed = f"{one.words[: place.start()]}{words}{one.words[place.end() :]}"
    return replace(one, words=re.sub(r"  +", " ", changed))


_CORRUPTORS: Mapping[str, Corruptor] = {
    "speaker": _speaker,
    "number": _number,
    "date": _date,
    "negation": _negation,
    "name": _name,
}
