"""The suite of reported faults: each report is scored alone, with its page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evals.results import Result
from evals.suites.reports import report_id

SCORER = """
import json

def read(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

def ledger(folder):
    reports = read(folder / "ledger.jsonl")
    print("read", len(reports))
    return sum(1 // report["right"] for report in reports), len(reports)

def pages(folder):
    reports = read(folder / "pages.jsonl")
    return sum(report["expected"] in (folder / "pages" / report["page"]).read_text() for report in reports), len(reports)
"""


@pytest.mark.usefixtures("scorer")
def test_each_report_is_right_or_wrong_and_a_crash_spoils_no_other(
    run: Callable[..., int],
    write: Callable[..., Path],
    result_of: Callable[[str, str], Result],
    figures_of: Callable[[str, str], dict[str, tuple[float | None, int]]],
) -> None:
    data = write("reports/ledger.jsonl", [{"id": "a", "right": 1}, {"id": "b", "right": 0}, {"id": "c", "right": 2}])
    assert run("reports", "--data", data, "--set", "ledger") == 0
    assert figures_of("reports", "ledger") == {"right": (1.0, 3), "failed": (1.0, 3)}  # 1 // 0 is the crash
    result = result_of("reports", "ledger")
    assert result.cases == {"a": 1, "b": 0, "c": 0}
    assert (result.rows[0].bar, result.rows[0].unit) == (16.0, "")


@pytest.mark.usefixtures("scorer")
def test_a_fact_is_scored_with_its_page_at_hand(
    run: Callable[..., int],
    write: Callable[..., Path],
    result_of: Callable[[str, str], Result],
) -> None:
    page = {"page": "p1.html", "field": "source", "expected": "Gazette"}
    data = write("reports/pages.jsonl", [page, {**page, "field": "author", "expected": "Tim Beck"}])
    (data / "reports" / "pages").mkdir()
    (data / "reports" / "pages" / "p1.html").write_text("<p>The Gazette</p>", encoding="utf-8")
    assert run("reports", "--data", data, "--set", "pages") == 0
    result = result_of("reports", "pages")
    assert result.cases == {"p1 source": 1, "p1 author": 0}
    assert (result.rows[0].value, result.rows[0].bar) == (1.0, 19.0)


def test_reports_are_told_apart_without_their_texts() -> None:
    assert report_id({"id": "A1", "text": "…"}) == "A1"
    assert report_id({"page": "p.html", "field": "date", "expected": "2026-01-01"}) == "p date"


@pytest.fixture
def scorer(write_scorer: Callable[[str, str], None]) -> None:
    write_scorer("score_reports", SCORER)
