"""Text made plain for matching: quote marks, dashes and odd spaces folded, words compared without case. Never for showing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import snowballstemmer

_FOLD = str.maketrans(
    dict.fromkeys("‘’‚‛′`´", "'")
    | dict.fromkeys("“”„‟«»″＂", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " ")
    | {"\u200b": None, "\u00ad": None, "\ufeff": None}
)
_ENGLISH = snowballstemmer.stemmer("english")
_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")

# Words that carry no topic; a question made only of these keeps them.
STOP_WORDS = frozenset(
    """a about above after again against all also am an and any are as at be because been before being below between
    both but by can could did do does doing down during each few for from further had has have having he her
    here hers herself him himself his how i if in into is it its itself just me more most my myself no nor not
    now of off on once only or other our ours ourselves out over own same she should so some such than that the
    their theirs them themselves then there these they this those through to too under until up very was we were
    what when where which while who whom whose why will with would you your yours yourself yourselves tell
    please s t d ll m re ve isn't wasn't don't didn't doesn't according article articles news report reports
    reported say said says""".split()
)

PRONOUNS = frozenset(
    """he she it they we i you him her them us me his hers its their theirs our my your himself herself itself themselves who
    whom whose which that this these those one others""".split()
)
"""Words that stand for somebody, and name nobody."""

PERSONAL = frozenset("he she him her his hers himself herself".split())
"""Those of them that stand for one person who was named before."""


def normalise(text: str) -> str:
    """Quote marks, dashes and spaces made plain; letters in their composed form. Length may change: not for offsets."""
    return unicodedata.normalize("NFC", text).translate(_FOLD)


def words(text: str) -> list[str]:
    """Lower-case words of a text, in order."""
    return [match.group().lower() for match in _WORD.finditer(normalise(text))]


def topic_words(text: str) -> list[str]:
    """The words that carry the topic, each once, in order; all words if there are no others."""
    found = [word.removesuffix("'s") for word in words(text)]
    return list(dict.fromkeys(word for word in found if word not in STOP_WORDS)) or list(dict.fromkeys(found))


def match_query(question: str, limit: int = 48) -> str:
    """An FTS5 query for any of the topic words; empty if there are none. Operators in the question are plain words."""
    return " OR ".join(f'"{word}"' for word in topic_words(question)[:limit])


@lru_cache(50_000)
def stem(word: str) -> str:
    """A lower-case word's English stem (Porter's second stemmer): "negotiate" meets "negotiations"."""
    found: str = _ENGLISH.stemWord(word)
    return found


def holds_words(text: str, phrases: Iterable[str]) -> bool:
    """Whether a text holds one of the phrases, marks and case aside."""
    told = f" {' '.join(words(text))} "
    return any(f" {' '.join(words(phrase))} " in told for phrase in phrases)
