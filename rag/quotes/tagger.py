"""Run the tagger: an article's tokens with their tags, and where each possible statement points to."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.models.loader import CLS, SEP, load_session, load_tokenizer
from rag.quotes.encoding import Encoded, Window, encode, windows
from rag.quotes.regions import OPENING
from rag.types import Article

CONTENT, SOURCE, CUE = range(3)
FLOOR = 0.05
"""Below this probability a piece is not considered as the first of a statement."""


@dataclass(frozen=True, slots=True)
class Pointed:
    """A slice of the article that a pointer chose, with its probability. ``start`` is None for "there is none"."""

    start: int | None
    end: int | None
    probability: float
    elsewhere: bool = False

    @property
    def span(self) -> tuple[int, int] | None:
        """The slice, or None."""
        return None if self.start is None or self.end is None else (self.start, self.end)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible statement: where it starts and ends, how likely both are, and its source and cue."""

    start: int
    end: int
    begins: float
    ends: float
    source: Pointed
    cue: Pointed

    @property
    def score(self) -> float:
        """How likely this is a statement with these borders."""
        return self.begins * math.sqrt(self.ends)


@dataclass(frozen=True, slots=True)
class Tagged:
    """What the tagger says of an article. ``tags`` is (pieces, 3 layers, outside/begin/inside), probabilities."""

    encoded: Encoded
    tags: NDArray[np.float32]
    candidates: tuple[Candidate, ...]


def tag(article: Article) -> Tagged:
    """Tag an article of any length. Raises ``ModelError`` if the model's files are missing or broken."""
    session, tokenizer = load_session("tagger"), load_tokenizer()
    encoded = encode(article, tokenizer)
    tags = np.zeros((len(encoded), 3, 3), dtype=np.float32)
    found: list[Candidate] = []
    for window in windows(encoded):
        logits, pointers = session.run(["tags", "pointers"], _feeds(encoded, window))
        probabilities = _softmax(logits.reshape(-1, 3, 3))[1:-1]
        tags[window.first : window.last] = probabilities
        found += _candidates(encoded, window, probabilities, pointers)
    return Tagged(encoded, tags, tuple(found))


def _feeds(encoded: Encoded, window: Window) -> dict[str, NDArray[np.int64]]:
    slices = slice(window.first, window.last)
    return {
        "ids": np.concatenate(([CLS], encoded.ids[slices], [SEP])),
        "marks": np.concatenate(([0], encoded.marks[slices], [0])),
        "cases": np.concatenate(([0], encoded.cases[slices], [0])),
    }


def _candidates(
    encoded: Encoded, window: Window, tags: NDArray[np.float32], pointers: NDArray[np.float32]
) -> Iterator[Candidate]:
    begins = tags[:, CONTENT, 1]
    opening = encoded.marks[window.first : window.last] == OPENING
    for place in np.flatnonzero((begins > FLOOR) | opening):
        ends, source_first, source_last, cue_first, cue_last = _softmax(pointers[:, place + 1])
        last, probability = _best_end(ends, int(place) + 1)
        yield Candidate(
            start=int(encoded.starts[window.first + place]),
            end=int(encoded.ends[window.first + last - 1]),
            begins=float(begins[place]),
            ends=probability,
            source=_pointed(encoded, window, source_first, source_last),
            cue=_pointed(encoded, window, cue_first, cue_last),
        )


def _best_end(ends: NDArray[np.float32], place: int) -> tuple[int, float]:
    allowed = ends[place:-1]
    best = int(allowed.argmax())
    return place + best, float(allowed[best])


def _pointed(encoded: Encoded, window: Window, first: NDArray[np.float32], last: NDArray[np.float32]) -> Pointed:
    """The best first piece, then the best last piece from there on, not further than a mention reaches."""
    start = int(first.argmax())
    if start == 0 or start == len(first) - 1:
        return Pointed(None, None, float(first[start]), elsewhere=start != 0)
    reach = last[start : min(start + 40, len(last) - 1)]
    end = start + int(reach.argmax())
    return Pointed(
        int(encoded.starts[window.first + start - 1]),
        int(encoded.ends[window.first + end - 1]),
        float(first[start]),
    )


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True), dtype=np.float32)
