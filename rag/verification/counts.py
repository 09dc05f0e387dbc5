"""What a number counts and how it is bounded: "more than 300" is not "fewer", and 300 people are not 300 shops."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.verification.dates import Day, read_days
from rag.verification.evidence import Evidence, Said, topic_stem, words_of
from rag.verification.quantities import Quantity, is_met, read_quantities

_COUNTED = re.compile(r"[ -](?P<noun>[^\W\d_]+)")
_PART = re.compile(
    r"\b(?:half|third|thirds|quarter|quarters|part|some|most|percent|%|per cent|share|fraction) of\b[^.;:,]{0,20}$",
    re.I,
)
_CHANGE = re.compile(
    r"\b(by|to|from)(?: (?:about|around|some|nearly|almost|just|only|more than|over|less than|under))? $", re.I
)
_STRICT = re.compile(r"\b(?:(?:more|less|fewer) than|over|under|exceeding|above|below) $", re.I)
_PERCENT = re.compile(r"^(?: a)? ?(?:percent(?:age)?|per cent|%)(?P<points> points?)?", re.I)
_DAY = re.compile(r"(?: [a-z]+)?(?: (?:in|on|during|for|of))? ?")
_SCORE = re.compile(r"\b(\d{1,3})-(\d{1,3})\b")
_MOVES = re.compile(
    r"\b(?:ris\w*|rose|grow\w*|grew|fall\w*|fell|drop\w*|increas\w+|decreas\w+|climb\w*|declin\w+|cut|rais\w+|lower\w*|shrank|jump\w*|went|go)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Count:
    """A quantity in its place: the stem of what it counts, and how: of a whole, by or to how much, in percent or points."""

    quantity: Quantity
    noun: str
    of_whole: bool
    change: str
    percent: str
    strict: bool
    when: str
    near: frozenset[str]


def miscounted(said: Said, evidence: Evidence) -> str | None:
    """Why a number of a sentence counts or bounds something else than in the cited slices; None if none does."""
    for score in _SCORE.finditer(said.text):
        turned = f"{score[2]}-{score[1]}"
        if any(turned in text and score.group() not in text for text in evidence.texts):
            return f"the sentence says “{score.group()}”, the cited paragraph “{turned}”"
    theirs = [one for text in evidence.texts for one in _counts(text)]
    for mine in _counts(said.text):
        same = [one for one in theirs if is_met(mine.quantity, one.quantity)]
        if not same:
            continue
        written = mine.quantity.text
        if all(_bounds_differ(mine, one.quantity) for one in same):
            return f"the cited paragraph sets another bound than the sentence does with “{written}”"
        others = any(one.noun == mine.noun and not is_met(mine.quantity, one.quantity) for one in theirs)
        if others and mine.noun and all(one.noun not in ("", mine.noun) and mine.noun not in one.near for one in same):
            return f"in the cited paragraph “{written}” counts something else"
        if not mine.of_whole and all(one.of_whole for one in same):
            return f"the cited paragraph speaks of a part of “{written}”"
        if mine.change and all(one.change not in ("", mine.change) for one in same):
            return f"the sentence says “{mine.change} {written}”, the cited paragraph “{same[0].change} {written}”"
        if mine.when and all(one.when not in ("", mine.when) for one in same):
            return f"the cited paragraph has “{written}” with “{same[0].when}”, the sentence with “{mine.when}”"
        if mine.percent and all(one.percent not in ("", mine.percent) for one in same):
            return f"the sentence says “{mine.percent}” of “{written}”, the cited paragraph “{same[0].percent}”"
    return None


def _counts(text: str) -> Iterator[Count]:
    days = read_days(text)
    for one in read_quantities(text):
        if one.ordinal or (one.is_year and one.text.isdigit()) or any(day.start <= one.start < day.end for day in days):
            continue
        end = one.start + len(one.text)
        before, after = text[max(0, one.start - 40) : one.start], text[end:]
        change = _CHANGE.search(before) if _MOVES.search(text) else None
        noun = one.unit or _noun(after)
        yield Count(
            one,
            noun,
            bool(_PART.search(before)),
            change[1].lower() if change else "",
            _percent(text[one.start :]),
            bool(_STRICT.search(before)),
            _when(text, end, days),
            frozenset(
                word.stem for word in words_of(text[max(0, one.start - 30) : end] + re.split(r"[,;]", after[:45])[0])
            ),
        )


def _when(text: str, end: int, days: Sequence[Day]) -> str:
    """The day or month right after a quantity that ends here: "6.1 percent in January"."""
    day = next((one for one in days if one.start >= end), None)
    follows = day is not None and _DAY.fullmatch(text[end : day.start])
    return re.sub(r"^[a-z]+ |\.$", "", day.text).lower() if day and follows else ""


def _percent(text: str) -> str:
    match = re.match(r"[\w.,]+", text) and _PERCENT.match(re.sub(r"^[\w.,]+", "", text))
    return "" if not match else "percentage points" if match["points"] else "percent"


def _noun(after: str) -> str:
    match = _COUNTED.match(after)
    return topic_stem(match["noun"].lower()) if match else ""


def _bounds_differ(mine: Count, theirs: Quantity) -> bool:
    """Whether one says "more than" and the other "fewer than", or the sentence alone sets a strict bound to that number."""
    alone = mine.strict and theirs.value == mine.quantity.value
    if mine.quantity.most > 1.2:
        return (theirs.most <= 1.0 and (theirs.least < 0.8 or alone)) or (alone and theirs.most < 1.2)
    if mine.quantity.least < 0.8:
        return theirs.least > 0.8 and (theirs.most > 1.2 or alone)
    return False
