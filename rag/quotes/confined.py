"""What quotation marks alone decide of a statement: where its words end, and that its source is no part of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.quotes.regions import Region
from rag.quotes.statements import Statement, overlap

_ENDED = re.compile(r"[.!?…,][”\"’'»]*$")
_EDGE = " ,;:.–—-“”\"‘’'\n"
_MANNER = re.compile(
    r"(?:^|\s)[^\W\d_a-z][\w’'\-]*(?<![’']s)( (?!(?:family|only|ally|assembly|rally|supply|reply|daily|weekly|monthly|"
    r"quarterly|early|elderly)\b)[a-z]\w+ly\b(?! [^\W\d_a-z]).*)$"
)
_WORD = re.compile(r"\w+")
_LINKING = 2  # words between two quotations that are one: "“cold,” and “wet”"


def confined(text: str, statement: Statement, regions: Sequence[Region]) -> Statement:
    """The statement without what stands between quotations, and its source without what is said and how."""
    statement = _ended(text, _apart(text, statement, regions), regions)
    return _without_manner(text, _named_apart(text, statement))


def _ended(text: str, statement: Statement, regions: Sequence[Region]) -> Statement:
    """A quotation that ends its sentence is all that is said: what follows it in the same span is told by the article."""
    spans: list[tuple[int, int]] = []
    for start, end in statement.spans:
        inside = [one for one in regions if one.double and start <= one.start and one.end <= end]
        if not inside or inside[0].start != start or not inside[0].closed:
            spans.append((start, end))
            continue
        first = start
        for region, following in zip(inside, [*inside[1:], None], strict=True):
            until = following.start if following else end
            told = len(_WORD.findall(text, region.end, until)) > _LINKING and _ENDED.search(text[start : region.end])
            if told or following is None:
                spans.append((first, region.end if told else end))
                first = until
            if told and "\n" in text[region.end : until]:
                break
    return replace(statement, spans=tuple(spans))


def _named_apart(text: str, statement: Statement) -> Statement:
    """The source without the words that are said: of "“Yes,” said Ada Lund" it is Ada Lund."""
    source = statement.source
    if source is None or not any(overlap(source, span) for span in statement.spans):
        return statement
    for taken in (*statement.spans, *([statement.cue] if statement.cue else ())):
        if overlap(source, taken):
            source = max((source[0], taken[0]), (taken[1], source[1]), key=lambda piece: piece[1] - piece[0])
            if source[0] >= source[1]:
                return replace(statement, source=None)
    words = text[slice(*source)]
    left, right = len(words) - len(words.lstrip(_EDGE)), len(words.rstrip(_EDGE))
    return replace(statement, source=(source[0] + left, source[0] + right) if left < right else None)


def _without_manner(text: str, statement: Statement) -> Statement:
    """The source after a verb without how it is said: of "said Ada Lund sadly from the door" it is Ada Lund."""
    source, cue = statement.source, statement.cue
    if source is None or cue is None or source[0] < cue[1]:
        return statement
    manner = _MANNER.search(text[slice(*source)])
    return replace(statement, source=(source[0], source[0] + manner.start(1))) if manner else statement


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
