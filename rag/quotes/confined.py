"""What quotation marks alone decide of a statement: where its words end, and that its source is no part of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.quotes.regions import Region
from rag.quotes.statements import Statement, overlap

_ENDED = re.compile(r"[.!?…,][”\"’'»]*$")
_EDGE = " ,;:.–—-“”\"‘’'\n"
_MANNER = re.compile(r"(?<=\w) \w+ly\b(?! [^\W\d_a-z]).*$")


def confined(text: str, statement: Statement, regions: Sequence[Region]) -> Statement:
    """The statement without what stands between quotations, and its source without what is said and how."""
    return _named_apart(text, _ended(text, _apart(text, statement, regions), regions))


def _ended(text: str, statement: Statement, regions: Sequence[Region]) -> Statement:
    """A quotation that ends its sentence is all that is said: what follows it in the same span is told by the article."""
    spans: list[tuple[int, int]] = []
    for start, end in statement.spans:
        inside = [one for one in regions if one.double and start <= one.start and one.end <= end]
        first = inside[0] if inside else None
        whole = first is not None and first.closed and first.start == start and _ENDED.search(text[start : first.end])
        if not whole or first is None or not re.search(r"\w", text[first.end : end]):
            spans.append((start, end))
            continue
        later = [one for one in inside[1:] if "\n" not in text[start : one.start]]
        spans += [(one.start, one.end) for one in (first, *later)]
    return replace(statement, spans=tuple(spans))


def _named_apart(text: str, statement: Statement) -> Statement:
    """The source without the words that are said, the verb, and the manner: "“Yes,” said Ada Lund sadly" is Ada Lund."""
    source = statement.source
    if source is None:
        return statement
    for taken in (*statement.spans, *([statement.cue] if statement.cue else ())):
        if not overlap(source, taken):
            continue
        before, after = (source[0], taken[0]), (taken[1], source[1])
        source = max(before, after, key=lambda piece: piece[1] - piece[0])
        if source[0] >= source[1]:
            return replace(statement, source=None)
    if source != statement.source:
        words = text[slice(*source)]
        source = source[0] + len(words) - len(words.lstrip(_EDGE)), source[1] - len(words) + len(words.rstrip(_EDGE))
    words = text[slice(*source)]
    manner = _MANNER.search(words)
    if manner and words[: manner.start()].split()[-1][:1].isupper():
        source = source[0], source[0] + manner.start()
    return replace(statement, source=source if source[0] < source[1] else None)


def _apart(text: str, statement: Statement, regions: Sequence[Region]) -> Statement:
    """The source without the quotation that goes on after it: in '"Gone," said Krall, "for ever."' that is said, too."""
    source = statement.source
    if source is None:
        return statement
    ahead = [region for region in regions if source[0] < region.start and region.end <= source[1]]
    if not ahead or ahead[-1].end < source[1] or not text[: ahead[-1].start].rstrip().endswith(","):
        return statement
    end = source[0] + len(text[source[0] : ahead[-1].start].rstrip(" ,"))
    spans = statement.spans
    if spans[-1][1] <= source[0]:
        spans = (*spans, (ahead[-1].start, ahead[-1].end))
    return replace(statement, source=(source[0], end), spans=spans)
