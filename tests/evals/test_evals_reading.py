"""The suites that read a given article: the sentence with the answer, or a refusal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evals.results import Result
from evals.suites.refusal import curve


def test_reading_looks_for_the_gold_answer_in_the_given_article(
    run: Callable[..., int],
    write: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    documents: list[dict[str, Any]],
    question_row: Callable[..., dict[str, Any]],
    result_of: Callable[[str, str], Result],
    figures_of: Callable[[str, str], dict[str, tuple[float | None, int]]],
) -> None:
    monkeypatch.setattr("evals.suites.reading.UNSEEN", (0, 1))  # all three articles
    write("newsqa/documents.jsonl", documents)
    lost = "How many houses were lost in the flood?"
    data = write(
        "newsqa/questions.jsonl",
        [
            question_row("q1", lost, "old-flood", answers=["Six"], standalone=True),
            question_row("q2", lost, "new-flood", answers=["Nine"], standalone=True),
            question_row("q3", lost, "new-flood", answers=["Twelve"], standalone=True),
            question_row("q4", "Which minister of fisheries resigned?", "opera", answers=["door"], standalone=True),
            question_row("q5", "Who?", "opera", answers=["conductor"], standalone=False),
        ],
    )
    assert run("reading", "--data", data) == 0
    found = figures_of("reading", "newsqa")
    assert found["first sentence"] == (50.0, 4)
    assert found["refused"] == (25.0, 4)
    assert result_of("reading", "newsqa").cases == {"q1": 1, "q2": 1, "q3": 0, "q4": 0}
    assert "failed" not in found


def test_refusal_gives_the_candidate_passage(
    run: Callable[..., int],
    write: Callable[..., Path],
    tmp_path: Path,
    documents: list[dict[str, Any]],
    question_row: Callable[..., dict[str, Any]],
    result_of: Callable[[str, str], Result],
    figures_of: Callable[[str, str], dict[str, tuple[float | None, int]]],
) -> None:
    write("clapnq/documents.jsonl", documents)
    asked = "How many houses were lost in the flood in Marrow?"
    data = write(
        "clapnq/questions.jsonl",
        [
            question_row("q2", asked, "old-flood", candidate_doc_id="old-flood"),
            question_row("q3", asked, None, answerable=False, candidate_doc_id="opera"),
            question_row("q5", "What do tickets at the door cost?", None, answerable=False, candidate_doc_id="opera"),
        ],
    )
    assert run("refusal", "--data", data, "--library-cache", tmp_path / "cache") == 0
    result = result_of("refusal", "clapnq")
    assert figures_of("refusal", "clapnq")["answerable answered"] == (100.0, 1)
    assert figures_of("refusal", "clapnq")["unanswerable refused"] == (50.0, 2)
    assert figures_of("refusal", "clapnq")["balanced accuracy"] == (75.0, 3)
    assert result.cases == {"q2": 1, "q3": 1, "q5": 0}
    assert result.curve[0]["refused"] == 0
    assert result.curve[-1]["answered"] == 0


def test_the_curve_counts_on_both_sides_of_each_threshold() -> None:
    points = {point["threshold"]: point for point in curve([(True, 0.9), (True, 0.3), (False, 0.5), (False, 0.1)])}
    assert points[0.0] == {"threshold": 0.0, "answered": 100.0, "refused": 0.0, "balanced accuracy": 50.0}
    assert points[0.2]["balanced accuracy"] == 75.0
    assert points[0.3]["answered"] == 100.0  # as sure as the threshold is sure enough
    assert points[0.6] == {"threshold": 0.6, "answered": 50.0, "refused": 100.0, "balanced accuracy": 75.0}
