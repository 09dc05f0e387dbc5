"""Taking articles in: known texts and versions told apart, stored as pending in one transaction, then indexed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from rag.catalog import Catalog
from rag.chunking import chunk_article
from rag.embedding import Encoder
from rag.errors import RagError
from rag.indexing import GROUP, Indexer, Progress, groups
from rag.ledger import Ledger
from rag.types import AddReport, Article, Failure, Quote

Extract = Callable[[Article], list[Quote]]
"""Reads an article's statements."""


class Adder:
    """Adds articles to a catalog, its ledger and its indexes. The caller holds the library's lock."""

    def __init__(
        self,
        catalog: Catalog,
        ledger: Ledger,
        indexer: Indexer,
        encoder: Encoder,
        extract: Extract,
        chunk_tokens: int,
    ) -> None:
        self._catalog = catalog
        self._ledger = ledger
        self._indexer = indexer
        self._encoder = encoder
        self._extract = extract
        self._chunk_tokens = chunk_tokens

    def add(self, items: Iterable[Article | Failure], expected: int | None, progress: Progress | None) -> AddReport:
        """Add a group at a time, each finished before the next one begins; ``expected`` is how many there will be."""
        self._indexer.stamp_encoder()
        tally = _Tally()
        done = 0
        for group in groups(items, GROUP):
            self._indexer.chroma()
            # a group at a time, so that a question asked meanwhile need not wait for the last one
            with self._indexer.guard:
                for item in group:
                    if progress:
                        progress(done, expected, _label(item))
                    self._take(item, tally)
                    done += 1
                self._indexer.finish_pending()  # if interrupted before this, the next opening does it
                self._indexer.drop_stale()
        if progress:
            progress(done, expected if expected is not None else done, "")
        return tally.report()

    def _take(self, item: Article | Failure, tally: _Tally) -> None:
        if isinstance(item, Failure):
            tally.failed.append(item)
            return
        if not item.paragraphs:
            tally.failed.append(Failure(_label(item), "is empty", "Give an article with text."))
            return
        if problem := _not_storable(item):
            tally.failed.append(Failure(_label(item), *problem))
            return
        state = self._catalog.state(item.id)
        current = self._catalog.current_version(item.address) if item.address else None
        if current and current[0] == item.id:
            current = None
        if current and current[1] and item.date and item.date < current[1]:  # an older version of what is here
            if state is None:
                self._catalog.insert(item, [], superseded_by=current[0])
            (tally.unchanged if state else tally.older).append(item.id)
        elif state in ("ready", "pending"):
            self._catalog.move(item.id, item.address)  # one text at two addresses is at the one where it was seen last
            if current:
                self._catalog.supersede(current[0], item.id)
            (tally.updated if current else tally.unchanged).append(item.id)
        else:
            self._store(item)
            (tally.updated if current or state else tally.added).append(item.id)

    def _store(self, item: Article) -> None:
        """Store an article as pending, with its chunks and statements; one that was replaced is the newest again."""
        chunks = chunk_article(item, self._encoder.count_tokens, self._chunk_tokens)
        quotes = self.read_quotes(item)
        with self._catalog.transaction():
            self._catalog.forget(item.id)
            self._catalog.insert(item, chunks)
            if quotes is not None:
                self._ledger.insert(item.id, quotes)

    def read_quotes(self, article: Article) -> list[Quote] | None:
        """An article's statements; None if it cannot be read for them, which must not cost the article."""
        try:
            return self._extract(article)
        except RagError:
            raise
        except Exception:
            return None  # `problems` tells of it


class _Tally:
    """What an ``add`` has done so far."""

    def __init__(self) -> None:
        self.added: list[str] = []
        self.updated: list[str] = []
        self.unchanged: list[str] = []
        self.older: list[str] = []
        self.failed: list[Failure] = []

    def report(self) -> AddReport:
        return AddReport(
            tuple(self.added), tuple(self.updated), tuple(self.unchanged), tuple(self.failed), tuple(self.older)
        )


def _label(item: Article | Failure) -> str:
    return item.source if isinstance(item, Failure) else item.title or item.origin or item.id


def _not_storable(article: Article) -> tuple[str, str] | None:
    """Why an article cannot be stored, and what to do: a Python string or mapping may hold what no file can."""
    try:
        json.dumps([article.text, article.origin, article.to_dict()], ensure_ascii=False, default=str).encode()
        json.dumps(article.metadata, ensure_ascii=False, default=str, allow_nan=False).encode()
    except UnicodeEncodeError:
        return "holds half a surrogate pair, which is no character", "Decode the text anew."
    except (TypeError, ValueError):
        return "has metadata that JSON cannot hold", "Give it keys that are strings, and no NaN or infinity."
    return None
