"""Boosted trees out of a JSON file: what gradient boosting learned, evaluated with numpy alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Trees:
    """All trees' nodes in one row. A leaf is its own left and right; a row goes left where its number is not above."""

    bias: float
    roots: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: Floats
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: Floats
    depth: int

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Trees:
        """Trees as :meth:`to_dict` gives them. Raises KeyError, TypeError or ValueError for anything else."""

        def whole(name: str) -> NDArray[np.int32]:
            return np.array(stored[name], dtype=np.int32)

        def real(name: str) -> Floats:
            return np.array(stored[name], dtype=np.float32)

        return cls(
            bias=float(stored["bias"]),
            roots=whole("roots"),
            feature=whole("feature"),
            threshold=real("threshold"),
            left=whole("left"),
            right=whole("right"),
            value=real("value"),
            depth=int(stored["depth"]),
        )

    def to_dict(self) -> dict[str, Any]:
        """The trees as JSON, numbers to six digits."""
        whole = {name: getattr(self, name).tolist() for name in ("roots", "feature", "left", "right")}
        real = {name: [float(f"{one:.6g}") for one in getattr(self, name)] for name in ("threshold", "value")}
        return {"bias": self.bias, "depth": self.depth, **whole, **real}

    def scores(self, rows: Floats) -> Floats:
        """The sum of the leaves that each row reaches, shape (rows,); ``rows`` is (rows, features)."""
        at = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        number = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            goes_left = rows[number, self.feature[at]] <= self.threshold[at]
            at = np.where(goes_left, self.left[at], self.right[at])
        return np.asarray(self.bias + self.value[at].sum(axis=1), dtype=np.float32)
