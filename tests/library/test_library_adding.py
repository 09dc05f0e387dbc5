"""Adding: what is found and stays, what cannot be added, and what is told meanwhile; and looking at what is there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.errors import NotFoundError
from rag.index import ExactIndex
from rag.library import Library
from rag.types import Article, Filters

Open = Callable[..., Library]
Check = Callable[[Library], None]
Make = Callable[..., Article]


def test_added_articles_are_found_and_stay(
    library: Library, open_library: Open, articles: list[Article], check_whole: Check
) -> None:
    report = library.add_articles(articles)
    assert report.added == tuple(article.id for article in articles)
    assert (report.updated, report.unchanged, report.failed) == ((), (), ())
    assert library.articles() == articles
    check_whole(library)
    library.close()
    again = open_library()
    assert again.articles() == articles
    check_whole(again)


def test_files_folders_and_failures(library: Library, tmp_path: Path, check_whole: Check) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "one.txt").write_text("The harbour opens in May.\n\nThe mayor said so.", encoding="utf-8")
    (folder / "dump.jsonl").write_text('{"text": "A dump line about trams.", "id": 7}\nbroken\n', encoding="utf-8")
    (folder / "empty.txt").write_text("", encoding="utf-8")
    report = library.add([folder, tmp_path / "missing.txt", str(folder / "one.txt")])
    assert len(report.added) == 2
    assert len(report.unchanged) == 1
    assert len(report.failed) == 3
    assert {article.external_id for article in library.articles()} == {None, "7"}
    check_whole(library)


def test_one_source_need_not_be_a_list(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_text("The harbour opens in May.", encoding="utf-8")
    assert len(library.add(str(path)).added) == 1
    assert len(library.add(path).unchanged) == 1


def test_the_same_article_twice_in_one_add(library: Library, encoder: Any, bridge: Article) -> None:
    report = library.add_articles([bridge, bridge])
    assert (report.added, report.unchanged) == ((bridge.id,), (bridge.id,))
    count = len(encoder.encoded)
    assert library.add_articles([bridge]).unchanged == (bridge.id,)
    assert len(encoder.encoded) == count, "what is here already is not embedded again"


def test_a_wire_copy_stays_an_article_of_its_own(library: Library, check_whole: Check) -> None:
    text = "The council passed the bill.\n\nIt cost nine votes."
    wire = Article.from_text(text, source="Northline Wire", url="https://wire.example/1")
    copy = Article.from_text(text, source="Morning Post", url="https://post.example/1")
    assert len(library.add_articles([wire, copy]).added) == 2
    assert library.searched().articles == 2
    check_whole(library)


@pytest.mark.parametrize("text", ["", " \n\t\n ", "\u2003\xa0"])
def test_an_article_without_paragraphs_is_a_failure(library: Library, bridge: Article, text: str) -> None:
    report = library.add_articles([Article.from_text(text, title="Empty"), bridge])
    assert [failure.source for failure in report.failed] == ["Empty"]
    assert report.added == (bridge.id,)


@pytest.mark.parametrize(
    "facts",
    [{"text": "half \ud83d pair"}, {"text": "x", "title": "\udcff"}, {"text": "x", "metadata": {"a": "\ud800"}}],
)
def test_what_no_file_can_hold_is_a_failure(library: Library, bridge: Article, facts: Any, check_whole: Check) -> None:
    report = library.add_articles([Article.from_text(**facts), bridge])
    assert len(report.failed) == 1
    assert report.added == (bridge.id,)
    json.dumps(report.to_dict()).encode()
    check_whole(library)


def test_odd_texts_come_back_to_the_letter(library: Library, check_whole: Check) -> None:
    texts = [
        "a\x00b\x1b[31m.",
        "\u202edesrever\u202c. End.",
        "漢字。これは。",
        "👩‍👩‍👧 said 🙂.",
        "e\u0301 \r\n\r\n x\x85y\u2028z",
    ]
    report = library.add_articles([Article.from_text(text) for text in texts])
    assert not report.failed
    assert {article.text for article in library.articles()} == set(texts)
    check_whole(library)


def test_five_thousand_paragraphs(library: Library) -> None:
    text = "\n\n".join(f"Paragraph {n} speaks of item {n}." for n in range(5000))
    library.add_articles([Article.from_text(text, title="Long")])
    (article,) = library.articles()
    assert len(article.paragraphs) == 5000
    results = library.retrieve("paragraph item 4321", k=3)
    assert any("item 4321" in result.chunk.text for result in results)
    assert library.problems() == []


def test_progress_is_told(library: Library, numbered: Make) -> None:
    told: list[tuple[int, int | None, str]] = []
    library.add_articles([numbered(n) for n in range(3)], progress=lambda *step: told.append(step))
    assert told == [(0, 3, "Report 0"), (1, 3, "Report 1"), (2, 3, "Report 2"), (3, 3, "")]
    told.clear()
    library.add_articles(iter([numbered(9)]), progress=lambda *step: told.append(step))
    assert told == [(0, None, "Report 9"), (1, 1, "")]


def test_what_the_page_shows(library: Library, articles: list[Article]) -> None:
    library.add_articles(articles)
    assert library.sources() == ["Eskerby Courier", "The Harbour Gazette"]
    assert library.searched(Filters(source="eskerby courier")).articles == 1
    assert library.article(articles[0].id) == articles[0]
    assert library.count_chunks() >= 3
    with pytest.raises(NotFoundError):
        library.article("nope")


def test_it_is_ready_once_it_is_warm(library: Library, bridge: Article) -> None:
    assert not library.ready
    library.warm_up()
    assert library.ready


def test_a_reader_never_opens_chroma(open_library: Open, articles: list[Article]) -> None:
    open_library().add_articles(articles)
    reader = open_library()
    reader.warm_up()
    assert isinstance(reader._indexer.indexes().chunks, ExactIndex)
    assert reader.problems() == []
