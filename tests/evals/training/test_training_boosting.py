"""Trees that choose one of several rows, or none."""

from __future__ import annotations

import numpy as np

from evals.training.boosting import fit_choice, slopes
from rag.quotes.resolver import chances


def _case(generator: np.random.Generator, named: bool) -> tuple[np.ndarray, np.ndarray]:
    """Of four rows the one with the largest first number is right, unless the second number, the same in all, is 0."""
    rows = generator.random((4, 3), dtype=np.float32)
    rows[:, 0] = generator.permutation([0.1, 0.3, 0.5, 0.9])
    rows[:, 1] = named
    return rows, (rows[:, 0] == rows[:, 0].max()) & named


def test_the_right_row_is_chosen_or_nobody() -> None:
    generator = np.random.default_rng(1)
    cases = [_case(generator, named=bool(number % 2)) for number in range(120)]
    trees = fit_choice(cases, rounds=60, rate=0.2, columns=1.0)
    rows, right = _case(generator, named=True)
    told = chances(trees.scores(rows))
    assert right[told.argmax()]
    assert told.max() > 0.9
    assert chances(trees.scores(_case(generator, named=False)[0])).sum() < 0.1


def test_what_is_right_is_pulled_up_and_its_rivals_down() -> None:
    right = np.array([True, False, False])
    gradients, curvatures = slopes(np.zeros(3), right, np.array([0, 0, 1]), 2)
    assert np.allclose(gradients, [-2 / 3, 1 / 3, 1 / 2])  # nobody is the third of the first case
    assert (curvatures > 0).all()
