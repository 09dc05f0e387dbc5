"""Two questions in one message: "What did the mayor promise, and who pays for it?"."""

from __future__ import annotations

import re

_ASKING = r"(?:who|whom|whose|what|when|where|why|how|which)"
_BETWEEN = re.compile(rf"(?:[,;]?\s+and\s+(?={_ASKING}\b)|\?\s+(?:and\s+)?(?={_ASKING}\b))", re.I)
_FEWEST = 3  # words of each: "and why?" asks nothing by itself


def halves(text: str) -> tuple[str, str] | None:
    """The two questions that a message asks one after the other, the second as it stands; None where it asks one, or more."""
    places = list(_BETWEEN.finditer(text))
    if len(places) != 1:
        return None
    first, second = text[: places[0].start()].strip(), text[places[0].end() :].strip()
    return (first, second) if min(len(first.split()), len(second.split())) >= _FEWEST else None
