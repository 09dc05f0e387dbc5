"""The SQLite file: a connection a thread, migrations, transactions, and errors that say what to do."""

from __future__ import annotations

import contextlib
import itertools
import os
import sqlite3
import threading
import urllib.parse
import uuid
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from rag.embedding import Vectors
from rag.errors import LibraryError, StorageFullError
from rag.schema import MIGRATIONS

BUSY_SECONDS = 30  # how long one process waits for another's writing


class Database:
    """One SQLite file. Safe to use from several threads; each has a connection of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._connections: list[tuple[threading.Thread, sqlite3.Connection]] = []
        self._watcher: sqlite3.Connection | None = None
        self._watcher_lock = threading.Lock()
        self._write_lock = threading.RLock()
        self._connections_lock = threading.Lock()  # not the other one: a reader never waits for a writer
        self._closed = False
        with storage_errors(path):
            self._migrate()

    def close(self) -> None:
        """Close every thread's connection; nothing can be read or written after that."""
        with self._write_lock, self._connections_lock:
            self._closed = True
            for _, connection in self._connections:
                connection.close()
            self._connections.clear()
            self._local = threading.local()
            self._watcher = None

    # ------------------------------------------------------------------ connections

    @property
    def _db(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect(threading.current_thread())
        return connection

    def _connect(self, owner: threading.Thread) -> sqlite3.Connection:
        with self._connections_lock:
            if self._closed:
                raise LibraryError(f"The library {self.path.parent} is closed.", help_message="Open it again.")
            for thread, connection in self._connections:
                if not thread.is_alive():  # a server starts and drops threads all day
                    connection.close()
            self._connections = [entry for entry in self._connections if entry[0].is_alive()]
            connection = _open(self.path)
            self._connections.append((owner, connection))
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -8192")
        connection.create_function("lower_case", 1, _lower, deterministic=True)
        return connection

    def _migrate(self) -> None:
        db = self._db
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            raise LibraryError(
                f"The library {self.path.parent} was made by a newer Whosaid.",
                help_message="Upgrade this installation.",
            )
        if version == len(MIGRATIONS):
            return
        if not can_write(self.path):
            raise LibraryError(
                f"The library {self.path.parent} is of an earlier Whosaid and cannot be written to.",
                help_message="Copy it to a place that can be, and open it there.",
            )
        # SQLite waits for others everywhere but where the log is turned on, and fails there at once
        with FileLock(f"{self.path}.lock", timeout=BUSY_SECONDS):
            db.execute("PRAGMA journal_mode = WAL")
        with self.transaction():
            (version,) = db.execute("PRAGMA user_version").fetchone()  # another process may have been quicker
            for number in range(version, len(MIGRATIONS)):
                for statement in statements(MIGRATIONS[number]):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {number + 1}")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing; nests. Raises StorageFullError when the disk is full."""
        with self._write_lock, storage_errors(self.path):
            db = self._db
            if db.in_transaction:
                yield db
                return
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:  # SQLite itself rolls back when the disk is full
                    db.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Several reads of one moment, whatever other threads and processes write meanwhile."""
        with storage_errors(self.path):
            db = self._db
            if db.in_transaction:
                yield
                return
            db.execute("BEGIN")
            try:
                yield
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")  # nothing was written

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query. Raises LibraryError and StorageFullError in place of what SQLite raises."""
        with storage_errors(self.path):
            return self._db.execute(sql, parameters).fetchall()

    # ------------------------------------------------------------------ facts about the library

    def meta(self, key: str, default: str | None = None) -> str | None:
        """A fact about the library. With ``default`` it is written when it is not there yet."""
        rows = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        if rows:
            return str(rows[0][0])
        if default is not None:
            self.set_meta(key, default)
        return default

    def set_meta(self, key: str, value: str) -> None:
        """Write a fact about the library."""
        with self.transaction() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def library_id(self) -> str:
        """A name of this library that no other has, for its collections on a Chroma server."""
        return str(self.meta("library_id", uuid.uuid4().hex))

    def store_vectors(self, table: str, ids: Sequence[str], vectors: Vectors) -> None:
        """Store vectors, shape ``(len(ids), dimension)``, in a table's rows, as float16."""
        rows = [(vector.astype("<f2").tobytes(), one) for one, vector in zip(ids, vectors, strict=True)]
        with self.transaction() as db:
            db.executemany(f"UPDATE {table} SET vector = ? WHERE id = ?", rows)

    def data_version(self) -> int:
        """Changes whenever anything has been written, in this process or another."""
        with self._watcher_lock, storage_errors(self.path):
            if self._watcher is None:  # SQLite's numbers of two connections do not compare, so one is kept for this
                self._watcher = self._connect(threading.main_thread())
            return int(self._watcher.execute("PRAGMA data_version").fetchone()[0])


def can_write(path: Path) -> bool:
    """Whether a file can be written to, or made."""
    return os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))


