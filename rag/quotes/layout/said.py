"""What reading an article's layout gives."""

from __future__ import annotations

from bisect import bisect_right
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
        """The number of the statement that a slice lies in."""
        for number, one in enumerate(self.said):
            if one.spans[0][0] <= start and end <= one.spans[-1][1]:
                return number
        return None

    def is_free(self, start: int, end: int) -> bool:
        """Whether a slice shares no character with a statement or with what is nobody's."""
        taken = [span for one in self.said for span in one.spans] + list(self.silent)
        return not any(left < end and start < right for left, right in taken)

    def entry_of(self, position: int) -> int:
        """The number of the live blog's entry that a position is in; 0 before the first."""
        return bisect_right(self.entries, position)
