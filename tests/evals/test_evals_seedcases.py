"""Our own cases over the seeds: what makes an answer right, and all of them asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evals.results import Result
from evals.seedcases import abstention_f1, judge, read_seed_case, read_seed_cases
from rag.types import Answer, Searched


def answer(text: str, status: Any = "answered") -> Answer:
    return Answer("?", status, text, (), (), Searched(1), "test", 0.0)


def test_an_answer_is_right_when_facts_and_citations_are_there_and_nothing_forbidden() -> None:
    case = read_seed_case(
        {
            "qid": "c",
            "question": "How many?",
            "type": "multi",
            "answerable": True,
            "gold": [
                {"file": "seeds/a.txt", "paragraphs": [0], "or_else": [{"file": "seeds/b.txt", "paragraphs": [4]}]},
                {"file": "seeds/d.jsonl", "external_id": "brief", "paragraphs": [2]},
            ],
            "acceptable_paragraphs": [{"file": "seeds/a.txt", "paragraphs": [1]}],
            "key_facts": ["1,900", "2,600"],
            "must_not": ["3,000"],
        }
    )
    assert case.documents == {"a.txt", "b.txt", "brief"}
    both, text = frozenset({("b.txt", 4), ("brief", 2)}), answer("One says 1,900, the other 2,600.")
    assert judge(case, text, both).right
    assert not judge(case, answer("One says 1,900."), both).right
    assert not judge(case, answer("1,900, 2,600 and 3,000."), both).right
    assert not judge(case, answer("1,900 or 2,600", "abstained"), both).right
    assert not judge(case, None, both).right
    partly = judge(case, text, frozenset({("a.txt", 1), ("brief", 2), ("z.txt", 0)}))
    assert (partly.right, partly.entries_cited, partly.cited, partly.cited_well) == (False, 2, 3, 2)


def test_an_unanswerable_question_is_right_when_refused() -> None:
    row = {"qid": "u", "question": "?", "type": "unanswerable", "answerable": False, "gold": [], "must_not": []}
    case = read_seed_case({**row, "key_facts": []})
    refused, answered = judge(case, answer("", "abstained"), frozenset()), judge(case, answer("Yes."), frozenset())
    assert (refused.right, answered.right) == (True, False)
    assert abstention_f1([refused, answered]) == 66.7
    assert judge(case, None, frozenset()).right is False


@pytest.mark.slow
def test_our_own_cases_run_without_any_data(
    run: Callable[..., int],
    tmp_path: Path,
    result_of: Callable[[str, str], Result],
    figures_of: Callable[[str, str], dict[str, tuple[float | None, int]]],
) -> None:
    assert run("cases", "followups", "--limit", "3") == 0
    assert not (tmp_path / "results").exists()  # a part of a set is no result
    assert run("cases") == 0
    found = figures_of("cases", "seeds")
    cases = read_seed_cases()
    assert found["fully right"][1] == len(cases)
    assert sum(n for name, (_, n) in found.items() if name.startswith("fully right: ")) == len(cases)
    assert found["key facts"][0] is not None
    assert result_of("cases", "seeds").cases.keys() == {case.qid for case in cases}
    assert "failed" not in found
