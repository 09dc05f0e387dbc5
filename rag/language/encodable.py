"""Text that any model and any file can take: half a surrogate pair is no character, and UTF-8 cannot write it."""

from __future__ import annotations

import re

_HALF = re.compile("[\ud800-\udfff]")


def encodable(text: str) -> str:
    """The text with each half of a surrogate pair replaced by one replacement character: offsets stay."""
    return _HALF.sub("\N{REPLACEMENT CHARACTER}", text)
