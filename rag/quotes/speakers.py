"""From a source as written to a speaker's name: surnames, pronouns, titles, and who spoke just before."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.quotes import lexicon
from rag.quotes.names import (
    PARTICLES,
    Entity,
    Gender,
    Inventory,
    Mention,
    Token,
    is_title,
    plain,
    title_gender,
    titled,
    tokenize,
)
from rag.quotes.statements import Statement
from rag.types import Article, ResolvedBy, Speaker

_CUT = re.compile(r"[,;:(\[–—]| (?:who|which|that|of|for|from|at|in|with|on|and|during|via|to|after|as|by) |(?<=\w) - ")
_EDGE = re.compile(r"^[\s,;:(\[–—“\"'‘’]+|[\s,;:)\]–—”\"]+$")
_DEFINITE = re.compile(r"(?i)(the|this|that|his|her|their|its|our)\b")
_INDEFINITE = re.compile(r"(?i)(an?|one|another|some|several|many|two|three)\b")
_REFLEXIVE = re.compile(r"(?<=\w) (?:himself|herself|itself|themselves)$")
_POSSESSIVE = re.compile(r"[’']s?$")
# "I am Paul Berg", "the Berg campaign": one who says so may be Berg.
_I_AM = re.compile(r"\b(?:I am|I[’']m|[Mm]y name is) (?:[A-Z][\w.]* )*$")
_AROUND = re.compile(
    r" (?:campaign|team|camp|family|administration|government|foundation|office|presidency|supporters|voters)\b"
)
_PEOPLE = re.compile(r"(?:ish|an|ese|ch|ic|i|ss)$")
_POSSESSOR = re.compile(r"[’']s? ")
_NOT_A_NAME = lexicon.NEUTER_PRONOUNS | lexicon.PLURAL_PRONOUNS | lexicon.AUTHOR_PRONOUNS | lexicon.RELATIVE_PRONOUNS
_CAMPAIGN = re.compile(r"((?:[A-Z][\w.]+ )*[A-Z][\w.]+?)(?:[’']s?)? (?:presidential )?(?:re-?election )?{}\b")

# An article's dateline, "VELLHAVEN (Northline Wire) - ", with which the speaker of its first sentence may be found to begin.
_DATELINE = re.compile(r"[A-Z][A-Z .'’-]{2,40}(?:, (?:[A-Z][\w.]+ ?){1,2})?(?: \([^)]{1,40}\))? ?[-–—]{1,2} (?=\S)")


@dataclass(frozen=True, slots=True)
class Turn:
    """Who spoke in a statement that is done: where, under which name, and the entity if it is one."""

    position: int
    name: str
    mention: str
    entity: Entity | None


class Speakers:
    """Resolves the sources of one article, statement by statement in reading order."""

    def __init__(self, article: Article, inventory: Inventory, statements: Sequence[Statement]) -> None:
        self.article = article
        self.text = article.text
        self.inventory = inventory
        self.contents = sorted(span for statement in statements for span in statement.spans)
        self.turns: list[Turn] = []
        self.said: Sequence[tuple[int, int]] = ()
        """What is said in the statement that is being resolved."""

    def resolve(self, source: tuple[int, int] | None, said: Sequence[tuple[int, int]] = ()) -> Speaker | None:
        """The speaker at that slice of what is ``said``. A source that nothing resolves keeps the words as written.

        "He" and "the minister" are nobody whom the words name: people do not speak of themselves so. What comes unquoted
        before "he said" may name them.
        """
        if source is None:
            return None
        self.said = said
        if dateline := _DATELINE.match(self.text, *source):
            source = dateline.end(), source[1]
        mention = self.text[source[0] : source[1]]
        name, by, entity = self._name(mention, source[0])
        self.turns.append(Turn(source[0], name, mention, entity))
        return Speaker(name, mention, source[0], source[1], by)

    def _is_spoken_of(self, entity: Entity, start: int) -> bool:
        """Whether what is said names a person as one who speaks does not name himself."""
        return any(
            first <= mention.start < last and (mention.start > start or self._is_quoted(first))
            for mention in entity.mentions
            for first, last in self.said
            if not self._is_introduced(mention) and not _AROUND.match(self.text, mention.end)
        )

    def _is_introduced(self, mention: Mention) -> bool:
        """Whether "I am" stands before a name, which is not "I am Berg's lawyer"."""
        own = self.text[mention.end : mention.end + 2] not in ("’s", "'s")
        return own and _I_AM.search(self.text, max(0, mention.start - 40), mention.start) is not None

    def _is_quoted(self, first: int) -> bool:
        """Whether what is said from here on stands between quotation marks."""
        return bool(set(self.text[max(0, first - 1) : first + 1]) & set('“"‘'))

    def _name(self, mention: str, start: int) -> tuple[str, ResolvedBy | None, Entity | None]:
        shift = _EDGE.match(mention)
        start += shift.end() if shift and not mention[: shift.end()].isalnum() else 0
        words = _POSSESSIVE.sub("", _REFLEXIVE.sub("", _EDGE.sub("", mention)))
        low = words.lower()
        if low in lexicon.AUTHOR_PRONOUNS:
            return words, None, None
        if low in lexicon.RELATIVE_PRONOUNS:
            return self._antecedent(words, start)
        if low in lexicon.MALE_PRONOUNS or low in lexicon.FEMALE_PRONOUNS:
            gender: Gender = "male" if low in lexicon.MALE_PRONOUNS else "female"
            entity = self._only_one(self._recent(start, gender), start, gender)
            return (entity.name, "pronoun", entity) if entity else (words, None, None)
        if low in lexicon.NEUTER_PRONOUNS or low in lexicon.PLURAL_PRONOUNS:
            turn = self._recent_other(start, low in lexicon.PLURAL_PRONOUNS)
            return (turn.name, "pronoun", turn.entity) if turn else (words, None, None)
        return self._described(words, start)

    # names -----------------------------------------------------------------------------------------------------

    def _described(self, words: str, start: int) -> tuple[str, ResolvedBy | None, Entity | None]:
        several = self._several(words, start)
        if several:
            return several, "name", None
        parts = [part for part in re.split(r"[,;(—–]", words) if part.strip()]
        segment = _CUT.split(parts[0])[0] if parts else ""
        tokens = tokenize(segment)
        if not tokens:
            return words, None, None
        core, titles = _trailing_name(segment, tokens)
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
        return self._titled(words, segment, start)

    def _several(self, words: str, start: int) -> str | None:
        """The names of all, joined by "and", where a mention means at least two people."""
        if " and " not in words or not words[:1].isupper():
            return None
        names = []
        for part in re.split(r" and |, ", re.sub(r"\([^)]*\)", "", words)):
            tokens = tokenize(part)
            core, titles = _trailing_name(part, tokens) if tokens else ([], [])
            entity = self._entity(core, titles, start)[0] if core else None
            if entity is not None and entity.person:
                names.append(entity.name)
        return " and ".join(dict.fromkeys(names)) if len(set(names)) > 1 else None

    def _entity(self, core: Sequence[Token], titles: Sequence[Token], start: int) -> tuple[Entity | None, bool]:
        """The entity of a name, and whether the name as written is at least not ambiguous."""
        words = [token.low for token in core]
        people = self.inventory.people(words[-1])
        if len(words) > 1:
            exact = [entity for entity in people if entity.first == words[0]]
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
            return self._told_apart(people, start), False
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

    def _told_apart(self, people: Sequence[Entity], start: int) -> Entity | None:
        """Which of several with one surname: who spoke last, the only one named nearby, or whom the article is about."""
        last = self.turns[-1] if self.turns else None
        if last is not None and last.entity in people and self._goes_on(last, people, start):
            return last.entity
        ranked = sorted(people, key=lambda entity: -len(entity.mentions))
        if len(ranked[0].mentions) >= 4 * len(ranked[1].mentions):
            return ranked[0]
        near = [entity for entity in people if self._paragraphs_since(entity, start) <= 1]
        return near[0] if len(near) == 1 else None

    def _goes_on(self, last: Turn, people: Sequence[Entity], start: int) -> bool:
        """Whether nobody else of the surname is named from the last speaker's paragraph, at most two before, until here."""
        paragraph = self.article.paragraph_at(last.position)
        since = self.article.paragraphs[paragraph].start
        others = [mention.start for one in people if one is not last.entity for mention in one.mentions]
        near = self.article.paragraph_at(start) - paragraph <= 2
        return near and not any(since <= position < start for position in others)

    def _paragraphs_since(self, entity: Entity, start: int) -> int:
        before = [mention.start for mention in entity.mentions if mention.start <= start]
        if not before:
            return 1000
        return self.article.paragraph_at(start) - self.article.paragraph_at(before[-1])

    # titles ----------------------------------------------------------------------------------------------------

    def _titled(self, words: str, segment: str, start: int) -> tuple[str, ResolvedBy | None, Entity | None]:
        tokens = tokenize(segment)
        if not tokens or _INDEFINITE.match(segment):
            return _bare(words), None, None
        head = tokens[-1]
        content = {plain(token.word) for token in tokens if token.low not in lexicon.FUNCTION_WORDS}
        definite = bool(_DEFINITE.match(segment)) or is_title(segment)
        human = head.low in lexicon.ROLES or plain(head.word) in lexicon.ROLES
        if human and head.low not in lexicon.PLURAL_PEOPLE and not _POSSESSOR.search(segment):
            places = _places(tokens)
            entity = self._by_role(head, content, places, start, definite)
            if entity is not None:
                return entity.name, "title", entity
            earlier = self._introduced(head.low, places, start)
            if earlier is not None and definite:
                return earlier.name, "title", earlier.entity
        elif definite and len(content) == 1 and head.low in lexicon.INSTITUTIONS:
            name = self._institution(head.low, start)
            if name:
                return name, "title", None
        return _bare(words), None, None

    def _by_role(self, head: Token, content: set[str], places: set[str], start: int, definite: bool) -> Entity | None:
        """The person whom the article gives these words, or, for a role that tells nothing new, the one spoken of."""
        gender = title_gender([head])
        best: tuple[float, Entity] | None = None
        for entity in self.inventory.entities:
            salience = self._salience(entity, start) if entity.person else None
            if salience is None or (gender and entity.gender not in (None, gender)):
                continue
            parties = lexicon.PARTIES.intersection(entity.roles)
            if parties and content & lexicon.PARTIES and not parties & content:
                continue
            shared = sum(1 for word in content if entity.roles[word]) + bool(entity.roles[plain(head.word)])
            another = _holds_another(entity, head) or (len(content) > 1 and plain(head.word) in lexicon.OFFICES)
            if not shared and (head.low in lexicon.ANONYMOUS or not definite or another):
                continue
            if plain(head.word) in lexicon.OFFICES and _is_of_another_place(entity, places):
                continue
            score = salience + 1.5 * shared
            if best is None or score > best[0]:
                best = (score, entity)
        return best[1] if best and not self._is_spoken_of(best[1], start) else None

    def _introduced(self, head: str, places: set[str], start: int) -> Turn | None:
        """In "a senior official said … the official said", the mention that brought the words in."""
        for turn in reversed(self.turns):
            words = set(turn.mention.lower().split())
            if turn.entity and self._is_spoken_of(turn.entity, start):
                continue
            if head in words and places <= words and turn.position < start:
                return turn
        return None

    def _institution(self, head: str, start: int) -> str | None:
        """What "the commission" is: the last name before that holds the word, or whose campaign it is."""
        best: tuple[int, str] | None = None
        for entity in self.inventory.entities:
            kinds = lexicon.KINDS.get(head, frozenset()).intersection(entity.words)
            if not entity.person and len(entity.words) > 1 and (head in entity.words or kinds):
                before = [mention.start for mention in entity.mentions if mention.start < start]
                if before and (best is None or before[-1] > best[0]):
                    best = (before[-1], entity.name)
        owned = re.compile(_CAMPAIGN.pattern.format(re.escape(head)))
        for match in owned.finditer(self.text, max(0, start - 3000), start):
            if match.group(1).lower() not in lexicon.FUNCTION_WORDS and (best is None or match.start() > best[0]):
                best = (match.start(), match.group())
        return best[1] if best else None

    # pronouns --------------------------------------------------------------------------------------------------

    def _recent(self, start: int, gender: Gender | None) -> Entity | None:
        """The most recent person that fits: near, in subject position, speaking just before, often named."""
        best: tuple[float, Entity] | None = None
        for entity in self.inventory.entities:
            if not (entity.person or self._just_spoke(entity)) or (gender and entity.gender not in (None, gender)):
                continue
            score = self._salience(entity, start)
            if score is None or self._is_spoken_of(entity, start):
                continue
            score += 0.6 if gender and entity.gender == gender else 0.0
            if best is None or score > best[0]:
                best = (score, entity)
        return best[1] if best else None

    def _just_spoke(self, entity: Entity) -> bool:
        """Whether the last speaker is this name of several words, which is no institution's as far as its words tell."""
        if not self.turns or self.turns[-1].entity is not entity or len(entity.words) < 2:
            return False
        return not any(word in lexicon.ORGANIZATION_WORDS for word in entity.words)

    def _only_one(self, entity: Entity | None, start: int, gender: Gender) -> Entity | None:
        """The person, unless a namesake may be meant: "Lomund said … He denied", where two Lomunds are told of."""
        last = self.turns[-1] if self.turns else None
        if entity is None or last is None or last.entity is not None or last.name.lower() != entity.last:
            return entity
        if self.article.paragraph_at(start) - self.article.paragraph_at(last.position) > 1:
            return entity
        fitting = [one for one in self.inventory.people(entity.last) if one.gender in (None, gender)]
        return fitting[0] if len(fitting) == 1 else None

    def _salience(self, entity: Entity, start: int) -> float | None:
        paragraph = self.article.paragraph_at(start)
        scores = []
        for mention in entity.mentions:
            if mention.start < start:
                distance = paragraph - self.article.paragraph_at(mention.start)
                near = 1.0 * mention.subject - 0.7 * self._inside(mention.start, start) - (start - mention.start) / 800
                scores.append(near - 0.5 * distance)
        spoke = [turn for turn in self.turns[-6:] if turn.position < start]
        for age, turn in enumerate(reversed(spoke)):
            if turn.entity is entity:
                distance = paragraph - self.article.paragraph_at(turn.position)
                scores.append(1.6 - 0.4 * age - 0.5 * distance - (start - turn.position) / 800)
        if not scores:
            return None
        return max(scores) + 0.25 * math.log(1 + len(entity.mentions))

    def _inside(self, position: int, start: int) -> bool:
        """Whether a name stands inside what somebody says, and the pronoun does not."""
        return any(a <= position < b and not a <= start < b for a, b in self.contents)

    def _recent_other(self, start: int, plural: bool) -> Turn | None:
        """For "it" and "they": the last speaker that is no single person."""
        for turn in reversed(self.turns):
            if turn.entity is not None and turn.entity.person:
                continue
            low = turn.mention.lower()
            if low in _NOT_A_NAME:
                continue
            head = (re.findall(r"[\w-]+", _CUT.split(low)[0]) or [""])[-1]
            many = head in lexicon.PLURAL_PEOPLE or (head.endswith("s") and not head.endswith("ss"))
            if many == plural or (plural and head in lexicon.INSTITUTIONS):
                return turn
        return None

    def _antecedent(self, words: str, start: int) -> tuple[str, ResolvedBy | None, Entity | None]:
        """Whom "who" means: the person named right before, else the noun phrase that ends there."""
        end = start
        while end > 0 and self.text[end - 1] in " ,\xa0":
            end -= 1
        left = max(self.article.paragraphs[self.article.paragraph_at(start)].start, end - 160)
        named = [
            (mention.end, entity)
            for entity in self.inventory.entities
            for mention in entity.mentions
            if left <= mention.start and mention.end <= end
        ]
        if named:
            nearest, entity = max(named, key=lambda pair: pair[0])
            between = self.text[nearest:end]
            if not between.strip(" )’s") or (entity.person and between.startswith((",", " ("))):
                return entity.name, "pronoun", entity
        phrase = self._phrase_before(left, end)
        return (phrase, "pronoun", None) if phrase else (words, None, None)

    def _phrase_before(self, left: int, end: int) -> str:
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


