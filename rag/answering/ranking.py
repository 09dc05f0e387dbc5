"""The order of the candidates of a question, and how likely the best of them answers it: small models on top of the selector.

Both are read from ``weights/ranking.json``, which `python -m evals.training.fit_ranking` fits on questions that the selector
was not trained on, and which tells the figures and what they were measured on.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.answering.candidates import READ, Candidate, CandidateFinder, Found
from rag.errors import ModelError
from rag.language.words import words
from rag.question import Question
from rag.types import Filters

FIRST = ("own", "nearby", "rank", "similarity", "alike", "theirs", "others", "statement", "length", "asks", "lead")
"""What is known of a candidate before the selector reads it."""

FEATURES = (*FIRST, "selected", "said_by_asked", "said_by_others")
DECIDING = (
    "best", "any", "second", "own", "nearby", "similarity", "theirs", "others", "unknown", "said_about", "who_said",
    "did_say", "leans", "words", "names_told", "names_near", "numbers_told",
)  # fmt: skip
SHOWING = ("behind", "selected", "best", "beside", "elsewhere", "place", "said_about", "who_said", "did_say", "words")
"""What is known of a candidate that may be shown after the best one."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The fitted numbers: of the first pass, of the ranking, of the decision and of what is shown, with their thresholds."""

    first: NDArray[np.float64]
    ranking: NDArray[np.float64]
    deciding: NDArray[np.float64]
    bias: float
    showing: NDArray[np.float64]
    showing_bias: float
    answer: float
    """The chance from which a question is answered."""
    another: float
    """The chance that a candidate answers, too, from which it is shown after the best one."""
    lead: float
    """The chance of a phrase from which it is said first."""


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """The packaged weights. Raises ModelError if they are missing or broken."""
    try:
        read: dict[str, Any] = json.loads(
            (files("rag.models") / "weights" / "ranking.json").read_text(encoding="utf-8")
        )
        return Weights(
            first=np.array([read["first"][name] for name in FIRST]),
            ranking=np.array([read["ranking"][name] for name in FEATURES]),
            deciding=np.array([read["deciding"][name] for name in DECIDING]),
            bias=read["deciding"]["bias"],
            showing=np.array([read["showing"][name] for name in SHOWING]),
            showing_bias=read["showing"]["bias"],
            answer=read["answer"],
            another=read["another"],
            lead=read["lead"],
        )
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise ModelError(f"The weights of the ranking cannot be loaded: {error}.") from error


def find_ranked(finder: CandidateFinder, question: Question, filters: Filters) -> tuple[Found, list[Candidate]]:
    """A question's candidates, and those that the selector has read, the best first. Raises ModelError."""
    found = finder.find(question, filters)
    return found, rank(finder.read(question, shortlist(found.candidates)))


def shortlist(candidates: Sequence[Candidate], weights: Weights | None = None) -> list[Candidate]:
    """The candidates that are worth the selector's time, the likeliest first."""
    scores = first_features(candidates) @ (weights or load_weights()).first
    return [candidates[number] for number in np.argsort(-scores, kind="stable")[:READ]]


def rank(candidates: Sequence[Candidate], weights: Weights | None = None) -> list[Candidate]:
    """Candidates that the selector has read, the best first, each with its score."""
    scores = features(candidates) @ (weights or load_weights()).ranking
    order = np.argsort(-scores, kind="stable")
    return [dataclasses.replace(candidates[number], score=float(scores[number])) for number in order]


def first_features(candidates: Sequence[Candidate]) -> NDArray[np.float64]:
    """A row a candidate, a column a feature of `FIRST`."""
    rows = [
        (
            one.own,
            one.nearby,
            1 / (1 + one.rank),
            one.similarity,
            one.alike,
            max(0.0, one.theirs),
            max(0.0, -one.theirs),
            float(one.statement is not None),
            math.log(one.end - one.start),
            one.asks,
            1 / (1 + one.paragraph),
        )
        for one in candidates
    ]
    return np.array(rows).reshape(-1, len(FIRST))


