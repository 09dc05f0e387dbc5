"""The one door to everything: add articles, ask, retrieve, remove. One process writes to a library; others may read."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import itertools
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from langchain_core.runnables import Runnable
from langsmith import tracing_context

from rag.adding import Adder, Extract
from rag.answering import (
    Answering,
    CandidateFinder,
    ChatEngine,
    ClaimChecker,
    Engine,
    ModelEngine,
    SentenceEngine,
    StatementFinder,
    noticing,
)
from rag.catalog import Catalog
from rag.coverage import Coverage
from rag.database import can_write, storage_errors
from rag.embedding import Encoder, SentenceTransformerEncoder
from rag.errors import LibraryError, LibraryInUseError, ModelError, QuestionError, RagError
from rag.indexing import Indexer, Progress
from rag.ingest import count_hint, read_source
from rag.ledger import Ledger
from rag.llm import ChatModel
from rag.models.loader import load_session
from rag.question import Known, read_question
from rag.quotes import extract_quotes
from rag.reranking import CrossEncoderReranker
from rag.retrieval import HybridRetriever
from rag.settings import Settings, load_settings
from rag.speakers import check_speaker
from rag.summarizing import Length, RequestEngine, Summarizer, SummaryEngine
from rag.types import AddReport, Answer, Article, Filters, Quote, Searched, SearchResult, Summary
from rag.verification import Verifier


class Library:
    """Articles that can be asked. Open one with :meth:`open`; it is a context manager and safe to use from threads."""

    def __init__(
        self, folder: Path, settings: Settings, encoder: Encoder, extract: Extract, lock: FileLock | None
    ) -> None:
        self.folder = folder
        self.settings = settings
        self._encoder = encoder
        self._extract = extract
        self._lock = lock
        self._model: ChatModel | None = None
        self._model_chosen = False
        self._catalog = Catalog(folder / "catalog.sqlite3")
        self._ledger = Ledger(self._catalog)
        self._indexer = Indexer(
            self._catalog, self._ledger, encoder, folder / "chroma", settings.chroma_url, lock is not None
        )
        self._adder = Adder(self._catalog, self._ledger, self._indexer, encoder, extract, settings.chunk_tokens)

    # ------------------------------------------------------------------ opening and closing

    @classmethod
    def open(
        cls,
        folder: str | Path | None = None,
        *,
        settings: Settings | None = None,
        encoder: Encoder | None = None,
        extract: Extract = extract_quotes,
        wait: float = 0.0,
        progress: Progress | None = None,
    ) -> Library:
        """Open the library in ``folder``, which is made if missing; None is the one of the settings.

        ``extract`` reads an article's statements, for the ledger. Work that an interruption left pending is finished.
        ``progress`` is told how far. If another process is writing, and still is after ``wait`` seconds, this one can
        read only (``writable`` is False). Raises LibraryError.
        """
        settings = settings or load_settings()
        path = Path(folder) if folder is not None else settings.library
        _make_folder(path)
        lock = _try_lock(path / ".lock", wait)
        try:
            library = cls(path, settings, encoder or SentenceTransformerEncoder(settings.encoder), extract, lock)
        except BaseException:
            if lock:
                lock.release()
            raise
        try:
            if library._indexer.can_finish() and (library._catalog.article_ids("pending") or library._catalog.stale()):
                # without the model, or space, the articles can still be read; the next question or add tells what is wrong
                with contextlib.suppress(RagError):
                    library._indexer.chroma(progress)
        except BaseException:
            library.close()
            raise
        return library

    def close(self) -> None:
        """Give up the files and the lock, and stop the server of a local model."""
        if self._model:
            self._model.close()
        with self._indexer.guard:
            self._indexer.close()
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
        models = [self._encoder, *([self._reranker] if self._reranker else [])]
        return self._indexer.ready and all(getattr(model, "loaded", True) for model in models)

    def warm_up(self) -> None:
        """Load the models and open the index now rather than at the first question."""
        self._encoder.encode_queries(["warm up"])
        for name in ("question_reader", "selector"):
            load_session(name)
        self._indexer.indexes()
        if self._reranker:
            self._reranker.load()

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
        self._check_writable()
        return self._adder.add(itertools.chain.from_iterable(map(read_source, listed)), expected, progress)

    def add_articles(self, articles: Iterable[Article], progress: Progress | None = None) -> AddReport:
        """Add articles made by the caller; their texts are kept to the letter."""
        expected = len(articles) if isinstance(articles, Sequence) else None
        self._check_writable()
        return self._adder.add(articles, expected, progress)

    def remove(self, article_ids: Iterable[str]) -> tuple[str, ...]:
        """Delete articles and their earlier versions, for good. Raises NotFoundError before anything is deleted."""
        self._check_writable()
        wanted = list(dict.fromkeys(article_ids))
        for article_id in wanted:
            self._catalog.article(article_id)
        with self._indexer.guard:
            self._indexer.chroma()
            for article_id in wanted:
                self._catalog.delete(article_id)
            self._indexer.drop_stale()
        return tuple(wanted)

    # ------------------------------------------------------------------ asking

    @cached_property
    def retriever(self) -> HybridRetriever:
        """The LangChain retriever of this library."""
        return HybridRetriever(
            catalog=self._catalog,
            index=self._indexer.chunks,
            encoder=self._encoder,
            reranker=self._reranker,
            candidates=self.settings.candidates,
        )

    @cached_property
    def _reranker(self) -> CrossEncoderReranker | None:
        return CrossEncoderReranker(self.settings.reranker) if self.settings.reranker else None

    @cached_property
    def chain(self) -> Runnable[Any, Answer]:
        """Retrieve and answer as a LangChain Runnable: a question, or ``{"question", "history", "filters", "today"}``."""
        return self._answering.chain

    @cached_property
    def _answering(self) -> Answering:
        return Answering(self._catalog, self._engines, self._known)

    def _known(self, filters: Filters) -> Known:
        """What a question may name; no publisher where a filter says which."""
        return Known(() if filters.source else self.sources(), lambda name: self._ledger.is_quoted(name, filters))

    def _engines(self) -> Iterator[Engine]:
        """The engines in the order in which they are tried. One that cannot be had costs a notice, and no answer."""
        yield ChatEngine()
        yield self._requests
        try:
            if model := self._chat_model():
                yield ModelEngine(
                    model, self._checker, self._summaries, self._sentences, self.article, self._ledger.quotes_in
                )
        except ModelError as error:  # its name is none
            yield from (noticing(engine, str(error)) for engine in (self._summaries, self._sentences))
        yield self._summaries
        yield self._sentences

    @cached_property
    def _requests(self) -> RequestEngine:
        return RequestEngine(
            self._catalog, self._ledger, self._finder, self._summarizer, self.retriever, self._sentences
        )

    @cached_property
    def _summaries(self) -> SummaryEngine:
        return SummaryEngine(self._summarizer, self.retriever, self._catalog)

    @cached_property
    def _sentences(self) -> SentenceEngine:
        return SentenceEngine(self.candidates)

    @cached_property
    def candidates(self) -> CandidateFinder:
        """What finds the sentences that may answer a question."""
        return CandidateFinder(self.retriever, self._ledger, self._indexer.quotes, self._encoder)

    @cached_property
    def _checker(self) -> ClaimChecker:
        return ClaimChecker(Verifier(self._encoder, self._extract))

    def _chat_model(self) -> ChatModel | None:
        """The model that answers now. Raises ModelError if the one of the settings cannot be one."""
        if not self._model_chosen:
            self.use_model(ChatModel.from_settings(self.settings))
        return self._model

    def use_model(self, model: ChatModel | None) -> None:
        """Answer with this chat model from now on, in place of that of the settings; None answers without one."""
        before, self._model, self._model_chosen = self._model, model, True
        if before and before is not model:
            before.close()

    @cached_property
    def _finder(self) -> StatementFinder:
        return StatementFinder(self._ledger, self._indexer.quotes, self._encoder)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[object] = (),
        today: dt.date | None = None,
        filters: Filters | None = None,
    ) -> Answer:
        """Answer a question from the articles, with citations, or say that they do not say.

        ``history`` is the conversation so far, ``today`` what "today" and "this week" mean (None: the real date). An
        answer in the history may name the ids of the articles that it cites, as ``articles``: "Summarise this" is the first.
        Raises QuestionError.
        """
        *_, last = self.ask_stream(question, history=history, today=today, filters=filters)
        return last

    def ask_stream(
        self,
        question: str,
        *,
        history: Sequence[object] = (),
        today: dt.date | None = None,
        filters: Filters | None = None,
    ) -> Iterator[Answer]:
        """What ``ask`` gives, as it grows: at least one answer, the last of them whole. Raises as ``ask`` does.

        Those before it hold what is being read, as ``closest``, and the sentences that are verified so far.
        """
        self._indexer.check_encoder()
        given = {"question": question, "history": history, "today": today, "filters": self._checked(filters)}
        answers: Iterator[Answer] | None = None
        while True:
            # variables that trace other LangChain programs would send questions away; this is not held over a yield, after
            # which another thread may go on
            with tracing_context(enabled=False):
                answers = answers or self._answering.answers(self._answering.read(given))
                answer = next(answers, None)
            if answer is None:
                return
            yield answer

    def retrieve(
        self,
        question: str,
        *,
        k: int = 10,
        history: Sequence[object] = (),
        today: dt.date | None = None,
        filters: Filters | None = None,
    ) -> list[SearchResult]:
        """The ``k`` best chunks for a question, the best first. Raises QuestionError."""
        self._indexer.check_encoder()
        filters = self._checked(filters)
        asked = read_question(question, history, today, self._known(filters))
        filters = dataclasses.replace(filters, source=filters.source or asked.source)
        if filters.speaker is not None:  # the articles that quote them
            quoted = tuple({quote.article_id for quote in self.quotes(filters.speaker, filters=filters)})
            filters = dataclasses.replace(filters, article_ids=quoted or ("",))
        return self.retriever.search(asked, k, filters)

    def quotes(
        self, speaker: str | None = None, about: str | None = None, *, filters: Filters | None = None
    ) -> list[Quote]:
        """The statements of a speaker, on a topic, or both; without a topic the newest first, else the best first.

        ``speaker`` is a name or a role, as a question would give it; ``about`` is compared by words and by meaning.
        Raises QuestionError.
        """
        self._indexer.check_encoder()
        return self._finder.quotes(check_speaker(speaker), about, self._checked(filters))

    # ------------------------------------------------------------------ summarising

    @cached_property
    def _summarizer(self) -> Summarizer:
        return Summarizer(self._catalog, self._ledger, self._finder, self.retriever)

    def summarize(
        self,
        article_ids: Sequence[str] | None = None,
        *,
        about: str | None = None,
        speaker: str | None = None,
        sentences: int | None = None,
        words: int | None = None,
        newest_first: bool = False,
        filters: Filters | None = None,
    ) -> Summary:
        """A summary of articles, of a topic over all of them, or of what a speaker said (``about`` a topic, or anything).

        Every sentence is an exact slice of an article or such a slice with words deleted, and cites the whole slice.
        ``sentences`` and ``words`` limit the length. Raises QuestionError, NotFoundError.
        """
        *_, last = self.summarize_stream(
            article_ids,
            about=about,
            speaker=speaker,
            sentences=sentences,
            words=words,
            newest_first=newest_first,
            filters=filters,
        )
        return last

    def summarize_stream(
        self,
        article_ids: Sequence[str] | None = None,
        *,
        about: str | None = None,
        speaker: str | None = None,
        sentences: int | None = None,
        words: int | None = None,
        newest_first: bool = False,
        filters: Filters | None = None,
    ) -> Iterator[Summary]:
        """What ``summarize`` gives, as it grows: at least one summary, the last of them whole."""
        started = time.perf_counter()
        length = Length(sentences, words, newest_first)
        filters = self._checked(filters)
        speaker = check_speaker(speaker if speaker is not None else filters.speaker)
        if any(text is not None and not text.strip() for text in (about, speaker)):
            raise QuestionError("The topic or the speaker is empty.", help_message="Give a name, or a few words.")
        ids = list(dict.fromkeys([article_ids] if isinstance(article_ids, str) else article_ids or ()))
        if speaker is None and about is None:
            if not ids:
                raise QuestionError(
                    "There is nothing to summarise.", help_message="Name articles by id, a topic or a speaker."
                )
            articles = [self._catalog.article(one) for one in ids]
            if filters != Filters():
                let_through = self._catalog.matching_ids(dataclasses.replace(filters, article_ids=ids))
                articles = [one for one in articles if one.id in let_through]
            if not articles:
                raise QuestionError(
                    "The filters let none of these articles through.", help_message="Clear the publisher and the days."
                )
            parts = self._summarizer.articles(articles, length)
        else:
            self._indexer.check_encoder()
            within = dataclasses.replace(filters, article_ids=ids or filters.article_ids, speaker=None)
            if speaker is not None:
                parts = self._summarizer.speaker(speaker, about, within, length)
            else:
                parts = self._summarizer.topic(about or "", within, length)
        for part in parts:
            yield dataclasses.replace(part, seconds=time.perf_counter() - started)

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

    @staticmethod
    def _checked(filters: Filters | None) -> Filters:
        """The filters, none for None. Raises QuestionError where their days are the wrong way round."""
        given = filters or Filters()
        if given.since and given.until and given.since > given.until:
            raise QuestionError(
                f"The filter starts on {given.since}, after it ends on {given.until}.",
                help_message="Swap the two days or clear one of them.",
            )
        return dataclasses.replace(given, speaker=check_speaker(given.speaker) or None, source=given.source or None)

    def searched(self, filters: Filters | None = None) -> Searched:
        """How many articles a search looks at, and their dates."""
        return self._catalog.searched(filters or Filters())

    # ------------------------------------------------------------------ keeping it whole

    def problems(self) -> list[str]:
        """What is wrong with the library, in words; empty means that catalog and Chroma match, vector for vector."""
        found = self._catalog.problems() + self._indexer.problems()
        if unread := self.coverage().unread:
            found.append(f"the statements of {unread} articles have not been read")
        return found

    def coverage(self, filters: Filters | None = None) -> Coverage:
        """How far the statements of the articles that a search looks at have been read, and by which reader."""
        return self._ledger.coverage(filters or Filters())

    def repair(self, progress: Progress | None = None) -> None:
        """Build full text and Chroma anew from the catalog.

        What has no vector, or another encoder's, is embedded again; statements that were never read, or by an older
        reader, are read. Safe to interrupt: what was read stays, its vectors follow at the next opening.
        """
        self._check_writable()
        with self._indexer.guard:
            self._catalog.rebuild_words()
            waiting = self._ledger.to_read()
            for number, article_id in enumerate(waiting):
                if progress:
                    progress(number, len(waiting), "Reading who said what")
                quotes = self._adder.read_quotes(self._catalog.article(article_id))
                if quotes is not None:
                    self._ledger.read_again(article_id, quotes)
            self._indexer.rebuild(progress)

    def _check_writable(self) -> None:
        if self.writable:
            return
        if not can_write(self.folder / ".lock"):
            raise LibraryError(
                f"The library {self.folder} cannot be written to.", help_message="Check the folder's permissions."
            )
        raise LibraryInUseError(f"The library {self.folder} is in use by another process.")


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
    except (Timeout, OSError):  # somebody else has it, or the folder cannot be written to: it can still be read
        return None
    return lock
