"""The statement ledger in a library: kept whole, asked for, and what its answers say. With the real extraction."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag import database
from rag.catalog import Catalog
from rag.chunking import chunk_article, embedding_text
from rag.diagnosis import diagnose
from rag.errors import LibraryError
from rag.ledger import Ledger
from rag.library import Library
from rag.schema import MIGRATIONS
from rag.settings import Settings
from rag.types import Answer, Article, Filters, Quote, Span, Speaker

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


# ---------------------------------------------------------------------- kept with the article

ROAD = {"title": "Coast road", "source": "Stage Weekly", "url": "https://stage.example/road"}
CLOSED = Article.from_text(
    "“The coast road stays closed,” said Ines Holm.\n\n“Nobody asked the farmers,” said Jonas Reet.",
    date="2026-03-01",
    **ROAD,
)
OPENED = Article.from_text("“The coast road is free again,” said Ines Holm.", date="2026-03-02", **ROAD)


def stored(library: Library) -> dict[str, Quote]:
    """All quotes of the library, of articles in any state, by id."""
    rows = library._catalog.rows("SELECT id FROM quotes ORDER BY number")
    return library._ledger.quotes([one for (one,) in rows])


def check_whole(library: Library) -> None:
    """Every statement that is stored can be found, has a vector, and is in Chroma; nothing else is."""
    assert library.problems() == []
    wanted = set(stored(library))
    assert wanted == {one for (one,) in library._catalog.rows("SELECT id FROM quotes")}
    assert set(library._ledger.vectors()[0]) == wanted
    assert library._indexer.chroma().quotes.ids() == wanted
    assert library._ledger.count() == len(wanted) == len(library.quotes())
    ((words,),) = library._catalog.rows("SELECT COUNT(*) FROM said")
    assert words == len(wanted)


def test_quotes_and_article_are_stored_together_or_not_at_all(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = Ledger.insert

    def fail(*arguments: Any) -> None:
        insert(*arguments)
        raise RuntimeError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "insert", fail)
        with pytest.raises(RuntimeError, match="broken"):
            library.add_articles([CLOSED])
    for table in ("articles", "paragraphs", "chunks", "words_docsize", "quotes", "said"):
        assert library._catalog.rows(f"SELECT COUNT(*) FROM {table}") == [(0,)], table
    assert library.add_articles([CLOSED]).added == (CLOSED.id,)
    assert len(library.quotes()) == 2
    check_whole(library)


def test_every_field_of_a_quote_comes_back(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog.sqlite3")
    ledger = Ledger(catalog)
    text = "„Ja“, said Zoë Ünal, “no – 猫” to a friend 🙂."
    article = Article.from_text(text, external_id="x/1")
    full = Quote(
        article_id=article.id,
        external_id="x/1",
        paragraph=0,
        text="„Ja“ “no – 猫”",
        start=0,
        end=30,
        spans=((0, 4), (21, 30)),
        kind="mixed",
        speaker=Speaker("Zoë Ünal", "Zoë Ünal", 11, 19, "name"),
        cue=Span("said", 6, 10),
        polarity="conditional",
        addressee="a friend",
        via="Ines Holm",
        confidence=0.8125,
    )
    bare = replace(full, speaker=None, cue=None, via=None, addressee=None, external_id=None, spans=((0, 4),))
    unknown = replace(full, speaker=Speaker(None, "a friend", 34, 42, None))
    catalog.insert(article, [])
    catalog.mark_ready([article.id])
    ledger.insert(article.id, [full, bare, unknown])
    assert list(ledger.quotes([f"{article.id}:q{number}" for number in range(4)]).items()) == [
        (f"{article.id}:q0", full),
        (f"{article.id}:q1", bare),
        (f"{article.id}:q2", unknown),
    ]
    assert sorted(ledger.speakers(Filters())) == ["Zoë Ünal", "a friend"]
    ledger.insert(article.id, [bare])
    assert ledger.said_by(None, Filters()) == [f"{article.id}:q0"], "the new ones take the old ones' place"
    catalog.close()


def test_every_quote_has_the_vector_of_its_words(library: Library, encoder: Any) -> None:
    library.add_articles([CLOSED, MILL])
    check_whole(library)
    ids, vectors = library._ledger.vectors()
    quotes = stored(library)
    assert len(ids) == 2
    assert np.allclose(vectors, encoder.encode_queries([quotes[one].text for one in ids]), atol=1e-3)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    best, _ = library._indexer.indexes().quotes.search(vectors[1], 1, Filters())[0]
    assert best == ids[1]


def test_a_newer_version_takes_the_older_ones_quotes_away(library: Library) -> None:
    library.add_articles([CLOSED])
    assert library.add_articles([OPENED]).updated == (OPENED.id,)
    assert [quote.text for quote in library.quotes()] == ["“The coast road is free again,”"]
    check_whole(library)
    assert library._ledger.search_words("farmers", 5, Filters()) == []
    assert library.quotes("Jonas Reet") == []
    assert library._catalog.stale() == []
    assert library.add_articles([CLOSED]).unchanged == (CLOSED.id,)
    assert len(library.quotes()) == 1, "an older version that comes again is not quoted"
    check_whole(library)


def test_a_removed_article_is_not_quoted_and_may_come_back(library: Library) -> None:
    library.add_articles([CLOSED, FERRY])
    before = library.quotes()
    library.remove([CLOSED.id])
    assert library.quotes() == []
    assert library._indexer.chroma().quotes.ids() == set()
    check_whole(library)
    library.add_articles([CLOSED])
    assert library.quotes() == before
    check_whole(library)


def test_quotes_of_an_interrupted_add_are_finished_on_opening(
    library: Library, open_library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add_articles([FERRY])
    mark_ready, calls = Catalog.mark_ready, []

    def fail_once(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) == 1:
            raise KeyboardInterrupt
        mark_ready(*arguments)

    monkeypatch.setattr(Catalog, "mark_ready", fail_once)
    with pytest.raises(KeyboardInterrupt):
        library.add_articles([CLOSED])
    assert library.quotes() == [], "what is half done is not found"
    assert (
        "Jonas Reet is not reported to have said anything." in library.ask("What did Jonas Reet say of farmers?").text
    )
    assert "1 articles wait for their vectors" in library.problems()
    library.close()
    again = open_library()
    assert len(calls) == 2
    assert [quote.text for quote in again.quotes()] == ["“The coast road stays closed,”", "“Nobody asked the farmers,”"]
    check_whole(again)
    assert again.ask("Who said “nobody asked the farmers”?").text.startswith("Jonas Reet, Stage Weekly, 1 March 2026: ")


@pytest.mark.parametrize("reopened", [False, True])
def test_chroma_with_other_quotes_is_told_and_mended(library: Library, open_library: Any, reopened: bool) -> None:
    library.add_articles([CLOSED, FERRY])
    quotes = library._indexer.chroma().quotes
    quotes.delete([f"{CLOSED.id}:q1"])
    quotes.upsert([("stranger:q0", FERRY)], library._encoder.encode_documents(["stranger"]))
    if reopened:
        library.close()
        library = open_library()
    wanted = ["1 quotes are missing from Chroma", "1 quotes in Chroma belong to no article"]
    assert library.problems() == wanted
    assert diagnose(library)["problems"][: len(wanted)] == wanted
    library.repair()
    check_whole(library)


def test_a_missing_quote_is_put_back_by_the_next_opening(library: Library, open_library: Any) -> None:
    library.add_articles([CLOSED])
    library._indexer.chroma().quotes.delete([f"{CLOSED.id}:q1"])
    library.close()
    again = open_library()
    again.ask("Who said “nobody asked the farmers”?")
    check_whole(again)


def test_repair_reads_the_statements_that_were_never_read(library: Library) -> None:
    library.add_articles([CLOSED, FERRY])
    wanted = stored(library)
    with library._catalog.transaction() as db:
        db.execute("UPDATE articles SET in_ledger = 0 WHERE id = ?", (CLOSED.id,))
        db.execute("DELETE FROM quotes")
    assert "the statements of 1 articles have not been read" in library.problems()
    assert library.quotes() == []
    question = "What did Jonas Reet say about the farmers?"
    assert library.ask(question).engine == "extractive", "silence proves nothing before all statements are read"
    library.repair()
    assert library.ask(question).engine == "ledger"
    assert stored(library) == wanted
    check_whole(library)


def test_a_library_of_the_first_version_is_migrated_with_its_articles(
    folder: Path, open_library: Any, encoder: Any
) -> None:
    """A catalog as the first version left it: an article that is ready, and a chunk that has just gone."""
    (chunk,) = chunk_article(CLOSED, encoder.count_tokens, 60)
    vector = encoder.encode_documents([embedding_text(CLOSED, chunk)])[0].astype("<f2").tobytes()
    folder.mkdir()
    db = sqlite3.connect(folder / "catalog.sqlite3")
    db.executescript(MIGRATIONS[0] + "PRAGMA user_version = 1;")
    db.execute(
        "INSERT INTO articles (number, id, address, title, date, source, url, metadata, text, state, added)"
        " VALUES (1, ?, ?, ?, '2026-03-01', ?, ?, '{}', ?, 'ready', '2026-03-01T12:00:00+00:00')",
        (CLOSED.id, CLOSED.address, CLOSED.title, CLOSED.source, CLOSED.url, CLOSED.text),
    )
    db.executemany("INSERT INTO paragraphs VALUES (1, ?, ?, ?)", [(p.index, p.start, p.end) for p in CLOSED.paragraphs])
    db.execute(
        "INSERT INTO chunks VALUES (1, ?, 1, ?, ?, ?, ?, ?)",
        (chunk.id, chunk.first, chunk.last, chunk.start, chunk.end, vector),
    )
    db.execute("INSERT INTO words (rowid, title, body) VALUES (1, ?, ?)", (CLOSED.title, chunk.text))
    db.execute("INSERT INTO stale VALUES ('gone:0-1')")
    db.execute("INSERT INTO meta VALUES ('encoder', ?)", (encoder.name,))
    db.commit()
    db.close()
    library = open_library(encoder)
    assert library._catalog.rows("PRAGMA user_version") == [(len(MIGRATIONS),)]
    assert library.articles() == [CLOSED]
    assert library._catalog.stale() == []
    assert library.retrieve("coast road farmers")[0].chunk == chunk
    assert library.quotes() == []
    assert library.problems() == ["the statements of 1 articles have not been read"]
    library.repair()
    assert [quote.speaker and quote.speaker.name for quote in library.quotes()] == ["Ines Holm", "Jonas Reet"]
    check_whole(library)
    library.close()
    again = open_library()
    assert len(again.quotes()) == 2
    check_whole(again)


# ---------------------------------------------------------------------- found by speaker, topic, source and date


def statement(name: str, words: str, date: str, source: str = "The Lindal Post") -> Article:
    return Article.from_text(f"“{words},” said {name}.", title=f"On {date}", date=date, source=source)


@pytest.fixture
def many(library: Library) -> Library:
    """Statements on a well and a choir, of two spellings of one speaker and of another; one has no date."""
    whole = statement("Ada Brandt", "The well gives clean water", "2026-01-10")
    short = statement("Ada Brandt", "The choir sings in May", "2026-01-20", "Stage Weekly")
    other = statement("Nils Ekhorn", "The well is too deep", "2026-01-15", "Stage Weekly")
    undated = Article.from_text("“The choir needs a hall,” said Nils Ekhorn.", title="Choir")
    extract = library._extract
    library._extract = lambda article: [
        # the way extraction stores a speaker whom an article never names in full
        replace(quote, speaker=replace(quote.speaker, name="Brandt")) if quote.speaker and article == short else quote
        for quote in extract(article)
    ]
    library.add_articles([undated, whole, other, short])
    return library


def texts(quotes: list[Quote]) -> list[str]:
    return [quote.text.strip("“,”") for quote in quotes]


WATER, DEEP, MAY, HALL = (
    "The well gives clean water",
    "The well is too deep",
    "The choir sings in May",
    "The choir needs a hall",
)


@pytest.mark.parametrize(
    ("speaker", "wanted"),
    [
        (None, [MAY, DEEP, WATER, HALL]),
        ("Brandt", [MAY, WATER]),
        ("Ada Brandt", [MAY, WATER]),
        ("Mayor Brandt", [MAY, WATER]),
        ("Otto Brandt", [MAY]),
        ("ekhorn", [DEEP, HALL]),
        ("Nils Ekhorn", [DEEP, HALL]),
        ("Jonas Reet", []),
    ],
)
def test_statements_of_a_speaker_are_listed_the_newest_first_and_undated_last(
    many: Library, speaker: str | None, wanted: list[str]
) -> None:
    assert texts(many.quotes(speaker)) == wanted


def test_statements_on_a_topic_and_of_a_speaker_on_a_topic(many: Library) -> None:
    assert set(texts(many.quotes(about="the well"))) == {WATER, DEEP}
    assert texts(many.quotes(about="clean water in the well"))[0] == WATER, "the best first"
    assert texts(many.quotes(speaker="Brandt", about="the well")) == [WATER]
    assert texts(many.quotes(speaker="Brandt", about="the choir")) == [MAY]
    assert many.quotes(speaker="Jonas Reet", about="the well") == []
    assert many.quotes(about="penguins of Quito") == []


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (Filters(source="stage weekly"), [MAY, DEEP]),
        (Filters(source="Nobody's Paper"), []),
        (Filters(since=dt.date(2026, 1, 15)), [MAY, DEEP]),
        (Filters(until=dt.date(2026, 1, 15)), [DEEP, WATER]),
        (Filters(since=dt.date(2026, 1, 11), until=dt.date(2026, 1, 19)), [DEEP]),
        (Filters(source="Stage Weekly", until=dt.date(2026, 1, 15)), [DEEP]),
    ],
)
def test_filters_by_source_and_date(many: Library, filters: Filters, wanted: list[str]) -> None:
    assert texts(many.quotes(filters=filters)) == wanted
    wells = [one for one in wanted if "well" in one]
    assert sorted(texts(many.quotes(about="the well", filters=filters))) == sorted(wells)
    assert len(many._ledger.speakers(filters)) == len(wanted)
    brandts = [one for one in wanted if one in (WATER, MAY)]
    assert texts(many.quotes("Brandt", filters=filters)) == brandts


def test_filters_by_article(many: Library) -> None:
    newest = many.articles()[0]
    assert texts(many.quotes(filters=Filters(article_ids=[newest.id]))) == [MAY]
    assert many.quotes(filters=Filters(article_ids=["none"])) == []


def test_one_speaker_in_retrieve_and_ask(many: Library) -> None:
    brandt = Filters(speaker="Brandt")
    found = many.retrieve("well choir", filters=brandt)
    assert [article.title for article in many.articles() if article in {one.article for one in found}] == [
        "On 2026-01-20",
        "On 2026-01-10",
    ]
    weekly = many.retrieve("well choir", filters=Filters(speaker="Brandt", source="Stage Weekly"))
    assert [one.article.title for one in weekly] == ["On 2026-01-20"]
    assert many.retrieve("well choir", filters=Filters(speaker="Jonas Reet")) == []
    answer = many.ask("How deep is the well?", filters=brandt)
    assert {quote.speaker and quote.speaker.name for quote in answer.quotes} <= {"Ada Brandt", "Brandt"}
    assert DEEP not in cited(many, answer)
    assert WATER in cited(many, answer)
    other = many.ask("Does the well give clean water?", filters=Filters(speaker="Nils Ekhorn"))
    assert WATER not in other.text
