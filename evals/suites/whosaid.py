"""Questions about who said what, over news articles whose statements people have marked. Scored by the data's scorer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evals.clock import AnswerClock
from evals.data import read_jsonl
from evals.scorers import load_scorer
from evals.suite import EvalSet, Outcome, Row, Run, Suite, attempt, failed_row
from rag import Answer, Article

DOCUMENTS, QUESTIONS = "polnear/dev.jsonl", "whosaid/questions.jsonl"
BARS = {
    "fully right": ("fully_right_rate", 60.0),
    "citation recall": ("citation_recall", 85.0),
    "citation precision": ("citation_precision", 70.0),
    "abstention F1": ("abstention_f1", 80.0),
}
ABOUT_SAYING = ("who_said", "said_about", "did_say")
SAYING_BAR, REFUSAL_BAR = 55.0, 80.0


def _measure(run: Run) -> Outcome:
    scorer = load_scorer(run, "score_answers")
    questions = run.cut(read_jsonl(run.file(QUESTIONS)))
    needed = {entry["article_id"] for question in questions for entry in question["gold"]}
    library = run.libraries.get("polnear-dev", lambda: _articles(run), needed)
    clock = AnswerClock()
    answers = {
        question["qid"]: attempt(lambda asked=question["question"]: clock.ask(library, asked), question["qid"])  # type: ignore[misc]
        for question in questions
    }
    predictions = [prediction(qid, answer) for qid, answer in answers.items() if answer]
    result, judged = scorer.score(questions, predictions)
    texts = {one["qid"]: one["text"] for one in predictions}
    engines = {qid: answer and {"engine": answer.engine, "notice": answer.notice} for qid, answer in answers.items()}
    details = [row | {"text": texts.get(row["qid"], "")} | (engines[row["qid"]] or {}) for row in judged]
    failed = failed_row(sum(answer is None for answer in answers.values()), len(questions))
    rows = (*_rows(result, judged), *clock.rows(run.settings.model), *failed)
    return Outcome(rows, len(questions), details, cases={row["qid"]: int(row["right"]) for row in judged})


def _articles(run: Run) -> list[Article]:
    return [
        Article.from_text(row["text"], external_id=row["id"], date=row["date"], source=row["publisher"])
        for row in read_jsonl(run.file(DOCUMENTS))
    ]


def prediction(qid: str, answer: Answer) -> dict[str, Any]:
    """An answer in the scorer's form."""
    cited = [{"article_id": one.external_id, "paragraph": one.paragraph} for one in answer.citations]
    return {"qid": qid, "status": answer.status, "text": answer.text, "citations": cited}


def _rows(result: dict[str, Any], judged: Sequence[dict[str, Any]]) -> list[Row]:
    overall, kinds = result["overall"], result["by_type"]
    n = overall["n"]
    rows = [Row(name, _percent(overall[key]), n, bar) for name, (key, bar) in BARS.items()]
    rows.append(Row("key facts", _percent(overall["key_fact_recall"]), overall["answerable"], headline=False))
    saying = [row["right"] for row in judged if row["type"] in ABOUT_SAYING and row["answerable"]]
    rows.append(Row("fully right: who said what", _share(saying), len(saying), SAYING_BAR))
    unanswerable = [row["right"] for row in judged if not row["answerable"]]
    rows.append(Row("unanswerable refused", _share(unanswerable), len(unanswerable), REFUSAL_BAR))
    rows.append(Row("answers with a forbidden string", float(overall["must_not_violations"]), n, 0, "", True))
    for kind, summary in kinds.items():
        rows.append(Row(f"fully right: {kind}", _percent(summary["fully_right_rate"]), summary["n"], headline=False))
    return rows


def _percent(rate: float | None) -> float | None:
    return None if rate is None else round(100 * rate, 1)


def _share(rights: Sequence[bool]) -> float | None:
    return round(100 * sum(rights) / len(rights), 1) if rights else None


SUITE = Suite("whosaid", (EvalSet("whosaid", _measure, (QUESTIONS, DOCUMENTS)),))
