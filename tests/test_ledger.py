"""The statement ledger in a library: kept whole with its articles, and found by speaker, topic, source and date."""

from __future__ import annotations

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
    answer = library.ask("What did Jonas Reet say of farmers?")
    assert (answer.status, answer.quotes) == ("abstained", ())
    assert CLOSED.id not in {one.article_id for one in answer.closest}
    assert "1 articles wait for their vectors" in library.problems()
    library.close()
    again = open_library()
    assert len(calls) == 2
    assert [quote.text for quote in again.quotes()] == ["“The coast road stays closed,”", "“Nobody asked the farmers,”"]
    check_whole(again)
    answer = again.ask("What did Jonas Reet say of farmers?")
    assert (*answer.citations, *answer.closest)[0].text == "“Nobody asked the farmers,” said Jonas Reet."


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
    unread = "have not been read yet"
    assert unread in library.summarize(speaker="Jonas Reet").note, "silence proves nothing before all are read"
    library.repair()
    assert unread not in library.summarize(speaker="Jonas Reet").note
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
