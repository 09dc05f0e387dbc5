"""Fit the ranking's weights: ``python -m evals.training.train_ranker --data DIR --newsroom DIR``.

Listwise softmax regression (Cao et al., "Learning to rank", ICML 2007) over the chunks that both searches find, the right
ones being those of the gold articles, or, of newsroom's training questions, those that hold the evidence: how right a ranking
is depends on all of a question's candidates at once. Every set counts alike. Figures are of cross-validation over questions:
what a fold is measured on had no part in its weights. ``--newsroom`` is the library that `fit_ranking` makes.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.data import read_jsonl
from evals.libraries import Libraries
from evals.suite import Run
from evals.suites.retrieval import BARS, cases_of, library_of
from evals.training.listwise import fit
from rag import Filters, Library
from rag.fusion import FEATURES, features
from rag.question import read_question
from rag.settings import load_settings
from rag.types import article_of

FOLDS = 6


@dataclass(frozen=True, slots=True)
class Ranked:
    """A question's candidates: features (n, features), whether each is of a gold article, and its article."""

    features: NDArray[np.float64]
    gold: NDArray[np.bool_]
    articles: NDArray[np.int64]


def collect(run: Run, name: str) -> list[Ranked]:
    """The candidates of every question of a set."""
    cases = cases_of(run, name)
    library = library_of(run, name, cases)
    ids = {article.id: article.external_id for article in library.articles()}
    made = []
    for number, case in enumerate(cases, start=1):
        question = read_question(case.question, case.history, case.date if name == "rtqa2022" else None)
        found = library.retriever.candidates_for(question, Filters())
        gold = [ids[article_of(one.chunk_id)] in case.documents for one in found]
        made.append(Ranked(features(found), np.array(gold), np.array([one.article for one in found])))
        print(f"\r{name}: {number} of {len(cases)} questions", end="\n" if number == len(cases) else "", flush=True)
    return made


def collect_newsroom(data: Path, folder: Path, count: int) -> list[Ranked]:
    """The candidates of so many of newsroom's training questions; every chunk counts by itself."""
    rows = [row for row in read_jsonl(data / "newsroom" / "train.jsonl") if row["answerable"] and not row["history"]]
    made = []
    with Library.open(folder) as library:
        ids = {article.id: article.external_id for article in library.articles()}
        today = max(article.date for article in library.articles() if article.date)
        for number, row in enumerate(random.Random(1).sample(rows, min(count, len(rows))), start=1):
            found = library.retriever.candidates_for(read_question(row["question"], today=today), Filters())
            chunks = library.retriever.catalog.chunks([one.chunk_id for one in found])
            gold = [
                ids[article_of(one.chunk_id)] == row["doc_id"]
                and any(
                    span["start"] < chunks[one.chunk_id][1].end and chunks[one.chunk_id][1].start < span["end"]
                    for span in row["evidence"] + row["also"]
                )
                for one in found
            ]
            made.append(Ranked(features(found), np.array(gold), np.arange(len(found))))
            print(f"\rnewsroom: {number} questions", end="", flush=True)
    print()
    return made


def fitted(sets: Sequence[Sequence[Ranked]]) -> NDArray[np.float64]:
    """The weights; every set counts alike, whatever its size."""
    lists = [(one.features, one.gold, 1 / len(questions)) for questions in sets for one in questions if one.gold.any()]
    return fit(*(list(column) for column in zip(*lists, strict=True)))


def measure(questions: Sequence[Ranked], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums of hit@1, hit@5 and reciprocal rank within ten, over articles by their best chunk."""
    sums = np.zeros(3)
    for one in questions:
        scores = one.features @ weights if len(one.features) else np.zeros(0)
        order = list(dict.fromkeys(one.articles[np.argsort(-scores, kind="stable")].tolist()))
        right = set(one.articles[one.gold].tolist()) if len(one.gold) else set()
        rank = next((rank for rank, article in enumerate(order) if article in right), None)
        if rank is not None:
            sums += (rank == 0, rank < 5, 1 / (rank + 1) if rank < 10 else 0)
    return sums


def cross_validate(sets: dict[str, list[Ranked]]) -> dict[str, NDArray[np.float64]]:
    """hit@1, hit@5 and MRR@10 in per cent of each set, from folds that the weights were not fitted on."""
    shuffled = {name: random.Random(1).sample(questions, len(questions)) for name, questions in sets.items()}
    sums = {name: np.zeros(3) for name in sets}
    for fold in range(FOLDS):
        rest = [[one for n, one in enumerate(questions) if n % FOLDS != fold] for questions in shuffled.values()]
        weights = fitted(rest)
        for name, questions in shuffled.items():
            sums[name] += measure(questions[fold::FOLDS], weights)
    return {name: 100 * sums[name] / len(questions) for name, questions in sets.items()}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--newsroom", type=Path, help="a library of the articles of newsroom's training questions")
    parser.add_argument("--count", type=int, default=1500, help="of newsroom's questions")
    parser.add_argument("--library-cache", type=Path)
    parser.add_argument("--limit", type=int, help="articles of a library beside those that are needed, to be quicker")
    parser.add_argument("--set", action="append", choices=list(BARS), help="(repeatable; default all)")
    options = parser.parse_args()
    settings = load_settings()
    with Libraries(settings, options.library_cache, options.limit, extract=lambda _: []) as libraries:
        run = Run(options.data, None, None, settings, libraries)
        sets = {name: collect(run, name) for name in options.set or BARS}
    if options.newsroom:
        sets["newsroom"] = collect_newsroom(options.data, options.newsroom, options.count)
    for name, figures in cross_validate(sets).items():
        told = ", ".join(
            f"{what} {figure:.1f}" for what, figure in zip(("hit@1", "hit@5", "MRR@10"), figures, strict=True)
        )
        print(f"{name:<10} {len(sets[name]):>5} questions, {told}")
    weights = fitted(list(sets.values()))
    print("WEIGHTS =", {name: round(float(weight), 2) for name, weight in zip(FEATURES, weights, strict=True)})


if __name__ == "__main__":
    main()
