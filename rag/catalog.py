"""The catalog in SQLite: articles, versions, paragraphs, chunks, vectors and full text. The source of truth.

Everything Chroma holds can be made again from here. An article is ``pending`` until its vectors are in Chroma; a version
that a newer one replaces keeps its text, so that old citations still open, but has no chunks and is never found.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.embedding import Vectors
from rag.errors import LibraryError, NotFoundError, StorageFullError
from rag.matching import match_query, normalise
from rag.types import Article, Chunk, Filters, Paragraph, Searched

# One entry a schema version; opening an older catalog runs what it lacks, in one transaction each.
MIGRATIONS = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE articles (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, address TEXT, title TEXT, date TEXT, source TEXT,
        author TEXT, url TEXT, external_id TEXT, origin TEXT, metadata TEXT NOT NULL, text TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('pending', 'ready', 'superseded')),
        superseded_by TEXT, added TEXT NOT NULL);
    CREATE INDEX articles_by_address ON articles (address) WHERE address IS NOT NULL;
    CREATE INDEX articles_by_date ON articles (state, date);
    CREATE TABLE paragraphs (
        article INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE,
        idx INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, PRIMARY KEY (article, idx)) WITHOUT ROWID;
    CREATE TABLE chunks (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        article INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE,
        first INTEGER NOT NULL, last INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, vector BLOB);
    CREATE INDEX chunks_by_article ON chunks (article);
    CREATE VIRTUAL TABLE words USING fts5 (title, body, content='', tokenize='porter unicode61 remove_diacritics 2');
    CREATE TABLE stale (chunk_id TEXT PRIMARY KEY) WITHOUT ROWID;
    """,
)
# BM25 scores every chunk that holds a word of the question: the rarest words first, up to so many matches in all.
MOST_MATCHES = 5000
FEWEST_WORDS = 3
_ARTICLE = "a.number, a.id, a.title, a.date, a.source, a.author, a.url, a.external_id, a.origin, a.metadata, a.text"


