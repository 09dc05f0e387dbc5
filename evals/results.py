"""Figures as files: ``<suite>-<set>-<configuration>.json``, the tutorial's with ``tutorial`` in front of the digest."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.configuration import code_digest, digest
from evals.suite import Outcome, Row

FOLDER = Path(__file__).resolve().parent / "results"
OURS, MODEL, TUTORIAL = "whosaid", "model", "tutorial"


@dataclass(frozen=True, slots=True)
class Result:
    """A measured set: the rows, how many cases, of which configuration, when."""

    suite: str
    set: str
    system: str
    size: int
    rows: tuple[Row, ...]
    configuration: str
    date: str
    """To the second, in UTC."""
    seconds: float
    """What measuring took."""
    code: str = ""
    described: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    curve: tuple[Mapping[str, float], ...] = ()
    note: str = ""
    cases: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """1 for each case that is fully right, 0 for each that is not; empty in a result saved without them."""

    def value(self, measure: str) -> float | None:
        """The figure of that name."""
        return next((row.value for row in self.rows if row.measure == measure), None)


def make_result(
    suite: str, name: str, system: str, outcome: Outcome, described: Mapping[str, Any], seconds: float
) -> Result:
    """A result of today."""
    return Result(
        suite=suite,
        set=name,
        system=system,
        size=outcome.size,
        rows=outcome.rows,
        configuration=digest(described),
        date=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        seconds=round(seconds, 1),
        code=code_digest(),
        described={key: value for key, value in described.items() if key != "constants"},
        curve=tuple(outcome.curve),
        note=outcome.note,
        cases=dict(outcome.cases),
    )


def save(result: Result, folder: Path) -> Path:
    """Write a result; one of the same configuration is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    mark = "" if result.system == OURS else f"{result.system}-"
    path = folder / f"{result.suite}-{result.set}-{mark}{result.configuration}.json"
    path.write_text(json.dumps(dataclasses.asdict(result), indent=1) + "\n", encoding="utf-8")
    return path


def load(path: Path) -> Result:
    """A saved result."""
    saved = json.loads(path.read_text(encoding="utf-8"))
    return Result(**{**saved, "rows": tuple(Row(**row) for row in saved["rows"]), "curve": tuple(saved["curve"])})


def latest(folder: Path) -> dict[tuple[str, str, str], Result]:
    """The newest result of each suite, set and system."""
    found: dict[tuple[str, str, str], Result] = {}
    for result in sorted(map(load, folder.glob("*.json")), key=lambda result: result.date):
        found[result.suite, result.set, result.system] = result
    return found
