"""Train the resolver of speakers without a name: ``python -m evals.training.train_resolver --data DIR`` writes its weights.

Gradient-boosted trees learn from `newsroom/speakers.jsonl` whether a candidate is meant. Who spoke before a mention is told
twice: first as the annotation has it, then as models that have not seen the article resolve it, which is what the trees see
in use. The thresholds are the ones that name most of those who are meant while 97 % of all names given are right; they are
fitted on guesses for articles that the guessing model has not seen. `python -m evals speakers` measures by folds of articles.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.data import read_jsonl
from evals.training.resolver_cases import DOCUMENTS, MENTIONS, Mention, by_document, meant, read_mention, read_texts
from rag.models.trees import Trees
from rag.quotes.extract import Found, find_statements, look_at, tell_speakers
from rag.quotes.features import Asked, Form, Looker, Turn
from rag.quotes.resolver import Choice, Resolver, Weights, group_of
from rag.quotes.speakers import Chooser, Speakers
from rag.types import Article, Quote

FOLDS = 5
PRECISION = 0.97
GROUPS = ("pronoun", "role")
NEVER = 1.01
"""A threshold that nothing reaches."""
TREES = {
    "max_iter": 100,
    "learning_rate": 0.08,
    "max_leaf_nodes": 15,
    "min_samples_leaf": 20,
    "l2_regularization": 1.0,
    "early_stopping": False,
    "random_state": 1,
}


@dataclass(frozen=True, slots=True)
class Setting:
    """An article read so far that only its speakers are missing."""

    document: str
    article: Article
    found: Found
    looker: Looker
    mentions: tuple[Mention, ...]

    def quotes(self, chooser: Chooser) -> list[Quote]:
        """The statements, with the speakers that somebody chooses."""
        speakers = Speakers(self.article, self.looker.scene.inventory, chooser)
        return tell_speakers(self.article, self.found, speakers)


@dataclass(frozen=True, slots=True)
class Case:
    """A marked mention that a statement was found for: a row of numbers and a label for each candidate."""

    document: str
    form: Form
    named: bool
    rows: NDArray[np.float32]
    labels: NDArray[np.bool_]


class Noter:
    """Notes the cases of an article, and lets the annotation or a resolver choose."""

    def __init__(self, setting: Setting, resolver: Resolver | None = None) -> None:
        self.setting, self.resolver = setting, resolver
        self.cases: list[Case] = []

    def choose(self, asked: Asked, turns: Sequence[Turn]) -> Choice:
        """The one who is meant, or whom the resolver names."""
        looker, found = self.setting.looker, self.setting.mentions
        mention = next((one for one in found if one.start < asked.end and asked.start < one.end), None)
        numbers, rows = looker.look(asked, turns)
        right = meant(looker.entities, mention.people) if mention else set()
        if mention and numbers and len(mention.people) < 2:
            labels = np.array([number in right for number in numbers])
            self.cases.append(Case(self.setting.document, asked.form, bool(mention.people), rows, labels))
        if self.resolver is not None:
            return self.resolver.choose(asked, turns)
        number = next((number for number in numbers if number in right), None)
        return Choice(number, number is not None)


def read_setting(document: str, text: str, mentions: Sequence[Mention]) -> Setting | None:
    """An article with its marked mentions; None where nothing is said in it."""
    article = Article.from_text(text)
    found = find_statements(article)
    if found is None or not found.outer:
        return None
    return Setting(document, article, found, look_at(article, found), tuple(mentions))


def fit(cases: Sequence[Case]) -> Trees:
    """Trees that tell who is meant; without examples of both, trees that name nobody."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    labels = np.concatenate([case.labels for case in cases]) if cases else np.zeros(0, dtype=bool)
    if len(np.unique(labels)) < 2:
        nothing: dict[str, list[int]] = {
            name: [0] for name in ("roots", "feature", "threshold", "left", "right", "value")
        }
        return Trees.read({"bias": -30.0, "depth": 0, **nothing})
    learned = HistGradientBoostingClassifier(**TREES).fit(np.concatenate([case.rows for case in cases]), labels)
    return exported([trees[0].nodes for trees in learned._predictors], float(learned._baseline_prediction[0, 0]))


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


def fold_of(documents: Iterable[str], seed: int = 1) -> dict[str, int]:
    """The fold of each document, always the same."""
    names = sorted(set(documents))
    random.Random(seed).shuffle(names)
    return {name: place % FOLDS for place, name in enumerate(names)}


@dataclass(frozen=True, slots=True)
class Guess:
    """How likely the best candidate of a case is, and whether it is the right one."""

    document: str
    group: str
    likely: float
    right: bool
    named: bool


