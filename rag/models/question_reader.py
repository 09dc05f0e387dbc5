"""A message -> what kind of request it is, and which of its words name speakers, a topic, a publisher, a time.

A small trained model, all-MiniLM-L6-v2 with two heads: one on the first piece for the kind and for whether the message leans
on the turn before it, one on every piece for the slots. Slots may overlap, as "Trump" is a speaker within a topic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from rag.models.loader import CLS, SEP, load_session, load_tokenizer
from rag.models.pieces import Pieces, cut_up
from rag.types import Kind

KINDS: tuple[Kind, ...] = get_args(Kind)
Slot = Literal["speaker", "topic", "publisher", "time"]
SLOTS: tuple[Slot, ...] = get_args(Slot)

INSIDE = {slot: len(KINDS) + 1 + number for number, slot in enumerate(SLOTS)}
LEANS = len(KINDS)
OUTPUTS = LEANS + 1 + len(SLOTS)
"""Columns of the model's output: the kinds, whether it leans, inside each slot."""

MAX_PIECES, MAX_BEFORE = 192, 64
"""Word pieces that are read of a message and of the turn before it; of a longer message, the beginning."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message asks. Spans are slices of the message; ``leans`` is the chance that it needs the turn before it."""

    kinds: Mapping[Kind, float]
    speakers: tuple[tuple[int, int], ...]
    topic: tuple[int, int] | None
    publisher: tuple[int, int] | None
    time: tuple[int, int] | None
    leans: float

    @property
    def kind(self) -> Kind:
        """The likeliest kind."""
        return max(self.kinds, key=lambda kind: self.kinds[kind])


def read_message(message: str, before: str = "") -> Reading:
    """Read a message; ``before`` is the user's last one. Raises ModelError if the model's files are missing or broken."""
    session, tokenizer = load_session("question_reader"), load_tokenizer()
    pieces, earlier = cut_up(tokenizer, [message, before])
    pieces = pieces.cut(0, MAX_PIECES)
    ids, marks, cases = arrange(pieces, earlier)
    (scores,) = session.run(["scores"], {"ids": ids, "marks": marks, "cases": cases})
    return decode(scores[0], scores[len(ids) - 1 - len(pieces.ids) : -1], pieces)


def arrange(pieces: Pieces, earlier: Pieces) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Ids, marks and cases, (length,) each: [CLS] the turn before [SEP] the message [SEP]; marks tell the two apart."""
    earlier = earlier.cut(max(0, len(earlier.ids) - MAX_BEFORE), len(earlier.ids))
    ids = np.concatenate([[CLS], earlier.ids, [SEP], pieces.ids, [SEP]])
    marks = np.concatenate(
        [np.zeros(len(earlier.ids) + 2, dtype=np.int64), np.ones(len(pieces.ids) + 1, dtype=np.int64)]
    )
    cases = np.concatenate([[0], earlier.cases, [0], pieces.cases, [0]])
    return ids.astype(np.int64), marks, cases.astype(np.int64)


def decode(first: NDArray[np.float32], rows: NDArray[np.float32], pieces: Pieces) -> Reading:
    """The reading of the model's scores: ``first`` (OUTPUTS,) of the first piece, ``rows`` (pieces, OUTPUTS)."""
    odds = first[: len(KINDS)] - first[: len(KINDS)].max()
    chances = np.exp(odds) / np.exp(odds).sum()
    return Reading(
        kinds=dict(zip(KINDS, map(float, chances), strict=True)),
        speakers=tuple(_speakers(rows, pieces)),
        topic=_hull(rows[:, INSIDE["topic"]], pieces),
        publisher=_hull(rows[:, INSIDE["publisher"]], pieces),
        time=_hull(rows[:, INSIDE["time"]], pieces),
        leans=float(1 / (1 + np.exp(-first[LEANS]))),
    )


def _speakers(rows: NDArray[np.float32], pieces: Pieces) -> Sequence[tuple[int, int]]:
    """Each run of pieces that are inside: between two speakers stands a word or a mark that is not."""
    found: list[tuple[int, int]] = []
    follows = -1
    for number in _whole_words(rows[:, INSIDE["speaker"]], pieces):
        start, end = int(pieces.starts[number]), int(pieces.ends[number])
        if follows == number:
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
        follows = number + 1
    return found


def _whole_words(scores: NDArray[np.float32], pieces: Pieces) -> list[int]:
    """Pieces of words that are inside by the mean of their pieces' scores, so that no name is cut in the middle of a word."""
    inside: list[int] = []
    first = 0
    for last in range(1, len(scores) + 1):
        if last == len(scores) or pieces.word[last] < 0 or pieces.word[last] != pieces.word[first]:
            if scores[first:last].mean() > 0:
                inside += range(first, last)
            first = last
    return inside


def _hull(scores: NDArray[np.float32], pieces: Pieces) -> tuple[int, int] | None:
    """The longest run of pieces inside a slot, gaps of two pieces passed over."""
    runs: list[list[int]] = []
    for number in _whole_words(scores, pieces):
        if runs and number - runs[-1][1] <= 3:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    if not runs:
        return None
    first, last = max(runs, key=lambda run: run[1] - run[0])
    return int(pieces.starts[first]), int(pieces.ends[last])
