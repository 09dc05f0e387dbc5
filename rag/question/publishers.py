"""Which of a library's publishers a question names. They are looked up, for any word may be a paper's name in one library."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.language.words import normalise, words
from rag.question.spans import Slice


@dataclass(frozen=True, slots=True)
class Publisher:
    """A publisher as the library has it, and where the question names it."""

    source: str
    start: int
    end: int

    def overlaps(self, span: Slice) -> bool:
        """Whether a slice of the question holds a letter of the name."""
        return self.start < span[1] and span[0] < self.end


def find_publishers(text: str, names: Iterable[Slice], sources: Sequence[str], sure: Slice | None) -> list[Publisher]:
    """The publishers that a question names, in its order: by their full names, in slices by the last word, too.

    ``names`` are slices that name somebody, ``sure`` one that names publishers. Elsewhere a name of one word has to be
    capitalised. A last word, "the Gazette", has to be that of one publisher alone; where two are of one name, none is meant.
    """
    full = {source: _bare(source) for source in sources}
    full = {source: name for source, name in full.items() if sum(name == other for other in full.values()) == 1}
    found = [
        Publisher(source, start, end)
        for source, name in full.items()
        for start, end in _places(text, name, (0, len(text)))
        if len(name) > 1 or text[start].isupper() or text[start:end] == source or _holds(sure, start)
    ]
    last = [(source, name[-1:]) for source, name in full.items() if len(name) > 1]
    found += [
        Publisher(source, start, end)
        for source, word in last
        if sum(word == other for _, other in last) == 1
        for span in (*names, *([sure] if sure else []))
        for start, end in _places(text, word, span)
        if text[start].isupper() or span == sure
    ]
    kept: list[Publisher] = []
    for one in sorted(found, key=lambda one: one.start - one.end):
        if not any(one.overlaps((other.start, other.end)) for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def is_only_its_name(words_of: str, source: str) -> bool:
    """Whether words are a publisher's name and nothing else: "the Gazette", not "the Gazette's editor"."""
    return set(_bare(words_of)) <= set(_bare(source))


def _bare(name: str) -> list[str]:
    told = [word.removesuffix("'s") for word in words(normalise(name))]
    return [word for word in told if word != "the"] or told


def _holds(span: Slice | None, place: int) -> bool:
    return span is not None and span[0] <= place < span[1]


def _places(text: str, name: Sequence[str], within: Slice) -> list[Slice]:
    """Where words stand next to each other, whatever their case and the marks between them."""
    told = r"[\W_]+".join(map(re.escape, name))
    pattern = re.compile(rf"(?<!\w){told}(?!\w)", re.I)
    return [match.span() for match in pattern.finditer(text, *within)] if name else []
