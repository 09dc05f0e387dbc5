"""Speech that layout alone marks: transcripts, debates, interviews, signed quotations, posts; and the parts of a page."""

from __future__ import annotations

from collections.abc import Sequence

from rag.quotes.layout.blocks import entries, silent_parts
from rag.quotes.layout.interviews import alternating
from rag.quotes.layout.labels import label_of
from rag.quotes.layout.lines import lines_of
from rag.quotes.layout.said import Layout, Said
from rag.quotes.layout.signed import signed
from rag.quotes.layout.turns import labelled, procedure
from rag.quotes.regions import Region
from rag.types import Article

__all__ = ["Layout", "Said", "read_layout"]


def read_layout(article: Article, regions: Sequence[Region]) -> Layout:
    """What layout tells of an article. No two of its statements share a character."""
    lines = lines_of(article)
    if not lines:
        return Layout()
    labels = [label for line in lines if (label := label_of(line))]
    said = labelled(article, lines, labels, regions) or alternating(article, lines)
    silent = [*silent_parts(lines), *(procedure(lines) if said else ())]
    taken = [span for one in said for span in one.spans]
    said += [one for one in signed(lines, regions) if not any(_share(a, b) for a in one.spans for b in taken)]
    kept = [one for one in said if not any(start <= one.spans[0][0] < end for start, end in silent)]
    return Layout(sorted(kept, key=lambda one: one.spans[0]), silent, entries(lines))


def _share(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return first[0] < second[1] and second[0] < first[1]
