"""Quotation marks: which parts of a text stand inside them, in any of the usual styles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.types import Paragraph, QuoteKind

OUTSIDE, INSIDE, UNCLOSED, OPENING, CLOSING, SINGLE = range(6)
"""What :func:`mark_states` says of a character."""

_PAIRS = {"“": "”", "„": "“”‟", "«": "»", "‟": "”", "「": "」", "『": "』", "〝": "〞"}
_STRAIGHT = '"＂″'
_CLOSERS = "”»」』〞"
_DOUBLE = re.compile("''|``|[" + "".join(_PAIRS) + _STRAIGHT + _CLOSERS + "]")
_SINGLE_OPEN = re.compile(r"(?<![\w’'])(?:‘|‚|‹|'(?!'))(?=\w)")
_SINGLE_CLOSE = re.compile(r"[’'‘›](?![\w’'])")
_SINGLE_MAX = 600
_WORD = re.compile(r"\w+(?:[’'\-.,]\w+)*")
_DIRECT = 0.95


@dataclass(frozen=True, slots=True)
class Region:
    """A quoted slice with its marks. ``closed`` is False where it runs to the paragraph's end with no closing mark."""

    start: int
    end: int
    closed: bool = True
    double: bool = True
    opening: int = 1
    closing: int = 1

    @property
    def inner(self) -> tuple[int, int]:
        """The slice between the marks."""
        return self.start + self.opening, max(self.start + self.opening, self.end - self.closing)


def quoted_regions(text: str, paragraphs: Sequence[Paragraph]) -> list[Region]:
    """Regions in double marks (also ``''`` and ``«»``), then those in single marks outside of them, by position.

    A region never crosses a paragraph: a mark left open at its end makes a region with ``closed=False``.
    """
    regions: list[Region] = []
    for paragraph in paragraphs:
        double = _double_regions(text, paragraph.start, paragraph.end)
        regions += double
        regions += _single_regions(text, paragraph.start, paragraph.end, double)
    return sorted(regions, key=lambda region: (region.start, region.end))


def _double_regions(text: str, start: int, end: int) -> list[Region]:
    regions: list[Region] = []
    opened: re.Match[str] | None = None
    inner = 0  # curly quotations left open inside a straight one
    for mark in _DOUBLE.finditer(text, start, end):
        if opened is None:
            if _can_open(text, mark, start, end):
                opened, inner = mark, 0
        elif opened.group() in _STRAIGHT and (mark.group() in _PAIRS or (inner and mark.group() in _CLOSERS)):
            inner += 1 if mark.group() in _PAIRS else -1
        elif _closes(opened.group(), mark.group()):
            regions.append(_region(opened, mark.end(), len(mark.group())))
            opened = None
    if opened is not None and opened.end() < end:
        regions.append(_region(opened, end, 0))
    return regions


def _region(opened: re.Match[str], end: int, closing: int) -> Region:
    return Region(opened.start(), end, closing > 0, True, len(opened.group()), closing)


def _can_open(text: str, mark: re.Match[str], start: int, end: int) -> bool:
    symbol = mark.group()
    if symbol in _PAIRS:
        return True
    follows = text[mark.end() : mark.end() + 1] if mark.end() < end else ""
    if symbol in _CLOSERS:  # German and Danish books set »so«; otherwise a closing mark without a partner
        return symbol == "»" and follows.isalnum() and "«" in text[mark.end() : end]
    inch = symbol in _STRAIGHT and mark.start() > start and text[mark.start() - 1].isdigit()
    return bool(follows.strip()) and not inch


def _closes(opening: str, closing: str) -> bool:
    if opening in _PAIRS:
        return closing in _PAIRS[opening] or (opening in "“„‟" and closing in _STRAIGHT + "''")
    if opening == "»":
        return closing == "«"
    return closing in ("''", "``") or closing in _STRAIGHT + "”"


def _single_regions(text: str, start: int, end: int, double: Sequence[Region]) -> list[Region]:
    """Single marks are also apostrophes: a region needs an opener at a word's start and a closer at a word's end."""
    regions: list[Region] = []
    position = start
    while (opened := _SINGLE_OPEN.search(text, position, end)) is not None:
        position = opened.end()
        if any(region.start <= opened.start() < region.end for region in double):
            continue
        closed = _single_close(text, opened, min(end, opened.end() + _SINGLE_MAX), end)
        crossed = closed is not None and any(region.start < closed <= region.end for region in double)
        if closed is not None and not crossed:
            regions.append(Region(opened.start(), closed, double=False))
            position = closed
    return regions


def _single_close(text: str, opened: re.Match[str], limit: int, end: int) -> int | None:
    curly = opened.group() == "‘"
    fallback: int | None = None
    for mark in _SINGLE_CLOSE.finditer(text, opened.end(), limit):
        if curly and mark.group() not in "’'":
            continue
        before, after = text[mark.start() - 1], text[mark.end() : mark.end() + 1]
        if before in ",.?!…" or mark.end() >= end or after in ".,;:?!)—–":
            return mark.end()
        if before not in "sS" and fallback is None:
            fallback = mark.end()
    return fallback if opened.group() != "'" else None


def mark_states(text: str, regions: Sequence[Region]) -> bytearray:
    """One state a character (see :data:`OUTSIDE` and its kin); double marks win over single ones."""
    states = bytearray(len(text))
    for region in sorted(regions, key=lambda region: region.double):
        start, end = region.start, region.end
        inside = SINGLE if not region.double else INSIDE if region.closed else UNCLOSED
        states[start:end] = bytes([inside]) * (end - start)
        if region.double:
            states[start : start + region.opening] = bytes([OPENING]) * region.opening
            states[end - region.closing : end] = bytes([CLOSING]) * region.closing
    return states


def kind_of(text: str, spans: Sequence[tuple[int, int]], regions: Sequence[Region]) -> QuoteKind:
    """Direct if all words stand in quotation marks (a twentieth may not), indirect if none do, else mixed."""
    words = [match.span() for start, end in spans for match in _WORD.finditer(text, start, end)]
    inside = sum(any(r.start <= start and end <= r.end for r in regions) for start, end in words)
    if not words or not inside:
        return "indirect"
    return "direct" if inside >= _DIRECT * len(words) else "mixed"
