"""The statement ledger in a library: kept whole with its articles, and found by speaker, topic, source and date."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.catalog import Catalog
from rag.chunking import chunk_article, embedding_text
from rag.diagnosis import diagnose
from rag.ledger import Ledger
from rag.library import Library
from rag.schema import MIGRATIONS
from rag.settings import Settings
from rag.types import Article, Filters, Quote, Span, Speaker

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


def test_an_article_that_cannot_be_read_for_statements_is_kept(tmp_path: Path, encoder: Any) -> None:
    def fail(_: Article) -> list[Any]:
        raise IndexError("odd")

    with Library.open(tmp_path, settings=Settings(library=tmp_path), encoder=encoder, extract=fail) as library:
        assert library.add_articles([MILL]).added == (MILL.id,)
        assert library.problems() == ["the statements of 1 articles have not been read"]


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
        ("Otto Brandt", []),  # a bare "Brandt" is the one Brandt that is known
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
    assert DEEP not in answer.text
    assert WATER in answer.text
    other = many.ask("Does the well give clean water?", filters=Filters(speaker="Nils Ekhorn"))
    assert WATER not in other.text
