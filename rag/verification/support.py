"""How far a sentence is borne out by its sources, from 0 to 1: by words, by their order, by meaning, by facts that miss.

Logistic regression over a few features. Extractive fragments are those of Grusky et al. (NAACL 2018); the alignment of
words by their vectors in context is that of BERTScore (Zhang et al., ICLR 2020), here with the library's own encoder.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Encoder, Vectors
from rag.language.speech import is_speech
from rag.verification.clauses import AUXILIARIES, is_told
from rag.verification.evidence import Evidence, Said, Word
from rag.verification.names import name_stems
from rag.verification.quantities import is_number

FEATURES = ("covered", "ordered", "trigrams", "fragments", "aligned", "aligned_best", "facts", "names", "quotes")
# Written by `python -m evals.training.train_support`, fitted on the dev halves of qags (CNN/DM) and wice, both alike.
WEIGHTS = (0.15, 0.296, 0.173, 0.196, 0.164, 0.551, -0.356, -0.261, -0.011)
BIAS = -1.057
COMPARED = 6
"""Sentences whose meaning is compared: those that share the most with the claim."""
KEPT = 2000
"""Sentences whose vectors are kept, for the next claim on the same paragraphs."""
RELATED = 0.38
"""Cosine in context from which two words have to do with each other.

Read off hand-built sentences: words put into honest ones ("corrupt", "armed", "sabotage") lie below, other words for
the source's own ("dropped" for "fell", "secured" for "tied up") above.
"""
THE_SAME = 0.55
"""Cosine in context from which a word says what another does: all that is told of names must not be new."""
_JOINING = frozenset(
    """led lead leads caused cause causes compared comparison made make makes making including include includes included
    involving involved regarding concerning related based result resulted results also however since although while despite
    according there within instead well latter former whereas among per total""".split()
)
"""Words that only join what others say."""
LONGEST = 700
"""Characters of a sentence that are read for its meaning."""


class WordVectors:
    """The words of sentences as vectors that know their context, computed once for the sentences last seen."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, sentences: Iterable[Said]) -> list[Vectors]:
        """For each sentence its topic words' unit vectors, shape (words, dimension); those new are computed together."""
        wanted = {sentence.text[:LONGEST]: sentence for sentence in sentences}
        with self._lock:
            found = {text: self._known[text] for text in wanted if text in self._known}
        new = [text for text in wanted if text not in found]
        if new:
            slices = [[[(word.start, word.end)] for word in wanted[text].words if word.stem] for text in new]
            _, pooled = self._encoder.encode_slices(new, slices)
            found |= {text: rows[np.abs(rows).sum(1) > 0] for text, rows in zip(new, pooled, strict=True)}
        with self._lock:
            self._known |= found
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return [found[text] for text in wanted]


def support_score(features: NDArray[np.float64]) -> float:
    """The chance that a sentence with these features is supported."""
    return 1 / (1 + math.exp(-(BIAS + float(features @ np.array(WEIGHTS)))))


def features(
    said: Said, evidence: Evidence, vectors: WordVectors, facts: int, names: int, quotes: int
) -> NDArray[np.float64]:
    """The features of a sentence, shape (len(FEATURES),); the last three are what is known to miss, by its number."""
    best = evidence.best(said.topics, COMPARED)
    return np.array(
        [
            _covered(said, best),
            max((_in_order(said.stems, one.stems) for one in best), default=0.0),
            _trigrams(said, evidence.sentences),
            math.log1p(_fragment_length(said, evidence.sentences)),
            *_aligned(said, best, vectors),
            min(2, facts),
            min(3, names),
            min(1, quotes),
        ]
    )


