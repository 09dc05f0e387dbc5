"""The order of what two searches found: fused by reciprocal rank, then by how well each chunk fits the question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet", SIGIR 2009: the constant of the paper.
RANK_CONSTANT = 60

FEATURES = ("similarity", "sentence", "second", "whole", "bm25", "words", "names", "near", "within")
# What a chunk's fit is made of, found by `python -m evals.training.train_ranker` on newsroom's training questions and the dev
# halves of newsqa, mtragun and rtqa2022. Cross-validated, the chunk with the evidence of a newsroom question comes first for
# 62.5 % (54.3 before), the right article of newsqa and mtragun for 89.8 and 81.8. The two weights of dates stand between the
# fit and what they were beside the others before: a tenth of rtqa2022's articles was too few to fit them on.
WEIGHTS = {
    "similarity": 4.19,
    "sentence": 8.75,
    "second": 0.58,
    "whole": 2.02,
    "bm25": 2.47,
    "words": 4.47,
    "names": 0.86,
    "near": 3.0,
    "within": 1.3,
}
ALONE = 0.15  # of an article of which one chunk was found, the second is taken to be less similar by so much


@dataclass(frozen=True, slots=True)
class FoundChunk:
    """A chunk that was found, and what is told of it without reading it."""

    chunk_id: str
    number: int
    """The catalog's own of it."""
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
    names: float
    """Share of the question's names in it or its article's title."""
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
                one.names,
                one.near,
                one.within,
            )
            for one in candidates
        ]
    )
