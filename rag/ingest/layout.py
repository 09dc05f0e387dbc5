"""What a page shows of its lines beside their words: which begin in bold, which stand in a block quote.

A reader of a format puts signs around both while it makes text; :func:`unmarked` takes them out and tells where they were.
The lines are told by their words, which hold when a title or a header leaves the text.
"""

from __future__ import annotations

import re
from typing import TypedDict

from rag.ingest.cleaning import clean

BOLD, BOLD_END, QUOTE, QUOTE_END = "\ue000", "\ue001", "\ue002", "\ue003"
"""Signs of Unicode's private area, which no text needs; ones that come from outside are taken out by :func:`without`."""
MOST = 2000  # lines of each kind that are kept

_SIGNS = re.compile(f"[{BOLD}-{QUOTE_END}]")


class Shown(TypedDict, total=False):
    """``bold``: the bold words with which lines begin; ``quoted``: the lines of block quotes. What is empty is left out."""

    bold: list[str]
    quoted: list[str]


def without(text: str) -> str:
    """A text of somebody else's without the signs."""
    return _SIGNS.sub("", text)


def unmarked(text: str) -> tuple[str, Shown]:
    """The text without the signs, and what they showed of its lines (their blanks made one, as in a cleaned page)."""
    bold: list[str] = []
    quoted: list[str] = []
    is_bold = depth = 0
    for line in text.split("\n"):
        leading = words = ""
        inside, leads = False, True  # leads: nothing but bold words so far
        for piece in re.split(f"([{BOLD}-{QUOTE_END}])", line):
            if _SIGNS.fullmatch(piece):
                is_bold = max(0, is_bold + (piece == BOLD) - (piece == BOLD_END))
                depth = max(0, depth + (piece == QUOTE) - (piece == QUOTE_END))
            elif piece.strip() or leading:
                inside = inside or depth > 0
                leads = leads and is_bold > 0
                leading += piece if leads else ""
                words += piece
        if leading.strip():
            bold.append(_as_cleaned(leading))
        if inside and words.strip():
            quoted.append(_as_cleaned(words))
    shown = Shown()
    if bold:
        shown["bold"] = bold[:MOST]
    if quoted:
        shown["quoted"] = quoted[:MOST]
    return without(text), shown


def _as_cleaned(words: str) -> str:
    return clean(re.sub(r" {2,}", " ", words))