def features(candidates: Sequence[Candidate]) -> NDArray[np.float64]:
    """A row a candidate, a column a feature of `FEATURES`."""
    selected = np.array([[max(-20.0, one.selected)] for one in candidates]).reshape(-1, 1)
    likely = 1 / (1 + np.exp(-selected))
    theirs = np.array([[max(0.0, one.theirs), max(0.0, -one.theirs)] for one in candidates]).reshape(-1, 2)
    return np.hstack([first_features(candidates), selected, theirs * likely])


def chance(question: Question, found: Found, ranked: Sequence[Candidate], weights: Weights | None = None) -> float:
    """How likely the best candidates answer the question, 0 to 1."""
    if not ranked:
        return 0.0
    known = weights or load_weights()
    return float(1 / (1 + np.exp(-(deciding_features(question, found, ranked) @ known.deciding + known.bias))))


def deciding_features(question: Question, found: Found, ranked: Sequence[Candidate]) -> NDArray[np.float64]:
    """What the decision goes by, a number for each of `DECIDING`."""
    best = ranked[0]
    selected = [max(-20.0, one.selected) for one in ranked]
    return np.array(
        [
            best.selected,
            float(np.logaddexp.reduce(selected)),
            sorted(selected)[-2] if len(selected) > 1 else -20.0,
            best.own,
            best.nearby,
            best.similarity,
            max(0.0, best.theirs),
            max(0.0, -best.theirs),
            float(any(not names for names in found.names.values())),
            question.kinds["said_about"],
            question.kinds["who_said"],
            question.kinds["did_say"],
            float(question.leans),
            math.log(1 + len(question.topics)),
            *_told(question, best),
        ]
    )


def _told(question: Question, best: Candidate) -> tuple[float, float, float]:
    """Shares of the question's names and numbers that are told where the best candidate stands; all where it has none.

    Names: of its article, and of its paragraph and title. Numbers: of its article and its date.
    """
    article = best.article
    near = set(words(f"{article.title or ''} {article.paragraph_text(best.paragraph)}"))
    told = near | set(words(article.text))
    dated = told | set(str(article.date or "").split("-"))
    numbers = [word for word in words(question.text) if word[0].isdigit()]
    return _part(question.names, told), _part(question.names, near), _part(numbers, dated)


def _part(wanted: Sequence[str], there: set[str]) -> float:
    return sum(one in there for one in wanted) / len(wanted) if wanted else 1.0


def chosen(
    question: Question, ranked: Sequence[Candidate], most: int, weights: Weights | None = None
) -> list[Candidate]:
    """The fewest candidates that answer: the best, and of the next those that are likely to answer, too."""
    known = weights or load_weights()
    return shown(ranked[:most], showing_chances(question, ranked[:most], known), known.another)


def shown(ranked: Sequence[Candidate], likely: NDArray[np.float64], another: float) -> list[Candidate]:
    """The best candidate, and of the next those whose chance, in ``likely``, reaches ``another``."""
    return [*ranked[:1], *(one for one, chance in zip(ranked[1:], likely, strict=False) if chance >= another)]


def showing_chances(question: Question, ranked: Sequence[Candidate], weights: Weights) -> NDArray[np.float64]:
    """How likely each candidate after the best answers, too, 0 to 1."""
    return 1 / (1 + np.exp(-(showing_features(question, ranked) @ weights.showing + weights.showing_bias)))


def showing_features(question: Question, ranked: Sequence[Candidate]) -> NDArray[np.float64]:
    """A row for each candidate after the best, a column for each of `SHOWING`."""
    rows = [
        (
            one.score - ranked[0].score,
            max(-20.0, one.selected),
            max(-20.0, ranked[0].selected),
            float(one.article.id == ranked[0].article.id and abs(one.paragraph - ranked[0].paragraph) <= 1),
            float(one.article.id != ranked[0].article.id),
            float(place),
            question.kinds["said_about"],
            question.kinds["who_said"],
            question.kinds["did_say"],
            math.log(1 + len(question.topics)),
        )
        for place, one in enumerate(ranked[1:], start=1)
    ]
    return np.array(rows).reshape(-1, len(SHOWING))
