"""Articles on one thing put together, the newest story first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from rag.library import Library
from rag.summarizing.stories import READ, find_stories
from rag.types import Article, Filters

BRIDGE = "The Tolland Bridge was closed after engineers found a crack in a girder of the Tolland Bridge."


@pytest.fixture
def stories(library: Library) -> Callable[..., list[list[str | None]]]:
    """The stories of articles, by their titles."""

    def find(*articles: Article, filters: Filters | None = None) -> list[list[str | None]]:
        library.add_articles(articles)
        found = find_stories(library._catalog, filters or Filters())
        return [[article.title for article in story.articles] for story in found]

    return find


def crack(title: str, date: str | None, source: str = "Gazette") -> Article:
    return Article.from_text(f"{BRIDGE} {title}.", title=title, date=date, source=source)


def test_articles_on_one_thing_are_one_story_the_newest_first(stories: Callable[..., list[list[str | None]]]) -> None:
    choir = Article.from_text("The choir of Marrow Hill sings Haydn on Sunday.", title="Choir", date="2026-03-05")
    undated = Article.from_text("Beekeepers harvest little honey.", title="Honey")
    found = stories(crack("Monday", "2026-03-02"), choir, undated, crack("Friday", "2026-03-06"))
    assert found == [["Friday", "Monday"], ["Choir"], ["Honey"]]


def test_filters_hold_for_stories(stories: Callable[..., list[list[str | None]]]) -> None:
    found = stories(
        crack("Monday", "2026-03-02"), crack("Friday", "2026-03-06", "Courier"), filters=Filters(source="courier")
    )
    assert found == [["Friday"]]


def test_a_story_is_as_new_as_its_newest_article(library: Library) -> None:
    library.add_articles([crack("Monday", "2026-03-02"), crack("Friday", "2026-03-06")])
    (story,) = find_stories(library._catalog, Filters())
    assert story.newest == dt.date(2026, 3, 6)
    library.add_articles([Article.from_text("Beekeepers harvest little honey.")])
    assert find_stories(library._catalog, Filters())[-1].newest == dt.date.min


def test_of_many_articles_the_newest_are_read(library: Library) -> None:
    many = [
        Article.from_text(f"Report {n} of ward {n}.", date=dt.date(2026, 1, 1) + dt.timedelta(n))
        for n in range(READ + 9)
    ]
    library.add_articles(many)
    read = [article for story in find_stories(library._catalog, Filters()) for article in story.articles]
    assert {article.id for article in read} == {article.id for article in many[9:]}


def test_an_empty_library_has_no_stories(library: Library) -> None:
    assert find_stories(library._catalog, Filters()) == []
