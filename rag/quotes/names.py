"""Who and what an article names: capitalised runs, grouped into people and organizations with their roles."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from rag.language.doc import Doc
from rag.quotes import lexicon
from rag.quotes.entities import Entity, Mention, apposition, describe, premodifier, title_gender, titled
from rag.quotes.tokens import Token, beside, is_title, plain, runs, tokenize
from rag.types import Article

_LINKED = re.compile(r" (?:of|for|and|on|the|&) |[’']s ")
_WHOLE = frozenset({"ORG", "WORK_OF_ART"})
"""Labels of names that may have small words in them: "Bank of England", "Breaking the Ice"."""
_PHRASE = re.compile(r"\b[A-Z]\w+(?: (?:the|of|for|and|an?|in|on|to)){1,2}(?: [A-Z]\w+)+")
_OPENS = re.compile(r"(?:^|[.!?:\n“\"‘'])\s*$")
_NO_NAMES = (
    lexicon.ROLES | lexicon.TITLES | lexicon.PARTIES | lexicon.PLURAL_PEOPLE | lexicon.INSTITUTIONS
    | lexicon.ORGANIZATION_WORDS | lexicon.FUNCTION_WORDS
)  # fmt: skip
_ARTICLE = 4  # characters of "the "


class Inventory:
    """The entities of one article, found once, asked for every speaker."""

    def __init__(self, article: Article, doc: Doc | None = None) -> None:
        """``doc`` tells whole names that capitals alone do not ("Bank of England"), and where a person's begins."""
        self.text = article.text
        self.article = article
        self._tags: dict[int, tuple[str, str]] = {}
        self._labelled: list[tuple[int, int, str]] = []
        if doc is not None:
            self._tags = {word.start: (word.tag, word.label) for word in doc.words}
            labelled = {(one.start, one.end, one.label) for one in doc.entities}
            self._labelled = sorted(labelled.union(self._spelt_as_names()))
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

    def _spelt_as_names(self) -> Iterator[tuple[int, int, str]]:
        """Where names stand that only their capitals show: in "the charity Breaking the Ice" no verb has one."""
        names = {
            match.group()
            for match in _PHRASE.finditer(self.text)
            if self._tags.get(match.start(), ("", ""))[0].startswith("VB")
            and not _OPENS.search(self.text, max(0, match.start() - 3), match.start())
        }
        for name in names:
            for match in re.finditer(rf"{re.escape(name)}\b", self.text):
                yield match.start(), match.end(), "ORG"

    def _runs(self, tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
        """Runs of capitals, and the whole names of organizations with small words in them."""
        if not tokens:
            return
        whole = [
            [token for token in tokens if start <= token.start and token.end <= end]
            for start, end, label in self._between(tokens[0].start, tokens[-1].end)
            if label in _WHOLE and _LINKED.search(self.text, start, end)
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
            own = given or all(self._belongs(token, core[cut]) for token in core[:cut])
            if label == "PERSON" and cut and not own and abs(end - core[-1].end) <= 3:
                return [*titles, *core[:cut]], core[cut:], run, tokens
        return titles, core, run, tokens

    def _belongs(self, token: Token, name: Token) -> bool:
        """Whether a word before a name is a part of it: a name itself, which nothing else in the article is called."""
        if self._tags.get(token.start) != ("NNP", "") or token.low in _NO_NAMES:
            return False
        alone = rf"\b{re.escape(token.word)}\b(?! {re.escape(name.word)}\b)"
        return re.search(alone, self.text, re.I) is None

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
        """One word that only one longer name of the same kind is called by: "Axiom" is Axiom Space."""
        by_word: dict[str, list[Entity]] = defaultdict(list)
        for entity in self.entities:
            if len(entity.words) > 1:
                for word in entity.called:
                    by_word[word].append(entity)
        for short in [one for one in self.entities if len(one.words) == 1 and by_word.get(one.words[0])]:
            longer = by_word[short.words[0]]
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
                if given and singles[pair[1].low] and beside(self.text, *pair):
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
            describe(self.text, entity, titles, core, tokens)

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
            same = [one for one in candidates if one.person and words[0] in one.called]
            longer = [one for one in candidates if one.person and _within(words, one.words)]
            return same[0] if same else longer[0] if len(longer) == 1 else None
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
        beside = premodifier(self.text, before, core[0].start)[:1] + apposition(self.text, after, core[-1].end)
        return any(plain(word) in lexicon.ROLES - lexicon.PLURAL_PEOPLE for word in beside)


def _without_an_article(core: Sequence[Token]) -> list[Token]:
    """A name without function words before it, unless it is made of nothing else."""
    rest = list(itertools.dropwhile(lambda token: token.low in ("the", "a", "an"), core))
    return rest or list(core)


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
