"""A statement on its way through the extractor: slices only, no names yet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement before its speaker is known. ``spans`` are in order; ``source`` and ``cue`` are slices or None.

    ``elsewhere`` says that the source exists but lies out of the tagger's sight. ``name`` is who said it where the layout
    tells (a transcript's turn), whatever the source says; ``question`` marks what an interviewer asks.
    """

    spans: tuple[tuple[int, int], ...]
    source: tuple[int, int] | None
    cue: tuple[int, int] | None
    confidence: float
    elsewhere: bool = False
    name: str | None = None
    question: bool = False

    @property
    def start(self) -> int:
        """Where the first span starts."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """Where the last span ends."""
        return self.spans[-1][1]


def overlap(first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Whether two slices share a character."""
    return first[0] < second[1] and second[0] < first[1]


def words_of(text: str, statement: Statement) -> str:
    """The words of a statement."""
    return " ".join(text[start:end] for start, end in statement.spans)