def unrelated(said: Said, evidence: Evidence, vectors: WordVectors) -> str | None:
    """A word of a sentence that nothing in its sources is near to in meaning: "angrily", "corrupt"; None without one.

    Words that the article has elsewhere, names and numbers, which are checked by themselves, and words that only join
    others are passed over.
    """
    absent = [
        (place, word)
        for place, word in enumerate(one for one in said.words if one.stem)
        if word.stem not in evidence.stems and _has_to_be_near(word, said)
    ]
    best = evidence.best(said.topics, COMPARED)
    if not absent or not best:
        return None
    mine, *theirs = vectors.of([said, *best])
    near = np.max([(mine @ one.T).max(1) for one in theirs if len(one)], axis=0)
    if (told := _told_of_names(said)) and not any(word.stem in evidence.stems for word in told):
        strange = [word.text for at, word in absent if near[at] < THE_SAME]
        if len(strange) == len(absent):
            return strange[0]
    elsewhere = evidence.article_stems
    return next((word.text for at, word in absent if near[at] < RELATED and word.stem not in elsewhere), None)


def _told_of_names(said: Said) -> list[Word]:
    """What a sentence tells of the names in it: its words that are no names, no numbers and no verbs of saying."""
    names = name_stems(said)
    return [word for word in said.words if word.stem and word.stem not in names and _has_to_be_near(word, said)]


def _has_to_be_near(word: Word, said: Said) -> bool:
    is_name = word.start > 0 and word.text[0].isupper()
    is_telling = is_speech(word.low) or is_told(said, said.words.index(word))
    return not (is_name or is_number(word.low) or is_telling or word.low in AUXILIARIES | _JOINING)


def _covered(said: Said, best: Sequence[Said]) -> float:
    """The share of the topic words that the best sentence and the one that adds the most hold between them."""
    if not said.topics or not best:
        return 0.0
    first = said.topics & best[0].topics
    more = max(len((said.topics & one.topics) - first) for one in best)
    return (len(first) + more) / len(said.topics)


def _in_order(mine: Sequence[str], theirs: Sequence[str]) -> float:
    """The longest common subsequence, as a share of the sentence's topic words."""
    row = [0] * (len(theirs) + 1)
    for word in mine:
        before = row
        row = [0]
        for place, other in enumerate(theirs):
            row.append(before[place] + 1 if word == other else max(before[place + 1], row[place]))
    return row[-1] / max(1, len(mine))


def _trigrams(said: Said, sentences: Sequence[Said]) -> float:
    """The share of three words in a row that some sentence has in a row, too."""
    mine = _rows_of_three(said)
    theirs = {row for one in sentences for row in _rows_of_three(one)}
    return sum(row in theirs for row in mine) / max(1, len(mine))


def _rows_of_three(said: Said) -> list[tuple[str, str, str]]:
    low = [word.low for word in said.words]
    return list(zip(low, low[1:], low[2:], strict=False))


def _fragment_length(said: Said, sentences: Sequence[Said]) -> float:
    """The mean length, in words, of the longest runs that the sentence shares with its sources, found from left to right."""
    mine = [word.low for word in said.words]
    theirs = [[word.low for word in one.words] for one in sentences]
    places: dict[str, list[tuple[int, int]]] = {}
    for number, row in enumerate(theirs):
        for place, word in enumerate(row):
            places.setdefault(word, []).append((number, place))
    at = runs = covered = 0
    while at < len(mine):
        length = max((_run(mine, at, theirs[row], place) for row, place in places.get(mine[at], ())), default=0)
        runs += length > 0
        covered += length
        at += max(1, length)
    return covered / max(1, runs)


def _run(mine: Sequence[str], at: int, theirs: Sequence[str], place: int) -> int:
    length = 0
    while at + length < len(mine) and place + length < len(theirs) and mine[at + length] == theirs[place + length]:
        length += 1
    return length


def _aligned(said: Said, best: Sequence[Said], vectors: WordVectors) -> tuple[float, float]:
    """The mean cosine of each topic word with the nearest word of all the sentences, and of the sentence that fits best."""
    mine, *theirs = vectors.of([said, *best])
    near = [(mine @ one.T).max(1) for one in theirs if len(one) and len(mine)]
    if not near:
        return 0.0, 0.0
    return float(np.max(near, axis=0).mean()), max(float(one.mean()) for one in near)
