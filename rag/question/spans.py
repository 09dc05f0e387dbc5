"""The slices that a reader gives for names, made whole: it may part an article from its noun, or a surname from its name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.language.words import STOP_WORDS

Slice = tuple[int, int]
_ARTICLE = re.compile(r"(?:the|an?|this|that|his|her|its|our|their)\Z", re.I)
_JOINS = re.compile(r"\w\s+(?:of|for|from|at)(?:\s+the)?\s*\Z", re.I)
_RUN = re.compile(r"[A-ZÀ-ÖØ-Þ][\w’'.&-]*(?:\s+[A-ZÀ-ÖØ-Þ][\w’'.&-]*)*")
_ENDS = re.compile(r"(?:['’]s?|[,;:!?]|(?<=\w\w\w)\.)+\Z")
CASED = 0.3  # of a text's words that begin small: with fewer of them capitals tell no name


def whole_names(text: str, spans: Sequence[Slice]) -> list[Slice]:
    """The spans of a text, each with the article before it and the rest of its name, without a genitive's "'s".

    Two that "of" joins are one: "the mayor of", "Lindal".
    """
    joined: list[Slice] = []
    for start, end in spans:
        before = text[slice(*joined[-1])] if joined else ""
        between = text[joined[-1][1] : start] if joined else ""
        if (_ARTICLE.match(before) and not between.strip()) or _JOINS.search(f"{before}{between}"):
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    named = [one for one in joined if not _ARTICLE.match(text[slice(*one)])]
    return [_bare(text, _widened(text, one, named)) for one in named]


def _widened(text: str, span: Slice, others: Sequence[Slice]) -> Slice:
    """A span with all of the capitalised words that it stands among, unless another span has some of them."""
    for start, end in _runs(text):
        if start < span[1] and span[0] < end:
            shared = any(one != span and one[0] < end and start < one[1] for one in others)
            return span if shared else (min(start, span[0]), max(end, span[1]))
    return span


def _runs(text: str) -> list[Slice]:
    """Runs of capitalised words, without the stop words that open them, and the word that opens the text."""
    found: list[Slice] = []
    tokens = text.split()
    if sum(token[0].islower() for token in tokens) < CASED * len(tokens):
        return found
    for match in _RUN.finditer(text):
        parts = [(part.start() + match.start(), part.group()) for part in re.finditer(r"\S+", match.group())]
        while parts and (parts[0][0] == 0 or re.split("['’]", parts[0][1])[0].lower() in STOP_WORDS):
            parts = parts[1:]
        if parts:
            found.append((parts[0][0], match.end()))
    return found


def _bare(text: str, span: Slice) -> Slice:
    return span[0], span[0] + len(_ENDS.sub("", text[slice(*span)]))