class Catalog:
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
            # autocommit, so that every transaction is one of ours; Library.close() closes them from another thread
            connection = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
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
        db.execute("PRAGMA journal_mode = WAL")
        with self.transaction():
            (version,) = db.execute("PRAGMA user_version").fetchone()  # another process may have been quicker
            for number in range(version, len(MIGRATIONS)):
                for statement in MIGRATIONS[number].split(";\n"):
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
    def _snapshot(self) -> Iterator[None]:
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

    # ------------------------------------------------------------------ writing

    def state(self, article_id: str) -> str | None:
        """``pending``, ``ready``, ``superseded``, or None for an article that is not here."""
        rows = self.rows("SELECT state FROM articles WHERE id = ?", (article_id,))
        return rows[0][0] if rows else None

    def current_version(self, address: str) -> tuple[str, dt.date | None] | None:
        """The id and date of the newest article at an address."""
        rows = self.rows(
            "SELECT id, date FROM articles WHERE address = ? AND state != 'superseded' ORDER BY number DESC LIMIT 1",
            (address,),
        )
        return (rows[0][0], _date(rows[0][1])) if rows else None

    def insert(self, article: Article, chunks: Sequence[Chunk], superseded_by: str | None = None) -> None:
        """Store an article as pending, with its paragraphs, chunks and words, in one transaction.

        With ``superseded_by`` it is an older version of that article: kept, never found; ``chunks`` has to be empty.
        """
        with self.transaction() as db:
            number = db.execute(
                "INSERT INTO articles (id, address, title, date, source, author, url, external_id, origin, metadata,"
                " text, state, superseded_by, added) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    article.id,
                    article.address,
                    article.title,
                    article.date and article.date.isoformat(),
                    article.source,
                    article.author,
                    article.url,
                    article.external_id,
                    article.origin,
                    json.dumps(dict(article.metadata), ensure_ascii=False, default=str),
                    article.text,
                    "superseded" if superseded_by else "pending",
                    superseded_by,
                    dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
                ),
            ).lastrowid
            db.executemany(
                "INSERT INTO paragraphs VALUES (?, ?, ?, ?)",
                [(number, p.index, p.start, p.end) for p in article.paragraphs],
            )
            for chunk in chunks:
                row = db.execute(
                    "INSERT INTO chunks (id, article, first, last, start, stop) VALUES (?, ?, ?, ?, ?, ?)",
                    (chunk.id, number, chunk.first, chunk.last, chunk.start, chunk.end),
                ).lastrowid
                db.execute("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", (row, *_words(article, chunk)))
                db.execute("DELETE FROM stale WHERE chunk_id = ?", (chunk.id,))  # removed a moment ago, and back again

    def set_vectors(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Store the vectors of chunks, as float16."""
        rows = [(vector.astype("<f2").tobytes(), chunk_id) for chunk_id, vector in zip(ids, vectors, strict=True)]
        with self.transaction() as db:
            db.executemany("UPDATE chunks SET vector = ? WHERE id = ?", rows)

    def mark_ready(self, article_ids: Iterable[str]) -> None:
        """Their vectors are in Chroma: they can be found, and the versions they replace no longer are."""
        with self.transaction() as db:
            for article_id in article_ids:
                db.execute("UPDATE articles SET state = 'ready' WHERE id = ?", (article_id,))
                older = db.execute(
                    "SELECT o.id FROM articles o JOIN articles n ON o.address = n.address AND o.number < n.number"
                    " WHERE n.id = ? AND o.state != 'superseded'",
                    (article_id,),
                ).fetchall()
                for (old,) in older:
                    self._drop_chunks(db, old)
                    db.execute(
                        "UPDATE articles SET state = 'superseded', superseded_by = ? WHERE id = ?", (article_id, old)
                    )

    def mark_pending(self) -> None:
        """Every article's vectors have to go into Chroma again."""
        with self.transaction() as db:
            db.execute("UPDATE articles SET state = 'pending' WHERE state = 'ready'")

    def forget_vectors(self) -> None:
        """Drop every vector, because another encoder takes over."""
        with self.transaction() as db:
            db.execute("UPDATE chunks SET vector = NULL")
            self.mark_pending()

    def delete(self, article_id: str) -> bool:
        """Delete an article and the versions it replaced, for good. False if it is not here."""
        with self.transaction() as db:
            row = db.execute("SELECT address FROM articles WHERE id = ?", (article_id,)).fetchone()
            if row is None:
                return False
            ids = db.execute(
                "SELECT id FROM articles WHERE id = ? OR (address = ? AND state = 'superseded')", (article_id, row[0])
            ).fetchall()
            for (one,) in ids:
                self._drop_chunks(db, one)
                db.execute("DELETE FROM articles WHERE id = ?", (one,))
            return True

    def _drop_chunks(self, db: sqlite3.Connection, article_id: str) -> None:
        """Take an article's chunks out of the full text, and note them as stale until Chroma has dropped them too."""
        article = self.article(article_id)
        for number, chunk in self._numbered_chunks(article):
            # a contentless table forgets a row only when it is told the very words it was given
            db.execute(
                "INSERT INTO words (words, rowid, title, body) VALUES ('delete', ?, ?, ?)",
                (number, *_words(article, chunk)),
            )
            db.execute("INSERT OR IGNORE INTO stale VALUES (?)", (chunk.id,))
        db.execute("DELETE FROM chunks WHERE article = (SELECT number FROM articles WHERE id = ?)", (article_id,))

    def stale(self) -> list[str]:
        """Ids of chunks that are gone from here but may still be in Chroma."""
        return [row[0] for row in self.rows("SELECT chunk_id FROM stale")]

    def clear_stale(self, chunk_ids: Iterable[str]) -> None:
        """Chroma has dropped these."""
        with self.transaction() as db:
            db.executemany("DELETE FROM stale WHERE chunk_id = ?", [(chunk_id,) for chunk_id in chunk_ids])

    # ------------------------------------------------------------------ reading

    def article(self, article_id: str) -> Article:
        """An article in any state. Raises NotFoundError."""
        with self._snapshot():
            rows = self.rows(f"SELECT {_ARTICLE} FROM articles a WHERE a.id = ?", (article_id,))
            if not rows:
                raise NotFoundError(f"There is no article {article_id!r} in the library.")
            return self._article(rows[0])

    def articles(self, state: str = "ready") -> list[Article]:
        """All articles of one state, the newest date first, undated last."""
        with self._snapshot():
            rows = self.rows(
                f"SELECT {_ARTICLE} FROM articles a WHERE a.state = ? ORDER BY a.date IS NULL, a.date DESC, a.number",
                (state,),
            )
            return [self._article(row) for row in rows]

    def article_ids(self, state: str) -> list[str]:
        """Ids of all articles of one state, in the order they came."""
        return [row[0] for row in self.rows("SELECT id FROM articles WHERE state = ? ORDER BY number", (state,))]

    def sources(self) -> list[str]:
        """The publishers of the articles that can be found."""
        rows = self.rows("SELECT DISTINCT source FROM articles WHERE state = 'ready' AND source != '' ORDER BY source")
        return [row[0] for row in rows]

    def searched(self, filters: Filters) -> Searched:
        """How many articles a search with these filters looks at, and their dates."""
        where, parameters = conditions(filters)
        ((count, since, until),) = self.rows(
            f"SELECT COUNT(*), MIN(a.date), MAX(a.date) FROM articles a WHERE a.state = 'ready'{where}", parameters
        )
        return Searched(count, _date(since), _date(until))

    def chunks_of(self, article_id: str) -> list[Chunk]:
        """The chunks of an article, in order."""
        return [chunk for _, chunk in self._numbered_chunks(self.article(article_id))]

    def chunks(self, chunk_ids: Sequence[str]) -> dict[str, tuple[Article, Chunk]]:
        """Chunks that can be found, by id, each with its article; unknown ids are left out."""
        found: dict[str, tuple[Article, Chunk]] = {}
        articles: dict[str, Article] = {}
        with self._snapshot():  # an article must not go between its chunk and its text
            rows = self.rows(
                "SELECT c.id, c.first, c.last, c.start, c.stop, a.id FROM json_each(?) j"  # CROSS JOIN: in this order
                " CROSS JOIN chunks c ON c.id = j.value CROSS JOIN articles a ON a.number = c.article WHERE a.state = 'ready'",
                (json.dumps(list(chunk_ids)),),
            )
            for chunk_id, first, last, begin, stop, article_id in rows:
                article = articles.get(article_id) or articles.setdefault(article_id, self.article(article_id))
                chunk = Chunk(chunk_id, article_id, first, last, begin, stop, article.text[begin:stop])
                found[chunk_id] = (article, chunk)
        return found

    def search_words(self, question: str, k: int, filters: Filters) -> list[tuple[str, float]]:
        """Chunk ids by BM25 over title and text, the best first; scores are positive, higher is better."""
        query = self._rare_enough(match_query(question))
        if not query:
            return []
        where, parameters = conditions(filters)
        rows = self.rows(
            "SELECT c.id, -bm25(words, 2.0, 1.0) FROM words JOIN chunks c ON c.number = words.rowid"
            " JOIN articles a ON a.number = c.article"
            f" WHERE words MATCH ? AND a.state = 'ready'{where} ORDER BY bm25(words, 2.0, 1.0) LIMIT ?",
            (query, *parameters, k),
        )
        return [(chunk_id, float(score)) for chunk_id, score in rows]

    def _rare_enough(self, query: str) -> str:
        """A query without the words that stand in very many chunks: they tell little and cost nearly all of the time."""
        counted = [
            (self.rows("SELECT COUNT(*) FROM words WHERE words MATCH ?", (term,))[0][0], term)
            for term in query.split(" OR ")
            if term
        ]
        kept: list[str] = []
        total = 0
        for count, term in sorted(counted):
            total += count
            if len(kept) >= FEWEST_WORDS and total > MOST_MATCHES:
                break
            kept.append(term)
        return " OR ".join(kept)

    def dated_within(self, chunk_ids: Sequence[str], since: dt.date, until: dt.date) -> set[str]:
        """Those of the chunks whose articles are dated within the given days."""
        rows = self.rows(
            "SELECT c.id FROM json_each(?) j CROSS JOIN chunks c ON c.id = j.value"
            " CROSS JOIN articles a ON a.number = c.article WHERE a.date BETWEEN ? AND ?",
            (json.dumps(list(chunk_ids)), since.isoformat(), until.isoformat()),
        )
        return {row[0] for row in rows}

    def vectors(self, article_ids: Sequence[str] | None = None) -> tuple[list[str], Vectors]:
        """Ids and vectors, shape ``(n, dimension)``, of the chunks of the given articles; None means all ready ones."""
        if article_ids is None:
            rows = self.rows(
                "SELECT c.id, c.vector FROM chunks c JOIN articles a ON a.number = c.article"
                " WHERE a.state = 'ready' AND c.vector IS NOT NULL ORDER BY c.number"
            )
        else:
            rows = self.rows(
                "SELECT c.id, c.vector FROM json_each(?) j CROSS JOIN articles a ON a.id = j.value"
                " CROSS JOIN chunks c ON c.article = a.number WHERE c.vector IS NOT NULL ORDER BY c.number",
                (json.dumps(list(article_ids)),),
            )
        if not rows:
            return [], np.zeros((0, 0), dtype=np.float32)
        return [row[0] for row in rows], np.stack([np.frombuffer(row[1], dtype="<f2") for row in rows]).astype(
            np.float32
        )

    def matching_ids(self, filters: Filters) -> set[str]:
        """Ids of the ready articles that pass the filters."""
        where, parameters = conditions(filters)
        return {row[0] for row in self.rows(f"SELECT a.id FROM articles a WHERE a.state = 'ready'{where}", parameters)}

    def count_chunks(self) -> int:
        """How many chunks Chroma should hold."""
        ((count,),) = self.rows(
            "SELECT COUNT(*) FROM chunks c JOIN articles a ON a.number = c.article WHERE a.state = 'ready'"
        )
        return int(count)

    def data_version(self) -> int:
        """Changes whenever anything has been written, in this process or another."""
        with self._watcher_lock, storage_errors(self.path):
            if self._watcher is None:  # SQLite's numbers of two connections do not compare, so one is kept for this
                self._watcher = self._connect(threading.main_thread())
            return int(self._watcher.execute("PRAGMA data_version").fetchone()[0])

    def problems(self) -> list[str]:
        """What SQLite finds wrong with the file, and vectors that are missing. Empty means whole."""
        found = [row[0] for row in self.rows("PRAGMA integrity_check") if row[0] != "ok"]
        found += [f"table {row[0]} points at a missing row" for row in self.rows("PRAGMA foreign_key_check")]
        ((missing,),) = self.rows(
            "SELECT COUNT(*) FROM chunks c JOIN articles a ON a.number = c.article"
            " WHERE a.state = 'ready' AND c.vector IS NULL"
        )
        if missing:
            found.append(f"{missing} chunks have no vector")
        return found

    def _article(self, row: tuple[Any, ...]) -> Article:
        number, article_id, title, date, source, author, url, external_id, origin, metadata, text = row
        paragraphs = self.rows("SELECT idx, start, stop FROM paragraphs WHERE article = ? ORDER BY idx", (number,))
        return Article(
            id=article_id,
            text=text,
            paragraphs=tuple(Paragraph(*paragraph) for paragraph in paragraphs),
            title=title,
            date=_date(date),
            source=source,
            author=author,
            url=url,
            external_id=external_id,
            origin=origin,
            metadata=json.loads(metadata),
        )

    def _numbered_chunks(self, article: Article) -> list[tuple[int, Chunk]]:
        rows = self.rows(
            "SELECT c.number, c.id, c.first, c.last, c.start, c.stop FROM chunks c JOIN articles a ON a.number = c.article"
            " WHERE a.id = ? ORDER BY c.number",
            (article.id,),
        )
        return [
            (number, Chunk(chunk_id, article.id, first, last, start, stop, article.text[start:stop]))
            for number, chunk_id, first, last, start, stop in rows
        ]


@contextlib.contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite and the disk can fail with into errors that say what to do."""
    try:
        yield
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
            raise LibraryError(f"The catalog {path} is busy.", help_message="Try again in a moment.") from error
        raise LibraryError(f"The catalog {path} failed: {text}.") from error
    except OSError as error:
        if error.errno == 28:  # ENOSPC
            raise StorageFullError(f"There is no space left for the library {path.parent}.") from error
        raise


def _words(article: Article, chunk: Chunk) -> tuple[str, str]:
    return normalise(article.title or ""), normalise(chunk.text)


def conditions(filters: Filters) -> tuple[str, list[Any]]:
    """SQL conditions on articles ``a``, and their parameters."""
    where, parameters = "", list[Any]()
    if filters.article_ids:
        where += " AND a.id IN (SELECT value FROM json_each(?))"  # one parameter, however many ids
        parameters.append(json.dumps(list(filters.article_ids)))
    if filters.source:
        where += " AND lower_case(a.source) = ?"  # SQLite's own lower() knows ASCII only
        parameters.append(filters.source.lower())
    if filters.since:
        where += " AND a.date >= ?"
        parameters.append(filters.since.isoformat())
    if filters.until:
        where += " AND a.date <= ?"
        parameters.append(filters.until.isoformat())
    return where, parameters


def _lower(text: str | None) -> str | None:
    return text.lower() if text else text


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
