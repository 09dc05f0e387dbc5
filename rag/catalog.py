"""The catalog in SQLite: articles, versions, paragraphs, chunks, vectors and full text. The source of truth.

Everything Chroma holds can be made again from here. An article is ``pending`` until its vectors are in Chroma; a version
that a newer one replaces keeps its text, so that old citations still open, but has no chunks and is never found.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.database import Database, to_vectors, unpack_sentences
from rag.embedding import Vectors
from rag.errors import NotFoundError
from rag.language.words import match_query, normalise
from rag.types import Article, Chunk, Filters, Paragraph, Searched

# BM25 scores every chunk that holds a word of the question: the rarest words first, up to so many matches in all.
MOST_MATCHES = 5000
FEWEST_WORDS = 3
_ARTICLE = "a.number, a.id, a.title, a.date, a.source, a.author, a.url, a.external_id, a.origin, a.metadata, a.text"


class Located(NamedTuple):
    """A chunk as the ranking needs it: its id and number, its article's number and date, its and its sentences' vectors."""

    chunk_id: str
    number: int
    article: int
    date: dt.date | None
    vector: Vectors
    sentences: Vectors


class Catalog(Database):
    """The articles in the database, each with its state, its chunks and their words and vectors."""

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
                db.execute("DELETE FROM stale WHERE id = ?", (chunk.id,))  # removed a moment ago, and back again

    def set_vectors(self, ids: Sequence[str], vectors: Vectors, sentences: Sequence[bytes]) -> None:
        """Store the vectors of chunks, as float16, and of their sentences, as `pack_sentences` makes them."""
        with self.transaction() as db:
            self.store_vectors("chunks", ids, vectors)
            db.executemany("UPDATE chunks SET sentences = ? WHERE id = ?", zip(sentences, ids, strict=True))

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
                    self.supersede(old, article_id)

    def supersede(self, article_id: str, by: str) -> None:
        """Another version takes an article's place: its text is kept, and it is no longer found."""
        with self.transaction() as db:
            self._drop_chunks(db, article_id)
            db.execute("UPDATE articles SET state = 'superseded', superseded_by = ? WHERE id = ?", (by, article_id))

    def move(self, article_id: str, address: str | None) -> None:
        """Note where an article was seen last."""
        if address is not None and self.rows("SELECT address FROM articles WHERE id = ?", (article_id,)) != [
            (address,)
        ]:
            with self.transaction() as db:
                db.execute("UPDATE articles SET address = ? WHERE id = ?", (address, article_id))

    def forget(self, article_id: str) -> None:
        """Delete a version that has been replaced, because it is about to come in again as the newest."""
        with self.transaction() as db:
            db.execute("DELETE FROM articles WHERE id = ? AND state = 'superseded'", (article_id,))

    def mark_pending(self, article_id: str | None = None) -> None:
        """An article's vectors, None: every article's, have to go into Chroma again."""
        which = "" if article_id is None else " AND id = ?"
        with self.transaction() as db:
            db.execute(
                f"UPDATE articles SET state = 'pending' WHERE state = 'ready'{which}", (article_id,) if which else ()
            )

    def forget_vectors(self) -> None:
        """Drop every vector, because another encoder takes over."""
        with self.transaction() as db:
            db.execute("UPDATE chunks SET vector = NULL")
            self.mark_pending()

    def delete(self, article_id: str) -> bool:
        """Delete an article and the versions before it, for good. False if it is not here."""
        with self.transaction() as db:
            row = db.execute("SELECT address, number FROM articles WHERE id = ?", (article_id,)).fetchone()
            if row is None:
                return False
            ids = db.execute(
                "SELECT id FROM articles WHERE id = ? OR (address = ? AND number < ? AND state = 'superseded')",
                (article_id, *row),
            ).fetchall()
            for (one,) in ids:
                self._drop_chunks(db, one)
                db.execute("DELETE FROM articles WHERE id = ?", (one,))
            return True

    def _drop_chunks(self, db: sqlite3.Connection, article_id: str) -> None:
        """Take out an article's quotes, and its chunks and their words; stale until Chroma has dropped them too."""
        db.execute("DELETE FROM quotes WHERE article = (SELECT number FROM articles WHERE id = ?)", (article_id,))
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
        """Ids of chunks and quotes that are gone from here but may still be in Chroma."""
        return [row[0] for row in self.rows("SELECT id FROM stale")]

    def clear_stale(self, ids: Iterable[str]) -> None:
        """Chroma has dropped these."""
        with self.transaction() as db:
            db.executemany("DELETE FROM stale WHERE id = ?", [(one,) for one in ids])

    # ------------------------------------------------------------------ reading

    def article(self, article_id: str) -> Article:
        """An article in any state. Raises NotFoundError."""
        with self.snapshot():
            rows = self.rows(f"SELECT {_ARTICLE} FROM articles a WHERE a.id = ?", (article_id,))
            if not rows:
                raise NotFoundError(f"There is no article {article_id!r} in the library.")
            return self._article(rows[0])

    def articles(self, state: str = "ready") -> list[Article]:
        """All articles of one state, the newest date first, undated last."""
        with self.snapshot():
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
        ((count, since, until, dated),) = self.rows(
            f"SELECT COUNT(*), MIN(a.date), MAX(a.date), COUNT(a.date) FROM articles a WHERE a.state = 'ready'{where}",
            parameters,
        )
        return Searched(count, _date(since), _date(until), filters.source, count - dated)

    def chunks_of(self, article_id: str) -> list[Chunk]:
        """The chunks of an article, in order."""
        return [chunk for _, chunk in self._numbered_chunks(self.article(article_id))]

    def chunks(self, chunk_ids: Sequence[str]) -> dict[str, tuple[Article, Chunk]]:
        """Chunks that can be found, by id, each with its article; unknown ids are left out."""
        found: dict[str, tuple[Article, Chunk]] = {}
        articles: dict[str, Article] = {}
        with self.snapshot():  # an article must not go between its chunk and its text
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

    def locate(self, chunk_ids: Sequence[str]) -> list[Located]:
        """What the ranking needs of chunks that can be found, in the given order; unknown ids are left out."""
        rows = self.rows(
            "SELECT c.id, c.vector, c.number, a.number, a.date, c.sentences"
            " FROM json_each(?) j CROSS JOIN chunks c ON c.id = j.value"
            " CROSS JOIN articles a ON a.number = c.article WHERE a.state = 'ready' AND c.vector IS NOT NULL",
            (json.dumps(list(chunk_ids)),),
        )
        ids, vectors = to_vectors(rows)
        return [
            Located(one, row[2], row[3], _date(row[4]), vector, unpack_sentences(row[5])[1])
            for one, row, vector in zip(ids, rows, vectors, strict=True)
        ]

    def sentences(self, article_ids: Iterable[str]) -> Iterator[tuple[str, NDArray[np.int32], Vectors]]:
        """Of each chunk of the articles its article's id, its sentences' slices (n, 2), and their vectors (n, dimension)."""
        rows = self.rows(
            "SELECT a.id, c.sentences FROM json_each(?) j CROSS JOIN articles a ON a.id = j.value"
            " CROSS JOIN chunks c ON c.article = a.number WHERE c.sentences IS NOT NULL",
            (json.dumps(sorted(article_ids)),),
        )
        return ((row[0], *unpack_sentences(row[1])) for row in rows)

    def size(self) -> int:
        """How many chunks the full text holds, of articles in any state."""
        return int(self.rows("SELECT COUNT(*) FROM chunks")[0][0])

    def holding(self, word: str, column: Literal["title", "body"], numbers: Sequence[int]) -> tuple[int, set[int]]:
        """How many chunks hold a word, in any of its forms, in their text or title; and which of those given."""
        query = f"{column} : ({match_query(word)})"
        ((count,),) = self.rows("SELECT COUNT(*) FROM words WHERE words MATCH ?", (query,))
        if not numbers:
            return count, set()
        among = self.rows(  # +: go once through the chunks that hold it, rather than look each of those given up
            "SELECT rowid FROM words WHERE words MATCH ? AND +rowid IN (SELECT value FROM json_each(?))",
            (query, json.dumps(list(numbers))),
        )
        return count, {row[0] for row in among}

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
        return to_vectors(rows)

    def whole_vectors(self, numbers: Iterable[int]) -> dict[int, Vectors]:
        """For each article, by its number, the sum of its chunks' vectors, shape ``(dimension,)``."""
        rows = self.rows(
            "SELECT c.article, c.vector FROM json_each(?) j CROSS JOIN chunks c ON c.article = j.value"
            " WHERE c.vector IS NOT NULL",
            (json.dumps(sorted(numbers)),),
        )
        sums: dict[int, Vectors] = {}
        for number, its_own in itertools.groupby(rows, key=lambda row: int(row[0])):
            sums[number] = to_vectors([*its_own])[1].sum(axis=0)
        return sums

    def newest(self, most: int, filters: Filters) -> tuple[list[Article], Vectors]:
        """The newest articles that pass the filters, and the unit vector of each, shape ``(n, dimension)``."""
        where, parameters = conditions(filters)
        with self.snapshot():
            rows = self.rows(
                f"SELECT {_ARTICLE} FROM articles a WHERE a.state = 'ready'{where}"
                " ORDER BY a.date IS NULL, a.date DESC, a.number DESC LIMIT ?",
                (*parameters, most),
            )
            wholes = self.whole_vectors(row[0] for row in rows)
            found = [(self._article(row), wholes[row[0]]) for row in rows if row[0] in wholes]
        if not found:
            return [], np.zeros((0, 0), dtype=np.float32)
        vectors = np.stack([whole / (np.linalg.norm(whole) or 1.0) for _, whole in found])
        return [article for article, _ in found], vectors

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
        ((unfindable,),) = self.rows(
            "SELECT (SELECT COUNT(*) FROM chunks WHERE number NOT IN (SELECT id FROM words_docsize))"
            " + (SELECT COUNT(*) FROM words_docsize WHERE id NOT IN (SELECT number FROM chunks))"
        )
        if unfindable:
            found.append(f"{unfindable} chunks and the full text do not match")
        return found

    def rebuild_words(self) -> None:
        """Fill the full text of the chunks anew."""
        with self.transaction() as db:
            db.execute("INSERT INTO words (words) VALUES ('delete-all')")
            for (article_id,) in db.execute("SELECT id FROM articles WHERE state != 'superseded'").fetchall():
                article = self.article(article_id)
                for number, chunk in self._numbered_chunks(article):
                    db.execute(
                        "INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", (number, *_words(article, chunk))
                    )

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


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
