"""What each stage of an answer costs, in milliseconds, and what it gains: the way of a question taken apart.

``rtqa2022``: the order of the articles after each step of the search. ``newsqa``: the sentences after each step of the
reading, the gold article given, over the articles that the selector was not trained on.
"""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from evals.data import Case, fold_of, read_jsonl
from evals.ranking import Hit, article_rows
from evals.suite import EvalSet, Outcome, Row, Run, Suite, share
from evals.suites.reading import UNSEEN
from evals.suites.retrieval import cases_of, library_of
from evals.texts import holds
from rag import Filters, Library
from rag.answering import ranking
from rag.fusion import FoundChunk, fuse, rerank
from rag.question import read_question
from rag.types import article_of

_T = TypeVar("_T")
WARM = 3  # questions asked before the clock runs
SEARCH = ("dense search", "BM25", "both fused by rank", "ranked by fit, without dates", "ranked by fit")
READING = ("candidates found", "read by the selector and ranked")
DEEP = 100  # chunks that each search finds


@dataclass(slots=True)
class Clock:
    """Milliseconds of each stage, a figure a question."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def time(self, stage: str, step: Callable[[], _T]) -> _T:
        """The step's result; what it took is noted."""
        began = time.perf_counter()
        result = step()
        self.times[stage].append(1000 * (time.perf_counter() - began))
        return result

    def rows(self) -> tuple[Row, ...]:
        """The median of each stage, without the questions that warm up."""
        medians = {stage: (statistics.median(times[WARM:] or times), len(times)) for stage, times in self.times.items()}
        return tuple(
            Row(f"{stage}: takes", round(median, 1), n, unit="ms", at_most=True)
            for stage, (median, n) in medians.items()
        )


def _search(run: Run) -> Outcome:
    cases = cases_of(run, "rtqa2022")
    library = library_of(run, "rtqa2022", cases)
    names = {article.id: article.external_id or article.id for article in library.articles()}
    clock = Clock()
    found: dict[str, dict[str, list[Hit]]] = {name: {} for name in SEARCH}
    for case in cases:
        for name, chunk_ids in _orders(library, case, clock).items():
            found[name][case.qid] = [Hit(names[article_of(one)], "") for one in chunk_ids]
    rows = [
        replace(row, measure=f"{name}: {row.measure}")
        for name in SEARCH
        for row in article_rows(cases, found[name], {}, ("hit@1", "MRR@10"))
    ]
    return Outcome((*rows, *clock.rows()), len(cases))


def _orders(library: Library, case: Case, clock: Clock) -> Mapping[str, Sequence[str]]:
    """Ids of chunks, the best first, after each step of the search."""
    retriever, everything = library.retriever, Filters()
    question = read_question(case.question, case.history, case.date)
    vector = clock.time("the question's vector", lambda: retriever.encoder.encode_queries([question.text])[0])
    near = clock.time("dense search", lambda: retriever.index.search(vector, DEEP, everything))
    worded = clock.time("BM25", lambda: retriever.catalog.search_words(question.text, DEEP, everything))
    dense, bm25 = [one for one, _ in near], [one for one, _ in worded]
    candidates = clock.time("all that the ranking goes by", lambda: retriever.candidates_for(question, everything))
    ranked = clock.time("ranking", lambda: rerank(candidates))
    orders = (
        dense,
        bm25,
        [one for one, _ in fuse([dense, bm25])],
        [one for one, _ in rerank([_undated(one) for one in candidates])],
        [one for one, _ in ranked],
    )
    return dict(zip(SEARCH, orders, strict=True))


def _undated(candidate: FoundChunk) -> FoundChunk:
    return replace(candidate, near=0.0, within=0.0)


def _reading(run: Run) -> Outcome:
    unseen = fold_of((row["doc_id"] for row in read_jsonl(run.file("newsqa/documents.jsonl"))), *UNSEEN)
    cases = [case for case in cases_of(run, "newsqa") if case.documents <= unseen]
    library = library_of(run, "newsqa", cases)
    ids = {article.external_id: article.id for article in library.articles()}
    clock = Clock()
    right = {name: [0, 0] for name in READING}
    for case in cases:
        question = read_question(case.question)
        filters = Filters(article_ids=[ids[document] for document in case.documents])
        finder = library.candidates
        first = clock.time(READING[0], lambda: ranking.shortlist(finder.find(question, filters).candidates))  # noqa: B023
        found = clock.time(READING[1], lambda: ranking.rank(finder.read(question, first)))  # noqa: B023
        for name, evidence in zip(READING, (first, found), strict=True):
            for place, count in enumerate((1, 3)):
                text = " ".join(one.text for one in evidence[:count])
                right[name][place] += any(holds(text, answer) for answer in case.answers)
    rows = [
        Row(f"{name}: {what}", share(right[name][place], len(cases)), len(cases))
        for name in READING
        for place, what in enumerate(("best sentence", "best three"))
    ]
    return Outcome((*rows, *clock.rows()), len(cases))


SUITE = Suite(
    "stages",
    (
        EvalSet("rtqa2022", _search, ("rtqa2022/documents.jsonl", "rtqa2022/questions.jsonl")),
        EvalSet("newsqa", _reading, ("newsqa/documents.jsonl", "newsqa/questions.jsonl")),
    ),
)
