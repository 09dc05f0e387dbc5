"""The statement ledger: every quote of every article, in the catalog's database, found by speaker, words or meaning."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from rag.catalog import Catalog, conditions
from rag.coverage import Coverage
from rag.database import to_vectors
from rag.descriptions import described_by, is_described
from rag.embedding import Vectors
from rag.errors import NotFoundError
from rag.language.words import match_query, normalise, words
from rag.quotes.language import can_be_read
from rag.quotes.reader import reader_version
from rag.quotes.transcripts import is_missed
from rag.speakers import (
    LONGEST,
    Name,
    holds_role,
    is_role_of,
    may_be,
    names_another,
    namesakes,
    only_theirs,
    sharing_a_word,
    take_apart,
)
from rag.types import Article, Filters, Quote, Span, Speaker

DESCRIBED = 200  # articles that are looked at for a description of somebody
UNREAD, READ, FOREIGN, UNKNOWN_FORM = range(4)
"""What ``articles.in_ledger`` says. Of a language that is not read nothing is, of an unknown form not all."""


class Ledger:
    """Quotes by id. An id is the article's with the quote's number in it: ``ARTICLE:q3``."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    # ------------------------------------------------------------------ writing

    def insert(self, article_id: str, quotes: Sequence[Quote]) -> None:
        """Put an article's quotes into the ledger, in place of those that are there; call it in the article's transaction."""
        with self._catalog.transaction() as db:
            ((number,),) = db.execute("SELECT number FROM articles WHERE id = ?", (article_id,)).fetchall()
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
                db.execute("DELETE FROM stale WHERE id = ?", (f"{article_id}:q{index}",))
            how = _how_read(self._catalog.article(article_id), quotes)
            db.execute(
                "UPDATE articles SET in_ledger = ?, reader = ? WHERE id = ?", (how, reader_version(), article_id)
            )

    def read_again(self, article_id: str, quotes: Sequence[Quote]) -> None:
        """Put an article's new quotes in the old ones' place; it waits for their vectors as one that was just added."""
        with self._catalog.transaction():
            self.insert(article_id, quotes)
            self._catalog.mark_pending(article_id)

    def without_vectors(self, article_ids: Sequence[str]) -> dict[str, Quote]:
        """The articles' quotes that have no vector yet, by id."""
        rows = self._catalog.rows(
            "SELECT q.id, q.body FROM json_each(?) j CROSS JOIN articles a ON a.id = j.value"
            " CROSS JOIN quotes q ON q.article = a.number WHERE q.vector IS NULL ORDER BY q.number",
            (json.dumps(list(article_ids)),),
        )
        return {quote_id: _quote(json.loads(body)) for quote_id, body in rows}

    def set_vectors(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Store the vectors of quotes, as float16."""
        self._catalog.store_vectors("quotes", ids, vectors)

    def forget_vectors(self) -> None:
        """Drop every vector, because another encoder takes over."""
        with self._catalog.transaction() as db:
            db.execute("UPDATE quotes SET vector = NULL")

    def to_read(self) -> list[str]:
        """Ids of the articles whose statements have not been read, then of those that an older reader read."""
        sql = (
            "SELECT id FROM articles WHERE state != 'superseded' AND (in_ledger = ? OR reader IS NOT ?)"
            " ORDER BY in_ledger != ?, number"
        )
        return [row[0] for row in self._catalog.rows(sql, (UNREAD, reader_version(), UNREAD))]

    def coverage(self, filters: Filters) -> Coverage:
        """How far the articles that a search looks at have been read."""
        where, parameters = conditions(filters)
        rows = self._catalog.rows(
            "SELECT a.in_ledger, COUNT(*), SUM(a.reader IS NOT ?) FROM articles a"
            f" WHERE a.state = 'ready'{where} GROUP BY a.in_ledger",
            (reader_version(), *parameters),
        )
        count = {how: number for how, number, _ in rows}
        outdated = sum(older for how, _, older in rows if how != UNREAD)
        return Coverage(count.get(UNREAD, 0), count.get(FOREIGN, 0), count.get(UNKNOWN_FORM, 0), outdated)

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
        return to_vectors(rows)

    def vectors_of(self, article_ids: Sequence[str]) -> tuple[list[str], Vectors]:
        """Ids and vectors, shape ``(n, dimension)``, of the quotes of the given articles, in any state."""
        rows = self._catalog.rows(
            "SELECT q.id, q.vector FROM json_each(?) j CROSS JOIN articles a ON a.id = j.value"
            " CROSS JOIN quotes q ON q.article = a.number WHERE q.vector IS NOT NULL ORDER BY q.number",
            (json.dumps(list(article_ids)),),
        )
        return to_vectors(rows)

    def quotes(self, ids: Sequence[str]) -> dict[str, Quote]:
        """Quotes that can be found, by id; unknown ids are left out."""
        rows = self._catalog.rows(
            "SELECT q.id, q.body FROM json_each(?) j CROSS JOIN quotes q ON q.id = j.value"
            " JOIN articles a ON a.number = q.article WHERE a.state = 'ready'",
            (json.dumps(list(ids)),),
        )
        return {quote_id: _quote(json.loads(body)) for quote_id, body in rows}

    def quotes_in(self, article_id: str) -> tuple[Quote, ...]:
        """All quotes of an article, in order."""
        rows = self._catalog.rows(
            "SELECT q.body FROM articles a CROSS JOIN quotes q ON q.article = a.number WHERE a.id = ? ORDER BY q.number",
            (article_id,),
        )
        return tuple(_quote(json.loads(body)) for (body,) in rows)

    def speakers(self, filters: Filters) -> list[str]:
        """Names of all speakers, as the articles give them in full."""
        where, parameters = conditions(filters)
        if not where:  # mostly out of the index alone; superseded articles have no quotes
            rows = self._catalog.rows(
                "SELECT DISTINCT speaker FROM quotes WHERE speaker IS NOT NULL"
                " AND article NOT IN (SELECT number FROM articles WHERE state = 'pending')"
            )
            return [row[0] for row in rows]
        rows = self._catalog.rows(
            "SELECT DISTINCT q.speaker FROM quotes q JOIN articles a ON a.number = q.article"
            f" WHERE a.state = 'ready' AND q.speaker IS NOT NULL{where}",
            parameters,
        )
        return [row[0] for row in rows]

    def matching(self, asked: str, filters: Filters) -> list[str]:
        """The speakers that a name or a role in a question can mean; empty if nobody of that name is quoted.

        Where several people have the name, a title that came with it keeps those who have it.
        """
        if len(asked) > LONGEST:
            return []
        name = take_apart(asked)
        speakers = sharing_a_word(asked, self.speakers(filters))
        themselves = [one for one in speakers if not names_another(one) or take_apart(one).whole == name.whole]
        if asked == asked.lower():  # "krantz" is a name as well as "the mayor" a role
            named = take_apart(asked.title())
            found = [one for one in themselves if named.proper and may_be(named, take_apart(one))]
            if found:
                return found
        speakers = speakers if name.roles else themselves
        fitting = [one for one in speakers if may_be(name, take_apart(one))]
        found = only_theirs(name, fitting, speakers)
        if is_role_of(asked):  # of a body it may speak itself; "the mayor of Lindal" is no relation of the Lindal Post
            bodies = [one for one in found if take_apart(one).proper[-1:] == name.proper[-1:]]
            return self._by_role(asked, name, filters) or bodies
        if not name.roles or (name.titled and (not found or len(namesakes(found)) < 2)):
            return found
        titled = self._by_role(asked, name, filters)
        if titled and not name.titled:  # "the Chadian president" is no relation of "Chadian officials"
            return titled
        return [one for one in titled if one in found] or found

    def _by_role(self, asked: str, role: Name, filters: Filters) -> list[str]:
        """Speakers to whom an article's own words give the role: by a mention such as "the mayor", or beside the name.

        Where these name nobody in full, those too whom an article describes so.
        """
        description = described_by(asked)
        found: dict[str, None] = {}
        for text, speakers in self._articles_holding([*role.roles, *role.proper], filters):
            around = _around(role.roles, text)
            for speaker, mention in speakers:
                mentioned = {word.removesuffix("'s") for word in words(mention or "")}
                if (role.roles | set(role.proper)) <= mentioned or holds_role(role, around, take_apart(speaker)):
                    found[speaker] = None
        if not any(len(take_apart(one).proper) > 1 for one in found):
            forms = [" ".join(sorted(one)) for one in description]
            for text, speakers in self._articles_holding([*forms, *role.proper], filters)[:DESCRIBED]:
                found |= {one: None for one, _ in speakers if is_described(description, text, one)}
        return list(found)

    def _articles_holding(self, wanted: Sequence[str], filters: Filters) -> list[tuple[str, list[tuple[str, str]]]]:
        """Texts that hold, of each that is wanted, one of its words; each with its speakers, as named and as mentioned."""
        where, parameters = conditions(filters)
        holding = "SELECT c.article FROM words JOIN chunks c ON c.number = words.rowid WHERE words MATCH ?"
        queries = [query for one in wanted if (query := match_query(one))]
        if not queries:
            return []
        rows = self._catalog.rows(
            "SELECT a.text, json_group_array(json_array(q.speaker, json_extract(q.body, '$.speaker.mention')))"
            f" FROM articles a JOIN quotes q ON q.article = a.number WHERE a.number IN"
            f" ({' INTERSECT '.join([holding] * len(queries))})"
            f" AND a.state = 'ready' AND q.speaker IS NOT NULL{where} GROUP BY a.number LIMIT 2000",
            (*queries, *parameters),
        )
        return [(text, list(dict.fromkeys(map(tuple, json.loads(speakers))))) for text, speakers in rows]

    def is_quoted(self, asked: str, filters: Filters) -> bool:
        """Whether somebody of a name is quoted; the questions of a paper's own interview do not count."""
        where, parameters = conditions(filters)
        sql = "SELECT 1 FROM quotes q JOIN articles a ON a.number = q.article WHERE a.state = 'ready'" + where
        sql += " AND q.speaker IN (SELECT value FROM json_each(?)) AND q.speaker IS NOT a.source LIMIT 1"
        return bool(self._catalog.rows(sql, (*parameters, json.dumps(self.matching(asked, filters)))))

    def said_by(self, speakers: Sequence[str] | None, filters: Filters) -> list[str]:
        """Ids of all quotes of these speakers (None: of anybody), the newest first."""
        where, parameters = conditions(filters)
        if speakers is not None:
            where += " AND q.speaker IN (SELECT value FROM json_each(?))"
            parameters.append(json.dumps(list(speakers)))
        rows = self._catalog.rows(
            "SELECT q.id FROM quotes q JOIN articles a ON a.number = q.article"
            f" WHERE a.state = 'ready'{where} ORDER BY a.date IS NULL, a.date DESC, q.number",
            parameters,
        )
        return [row[0] for row in rows]

    def count(self) -> int:
        """How many quotes can be found."""
        sql = "SELECT COUNT(*) FROM quotes q JOIN articles a ON a.number = q.article WHERE a.state = 'ready'"
        return int(self._catalog.rows(sql)[0][0])

    def articles(self, article_ids: Iterable[str]) -> dict[str, Article]:
        """The articles that quotes stand in, by id; one that was removed a moment ago is left out."""
        found: dict[str, Article] = {}
        for article_id in article_ids:
            with contextlib.suppress(NotFoundError):
                found[article_id] = self._catalog.article(article_id)
        return found

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


def _how_read(article: Article, quotes: Sequence[Quote]) -> int:
    if not can_be_read(article.text):
        return FOREIGN
    return UNKNOWN_FORM if is_missed(article, quotes) else READ


def _around(words: Iterable[str], text: str) -> str:
    """What stands near words in a text."""
    found = re.finditer("|".join(map(re.escape, words)), text, re.I)
    return normalise("\n".join(text[max(0, match.start() - 150) : match.end() + 150] for match in found))


def _quote(body: dict[str, Any]) -> Quote:
    """A quote from its JSON."""
    speaker, cue = body["speaker"], body["cue"]
    return Quote(
        **{
            **body,
            "spans": tuple((start, end) for start, end in body["spans"]),
            "speaker": Speaker.from_dict(speaker) if speaker else None,
            "cue": Span(**cue) if cue else None,
        }
    )
