"""When the answers to the questions of a suite show something, where a language model writes them."""

from __future__ import annotations

import statistics
import time
from typing import Any

from evals.suite import Row, share
from rag import Answer, Library


class AnswerClock:
    """When answers show the first evidence, the first sentence and their end, in seconds from the question."""

    def __init__(self) -> None:
        self._times: dict[str, list[float]] = {"first evidence": [], "first sentence": [], "whole answer": []}
        self._by_model = 0

    def ask(self, library: Library, question: str, **how: Any) -> Answer:
        """The answer; what it took is noted. ``how`` is what ``Library.ask_stream`` takes."""
        seen: dict[str, float] = {}
        began = time.perf_counter()
        for answer in library.ask_stream(question, **how):
            now = time.perf_counter() - began
            if answer.closest or answer.citations:
                seen.setdefault("first evidence", now)
            if answer.sentences:
                seen.setdefault("first sentence", now)
            seen["whole answer"] = now
        for name, seconds in seen.items():
            self._times[name].append(seconds)
        self._by_model += answer.model is not None
        return answer

    def rows(self, model: str | None) -> list[Row]:
        """The median of each, and in how many answers the model's sentences stand; nothing where there is no model."""
        if model is None:
            return []
        rows = [
            Row(f"{name}, median", round(statistics.median(times), 2), len(times), None, "s", True)
            for name, times in self._times.items()
            if times
        ]
        n = len(self._times["whole answer"])
        return [*rows, Row("answers with sentences of the model", share(self._by_model, n), n)]
