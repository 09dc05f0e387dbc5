"""What the tests of the library share: numbered articles, and what holds for a library that is whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from rag.library import Library
from rag.types import Article, Filters


def make_numbered(number: int, **facts: Any) -> Article:
    return Article.from_text(
        f"Report {number} tells of the harbour.\n\nIt has a second paragraph, number {number}.",
        title=f"Report {number}",
        source="The Gazette",
        date=dt.date(2026, 1, 1) + dt.timedelta(number % 300),
        **facts,
    )


def is_whole(library: Library) -> None:
    """Catalog and Chroma match, and every article can be found by both searches."""
    assert library.problems() == []
    expected = {chunk.id for article in library.articles() for chunk in library._catalog.chunks_of(article.id)}
    assert library._indexer.chroma().chunks.ids() == expected
    for article in library.articles()[:5]:
        results = library.retrieve(article.text[:200], k=5, filters=Filters(article_ids=[article.id]))
        assert {result.article for result in results} == {article}


@pytest.fixture(scope="session")
def numbered() -> Callable[..., Article]:
    """Makes articles that differ in a number."""
    return make_numbered


@pytest.fixture(scope="session")
def check_whole() -> Callable[[Library], None]:
    return is_whole
