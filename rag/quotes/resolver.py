"""Who is meant by a speaker without a name: a trained model weighs the candidates, or leaves it open.

Below a fitted threshold nobody is named: a wrong name is worse than none. Trained by `evals.training.train_resolver`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError
from rag.models.trees import Trees
from rag.quotes.asked import Asked, Form, Turn
from rag.quotes.features import NAMES, Looker


class Choice(NamedTuple):
    """The number of the candidate that is likely meant, and whether the text makes it certain.

    ``best`` is the likeliest of all, however unlikely. Numbers beyond those of the entities are people without a name.
    """

    number: int | None
    certain: bool
    best: int | None = None


Group = Literal["pronoun", "given", "person", "thing"]
NEVER = 1.01
"""A threshold that nothing reaches."""
_ROLE_HEAD, _KIND_IN_NAME, _HEAD_IN_NAME, _POSSESSED = map(
    NAMES.index, ("role head", "kind in name", "head in name", "possessed")
)
NOBODY = Choice(None, False)


@dataclass(frozen=True, slots=True)
class Weights:
    """The model, and how likely the best candidate must be for each group of mentions; one left out is never named.

    A person is so: a role is somebody who is named only if the article gives him that role.
    """

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
        likely = chances(self.weights.trees.scores(rows))
        best = int(likely.argmax())
        certain = likely[best] >= self.weights.thresholds.get(group_of(asked.form, rows[best]), NEVER)
        return Choice(numbers[best], True, numbers[best]) if certain else Choice(None, False, numbers[best])


def chances(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """How likely each candidate is meant, (candidates,), against all others and against nobody, who is worth 0."""
    powers = np.exp(scores - max(0.0, float(scores.max())))
    return np.asarray(powers / (powers.sum() + np.exp(-max(0.0, float(scores.max())))), dtype=np.float32)


def group_of(form: Form, row: NDArray[np.float32]) -> Group:
    """The group of mentions whose threshold holds where the candidate of that row is the likeliest.

    A role is "given" where the article gives it to the candidate, or where the name holds it, as in "Okker Dairy Company" for
    "the company": but "Okker's company" is not Okker. Somebody ("person") or something ("thing") may also be meant otherwise.
    """
    if form not in ("person", "thing"):
        return "pronoun"
    in_name = (row[_KIND_IN_NAME] or row[_HEAD_IN_NAME]) and not row[_POSSESSED]
    return "given" if row[_ROLE_HEAD] or in_name else "person" if form == "person" else "thing"


@cache
def load_weights() -> Weights:
    """The packaged weights, loaded once. Raises ModelError if the file is missing or broken."""
    try:
        stored = (files("rag.models") / "weights" / "resolver.json").read_text(encoding="utf-8")
        return Weights.read(json.loads(stored))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"The model resolver cannot be loaded: {error}.") from error
