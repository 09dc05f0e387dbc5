"""From a source as written to a speaker's name: names by their words, everything else by the resolver."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Protocol

from rag.quotes import lexicon
from rag.quotes.asked import CUT, Asked, Turn
from rag.quotes.entities import Entity, title_gender, titled
from rag.quotes.names import Inventory
from rag.quotes.resolver import Choice
from rag.quotes.tokens import PARTICLES, Token, is_title, tokenize
from rag.types import Article, ResolvedBy, Speaker

_EDGE = re.compile(r"^[\s,;:(\[–—“\"'‘’]+|[\s,;:)\]–—”\"]+$")
_REFLEXIVE = re.compile(r"(?<=\w) (?:himself|herself|itself|themselves)$")
_POSSESSIVE = re.compile(r"[’']s?$")
_PRONOUNS = (
    lexicon.MALE_PRONOUNS
    | lexicon.FEMALE_PRONOUNS
    | lexicon.NEUTER_PRONOUNS
    | lexicon.PLURAL_PRONOUNS
    | lexicon.RELATIVE_PRONOUNS
    | lexicon.AUTHOR_PRONOUNS
)
_NO_NAME = lexicon.RELATIVE_PRONOUNS | lexicon.VERBISH
_NEAR = 2  # paragraphs after which a surname is no longer that of who spoke last

# An article's dateline, "VELLHAVEN (Northline Wire) - ", with which the speaker of its first sentence may be found to begin.
_DATELINE = re.compile(r"[A-Z][A-Z .'’-]{2,40}(?:, (?:[A-Z][\w.]+ ?){1,2})?(?: \([^)]{1,40}\))? ?[-–—]{1,2} (?=\S)")

Named = tuple[str, ResolvedBy | None, Entity | None]


class Chooser(Protocol):
    """Tells who is meant by a speaker without a name."""

    def choose(self, asked: Asked, turns: Sequence[Turn]) -> Choice:
        """Who is likely meant, and whether the text makes it certain."""
        ...


class Speakers:
    """Resolves the sources of one article, statement by statement in reading order."""

    def __init__(self, article: Article, inventory: Inventory, chooser: Chooser, entries: Sequence[int] = ()) -> None:
        """``entries`` is where those of a live blog begin: nobody who is named in another one is meant by a pronoun."""
        self.entries = entries
        self.article, self.text, self.inventory, self.chooser = article, article.text, inventory, chooser
        self.turns: list[Turn] = []
        self._maybe: dict[int, str] = {}
        self._numbers = {id(entity): number for number, entity in enumerate(inventory.entities)}

    def resolve(
        self, source: tuple[int, int] | None, said: Sequence[tuple[int, int]] = (), quoted: bool = False
    ) -> Speaker | None:
        """The speaker at that slice of what is ``said``, ``quoted`` or told. What nothing resolves stays as written."""
        if source is None:
            return None
        if dateline := _DATELINE.match(self.text, *source):
            source = dateline.end(), source[1]
        mention = self.text[source[0] : source[1]]
        asked = self._asked(source[0], mention, said, quoted)
        pronoun = asked.words.lower() in _PRONOUNS
        named = None if pronoun else self._named(asked.words, asked.start)
        if named is not None:
            name, by, entity = named
            number = None if entity is None else self._numbers[id(entity)]
            self.turns.append(Turn(asked.start, asked.words, number, None))
        else:
            name, by = self._resolved(asked, pronoun, source[0])
        return Speaker(name, mention, source[0], source[1], by)

    def given(self, name: str, source: tuple[int, int] | None) -> Speaker:
        """The speaker whom the layout names, at the slice where it does."""
        words = [token.low for token in tokenize(name)]
        known = next(iter(self.inventory.named(words)), None) if words else None
        mention = self.text[slice(*source)] if source else None
        start, end = source or (None, None)
        if source and mention is not None:
            self.turns.append(Turn(source[0], mention, None if known is None else self._numbers[id(known)], None))
        same = mention is not None and mention.lower() == name.lower()
        named = known is not None or len(words) > 1 or not same
        return Speaker(name, mention, start, end, "name" if named else None)

    def may_be_one(self, inner: Speaker, outer: Speaker) -> bool:
        """Whether who is quoted by somebody may well be that one, though it is not certain enough to name him."""
        if inner.name and outer.name and inner.name.lower() == outer.name.lower():
            return True
        maybe = self._maybe.get(inner.start or 0) if inner.resolved_by is None else None
        return maybe is not None and maybe in (outer.name, self._maybe.get(outer.start or 0))

    def _asked(self, start: int, mention: str, said: Sequence[tuple[int, int]], quoted: bool) -> Asked:
        shift = _EDGE.match(mention)
        start += shift.end() if shift and not mention[: shift.end()].isalnum() else 0
        words = _POSSESSIVE.sub("", _REFLEXIVE.sub("", _EDGE.sub("", mention)))
        return Asked(self.text, start, start + len(words), tuple(said), quoted)

    def _resolved(self, asked: Asked, pronoun: bool, start: int) -> tuple[str, ResolvedBy | None]:
        """The name of a speaker without one where it is certain, else the words as written."""
        choice = self._in_one_entry(self.chooser.choose(asked, self.turns), asked.start)
        if pronoun and (maybe := self._entity_of(choice.best)):
            self._maybe[start] = maybe.name
        self.turns.append(Turn(asked.start, asked.words, choice.number, asked.form, choice.certain))
        if choice.certain and (entity := self._entity_of(choice.number)):
            return entity.name, "pronoun" if pronoun else "title"
        if asked.form == "who" and (phrase := self._phrase_before(asked.start)):
            return phrase, "pronoun"
        return (asked.words if pronoun else _bare(asked.words)), None

    def _entity_of(self, number: int | None) -> Entity | None:
        """The entity of a candidate's number; None for nobody, and for somebody without a name."""
        entities = self.inventory.entities
        return entities[number] if number is not None and number < len(entities) else None

    def _in_one_entry(self, choice: Choice, start: int) -> Choice:
        """The choice, left open where whoever is chosen is not named in the entry that asks."""
        entity = self._entity_of(choice.number)
        if entity is None or not self.entries:
            return choice
        entry = bisect_right(self.entries, start)
        here = any(bisect_right(self.entries, mention.start) == entry for mention in entity.mentions)
        return choice if here else Choice(None, False)

    # names -----------------------------------------------------------------------------------------------------

    def _named(self, words: str, start: int) -> Named | None:
        """Whom a source names by words of a name; None if it holds no name."""
        several = self._several(words, start)
        if several:
            return several, "name", None
        parts = [part for part in re.split(r"[,;(—–]", words) if part.strip()]
        segment = CUT.split(parts[0])[0] if parts else ""
        tokens = tokenize(segment)
        if not tokens:
            return words, None, None
        core, titles = _trailing_name(segment, tokens)
        if core and (whole := self.inventory.at(start, start + core[-1].end)) and whole.name in words:
            return whole.name, "name", whole
        if core:
            entity, certain = self._entity(core, titles, start)
            if entity is not None:
                return entity.name, "name", entity
            return (_bare(words if len(core) < 2 else segment), "name" if certain else None, None)
        for part in parts[1:3]:
            others = tokenize(part)
            name, titles = _trailing_name(part, others) if others and others[0].capital else ([], [])
            if len(name) < 2 or len(name) + len(titles) < len(others):
                continue
            entity = self._entity(name, titles, start)[0]
            return (entity.name if entity else part.strip(), "name", entity)
        return None

    def _several(self, words: str, start: int) -> str | None:
        """The names of all, joined by "and", where a mention means at least two people."""
        if " and " not in words or not words[:1].isupper():
            return None
        names = []
        for part in re.split(r" and |, ", re.sub(r"\([^)]*\)", "", words)):
            tokens = tokenize(part)
            core, titles = _trailing_name(part, tokens) if tokens else ([], [])
            entity = self._entity(core, titles, start)[0] if core else None
            if entity is None or not entity.person or any(token.low in _NO_NAME for token in tokens):
                continue  # "a former aide to Karl Winter" is no second one who speaks
            names.append(entity.name)
        return " and ".join(dict.fromkeys(names)) if len(set(names)) > 1 else None

    def _entity(self, core: Sequence[Token], titles: Sequence[Token], start: int) -> tuple[Entity | None, bool]:
        """The entity of a name, and whether the name as written is at least not ambiguous."""
        words = [token.low for token in core]
        people = self.inventory.people(words[-1])
        if len(words) > 1:
            exact = [entity for entity in people if words[0] in entity.called]
            exact += self.inventory.named(words)
            if exact:
                return exact[0], True
            return self._leading(words), True
        gender = title_gender(titles)
        if len(people) > 1 and gender:
            people = [entity for entity in people if entity.gender == gender]
        if len(people) > 1:
            people = titled(people, titles)
        if len(people) == 1:
            return people[0], True
        if len(people) > 1:
            return self._goes_on(people, start), False
        others = self.inventory.named(words)
        return (others[0], True) if others else (self._acronym(core[0].word), True)

    def _leading(self, words: Sequence[str]) -> Entity | None:
        """In a run of capitals ("Elizabeth Warren Hammers …") the person whose name comes first."""
        for size in range(min(4, len(words) - 1), 1, -1):
            for entity in self.inventory.people(words[size - 1]):
                if entity.first == words[0]:
                    return entity
        return None

    def _acronym(self, word: str) -> Entity | None:
        if not (word.isupper() and len(word) > 2):
            return None
        for entity in self.inventory.entities:
            initials = "".join(token.word[0] for token in tokenize(entity.name) if token.capital)
            if initials == word and len(entity.words) > 1:
                return entity
        return None

    def _goes_on(self, people: Sequence[Entity], start: int) -> Entity | None:
        """Of several with one surname the only one named so far, or who spoke last if no other has been named since."""
        named = [one for one in people if one.mentions[0].start < start]
        if len(named) == 1:
            return named[0]
        last = self.turns[-1] if self.turns else None
        entity = self._entity_of(last.entity) if last and last.certain else None
        if last is None or entity is None or entity not in people:
            return None
        paragraph = self.article.paragraph_at(last.start)
        since = self.article.paragraphs[paragraph].start
        others = [mention.start for one in people if one is not entity for mention in one.mentions]
        near = self.article.paragraph_at(start) - paragraph <= _NEAR
        return entity if near and not any(since <= position < start for position in others) else None

    # "who" -----------------------------------------------------------------------------------------------------

    def _phrase_before(self, start: int) -> str:
        """The noun phrase that ends before a relative pronoun."""
        end = start
        while end > 0 and self.text[end - 1] in " ,\xa0":
            end -= 1
        left = max(self.article.paragraphs[self.article.paragraph_at(start)].start, end - 160)
        first: int | None = None
        for token in reversed(tokenize(self.text, left, end)):
            if first is not None:
                gap = self.text[token.end : first]
                if token.low in lexicon.VERBISH - {"of", "and"} or re.search(r"[,;:.“”\"]", gap):
                    break
            first = token.start
            if token.low in ("a", "an", "the", "some", "many", "those", "one"):
                break
        return self.text[first:end] if first is not None else ""


