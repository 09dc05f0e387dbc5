"""What a sentence reports: its numbers with their units, its dates, its names; to tell whether two sentences differ."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.language.words import normalise, stem

_WORDS = {
    word: float(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
        " eighteen nineteen twenty".split()
    )
}
_WORDS |= {
    word: float(10 * number) for number, word in enumerate("thirty forty fifty sixty seventy eighty ninety".split(), 3)
}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_NUMBER = re.compile(
    r"(?P<money>[$€£¥]\s?)?(?<![\w.,-])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|"
    + "|".join(sorted(_WORDS, key=len, reverse=True))
    + r")(?![\d-])(?:\s(?P<scale>hundred|thousand|million|billion|trillion))?(?P<per>\s?%|\sper\s?cent\b)?",
    re.I,
)
_UNIT = re.compile(r"[\s-]+(?:(?P<first>[a-z]+)(?:[\s-]+(?P<second>[a-z]+))?)?", re.I)
_MONEY = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen"}
_DATE = re.compile(
    r"\b(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|"
    r"aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?(?:\s+(?P<after>\d{1,2})(?:st|nd|rd|th)?\b)?",
    re.I,
)
_YEAR = re.compile(r"(?<![\d.,$€£-])(?:19|20)\d\d(?![\d,.]\d|\d)")
_WEEKDAY = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.I)
_LEAST = re.compile(
    r"\b(?:at least|more than|over|upwards? of|no fewer than|as many as|up to|fewer than|less than|under|at most)\s+$",
    re.I,
)
_ABOUT = re.compile(
    r"\b(?:about|around|some|nearly|almost|roughly|approximately|close to|an estimated|estimated)\s+$", re.I
)
_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][\w’'-]*")
_NOT = re.compile(r"\b(?:not|no|never|nobody|none|without|den(?:y|ies|ied)|\w+n['’]t)\b", re.I)
CLOSE = 0.1
MEASURES = frozenset(
    """percent dollar euro pound yen metr kilometr centimetr mile feet second minut hour day night week month year time
    old""".split()
)
"""Units, as stems, of anything: two numbers of one of these may be of two things."""


@dataclass(frozen=True, slots=True)
class Value:
    """A number as a sentence gives it: its amount, what it counts (a stem), and how exactly it is meant."""

    amount: float
    unit: str
    bound: bool = False
    """"At least 12" and the like, which a larger number does not contradict."""
    rough: bool = False

    def differs(self, other: Value) -> bool:
        """Whether both cannot be right of one thing: exact ones that are not equal, rough ones that are far apart."""
        if self.unit != other.unit or self.bound or other.bound:
            return False
        apart = abs(self.amount - other.amount)
        return apart > (CLOSE * max(self.amount, other.amount) if self.rough or other.rough else 0.0)


def values_in(sentence: str) -> list[Value]:
    """The numbers of a sentence that count or measure something; years and days of a month are none."""
    text = normalise(sentence)
    taken = [match.span() for pattern in (_DATE, _YEAR) for match in pattern.finditer(text)]
    found = []
    for match in _NUMBER.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        before, after = text[: match.start()], text[match.end() :]
        amount = _amount(match["number"]) * _SCALES.get((match["scale"] or "").lower(), 1.0)
        unit = "percent" if match["per"] else _MONEY[match["money"][0]] if match["money"] else ""
        for one in [unit] if unit else _units(after):
            found.append(Value(amount, one, bool(_LEAST.search(before)), bool(_ABOUT.search(before))))
    return found


def _amount(number: str) -> float:
    return _WORDS[number.lower()] if number.lower() in _WORDS else float(number.replace(",", ""))


def _units(after: str) -> list[str]:
    """The stems of the one or two words after a number: "workers", "metal workers"."""
    match = _UNIT.match(after)
    return [stem(word.lower()) for word in match.groups() if word] if match else []


def numbers_in(sentence: str) -> frozenset[float]:
    """Every number of a sentence, years and days too."""
    return frozenset(
        _amount(match["number"]) * _SCALES.get((match["scale"] or "").lower(), 1.0)
        for match in _NUMBER.finditer(normalise(sentence))
        if match["number"].lower() != "one"
    )


def days_in(sentence: str) -> frozenset[tuple[str, int]]:
    """The days of a month that a sentence names: ("apr", 20)."""
    return frozenset(
        (match["month"][:3].lower(), int(match["day"] or match["after"]))
        for match in _DATE.finditer(normalise(sentence))
        if match["day"] or match["after"]
    )


def times_in(sentence: str) -> frozenset[str]:
    """Years and weekdays of a sentence."""
    text = normalise(sentence)
    return frozenset(match.group().lower() for pattern in (_YEAR, _WEEKDAY) for match in pattern.finditer(text))


def proper_words(sentence: str) -> frozenset[str]:
    """Capitalised words that do not open the sentence, in lower case, weekdays and months left out."""
    text = normalise(sentence)
    found = (
        match for match in _NAME.finditer(text) if match.start() and text[: match.start()].rstrip()[-1:] not in '."'
    )
    named = {re.sub(r"'s?$", "", match.group()).lower() for match in found}
    return frozenset(
        word for word in named if not _WEEKDAY.fullmatch(word) and not _DATE.fullmatch(word) and word != "i"
    )


def is_negated(sentence: str) -> bool:
    """Whether a sentence says that something is not so."""
    return _NOT.search(normalise(sentence)) is not None