def _places(tokens: Sequence[Token]) -> set[str]:
    """The capitalised words before the last: "Norlund" in "the Norlund governor"."""
    return {token.low for token in tokens[:-1] if token.capital and token.low not in lexicon.FUNCTION_WORDS}


def _is_of_another_place(entity: Entity, places: set[str]) -> bool:
    """Whether somebody's office is told with other words than these: beside "the Norlund governor", Ashmere's.

    "The French president" may be France's: of what looks like a people's name nothing is concluded.
    """
    named = {one for one in places if not _PEOPLE.search(one)}
    told_otherwise = any(role not in lexicon.ROLES | lexicon.OFFICES for role in entity.roles)
    return bool(named) and told_otherwise and not any(entity.roles[one] for one in places)


def _holds_another(entity: Entity, head: Token) -> bool:
    """Whether somebody is told of as the holder of another office: beside a minister, "the president" is somebody else."""
    return plain(head.word) in lexicon.OFFICES and any(word in lexicon.OFFICES for word in entity.roles)


def _bare(words: str) -> str:
    """A mention without its article: "the Kremlin" is Kremlin, "the chancellor" stays as it is."""
    match = re.match(r"(?:[Tt]he|[Aa]n?) (?=[^\W\d_a-z])", words)
    return words[match.end() :] if match else words
