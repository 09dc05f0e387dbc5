"""What the answer to a kind of question looks like in a sentence: a number, a day, a name, a reason."""

from __future__ import annotations

import re

from rag.matching import normalise
from rag.question import Wanted

_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?|billions?|"
    "half|third|quarter"
)
_SHAPES: dict[Wanted, re.Pattern[str]] = {
    "duration": re.compile(
        rf"\b(?:\d[\d.,]*|{_NUMBER_WORDS}|an?|several|few|nearly|almost)[\s-]+(?:\w+[\s-]+)?"
        r"(?:second|minute|hour|day|week|month|year|decade)s?\b|\b(?:overnight|since|until)\b", re.I),
    "amount": re.compile(
        rf"[$€£¥]\s?\d|\b(?:\d[\d.,]*|{_NUMBER_WORDS})\s(?:\w+\s)?(?:dollars?|euros?|pounds?|cents?|percent|per cent|"
        r"million|billion)|\d\s?%", re.I),
    "number": re.compile(rf"\d|\b(?:{_NUMBER_WORDS}|no one|none)\b", re.I),
    "size": re.compile(
        rf"\b(?:\d[\d.,]*|{_NUMBER_WORDS})[\s-]*(?:\w+[\s-])?(?:(?:milli|centi|kilo)?met(?:re|er)s?|miles?|feet|foot|inch(?:es)?|"
        r"yards?|acres?|hectares?|[ck]?m|mm|knots?|mph|km/h|(?:kilo)?grams?|kg|tons?|tonnes?|pounds?|lit(?:re|er)s?|gallons?|"
        r"degrees?|percent|per cent|stor(?:ey|ie|y)s?)\b|\d\s?[%°]", re.I),
    "time": re.compile(
        r"\b(?:\d{4}|\d{1,2}(?:st|nd|rd|th)|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|"
        r"june|july|august|september|october|november|december|today|yesterday|tomorrow|last|noon|midnight|morning|"
        r"evening|night|a\.m|p\.m)\b", re.I),
    "place": re.compile(r"\b(?:in|at|near|outside|from|to|off)\s+(?:the\s+)?[A-Z][a-z]+"),
    "reason": re.compile(r"\b(?:because|since|due|after|caused?|led|amid|owing|reason|to|for|so)\b", re.I),
    "person": re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][a-z]+"),
    "statement": re.compile(
        r"[“”\"]|\b(?:said|says|say|told|added|warned|called|argued|insisted|according|wrote|stated|denied|announced)\b",
        re.I),
}  # fmt: skip


def count_shapes(sentence: str, wanted: Wanted) -> int:
    """How many things of the kind that is asked for a sentence holds; 0 where the kind is not known."""
    shape = _SHAPES.get(wanted)
    return 0 if shape is None else len(shape.findall(normalise(sentence)))


def has_shape(sentence: str, wanted: Wanted) -> bool:
    """Whether a sentence holds the kind of thing that is asked for; any sentence does where the kind is not known."""
    shape = _SHAPES.get(wanted)
    return shape is None or shape.search(normalise(sentence)) is not None
