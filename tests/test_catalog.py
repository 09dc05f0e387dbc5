"""The catalog: transactions, versions, full text, threads and damaged files."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from rag import catalog as catalog_module
from rag.catalog import Catalog
from rag.chunking import chunk_article
from rag.database import pack_sentences
from rag.errors import LibraryError, NotFoundError, StorageFullError
from rag.schema import MIGRATIONS
from rag.types import Article, Chunk, Filters


def by_words(texts: list[str]) -> list[int]:
    return [len(text.split()) for text in texts]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.sqlite3"


@pytest.fixture
def catalog(path: Path) -> Iterator[Catalog]:
    one = Catalog(path)
    yield one
    one.close()


def embed(catalog: Catalog, chunks: Sequence[Chunk]) -> None:
    vectors = np.eye(len(chunks), 4, dtype=np.float32)
    sentences = [
        pack_sentences([(chunk.start, chunk.end)], one[None]) for chunk, one in zip(chunks, vectors, strict=True)
    ]
    catalog.set_vectors([chunk.id for chunk in chunks], vectors, sentences)


def put(catalog: Catalog, *articles: Article) -> None:
    for article in articles:
        chunks = chunk_article(article, by_words, 30)
        catalog.insert(article, chunks)
        embed(catalog, chunks)
        catalog.mark_ready([article.id])


def found(catalog: Catalog, words: str, filters: Filters | None = None) -> set[str]:
    return {chunk_id.partition(":")[0] for chunk_id, _ in catalog.search_words(words, 50, filters or Filters())}


def in_thread(action: Callable[[], object]) -> object:
    results: list[object] = []

    def run() -> None:
        try:
            results.append(action())
        except Exception as error:
            results.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return results[0]


# ---------------------------------------------------------------------- what goes in comes out


def test_an_article_comes_back_as_it_was(catalog: Catalog, path: Path, articles: list[Article]) -> None:
    odd = Article.from_text(
        "“Ha\xa0\u200b!”\r\n\r\n漢字 ع 🙂 e\u0301 \x00 end",
        title="T\x1b[31m",
        metadata={"a": [1, None], "b": {"c": "é"}},
    )
    put(catalog, odd, *articles)
    again = Catalog(path)
    try:
        for article in [odd, *articles]:
            assert again.article(article.id) == article
            assert again.article(article.id).metadata == article.metadata
            assert again.chunks_of(article.id) == chunk_article(article, by_words, 30)
    finally:
        again.close()


def test_articles_come_newest_first_and_undated_last(catalog: Catalog, articles: list[Article]) -> None:
    put(catalog, *reversed(articles))
    assert catalog.articles() == articles
    assert catalog.article_ids("ready") == [article.id for article in reversed(articles)]


def test_only_ready_articles_are_found(catalog: Catalog, bridge: Article) -> None:
    catalog.insert(bridge, chunk_article(bridge, by_words, 30))
    assert catalog.state(bridge.id) == "pending"
    assert not found(catalog, "bridge")
    assert catalog.articles() == []
    assert catalog.searched(Filters()).articles == 0
    catalog.mark_ready([bridge.id])
    assert catalog.state(bridge.id) == "ready"
    assert found(catalog, "bridge") == {bridge.id}


def test_unknown_ids(catalog: Catalog) -> None:
    assert catalog.state("nope") is None
    assert catalog.chunks(["nope:0-1"]) == {}
    assert catalog.vectors(["nope"])[0] == []
    assert catalog.delete("nope") is False
    with pytest.raises(NotFoundError, match="nope"):
        catalog.article("nope")


def test_vectors_come_back_by_chunk(catalog: Catalog, bridge: Article, strike: Article) -> None:
    put(catalog, bridge, strike)
    ids, vectors = catalog.vectors()
    assert ids == [chunk.id for article in (bridge, strike) for chunk in catalog.chunks_of(article.id)]
    assert vectors.dtype == np.float32
    assert catalog.count_chunks() == len(ids) == len(vectors)
    some, one = catalog.vectors([strike.id])
    assert some == [chunk.id for chunk in catalog.chunks_of(strike.id)]
    np.testing.assert_array_equal(one, vectors[-len(some) :])


# ---------------------------------------------------------------------- full text and filters


def test_full_text_ranks_the_article_that_speaks_of_it_first(catalog: Catalog, articles: list[Article]) -> None:
    put(catalog, *articles)
    ranked = catalog.search_words("Who closed the Tolland Bridge?", 10, Filters())
    assert ranked[0][0].startswith(articles[0].id)
    assert [score for _, score in ranked] == sorted((score for _, score in ranked), reverse=True)
    assert ranked[-1][1] > 0
    assert catalog.search_words("?!", 10, Filters()) == []


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), 3),
        (Filters(source="the harbour gazette"), 1),
        (Filters(source="Nobody"), 0),
        (Filters(since=dt.date(2026, 3, 4)), 1),
        (Filters(until=dt.date(2026, 3, 4)), 2),
        (Filters(since=dt.date(2025, 12, 4), until=dt.date(2025, 12, 4)), 1),
        (Filters(since=dt.date(2026, 3, 5)), 0),
        (Filters(article_ids=["x"]), 0),
    ],
)
def test_filters(catalog: Catalog, articles: list[Article], filters: Filters, expected: int) -> None:
    put(catalog, *articles)
    assert catalog.searched(filters).articles == expected
    assert len(catalog.matching_ids(filters)) == expected
    assert len(found(catalog, "bridge tram honey", filters)) == expected


def test_filter_by_ids_takes_any_number(catalog: Catalog, articles: list[Article]) -> None:
    put(catalog, *articles)
    ids = [articles[1].id, *(f"{n:016x}" for n in range(40_000))]
    assert found(catalog, "bridge tram honey", Filters(article_ids=ids)) == {articles[1].id}


def test_publishers_are_compared_without_case_in_every_alphabet(catalog: Catalog) -> None:
    put(catalog, Article.from_text("Ein Satz.", source="Östliche Zeitung"))
    assert catalog.searched(Filters(source="ÖSTLICHE zeitung")).articles == 1
    assert catalog.sources() == ["Östliche Zeitung"]


def test_dates_of_what_was_searched(catalog: Catalog, articles: list[Article]) -> None:
    put(catalog, *articles)
    searched = catalog.searched(Filters())
    assert (searched.articles, searched.since, searched.until) == (3, dt.date(2025, 12, 4), dt.date(2026, 3, 4))
    within = [one.chunk_id for one in catalog.locate(catalog.vectors()[0]) if one.date and one.date.year == 2026]
    assert set(within) == {chunk.id for chunk in catalog.chunks_of(articles[0].id)}


# ---------------------------------------------------------------------- versions and removal


def versions() -> tuple[Article, Article]:
    facts = {"url": "https://gazette.example/bridge", "title": "Bridge"}
    old = Article.from_text("The crack is four centimetres.", date="2026-03-04", **facts)
    return old, Article.from_text("The crack is nine centimetres.", date="2026-03-05", **facts)


def test_a_new_version_takes_the_place_of_the_old_one(catalog: Catalog) -> None:
    old, new = versions()
    put(catalog, old)
    old_chunks = [chunk.id for chunk in catalog.chunks_of(old.id)]
    assert catalog.current_version(old.address or "") == (old.id, old.date)
    catalog.insert(new, chunk_article(new, by_words, 30))
    assert found(catalog, "four") == {old.id}, "until the new one is ready, the old one is found"
    embed(catalog, catalog.chunks_of(new.id))
    catalog.mark_ready([new.id])
    assert not found(catalog, "four")
    assert found(catalog, "nine") == {new.id}
    assert catalog.state(old.id) == "superseded"
    assert catalog.article(old.id) == old, "old citations still open"
    assert catalog.chunks_of(old.id) == []
    assert catalog.stale() == old_chunks
    assert catalog.current_version(old.address or "") == (new.id, new.date)
    assert catalog.problems() == []


def test_both_versions_pending_at_once(catalog: Catalog) -> None:
    old, new = versions()
    for article in (old, new):
        catalog.insert(article, chunk_article(article, by_words, 30))
    catalog.mark_ready([old.id, new.id])
    assert (catalog.state(old.id), catalog.state(new.id)) == ("superseded", "ready")
    assert found(catalog, "crack") == {new.id}


def test_removal_takes_words_versions_and_rows(catalog: Catalog, path: Path, bridge: Article, strike: Article) -> None:
    old, new = versions()
    put(catalog, old, new, bridge, strike)  # bridge is a third version
    assert catalog.delete(bridge.id)
    assert not found(catalog, "crack bridge Tolland ferries")
    assert [catalog.state(article.id) for article in (old, new, bridge)] == [None, None, None]
    assert found(catalog, "tram") == {strike.id}
    assert catalog.problems() == []
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT COUNT(*) FROM paragraphs").fetchone() == (3,)
        assert db.execute("SELECT COUNT(*) FROM words_docsize").fetchone() == (catalog.count_chunks(),)


def test_a_removed_article_that_comes_back_is_not_stale(catalog: Catalog, bridge: Article) -> None:
    put(catalog, bridge)
    chunks = [chunk.id for chunk in catalog.chunks_of(bridge.id)]
    catalog.delete(bridge.id)
    assert sorted(catalog.stale()) == sorted(chunks)
    put(catalog, bridge)
    assert catalog.stale() == []


# ---------------------------------------------------------------------- transactions


def test_a_failed_insert_leaves_nothing(catalog: Catalog, bridge: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog_module, "_words", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        catalog.insert(bridge, chunk_article(bridge, by_words, 30))
    monkeypatch.undo()
    assert catalog.state(bridge.id) is None
    put(catalog, bridge)
    assert catalog.problems() == []


def test_transactions_nest(catalog: Catalog) -> None:
    def fail() -> None:
        with catalog.transaction():
            catalog.set_meta("a", "1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert catalog.meta("a") is None
    with catalog.transaction():
        catalog.set_meta("a", "1")
        assert in_thread(lambda: catalog.meta("a")) is None, "nobody sees half of it"
    assert in_thread(lambda: catalog.meta("a")) == "1"


def test_a_full_disk_is_told_and_nothing_is_half_written(catalog: Catalog, bridge: Article) -> None:
    put(catalog, bridge)
    (pages,) = catalog._db.execute("PRAGMA page_count").fetchone()
    catalog._db.execute(f"PRAGMA max_page_count = {pages + 1}")
    big = Article.from_text("\n\n".join(f"Paragraph {n} of a long report." for n in range(3000)))
    with pytest.raises(StorageFullError, match="no space"):
        catalog.insert(big, chunk_article(big, by_words, 30))
    assert catalog.state(big.id) is None
    assert catalog.problems() == []
    catalog._db.execute("PRAGMA max_page_count = 1000000")
    put(catalog, big)
    assert found(catalog, "paragraph") == {big.id}


def test_a_commit_that_fails_is_rolled_back(catalog: Catalog, bridge: Article) -> None:
    """As on a full disk: what comes after must not join the transaction that failed, and be lost with it."""

    class Failing:
        def __init__(self, connection: sqlite3.Connection) -> None:
            self.connection = connection

        def __getattr__(self, name: str) -> object:
            return getattr(self.connection, name)

        def execute(self, sql: str, *parameters: object) -> object:
            if sql == "COMMIT":
                raise sqlite3.OperationalError("database or disk is full")
            return self.connection.execute(sql, *parameters)

    good = catalog._db
    catalog._local.connection = Failing(good)
    with pytest.raises(StorageFullError):
        catalog.set_meta("a", "1")
    catalog._local.connection = good
    assert catalog.meta("a") is None
    catalog.set_meta("b", "2")
    assert in_thread(lambda: catalog.meta("b")) == "2"


# ---------------------------------------------------------------------- threads


def test_threads_that_are_gone_hold_nothing_open(catalog: Catalog, articles: list[Article]) -> None:
    put(catalog, *articles)
    catalog.data_version()
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    for _ in range(50):
        assert in_thread(lambda: len(catalog.articles())) == 3
    assert len(catalog._connections) <= 4
    if before:
        assert len(os.listdir("/proc/self/fd")) <= before + 6
    catalog.data_version()


def test_threads_read_while_others_write_and_remove(catalog: Catalog, strike: Article) -> None:
    pool = [Article.from_text(f"Report {n} on the bridge.\n\nMore of it.", url=f"u{n % 5}") for n in range(40)]
    put(catalog, strike)
    wrong: list[object] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                for article in catalog.articles():
                    assert len(article.paragraphs) >= 2
                ids = [chunk_id for chunk_id, _ in catalog.search_words("report bridge tram", 50, Filters())]
                for chunk_id, (article, chunk) in catalog.chunks(ids).items():
                    assert chunk_id == chunk.id
                    assert article.text[chunk.start : chunk.end] == chunk.text
                    assert article.paragraphs[chunk.last].end == chunk.end
            except Exception as error:
                wrong.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for article in pool[:20]:
        put(catalog, article)
    for article in catalog.articles():
        if article != strike:
            catalog.delete(article.id)
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert catalog.articles() == [strike]
    assert catalog.problems() == []


def test_data_version_changes_with_every_write_and_only_then(catalog: Catalog) -> None:
    first = catalog.data_version()
    assert in_thread(catalog.data_version) == catalog.data_version() == first
    catalog.set_meta("a", "1")
    second = in_thread(catalog.data_version)
    assert second == catalog.data_version() != first


def test_a_closed_catalog_stays_closed(catalog: Catalog, bridge: Article) -> None:
    catalog.close()
    catalog.close()
    with pytest.raises(LibraryError, match="is closed"):
        catalog.articles()
    with pytest.raises(LibraryError, match="is closed"):
        catalog.insert(bridge, [])


# ---------------------------------------------------------------------- schema and damage


def test_schema_is_made_once_by_many_processes_at_once(path: Path) -> None:
    results: list[object] = []
    barrier = threading.Barrier(4)

    def make() -> None:
        barrier.wait()
        try:
            one = Catalog(path)
            one.library_id()
            one.close()
            results.append("made")
        except Exception as error:
            results.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["made"] * 4


def test_a_newer_schema_is_refused(path: Path, catalog: Catalog) -> None:
    catalog.close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(LibraryError, match="newer Whosaid"):
        Catalog(path)


def test_settings_of_the_file(catalog: Catalog) -> None:
    db = catalog._db
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


@pytest.mark.parametrize("content", [b"not a database at all, " * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_broken_file_is_one_clear_error(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(LibraryError) as caught:
        Catalog(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == content, "it is left as it is"


def test_a_file_broken_inside_is_one_clear_error(path: Path, catalog: Catalog, articles: list[Article]) -> None:
    put(catalog, *articles)
    catalog.close()
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(LibraryError, match="is damaged"):
        Catalog(path).articles()


def test_a_folder_in_place_of_the_file(path: Path) -> None:
    path.mkdir()
    with pytest.raises(LibraryError, match="cannot be opened"):
        Catalog(path)
