"""Train the resolver of speakers without a name: ``python -m evals.training.train_resolver --data DIR`` writes its weights.

Gradient-boosted trees learn which candidate is meant, or nobody: from `newsroom/speakers.jsonl` and from the mentions of
`evals/training/speakers.jsonl`. Who spoke before a mention is told twice: first as the annotation has it, then as models
that have not seen the article resolve it, which is what the trees see in use. The thresholds are the ones that name most of
those who are meant while 97.5 % of all names given are right; they are fitted on guesses for articles that the guessing
model has not seen. `python -m evals speakers` measures by folds of articles.
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
from evals.training.boosting import fit_choice
from evals.training.resolver_cases import (
    DOCUMENTS,
    MENTIONS,
    Mention,
    by_document,
    meant,
    read_mention,
    read_more,
    read_texts,
    unnamed,
)
from rag.models.trees import Trees
from rag.quotes.asked import Asked, Form, Turn
from rag.quotes.extract import Found, find_statements, look_at, tell_speakers
from rag.quotes.features import NAMES, Looker
from rag.quotes.resolver import NEVER, Choice, Group, Resolver, Weights, chances, group_of
from rag.quotes.speakers import Chooser, Speakers
from rag.types import Article, Quote

FOLDS = 5
PRECISION = 0.975
"""Half a point above what is wanted: on articles that they were not fitted on, thresholds reach a little less."""
GROUPS: tuple[Group, ...] = ("pronoun", "given", "thing")
"""The groups of which anybody is named."""
STRANGER = NAMES.index("stranger")


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
    """A marked mention that a statement was found for: ``numbers`` of its candidates, a row and a label for each."""

    document: str
    start: int
    form: Form
    named: bool
    numbers: tuple[int, ...]
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
        right = meant(looker.scene.inventory.entities, mention.people) if mention else set()
        if mention and not mention.people:
            right = {looker.named + number for number in unnamed(looker.scene.strangers, mention)}
        if mention and numbers and len(mention.people) < 2:
            labels = np.array([number in right for number in numbers])
            document, named = self.setting.document, bool(mention.people)
            self.cases.append(Case(document, asked.start, asked.form, named, tuple(numbers), rows, labels))
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
    """Trees that tell who is meant; without an example of it, trees that name nobody."""
    if not any(case.labels.any() for case in cases):
        names = ("roots", "feature", "threshold", "left", "right", "value")
        return Trees.read({"bias": -30.0, "depth": 0, **{name: [0] for name in names}})
    return fit_choice([(case.rows, case.labels) for case in cases])


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
        likely = chances(trees[folds[case.document]].scores(case.rows))
        best = int(likely.argmax())
        chance = 0.0 if case.rows[best, STRANGER] else float(likely[best])
        right = case.named and bool(case.labels[best])
        made.append(Guess(case.document, group_of(case.form, case.rows[best]), chance, right, case.named))
    return made


def fit_thresholds(made: Sequence[Guess], precision: float = PRECISION) -> dict[str, float]:
    """For each group how likely a guess must be, so that most are named rightly at that precision over all."""
    curves = [_curve([one for one in made if one.group == group]) for group in GROUPS]
    right = _totals([[right for _, right, _ in curve] for curve in curves])
    wrong = _totals([[wrong for _, _, wrong in curve] for curve in curves])
    allowed = np.where(right >= precision * (right + wrong), right, -1)
    best = np.unravel_index(int(allowed.argmax()), allowed.shape)
    return {group: curve[place][0] for group, curve, place in zip(GROUPS, curves, best, strict=True)}


def _totals(counts: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """The sums of one count of each row, for all choices: an axis a row."""
    return np.asarray(sum(np.ix_(*(np.array(row) for row in counts))))


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
        own = [one for one in made if one.group == group or (group == "all" and one.group in GROUPS)]
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
    files = [data / file for file in DOCUMENTS]
    mentions = by_document(read_mention(row) for row in read_jsonl(data / MENTIONS))
    return _settings(mentions, read_texts(files, mentions)) + read_more_settings(files)


def read_more_settings(files: Sequence[Path]) -> list[Setting]:
    """The articles of the ``files`` whose mentions only teach: none of them is measured on."""
    return _settings(*read_more(files))


def _settings(mentions: Mapping[str, Sequence[Mention]], texts: Mapping[str, str]) -> list[Setting]:
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
