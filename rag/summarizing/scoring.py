"""How much a sentence tells of its article: position, centrality, form; and the choice of a few that repeat little.

Each part is kept because the choice is worse without it. ROUGE-1 above lead-3 on the dev half of realsumm, the weights
fitted anew on newsqa each time (standard error of a figure 1.1): all parts 1.9; without position -3.2, without centrality
0.2, without form 0.6, without novelty 1.4. What did not help is left out: closeness of the sentences' vectors to their mean,
added 1.2 or 0.8 (weight 1, 3), in place of words 1.0; to one another, 1.6; how surely a sentence holds a statement of the
ledger, 1.7 or 1.5 (weight 0.25, 0.5). So no encoder is needed, which would cost a second an article.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.summarizing.units import Unit, names_whom_it_means

# Listwise softmax regression (Cao et al., "Learning to rank", ICML 2007), by `python -m evals.training.train_summary`, on the
# dev half of newsqa: its questions were asked by people who saw an article's highlights only, so that the sentences that
# answer them are those that the highlights were made of. No summary of realsumm was fitted on.
WEIGHTS: Mapping[str, float] = {
    "first": -1.08,
    "place": 2.08,
    "early": 1.43,
    "centroid": 4.72,
    "common": -3.17,
    "length": 0.28,
    "short": -0.58,
    "long": -0.26,
    "quoted": -0.14,
    "leans": -0.17,
    "number": 0.32,
}
FEATURES = tuple(WEIGHTS)
# Found on the dev half of realsumm: how much likeness to a sentence that is told already takes away (maximal marginal
# relevance, Carbonell and Goldstein, SIGIR 1998), and the length, in words, beyond which nothing is added to three sentences.
NOVELTY = 1.0
WORDS = 70
FEWEST, MOST = 3, 5
SHORT, LONG = 9, 35  # words
EARLY = 20  # sentences
CONSIDERED = 200  # sentences, those that tell most
_DIGIT = re.compile(r"\d")


def features(units: Sequence[Unit]) -> NDArray[np.float64]:
    """A row a sentence, a column a feature of :data:`FEATURES`."""
    bags = [Counter(unit.stems) for unit in units]
    whole: Counter[str] = Counter()
    for bag in bags:
        whole.update(bag)
    total = sum(whole.values()) or 1
    size = math.sqrt(sum(count * count for count in whole.values()))
    rows = [
        (
            float(index == 0),
            1 / (1 + index),
            max(0.0, 1 - index / EARLY),
            _cosine(bag, whole, size),
            20 * sum(whole[one] for one in bag) / total / max(1, len(bag)),
            math.log(max(1, unit.length)),
            float(unit.length < SHORT),
            float(unit.length > LONG),
            float(unit.quoted),
            float(unit.leans),
            float(bool(_DIGIT.search(unit.text))),
        )
        for index, (unit, bag) in enumerate(zip(units, bags, strict=True))
    ]
    return np.array(rows, dtype=np.float64).reshape(len(units), len(FEATURES))


def salience(units: Sequence[Unit]) -> NDArray[np.float64]:
    """How much each sentence tells of its article; comparable within it only."""
    weighed: NDArray[np.float64] = features(units) @ np.array([WEIGHTS[name] for name in FEATURES])
    return weighed


def likeness(one: Unit, other: Unit, weights: Mapping[str, float] | None = None) -> float:
    """The cosine of two sentences' topic words, each counted with its weight, if there are ``weights``."""
    first, second = (
        {word: count * (weights.get(word, 1.0) if weights else 1.0) for word, count in Counter(unit.stems).items()}
        for unit in (one, other)
    )
    return _cosine(first, second, math.sqrt(sum(count * count for count in second.values())))


def choose(
    units: Sequence[Unit],
    scores: Sequence[float] | NDArray[np.float64],
    sentences: int | None = None,
    words: int | None = None,
) -> list[Unit]:
    """The sentences to tell, in the order of the article; one that leans on the one before only behind it.

    As many as ``sentences``, or as fit into ``words`` (one at least), without either about as many as people
    write. The best first, each time the one that tells most and repeats least.
    """
    fewest = FEWEST if sentences is None and words is None else 1
    most = sentences or (MOST if words is None else len(units))
    limit = words or (WORDS if sentences is None else None)
    scored = {unit.number: float(score) for unit, score in zip(units, scores, strict=True)}
    fit = sorted((unit for unit in units if unit.fit), key=lambda unit: -scored[unit.number])
    open_ones = {unit.number: unit for unit in fit[: max(CONSIDERED, 2 * most)]}
    alike = dict.fromkeys(open_ones, 0.0)
    chosen: dict[int, Unit] = {}
    total = 0
    while len(chosen) < most:
        free = [number for number, unit in open_ones.items() if not unit.leans or _follows(unit, units, chosen)]
        if not free:
            break
        best = open_ones.pop(max(free, key=lambda number: scored[number] - NOVELTY * alike[number]))
        if chosen and limit and total + best.length > limit and len(chosen) >= fewest:
            if words is None:
                break
            continue  # a shorter one may still fit
        chosen[best.number] = best
        total += best.length
        for number, unit in open_ones.items():
            alike[number] = max(alike[number], likeness(unit, best))
    return [chosen[number] for number in sorted(chosen)]


def _follows(unit: Unit, units: Sequence[Unit], chosen: Mapping[int, Unit]) -> bool:
    """Whether the sentence that one leans on is told just before it, stands just before it, and names whom it means."""
    number = unit.number - 1
    if number not in chosen or unit.paragraph - units[number].paragraph > 1:
        return False
    before = units[number].told
    while units[number].leans and number - 1 in chosen:
        number -= 1
        before = f"{units[number].told} {before}"
    return names_whom_it_means(unit, before)


def _cosine(one: Mapping[str, float], other: Mapping[str, float], size: float) -> float:
    shared = sum(count * other.get(name, 0.0) for name, count in one.items())
    length = math.sqrt(sum(count * count for count in one.values()))
    return shared / (length * size) if length and size else 0.0
