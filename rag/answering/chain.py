"""Look up, or retrieve, and answer: one LangChain Runnable that a user can take out and use in a chain of their own."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping
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


def build_chain(
    retriever: HybridRetriever,
    ledger: LedgerEngine,
    engine: ExtractiveEngine,
    k: int = 10,
    summaries: Engine | None = None,
) -> Runnable[Any, Answer]:
    """A Runnable from a question to an :class:`Answer`: who said what is looked up, all else is retrieved and picked.

    Where ``summaries`` are given, a question that asks for one is answered by it.

    The input is a string, or a mapping with ``question`` and, if wanted, ``history`` (a list of ``{"role", "content"}``),
    ``filters`` (:class:`Filters`) and ``today`` (a date). Raises QuestionError.
    """

    def retrieve(asked: str | Mapping[str, Any]) -> Found:
        started = time.perf_counter()
        given: Mapping[str, Any] = {"question": asked} if isinstance(asked, str) else asked
        filters: Filters = given.get("filters") or retriever.filters
        sources = () if filters.source else retriever.catalog.sources()
        question = read_question(given.get("question"), given.get("history") or (), given.get("today"), sources)
        filters = dataclasses.replace(filters, source=filters.source or question.source)
        searched = retriever.catalog.searched(filters)
        told = summaries.answer(question, filters, searched) if summaries else None
        told = told or ledger.answer(question, filters, searched)
        results = [] if told else retriever.search(question, k, filters)
        return Found(question=question, told=told, results=results, searched=searched, started=started)

    def answer(found: Found) -> Answer:
        answered = found["told"] or engine.answer(found["question"], found["results"], found["searched"])
        seconds = time.perf_counter() - found["started"]
        return dataclasses.replace(answered, seconds=seconds, understood=found["question"].understood)

    return RunnableLambda(retrieve).with_config(run_name="retrieve") | RunnableLambda(answer).with_config(
        run_name="answer"
    )
