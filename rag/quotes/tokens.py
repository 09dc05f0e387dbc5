"""The words of a text, and the runs of capitalised ones that names are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.quotes import lexicon

_TOKEN = re.compile(r"[^\W_](?:[\w&]|[’'\-.](?=\w))*\.?")
_POSSESSIVE = re.compile(r"[’']s?$")
_ABBREVIATION = re.compile(r"^(?:[A-Z]|[A-Z][a-z]{1,3}|(?:[A-Z]\.)+[A-Z]?)\.$")
PARTICLES = frozenset("de da di du del della la le van von der den ter ten bin ibn al el dos das zu y".split())
"""Small words inside of people's names."""
NICKNAME = re.compile(r"[ \xa0][\"“'‘(]([A-Z][\w.-]+)[\"”'’)](?=[ \xa0][A-Z])")
"""What a person is called, set inside the name: "Elizabeth “Liz” Warren"."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the text with its offsets; ``word`` has no possessive ending and no final full stop."""

    start: int
    end: int
    word: str
    first: bool  # the first of its sentence

    @property
    def low(self) -> str:
        """The word in lower case."""
        return self.word.lower()

    @property
    def capital(self) -> bool:
        """Whether it starts with a capital."""
        return self.word[:1].isupper()


@lru_cache(4096)  # the same sentences are looked at for names, roles and cues
def tokenize(text: str, start: int = 0, end: int | None = None) -> tuple[Token, ...]:
    """The words of a slice, with their offsets in ``text``."""
    tokens: list[Token] = []
    last_end, first = start, True
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        if tokens:
            gap = text[last_end : match.start()]
            ended = text[last_end - 1] == "." and not _ABBREVIATION.match(text[tokens[-1].start : last_end])
            first = ended or bool(re.search(r"[.!?:\n“\"]", gap))
        word = match.group()
        if word.endswith(".") and not _ABBREVIATION.match(word):
            word = word[:-1]
        last_end = match.start() + len(match.group())
        stripped = _POSSESSIVE.sub("", word.rstrip("."))
        tokens.append(Token(match.start(), match.start() + len(stripped), stripped, first))
    return tuple(tokens)


def plain(word: str) -> str:
    """A word in lower case, with the abbreviations and synonyms of roles made one."""
    low = word.lower().rstrip(".")
    return lexicon.ABBREVIATIONS.get(low, low)


def is_title(word: str) -> bool:
    """Whether a word can stand as a title before a name."""
    return word.lower().rstrip(".") in lexicon.TITLES


def runs(text: str, tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Runs of capitalised words that stand together ("Ursula von der Leyen", "White House")."""
    run: list[Token] = []
    for index, token in enumerate(tokens):
        joined = bool(run) and beside(text, run[-1], token)
        if token.capital and not (token.first and token.low in lexicon.FUNCTION_WORDS):
            if joined and (not token.first or _inside_a_name(text, run[-1], token)):
                run.append(token)
                continue
            if run:
                yield run
            run = [token]
        elif joined and token.low in PARTICLES and index + 1 < len(tokens) and tokens[index + 1].capital:
            run.append(token)
        elif run:
            yield run
            run = []
    if run:
        yield run


def beside(text: str, before: Token, after: Token) -> bool:
    """Whether two words stand together as the parts of a name do."""
    gap = text[before.end : after.start]
    if gap in (" ", "\xa0") or (gap == ". " and (len(before.word) == 1 or is_title(before.word))):
        return True
    return _inside_a_name(text, before, after)


def _inside_a_name(text: str, before: Token, after: Token) -> bool:
    """Whether one of two words is a nickname that is set between the other's and another part of the name."""
    opening = NICKNAME.match(text, before.end)
    if opening and opening.start(1) == after.start:
        return True
    closing = NICKNAME.match(text, before.start - 2) if before.start > 1 else None
    return bool(closing and closing.end(1) == before.end and closing.end() + 1 == after.start)
