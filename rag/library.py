"""The one door to everything: add articles, ask, retrieve, remove. One process writes to a library; others may read."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout
from langchain_core.runnables import Runnable
from langsmith import tracing_context

from rag.answering import ExtractiveEngine, build_chain
from rag.catalog import Catalog, storage_errors
from rag.chunking import chunk_article, embedding_text
from rag.embedding import Encoder, SentenceTransformerEncoder
from rag.errors import LibraryError, LibraryInUseError, RagError, StorageFullError
from rag.index import ChromaIndex, ExactIndex, VectorIndex
from rag.ingest import count_hint, read_source
from rag.question import read_question
from rag.retrieval import HybridRetriever
from rag.settings import Settings, load_settings
from rag.types import AddReport, Answer, Article, Failure, Filters, Searched, SearchResult

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
        self._reconciled = False
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
            if library._can_finish() and (library._catalog.article_ids("pending") or library._catalog.stale()):
                # without the model, or space, the articles can still be read; the next question or add tells what is wrong
                with contextlib.suppress(RagError):
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
        self._stamp_encoder()
        tally = _Tally()
        done = 0
        for group in _groups(items, GROUP):
            index = self._chroma()
            with self._guard:  # a group at a time, so that a question asked meanwhile need not wait for the last one
                for item in group:
                    if progress:
                        progress(done, expected, _label(item))
                    self._take(item, tally)
                    done += 1
                self._finish_pending(index)  # if interrupted before this, the next opening does it
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
        if not _is_text(item):
            tally.failed.append(
                Failure(_label(item), "holds half a surrogate pair, which is no character.", "Decode the text anew.")
            )
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

    def _finish_pending(self, index: ChromaIndex, progress: Progress | None = None) -> None:
        """Embed what has no vector, write it to Chroma, mark it ready; in this order, so that any moment may be the last."""
        pending = self._catalog.article_ids("pending")
        if not pending:
            return
        for number, ids in enumerate(_groups(pending, GROUP)):
            if progress:
                progress(number * GROUP, len(pending), "")
            self._index_articles(index, ids)
        self._drop_stale(index)

    def _index_articles(self, index: ChromaIndex, article_ids: Sequence[str]) -> None:
        articles = {article_id: self._catalog.article(article_id) for article_id in article_ids}
        chunks = [chunk for article_id in article_ids for chunk in self._catalog.chunks_of(article_id)]
        known, vectors = self._catalog.vectors(article_ids)
        have = set(known)
        missing = [chunk for chunk in chunks if chunk.id not in have]
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
        with tracing_context(enabled=False):  # variables that trace other LangChain programs would send questions away
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

    def count_chunks(self) -> int:
        """How many chunks the articles make."""
        return self._catalog.count_chunks()

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
        if not self._encoder_fits():
            found.append(f"the vectors were made by {self._catalog.meta('encoder')!r}, not by {self._encoder.name!r}")
        pending = len(self._catalog.article_ids("pending"))
        if pending:
            found.append(f"{pending} articles wait for their vectors")
        if self.writable:
            have, want = self._open_chroma().ids(), set(self._catalog.vectors()[0])
            if want - have:
                found.append(f"{len(want - have)} chunks are missing from Chroma")
            if have - want:
                found.append(f"{len(have - want)} chunks in Chroma belong to no article")
        return found

    def repair(self, progress: Progress | None = None) -> None:
        """Build Chroma anew from the catalog; what has no vector, or another encoder's, is embedded again."""
        self._check_writable()
        with self._guard:
            if not self._encoder_fits():
                self._catalog.forget_vectors()
                self._catalog.set_meta("encoder", self._encoder.name)
            index = self._fresh_chroma()
            self._catalog.mark_pending()
            self._catalog.clear_stale(self._catalog.stale())
            self._finish_pending(index, progress)
            self._reconciled = True

    # ------------------------------------------------------------------ the index

    def _vector_index(self) -> VectorIndex:
        """Chroma where this process owns it or a server holds it, else the catalog's vectors."""
        if self.writable or self.settings.chroma_url:
            return self._chroma()
        with self._guard:
            if self._index is None:
                self._index = ExactIndex(self._catalog)
            return self._index

    def _chroma(self) -> ChromaIndex:
        """Chroma, brought in line with the catalog when it is first asked for."""
        if self._reconciled and isinstance(self._index, ChromaIndex):
            return self._index  # without the guard: a question need not wait until an add is through
        with self._guard:
            index = self._open_chroma()
            if self._can_finish() and not self._reconciled:
                self._reconcile(index)
                self._reconciled = True
            return index

    def _open_chroma(self) -> ChromaIndex:
        with self._guard:
            if self._index is None:
                folder = self.folder / "chroma"
                self._index = ChromaIndex(folder, self._catalog.library_id(), self.settings.chroma_url)
            assert isinstance(self._index, ChromaIndex)
            return self._index

    def _fresh_chroma(self) -> ChromaIndex:
        """An empty Chroma; files that it cannot open any more are thrown away, the catalog has all that was in them."""
        try:
            index = self._open_chroma()
            index.reset()
        except StorageFullError:
            raise
        except LibraryError:
            if self.settings.chroma_url:
                raise
            if self._index is not None:
                self._index.close()
                self._index = None
            _delete(self.folder / "chroma")
            index = self._open_chroma()
        return index

    def _reconcile(self, index: ChromaIndex) -> None:
        """Finish what was interrupted; where the two still differ, give Chroma what it lacks and take what is too much."""
        self._drop_stale(index)
        if index.count() != self._catalog.count_chunks():
            have, want = index.ids(), set(self._catalog.vectors()[0])
            index.delete(sorted(have - want))
            lacking = sorted({chunk_id.partition(":")[0] for chunk_id in want - have})
            for group in _groups(lacking, GROUP):
                self._index_articles(index, group)
        self._finish_pending(index)

    def _check_writable(self) -> None:
        if not self.writable:
            raise LibraryInUseError(f"The library {self.folder} is in use by another process.")

    def _encoder_fits(self) -> bool:
        return self._catalog.meta("encoder") in (None, self._encoder.name)

    def _can_finish(self) -> bool:
        """Whether this process may embed what is pending: another encoder's vectors must not get among the first one's."""
        return self.writable and self._encoder_fits()

    def _check_encoder(self) -> None:
        if not self._encoder_fits():
            raise LibraryError(
                f"The library was embedded with {self._catalog.meta('encoder')!r}, the settings name"
                f" {self._encoder.name!r}.",
                help_message="Set it back, or run `whosaid doctor --repair` to embed every article again.",
            )

    def _stamp_encoder(self) -> None:
        """From the first article on, the library keeps to this encoder."""
        self._check_encoder()
        self._catalog.meta("encoder", self._encoder.name)


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


def _is_text(article: Article) -> bool:
    """Whether it can be stored: a lone surrogate can stand in a Python string, but in no file."""
    facts = [article.text, article.origin, article.to_dict(), article.metadata]
    try:
        json.dumps(facts, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return False
    return True


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


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
