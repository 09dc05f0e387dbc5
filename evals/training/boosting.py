"""Boosted trees that choose one of several rows, or none: the rows of a case and "nobody" share one softmax.

Each row is scored by the same trees; "nobody" is worth 0 (the no-answer option of Clark and Gardner, ACL 2018, on gradient
boosting, Friedman 2001). scikit-learn's own classes know no such loss, so its bins and its tree grower are used by hand.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble._hist_gradient_boosting.binning import _BinMapper
from sklearn.ensemble._hist_gradient_boosting.grower import TreeGrower

from rag.models.trees import Trees

BIAS = -3.0
"""What a row is worth before any tree: less than nobody."""
Rows = NDArray[np.float32]


def fit_choice(
    cases: Sequence[tuple[Rows, NDArray[np.bool_]]],
    rounds: int = 150,
    rate: float = 0.06,
    leaves: int = 15,
    fewest: int = 20,
    columns: float = 0.3,
    seed: int = 1,
) -> Trees:
    """Trees of cases, each its rows (n, features) and which of them are right (n,); none right means nobody.

    Each split looks at a share of the ``columns``; a leaf has at least ``fewest`` rows. Raises ValueError without rows.
    """
    values = np.concatenate([rows for rows, _ in cases])
    right = np.concatenate([labels for _, labels in cases])
    owner = np.repeat(np.arange(len(cases)), [len(rows) for rows, _ in cases])
    bins = _BinMapper(n_bins=256, random_state=seed)
    binned = np.asfortranarray(bins.fit_transform(values))
    generator = np.random.default_rng(seed)
    scores, trees = np.full(len(values), BIAS), []
    for _ in range(rounds):
        gradients, curvatures = slopes(scores, right, owner, len(cases))
        grower = TreeGrower(
            binned,
            gradients,
            curvatures,
            max_leaf_nodes=leaves,
            min_samples_leaf=fewest,
            l2_regularization=1.0,
            feature_fraction_per_split=columns,
            rng=generator,
            shrinkage=rate,
            n_bins=256,
            n_bins_non_missing=bins.n_bins_non_missing_,
            n_threads=1,
        )
        grower.grow()
        tree = grower.make_predictor(bins.bin_thresholds_)
        scores += tree.predict_binned(binned, bins.missing_values_bin_idx_, 1)
        trees.append(tree.nodes)
    return exported(trees, BIAS)


def slopes(
    scores: NDArray[np.float64], right: NDArray[np.bool_], owner: NDArray[np.int64], count: int
) -> tuple[Rows, Rows]:
    """The loss's first and second derivatives by each row's score; ``owner`` is the case of a row, of ``count``."""
    top = np.zeros(count)
    np.maximum.at(top, owner, scores)
    powers = np.exp(scores - top[owner])
    chances = powers / (np.bincount(owner, powers, count) + np.exp(-top))[owner]
    good = np.bincount(owner, powers * right, count)
    wanted = powers * right / np.maximum(good, 1e-12)[owner]
    return (chances - wanted).astype(np.float32), np.maximum(chances * (1 - chances), 1e-4).astype(np.float32)


def exported(trees: Sequence[NDArray[np.void]], bias: float) -> Trees:
    """scikit-learn's trees in one row of nodes; a leaf leads to itself."""
    starts = np.cumsum([0, *[len(nodes) for nodes in trees]])
    leaf = np.concatenate([nodes["is_leaf"].astype(bool) for nodes in trees])
    own = np.arange(len(leaf))
    shift = np.concatenate([np.full(len(nodes), start) for nodes, start in zip(trees, starts, strict=False)])
    nodes = np.concatenate(trees)
    return Trees.read(
        {
            "bias": bias,
            "depth": int(nodes["depth"].max()),
            "roots": starts[:-1],
            "feature": np.where(leaf, 0, nodes["feature_idx"]),
            "threshold": np.where(leaf, 0, nodes["num_threshold"]),
            "left": np.where(leaf, own, nodes["left"] + shift),
            "right": np.where(leaf, own, nodes["right"] + shift),
            "value": np.where(leaf, nodes["value"], 0),
        }
    )
