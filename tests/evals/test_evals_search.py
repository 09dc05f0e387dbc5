"""The suites that search: which article comes first, in a conversation too."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evals.data import Case
from evals.results import Result
from evals.suites.followups import unrelated


def test_retrieval_gives_the_date_and_leaves_out_what_has_no_editors_gold(
    run: Callable[..., int],
    write: Callable[..., Path],
    tmp_path: Path,
    documents: list[dict[str, Any]],
    question_row: Callable[..., dict[str, Any]],
    result_of: Callable[[str, str], Result],
    figures_of: Callable[[str, str], dict[str, tuple[float | None, int]]],
) -> None:
    write("rtqa2022/documents.jsonl", documents)
    asked = "How many houses in Marrow were lost in the flood?"
    data = write(
        "rtqa2022/questions.jsonl",
        [
            question_row("q1", asked, "old-flood", gold_level="editor", date="2024-01-12"),
            question_row("q2", asked, "new-flood", gold_level="editor", date="2026-05-06"),
            question_row(
                "q3", "What does the opera in Lindal cost?", "old-flood", gold_level="editor", date="2026-05-06"
            ),
            question_row("q4", asked, "opera", gold_level="weak", date="2026-05-06"),
        ],
    )
    assert run("retrieval", "--data", data, "--set", "rtqa2022", "--details", tmp_path / "details") == 0
    result = result_of("retrieval", "rtqa2022")
    assert figures_of("retrieval", "rtqa2022")["hit@1"] == (66.7, 3)
    assert figures_of("retrieval", "rtqa2022")["hit@5"] == (100.0, 3)
    assert result.rows[0].bar == 75
    assert result.cases == {"q1": 1, "q2": 1, "q3": 0}
    details = (tmp_path / "details" / "retrieval-rtqa2022-whosaid.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["found"][0] for line in details] == ["old-flood", "new-flood", "opera"]


def test_retrieval_passes_the_conversation_on(
    run: Callable[..., int],
    write: Callable[..., Path],
    documents: list[dict[str, Any]],
    question_row: Callable[..., dict[str, Any]],
    result_of: Callable[[str, str], Result],
    figures_of: Callable[[str, str], dict[str, tuple[float | None, int]]],
) -> None:
    write("mtragun/documents.jsonl", documents)
    opera = [{"speaker": "user", "text": "When does the opera in Lindal open?"}, {"speaker": "agent", "text": "Soon."}]
    data = write(
        "mtragun/questions.jsonl",
        [
            question_row("q1", "And how much does it cost?", "opera", history=opera),
            question_row("q2", "How many houses were lost in the Marrow flood of Monday?", "new-flood", history=[]),
            question_row("q3", "Why?", "old-flood", history=opera, answerable=None),
        ],
    )
    assert run("retrieval", "followups", "--data", data, "--set", "mtragun") == 0
    assert figures_of("retrieval", "mtragun")["hit@5"] == (100.0, 2)
    follow = figures_of("followups", "mtragun")
    assert follow["hit@1"] == (100.0, 1)
    assert follow["last turn alone, hit@1"][1] == 1
    assert follow["unmoved by another conversation"] == (100.0, 1)
    assert result_of("followups", "mtragun").cases == {"q1": 1, "q2": 1}


def test_an_unrelated_conversation_is_about_other_documents() -> None:
    follow = [Case(name, "?", True, frozenset({name}), history=({"role": "user", "content": name},)) for name in "abc"]
    alone = Case("q", "?", True, frozenset({"b"}))
    assert [unrelated(number, alone, follow)[0]["content"] for number in range(4)] == ["a", "c", "c", "a"]
    assert unrelated(0, alone, follow[1:2]) == ()
