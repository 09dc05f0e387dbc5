"""Whether an article is in a language whose statements can be read: so far English."""

from __future__ import annotations

from rag.language.words import words

# Frequent English words that the languages nearby do not share.
_ENGLISH = frozenset(
    "the of and to that for with is it by from at as said has have are which this they his her not but be who their".split()
)
FEW = 8  # words that tell nothing of their language
LEAST = 0.06
"""Share of those words: of 2,400 English news articles 3 have less, lists of names mostly; half have 25 % and more."""


def can_be_read(text: str) -> bool:
    """Whether a text is in English, by its most frequent words; a text of a few words counts as English."""
    found = words(text)
    return len(found) < FEW or sum(word in _ENGLISH for word in found) >= LEAST * len(found)
