"""A speaker without a name as the resolver is asked about it: its words, and what they tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rag.quotes import lexicon
from rag.quotes.entities import Gender, title_gender
from rag.quotes.tokens import plain, tokenize

Form = Literal["he", "she", "it", "they", "who", "me", "person", "thing"]
FORMS: tuple[Form, ...] = ("he", "she", "it", "they", "who", "me", "person", "thing")

_MEN = frozenset("man boy husband son actor widower grandfather uncle gentleman".split())
_WOMEN = frozenset("woman girl wife daughter widow grandmother aunt lady".split())
_POSSESSOR = re.compile(r"(?i)(his|her|their|its|our|my|your|whose)\b|[\w.\-]+[’']s?\s")
CUT = re.compile(r"[,;:(\[–—]| (?:who|which|that|of|for|from|at|in|with|on|and|during|via|to|after|as|by) |(?<=\w) - ")
"""Where the words that tell who is meant end, and what is told of them begins."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Who spoke in a statement that is done: where, in which words, and the entity (its number) if it is likely one.

    ``form`` is None where a name told it; ``certain`` says whether the speaker was given that name.
    """

    start: int
    mention: str
    entity: int | None
    form: Form | None
    certain: bool = True


@dataclass(frozen=True)
class Asked:
    """A speaker without a name. ``start`` and ``end`` are the slice, ``said`` what is said, ``quoted`` whether in marks."""

    text: str
    start: int
    end: int
    said: tuple[tuple[int, int], ...] = ()
    quoted: bool = False

    @cached_property
    def words(self) -> str:
        """The mention as written."""
        return self.text[self.start : self.end]

    @cached_property
    def tokens(self) -> list[str]:
        """The words before any relative clause or "of", in small letters."""
        return [token.low for token in tokenize(CUT.split(self.words)[0] or self.words)]

    @cached_property
    def head(self) -> str:
        """The noun that it is about."""
        return self.tokens[-1] if self.tokens else ""

    @cached_property
    def content(self) -> set[str]:
        """Its words but those of function, synonyms made one."""
        return {plain(one) for one in self.tokens if one not in lexicon.FUNCTION_WORDS}

    @cached_property
    def places(self) -> set[str]:
        """Capitalised words before the last: "Norlund" in "the Norlund governor"."""
        tokens = tokenize(CUT.split(self.words)[0] or self.words)
        return {one.low for one in tokens[:-1] if one.capital and one.low not in lexicon.FUNCTION_WORDS}

    @cached_property
    def form(self) -> Form:
        """What kind of mention it is."""
        low = self.words.lower().strip()
        if low in lexicon.MALE_PRONOUNS:
            return "he"
        if low in lexicon.FEMALE_PRONOUNS:
            return "she"
        if low in lexicon.NEUTER_PRONOUNS:
            return "it"
        if low in lexicon.PLURAL_PRONOUNS:
            return "they"
        if low in lexicon.RELATIVE_PRONOUNS:
            return "who"
        if low in lexicon.AUTHOR_PRONOUNS:
            return "me"
        human = self.head in lexicon.ROLES or plain(self.head) in lexicon.ROLES or self.head in lexicon.TITLES
        return "person" if human else "thing"

    @cached_property
    def gender(self) -> Gender | None:
        """The gender that its words tell."""
        if self.form in ("he", "she"):
            return "male" if self.form == "he" else "female"
        return gender_of(self.head)

    @cached_property
    def plural(self) -> bool:
        """Whether several are meant."""
        if self.form in ("he", "she", "it", "me", "who"):
            return False
        return (
            self.form == "they"
            or self.head in lexicon.PLURAL_PEOPLE
            or (self.head.endswith("s") and not self.head.endswith("ss"))
        )

    @cached_property
    def possessor(self) -> str:
        """Whose it is: "his" in "his lawyer"; empty if it does not say."""
        match = _POSSESSOR.match(self.words) if self.form in ("person", "thing") else None
        if match is None and self.form in ("person", "thing"):
            match = re.search(r"([A-Z][\w.\-]+)[’']s?\s", self.words)
        return match[0].strip().lower() if match else ""


def gender_of(noun: str) -> Gender | None:
    """The gender that a noun tells: "widow"."""
    if noun in _MEN or noun in _WOMEN:
        return "male" if noun in _MEN else "female"
    return title_gender(tokenize(noun)) if noun else None
