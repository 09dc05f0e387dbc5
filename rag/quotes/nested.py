"""Statements inside statements: "Hebestreit said that the chancellor had underscored …"; who is quoted by whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.quotes import lexicon
from rag.quotes.statements import Statement
from rag.quotes.tokens import tokenize
from rag.types import Article

_THAT = re.compile(r"(?i)that[ ,]+")
_AS_SAYING = re.compile(
    r"([^.;:“”\"\n]{2,80}?)\s(?:has |have |had |also |later )*(?:quote|cite)[sd]\s([^.;:“”\"\n]{2,80}?)"
    r"\sas\s(?:saying|telling|having said)"
)
_QUOTED_BY = re.compile(
    r"([^.;:“”\"\n]{2,80}?)\s(?:was|were|is|are|has been|have been|had been)\s(?:also\s|later\s)?(?:quoted|cited)\s(?:by|in)\s"
    r"([^.;:“”\"\n]{2,80}?)\sas\s(?:saying|telling|having said)"
)
CERTAIN = 0.6
"""The tagger must be this sure of a statement inside another: its training texts mark none."""


@dataclass(frozen=True, slots=True)
class Clause:
    """What somebody says, as a text of its own: ``offset`` leads back to the article, ``outer`` is its statement."""

    text: str
    offset: int
    outer: int


def clauses(article: Article, statements: Sequence[Statement], outside: Sequence[bool]) -> Iterator[Clause]:
    """The statements not wholly in quotation marks (``outside``) that hold a verb of saying after a subject."""
    for number, statement in enumerate(statements):
        if not outside[number] or len(statement.spans) > 1 or statement.source is None:
            continue
        start, end = statement.spans[0]
        complementizer = _THAT.match(article.text, start, end)
        start = complementizer.end() if complementizer else start
        text = article.text[start:end]
        if "\n" not in text and _holds_speech(text):
            yield Clause(text, start, number)


def _holds_speech(text: str) -> bool:
    tokens = tokenize(text)
    return any(lexicon.is_speech_word(token.low) for token in tokens[1:-1])


def moved(statement: Statement, offset: int) -> Statement:
    """A statement of a clause, at its place in the article."""

    def shift(span: tuple[int, int] | None) -> tuple[int, int] | None:
        return None if span is None else (span[0] + offset, span[1] + offset)

    spans = tuple((start + offset, end + offset) for start, end in statement.spans)
    return replace(statement, spans=spans, source=shift(statement.source), cue=shift(statement.cue))


def without(text: str, statement: Statement, tag: tuple[int, int]) -> Statement | None:
    """A statement without the words of its tag, where the tagger took them for a part of it; None if nothing is left."""
    kept: list[tuple[int, int]] = []
    for start, end in statement.spans:
        for piece in ((start, min(end, tag[0])), (max(start, tag[1]), end)):
            first = piece[0] + len(text[piece[0] : piece[1]]) - len(text[piece[0] : piece[1]].lstrip())
            last = first + len(text[first : piece[1]].rstrip())
            if any(character.isalnum() for character in text[first:last]):
                kept.append((first, last))
    return replace(statement, spans=tuple(kept)) if kept else None


def quoted_by(text: str, statement: Statement) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]] | None:
    """The slices of speaker, go-between and tag where a paper "quoted X as saying" something, or X "was quoted by" it."""
    if statement.cue is None:
        return None
    start = max(0, text.rfind("\n", 0, statement.cue[0]) + 1, statement.cue[0] - 100)
    end = min(len(text), statement.cue[1] + 120)
    if " as " not in text[start:end]:
        return None
    for pattern, speaker, go_between in ((_QUOTED_BY, 1, 2), (_AS_SAYING, 2, 1)):
        for match in pattern.finditer(text, start, end):
            if match.start() <= statement.cue[0] and statement.cue[1] <= match.end():
                parts = [_trimmed(text, *match.span(number)) for number in (speaker, go_between)]
                return parts[0], parts[1], (min(parts)[0], match.end())
    return None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A slice without what stands before its first letter."""
    while start < end and not text[start].isalnum():
        start += 1
    return start, end
