"""A digest, "5 things to know": an article of items, each a heading and a little text, of which each is a story. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.summarizing.units import Unit, is_boilerplate, is_told_whole
from rag.types import Article

FEWEST, MOST = 3, 10  # items; of more, the first are told
PAIRED = 0.6  # of an article's paragraphs of running text, those that alone stand under a heading of their own
HEADING = 100  # characters, at most
_NUMBERED = re.compile(r"\W{0,2}(\d{1,2})[.):]\s+\S")


def read_items(article: Article, units: Sequence[Unit]) -> list[list[Unit]]:
    """The sentences of each item of a digest, in order; none if an article is no digest."""
    texts = {one.index: article.paragraph_text(one.index) for one in article.paragraphs}
    headings = [index for index, text in texts.items() if _is_heading(text)]
    starts = _numbered(texts) or _paired(texts, headings)
    ends = sorted({*headings, *starts, len(texts)})
    found = []
    for start in starts:
        end = next(one for one in ends if one > start)
        # a number can stand before the text itself; a sentence that opens an item leans on nothing that is left out
        item = [unit for unit in units if start <= unit.paragraph < end and unit.fit and not unit.leans]
        if item:
            found.append(item)
    return found if len(found) >= FEWEST else []


def _is_heading(text: str) -> bool:
    return len(text) <= HEADING and not is_told_whole(text) and not is_boilerplate(text)


def _numbered(texts: dict[int, str]) -> list[int]:
    """The paragraphs that are numbered one after another, upwards from 1 or down to it."""
    counted = [(index, int(match[1])) for index, text in texts.items() if (match := _NUMBERED.match(text))]
    numbers = [number for _, number in counted]
    upwards = list(range(1, len(counted) + 1))
    return [index for index, _ in counted] if len(counted) >= FEWEST and numbers in (upwards, upwards[::-1]) else []


def _paired(texts: dict[int, str], headings: Sequence[int]) -> list[int]:
    """The headings with one paragraph of running text each, where the article is made of such for the most part."""
    running = [index for index, text in texts.items() if is_told_whole(text) and index not in headings]
    pairs = [index for index in headings if index + 1 in running and index + 2 not in running]
    return pairs if len(pairs) > FEWEST and len(pairs) >= PAIRED * len(running) else []
