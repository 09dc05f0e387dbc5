"""Where two reports of one event give different numbers for the same thing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.language.words import STOP_WORDS, normalise, stem

_SPELLED = {
    word: float(number)
    for number, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
        eighteen nineteen twenty""".split()
    )
}
_SPELLED |= {stem(word): number for word, number in _SPELLED.items()}
SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_TOKEN = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_TIMES = frozenset(
    """day week month year hour minut second time januari februari march april may june juli august septemb octob novemb
    decemb p.m a.m pm am old percent per mph mile""".split()
)
# How many told a reporter is no figure of the event: "three people familiar with the matter".
_SOURCES = re.compile(
    r"\b\w+ (?:\w+ )?(?:people|sources|persons|officials) (?:familiar|briefed|close|with (?:direct )?knowledge)\b", re.I
)
# "Category 4", "Article 5": a name, and no count.
_LABELS = re.compile(
    r"(?<=[a-z] )[A-Z][a-z]+ \d+\b|\b(?:Category|Article|Section|Chapter|Phase|Stage|Level|No\.) \d+\b"
)
_BOUNDS = re.compile(
    r"\b(?:at least|more than|over|upwards of|about|around|some|nearly|almost|up to|as many as|fewer than|less than|"
    r"approximately|roughly|estimated|another|additional|dozens|hundreds|thousands)\b",
    re.I,
)
_FAR = 3  # words from a number to what it counts


def figures(text: str) -> dict[str, float]:
    """What a sentence counts: stems of the words that follow a number, with the number; each stem's first only."""
    tokens = [token.lower() for token in _TOKEN.findall(_LABELS.sub("", _SOURCES.sub("", normalise(text))))]
    found: dict[str, float] = {}
    position = 0
    while position < len(tokens):
        value = value_of(tokens[position])
        position += 1
        if value is None:
            continue
        while position < len(tokens) and tokens[position] in SCALES:
            value *= SCALES[tokens[position]]
            position += 1
        for token in tokens[position : position + _FAR]:
            if value_of(token) is not None:
                break
            if token not in STOP_WORDS and len(token) > 2:
                found.setdefault(stem(token), value)
    return {name: value for name, value in found.items() if name not in _TIMES and not 1900 <= value <= 2100}


def bounds(text: str) -> set[str]:
    """How its numbers are hedged: "at least", "about"."""
    return {match.lower() for match in _BOUNDS.findall(text)}


def differing(one: dict[str, float], other: dict[str, float]) -> list[str]:
    """The stems for which two sentences give two numbers, none where either gives the other's number for anything."""
    shared = [name for name in one if name in other and one[name] != other[name]]
    clear = set(one.values()).isdisjoint(other.values())
    return shared if clear else []


def value_of(token: str) -> float | None:
    """The number that a lower-case word, or its stem, is, money and per cent too; None for any other."""
    digits = token.strip("$€£%")
    if _DIGITS.fullmatch(digits):
        return float(digits.replace(",", ""))
    return _SPELLED.get(token) if token != "one" else None  # "one of them" counts nothing


def same_numbers(texts: Iterable[str]) -> bool:
    """Whether texts hold the same digits: copies of one report do, and updates of it do not."""
    return len({tuple(sorted(re.findall(r"\d[\d.,]*\d|\d", normalise(text)))) for text in texts}) == 1
