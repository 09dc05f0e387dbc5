"""Questions as reporters, fact-checkers and readers put them, asked over one library of news articles.

Judged by the data's scorer: an answer is right when the sentence that proves it is among the first three slices shown and
at most two others are shown; an unanswerable question when it is refused or set right. Search is measured apart, by
whether a gold sentence stands in the first chunks found for the question in its self-contained form.
"""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.data import read_jsonl
from evals.scorers import load_scorer
from evals.suite import EvalSet, Outcome, Row, Run, Suite, attempt, failed_row, share
from rag import Answer, Article, Library

ARTICLES, QUESTIONS = "newsroom/dev.articles.jsonl", "newsroom/dev.jsonl"
BARS = {
    "balanced": 69.0,
    "answerable right": 63.0,
    "unanswerable right": 75.0,
    "precision": 58.0,
    "follow-ups right": 58.0,
}
KINDS = ("fact", "said_about", "who_said", "did_say", "summary", "compare")
KIND_BAR = 52.0
GOLD_BARS = {6: 92.0, 10: 96.0}
"""In how many per cent a gold sentence must be in that many chunks."""
SPREAD = ("summary", "compare")
"""Kinds whose gold is spread over an article, so that no one chunk can be asked for."""
DEPTH = 40  # chunks asked for
ROLES = ("user", "assistant")

Question = Mapping[str, Any]
"""A question as it lies in the file."""
Judgement = Mapping[str, Any]
"""What the scorer found out about an answer: ``right``, ``answered``, ``first``, ``shown``, ``hits`` of ``n`` slices."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a question, None if asking failed, and the seconds it took."""

    question: Question
    answer: Answer | None
    seconds: float


def _measure(run: Run) -> Outcome:
    scorer = load_scorer(run, "score_newsroom")
    questions = run.cut(read_jsonl(run.file(QUESTIONS)))
    rows = read_jsonl(run.file(ARTICLES))
    today = newest_date(rows)
    library = run.libraries.get("newsroom-dev", lambda: _articles(rows), {question["doc_id"] for question in questions})
    replies = [_reply(library, question, today) for question in questions]
    predictions = [prediction(reply.question["qid"], reply.answer) for reply in replies]
    judged = [scorer.judge(question, shown) for question, shown in zip(questions, predictions, strict=True)]
    ranks = _gold_ranks(library, questions, today)
    figures = (
        *judged_rows(questions, judged),
        *_gold_rows(ranks),
        _seconds_row(replies),
        *failed_row(sum(reply.answer is None for reply in replies), len(replies)),
    )
    details = [
        {
            **shown,
            "question": question["question"],
            "seconds": round(reply.seconds, 3),
            "gold_rank": ranks.get(question["qid"]),
            "judged": judgement,
        }
        for question, reply, shown, judgement in zip(questions, replies, predictions, judged, strict=True)
    ]
    cases = {
        question["qid"]: int(bool(judgement["right"])) for question, judgement in zip(questions, judged, strict=True)
    }
    return Outcome(figures, len(questions), details, cases=cases)


def newest_date(rows: Sequence[Mapping[str, Any]]) -> dt.date:
    """The newest date among articles: the day on which the questions are asked."""
    return max(dt.date.fromisoformat(row["date"][:10]) for row in rows if row.get("date"))


def _articles(rows: Sequence[Mapping[str, Any]]) -> list[Article]:
    """The articles with their texts to the letter: the gold's offsets are of them."""
    return [
        Article.from_text(
            row["text"],
            title=row.get("title") or None,
            date=row.get("date"),
            source=row.get("source"),
            author=row.get("author"),
            url=row.get("url"),
            external_id=row["doc_id"],
        )
        for row in rows
    ]


def _reply(library: Library, question: Question, today: dt.date) -> Reply:
    history = messages(question["history"])
    began = time.perf_counter()
    answer = attempt(lambda: library.ask(question["question"], history=history, today=today), question["qid"])
    return Reply(question, answer, time.perf_counter() - began)


def messages(turns: Sequence[str]) -> list[dict[str, str]]:
    """A conversation ``[question, answer, …]`` in the form that `Library.ask` takes."""
    return [{"role": ROLES[number % 2], "content": text} for number, text in enumerate(turns)]


