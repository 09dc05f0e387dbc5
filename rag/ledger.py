"""The statement ledger: every quote of every article, in the catalog's database, found by speaker, words or meaning."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from rag.catalog import Catalog, conditions
from rag.embedding import Vectors
from rag.matching import match_query, normalise
from rag.speakers import holds_role, may_be, take_apart
from rag.types import Article, Filters, Quote, Span, Speaker

_SELECT = "SELECT q.id, q.body FROM quotes q JOIN articles a ON a.number = q.article WHERE a.state = 'ready'"


class Ledger:
    """Quotes by id. An id is the article's with the quote's number in it: ``ARTICLE:q3``."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    # ------------------------------------------------------------------ writing

    def insert(self, article_id: str, quotes: Sequence[Quote]) -> None:
        """Put an article's quotes into the ledger, in place of those that are there; call it in the article's transaction."""
        with self._catalog.transaction() as db:
            (number,) = db.execute("SELECT number FROM articles WHERE id = ?", (article_id,)).fetchone()
            db.execute("DELETE FROM quotes WHERE article = ?", (number,))
            for index, quote in enumerate(quotes):
                row = db.execute(
                    "INSERT INTO quotes (id, article, speaker, body) VALUES (?, ?, ?, ?)",
                    (
                        f"{article_id}:q{index}",
                        number,
                        quote.speaker and (quote.speaker.name or quote.speaker.mention),
                        json.dumps(quote.to_dict(), ensure_ascii=False),
                    ),
                ).lastrowid
                said = normalise(f"{quote.speaker.name or '' if quote.speaker else ''} {quote.text}")
                db.execute("INSERT INTO said (rowid, words) VALUES (?, ?)", (row, said))
            db.execute("UPDATE articles SET ledger = 1 WHERE id = ?", (article_id,))

    def without_vectors(self, article_ids: Sequence[str]) -> list[tuple[str, str]]:
        """Ids and embedding texts of the articles' quotes that have no vector yet."""
        rows = self._catalog.rows(
            "SELECT q.id, q.body FROM json_each(?) j CROSS JOIN articles a ON a.id = j.value"
            " CROSS JOIN quotes q ON q.article = a.number WHERE q.vector IS NULL ORDER BY q.number",
            (json.dumps(list(article_ids)),),
        )
        return [(quote_id, statement_text(_quote(json.loads(body)))) for quote_id, body in rows]

    def set_vectors(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Store the vectors of quotes, as float16."""
        rows = [(vector.astype("<f2").tobytes(), quote_id) for quote_id, vector in zip(ids, vectors, strict=True)]
        with self._catalog.transaction() as db:
            db.executemany("UPDATE quotes SET vector = ? WHERE id = ?", rows)

    # ------------------------------------------------------------------ reading

    def vectors(self, ids: Sequence[str] | None = None) -> tuple[list[str], Vectors]:
        """Ids and vectors, shape ``(n, dimension)``, of the given quotes; None means all that can be found."""
        if ids is None:
            sql, parameters = "SELECT q.id, q.vector FROM quotes q JOIN articles a ON a.number = q.article", ()
            rows = self._catalog.rows(
                f"{sql} WHERE a.state = 'ready' AND q.vector IS NOT NULL ORDER BY q.number", parameters
            )
        else:
            rows = self._catalog.rows(
                "SELECT q.id, q.vector FROM json_each(?) j CROSS JOIN quotes q ON q.id = j.value WHERE q.vector IS NOT NULL",
                (json.dumps(list(ids)),),
            )
        if not rows:
            return [], np.zeros((0, 0), dtype=np.float32)
        return [row[0] for row in rows], np.stack([np.frombuffer(row[1], dtype="<f2") for row in rows]).astype(
            np.float32
        )

    def quotes(self, ids: Sequence[str]) -> dict[str, Quote]:
        """Quotes that can be found, by id; unknown ids are left out."""
        rows = self._catalog.rows(
            "SELECT q.id, q.body FROM json_each(?) j CROSS JOIN quotes q ON q.id = j.value"
            " JOIN articles a ON a.number = q.article WHERE a.state = 'ready'",
            (json.dumps(list(ids)),),
        )
        return {quote_id: _quote(json.loads(body)) for quote_id, body in rows}

    def speakers(self, filters: Filters) -> list[str]:
        """Names of all speakers, as the articles give them in full."""
        where, parameters = conditions(filters)
        rows = self._catalog.rows(
            "SELECT DISTINCT q.speaker FROM quotes q JOIN articles a ON a.number = q.article"
            f" WHERE a.state = 'ready' AND q.speaker IS NOT NULL{where}",
            parameters,
        )
        return [row[0] for row in rows]

    def matching(self, asked: str, filters: Filters) -> list[str]:
        """The speakers that a name or a role in a question can mean; empty if nobody of that name is quoted."""
        name = take_apart(asked)
        names = self.speakers(filters)
        found = [one for one in names if may_be(name, take_apart(one))]
        if found or not name.roles:
            return found
        return self._by_role(asked, filters)

    def _by_role(self, asked: str, filters: Filters) -> list[str]:
        """Speakers to whom an article's own words give the role: by a mention such as "the mayor", or beside the name."""
        role = take_apart(asked)
        where, parameters = conditions(filters)
        wanted = max(role.roles, key=len)
        rows = self._catalog.rows(
            "SELECT DISTINCT q.speaker, json_extract(q.body, '$.speaker.mention'), a.text FROM quotes q"
            " JOIN articles a ON a.number = q.article"
            f" WHERE a.state = 'ready' AND q.speaker IS NOT NULL AND a.text LIKE ?{where} LIMIT 2000",
            (f"%{wanted}%", *parameters),
        )
        found = []
        for speaker, mention, text in rows:
            mentioned = set(take_apart(mention or "").whole.split())
            if (role.roles | set(role.proper)) <= mentioned or holds_role(role, normalise(text), take_apart(speaker)):
                found.append(speaker)
        return list(dict.fromkeys(found))

    def said_by(self, speakers: Sequence[str], filters: Filters) -> list[str]:
        """Ids of all quotes of these speakers."""
        where, parameters = conditions(filters)
        rows = self._catalog.rows(
            "SELECT q.id FROM json_each(?) j CROSS JOIN quotes q ON q.speaker = j.value"
            f" CROSS JOIN articles a ON a.number = q.article WHERE a.state = 'ready'{where} ORDER BY a.date DESC, q.number",
            (json.dumps(list(speakers)), *parameters),
        )
        return [row[0] for row in rows]

    def count(self) -> int:
        """How many quotes there are."""
        return int(self._catalog.rows("SELECT COUNT(*) FROM quotes")[0][0])

    def frequency(self, word: str) -> int:
        """How many quotes hold a word, in any of its forms."""
        return int(self._catalog.rows("SELECT COUNT(*) FROM said WHERE said MATCH ?", (match_query(word),))[0][0])

    def articles(self, article_ids: Iterable[str]) -> dict[str, Article]:
        """The articles that quotes stand in, by id."""
        return {article_id: self._catalog.article(article_id) for article_id in article_ids}

    def search_words(self, question: str, k: int, filters: Filters) -> list[str]:
        """Ids of quotes by BM25, the best first."""
        query = match_query(question)
        if not query:
            return []
        where, parameters = conditions(filters)
        rows = self._catalog.rows(
            "SELECT q.id FROM said JOIN quotes q ON q.number = said.rowid JOIN articles a ON a.number = q.article"
            f" WHERE said MATCH ? AND a.state = 'ready'{where} ORDER BY bm25(said) LIMIT ?",
            (query, *parameters, k),
        )
        return [row[0] for row in rows]


def statement_text(quote: Quote) -> str:
    """What the encoder sees of a statement: who said it, then the words."""
    name = quote.speaker.name or quote.speaker.mention if quote.speaker else None
    return f"{name}: {quote.text}" if name else quote.text


def _quote(body: dict[str, Any]) -> Quote:
    """A quote from its JSON."""
    speaker, cue = body["speaker"], body["cue"]
    return Quote(
        **{
            **body,
            "spans": tuple((start, end) for start, end in body["spans"]),
            "speaker": Speaker(**speaker) if speaker else None,
            "cue": Span(**cue) if cue else None,
        }
    )


LEDGER_SCHEMA = """
    ALTER TABLE articles ADD COLUMN ledger INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE quotes (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        article INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE,
        speaker TEXT, body TEXT NOT NULL, vector BLOB);
    CREATE INDEX quotes_by_article ON quotes (article);
    CREATE INDEX quotes_by_speaker ON quotes (speaker);
    CREATE VIRTUAL TABLE said USING fts5 (words, tokenize='porter unicode61 remove_diacritics 2');
    CREATE TRIGGER quote_gone AFTER DELETE ON quotes BEGIN
        DELETE FROM said WHERE rowid = old.number;
        INSERT OR IGNORE INTO stale VALUES (old.id);
    END;
"""
