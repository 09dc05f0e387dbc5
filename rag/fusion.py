"""The order of what two searches found: fused by reciprocal rank, then by how well each chunk fits the question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet", SIGIR 2009: the constant of the paper.
RANK_CONSTANT = 60

FEATURES = ("similarity", "sentence", "second", "whole", "bm25", "words", "title", "names", "near", "within")
# What a chunk's fit is made of, found by `python -m evals.training.train_ranker` on the dev halves of rtqa2022, newsqa and
# mtragun. Cross-validated there, the right article comes first for 75.0, 88.9 and 87.4 %, among the first five for 95.8, 97.8
# and 94.3.
WEIGHTS = {
    "similarity": 2.3,
    "sentence": 0.0,
    "second": 1.63,
    "whole": 2.15,
    "bm25": 3.25,
    "words": 2.77,
    "title": 0.43,
    "names": 1.34,
    "near": 2.28,
    "within": 1.91,
}
ALONE = 0.15  # of an article of which one chunk was found, the second is taken to be less similar by so much


@dataclass(frozen=True, slots=True)
class FoundChunk:
    """A chunk that was found, and what is told of it without reading it."""

    chunk_id: str
    article: int
    similarity: float
    """Cosine of its vector to the question's."""
    sentence: float
    """The same of the nearest of its sentences."""
    whole: float
    """Cosine of the mean of its article's vectors to the question's: low where a round-up has one paragraph on it."""
    bm25: float
    words: float
    """Share of the question's topic words in it, weighted by how rare each is."""
    title: float
    """Share of them in its article's title."""
    names: float
    """Share of the question's names in either."""
    near: float
    """How near its article is to the days that are likeliest meant, 0 to 1."""
    within: float
    """1 if its article is of the days that are asked about, else 0."""


def fuse(rankings: Sequence[Sequence[str]]) -> list[tuple[str, float]]:
    """Reciprocal rank fusion: ids with the sum of ``1 / (60 + rank)`` over the rankings they occur in, the best first."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, one in enumerate(ranking, start=1):
            scores[one] = scores.get(one, 0.0) + 1.0 / (RANK_CONSTANT + rank)
    return sorted(scores.items(), key=lambda item: -item[1])


def rerank(candidates: Sequence[FoundChunk]) -> list[tuple[str, float]]:
    """Ids of chunks with their fit, the best first."""
    if not candidates:
        return []
    fits = features(candidates) @ np.array([WEIGHTS[name] for name in FEATURES])
    ordered = np.argsort(-fits, kind="stable")
    return [(candidates[number].chunk_id, float(fits[number])) for number in ordered]


def features(candidates: Sequence[FoundChunk]) -> NDArray[np.float64]:
    """A row a candidate, a column a feature of :data:`FEATURES`."""
    by_article: dict[int, list[float]] = defaultdict(list)
    for one in candidates:
        by_article[one.article].append(one.similarity)
    second = {
        article: sorted(found)[-2] if len(found) > 1 else found[0] - ALONE for article, found in by_article.items()
    }
    most = max(one.bm25 for one in candidates) or 1.0
    return np.array(
        [
            (
                one.similarity,
                one.sentence,
                second[one.article],
                one.whole,
                one.bm25 / most,
                one.words,
                one.title,
                one.names,
                one.near,
                one.within,
            )
            for one in candidates
        ]
    )
