"""Our own cases over the sample articles: no other data needed, under a minute."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from operator import attrgetter

from evals.clock import AnswerClock
from evals.data import read_seeds, seed_key
from evals.seedcases import SeedCase, Verdict, abstention_f1, judge, read_seed_cases
from evals.suite import EvalSet, Outcome, Row, Run, Suite, attempt, failed_row, share
from rag import Answer, Library


def _measure(run: Run) -> Outcome:
    library = run.libraries.get("seeds", read_seeds)
    keys = {article.id: seed_key(article) for article in library.articles()}
    cases = run.cut(read_seed_cases())
    clock = AnswerClock()
    answers = [attempt(lambda case=case: _ask(library, case, clock), case.qid) for case in cases]  # type: ignore[misc]
    verdicts = [_verdict(case, answer, keys) for case, answer in zip(cases, answers, strict=True)]
    details = [
        dataclasses.asdict(verdict) | {"question": case.question, "text": answer.text if answer else ""}
        for case, answer, verdict in zip(cases, answers, verdicts, strict=True)
    ]
    rows = (*totals(verdicts), *by_type(verdicts), *clock.rows(run.settings.model))
    return Outcome(rows, len(cases), details, cases={verdict.qid: int(verdict.right) for verdict in verdicts})


def _ask(library: Library, case: SeedCase, clock: AnswerClock) -> Answer:
    return clock.ask(library, case.question, history=case.history, filters=case.filters)


def _verdict(case: SeedCase, answer: Answer | None, keys: dict[str, str]) -> Verdict:
    citations = answer.citations if answer else ()
    return judge(case, answer, frozenset((keys.get(one.article_id, ""), one.paragraph) for one in citations))


def totals(verdicts: Sequence[Verdict]) -> tuple[Row, ...]:
    """The figures over all cases."""
    n = len(verdicts)

    def ratio(name: str, part: str, whole: str) -> Row:
        parts, all_of_it = (sum(map(attrgetter(one), verdicts)) for one in (part, whole))
        return Row(name, share(parts, all_of_it), all_of_it)

    return (
        Row("fully right", share(sum(one.right for one in verdicts), n), n),
        ratio("key facts", "facts_found", "facts"),
        ratio("citation recall", "entries_cited", "entries"),
        ratio("citation precision", "cited_well", "cited"),
        Row("abstention F1", abstention_f1(verdicts), n),
        Row("answers with a forbidden string", float(sum(one.forbidden > 0 for one in verdicts)), n, 0, "", True),
        *failed_row(sum(one.status == "failed" for one in verdicts), n),
    )


def by_type(verdicts: Sequence[Verdict]) -> tuple[Row, ...]:
    """Fully right, by the type of question."""
    rows = []
    for kind in dict.fromkeys(one.type for one in verdicts):
        some = [one for one in verdicts if one.type == kind]
        rows.append(Row(f"fully right: {kind}", share(sum(one.right for one in some), len(some)), len(some)))
    return tuple(rows)


SUITE = Suite("cases", (EvalSet("seeds", _measure),))
