"""What reading an article's layout gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Said:
    """Words that layout marks as somebody's. ``source`` is the slice that names the speaker; ``name`` who that is.

    ``name`` is None where the speakers of the article's sentences are to be asked (a signature, say). ``cue`` is the mark
    between the name and the words. ``question`` marks what an interviewer asks.
    """

    spans: tuple[tuple[int, int], ...]
    source: tuple[int, int] | None
    name: str | None = None
    cue: tuple[int, int] | None = None
    question: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """What layout tells of an article: speech, slices that are nobody's statement, where another entry or story begins."""

    said: Sequence[Said] = ()
    silent: Sequence[tuple[int, int]] = ()
    entries: Sequence[int] = field(default=())

    def holds(self, start: int, end: int) -> int | None:
        """The number of the first statement that shares a character with a slice."""
        for number, one in enumerate(self.said):
            if one.spans[0][0] < end and start < one.spans[-1][1]:
                return number
        return None

    def is_silent(self, start: int, end: int) -> bool:
        """Whether a slice shares a character with what is nobody's statement."""
        return any(left < end and start < right for left, right in self.silent)
