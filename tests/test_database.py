"""The SQLite file: scripts, folders that can only be read, vectors, and a full text that does not match."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.catalog import Catalog
from rag.database import Database, can_write, pack_sentences, statements, to_vectors, unpack_sentences
from rag.errors import LibraryError
from rag.library import Library
from rag.schema import MIGRATIONS
from rag.types import Article, Filters

Open = Callable[..., Library]
QUESTION = "What did Ines Okafor say about May?"


def cannot_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests may run as root, who may write anywhere."""
    for module in ("database", "library"):
        monkeypatch.setattr(f"rag.{module}.can_write", lambda _: False)


# ---------------------------------------------------------------------- scripts


def test_a_trigger_is_one_statement() -> None:
    script = """
        CREATE TABLE one (a TEXT DEFAULT 'x;y');
        CREATE TRIGGER gone AFTER DELETE ON one BEGIN
            INSERT INTO one VALUES (old.a);
            DELETE FROM one WHERE a = 'none';
        END;
        CREATE INDEX by_a ON one (a);
    """
    found = [one.strip() for one in statements(script)]
    assert [one.split()[1] for one in found] == ["TABLE", "TRIGGER", "INDEX"]
    assert found[0].endswith("'x;y');")
    assert found[1].endswith("END;")
    assert found[1].count(";") == 3
    db = sqlite3.connect(":memory:")
    for one in found:
        db.execute(one)
    db.close()


@pytest.mark.parametrize("script", MIGRATIONS, ids=map(str, range(1, len(MIGRATIONS) + 1)))
def test_nothing_of_a_migration_is_lost(script: str) -> None:
    found = list(statements(script))
    assert "".join(found).split() == script.split()
    assert all(sqlite3.complete_statement(one) for one in found)
    assert all(one.split()[0] in ("CREATE", "ALTER", "DROP", "UPDATE") for one in found), (
        "no statement starts inside another"
    )


# ---------------------------------------------------------------------- vectors


@given(st.lists(st.lists(st.floats(-1, 1, width=16), min_size=5, max_size=5), max_size=8))
def test_float16_values_come_back_as_they_were(rows: list[list[float]]) -> None:
    wanted = np.array(rows, dtype=np.float32).reshape(len(rows), 5)
    ids, vectors = to_vectors([(str(n), row.astype("<f2").tobytes()) for n, row in enumerate(wanted)])
    assert ids == [str(n) for n in range(len(rows))]
    assert vectors.dtype == np.float32
    assert vectors.tolist() == wanted.tolist()


