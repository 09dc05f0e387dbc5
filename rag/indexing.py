"""Keeps the vectors in line with the catalog: embeds what is pending, drops what is stale, builds Chroma anew."""

from __future__ import annotations

import itertools
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from rag.catalog import Catalog
from rag.chunking import embedding_text, sentences_of
from rag.database import pack_sentences
from rag.embedding import Encoder, Vectors
from rag.errors import LibraryError, StorageFullError
from rag.index import ChromaIndex, ChromaStore, ExactIndex, VectorIndex
from rag.ledger import Ledger
from rag.types import Article, Chunk, Filters, Quote, article_of

Progress = Callable[[int, int | None, str], None]
"""Called with articles done, articles expected (None: unknown), and what is being worked on."""

GROUP = 16  # articles that are embedded together: what an interruption can leave pending
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Indexes:
    """What a question is compared with: the vectors of chunks, and those of quotes."""

    chunks: VectorIndex
    quotes: VectorIndex


@dataclass(frozen=True, slots=True)
class _Chroma:
    """The same in Chroma, where they can also be written."""

    chunks: ChromaIndex
    quotes: ChromaIndex


@dataclass(frozen=True, slots=True)
class _Passage:
    """A chunk as it is embedded, with its sentences, and the quotes by id that start in it."""

    chunk: Chunk
    text: str
    sentences: list[tuple[int, int]]
    quotes: dict[str, Quote]

    def slices(self) -> list[list[tuple[int, int]]]:
        """The sentences, then the quotes' spans, by offsets in ``text``, which ends with the chunk."""
        shift = len(self.text) - self.chunk.end
        slices = [[one] for one in self.sentences] + [list(quote.spans) for quote in self.quotes.values()]
        return [[(start + shift, end + shift) for start, end in spans] for spans in slices]


class _Now:
    """Searches the index that is open at the moment, so that who holds this need not know of a repair."""

    def __init__(self, current: Callable[[], VectorIndex]) -> None:
        self._current = current

    def search(self, vector: Vectors, k: int, filters: Filters) -> list[tuple[str, float]]:
        """See :class:`VectorIndex`."""
        return self._current().search(vector, k, filters)


