"""Whether the right article is found, and the right paragraph."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from evals.baselines.cached import tutorial_over
from evals.data import Case, read_articles, read_cases
from evals.ranking import (
    DEPTH,
    Hit,
    Retrieve,
    article_rows,
    documents_of,
    first_right,
    passage_row,
    rank_all,
    retrieve_from,
)
from evals.suite import EvalSet, Outcome, Row, Run, Suite
from rag import Library

BARS = {
    "rtqa2022": {"hit@1": 75.0, "hit@5": 94.0, "MRR@10": 83.0},
    "newsqa": {"hit@1": 86.0},
    "mtragun": {"hit@5": 93.0},
}
HEADLINES = {"rtqa2022": ("hit@1", "hit@5", "MRR@10"), "newsqa": ("hit@1", "hit@5"), "mtragun": ("hit@1", "hit@5")}


def cases_of(run: Run, name: str) -> list[Case]:
    """The questions of a set that retrieval is measured on."""
    cases = read_cases(run.file(f"{name}/questions.jsonl"))
    return run.cut([case for case in cases if case.documents and _measured(name, case)])


def library_of(run: Run, name: str, cases: Sequence[Case]) -> Library:
    """The library over a set's documents."""
    needed = {document for case in cases for document in case.documents}
    return run.libraries.get(name, partial(read_articles, run.file(f"{name}/documents.jsonl")), needed)


def _measured(name: str, case: Case) -> bool:
    if name == "rtqa2022":  # the gold that its editors named
        return bool(case.meta["gold_level"] == "editor")
    if name == "newsqa":  # questions that make sense without their article
        return bool(case.meta["standalone"])
    return case.answerable is True


def _measure(name: str, run: Run) -> Outcome:
    cases = cases_of(run, name)
    library = library_of(run, name, cases)
    return _outcome(name, cases, retrieve_from(library, dated=name == "rtqa2022"))


def _tutorial(name: str, run: Run) -> Outcome:
    """The tutorial pipeline, which knows neither dates nor history."""
    cases = cases_of(run, name)
    needed = {document for case in cases for document in case.documents}
    pipeline = tutorial_over(run.libraries, name, partial(read_articles, run.file(f"{name}/documents.jsonl")), needed)
    return _outcome(name, cases, lambda case: [Hit(*found) for found in pipeline.chunks(case.question, DEPTH)])


def _outcome(name: str, cases: Sequence[Case], retrieve: Retrieve) -> Outcome:
    found = rank_all(cases, retrieve)
    rows: tuple[Row, ...] = article_rows(cases, found, BARS[name], HEADLINES[name])
    if name == "newsqa":
        rows += (passage_row(cases, found, 1, headline=False), passage_row(cases, found, 3))
    details = [
        {
            "qid": case.qid,
            "question": case.question,
            "gold": sorted(case.documents),
            "found": documents_of(found.get(case.qid, ()))[:10],
        }
        for case in cases
    ]
    return Outcome(rows, len(cases), details, cases=first_right(cases, found))


SUITE = Suite(
    "retrieval",
    tuple(
        EvalSet(
            name,
            partial(_measure, name),
            (f"{name}/documents.jsonl", f"{name}/questions.jsonl"),
            partial(_tutorial, name),
        )
        for name in BARS
    ),
)
