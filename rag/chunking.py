"""Article -> chunks of whole paragraphs. Pure: token counts are passed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.language.sentences import split_sentences
from rag.types import Article, Chunk

CountTokens = Callable[[Sequence[str]], list[int]]


def chunk_article(article: Article, count_tokens: CountTokens, max_tokens: int = 220) -> list[Chunk]:
    """Chunks of at most ``max_tokens`` tokens, in the article's order, each starting with the last paragraph before it.

    The overlap is left out where it would take more than a sixth of a chunk: an encoder's time is paid by the token.
    A paragraph longer than ``max_tokens`` is cut between its sentences (or, if need be, between words).
    """
    pieces = _pieces(article, count_tokens, max_tokens)
    chunks: list[Chunk] = []
    start = 0
    while start < len(pieces):
        end, size = start, 0
        while end < len(pieces) and (end == start or size + pieces[end][3] <= max_tokens):
            size += pieces[end][3]
            end += 1
        chunks.append(_chunk(article, pieces[start:end]))
        if end == len(pieces):
            break
        repeated = pieces[end - 1][3]
        overlaps = end - start > 1 and repeated <= max_tokens // 6 and repeated + pieces[end][3] <= max_tokens
        start = end - 1 if overlaps else end
    return chunks


def sentences_of(article: Article, chunk: Chunk) -> list[tuple[int, int]]:
    """The sentences of a chunk, paragraph by paragraph, as slices of the article's text."""
    paragraphs = [article.paragraphs[index] for index in chunk.paragraphs]
    return [
        span
        for one in paragraphs
        for span in split_sentences(article.text, max(one.start, chunk.start), min(one.end, chunk.end))
    ]


def embedding_text(article: Article, chunk: Chunk) -> str:
    """What the encoder sees of a chunk: title, publisher and date go in front; they are never part of a citation."""
    header = [article.title or "", article.source or "", article.date.isoformat() if article.date else ""]
    return "\n".join([". ".join(part for part in header if part), chunk.text]).lstrip()


_Piece = tuple[int, int, int, int]  # paragraph, start, end, tokens


def _pieces(article: Article, count_tokens: CountTokens, max_tokens: int) -> list[_Piece]:
    """The paragraphs of an article, the overlong ones cut up."""
    counts = count_tokens([article.text[p.start : p.end] for p in article.paragraphs])
    pieces: list[_Piece] = []
    for paragraph, tokens in zip(article.paragraphs, counts, strict=True):
        if tokens <= max_tokens:
            pieces.append((paragraph.index, paragraph.start, paragraph.end, tokens))
            continue
        spans = _cut(article.text, paragraph.start, paragraph.end, max_tokens)
        spans, sizes = _halved(article.text, spans, count_tokens, max_tokens)
        group_start, group_end, group_size = spans[0][0], spans[0][1], sizes[0]
        for (start, end), size in zip(spans[1:], sizes[1:], strict=True):
            if group_size + size > max_tokens:
                pieces.append((paragraph.index, group_start, group_end, max(group_size, max_tokens)))
                group_start, group_size = start, 0
            group_end, group_size = end, group_size + size
        pieces.append((paragraph.index, group_start, group_end, max(group_size, max_tokens)))
    return pieces


def _cut(text: str, start: int, end: int, max_tokens: int) -> list[tuple[int, int]]:
    """Sentences of a slice; a sentence of more than about ``max_tokens`` tokens is cut between words, a word by length."""
    limit = max_tokens * 4  # characters; an English token is about four and a half
    spans: list[tuple[int, int]] = []
    for left, right in split_sentences(text, start, end):
        while right - left > limit:
            space = max((match.end() for match in re.finditer(r"\s+", text[left : left + limit])), default=limit)
            spans.append((left, left + space))
            left += space
        if left < right:
            spans.append((left, right))
    return spans


def _halved(
    text: str, spans: Sequence[tuple[int, int]], count_tokens: CountTokens, max_tokens: int
) -> tuple[list[tuple[int, int]], list[int]]:
    """Spans with their tokens; one that still has too many, as in Chinese, is halved until each part fits."""
    while True:
        sizes = count_tokens([text[start:end] for start, end in spans])
        long = [size > max_tokens and end - start > 1 for (start, end), size in zip(spans, sizes, strict=True)]
        if not any(long):
            return list(spans), sizes
        halves: list[tuple[int, int]] = []
        for (start, end), halve in zip(spans, long, strict=True):
            middle = (start + end) // 2
            halves += [(start, middle), (middle, end)] if halve else [(start, end)]
        spans = halves


def _chunk(article: Article, pieces: Sequence[_Piece]) -> Chunk:
    start, end = pieces[0][1], pieces[-1][2]
    return Chunk(
        id=f"{article.id}:{start}-{end}",
        article_id=article.id,
        first=pieces[0][0],
        last=pieces[-1][0],
        start=start,
        end=end,
        text=article.text[start:end],
    )
