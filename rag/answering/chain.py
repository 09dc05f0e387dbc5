"""Retrieve and answer, as one LangChain Runnable that a user can take out and use in a chain of their own."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping
from typing import Any, TypedDict

from langchain_core.runnables import Runnable, RunnableLambda

from rag.answering.extractive import ExtractiveEngine
from rag.question import Question, read_question
from rag.retrieval import HybridRetriever
from rag.types import Answer, Filters, SearchResult


class Found(TypedDict):
    """What goes from the retriever to the engine."""

    question: Question
    results: list[SearchResult]
    filters: Filters
    started: float


def build_chain(retriever: HybridRetriever, engine: ExtractiveEngine, k: int = 10) -> Runnable[Any, Answer]:
    """A Runnable from a question to an :class:`Answer`.

    The input is a string, or a mapping with ``question`` and, if wanted, ``history`` (a list of ``{"role", "content"}``),
    ``filters`` (:class:`Filters`) and ``today`` (a date). Raises QuestionError.
    """

    def retrieve(asked: str | Mapping[str, Any]) -> Found:
        started = time.perf_counter()
        given: Mapping[str, Any] = {"question": asked} if isinstance(asked, str) else asked
        question = read_question(given["question"], given.get("history") or (), given.get("today"))
        filters = given.get("filters") or retriever.filters
        results = retriever.search(question, k, filters)
        return Found(question=question, results=results, filters=filters, started=started)

    def answer(found: Found) -> Answer:
        searched = retriever.catalog.searched(found["filters"])
        answered = engine.answer(found["question"], found["results"], searched)
        return dataclasses.replace(answered, seconds=time.perf_counter() - found["started"])

    return RunnableLambda(retrieve).with_config(run_name="retrieve") | RunnableLambda(answer).with_config(
        run_name="answer"
    )
