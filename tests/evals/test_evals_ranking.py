"""Rankings, measured: figures that can be counted by hand."""

from __future__ import annotations

from evals.data import Case, Passage
from evals.ranking import Hit, article_rows, passage_row, rank_all, shows
from evals.suite import share


def test_rankings_are_measured_over_all_cases_and_a_failure_counts_as_wrong() -> None:
    found = {
        "first": [Hit("a", "…"), Hit("b", "…")],
        "third, after a document that comes twice": [Hit("x", "…"), Hit("x", "…"), Hit("y", "…"), Hit("a", "…")],
        "sixth": [*(Hit(f"x{n}", "…") for n in range(5)), Hit("a", "…")],
    }
    cases = [Case(qid, "?", True, frozenset({"a"})) for qid in (*found, "fails")]

    def retrieve(case: Case) -> list[Hit]:
        return found[case.qid]  # KeyError for the last one

    ranked = rank_all(cases, retrieve)
    rows = {row.measure: row for row in article_rows(cases, ranked, {"hit@5": 60.0}, ["hit@1"])}
    assert {name: (row.value, row.n) for name, row in rows.items()} == {
        "hit@1": (25.0, 4),
        "hit@5": (50.0, 4),
        "MRR@10": (37.5, 4),  # (1 + 1/3 + 1/6 + 0) / 4
        "failed": (1.0, 4),
    }
    assert rows["hit@5"].passed is False
    assert rows["hit@1"].passed is None
    assert [name for name, row in rows.items() if row.headline] == ["hit@1", "failed"]


def test_a_paragraph_counts_only_where_it_is_shown_whole() -> None:
    passage = Passage("a", "The bridge was closed on Tuesday. It reopens in May.")
    assert shows(Hit("a", f"Title\n\n{passage.text}\n\nMore."), passage, ["May"])
    assert not shows(Hit("b", passage.text), passage, ["May"])
    assert shows(Hit("a", "It reopens in May."), passage, ["May"])
    assert not shows(Hit("a", "The bridge was closed on Tuesday."), passage, ["May"])
    case = Case("q", "?", True, frozenset({"a"}), answers=("May",), passages=(passage,))
    found = {"q": [Hit("b", "…"), Hit("a", passage.text)]}
    assert passage_row([case], found, 1).value == 0
    assert passage_row([case], found, 2).value == 100


def test_share_of_nothing_is_no_figure() -> None:
    assert share(0, 0) is None
    assert share(1, 3) == 33.3
