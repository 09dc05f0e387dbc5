"""Who and what an article names: capitalised runs, grouped into people and organizations with their roles."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from rag.language.doc import Doc
from rag.quotes import lexicon
from rag.types import Article

Gender = Literal["male", "female"]

_TOKEN = re.compile(r"[^\W_](?:[\w&]|[’'\-.](?=\w))*\.?")
_POSSESSIVE = re.compile(r"[’']s?$")
PARTICLES = frozenset("de da di du del della la le van von der den ter ten bin ibn al el dos das zu y".split())
_LINKS = frozenset("of for at in and on".split())
_SUFFIXES = frozenset("jr sr ii iii iv".split())
_ABBREVIATION = re.compile(r"^(?:[A-Z]|[A-Z][a-z]{1,3}|(?:[A-Z]\.)+[A-Z]?)\.$")
_LEADS = {
    "lead": "leader", "head": "leader", "chair": "chair", "run": "leader", "own": "owner", "found": "founder",
    "govern": "governor", "represent": "representative", "coach": "coach", "teach": "teacher", "direct": "director",
    "edit": "editor", "manage": "manager",
}  # fmt: skip
_WHO = re.compile(r"[\s,]*who (?:\w+ )?(\w+?)(?:s|ed|es)? ")
_LINKED = re.compile(r" (?:of|for|and|on|the|&) |[’']s ")
_ARTICLE = 4  # characters of "the "
_PARTY = re.compile(r"\s?\(([RDI])[-–.,)]")
_PARTIES = {"R": "republican", "D": "democratic", "I": "independent"}


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
    def gender(self) -> Gender | None:
        """What most signs say, or None."""
        male, female = self.genders["male"], self.genders["female"]
        return None if male == female else "male" if male > female else "female"


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
        beside = bool(run) and _beside(text, run[-1], token)
        if token.capital and not (token.first and token.low in lexicon.FUNCTION_WORDS):
            if beside and not token.first:
                run.append(token)
                continue
            if run:
                yield run
            run = [token]
        elif beside and token.low in PARTICLES and index + 1 < len(tokens) and tokens[index + 1].capital:
            run.append(token)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _beside(text: str, before: Token, after: Token) -> bool:
    gap = text[before.end : after.start]
    return gap in (" ", "\xa0") or (gap == ". " and (len(before.word) == 1 or is_title(before.word)))


class Inventory:
    """The entities of one article, found once, asked for every speaker."""

    def __init__(self, article: Article, doc: Doc | None = None) -> None:
        """``doc`` tells whole names that capitals alone do not ("Bank of England"), and where a person's begins."""
        self.text = article.text
        self.article = article
        self._labelled = [] if doc is None else sorted((one.start, one.end, one.label) for one in doc.entities)
        self.entities: list[Entity] = []
        self._by_last: dict[str, list[Entity]] = defaultdict(list)
        self.starts_of_sentences: list[int] = []
        found: list[tuple[Sequence[Token], Sequence[Token], Sequence[Token], Sequence[Token]]] = []
        lower: Counter[str] = Counter()
        for paragraph in article.paragraphs:
            tokens: Sequence[Token] = tokenize(self.text, paragraph.start, paragraph.end)
            self.starts_of_sentences += [token.start for token in tokens if token.first]
            lower.update(token.word for token in tokens if not token.capital)
            if not _is_headline(tokens, self.text[paragraph.start : paragraph.end]):
                found += [(*_split(run), run, tokens) for run in self._runs(tokens)]
        singles = Counter(core[0].low for _, core, _, _ in found if len(core) == 1)
        found += list(self._from_headlines(singles))
        found = [self._without_a_lead(*part) for part in found if part[1]]
        for titles, core, _, tokens in sorted(found, key=lambda part: (-len(part[1]), part[1][0].start)):
            if not (len(core) == 1 and core[0].first and not titles and lower[core[0].low]):
                self._add(titles, core, tokens, singles)
        self._join_short_forms()
        for entity in self.entities:
            entity.mentions.sort(key=lambda mention: mention.start)

    def at(self, start: int, end: int) -> Entity | None:
        """The entity with a name that begins at ``start`` or in the few characters after, and goes on beyond ``end``."""
        return next(
            (
                entity
                for entity in self.entities
                for mention in entity.mentions
                if start <= mention.start <= start + _ARTICLE and mention.start < end < mention.end
            ),
            None,
        )

    def _runs(self, tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
        """Runs of capitals, and the whole names of organizations with small words in them."""
        if not tokens:
            return
        whole = [
            [token for token in tokens if start <= token.start and token.end <= end]
            for start, end, label in self._between(tokens[0].start, tokens[-1].end)
            if label == "ORG" and _LINKED.search(self.text, start, end)
        ]
        whole = [_without_an_article(name) for name in whole]
        whole = [name for name in whole if len(name) > 1 and name[0].capital and name[-1].capital]
        yield from whole
        for run in runs(self.text, tokens):
            if not any(name[0].start <= run[0].start and run[-1].end <= name[-1].end for name in whole):
                yield run

    def _between(self, start: int, end: int) -> list[tuple[int, int, str]]:
        first = bisect_left(self._labelled, (start, 0, ""))
        return [one for one in self._labelled[first : bisect_left(self._labelled, (end, 0, ""))] if one[1] <= end + 3]

    def _without_a_lead(
        self, titles: Sequence[Token], core: Sequence[Token], run: Sequence[Token], tokens: Sequence[Token]
    ) -> tuple[Sequence[Token], Sequence[Token], Sequence[Token], Sequence[Token]]:
        """A name without capitals before it that are no part of it: "Democrat Hillary Clinton", "Watch Tuba"."""
        core = _without_an_article(core)
        for start, end, label in self._between(core[0].start, core[-1].end):
            cut = next((number for number, token in enumerate(core) if token.start >= start), 0)
            given = core[0].low in lexicon.MALE_NAMES or core[0].low in lexicon.FEMALE_NAMES
            if label == "PERSON" and cut and not given and abs(end - core[-1].end) <= 3:
                return [*titles, *core[:cut]], core[cut:], run, tokens
        return titles, core, run, tokens

    def _label(self, entity: Entity) -> str:
        """What most places of an entity are labelled as."""
        found = Counter(
            label
            for mention in entity.mentions
            for start, _, label in self._between(max(0, mention.start - 30), mention.end)
            if start <= mention.start
        )
        return found.most_common(1)[0][0] if found else ""

    def _join_short_forms(self) -> None:
        """One word that only one longer name of the same kind begins with: "Axiom" is Axiom Space."""
        by_first: dict[str, list[Entity]] = defaultdict(list)
        for entity in self.entities:
            if len(entity.words) > 1:
                by_first[entity.words[0]].append(entity)
        for short in [one for one in self.entities if len(one.words) == 1 and by_first.get(one.words[0])]:
            longer = by_first[short.words[0]]
            if (
                len(longer) == 1
                and (label := self._label(short)) in ("ORG", "PERSON")
                and self._label(longer[0]) == label
            ):
                longer[0].mentions += short.mentions
                longer[0].roles += short.roles
                longer[0].genders += short.genders
                self.entities.remove(short)
                self._by_last[short.last].remove(short)
                self._by_last[short.last].append(longer[0])

    def _from_headlines(
        self, singles: Counter[str]
    ) -> Iterator[tuple[Sequence[Token], Sequence[Token], Sequence[Token], Sequence[Token]]]:
        """In a headline every word has a capital: a given name counts if the text goes on with the surname alone."""
        for paragraph in self.article.paragraphs:
            tokens = tokenize(self.text, paragraph.start, paragraph.end)
            if not _is_headline(tokens, self.text[paragraph.start : paragraph.end]):
                continue
            for pair in itertools.pairwise(tokens):
                given = pair[0].low in lexicon.MALE_NAMES or pair[0].low in lexicon.FEMALE_NAMES
                if given and singles[pair[1].low] and _beside(self.text, *pair):
                    yield [], list(pair), list(pair), tokens

    def people(self, last: str) -> list[Entity]:
        """The people with that surname."""
        return [entity for entity in self._by_last.get(last.lower(), ()) if entity.person]

    def named(self, words: Sequence[str]) -> list[Entity]:
        """Entities whose name holds all these words in this order, the person or the fullest first."""
        low = [word.lower() for word in words]
        hits = [entity for entity in self._by_last.get(low[-1], ()) if _within(low, entity.words)] if low else []
        return sorted(hits, key=lambda entity: (-len(entity.words), -len(entity.mentions)))

    def _add(
        self, titles: Sequence[Token], core: Sequence[Token], tokens: Sequence[Token], singles: Counter[str]
    ) -> None:
        words = [token.low for token in core]
        entity = self._known(words, titles)
        if entity is None:
            person = _is_person(titles, core, singles) or self._has_a_role(core, tokens) or self._is_labelled(core)
            last = core[-1].end
            entity = Entity(self.text[core[0].start : last].replace("\n", " "), person)
            self.entities.append(entity)
            self._by_last[entity.last].append(entity)
        before = [token for token in tokens if token.end <= (titles or core)[0].start]
        subject = (titles or core)[0].first or not before or before[-1].low in ("and", "but", "that", "when", "while")
        subject = subject or self._explains_the_subject(before, (titles or core)[0].start)
        entity.mentions.append(Mention(core[0].start, core[-1].end, subject))
        if entity.person:
            self._describe(entity, titles, core, tokens)

    def _is_labelled(self, core: Sequence[Token]) -> bool:
        """Whether a name of several words is, as a whole, read as a person's."""
        if not 2 <= len(core) <= 4 or any(token.low in lexicon.ORGANIZATION_WORDS for token in core):
            return False
        return any(
            label == "PERSON" and start == core[0].start and abs(end - core[-1].end) <= 3
            for start, end, label in self._between(core[0].start, core[-1].end)
        )

    def _explains_the_subject(self, before: Sequence[Token], start: int) -> bool:
        """Whether a name stands beside the role that a sentence opens with: "The mill's founder, Ada Brandt, will leave"."""
        role = before[-1]
        if plain(role.low) not in lexicon.ROLES or self.text[role.end : start] != ", ":
            return False
        subject = list(itertools.takewhile(lambda token: not token.first, reversed(before)))  # all but its first word
        return len(subject) < len(before) and not any(one.low in lexicon.VERBISH - {"of"} for one in subject)

    def _known(self, words: list[str], titles: Sequence[Token]) -> Entity | None:
        """The entity a name belongs to: the same words, or first and last name, or a surname that only one has."""
        candidates = self._by_last.get(words[-1], [])
        for entity in candidates:
            if entity.words == words:
                return entity
        if len(words) > 1:
            same = [entity for entity in candidates if entity.person and entity.first == words[0]]
            return same[0] if same else None
        people = [entity for entity in candidates if entity.person]
        gender = title_gender(titles)
        fitting = [entity for entity in people if gender is None or entity.gender in (None, gender)]
        if len(fitting) > 1:
            fitting = titled(fitting, titles)
        return fitting[0] if len(fitting) == 1 else None

    def _has_a_role(self, core: Sequence[Token], tokens: Sequence[Token]) -> bool:
        """Whether a name of two or three words is set beside what only a person can be: "Wanda Ngo, an engineer,"."""
        if not 2 <= len(core) <= 3 or any(token.low in lexicon.ORGANIZATION_WORDS for token in core):
            return False
        before = [token for token in tokens if token.end <= core[0].start]
        after = [token for token in tokens if token.start >= core[-1].end]
        beside = _premodifier(self.text, before, core[0].start)[:1] + _apposition(self.text, after, core[-1].end)
        return any(plain(word) in lexicon.ROLES - lexicon.PLURAL_PEOPLE for word in beside)

    def _describe(
        self, entity: Entity, titles: Sequence[Token], core: Sequence[Token], tokens: Sequence[Token]
    ) -> None:
        text, end = self.text, core[-1].end
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
        described = [token.low for token in titles] + _premodifier(text, before, start)
        after = [token for token in tokens if token.start >= end]
        described += _apposition(text, after, end)
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
        self._pronoun_votes(entity, after)

    def _pronoun_votes(self, entity: Entity, after: Sequence[Token]) -> None:
        """The first pronoun after a name, before any other name, is a weak sign."""
        for token in after[:25]:
            if token.capital and not token.first:
                return
            if token.low in lexicon.MALE_PRONOUNS or token.low in lexicon.FEMALE_PRONOUNS:
                entity.genders["male" if token.low in lexicon.MALE_PRONOUNS else "female"] += 1
                return


def _without_an_article(core: Sequence[Token]) -> list[Token]:
    """A name without function words before it, unless it is made of nothing else."""
    rest = list(itertools.dropwhile(lambda token: token.low in ("the", "a", "an"), core))
    return rest or list(core)


def _feminine(first: str) -> bool:
    """A weak sign for a given name that no list holds."""
    listed = first in lexicon.MALE_NAMES or first in lexicon.FEMALE_NAMES
    return not listed and first.endswith(("a", "ique", "ine", "elle", "ette"))


def _within(inner: Sequence[str], outer: Sequence[str]) -> bool:
    rest = iter(outer)
    return all(word in rest for word in inner)


def _is_headline(tokens: Sequence[Token], text: str) -> bool:
    if text.rstrip(' \n”"’)').endswith((".", "!", "?")):
        return False
    content = [token for token in tokens if len(token.word) > 3]
    return len(content) >= 4 and sum(token.capital for token in content) > 0.8 * len(content)


def _split(run: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
    """Titles and descriptions before a name, and the name ("New York Mayor | Bill de Blasio")."""
    cut = 0
    for index, token in enumerate(run[:-1]):
        if is_title(token.word) and not (index > 0 and index == len(run) - 1):
            cut = index + 1
    if cut and len(run) - cut == 1 and plain(run[cut].word) in lexicon.ORGANIZATION_WORDS:
        return [], run
    return run[:cut], run[cut:]


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


def _is_person(titles: Sequence[Token], core: Sequence[Token], singles: Counter[str]) -> bool:
    words = [token.low for token in core]
    if any(word in lexicon.ORGANIZATION_WORDS for word in words) or words[-1] in lexicon.FUNCTION_WORDS:
        return False
    if titles:
        return True
    given = words[0] in lexicon.MALE_NAMES or words[0] in lexicon.FEMALE_NAMES
    if len(words) == 1 or any(word in lexicon.FUNCTION_WORDS for word in words):
        return False
    return len(words) <= 5 and (given or singles[words[-1]] > 0)


def _premodifier(text: str, before: Sequence[Token], start: int) -> list[str]:
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


def _apposition(text: str, after: Sequence[Token], end: int) -> list[str]:
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
