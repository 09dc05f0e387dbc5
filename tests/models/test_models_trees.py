"""Trees out of JSON: each row follows its own way to a leaf of each tree."""

from __future__ import annotations

import numpy as np

from rag.models.trees import Trees

STUMPS = {
    "bias": 0.0,
    "depth": 1,
    "roots": [0, 3],
    "feature": [1, 0, 0, 0, 0, 0],
    "threshold": [0.5, 0, 0, 2.0, 0, 0],
    "left": [1, 1, 2, 4, 4, 5],
    "right": [2, 1, 2, 5, 4, 5],
    "value": [0, 1.0, -1.0, 0, 0.5, 2.0],
}


def test_a_row_is_scored_by_its_leaves() -> None:
    rows = np.array([[2.0, 0.5], [3.0, 0.6]], dtype=np.float32)
    scores = np.array([1.5, 1.0])  # left and left; right and right
    assert np.allclose(Trees.read(STUMPS).scores(rows), scores)


def test_no_rows_have_no_scores() -> None:
    assert Trees.read(STUMPS).scores(np.zeros((0, 2), dtype=np.float32)).shape == (0,)


def test_trees_are_stored_and_read_again() -> None:
    trees = Trees.read(STUMPS)
    assert trees.to_dict() == Trees.read(trees.to_dict()).to_dict() == STUMPS
