"""The one door to everything: add articles, ask, retrieve, remove. One process writes to a library; others may read."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout
from langchain_core.runnables import Runnable

from rag.answering import ExtractiveEngine, build_chain
from rag.catalog import Catalog, storage_errors
from rag.chunking import chunk_article, embedding_text
from rag.embedding import Encoder, SentenceTransformerEncoder
from rag.errors import LibraryError, LibraryInUseError
from rag.index import ChromaIndex, ExactIndex, VectorIndex
from rag.ingest import count_hint, read_source
from rag.question import read_question
from rag.retrieval import HybridRetriever
from rag.settings import Settings, load_settings
from rag.types import AddReport, Answer, Article, Chunk, Failure, Filters, Searched, SearchResult

Progress = Callable[[int, int | None, str], None]
"""Called with articles done, articles expected (None: unknown), and what is being worked on."""

_T = TypeVar("_T")

GROUP = 16  # articles that are embedded together: what an interruption can leave pending


class Library:
    """Articles that can be asked. Open one with :meth:`open`; it is a context manager and safe to use from threads."""

    def __init__(self, folder: Path, settings: Settings, encoder: Encoder, lock: FileLock | None) -> None:
        self.folder = folder
        self.settings = settings
        self._encoder = encoder
        self._lock = lock
        self._guard = threading.RLock()
        self._index: VectorIndex | None = None
        self._catalog = Catalog(folder / "catalog.sqlite3")

    # ------------------------------------------------------------------ opening and closing

    @classmethod
    def open(
        cls,
        folder: str | Path | None = None,
        *,
        settings: Settings | None = None,
        encoder: Encoder | None = None,
        wait: float = 0.0,
    ) -> Library:
        """Open the library in ``folder``, which is made if missing; None is the one of the settings.

        Work that an interruption left pending is finished. If another process is writing, and still is after ``wait``
        seconds, this one can read only (``writable`` is False). Raises LibraryError.
        """
        settings = settings or load_settings()
        path = Path(folder) if folder is not None else settings.library
        _make_folder(path)
        lock = _try_lock(path / ".lock", wait)
        try:
            library = cls(path, settings, encoder or SentenceTransformerEncoder(settings.encoder), lock)
        except BaseException:
            if lock:
                lock.release()
            raise
        try:
            if library.writable and (library._catalog.article_ids("pending") or library._catalog.stale()):
                library._vector_index()
        except BaseException:
            library.close()
            raise
        return library

    def close(self) -> None:
        """Give up the files and the lock."""
        with self._guard:
            if self._index is not None:
                self._index.close()
                self._index = None
            self._catalog.close()
            if self._lock is not None:
                self._lock.release()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def writable(self) -> bool:
        """Whether this process may add and remove."""
        return self._lock is not None

    @property
    def ready(self) -> bool:
        """Whether the first question can be answered without loading anything."""
        return self._index is not None and bool(getattr(self._encoder, "loaded", True))

    def warm_up(self) -> None:
        """Load the models and open the index now rather than at the first question."""
        self._encoder.encode_queries(["warm up"])
        self._vector_index()

    # ------------------------------------------------------------------ adding and removing

    def add(self, sources: Iterable[str | Path], progress: Progress | None = None) -> AddReport:
        """Add files, folders, dumps, addresses or feeds. What cannot be read is reported and the rest goes on.

        Safe to interrupt: finished articles stay, and none is left half indexed. Raises LibraryInUseError,
        StorageFullError.
        """
        if isinstance(sources, str | Path):
            sources = [sources]
        listed = list(sources)
        hints = [count_hint(source) for source in listed] if progress else [None]
        expected = None if None in hints else sum(hint or 0 for hint in hints)
        return self._add(itertools.chain.from_iterable(map(read_source, listed)), expected, progress)

    def add_articles(self, articles: Iterable[Article], progress: Progress | None = None) -> AddReport:
        """Add articles made by the caller; their texts are kept to the letter."""
        expected = len(articles) if isinstance(articles, Sequence) else None
        return self._add(articles, expected, progress)

    def remove(self, article_ids: Iterable[str]) -> tuple[str, ...]:
        """Delete articles and their earlier versions, for good. Raises NotFoundError before anything is deleted."""
        self._check_writable()
        wanted = list(dict.fromkeys(article_ids))
        for article_id in wanted:
            self._catalog.article(article_id)
        with self._guard:
            index = self._chroma()
            for article_id in wanted:
                self._catalog.delete(article_id)
            self._drop_stale(index)
        return tuple(wanted)

    def _add(self, items: Iterable[Article | Failure], expected: int | None, progress: Progress | None) -> AddReport:
        self._check_writable()
        tally = _Tally()
        done = 0
        with self._guard:
            self._check_encoder()
            for group in _groups(items, GROUP):
                for item in group:
                    if progress:
                        progress(done, expected, _label(item))
                    self._take(item, tally)
                    done += 1
                self._finish_pending()  # if interrupted before this, the next opening does it
            if progress:
                progress(done, expected if expected is not None else done, "")
        return tally.report()

    def _take(self, item: Article | Failure, tally: _Tally) -> None:
        if isinstance(item, Failure):
            tally.failed.append(item)
            return
        if not item.paragraphs:
            tally.failed.append(Failure(_label(item), "is empty.", "Give an article with text."))
            return
        if self._catalog.state(item.id) is not None:
            tally.unchanged.append(item.id)
            return
        current = self._catalog.current_version(item.address) if item.address else None
        if current and current[1] and item.date and item.date < current[1]:
            self._catalog.insert(item, [], superseded_by=current[0])  # came late: an older version of what is here
            tally.unchanged.append(item.id)
            return
        chunks = chunk_article(item, self._encoder.count_tokens, self.settings.chunk_tokens)
        self._catalog.insert(item, chunks)
        (tally.updated if current else tally.added).append(item.id)

    def _finish_pending(self, progress: Progress | None = None) -> None:
        """Embed what has no vector, write it to Chroma, mark it ready; in this order, so that any moment may be the last."""
        pending = self._catalog.article_ids("pending")
        if not pending:
            return
        index = self._chroma()
        for number, ids in enumerate(_groups(pending, GROUP)):
            if progress:
                progress(number * GROUP, len(pending), "")
            self._index_articles(index, ids)
        self._drop_stale(index)

    def _index_articles(self, index: ChromaIndex, article_ids: Sequence[str]) -> None:
        articles = {article_id: self._catalog.article(article_id) for article_id in article_ids}
        chunks = [chunk for article_id in article_ids for chunk in self._catalog.chunks_of(article_id)]
        known, vectors = self._catalog.vectors(article_ids)
        missing = [chunk for chunk in chunks if chunk.id not in set(known)]
        if missing:
            texts = [embedding_text(articles[chunk.article_id], chunk) for chunk in missing]
            self._catalog.set_vectors([chunk.id for chunk in missing], self._encoder.encode_documents(texts))
            known, vectors = self._catalog.vectors(article_ids)
        index.upsert([(chunk_id, articles[chunk_id.partition(":")[0]]) for chunk_id in known], vectors)
        self._catalog.mark_ready(article_ids)

    def _drop_stale(self, index: ChromaIndex) -> None:
        stale = self._catalog.stale()
        if stale:
            index.delete(stale)
            self._catalog.clear_stale(stale)

    # ------------------------------------------------------------------ asking

    @cached_property
    def retriever(self) -> HybridRetriever:
        """The LangChain retriever of this library."""
        return HybridRetriever(
            catalog=self._catalog,
            index=self._vector_index(),
            encoder=self._encoder,
            candidates=self.settings.candidates,
        )

    @cached_property
    def chain(self) -> Runnable[Any, Answer]:
        """Retrieve and answer as a LangChain Runnable: a question, or ``{"question", "history", "filters", "today"}``."""
        return build_chain(self.retriever, ExtractiveEngine(self._encoder))

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Mapping[str, Any]] = (),
        today: dt.date | None = None,
        filters: Filters | None = None,
    ) -> Answer:
        """Answer a question from the articles, with citations, or say that they do not say.

        ``history`` is the conversation so far, ``today`` what "today" and "this week" mean (None: the real date).
        Raises QuestionError.
        """
        self._check_encoder()
        return self.chain.invoke({"question": question, "history": history, "today": today, "filters": filters})

    def retrieve(
        self,
        question: str,
        *,
        k: int = 10,
        history: Sequence[Mapping[str, Any]] = (),
        today: dt.date | None = None,
        filters: Filters | None = None,
    ) -> list[SearchResult]:
        """The ``k`` best chunks for a question, the best first. Raises QuestionError."""
        self._check_encoder()
        return self.retriever.search(read_question(question, history, today), k, filters)

    # ------------------------------------------------------------------ looking

    def articles(self) -> list[Article]:
        """The articles that can be found, the newest first."""
        return self._catalog.articles()

    def article(self, article_id: str) -> Article:
        """An article by its id, replaced versions too, so that old citations still open. Raises NotFoundError."""
        return self._catalog.article(article_id)

    def chunks(self, article_id: str) -> list[Chunk]:
        """The chunks of an article, in order."""
        return self._catalog.chunks_of(article_id)

    def sources(self) -> list[str]:
        """The publishers of the articles."""
        return self._catalog.sources()

    def searched(self, filters: Filters | None = None) -> Searched:
        """How many articles a search looks at, and their dates."""
        return self._catalog.searched(filters or Filters())

    # ------------------------------------------------------------------ keeping it whole

    def problems(self) -> list[str]:
        """What is wrong with the library, in words; empty means that catalog and Chroma match chunk for chunk."""
        found = self._catalog.problems()
        if self._catalog.meta("encoder") not in (None, self._encoder.name):
            found.append(f"the vectors were made by {self._catalog.meta('encoder')!r}, not by {self._encoder.name!r}")
        pending = len(self._catalog.article_ids("pending"))
        if pending:
            found.append(f"{pending} articles wait for their vectors")
        if self.writable:
            have, want = self._chroma(reconcile=False).ids(), set(self._catalog.vectors()[0])
            if want - have:
                found.append(f"{len(want - have)} chunks are missing from Chroma")
            if have - want:
                found.append(f"{len(have - want)} chunks in Chroma belong to no article")
        return found

    def repair(self, progress: Progress | None = None) -> None:
        """Build Chroma anew from the catalog; what has no vector, or another encoder's, is embedded again."""
        self._check_writable()
        with self._guard:
            if self._catalog.meta("encoder") not in (None, self._encoder.name):
                self._catalog.forget_vectors()
                self._catalog.set_meta("encoder", self._encoder.name)
            self._chroma(reconcile=False).reset()
            self._catalog.mark_pending()
            self._finish_pending(progress)

    # ------------------------------------------------------------------ the index

    def _vector_index(self) -> VectorIndex:
        """Chroma where this process owns it or a server holds it, else the catalog's vectors."""
        if self.writable or self.settings.chroma_url:
            return self._chroma()
        with self._guard:
            if self._index is None:
                self._index = ExactIndex(self._catalog)
            return self._index

    def _chroma(self, reconcile: bool = True) -> ChromaIndex:
        with self._guard:
            if self._index is None:
                folder = self.folder / "chroma"
                self._index = ChromaIndex(folder, self._catalog.library_id(), self.settings.chroma_url)
                if reconcile and self.writable:
                    self._reconcile(self._index)
            assert isinstance(self._index, ChromaIndex)
            return self._index

    def _reconcile(self, index: ChromaIndex) -> None:
        """Finish what was interrupted; where the two still differ, give Chroma what it lacks and take what is too much."""
        self._drop_stale(index)
        if index.count() != self._catalog.count_chunks():
            have, want = index.ids(), set(self._catalog.vectors()[0])
            index.delete(sorted(have - want))
            lacking = sorted({chunk_id.partition(":")[0] for chunk_id in want - have})
            for group in _groups(lacking, GROUP):
                self._index_articles(index, group)
        self._finish_pending()

    def _check_writable(self) -> None:
        if not self.writable:
            raise LibraryInUseError(f"The library {self.folder} is in use by another process.")

    def _check_encoder(self) -> None:
        made_by = self._catalog.meta("encoder", self._encoder.name if self.writable else None)
        if made_by not in (None, self._encoder.name):
            raise LibraryError(
                f"The library was embedded with {made_by!r}, the settings name {self._encoder.name!r}.",
                help_message="Set it back, or run `whosaid doctor --repair` to embed every article again.",
            )


class _Tally:
    """What an ``add`` has done so far."""

    def __init__(self) -> None:
        self.added: list[str] = []
        self.updated: list[str] = []
        self.unchanged: list[str] = []
        self.failed: list[Failure] = []

    def report(self) -> AddReport:
        return AddReport(tuple(self.added), tuple(self.updated), tuple(self.unchanged), tuple(self.failed))


def _groups(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    iterator = iter(items)
    while group := list(itertools.islice(iterator, size)):
        yield group


def _label(item: Article | Failure) -> str:
    return item.source if isinstance(item, Failure) else item.title or item.origin or item.id


def _make_folder(path: Path) -> None:
    try:
        with storage_errors(path / "catalog.sqlite3"):
            path.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise LibraryError(f"{path} is not a folder.", help_message="Name a folder with --library.") from error
    except OSError as error:
        raise LibraryError(
            f"The library folder {path} cannot be made: {error.strerror}.", help_message="Name another with --library."
        ) from error


def _try_lock(path: Path, wait: float) -> FileLock | None:
    lock = FileLock(path, thread_local=False)
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        return None
    except OSError:  # a folder that cannot be written to can still be read
        return None
    return lock
