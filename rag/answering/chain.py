"""Look up, or retrieve, and answer, as a stream of answers; and as one LangChain Runnable for a user's own chains."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypedDict

from langchain_core.runnables import Runnable, RunnableLambda

from rag.answering.extractive import ExtractiveEngine
from rag.answering.model_engine import ModelEngine
from rag.answering.premises import comes_too_late
from rag.answering.sayings import LedgerEngine
from rag.errors import ModelError
from rag.question import Question, read_question
from rag.retrieval import HybridRetriever
from rag.types import Answer, Filters, Searched, SearchResult


class Found(TypedDict):
    """What goes from the first step to the second: an answer out of the ledger, or chunks to answer from.

    ``sums_up`` says that a summary is asked for, which the second step makes; ``late`` says that every article is from
    before the days that are asked about, so that no engine can answer.
    """

    question: Question
    filters: Filters
    told: Answer | None
    sums_up: bool
    late: bool
    results: list[SearchResult]
    searched: Searched
    started: float


class Summaries(Protocol):
    """Answers questions that ask for a summary."""

    def asks_for_one(self, question: Question) -> bool:
        """Whether a question does."""
        ...

    def answers(self, question: Question, filters: Filters, searched: Searched) -> Iterator[Answer]:
        """The summary as it grows, the last of them whole."""
        ...


class Answering:
    """The two steps from a question to its answer: who said what is looked up, all else is retrieved and picked.

    Where ``summaries`` are given, a question that asks for one is answered by it. ``model`` gives the engine of the
    language model that is set now, which reads what the others found and writes; None leaves it to them.
    """

    def __init__(
        self,
        retriever: HybridRetriever,
        ledger: LedgerEngine,
        engine: ExtractiveEngine,
        k: int = 10,
        summaries: Summaries | None = None,
        model: Callable[[], ModelEngine | None] = lambda: None,
    ) -> None:
        self._retriever = retriever
        self._ledger = ledger
        self._engine = engine
        self._k = k
        self._summaries = summaries
        self._model = model

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
        sums_up = self._summaries is not None and self._summaries.asks_for_one(question)
        late = bool(comes_too_late(question, searched))
        told = None if sums_up or late else self._ledger.answer(question, filters, searched)
        results = [] if sums_up or told else retriever.search(question, self._k, filters)
        return Found(
            question=question, filters=filters, told=told, sums_up=sums_up, late=late,
            results=results, searched=searched, started=started,
        )  # fmt: skip

    def answers(self, found: Found) -> Iterator[Answer]:
        """The second step: the answer as it grows, at least one, the last of them whole."""
        for answer in self._answers(found):
            seconds = time.perf_counter() - found["started"]
            # a summary tells itself what it is of; a topic or a speaker that is named needs no conversation
            understood = answer.understood if found["sums_up"] else found["question"].understood
            yield dataclasses.replace(answer, seconds=seconds, understood=understood)

    def _answers(self, found: Found) -> Iterator[Answer]:
        question, told, searched, results = found["question"], found["told"], found["searched"], found["results"]
        notice, model = "", None
        try:
            model = self._model()
        except ModelError as error:  # its name is none, which costs no answer
            notice = str(error)
        if self._summaries and found["sums_up"]:
            summary = None
            for summary in self._summaries.answers(question, found["filters"], searched):
                yield dataclasses.replace(summary, notice=notice)
            if model and summary:
                yield from model.answers(question, summary)
        elif model is None or (found["late"] and told is None):
            yield dataclasses.replace(told or self._engine.answer(question, results, searched), notice=notice)
        else:
            results = results or self._retriever.search(question, self._k, found["filters"])
            yield model.opening(question, searched, told, results)
            evidence = self._engine.read(question, results)
            draft = told or self._engine.answer_from(question, evidence, searched)
            yield from model.answers(question, draft, model.nearest(question, found["filters"]), evidence)

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