def prediction(qid: str, answer: Answer | None) -> dict[str, Any]:
    """An answer in the scorer's form; a question that failed has the status ``error``."""
    if answer is None:
        return {"qid": qid, "status": "error", "text": "", "shown": []}
    shown = [[citation.external_id, citation.start, citation.end] for citation in answer.citations]
    return {"qid": qid, "status": answer.status, "text": answer.text, "shown": shown}


def judged_rows(questions: Sequence[Question], judged: Sequence[Judgement]) -> list[Row]:
    """The figures over all answers, and over each kind of question."""
    pairs = list(zip(questions, judged, strict=True))

    def some(wanted: Callable[[Question], bool]) -> list[Judgement]:
        return [judgement for question, judgement in pairs if wanted(question)]

    answerable = some(lambda question: question["answerable"])
    unanswerable = some(lambda question: not question["answerable"])
    follow_ups = some(lambda question: question["answerable"] and bool(question["history"]))
    reasons = dict.fromkeys(question["unanswerable_because"] for question in questions if not question["answerable"])
    return [
        Row("balanced", _mean(_share(answerable), _share(unanswerable)), len(questions), BARS["balanced"]),
        _row("answerable right", answerable),
        _row("unanswerable right", unanswerable),
        _precision(answerable),
        _row("follow-ups right", follow_ups),
        *(
            Row(f"right: {kind}", _share(rows), len(rows), KIND_BAR)
            for kind in KINDS
            if (rows := some(lambda question, kind=kind: question["answerable"] and question["kind"] == kind))  # type: ignore[misc]
        ),
        *(
            Row(f"unanswerable right: {reason}", _share(rows), len(rows), headline=False)
            for reason in reasons
            if (rows := some(lambda question, reason=reason: question["unanswerable_because"] == reason))  # type: ignore[misc]
        ),
        Row("first slice is gold", _share(answerable, "first"), len(answerable), headline=False),
        Row("gold in the first three slices", _share(answerable, "shown"), len(answerable), headline=False),
    ]


def _row(measure: str, judged: Sequence[Judgement]) -> Row:
    return Row(measure, _share(judged), len(judged), BARS[measure])


def _share(judged: Sequence[Judgement], key: str = "right") -> float | None:
    return share(sum(bool(judgement[key]) for judgement in judged), len(judged))


def _precision(answerable: Sequence[Judgement]) -> Row:
    """Slices that are gold, of all that answered answerable questions show."""
    answered = [judgement for judgement in answerable if judgement["answered"]]
    shown = sum(judgement["n"] for judgement in answered)
    return Row("precision", share(sum(judgement["hits"] for judgement in answered), shown), shown, BARS["precision"])


def _mean(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else round((first + second) / 2, 1)


def _seconds_row(replies: Sequence[Reply]) -> Row:
    times = [reply.seconds for reply in replies if reply.answer is not None]
    median = round(statistics.median(times), 3) if times else None
    return Row("an answer, median", median, len(times), unit="s", headline=False)


def _gold_ranks(library: Library, questions: Sequence[Question], today: dt.date) -> dict[str, int | None]:
    """For each answerable question whose gold can stand in one chunk: where the first such chunk ranks, from 0.

    None where it is not among those found, or where the search failed.
    """
    asked = [question for question in questions if question["answerable"] and question["kind"] not in SPREAD]
    return {
        question["qid"]: attempt(
            lambda question=question: _gold_rank(library, question, today),  # type: ignore[misc]
            question["qid"],
        )
        for question in asked
    }


def _gold_rank(library: Library, question: Question, today: dt.date) -> int | None:
    gold = [*question["evidence"], *question["also"]]
    results = library.retrieve(question["standalone"] or question["question"], k=DEPTH, today=today)
    for rank, result in enumerate(results):
        if result.article.external_id == question["doc_id"] and any(
            result.chunk.start <= span["start"] and span["end"] <= result.chunk.end for span in gold
        ):
            return rank
    return None


def _gold_rows(ranks: Mapping[str, int | None]) -> list[Row]:
    n = len(ranks)
    return [
        Row(
            f"gold sentence in the first {depth} chunks",
            share(sum(rank is not None and rank < depth for rank in ranks.values()), n),
            n,
            bar,
        )
        for depth, bar in GOLD_BARS.items()
    ]


SUITE = Suite("newsroom", (EvalSet("dev", _measure, (ARTICLES, QUESTIONS)),))
