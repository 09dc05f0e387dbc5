"""Look up, or retrieve, and answer, as a stream of answers; and as one LangChain Runnable for a user's own chains."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Mapping
from typing import Any, Protocol, TypedDict

from langchain_core.runnables import Runnable, RunnableLambda

from rag.answering.extractive import ExtractiveEngine
from rag.answering.sayings import LedgerEngine
from rag.question import Question, read_question
from rag.retrieval import HybridRetriever
from rag.types import Answer, Filters, Searched, SearchResult


class Found(TypedDict):
    """What goes from the first step to the second: an answer out of the ledger, or chunks to answer from."""

    question: Question
    told: Answer | None
    results: list[SearchResult]
    searched: Searched
    started: float


class Engine(Protocol):
    """Answers questions of one kind."""

    def answer(self, question: Question, filters: Filters, searched: Searched) -> Answer | None:
        """The answer, or None to a question of another kind."""
        ...


class Answering:
    """The two steps from a question to its answer: who said what is looked up, all else is retrieved and picked.

    Where ``summaries`` are given, a question that asks for one is answered by it.
    """

    def __init__(
        self,
        retriever: HybridRetriever,
        ledger: LedgerEngine,
        engine: ExtractiveEngine,
        k: int = 10,
        summaries: Engine | None = None,
    ) -> None:
        self._retriever = retriever
        self._ledger = ledger
        self._engine = engine
        self._k = k
        self._summaries = summaries

    def find(self, asked: str | Mapping[str, Any]) -> Found:
        """The first step. The input is that of the ``chain``. Raises QuestionError."""
        started = time.perf_counter()
        given: Mapping[str, Any] = {"question": asked} if isinstance(asked, str) else asked
        retriever = self._retriever
        filters: Filters = given.get("filters") or retriever.filters
        sources = () if filters.source else retriever.catalog.sources()
        question = read_question(given.get("question"), given.get("history") or (), given.get("today"), sources)
        filters = dataclasses.replace(filters, source=filters.source or question.source)
        searched = retriever.catalog.searched(filters)
        told = self._summaries.answer(question, filters, searched) if self._summaries else None
        told = told or self._ledger.answer(question, filters, searched)
        results = [] if told else retriever.search(question, self._k, filters)
        return Found(question=question, told=told, results=results, searched=searched, started=started)

    def answers(self, found: Found) -> Iterator[Answer]:
        """The second step: the answer as it grows, at least one, the last of them whole."""
        answered = found["told"] or self._engine.answer(found["question"], found["results"], found["searched"])
        seconds = time.perf_counter() - found["started"]
        yield dataclasses.replace(answered, seconds=seconds, understood=found["question"].understood)

    @property
    def chain(self) -> Runnable[Any, Answer]:
        """Both steps as a Runnable from a question to an :class:`Answer`.

        The input is a string, or a mapping with ``question`` and, if wanted, ``history`` (a list of ``{"role",
        "content"}``), ``filters`` (:class:`Filters`) and ``today`` (a date). Raises QuestionError.
        """
        return RunnableLambda(self.find).with_config(run_name="retrieve") | RunnableLambda(self._last).with_config(
            run_name="answer"
        )

    def _last(self, found: Found) -> Answer:
        *_, last = self.answers(found)
        return last
