"""When the answers to the questions of a suite show something, where a language model writes them."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

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
        """The median of each, what nine in ten stay below, and in how many answers the model's sentences stand.

        Nothing where there is no model.
        """
        if model is None:
            return []
        rows = [
            Row(f"{name}, {which}", round(float(np.quantile(times, share_of)), 2), len(times), None, "s", True)
            for name, times in self._times.items()
            for which, share_of in (("median", 0.5), ("the slowest tenth from", 0.9))
            if times
        ]
        n = len(self._times["whole answer"])
        return [*rows, Row("answers with sentences of the model", share(self._by_model, n), n)]
