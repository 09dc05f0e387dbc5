"""Whether speech that is laid out, line by line under labels, has been read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.types import Article, Quote

_LABEL = re.compile(r"[^\S\n]*[*_>\[(–—-]{0,3}([A-Z][^\n:]{0,60})[*_\])]{0,3}:[*_]{0,2}\s+\S")
LINES, SHARE, SPEAKERS = 4, 0.3, 2
"""So many lines under labels, this share of an article's paragraphs, of which so many labels come back, are a dialogue."""


def is_missed(article: Article, quotes: Sequence[Quote]) -> bool:
    """Whether an article is a dialogue under labels ("Q:", "MAYOR BRANDT:") of which most lines are in no statement."""
    labelled = [(one, label[1].strip().lower()) for one in article.paragraphs if (label := _label(article, one.start))]
    counted = Counter(label for _, label in labelled)
    back = sum(number > 1 for number in counted.values())
    if len(labelled) < LINES or len(labelled) < SHARE * len(article.paragraphs) or back < SPEAKERS:
        return False
    read = sum(any(quote.start < line.end and line.start < quote.end for quote in quotes) for line, _ in labelled)
    return 2 * read < len(labelled)


def _label(article: Article, start: int) -> re.Match[str] | None:
    return _LABEL.match(article.text, start)
