"""Whom and what an article names, and what it tells of them: their roles and their gender."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from rag.quotes import lexicon
from rag.quotes.tokens import NICKNAME, Token, plain, tokenize

Gender = Literal["male", "female"]

_LINKS = frozenset("of for at in and on".split())
_SUFFIXES = frozenset("jr sr ii iii iv".split())
_LEADS = {
    "lead": "leader", "head": "leader", "chair": "chair", "run": "leader", "own": "owner", "found": "founder",
    "govern": "governor", "represent": "representative", "coach": "coach", "teach": "teacher", "direct": "director",
    "edit": "editor", "manage": "manager",
}  # fmt: skip
_WHO = re.compile(r"[\s,]*who (?:\w+ )?(\w+?)(?:s|ed|es)? ")
_PARTY = re.compile(r"\s?\(([RDI])[-–.,)]")
_PARTIES = {"R": "republican", "D": "democratic", "I": "independent"}


@dataclass(slots=True)
class Mention:
    """One place that names an entity; ``subject`` where it stands like a subject."""

    start: int
    end: int
    subject: bool = False


@dataclass(slots=True)
class Entity:
    """A person or an organization of an article. ``roles`` counts what the article calls them, lower case."""

    name: str
    person: bool
    mentions: list[Mention] = field(default_factory=list)
    roles: Counter[str] = field(default_factory=Counter)
    genders: Counter[str] = field(default_factory=Counter)

    @property
    def words(self) -> list[str]:
        """The words of the name, lower case."""
        return [token.low for token in tokenize(self.name)]

    @property
    def last(self) -> str:
        """The surname (or last word), lower case."""
        words = [word for word in self.words if word not in _SUFFIXES]
        return words[-1] if words else self.name.lower()

    @property
    def first(self) -> str | None:
        """The given name, lower case, where the name has one."""
        words = self.words
        return words[0] if self.person and len(words) > 1 else None

    @property
    def called(self) -> list[str]:
        """The words, lower case, that may stand for the whole name: its first, and a nickname that is set inside it."""
        return [*self.words[:1], *(nickname.lower() for nickname in NICKNAME.findall(self.name))]

    @property
    def gender(self) -> Gender | None:
        """What most signs say, or None."""
        male, female = self.genders["male"], self.genders["female"]
        return None if male == female else "male" if male > female else "female"


def describe(
    text: str, entity: Entity, titles: Sequence[Token], core: Sequence[Token], tokens: Sequence[Token]
) -> None:
    """Count what an article says of an entity around one place that names it: titles, roles, signs of gender."""
    end = core[-1].end
    first = core[0].low
    if len(core) > 1:
        entity.genders["male"] += 2 * (first in lexicon.MALE_NAMES and first not in lexicon.FEMALE_NAMES)
        entity.genders["female"] += 2 * (first in lexicon.FEMALE_NAMES and first not in lexicon.MALE_NAMES)
        entity.genders["female"] += _feminine(first)
    gender = title_gender(titles)
    if gender:
        entity.genders[gender] += 4
    start = (titles or core)[0].start
    before = [token for token in tokens if token.end <= start]
    described = [token.low for token in titles] + premodifier(text, before, start)
    after = [token for token in tokens if token.start >= end]
    described += apposition(text, after, end)
    leads = _WHO.match(text, end, end + 60)
    if leads and leads.group(1) in _LEADS:
        described.append(_LEADS[leads.group(1)])
    party = _PARTY.match(text, end, end + 6)
    if party:
        described.append(_PARTIES[party.group(1)])
    for word in described:
        entity.roles[plain(word)] += 1
        entity.genders["male"] += 3 * (word in lexicon.MALE_TITLES)
        entity.genders["female"] += 3 * (word in lexicon.FEMALE_TITLES)
    _pronoun_votes(entity, after)


def _pronoun_votes(entity: Entity, after: Sequence[Token]) -> None:
    """The first pronoun after a name, before any other name, is a weak sign."""
    for token in after[:25]:
        if token.capital and not token.first:
            return
        if token.low in lexicon.MALE_PRONOUNS or token.low in lexicon.FEMALE_PRONOUNS:
            entity.genders["male" if token.low in lexicon.MALE_PRONOUNS else "female"] += 1
            return


def _feminine(first: str) -> bool:
    """A weak sign for a given name that no list holds."""
    listed = first in lexicon.MALE_NAMES or first in lexicon.FEMALE_NAMES
    return not listed and first.endswith(("a", "ique", "ine", "elle", "ette"))


def titled(people: Sequence[Entity], titles: Sequence[Token]) -> list[Entity]:
    """Those whom the article gives one of the titles, "President Kolar"; all of them where it gives it to nobody."""
    return [one for one in people if any(one.roles[plain(title.word)] for title in titles)] or list(people)


def title_gender(titles: Sequence[Token]) -> Gender | None:
    """What titles ("Mrs.", "Chairman") say of a person's gender."""
    for token in titles:
        low = token.low.rstrip(".")
        if low in lexicon.MALE_TITLES:
            return "male"
        if low in lexicon.FEMALE_TITLES:
            return "female"
    return None


def premodifier(text: str, before: Sequence[Token], start: int) -> list[str]:
    """Words of the noun phrase before a name: "government spokesperson", "the state's campaign chairman,"."""
    words: list[str] = []
    position = start
    for token in reversed(before[-9:]):
        gap = text[token.end : position]
        comma = not words and gap == ", "
        possessive = gap in ("’s ", "'s ", "’ ")
        if not (gap in (" ", "\xa0") or comma or possessive) or token.low in lexicon.VERBISH:
            break
        if not words and plain(token.word) not in lexicon.ROLES and token.low not in lexicon.ROLES:
            break
        if token.low in ("the", "a", "an", "his", "her", "their", "its"):
            break
        words.append(token.low)
        position = token.start
    return words


def apposition(text: str, after: Sequence[Token], end: int) -> list[str]:
    """Words of a noun phrase set off after a name, if it names a role: ", the head of the commission,"."""
    if text[end : end + 2] != ", " or not after:
        return []
    words: list[str] = []
    position, role = end + 2, False
    for token in after[:14]:
        gap = text[position : token.start]
        if words and re.search(r"[,;:.()—–]", gap):
            break
        if token.low in lexicon.RELATIVE_PRONOUNS or token.low in lexicon.VERBISH - _LINKS:
            break
        role = role or plain(token.word) in lexicon.ROLES or token.low in lexicon.ROLES
        if not role and token.low in _LINKS:
            return []
        words.append(token.low)
        position = token.end
    return [word for word in words if word not in lexicon.FUNCTION_WORDS] if role else []