def test_vectors_are_stored_in_float16(tmp_path: Path) -> None:
    database = Database(tmp_path / "catalog.sqlite3")
    with database.transaction() as db:
        db.execute("CREATE TABLE things (id TEXT, vector BLOB)")
        db.executemany("INSERT INTO things VALUES (?, NULL)", [("a",), ("b",), ("c",)])
    vectors = np.random.default_rng(7).normal(size=(2, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    database.store_vectors("things", ["c", "a"], vectors)
    rows = database.rows("SELECT id, vector FROM things WHERE vector IS NOT NULL ORDER BY id DESC")
    assert [len(row[1]) for row in rows] == [32, 32], "two bytes a number"
    ids, stored = to_vectors(rows)
    assert ids == ["c", "a"]
    assert stored.tolist() == vectors.astype(np.float16).astype(np.float32).tolist()
    with pytest.raises(ValueError, match="zip"):
        database.store_vectors("things", ["b"], vectors)
    assert database.rows("SELECT vector FROM things WHERE id = 'b'") == [(None,)]
    database.close()


def test_no_rows_are_no_vectors() -> None:
    ids, vectors = to_vectors([])
    assert ids == []
    assert len(vectors) == 0


# ---------------------------------------------------------------------- folders that can only be read


def check_reading(library: Library, articles: list[Article], asked: str) -> None:
    """It answers as the one who wrote did, and refuses to change anything."""
    assert not library.writable
    assert library.articles() == articles
    assert library.problems() == []
    assert library.ask(QUESTION).text == asked
    assert library.retrieve("beekeepers honey")[0].article == articles[-1]
    actions: list[Callable[[], object]] = [
        lambda: library.add_articles(articles),
        lambda: library.remove([articles[0].id]),
        library.repair,
    ]
    for action in actions:
        with pytest.raises(LibraryError, match=r"cannot be written to.*permissions"):
            action()
    assert library.articles() == articles


@pytest.mark.parametrize("shared", [True, False], ids=["with others", "alone"])
def test_a_folder_that_cannot_be_written_to(
    open_library: Open, articles: list[Article], folder: Path, monkeypatch: pytest.MonkeyPatch, shared: bool
) -> None:
    library = open_library()
    library.add_articles(articles)
    asked = library.ask(QUESTION).text
    library.close()
    assert not list(folder.glob("*-wal")), "closed to the end: all is in the one file"
    if not shared:
        # SQLite cannot make the file that it would share with others
        (folder / "catalog.sqlite3-shm").symlink_to(folder / "missing" / "file")
    cannot_write(monkeypatch)
    monkeypatch.setattr("rag.library._try_lock", lambda *_: None)
    reader = open_library()
    check_reading(reader, articles, asked)
    with pytest.raises(LibraryError, match=r"cannot be opened for writing.*permissions"):
        reader._catalog.set_meta("key", "value")


def test_a_reader_who_cannot_write_sees_what_the_writer_adds(
    open_library: Open, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = open_library()
    writer.add_articles(articles[:1])
    cannot_write(monkeypatch)
    reader = open_library()
    assert reader.articles() == articles[:1]
    monkeypatch.undo()
    writer.add_articles(articles[1:])
    assert reader.articles() == articles
    assert reader.quotes() == writer.quotes() != []


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that can be made read-only."""
    path = tmp_path / "disk"
    path.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8M", "tmpfs", str(path)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this user cannot mount a disk")
    yield path
    subprocess.run(["umount", "-l", str(path)], check=True)


def test_a_read_only_disk(disk: Path, open_library: Open, articles: list[Article]) -> None:
    path = disk / "library"
    library = open_library(path=path)
    library.add_articles(articles)
    asked = library.ask(QUESTION).text
    library.close()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    assert not can_write(path / "catalog.sqlite3")
    reader = open_library(path=path)
    check_reading(reader, articles, asked)
    reader.close()
    with pytest.raises(LibraryError, match="cannot be made"):
        open_library(path=disk / "another")


def test_a_read_only_disk_with_work_in_the_log(disk: Path, open_library: Open, articles: list[Article]) -> None:
    path = disk / "library"
    library = open_library(path=path)
    library.add_articles(articles)
    kept = {file: file.read_bytes() for file in path.glob("catalog.sqlite3*")}
    library.close()
    for file, data in kept.items():  # as a killed process leaves them
        file.write_bytes(data)
    (path / "catalog.sqlite3-shm").unlink()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with pytest.raises(LibraryError, match=r"not closed properly.*Copy the folder"):
        open_library(path=path)


def test_a_catalog_of_an_earlier_version_has_to_be_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "catalog.sqlite3"
    db = sqlite3.connect(path)
    db.executescript(MIGRATIONS[0] + "PRAGMA user_version = 1;")
    db.close()
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        cannot_write(patch)
        with pytest.raises(LibraryError, match=r"earlier Whosaid and cannot be written to.*Copy it"):
            Catalog(path)
    assert path.read_bytes() == before
    catalog = Catalog(path)
    assert catalog.rows("PRAGMA user_version") == [(len(MIGRATIONS),)]
    catalog.close()


def test_a_catalog_that_is_not_there_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cannot_write(monkeypatch)
    with pytest.raises(LibraryError, match="cannot be opened"):
        Catalog(tmp_path / "catalog.sqlite3")
    assert list(tmp_path.iterdir()) == []


def test_can_write_tells_files_from_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "catalog.sqlite3"
    assert can_write(path)
    path.touch()
    assert can_write(path)
    for locked in (path, tmp_path):
        monkeypatch.setattr("rag.database.os.access", lambda one, _, locked=locked: one != locked)
        assert not can_write(path)


# ---------------------------------------------------------------------- the full text


def forget_words(library: Library, article: Article) -> None:
    """Take an article's first chunk out of the full text, which has to be told the words it holds."""
    (number,) = library._catalog.rows(
        "SELECT c.number FROM chunks c JOIN articles a ON a.number = c.article WHERE a.id = ?", (article.id,)
    )[0]
    chunk = library._catalog.chunks_of(article.id)[0]
    with library._catalog.transaction() as db:
        db.execute(
            "INSERT INTO words (words, rowid, title, body) VALUES ('delete', ?, ?, ?)",
            (number, article.title or "", chunk.text),
        )


def check_full_text(library: Library, article: Article, word: str) -> None:
    assert library.problems() == []
    ((chunk_id, _),) = library._catalog.search_words(word, 5, Filters())
    assert chunk_id.startswith(article.id)


def test_a_chunk_without_full_text_is_told_and_mended(library: Library, articles: list[Article]) -> None:
    library.add_articles(articles)
    check_full_text(library, articles[2], "beekeepers")
    forget_words(library, articles[2])
    assert library.problems() == ["1 chunks and the full text do not match"]
    assert library._catalog.search_words("beekeepers", 5, Filters()) == []
    library.repair()
    check_full_text(library, articles[2], "beekeepers")


def test_full_text_without_a_chunk_is_told_and_mended(library: Library, articles: list[Article]) -> None:
    library.add_articles(articles)
    with library._catalog.transaction() as db:
        db.execute("INSERT INTO words (rowid, title, body) VALUES (9999, 'Ghost', 'beekeepers on the moon')")
    assert library.problems() == ["1 chunks and the full text do not match"]
    library.repair()
    check_full_text(library, articles[2], "beekeepers")
    assert library._catalog.rows("SELECT COUNT(*) FROM words WHERE words MATCH 'ghost'") == [(0,)]


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), max_size=6), st.integers(1, 9))
def test_sentences_come_back_from_their_blob(spans: list[tuple[int, int]], dimension: int) -> None:
    vectors = np.random.default_rng(3).normal(size=(len(spans), dimension)).astype(np.float32)
    read, back = unpack_sentences(pack_sentences(spans, vectors))
    assert [tuple(one) for one in read.tolist()] == spans
    assert len(back) == len(spans)
    for one, other in zip(vectors, back, strict=True):
        np.testing.assert_allclose(other, one, atol=float(np.abs(one).max()) / 250)
