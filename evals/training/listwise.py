"""Listwise softmax regression: the weights with which the right ones of a list come first (Cao et al., ICML 2007)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

PENALTY = 0.02
"""Of the square of the weights, columns scaled to a deviation of 1."""


def fit(
    features: Sequence[NDArray[np.float64]], gold: Sequence[NDArray[np.bool_]], shares: Sequence[float] | None = None
) -> NDArray[np.float64]:
    """Weights, one a column of the lists' features (n, columns); ``gold`` (n,) tells which entries of a list are right.

    A list without a right entry has no say, the others one each, or their ``shares``.
    """
    kept = [
        (x, y, share)
        for x, y, share in zip(features, gold, shares or [1.0] * len(features), strict=True)
        if y.any() and share
    ]
    scale = np.vstack([x for x, _, _ in kept]).std(0) + 1e-6
    lists = [(x / scale, y, share / sum(share for _, _, share in kept)) for x, y, share in kept]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for x, y, share in lists:
            scores = x @ weights
            whole, right = logsumexp(scores), logsumexp(scores[y])
            total += share * float(whole - right)
            slope = slope + share * (x.T @ np.exp(scores - whole) - x[y].T @ np.exp(scores[y] - right))
        return total, slope

    return minimize(loss, np.zeros(len(scale)), jac=True, method="L-BFGS-B").x / scale
