"""Who is meant by a speaker without a name: a trained model weighs the candidates, or leaves it open.

Below a fitted threshold nobody is named: a wrong name is worse than none. Trained by `evals.training.train_resolver`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from rag.errors import ModelError
from rag.models.trees import Trees
from rag.quotes.features import NAMES, Asked, Form, Looker, Turn


class Choice(NamedTuple):
    """The number of the entity that is likely meant, and whether the text makes it certain.

    ``best`` is the likeliest of all, however unlikely.
    """

    number: int | None
    certain: bool
    best: int | None = None


NOBODY = Choice(None, False)


@dataclass(frozen=True, slots=True)
class Weights:
    """The model, and how likely the best candidate must be for each group of mentions."""

    trees: Trees
    thresholds: Mapping[str, float]

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Weights:
        """Weights as :meth:`to_dict` gives them. Raises KeyError or ValueError for those of other features."""
        if tuple(stored["features"]) != NAMES:
            raise ValueError("they were trained on other features")
        return cls(Trees.read(stored["trees"]), dict(stored["thresholds"]))

    def to_dict(self) -> dict[str, Any]:
        """The weights as JSON."""
        return {"features": list(NAMES), "thresholds": dict(self.thresholds), "trees": self.trees.to_dict()}


class Resolver:
    """Resolves the speakers of one article."""

    def __init__(self, looker: Looker, weights: Weights) -> None:
        self.looker, self.weights = looker, weights

    def choose(self, asked: Asked, turns: Sequence[Turn]) -> Choice:
        """Who is meant, if one is likely enough."""
        numbers, rows = self.looker.look(asked, turns)
        if not numbers:
            return NOBODY
        likely = self.weights.trees.probability(rows)
        best = int(likely.argmax())
        certain = likely[best] >= self.weights.thresholds[group_of(asked.form)]
        return Choice(numbers[best], True, numbers[best]) if certain else Choice(None, False, numbers[best])


def group_of(form: Form) -> str:
    """The group of mentions whose threshold holds."""
    return "role" if form in ("person", "thing") else "pronoun"


@cache
def load_weights() -> Weights:
    """The packaged weights, loaded once. Raises ModelError if the file is missing or broken."""
    try:
        stored = (files("rag.models") / "weights" / "resolver.json").read_text(encoding="utf-8")
        return Weights.read(json.loads(stored))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"The model resolver cannot be loaded: {error}.") from error
