"""Versions of an article, and its removal."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import pytest

from rag.errors import NotFoundError
from rag.library import Library
from rag.types import Article

Check = Callable[[Library], None]


def versions() -> tuple[Article, Article]:
    facts = {"url": "https://gazette.example/crack", "title": "Crack", "source": "The Gazette"}
    old = Article.from_text("The crack is four centimetres.", date="2026-03-04", **facts)
    return old, Article.from_text("The crack is nine centimetres.", date="2026-03-05", **facts)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_changed_text_at_a_known_address_is_a_new_version(
    library: Library, at_once: bool, check_whole: Check
) -> None:
    old, new = versions()
    reports = [library.add_articles([old, new])] if at_once else [library.add_articles([one]) for one in (old, new)]
    assert sum((report.added for report in reports), ()) == (old.id,)
    assert sum((report.updated for report in reports), ()) == (new.id,)
    assert library.articles() == [new]
    assert library.article(old.id) == old, "old citations still open"
    assert [result.article for result in library.retrieve("How large is the crack?")] == [new]
    assert library.searched().articles == 1
    check_whole(library)
    assert library.add_articles([old, new]).unchanged == (old.id, new.id), "adding both again changes nothing"
    check_whole(library)


def test_an_older_version_that_comes_late_is_kept_but_not_found(library: Library, check_whole: Check) -> None:
    old, new = versions()
    library.add_articles([new])
    report = library.add_articles([old])
    assert (report.older, report.unchanged) == ((old.id,), ())
    assert library.articles() == [new]
    assert library.article(old.id) == old
    assert library.add_articles([old]).unchanged == (old.id,)
    check_whole(library)


def undated(words: str, name: str = "a.txt") -> Article:
    return Article.from_text(f"The Tarn bridge is closed for {words}.", title="Tarn bridge", origin=f"/news/{name}")


@pytest.mark.parametrize("at_once", [False, True])
def test_a_text_that_goes_back_to_what_it_was_is_found_again(
    library: Library, at_once: bool, check_whole: Check
) -> None:
    first, second = undated("12 days"), undated("15 days")
    again = [first, second, first]
    reports = [library.add_articles(again)] if at_once else [library.add_articles([one]) for one in again]
    assert reports[-1].updated[-1] == first.id
    assert library.articles() == [first]
    assert library.article(second.id) == second
    answer = library.ask("How long is the Tarn bridge closed?")
    assert {one.text for one in (*answer.citations, *answer.closest)} == {first.text}
    check_whole(library)
    library.add_articles([first, second])
    assert library.articles() == [second], "the last one counts, whatever was there before"
    check_whole(library)


def test_a_text_at_two_addresses_stays_while_one_has_it(library: Library, check_whole: Check) -> None:
    library.add_articles([undated("12 days"), undated("12 days", "b.txt")])
    library.add_articles([undated("15 days"), undated("12 days", "b.txt")])
    assert {article.text for article in library.articles()} == {undated("12 days").text, undated("15 days").text}
    check_whole(library)


def test_a_text_that_another_address_has_already_takes_the_older_ones_place(
    library: Library, check_whole: Check
) -> None:
    library.add_articles([undated("12 days"), undated("15 days", "b.txt")])
    assert library.add_articles([undated("12 days", "b.txt")]).updated == (undated("12 days").id,)
    assert library.articles() == [undated("12 days")]
    check_whole(library)


def test_what_stands_at_a_front_page_is_no_version_of_another(library: Library) -> None:
    texts = [Article.from_text(f"Story {number}.", url="https://post.example/") for number in range(3)]
    assert len(library.add_articles(texts).added) == 3
    assert len(library.articles()) == 3


def test_an_earlier_version_is_removed_without_the_later_ones(library: Library, check_whole: Check) -> None:
    one, two, three = (undated(words) for words in ("12 days", "15 days", "a year"))
    library.add_articles([one, two, three])
    library.remove([one.id])
    assert library.article(two.id) == two
    assert library.articles() == [three]
    library.remove([three.id])
    with pytest.raises(NotFoundError):
        library.article(two.id)
    check_whole(library)


@pytest.mark.parametrize("metadata", [{(1,): 2}, {"x": float("nan")}])
def test_metadata_that_cannot_be_stored_costs_only_its_article(
    library: Library, bridge: Article, metadata: dict[Any, Any], check_whole: Check
) -> None:
    report = library.add_articles([bridge, Article.from_text("Odd.", metadata=metadata), undated("12 days")])
    assert len(report.added) == 2
    assert "metadata that JSON cannot hold" in report.failed[0].reason
    check_whole(library)


def test_questions_go_on_after_a_repair(library: Library, bridge: Article) -> None:
    library.add_articles([bridge])
    before = library.ask("Who closed the Tolland Bridge?")
    retriever = library.retriever
    library._indexer.close()
    shutil.rmtree(library.folder / "chroma")
    library.repair()
    assert library.ask("Who closed the Tolland Bridge?").text == before.text
    assert retriever.invoke("Who closed the Tolland Bridge?")


def test_removal_takes_the_versions_too(library: Library, bridge: Article, check_whole: Check) -> None:
    old, new = versions()
    library.add_articles([old, new, bridge])
    assert library.remove([new.id]) == (new.id,)
    assert library.articles() == [bridge]
    for gone in (old, new):
        with pytest.raises(NotFoundError):
            library.article(gone.id)
    check_whole(library)
    assert library.add_articles([old]).added == (old.id,), "nothing remembers it"
    check_whole(library)


def test_an_unknown_id_removes_nothing(library: Library, bridge: Article, check_whole: Check) -> None:
    library.add_articles([bridge])
    with pytest.raises(NotFoundError, match="nope"):
        library.remove([bridge.id, "nope"])
    assert library.articles() == [bridge]
    assert library.remove([]) == ()
    assert library.remove([bridge.id, bridge.id]) == (bridge.id,)
    check_whole(library)