def _trailing_name(segment: str, tokens: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """The run of capitals at the end of a segment without its titles, and the titles; empty if it ends otherwise."""
    if not tokens[-1].capital:
        return [], []
    first = len(tokens) - 1
    while first > 0 and (tokens[first - 1].capital or tokens[first - 1].low in PARTICLES):
        if not re.fullmatch(r"\.?[ \xa0]", segment[tokens[first - 1].end : tokens[first].start]):
            break
        first -= 1
    run = list(tokens[first:])
    while run and run[0].low in lexicon.FUNCTION_WORDS:
        run = run[1:]
    cut = max((index + 1 for index, token in enumerate(run[:-1]) if is_title(token.word)), default=0)
    if cut and len(run) - cut == 1 and run[cut].low in lexicon.ORGANIZATION_WORDS:
        cut = 0
    if len(run) == 1 and (is_title(run[0].word) or run[0].low in lexicon.PLURAL_PEOPLE):
        return [], []
    return run[cut:], run[:cut]


def _bare(words: str) -> str:
    """A mention without its article: "the Kremlin" is Kremlin, "the chancellor" stays as it is."""
    match = re.match(r"(?:[Tt]he|[Aa]n?) (?=[^\W\d_a-z])", words)
    return words[match.end() :] if match else words
