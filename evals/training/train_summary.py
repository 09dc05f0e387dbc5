"""Fit the weights of `rag.summarizing.scoring` on the dev half of newsqa: ``python -m evals.training.train_summary DATA``.

The questions of newsqa were written by people who saw only the highlights of a story. A sentence is worth as much as the
questions it answers. Prints the weights, and how well they find such sentences in articles that they were not fitted on.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.data import Case, fold_of, read_articles, read_cases
from rag.summarizing.scoring import FEATURES, features
from rag.summarizing.units import Unit, read_units
from rag.types import Article

Array = NDArray[np.float64]
PENALTY = 0.02
STEPS, RATE = 400, 0.03
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Told:
    """An article's sentences: their features, and what share of its questions each answers."""

    article: str
    rows: Array
    worth: Array


def read(data: Path) -> list[Told]:
    """The articles whose questions some sentence answers."""
    asked: dict[str, list[Case]] = {}
    for case in read_cases(data / "newsqa" / "questions.jsonl"):
        for document in case.documents:
            asked.setdefault(document, []).append(case)
    found = []
    for article in read_articles(data / "newsqa" / "documents.jsonl"):
        units = read_units(article)
        worth = _worth(article, units, asked.get(article.external_id or "", []))
        if worth.sum() > 0:
            found.append(Told(article.external_id or article.id, features(units), worth / worth.sum()))
    return found


def _worth(article: Article, units: Sequence[Unit], cases: Sequence[Case]) -> Array:
    worth = np.zeros(len(units))
    for case in cases:
        for passage in case.passages:
            at = article.text.find(passage.text)
            inside = [
                n for n, one in enumerate(units) if at >= 0 and one.start < at + len(passage.text) and at < one.end
            ]
            exact = [n for n in inside if any(answer.lower() in units[n].text.lower() for answer in case.answers)]
            for number in exact or inside:
                worth[number] += 1 / len(exact or inside)
    return worth


def fit(articles: Sequence[Told]) -> Array:
    """Weights by Adam on the cross-entropy between what sentences are worth and the softmax of their scores."""
    everything = np.vstack([one.rows for one in articles])
    middle, spread = everything.mean(0), everything.std(0) + 1e-9
    scaled = [(one.rows - middle) / spread for one in articles]
    weights = np.zeros(len(FEATURES))
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        slope = PENALTY * weights
        for rows, one in zip(scaled, articles, strict=True):
            slope += rows.T @ (_softmax(rows @ weights) - one.worth) / len(articles)
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope * slope
        weights -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return weights / spread


def _softmax(scores: Array) -> Array:
    powers: Array = np.exp(scores - scores.max())
    return powers / powers.sum()


def held(articles: Sequence[Told], weights: Array, best: int = 3) -> float:
    """What share of the worth the best sentences hold."""
    return float(np.mean([one.worth[np.argsort(-(one.rows @ weights))[:best]].sum() for one in articles]))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m evals.training.train_summary", description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder of the data sets")
    articles = read(parser.parse_args().data)
    shares, leads = [], []
    for fold in range(FOLDS):
        unseen = fold_of((one.article for one in articles), fold, FOLDS)
        weights = fit([one for one in articles if one.article not in unseen])
        kept = [one for one in articles if one.article in unseen]
        shares.append(held(kept, weights))
        leads.append(float(np.mean([one.worth[:3].sum() for one in kept])))
    told = f"{np.mean(shares):.3f}, in the first three: {np.mean(leads):.3f}"
    print(f"{len(articles)} articles; worth in the best three, cross-validated: {told}")
    for name, weight in zip(FEATURES, fit(articles), strict=True):
        print(f'    "{name}": {weight:.2f},')


if __name__ == "__main__":
    main()
