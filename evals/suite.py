"""What a suite is made of: sets, each of which gives rows of figures; and the run that they are measured in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from evals.libraries import Libraries
from rag.errors import RagError
from rag.settings import Settings

_T = TypeVar("_T")
log = logging.getLogger("evals")


class EvalError(RagError):
    """Something that the command was asked for cannot be measured."""

    help_message = "`python -m evals --help` lists suites, sets and options."


@dataclass(frozen=True, slots=True)
class Row:
    """One figure and the number of cases behind it; ``value`` None means that no case was of its kind."""

    measure: str
    value: float | None
    n: int
    bar: float | None = None
    unit: str = "%"
    at_most: bool = False
    """Whether the bar is a limit from above."""
    headline: bool = True
    """Whether the README shows it."""

    @property
    def passed(self) -> bool | None:
        """Whether the bar is reached; None without a bar."""
        if self.bar is None:
            return None
        return self.value is not None and (self.value <= self.bar if self.at_most else self.value >= self.bar)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What measuring a set gave. ``details`` has a row for each case, and its texts: it is never saved with the figures."""

    rows: tuple[Row, ...]
    size: int
    """Cases measured."""
    details: list[dict[str, Any]] = field(default_factory=list)
    curve: list[dict[str, float]] = field(default_factory=list)
    note: str = ""
    cases: Mapping[str, int] = field(default_factory=dict)
    """1 for each case that is fully right, 0 for each that is not, by its id. Empty where cases are not judged so."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a measurement can use: the data, the libraries, the settings."""

    data: Path | None
    tools: Path | None
    limit: int | None
    settings: Settings
    libraries: Libraries

    def file(self, name: str) -> Path:
        """A file of the data."""
        if self.data is None:
            raise EvalError(f"{name} needs --data.")
        return self.data / name

    def cut(self, cases: list[_T]) -> list[_T]:
        """All cases, or the first ``limit``."""
        return cases[: self.limit]


@dataclass(frozen=True, slots=True)
class EvalSet:
    """A named set of cases. ``files`` are those it needs of the data; without any it is our own."""

    name: str
    measure: Callable[[Run], Outcome]
    files: tuple[str, ...] = ()
    baseline: Callable[[Run], Outcome] | None = None
    """The same measures of the tutorial pipeline."""

    def missing(self, data: Path | None) -> list[str]:
        """The files that are not there."""
        return [name for name in self.files if data is None or not (data / name).is_file()]


@dataclass(frozen=True, slots=True)
class Suite:
    """Sets that are measured in the same way."""

    name: str
    sets: tuple[EvalSet, ...]


def attempt(step: Callable[[], _T], what: str) -> _T | None:
    """The step's result; None where it fails, which counts as wrong: an average over the completed cases would flatter."""
    try:
        return step()
    except Exception as error:
        log.warning("%s failed: %s: %s", what, type(error).__name__, error)
        return None


def share(right: int, n: int) -> float | None:
    """``right`` of ``n`` in per cent, to a tenth."""
    return round(100 * right / n, 1) if n else None


def failed_row(failed: int, n: int) -> tuple[Row, ...]:
    """A row that says how many cases failed, where any did."""
    return (Row("failed", float(failed), n, unit="", at_most=True),) if failed else ()
