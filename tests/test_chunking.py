"""Chunks of whole paragraphs."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.chunking import chunk_article, embedding_text
from rag.types import Article, Chunk

LIMIT = 12


def by_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def by_characters(texts: Sequence[str]) -> list[int]:
    return [len("".join(text.split())) for text in texts]


def check(article: Article, chunks: list[Chunk]) -> None:
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    covered = set()
    for chunk in chunks:
        assert chunk.article_id == article.id
        assert chunk.id.startswith(f"{article.id}:")
        assert article.text[chunk.start : chunk.end] == chunk.text
        assert chunk.text.strip()
        assert article.paragraphs[chunk.first].start <= chunk.start
        assert chunk.end <= article.paragraphs[chunk.last].end
        assert list(chunk.paragraphs) == list(range(chunk.first, chunk.last + 1))
        covered.update(range(chunk.start, chunk.end))
    words = {i for p in article.paragraphs for i in range(p.start, p.end) if not article.text[i].isspace()}
    assert words <= covered
    starts = [chunk.start for chunk in chunks]
    assert starts == sorted(starts)


PARAGRAPHS = st.lists(st.text(st.sampled_from("ab.!? ”“。\xa0漢🙂'"), max_size=120), max_size=12)


@given(PARAGRAPHS)
def test_they_cover_every_paragraph_within_the_limit(paragraphs: list[str]) -> None:
    article = Article.from_text("\n\n".join(paragraphs))
    chunks = chunk_article(article, by_words, LIMIT)
    check(article, chunks)
    assert all(by_words([chunk.text]) <= [LIMIT] for chunk in chunks)


@given(PARAGRAPHS)
def test_the_limit_holds_where_every_character_is_a_token(paragraphs: list[str]) -> None:
    article = Article.from_text("\n\n".join(paragraphs))
    chunks = chunk_article(article, by_characters, LIMIT)
    check(article, chunks)
    for chunk in chunks:
        assert by_characters([chunk.text]) <= [LIMIT]


def test_a_short_last_paragraph_is_repeated_a_long_one_is_not() -> None:
    article = Article.from_text("one two three four five six\n\na b\n\nseven eight nine ten eleven twelve")
    assert [list(chunk.paragraphs) for chunk in chunk_article(article, by_words, 12)] == [[0, 1], [1, 2]]
    article = Article.from_text("\n\n".join(["one two three four five six"] * 4))
    assert [list(chunk.paragraphs) for chunk in chunk_article(article, by_words, 12)] == [[0, 1], [2, 3]]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    sentence = "It goes on and on. "
    article = Article.from_text(sentence * 20)
    chunks = chunk_article(article, by_words, LIMIT)
    check(article, chunks)
    assert all(chunk.text.endswith("on.") and chunk.text.startswith("It") for chunk in chunks)
    assert {tuple(chunk.paragraphs) for chunk in chunks} == {(0,)}


def test_a_word_without_end_is_cut_too() -> None:
    article = Article.from_text("x" * 5000)
    check(article, chunk_article(article, by_characters, 100))


def test_nothing_to_chunk() -> None:
    assert chunk_article(Article.from_text(" \n "), by_words) == []


@pytest.mark.parametrize(
    ("facts", "header"),
    [
        ({"title": "T", "source": "S", "date": "2026-03-04"}, "T. S. 2026-03-04\nBody."),
        ({"source": "S"}, "S\nBody."),
        ({}, "Body."),
    ],
)
def test_the_encoder_sees_title_publisher_and_date(facts: dict[str, str], header: str) -> None:
    article = Article.from_text("Body.", **facts)  # type: ignore[arg-type]
    (chunk,) = chunk_article(article, by_words)
    assert chunk.text == "Body."
    assert embedding_text(article, chunk) == header
