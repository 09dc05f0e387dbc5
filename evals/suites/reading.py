"""Whether the gold answer is in the answer when the article is given: ``newsqa``, questions that make sense alone.

Only over the articles that the shipped selector was not trained on.
"""

from __future__ import annotations

from typing import Any

from evals.data import Case, fold_of, read_jsonl
from evals.suite import EvalSet, Outcome, Row, Run, Suite, attempt, failed_row, share
from evals.suites.retrieval import cases_of, library_of
from evals.texts import holds
from rag import Answer, Filters, Library

BARS = {1: 68.0, 3: 84.0}
UNSEEN = 0, 3
"""The fold of the articles that the shipped selector has not seen, and how many folds there are."""


def _measure(run: Run) -> Outcome:
    known = (row["doc_id"] for row in read_jsonl(run.file("newsqa/documents.jsonl")))
    unseen = fold_of(known, *UNSEEN)
    cases = [case for case in cases_of(run, "newsqa") if case.documents <= unseen]
    library = library_of(run, "newsqa", cases)
    ids = {article.external_id: article.id for article in library.articles()}
    answers = [attempt(lambda case=case: _ask(library, case, ids), case.qid) for case in cases]  # type: ignore[misc]
    details = [_judge(case, answer) for case, answer in zip(cases, answers, strict=True)]
    n = len(cases)
    refused = sum(one["status"] == "abstained" for one in details)

    def right(key: str) -> float | None:
        return share(sum(one[key] for one in details), n)

    rows = (
        Row("first sentence", right("first"), n, BARS[1]),
        Row("first three", right("three"), n, BARS[3]),
        Row("refused", share(refused, n), n, headline=False),
        Row("first sentence, or first passage of a refusal", right("first_or_closest"), n, headline=False),
        Row("first three, or passages of a refusal", right("three_or_closest"), n, headline=False),
        *failed_row(answers.count(None), n),
    )
    return Outcome(rows, n, details, cases={judged["qid"]: int(judged["first"]) for judged in details})


def _ask(library: Library, case: Case, ids: dict[str | None, str]) -> Answer:
    return library.ask(case.question, filters=Filters(article_ids=[ids[document] for document in case.documents]))


def _judge(case: Case, answer: Answer | None) -> dict[str, Any]:
    """Whether the first sentence, and the first three, hold a gold answer; a refusal holds none."""
    parts = answer.parts if answer and answer.status == "answered" else ()
    said = [one.text for part in parts if part.kind != "lead" for one in part.sentences if one.support == "verbatim"]
    shown = said or ([one.text for one in answer.closest] if answer else [])

    def held(sentences: list[str]) -> bool:
        return any(holds(" ".join(sentences), gold) for gold in case.answers)

    return {
        "qid": case.qid,
        "question": case.question,
        "answers": list(case.answers),
        "status": answer.status if answer else "failed",
        "said": said,
        "first": held(said[:1]),
        "three": held(said[:3]),
        "first_or_closest": held(shown[:1]),
        "three_or_closest": held(shown[:3]),
    }


SUITE = Suite("reading", (EvalSet("newsqa", _measure, ("newsqa/documents.jsonl", "newsqa/questions.jsonl")),))