def _open(path: Path) -> sqlite3.Connection:
    # autocommit, so that every transaction is one of ours; Library.close() closes them from another thread
    connect = partial(sqlite3.connect, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    if can_write(path):
        return connect(path)
    address = f"file:{urllib.parse.quote(str(path))}?mode=ro"
    try:
        connection = connect(address, uri=True)
        connection.execute("SELECT 1 FROM sqlite_master")
    except sqlite3.OperationalError:  # nobody has it open, and SQLite cannot make the files it would share with others
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:  # what is in it was committed, and would be missing without a word
            raise LibraryError(
                f"The library {path.parent} was not closed properly, and its folder cannot be written to.",
                help_message="Copy the folder to a place that can be written to, and open it there.",
            ) from None
        connection = connect(f"{address}&immutable=1", uri=True)
    return connection


def statements(script: str) -> Iterator[str]:
    """The statements of an SQL script, triggers in one piece."""
    statement = ""
    for piece in script.split(";")[:-1]:
        statement += f"{piece};"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def to_vectors(rows: Sequence[tuple[Any, ...]]) -> tuple[list[str], Vectors]:
    """Ids, and vectors of shape ``(n, dimension)``, of rows of an id and a blob."""
    if not rows:
        return [], np.zeros((0, 0), dtype=np.float32)
    vectors = np.stack([np.frombuffer(row[1], dtype="<f2") for row in rows])
    return [row[0] for row in rows], vectors.astype(np.float32)


def pack_sentences(spans: Sequence[tuple[int, int]], vectors: Vectors) -> bytes:
    """Sentences as a blob: how many, their slices, their vectors, shape (n, dimension), as scales and parts of 8 bits."""
    scales = np.abs(vectors).max(axis=1, initial=1e-6) / 127
    parts = np.rint(vectors / scales[:, None]).astype(np.int8)
    counts = np.array([len(spans), *itertools.chain(*spans)], dtype="<i4")
    return b"".join((counts.tobytes(), scales.astype("<f4").tobytes(), parts.tobytes()))


def unpack_sentences(blob: bytes) -> tuple[NDArray[np.int32], Vectors]:
    """Slices (n, 2) and vectors (n, dimension) of such a blob."""
    count = int(np.frombuffer(blob, dtype="<i4", count=1)[0])
    spans = np.frombuffer(blob, dtype="<i4", count=2 * count, offset=4).reshape(count, 2)
    scales = np.frombuffer(blob, dtype="<f4", count=count, offset=4 + 8 * count)
    parts = np.frombuffer(blob, dtype=np.int8, offset=4 + 12 * count)
    return spans, parts.reshape(count, -1 if count else 0) * scales[:, None]


@contextlib.contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite and the disk can fail with into errors that say what to do."""
    busy = LibraryError(f"The catalog {path} is busy.", help_message="Try again in a moment.")
    try:
        yield
    except Timeout as error:
        raise busy from error
    except sqlite3.Error as error:
        text = str(error)
        if "is full" in text:
            raise StorageFullError(f"There is no space left for the library {path.parent}.") from error
        if "not a database" in text or "malformed" in text:
            raise LibraryError(
                f"The catalog {path} is damaged.",
                help_message="Restore it from a backup, or move the library folder away and add the articles again.",
            ) from error
        if "readonly" in text or "unable to open" in text:
            raise LibraryError(
                f"The catalog {path} cannot be opened for writing.", help_message="Check the folder's permissions."
            ) from error
        if "locked" in text:
            raise busy from error
        raise LibraryError(f"The catalog {path} failed: {text}.") from error
    except OSError as error:
        if error.errno == 28:  # ENOSPC
            raise StorageFullError(f"There is no space left for the library {path.parent}.") from error
        raise


def _lower(text: str | None) -> str | None:
    return text.lower() if text else text