class Indexer:
    """The vectors of one library. ``owner`` is whether this process may write them."""

    def __init__(
        self, catalog: Catalog, ledger: Ledger, encoder: Encoder, folder: Path, server: str | None, owner: bool
    ) -> None:
        self._catalog = catalog
        self._ledger = ledger
        self._encoder = encoder
        self._folder = folder
        self._server = server
        self._owner = owner
        self._store: ChromaStore | None = None
        self._chroma: _Chroma | None = None
        self._exact: Indexes | None = None
        self._reconciled = False
        self.chunks: VectorIndex = _Now(lambda: self.indexes().chunks)
        self.quotes: VectorIndex = _Now(lambda: self.indexes().quotes)
        self.guard = threading.RLock()
        """Held while vectors are written."""

    def close(self) -> None:
        """Give up Chroma's files."""
        with self.guard:
            if self._store is not None:
                self._store.close()
            self._store = self._chroma = self._exact = None

    @property
    def ready(self) -> bool:
        """Whether the indexes are open."""
        return self._chroma is not None or self._exact is not None

    # ------------------------------------------------------------------ the encoder

    def encoder_fits(self) -> bool:
        """Whether the library's vectors are this encoder's."""
        return self._catalog.meta("encoder") in (None, self._encoder.name)

    def check_encoder(self) -> None:
        """Raises LibraryError if they are another's."""
        if not self.encoder_fits():
            raise LibraryError(
                f"The library was embedded with {self._catalog.meta('encoder')!r}, the settings name"
                f" {self._encoder.name!r}.",
                help_message="Set it back, or run `whosaid doctor --repair` to embed every article again.",
            )

    def stamp_encoder(self) -> None:
        """From the first article on, the library keeps to this encoder."""
        self.check_encoder()
        self._catalog.meta("encoder", self._encoder.name)

    def can_finish(self) -> bool:
        """Whether this process may embed what is pending: another encoder's vectors must not get among the first one's."""
        return self._owner and self.encoder_fits()

    # ------------------------------------------------------------------ opening

    def indexes(self) -> Indexes:
        """Chroma where this process owns it or a server holds it, else the catalog's vectors, compared one by one."""
        if self._owner or self._server:
            chroma = self.chroma()
            return Indexes(chroma.chunks, chroma.quotes)
        with self.guard:
            if self._exact is None:
                self._exact = Indexes(
                    ExactIndex(self._catalog, self._catalog.vectors), ExactIndex(self._catalog, self._ledger.vectors)
                )
            return self._exact

    def chroma(self, progress: Progress | None = None) -> _Chroma:
        """Chroma, brought in line with the catalog when it is first asked for."""
        if self._reconciled and self._chroma is not None:
            return self._chroma  # without the guard: a question need not wait until an add is through
        with self.guard:
            chroma = self._open()
            if self.can_finish() and not self._reconciled:
                self._reconcile(chroma, progress)
                self._reconciled = True
            return chroma

    def _open(self) -> _Chroma:
        with self.guard:
            if self._chroma is None:
                if self._store is None:
                    self._store = ChromaStore(self._folder, self._server)
                name = f"whosaid-{self._catalog.library_id()}"
                self._chroma = _Chroma(ChromaIndex(self._store, name), ChromaIndex(self._store, f"{name}-quotes"))
            return self._chroma

    def _open_empty(self) -> _Chroma:
        """An empty Chroma; files that it cannot open any more are thrown away, the catalog has all that was in them."""
        try:
            chroma = self._open()
            chroma.chunks.reset()
            chroma.quotes.reset()
        except StorageFullError:
            raise
        except LibraryError:
            if self._server:
                raise
            self.close()
            _delete(self._folder)
            chroma = self._open()
        return chroma

    # ------------------------------------------------------------------ writing

    def finish_pending(self, progress: Progress | None = None) -> None:
        """Embed what has no vector, write it to Chroma, mark it ready; in this order, so that any moment may be the last."""
        self._finish_pending(self.chroma(), progress)

    def _finish_pending(self, chroma: _Chroma, progress: Progress | None = None) -> None:
        pending = self._catalog.article_ids("pending")
        if not pending:
            return
        for number, ids in enumerate(groups(pending, GROUP)):
            if progress:
                progress(number * GROUP, len(pending), "")
            self._index_articles(chroma, ids)
        self._drop_stale(chroma)

    def _index_articles(self, chroma: _Chroma, article_ids: Sequence[str]) -> None:
        articles = {article_id: self._catalog.article(article_id) for article_id in article_ids}
        chunks, quotes = self._vectors_of(articles)
        for index, (ids, vectors) in ((chroma.chunks, chunks), (chroma.quotes, quotes)):
            index.upsert([(one, articles[article_of(one)]) for one in ids], vectors)
        self._catalog.mark_ready(article_ids)

    def _vectors_of(
        self, articles: Mapping[str, Article]
    ) -> tuple[tuple[list[str], Vectors], tuple[list[str], Vectors]]:
        """Ids and vectors of the articles' chunks, and of their quotes; what has none is embedded."""
        article_ids = list(articles)
        known = set(self._catalog.vectors(article_ids)[0])
        unsaid = self._ledger.without_vectors(article_ids)
        passages: list[_Passage] = []
        for article_id, article in articles.items():
            quotes = {one: quote for one, quote in unsaid.items() if quote.article_id == article_id}
            for chunk in self._catalog.chunks_of(article_id):
                inside = {one: quote for one, quote in quotes.items() if chunk.start <= quote.start < chunk.end}
                if inside or chunk.id not in known:
                    sentences = sentences_of(article, chunk)
                    passages.append(_Passage(chunk, embedding_text(article, chunk), sentences, inside))
                quotes = {one: quote for one, quote in quotes.items() if one not in inside}
        if passages:
            self._embed(passages)
        return self._catalog.vectors(article_ids), self._ledger.vectors_of(article_ids)

    def _embed(self, passages: Sequence[_Passage]) -> None:
        """Chunks, and in the same pass their sentences and the quotes in them."""
        vectors, slices = self._encoder.encode_slices(
            [passage.text for passage in passages], [passage.slices() for passage in passages]
        )
        ids = [quote_id for passage in passages for quote_id in passage.quotes]
        if ids:
            said = np.concatenate([own[len(one.sentences) :] for one, own in zip(passages, slices, strict=True)])
            unseen = [row for row in range(len(ids)) if not said[row].any()]  # beyond what the encoder reads of a text
            if unseen:
                quotes = [quote for passage in passages for quote in passage.quotes.values()]
                said[unseen] = self._encoder.encode_documents([quotes[row].text for row in unseen])
            self._ledger.set_vectors(ids, said)
        sentences = [
            pack_sentences(one.sentences, own[: len(one.sentences)]) for one, own in zip(passages, slices, strict=True)
        ]
        self._catalog.set_vectors([passage.chunk.id for passage in passages], vectors, sentences)

    def drop_stale(self) -> None:
        """Take out of Chroma what has gone from the catalog."""
        self._drop_stale(self.chroma())

    def _drop_stale(self, chroma: _Chroma) -> None:
        stale = self._catalog.stale()
        if stale:
            chroma.chunks.delete([one for one in stale if not _is_quote(one)])
            chroma.quotes.delete([one for one in stale if _is_quote(one)])
            self._catalog.clear_stale(stale)

    # ------------------------------------------------------------------ keeping it whole

    def problems(self) -> list[str]:
        """Where the vectors do not match the catalog, in words."""
        found: list[str] = []
        if not self.encoder_fits():
            found.append(f"the vectors were made by {self._catalog.meta('encoder')!r}, not by {self._encoder.name!r}")
        pending = len(self._catalog.article_ids("pending"))
        if pending:
            found.append(f"{pending} articles wait for their vectors")
        if self._owner:
            for name, index, wanted in self._pairs(self._open()):
                have = index.ids()
                if wanted - have:
                    found.append(f"{len(wanted - have)} {name} are missing from Chroma")
                if have - wanted:
                    found.append(f"{len(have - wanted)} {name} in Chroma belong to no article")
        return found

    def rebuild(self, progress: Progress | None = None) -> None:
        """Build Chroma anew from the catalog; what has no vector, or another encoder's, is embedded again."""
        with self.guard:
            if not self.encoder_fits():
                self._catalog.forget_vectors()
                self._ledger.forget_vectors()
                self._catalog.set_meta("encoder", self._encoder.name)
            chroma = self._open_empty()
            self._catalog.mark_pending()
            self._catalog.clear_stale(self._catalog.stale())
            self._finish_pending(chroma, progress)
            self._reconciled = True

    def _reconcile(self, chroma: _Chroma, progress: Progress | None = None) -> None:
        """Finish what was interrupted; where the two still differ, give Chroma what it lacks and take what is too much."""
        self._drop_stale(chroma)
        if chroma.chunks.count() != self._catalog.count_chunks() or chroma.quotes.count() != self._ledger.count():
            lacking: set[str] = set()
            for _, index, wanted in self._pairs(chroma):
                have = index.ids()
                index.delete(sorted(have - wanted))
                lacking |= {article_of(one) for one in wanted - have}
            for group in groups(sorted(lacking), GROUP):
                self._index_articles(chroma, group)
        self._finish_pending(chroma, progress)

    def _pairs(self, chroma: _Chroma) -> list[tuple[str, ChromaIndex, set[str]]]:
        """Each collection with what it should hold."""
        return [
            ("chunks", chroma.chunks, set(self._catalog.vectors()[0])),
            ("quotes", chroma.quotes, set(self._ledger.vectors()[0])),
        ]


def groups(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """The items in lists of at most ``size``."""
    iterator = iter(items)
    while group := list(itertools.islice(iterator, size)):
        yield group


def _is_quote(one: str) -> bool:
    return one.partition(":")[2].startswith("q")


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
