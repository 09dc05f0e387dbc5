"""One shape for all that answers: a task goes in, answers come out as they grow; nothing, and the next one is tried."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from langchain_core.runnables import Runnable, RunnableLambda

from rag.catalog import Catalog
from rag.question import Known, Question, read_question
from rag.types import Answer, Filters, Searched


@dataclass(frozen=True, slots=True)
class Task:
    """A question with what it may be answered from."""

    question: Question
    filters: Filters
    searched: Searched
    started: float = field(default_factory=time.perf_counter)


class Engine(Protocol):
    """Answers tasks of its kind."""

    def __call__(self, task: Task) -> Iterator[Answer]:
        """The answer as it grows, the last of them whole; nothing where the task is not this engine's."""
        ...


def noticing(engine: Engine, notice: str) -> Engine:
    """An engine whose answers tell why the model that is set did not write them."""

    def noticed(task: Task) -> Iterator[Answer]:
        for answer in engine(task):
            yield dataclasses.replace(answer, notice=notice)

    return noticed


class Answering:
    """Reads a question and has the first engine answer it that takes it."""

    def __init__(
        self, catalog: Catalog, engines: Callable[[], Iterable[Engine]], known: Callable[[Filters], Known]
    ) -> None:
        self._catalog = catalog
        self._engines = engines
        self._known = known

    def read(self, asked: str | Mapping[str, Any]) -> Task:
        """The task of a question. The input is that of the ``chain``. Raises QuestionError."""
        started = time.perf_counter()
        given: Mapping[str, Any] = {"question": asked} if isinstance(asked, str) else asked
        filters: Filters = given.get("filters") or Filters()
        known = self._known(filters)
        question = read_question(given.get("question"), given.get("history") or (), given.get("today"), known)
        filters = dataclasses.replace(filters, source=filters.source or question.source)
        return Task(question, filters, self._catalog.searched(filters), started)

    def answers(self, task: Task) -> Iterator[Answer]:
        """The answer as it grows: at least one, the last of them whole."""
        for engine in self._engines():
            taken = False
            for answer in engine(task):
                taken = True
                seconds = time.perf_counter() - task.started
                understood = answer.understood or task.question.understood
                yield dataclasses.replace(answer, seconds=seconds, understood=understood)
            if taken:
                return

    @property
    def chain(self) -> Runnable[Any, Answer]:
        """Both steps as a LangChain Runnable from a question to an :class:`Answer`.

        The input is a string, or a mapping with ``question`` and, if wanted, ``history``, ``filters`` (:class:`Filters`) and
        ``today`` (a date). Raises QuestionError.
        """
        read = RunnableLambda(self.read).with_config(run_name="read")
        return read | RunnableLambda(self._last).with_config(run_name="answer")

    def _last(self, task: Task) -> Answer:
        *_, last = self.answers(task)
        return last