def guesses(cases: Sequence[Case], trees: Mapping[int, Trees], folds: Mapping[str, int]) -> list[Guess]:
    """What the trees of each article's fold say of its cases."""
    made = []
    for case in cases:
        likely = trees[folds[case.document]].probability(case.rows)
        best = int(likely.argmax())
        made.append(Guess(case.document, group_of(case.form), float(likely[best]), bool(case.labels[best]), case.named))
    return made


def fit_thresholds(made: Sequence[Guess], precision: float = PRECISION) -> dict[str, float]:
    """For each group how likely a guess must be, so that most are named rightly at that precision over both."""
    curves = {group: _curve([one for one in made if one.group == group]) for group in GROUPS}
    best, thresholds = -1, dict.fromkeys(GROUPS, NEVER)
    for at, right, wrong in curves["pronoun"]:
        for other, also_right, also_wrong in curves["role"]:
            total = right + also_right
            if total > best and total >= precision * (total + wrong + also_wrong):
                best, thresholds = total, {"pronoun": at, "role": other}
    return thresholds


def _curve(made: Sequence[Guess]) -> list[tuple[float, int, int]]:
    """Thresholds with how many guesses that reach them are right and wrong."""
    steps = [round(0.3 + 0.01 * step, 2) for step in range(70)]
    points = [(NEVER, 0, 0)]
    for at in steps:
        reached = [one.right for one in made if one.likely >= at]
        points.append((at, sum(reached), len(reached) - sum(reached)))
    return points


def fold_trees(cases: Sequence[Case], folds: Mapping[str, int]) -> dict[int, Trees]:
    """For each fold trees that have not seen its articles."""
    return {fold: fit([case for case in cases if folds[case.document] != fold]) for fold in range(FOLDS)}


def in_use(settings: Sequence[Setting]) -> tuple[list[Case], dict[str, int]]:
    """The cases as they are in use: those who spoke before are whom models resolve that have not seen the article."""
    folds = fold_of(setting.document for setting in settings)
    taught = _cases(settings, lambda setting: None)
    trees = fold_trees(taught, folds)
    thresholds = fit_thresholds(guesses(taught, trees, folds))
    weights = {fold: Weights(trees[fold], thresholds) for fold in trees}
    return _cases(settings, lambda setting: Resolver(setting.looker, weights[folds[setting.document]])), folds


def _cases(settings: Sequence[Setting], resolver: Callable[[Setting], Resolver | None]) -> list[Case]:
    cases: list[Case] = []
    for setting in settings:
        noter = Noter(setting, resolver(setting))
        setting.quotes(noter)
        cases += noter.cases
    return cases


def cross_validate(settings: Sequence[Setting]) -> tuple[dict[str, Weights], list[Guess]]:
    """For each article weights and thresholds that were fitted without it; and the guesses behind the thresholds."""
    cases, folds = in_use(settings)
    trees = fold_trees(cases, folds)
    made = guesses(cases, trees, folds)
    weights = {
        fold: Weights(trees[fold], fit_thresholds([one for one in made if folds[one.document] != fold]))
        for fold in trees
    }
    return {setting.document: weights[folds[setting.document]] for setting in settings}, made


def train(settings: Sequence[Setting]) -> tuple[Weights, list[Guess]]:
    """Weights of all articles, with thresholds from folds of them; and the guesses behind these."""
    cases, folds = in_use(settings)
    made = guesses(cases, fold_trees(cases, folds), folds)
    return Weights(fit(cases), fit_thresholds(made)), made


def told_curve(made: Sequence[Guess]) -> str:
    """For each group the share of those meant that is named rightly, at several precisions."""
    lines = []
    for group in (*GROUPS, "all"):
        own = [one for one in made if group in (one.group, "all")]
        named = sum(one.named for one in own)
        for precision in (0.99, 0.98, 0.97, 0.95, 0.93, 0.90):
            reached = [
                right for at, right, wrong in _curve(own) if right + wrong and right >= precision * (right + wrong)
            ]
            share = 100 * max(reached, default=0) / max(1, named)
            lines.append(f"{group}: at {precision:.0%} right, {share:.1f} % of {named} are named")
    return "\n".join(lines)


def read_settings(data: Path) -> list[Setting]:
    """All articles with marked mentions."""
    mentions = by_document(read_mention(row) for row in read_jsonl(data / MENTIONS))
    texts = read_texts([data / file for file in DOCUMENTS], mentions)
    made = []
    for number, (document, text) in enumerate(texts.items(), start=1):
        if setting := read_setting(document, text, mentions[document]):
            made.append(setting)
        print(f"\r{number} of {len(texts)} articles", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return made


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("rag/models/weights/resolver.json"))
    options = parser.parse_args()
    weights, made = train(read_settings(options.data))
    options.out.write_text(json.dumps(weights.to_dict(), separators=(",", ":")) + "\n", encoding="utf-8")
    print(told_curve(made))
    print(f"{options.out}: {options.out.stat().st_size} bytes, thresholds {dict(weights.thresholds)}")


if __name__ == "__main__":
    main()
