"""Whether a question is refused where the articles do not say, and answered where they do. One threshold for all sets.

Only over the half of the questions that the selector is not trained on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sklearn.metrics import roc_auc_score

from evals.data import Case, is_held, read_articles, read_cases
from evals.suite import EvalSet, Outcome, Row, Run, Suite, attempt, failed_row, share
from evals.suites.retrieval import library_of
from rag import Article, Filters, Library
from rag.answering import ranking
from rag.question import read_question

BAR = 80.0
STEPS = [step / 100 for step in range(101)]
"""Thresholds of the curve."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A case, what became of it (``answered``, ``abstained`` or ``failed``), and how likely its best sentence answers."""

    case: Case
    status: str
    chance: float

    @property
    def right(self) -> bool:
        """Whether an answerable question was answered, or an unanswerable one refused."""
        return self.status == ("answered" if self.case.answerable else "abstained")


def _clapnq(run: Run) -> Outcome:
    """The passage is given; in half of the cases it does not answer."""
    cases = _balanced(run, read_cases(run.file("clapnq/questions.jsonl")))
    given = {case.qid: case.meta["candidate_doc_id"] for case in cases}
    wanted = set(given.values())

    def passages() -> list[Article]:
        return [one for one in read_articles(run.file("clapnq/documents.jsonl")) if one.external_id in wanted]

    library = run.libraries.get("clapnq", passages, wanted)
    ids = {article.external_id: article.id for article in library.articles()}
    return _outcome(library, cases, lambda case: Filters(article_ids=[ids[given[case.qid]]]))


def _rtqa2022(run: Run) -> Outcome:
    """All articles are there; the unanswerable questions ask about years after the last of them."""
    asked = [
        case
        for case in read_cases(run.file("rtqa2022/questions.jsonl"))
        if case.meta["gold_level"] == "editor" and not case.meta["choice_dependent"]
    ]
    cases = _balanced(run, asked + read_cases(run.file("rtqa2022/questions_unanswerable.jsonl")))
    return _outcome(library_of(run, "rtqa2022", cases), cases, lambda case: Filters())


def _balanced(run: Run, cases: Sequence[Case]) -> list[Case]:
    """The verified cases that are kept for measuring; of a limited run, as many of either kind."""
    cases = [case for case in cases if is_held(case.qid)]
    answerable = [case for case in cases if case.answerable is True]
    unanswerable = [case for case in cases if case.answerable is False]
    return run.cut(answerable) + run.cut(unanswerable)


def _outcome(library: Library, cases: Sequence[Case], filters: Callable[[Case], Filters]) -> Outcome:
    judged = [_judge(library, case, filters(case)) for case in cases]
    answerable = [one for one in judged if one.case.answerable]
    unanswerable = [one for one in judged if not one.case.answerable]
    answered = share(sum(one.status == "answered" for one in answerable), len(answerable))
    refused = share(sum(one.status == "abstained" for one in unanswerable), len(unanswerable))
    points = curve([(bool(one.case.answerable), one.chance) for one in judged])
    best = max(points, key=lambda point: point["balanced accuracy"])
    rows = (
        Row("balanced accuracy", _mean(answered, refused), len(judged), BAR),
        Row("answerable answered", answered, len(answerable)),
        Row("unanswerable refused", refused, len(unanswerable)),
        Row("chance, area under ROC", area(judged), len(judged), headline=False),
        *failed_row(sum(one.status == "failed" for one in judged), len(judged)),
    )
    note = f"By evidence alone the best threshold would be {best['threshold']}: {best['balanced accuracy']} balanced."
    details = [
        {
            "qid": one.case.qid,
            "question": one.case.question,
            "answerable": one.case.answerable,
            "status": one.status,
            "chance": round(one.chance, 4),
        }
        for one in judged
    ]
    cases_right = {one.case.qid: int(one.right) for one in judged}
    return Outcome(rows, len(judged), details, points, note, cases_right)


def _judge(library: Library, case: Case, filters: Filters) -> Judged:
    def ask() -> Judged:
        answer = library.ask(case.question, today=case.date, history=case.history, filters=filters)
        return Judged(case, answer.status, chance_of(library, case, filters))

    return attempt(ask, case.qid) or Judged(case, "failed", 0.0)


def chance_of(library: Library, case: Case, filters: Filters) -> float:
    """How likely something answers: what the engine compares with its threshold."""
    question = read_question(case.question, case.history, case.date)
    return ranking.chance(question, *ranking.find_ranked(library.candidates, question, filters))


def curve(points: Sequence[tuple[bool, float]]) -> list[dict[str, float]]:
    """For each threshold: answered of the answerable, refused of the unanswerable, and their mean, in per cent."""
    sure = [value for answerable, value in points if answerable]
    unsure = [value for answerable, value in points if not answerable]
    found: list[dict[str, float]] = []
    for threshold in STEPS:
        answered = share(sum(value >= threshold for value in sure), len(sure))
        refused = share(sum(value < threshold for value in unsure), len(unsure))
        point = {"threshold": threshold, "answered": answered, "refused": refused}
        found.append({**point, "balanced accuracy": _mean(answered, refused)})  # type: ignore[dict-item]
    return found


def area(judged: Sequence[Judged]) -> float | None:
    """Area under the ROC curve of the chance, in per cent: 50 is chance."""
    kinds = [bool(one.case.answerable) for one in judged]
    if len(set(kinds)) < 2:
        return None
    return round(100 * float(roc_auc_score(kinds, [one.chance for one in judged])), 1)


def _mean(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else round((one + other) / 2, 1)


SUITE = Suite(
    "refusal",
    (
        EvalSet("clapnq", _clapnq, ("clapnq/documents.jsonl", "clapnq/questions.jsonl")),
        EvalSet(
            "rtqa2022",
            _rtqa2022,
            (
                "rtqa2022/documents.jsonl",
                "rtqa2022/questions.jsonl",
                "rtqa2022/questions_unanswerable.jsonl",
            ),
        ),
    ),
)
