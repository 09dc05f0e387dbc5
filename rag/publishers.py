"""A publisher that a question names as its source: "What did the Gazette report about …?", "… according to AFP". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rag.matching import normalise

_REPORT = r"(?:report|say|write|publish|tell)"
_NOUN = r"(?:articles?|reports?|stor(?:y|ies)|coverage|reporting|pieces?)"


@dataclass(frozen=True, slots=True)
class Named:
    """The publisher whose articles are asked for, as the library has its name, and the question without it."""

    source: str
    rest: str


def find_publisher(question: str, sources: Iterable[str]) -> Named | None:
    """The publisher of the library that a question names as its source; None if it names none, or as its subject.

    "Who owns the Gazette?" is about the paper and asks all articles.
    """
    plain = normalise(question)
    for source in sorted(sources, key=len, reverse=True):
        bare = re.sub(r"^the\s+", "", normalise(source).strip(), flags=re.I)
        if bare and bare.lower() in plain.lower() and (rest := _without(question, plain, bare)):
            return Named(source, rest)
    return None


def _without(question: str, plain: str, name: str) -> str | None:
    """The question without the publisher, where that is its source."""
    called = rf"(?:the\s+)?{re.escape(name)}(?!\w)"
    text = question if len(question) == len(plain) else plain  # offsets of one are good for the other
    asked = re.match(
        rf"^(?P<open>.*?\b)?what\s+(?:did|does|do|has|have|is|was)\s+{called}\s+(?:\w+ing|{_REPORT}(?:ed|s)?|said|wrote|written|told)"
        r"(?P<when>(?:\s+\S+){0,4}?)\s+(?P<topic>(?:about|on|of|regarding)\s+.+)$",
        plain,
        re.I,
    )
    if asked:
        return f"What is reported {text[asked.start('when') :].strip()}"
    that = re.match(rf"^(?:did|does|has)\s+{called}\s+{_REPORT}(?:ed)?\s+(?P<that>that\s+.+)$", plain, re.I)
    if that:
        return f"Is it reported {text[that.start('that') :]}"
    for phrase in (
        rf",?\s*\b(?:according\s+to|as\s+reported\s+(?:by|in))\s+{called},?",
        rf",?\s*\bin\s+{called}(?:['’]s?\s+{_NOUN})?(?=\s*[?,.]|\s+(?:about|on)\b|$),?",
        rf"\s*\b(?:in|by|from)\s+{called}(?:['’]s?)?\s+{_NOUN}(?=\s*[?,.]|\s+(?:about|on)\b|$)",
    ):
        if match := re.search(phrase, plain, re.I):
            rest = f"{text[: match.start()]} {text[match.end() :]}"
            rest = re.sub(r"\s+([?.,])", r"\1", " ".join(rest.split())).strip(" ,")
            return rest[:1].upper() + rest[1:] if any(map(str.isalnum, rest)) else None
    return None
