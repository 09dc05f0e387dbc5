"""Chroma, and the exact search that stands in for it in a process that only reads."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag.catalog import Catalog
from rag.chunking import chunk_article
from rag.database import pack_sentences
from rag.embedding import Vectors
from rag.errors import LibraryError, SettingsError, StorageFullError
from rag.index import ChromaIndex, ChromaStore, ExactIndex
from rag.types import Article, Filters

DIMENSION = 24


def unit(seed: int, rows: int) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(rows, DIMENSION)).astype("<f2").astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def make(number: int) -> Article:
    date = dt.date(2026, 1, 1) + dt.timedelta(number) if number % 4 else None
    return Article.from_text(f"Report {number}.", date=date, source=("Alpha", "Ölblatt", None)[number % 3])


ARTICLES = [make(number) for number in range(30)]
ENTRIES = [(f"{article.id}:0-9", article) for article in ARTICLES]
VECTORS = unit(1, len(ENTRIES))
FILTERS = [
    Filters(),
    Filters(source="alpha"),
    Filters(source="ÖLBLATT", since=dt.date(2026, 1, 10)),
    Filters(since=dt.date(2026, 1, 5), until=dt.date(2026, 1, 12)),
    Filters(article_ids=[article.id for article in ARTICLES[:7]]),
    Filters(article_ids=[article.id for article in ARTICLES], source="Alpha", until=dt.date(2026, 1, 20)),
    Filters(source="Nobody"),
    Filters(article_ids=["nope"]),
]


@pytest.fixture
def chroma(tmp_path: Path) -> Iterator[ChromaStore]:
    one = ChromaStore(tmp_path / "chroma")
    yield one
    one.close()


@pytest.fixture
def index(chroma: ChromaStore) -> ChromaIndex:
    return ChromaIndex(chroma, "test")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    one = Catalog(tmp_path / "catalog.sqlite3")
    yield one
    one.close()


def store(catalog: Catalog, articles: list[Article], vectors: Vectors) -> list[str]:
    ids = []
    for article in articles:
        chunks = chunk_article(article, lambda texts: [len(text.split()) for text in texts], 50)
        catalog.insert(article, chunks)
        ids += [chunk.id for chunk in chunks]
    catalog.set_vectors(ids, vectors, [pack_sentences([], vectors[:0])] * len(ids))
    catalog.mark_ready([article.id for article in articles])
    return ids


def test_the_nearest_comes_first(index: ChromaIndex) -> None:
    index.upsert(ENTRIES, VECTORS)
    found = index.search(VECTORS[3], 5, Filters())
    assert found[0][0] == ENTRIES[3][0]
    assert found[0][1] == pytest.approx(1.0, abs=1e-5)
    cosines = VECTORS @ VECTORS[3]
    assert [one for one, _ in found] == [ENTRIES[row][0] for row in np.argsort(-cosines)[:5]]
    assert [score for _, score in found] == pytest.approx(sorted(cosines, reverse=True)[:5], abs=1e-5)


def test_writing_twice_changes_nothing_and_deleting_twice_too(index: ChromaIndex) -> None:
    index.upsert(ENTRIES, VECTORS)
    index.upsert(ENTRIES, VECTORS)
    assert index.ids() == {one for one, _ in ENTRIES}
    index.delete([ENTRIES[0][0], "nope"])
    index.delete([ENTRIES[0][0]])
    assert index.count() == len(ENTRIES) - 1
    assert ENTRIES[0][0] not in {one for one, _ in index.search(VECTORS[0], 50, Filters())}


def test_batches_stay_within_the_clients_maximum(
    chroma: ChromaStore, index: ChromaIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    upsert, delete = index._collection.upsert, index._collection.delete
    monkeypatch.setattr(chroma, "batch", 7)
    monkeypatch.setattr(index._collection, "upsert", lambda **k: sizes.append(len(k["ids"])) or upsert(**k))
    monkeypatch.setattr(index._collection, "delete", lambda **k: sizes.append(len(k["ids"])) or delete(**k))
    index.upsert(ENTRIES, VECTORS)
    assert index.count() == len(ENTRIES)
    index.delete([one for one, _ in ENTRIES[:20]])
    assert index.ids() == {one for one, _ in ENTRIES[20:]}
    assert sizes == [7, 7, 7, 7, 2, 7, 7, 6]


def test_nothing_to_search(index: ChromaIndex) -> None:
    assert index.search(VECTORS[0], 10, Filters()) == []
    assert index.search(VECTORS[0], 10, FILTERS[3]) == []
    index.upsert([], VECTORS[:0])
    index.delete([])
    assert index.count() == 0


def test_it_is_there_after_closing(tmp_path: Path, chroma: ChromaStore, index: ChromaIndex) -> None:
    index.upsert(ENTRIES, VECTORS)
    chroma.close()
    reopened = ChromaStore(tmp_path / "chroma")
    again = ChromaIndex(reopened, "test")
    assert again.count() == len(ENTRIES)
    assert again.search(VECTORS[5], 1, Filters())[0][0] == ENTRIES[5][0]
    again.reset()
    assert again.count() == 0
    again.upsert(ENTRIES[:2], VECTORS[:2])
    assert again.count() == 2
    reopened.close()


def test_two_libraries_on_one_server_do_not_meet(chroma: ChromaStore, index: ChromaIndex) -> None:
    other = ChromaIndex(chroma, "other")
    index.upsert(ENTRIES, VECTORS)
    assert other.count() == 0


def test_failures_are_one_line_and_say_what_to_do(index: ChromaIndex) -> None:
    index.upsert(ENTRIES, VECTORS)
    with pytest.raises(LibraryError, match="--repair") as caught:
        index.search(VECTORS[0, :5], 3, Filters())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("database or disk is full", StorageFullError),
        ("No space left on device (os error 28)", StorageFullError),
        ("could not be read successfully", LibraryError),
    ],
)
def test_a_full_disk_is_told_apart(
    index: ChromaIndex, monkeypatch: pytest.MonkeyPatch, message: str, kind: type[Exception]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(message)

    monkeypatch.setattr(index._collection, "upsert", fail)
    with pytest.raises(LibraryError) as caught:
        index.upsert(ENTRIES, VECTORS)
    assert type(caught.value) is kind


@pytest.mark.parametrize("address", ["localhost:8000", "ftp://host", "http://", "http://a:b", "http://[", "nonsense"])
def test_a_bad_address_of_a_server(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsError, match="chroma_url"):
        ChromaStore(tmp_path, address)


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"server http://127.0.0.1:9 failed.*Check that it runs"):
        ChromaStore(tmp_path, "http://127.0.0.1:9")


@pytest.mark.parametrize("filters", FILTERS)
def test_exact_and_chroma_find_the_same(index: ChromaIndex, catalog: Catalog, filters: Filters) -> None:
    ids = store(catalog, ARTICLES, VECTORS)
    index.upsert(list(zip(ids, ARTICLES, strict=True)), catalog.vectors()[1])
    exact = ExactIndex(catalog, catalog.vectors)
    for question in unit(2, 3):
        for k in (1, 5, 100):
            mine, theirs = exact.search(question, k, filters), index.search(question, k, filters)
            assert [one for one, _ in mine] == [one for one, _ in theirs]
            assert [score for _, score in mine] == pytest.approx([score for _, score in theirs], abs=2e-3)


def test_exact_sees_what_other_processes_write_from_every_thread(tmp_path: Path, catalog: Catalog) -> None:
    reader = Catalog(tmp_path / "catalog.sqlite3")
    exact = ExactIndex(reader, reader.vectors)
    counts: list[int] = []

    def count() -> None:
        counts.append(len(exact.search(VECTORS[0], 100, Filters())))

    def in_thread() -> None:
        thread = threading.Thread(target=count)
        thread.start()
        thread.join()

    for number in range(4):
        store(catalog, [ARTICLES[number]], VECTORS[number : number + 1])
        count()
        in_thread()
    catalog.delete(ARTICLES[0].id)
    in_thread()
    count()
    assert counts == [1, 1, 2, 2, 3, 3, 4, 4, 3, 3]
    reader.close()


def test_exact_reads_the_vectors_again_only_after_a_change(catalog: Catalog) -> None:
    store(catalog, ARTICLES, VECTORS)
    read: list[int] = []
    exact = ExactIndex(catalog, lambda: read.append(1) or catalog.vectors())
    threads = [threading.Thread(target=exact.search, args=(VECTORS[0], 3, Filters())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read) == 1
