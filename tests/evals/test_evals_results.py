"""Results: saved, read again, set beside those before them, and put in a page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evals.configuration import code_digest
from evals.report import BLOCK, table, write_readme
from evals.results import OURS, Result, latest, load, make_result, save
from evals.suite import EvalError, Outcome, Row
from evals.suites import SUITES


def result(value: float, date: str = "2026-03-01T10:00:00+00:00", **more: Any) -> Result:
    row = Row("hit@1", value, 96, 75.0)
    hidden = Row("failed", 2.0, 96, unit="", headline=False)
    base = make_result("retrieval", "rtqa2022", OURS, Outcome((row, hidden), 96), {"settings": {}}, 1.5)
    return Result(**{**base_fields(base), "date": date, **more})


def base_fields(one: Result) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Result.__slots__}


def test_a_result_is_read_as_it_was_saved_and_the_newest_counts(tmp_path: Path) -> None:
    old, new = result(60.0, configuration="aaa"), result(70.0, "2026-03-02T10:00:00+00:00", configuration="bbb")
    for one in (new, old):
        path = save(one, tmp_path)
        assert load(path) == one
    assert path.name == "retrieval-rtqa2022-aaa.json"
    assert latest(tmp_path) == {("retrieval", "rtqa2022", OURS): new}
    assert new.code == code_digest()


def test_the_table_sets_a_figure_beside_bar_last_and_peers() -> None:
    tutorial = result(30.0, system="tutorial")
    text = table(result(74.9), result(60.0), None)
    line = next(line for line in text.splitlines() if "hit@1" in line)
    assert line.split()[:6] == ["hit@1", "74.9", "96", "75", "MISSED", "60.0"]
    assert "tutorial pipeline 37.2*" in line
    assert "tutorial pipeline 30.0;" in table(result(75.0), None, tutorial)
    assert "75 ok" in table(result(75.0), None, tutorial)


def test_the_table_ends_with_the_cases_gained_and_lost() -> None:
    last = result(60.0, cases={"a": 0, "b": 0, "c": 1, "d": 1, "gone": 0})
    now = result(70.0, cases={"a": 1, "b": 1, "c": 0, "d": 1, "new": 1})
    assert table(now, last, None).splitlines()[-3:] == [
        "  cases: +2 gained, -1 lost since 2026-03-01",
        "    gained: a, b",
        "    lost: c",
    ]
    assert "cases:" not in table(now, result(60.0), None), "the last result has no cases"
    assert "cases:" not in table(result(70.0), last, None)


def test_of_many_cases_gained_the_first_ten_are_named_on_demand() -> None:
    ids = [f"q{number:02}" for number in range(12)]
    last, now = result(0.0, cases=dict.fromkeys(ids, 0)), result(100.0, cases=dict.fromkeys(ids, 1))
    assert table(now, last, None).splitlines()[-1] == "  cases: +12 gained, -0 lost since 2026-03-01"
    named = table(now, last, None, name_cases=True).splitlines()[-1]
    assert named == f"    gained: {', '.join(ids[:10])} and 2 more"


def test_a_result_saved_without_cases_is_still_read(tmp_path: Path) -> None:
    path = save(result(60.0, cases={"a": 1}), tmp_path)
    assert load(path).cases == {"a": 1}
    old = json.loads(path.read_text(encoding="utf-8"))
    del old["cases"]
    path.write_text(json.dumps(old), encoding="utf-8")
    assert load(path) == result(60.0)


def test_the_page_gets_the_figures_and_keeps_the_rest(tmp_path: Path) -> None:
    page = tmp_path / "figures.md"
    page.write_text(
        "# Title\n\n<!-- evals:start -->\nold\n<!-- evals:end -->\n\nText.\n\n"
        "<!-- evals:start quotes whosaid -->\n<!-- evals:end -->\nEnd.\n",
        encoding="utf-8",
    )
    saved = {("retrieval", "rtqa2022", OURS): result(74.9)}
    quotes = Result(**{**base_fields(result(79.7)), "suite": "quotes", "set": "polnear"})
    saved |= {("quotes", "polnear", OURS): quotes}
    assert write_readme(page, saved, SUITES) == ["all", "quotes whosaid"]
    text = page.read_text(encoding="utf-8")
    first, second = (match[3] for match in BLOCK.finditer(text))
    assert "| retrieval | rtqa2022 | hit@1 | 96 | **74.9** | ≥ 75 | tutorial pipeline 37.2*; BM25 48.6*" in first
    assert "failed" not in first
    assert "quotes" not in first
    assert "old" not in text
    assert "| quotes | polnear | hit@1 | 96 | **79.7**" in second
    assert "2026-03-01, configuration" in first
    assert text.startswith("# Title\n\n<!-- evals:start -->\n")
    assert text.endswith("<!-- evals:end -->\nEnd.\n")
    write_readme(page, saved, SUITES)
    assert page.read_text(encoding="utf-8") == text
    (tmp_path / "bare.md").write_text("# Title\n", encoding="utf-8")
    with pytest.raises(EvalError, match="evals:start"):
        write_readme(tmp_path / "bare.md", saved, SUITES)


def test_figures_are_compared_with_a_frozen_folder_of_results(
    run: Callable[..., int],
    write: Callable[..., Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    documents: list[dict[str, Any]],
    question_row: Callable[..., dict[str, Any]],
) -> None:
    write("mtragun/documents.jsonl", documents)
    asked = "How many houses were lost in the Marrow flood of Monday?"
    data = write("mtragun/questions.jsonl", [question_row("q1", asked, "new-flood", history=[])])
    measure = ("retrieval", "--data", data, "--set", "mtragun")
    assert run(*measure, "--against", "frozen") == 1
    assert "There are no results 'frozen'" in capsys.readouterr().err
    frozen = Result(**{**base_fields(result(12.5)), "set": "mtragun", "cases": {"q1": 0}})
    save(frozen, tmp_path / "results" / "frozen")
    assert run(*measure) == 0
    assert "12.5" not in capsys.readouterr().out
    assert run(*measure, "--against", "frozen") == 0
    out = capsys.readouterr().out
    assert "12.5" in out
    assert "cases: +1 gained, -0 lost since 2026-03-01" in out
    assert latest(tmp_path / "results" / "frozen") == {("retrieval", "mtragun", OURS): frozen}
