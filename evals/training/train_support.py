"""Fit the support score's weights: ``python -m evals.training.train_support --data DIR``.

Logistic regression with an L2 penalty, by Newton's method. The dev halves of qags (CNN/DM) and wice count alike, and in each
the supported claims as much as the others; a claim that is supported in part counts as not supported. The figures are of
ten folds by document: what a claim is scored with was fitted without its document.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.grounding import Claim, read_claims
from rag.embedding import SentenceTransformerEncoder
from rag.verification import Verifier
from rag.verification.support import FEATURES

FOLDS = 10
PENALTY = 0.3  # of 0.01 to 0.3 the one with which every weight has the sign that its feature says
SETS = ("qags", "wice")
Floats = NDArray[np.float64]


def collect(claims: Sequence[Claim], verifier: Verifier, name: str) -> Floats:
    """The features of claims, shape (claims, features)."""
    rows = []
    for number, claim in enumerate(claims, start=1):
        rows.append(verifier.features(claim.text, claim.sources))
        if number % 20 == 0 or number == len(claims):
            print(f"\r{name}: {number} of {len(claims)} claims", end="\n" if number == len(claims) else "", flush=True)
    return np.array(rows)


def fit(features: Floats, labels: NDArray[np.bool_], weights: Floats, penalty: float = PENALTY) -> tuple[Floats, float]:
    """Weights and bias for features as they are; the penalty is on standardised ones. ``weights`` say what a row counts."""
    mean, spread = features.mean(0), np.maximum(features.std(0), 1e-6)
    rows = np.column_stack([(features - mean) / spread, np.ones(len(features))])
    shrink = penalty * np.diag([1.0] * features.shape[1] + [0.0])
    share = weights / weights.sum()
    beta = np.zeros(rows.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-rows @ beta))
        gradient = rows.T @ (share * (chance - labels)) + shrink @ beta
        curvature = (rows * (share * chance * (1 - chance))[:, None]).T @ rows + shrink
        beta -= np.linalg.solve(curvature + 1e-9 * np.eye(len(beta)), gradient)
    scaled = beta[:-1] / spread
    return scaled, float(beta[-1] - scaled @ mean)


def fit_sets(sets: Mapping[str, tuple[Floats, NDArray[np.bool_]]]) -> tuple[Floats, float]:
    """Weights and bias over several sets, which count alike, as do the two labels in each."""
    rows = np.concatenate([features for features, _ in sets.values()])
    labels = np.concatenate([labels for _, labels in sets.values()])
    counts = [np.where(one, 1 / max(1, one.sum()), 1 / max(1, (~one).sum())) for _, one in sets.values()]
    return fit(rows, labels, np.concatenate(counts))


def folds(documents: Sequence[str], seed: int = 1) -> NDArray[np.int64]:
    """For each claim the number of its document's fold, always the same."""
    names = sorted(set(documents))
    random.Random(seed).shuffle(names)
    number = {name: place % FOLDS for place, name in enumerate(names)}
    return np.array([number[one] for one in documents])


def cross_validate(sets: Mapping[str, tuple[Floats, NDArray[np.bool_], Sequence[str]]]) -> dict[str, Floats]:
    """Each claim's score by weights that were fitted without its document."""
    parts = {name: folds(documents) for name, (_, _, documents) in sets.items()}
    scores = {name: np.zeros(len(labels)) for name, (_, labels, _) in sets.items()}
    for fold in range(FOLDS):
        rest = {
            name: (features[parts[name] != fold], labels[parts[name] != fold])
            for name, (features, labels, _) in sets.items()
        }
        weights, bias = fit_sets(rest)
        for name, (features, _, _) in sets.items():
            held = parts[name] == fold
            scores[name][held] = 1 / (1 + np.exp(-(features[held] @ weights + bias)))
    return scores


def balanced_accuracy(labels: NDArray[np.bool_], said: NDArray[np.bool_]) -> float:
    """The mean of the shares of both labels that are told right, in per cent."""
    return 50 * float(said[labels].mean() + (~said[~labels]).mean())


def auroc(labels: NDArray[np.bool_], scores: Floats) -> float:
    """The chance that a supported claim scores higher than another; half for a tie."""
    good, bad = scores[labels][:, None], scores[~labels][None]
    return float((good > bad).mean() + (good == bad).mean() / 2)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--features", type=Path, help="an .npz file that keeps the features for the next fit")
    options = parser.parse_args()
    verifier = Verifier(SentenceTransformerEncoder())
    kept = dict(np.load(options.features)) if options.features and options.features.is_file() else {}
    sets = {}
    for name in SETS:
        claims = read_claims(options.data, name)
        rows = kept[name] if name in kept else collect(claims, verifier, name)
        kept[name] = rows
        sets[name] = (rows, np.array([claim.grounded for claim in claims]), [claim.document for claim in claims])
    if options.features:
        np.savez(options.features, **kept)
    for name, scores in cross_validate(sets).items():
        labels = sets[name][1]
        curve = ", ".join(
            f"{at:.2f} {balanced_accuracy(labels, scores >= at):.1f}" for at in np.arange(0.4, 0.76, 0.05)
        )
        print(f"{name}: {len(labels)} claims, AUROC {auroc(labels, scores):.3f}, balanced from {curve}")
    weights, bias = fit_sets({name: one[:2] for name, one in sets.items()})
    print("WEIGHTS =", tuple(round(float(one), 3) for one in weights), "#", ", ".join(FEATURES))
    print("BIAS =", round(bias, 3))


if __name__ == "__main__":
    main()
