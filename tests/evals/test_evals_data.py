"""Data sets as cases, and phrases found in texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from evals.data import Passage, read_case
from evals.texts import holds


def test_cases_are_read_with_date_and_roles(question_row: Callable[..., dict[str, Any]]) -> None:
    history = [{"speaker": "user", "text": "A?"}, {"speaker": "agent", "text": "B."}]
    case = read_case(question_row("q", "C?", "d", passages=["p"], date="2026-05-06", history=history))
    assert str(case.date) == "2026-05-06"
    assert case.passages == (Passage("d", "p"),)
    assert case.history == ({"role": "user", "content": "A?"}, {"role": "assistant", "content": "B."})


@pytest.mark.parametrize(
    ("text", "phrase", "held"),
    [
        ("It rose by 20 per cent.", "20%", True),
        ("It rose by 120 percent.", "20%", False),
        ("It cost $2m.", "$2 million", True),
        ("They lost 14,500 crowns", "14", False),
        ("They lost 14.5 crowns", "4.5", False),
        ("He said ‘no’ to “the plan”.", 'no to "the plan"', True),
        ("Investigators came.", "investigator", True),
        ("The reinvestment", "investment", False),
        ("In the end, Anonymous did it", "Anonymous.", True),
        ("Anything", "...", False),
    ],
)
def test_a_phrase_is_found_as_it_is_meant(text: str, phrase: str, held: bool) -> None:
    assert holds(text, phrase) is held
