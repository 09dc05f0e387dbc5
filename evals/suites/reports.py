"""Small inputs made after reported faults, each with the outcome that is right: statements of texts, facts of pages.

Each is handed to the data's scorer alone, so that one that fails is wrong and the others are measured all the same.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from evals.data import read_jsonl
from evals.scorers import load_scorer
from evals.suite import EvalSet, Outcome, Row, Run, Suite, attempt, failed_row

BARS = {"ledger": 16.0, "pages": 19.0}
"""Of 17 texts and of 20 facts."""
Score = Callable[[Path], tuple[int, int]]
"""Scores a folder of reports: how many came out right, of how many; prints a line for each."""


def _measure(run: Run, name: str) -> Outcome:
    score: Score = getattr(load_scorer(run, "score_reports"), name)
    reports = run.cut(read_jsonl(run.file(f"reports/{name}.jsonl")))
    details = [_judge(score, name, report, run.file("reports/pages")) for report in reports]
    n = len(reports)
    right = sum(judged["right"] for judged in details)
    rows = (
        Row("right", float(right), n, BARS[name], unit=""),
        *failed_row(sum(judged["failed"] for judged in details), n),
    )
    return Outcome(rows, n, details, cases={judged["id"]: int(judged["right"]) for judged in details})


def _judge(score: Score, name: str, report: Mapping[str, Any], pages: Path) -> dict[str, Any]:
    """Whether one report came out right, with the scorer's line on it."""
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as made, contextlib.redirect_stdout(said):
        folder = Path(made)
        (folder / f"{name}.jsonl").write_text(json.dumps(report), encoding="utf-8")
        if "page" in report:
            (folder / "pages").mkdir()
            shutil.copy(pages / report["page"], folder / "pages")
        scored = attempt(partial(score, folder), report_id(report))
    right = scored is not None and scored[0] == scored[1]
    return {"id": report_id(report), "right": right, "failed": scored is None, "told": said.getvalue().strip()}


def report_id(report: Mapping[str, Any]) -> str:
    """The id of a text; of a fact its page and the field that is asked for."""
    return str(report["id"]) if "id" in report else f"{Path(report['page']).stem} {report['field']}"


SUITE = Suite(
    "reports", tuple(EvalSet(name, partial(_measure, name=name), (f"reports/{name}.jsonl",)) for name in BARS)
)
