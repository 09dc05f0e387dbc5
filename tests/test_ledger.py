"""The statement ledger in a library: kept whole, asked for, and what its answers say. With the real extraction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import database
from rag.catalog import Catalog
from rag.errors import LibraryError
from rag.ledger import Ledger
from rag.library import Library
from rag.schema import MIGRATIONS
from rag.settings import Settings
from rag.types import Answer, Article, Filters

MILL = Article.from_text(
    "Mayor Ada Brandt said the old mill would stay open until the end of June.\n\n"
    "“We owe it to the people who work there,” Brandt told reporters on Tuesday.\n\n"
    "The owner, Karl Winter, denied that he had asked for money. Lena Moor, a spokeswoman, said Winter had "
    "stressed that the land was worth “a fair price”.",
    title="Old mill stays open",
    date="2026-02-03",
    source="The Lindal Post",
    url="https://post.example/mill",
)
FERRY = Article.from_text(
    "Ferry captain Otto Winter said the boats would not sail in the storm.\n\n"
    "Harbour master Ines Holm confirmed that two boats had lost their anchors.",
    title="Ferries stay in port",
    date="2026-02-09",
    source="Stage Weekly",
)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    from tests.conftest import FakeEncoder

    folder = tmp_path_factory.mktemp("ledger")
    with Library.open(folder, settings=Settings(library=folder), encoder=FakeEncoder()) as library:
        library.add_articles([MILL, FERRY])
        yield library


def cited(library: Library, answer: Answer) -> str:
    for citation in answer.citations:
        assert library.article(citation.article_id).text[citation.start : citation.end] == citation.text
    return " ".join(citation.text for citation in answer.citations)


def test_what_somebody_said(asked: Library) -> None:
    answer = asked.ask("What did Ada Brandt say about the old mill?")
    assert (answer.status, answer.engine) == ("answered", "ledger")
    assert "stay open until the end of June" in cited(asked, answer)
    assert {quote.speaker.name for quote in answer.quotes if quote.speaker} == {"Ada Brandt"}


def test_whose_words_they_are_and_who_reported_them(asked: Library) -> None:
    answer = asked.ask("Who spoke of “a fair price”?")
    assert (answer.status, answer.engine) == ("answered", "ledger")
    (quote,) = answer.quotes
    assert quote.speaker is not None
    assert quote.speaker.name == "Karl Winter"
    assert quote.via == "Lena Moor"
    assert answer.text.startswith("Karl Winter, as Lena Moor reported, The Lindal Post, 3 February 2026: ")


def test_words_that_are_somebody_elses_are_corrected(asked: Library) -> None:
    answer = asked.ask("Did Ines Holm say “a fair price”?")
    assert answer.status == "abstained"
    assert answer.text.startswith("Ines Holm is not reported to have said that; Karl Winter said it. [1]")
    assert "a fair price" in cited(asked, answer)


@pytest.mark.parametrize("question", ["What did Nils Ekhorn say?", "Did Nils Ekhorn promise anything?"])
def test_nobody_of_that_name_is_quoted(asked: Library, question: str) -> None:
    answer = asked.ask(question)
    assert answer.status == "abstained"
    assert answer.text.startswith("In the 2 articles searched, Nils Ekhorn is not reported to have said anything.")


def test_words_that_nobody_said_have_no_speaker(asked: Library) -> None:
    answer = asked.ask("Who said “the moon is made of cheese”?")
    assert (answer.status, answer.engine) == ("abstained", "ledger")
    assert answer.text.startswith("In the 2 articles searched, nobody is clearly reported to have said that.")


def test_the_verb_of_the_question_counts(asked: Library) -> None:
    assert "two boats had lost their anchors" in cited(asked, asked.ask("What has the harbour master confirmed?"))
    assert "asked for money" in cited(asked, asked.ask("What did Karl Winter deny?"))


def test_a_follow_up_takes_the_speaker_from_the_question_before(asked: Library) -> None:
    for content in ("What did Otto Winter say?", [{"type": "text", "text": "What did Otto Winter say?"}]):
        history = [{"role": "user", "content": content}, {"role": "assistant", "content": "…"}]
        answer = asked.ask("And what did he say about the storm?", history=history)
        assert "would not sail in the storm" in cited(asked, answer)


def test_other_questions_are_not_the_ledgers(asked: Library) -> None:
    assert asked.ask("When does the old mill close?").engine == "extractive"


def test_one_speaker_only(asked: Library) -> None:
    answer = asked.ask("Is the old mill open?", filters=Filters(speaker="Brandt"))
    assert {quote.speaker.name for quote in answer.quotes if quote.speaker} == {"Ada Brandt"}
    found = asked.retrieve("boats", filters=Filters(speaker="Brandt"))
    assert {result.article.id for result in found} == {MILL.id}
    assert asked.retrieve("boats", filters=Filters(speaker="Nils Ekhorn")) == []


def test_listing_statements(asked: Library) -> None:
    everything = asked.quotes()
    assert everything[0].article_id == FERRY.id  # the newest first
    for quote in everything:
        text = asked.article(quote.article_id).text
        assert quote.text == " ".join(text[start:end] for start, end in quote.spans)
    assert {quote.speaker.name for quote in asked.quotes("Brandt") if quote.speaker} == {"Ada Brandt"}
    assert all("boats" in quote.text for quote in asked.quotes(about="boats"))
    assert asked.quotes("Brandt", filters=Filters(source="Stage Weekly")) == []


def test_the_ledger_is_kept_whole(tmp_path: Path, encoder: Any) -> None:
    with Library.open(tmp_path, settings=Settings(library=tmp_path), encoder=encoder) as library:
        library.add_articles([MILL])
        quotes = {quote.text for quote in library.quotes()}
        assert library.problems() == []
        newer = Article.from_text(
            "Mayor Ada Brandt said the old mill would close.", title=MILL.title, date="2026-02-04", url=MILL.url
        )
        assert library.add_articles([newer]).updated == (newer.id,)
        assert quotes.isdisjoint(quote.text for quote in library.quotes())
        assert library.problems() == []
        library._indexer.chroma().quotes.delete([f"{newer.id}:q0"])
        assert library.problems() == ["1 quotes are missing from Chroma"]
        library.repair()
        assert library.problems() == []
        library.remove([newer.id])
        assert library.quotes() == []
        assert library.problems() == []


def test_statements_of_an_older_library_are_read_by_repair(tmp_path: Path, encoder: Any) -> None:
    with sqlite3.connect(tmp_path / "catalog.sqlite3") as db:
        db.executescript(MIGRATIONS[0] + "PRAGMA user_version = 1;")
    with Library.open(tmp_path, settings=Settings(library=tmp_path), encoder=encoder) as library:
        library.add_articles([FERRY])
        wanted = library.quotes()
        with library._catalog.transaction() as db:
            db.execute("DELETE FROM quotes")
            db.execute("UPDATE articles SET in_ledger = 0")
        assert "the statements of 1 articles have not been read" in library.problems()
        library.repair()
        assert library.quotes() == wanted
        assert library.problems() == []


def test_an_article_that_cannot_be_read_for_statements_is_kept(tmp_path: Path, encoder: Any) -> None:
    def fail(_: Article) -> list[Any]:
        raise IndexError("odd")

    with Library.open(tmp_path, settings=Settings(library=tmp_path), encoder=encoder, extract=fail) as library:
        assert library.add_articles([MILL]).added == (MILL.id,)
        assert library.problems() == ["the statements of 1 articles have not been read"]


def test_quotes_round_trip(tmp_path: Path) -> None:
    from rag.quotes import extract_quotes

    catalog = Catalog(tmp_path / "catalog.sqlite3")
    ledger = Ledger(catalog)
    catalog.insert(MILL, [])
    catalog.mark_ready([MILL.id])
    quotes = extract_quotes(MILL)
    ledger.insert(MILL.id, quotes)
    stored = ledger.quotes([f"{MILL.id}:q{number}" for number in range(len(quotes))])
    assert [quote.to_dict() for quote in stored.values()] == [quote.to_dict() for quote in quotes]
    catalog.close()


def test_full_text_that_does_not_match_is_told_and_mended(library: Library, articles: list[Article]) -> None:
    library.add_articles(articles)
    with library._catalog.transaction() as db:
        db.execute("INSERT INTO words (words) VALUES ('delete-all')")
    assert library.problems() == [f"{library.count_chunks()} chunks and the full text do not match"]
    library.repair()
    assert library.problems() == []
    assert library.retrieve("beekeepers honey")[0].article.id == articles[2].id


def test_a_folder_that_cannot_be_written_to_can_be_read(
    tmp_path: Path, encoder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(library=tmp_path)
    with Library.open(tmp_path, settings=settings, encoder=encoder) as library:
        library.add_articles([MILL])
    monkeypatch.setattr(database, "can_write", lambda _: False)
    monkeypatch.setattr("rag.library.can_write", lambda _: False)
    monkeypatch.setattr("rag.library._try_lock", lambda *_: None)
    with Library.open(tmp_path, settings=settings, encoder=encoder) as library:
        assert library.ask("What did Ada Brandt say?").status == "answered"
        with pytest.raises(LibraryError, match="cannot be written to"):
            library.add_articles([FERRY])


def test_a_script_is_cut_into_statements_with_triggers_whole() -> None:
    found = list(database.statements(MIGRATIONS[1]))
    assert sum("CREATE TRIGGER" in one for one in found) == 1
    assert all(sqlite3.complete_statement(one) for one in found)
    assert found[-1].rstrip().endswith("END;")
