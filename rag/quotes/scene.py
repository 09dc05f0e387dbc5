"""Who and what an article has told of so far, with the grammar of each place: what the resolver looks at."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.language.doc import Doc, Word
from rag.quotes import lexicon
from rag.quotes.entities import Entity
from rag.quotes.names import Inventory
from rag.quotes.tokens import plain
from rag.types import Article

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
"""Relations of a subject to its verb."""
_NOMINAL = ("NN", "PRP", "W", "CD", "DT")
_OBJECTS = frozenset({"dobj", "dative", "obj", "iobj"})
_INSIDE_A_NAME = frozenset({"compound", "nmod", "nummod", "amod", "flat"})
_NOT_TOLD = frozenset({"compound", "det", "punct", "case", "prep", "poss", "relcl", "appos"})
_ENDED = re.compile(r"[.!?:;,\"'”’»)\]…]\s*$")
_HEADING = 12  # words at most


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entity is named. ``relation`` is what the name does there; ``said`` whether somebody's words hold it."""

    start: int
    end: int
    paragraph: int
    sentence: int
    relation: str
    opens: bool
    said: bool


@dataclass(frozen=True, slots=True)
class Stranger:
    """A person who is told of and not named: "a doctor". ``new`` whether as one not told of before."""

    place: Place
    role: str
    new: bool

    @property
    def start(self) -> int:
        """Where the noun starts."""
        return self.place.start


class Scene:
    """An article's people and things by place. ``contents`` are the slices of what is said in it."""

    def __init__(
        self, article: Article, doc: Doc, inventory: Inventory, contents: Sequence[tuple[int, int]] = ()
    ) -> None:
        self.article, self.text, self.doc, self.inventory = article, article.text, doc, inventory
        self.contents = sorted(contents)
        self._words = [word.start for word in doc.words]
        self._sentences = [start for start, _ in doc.sentences]
        self._paragraphs = [paragraph.start for paragraph in article.paragraphs]
        self._heard = [start for start, _ in self.contents]
        self.headings = [number for number in range(len(self._paragraphs)) if self._is_heading(number)]
        self.places: dict[int, list[Place]] = {}
        self.labels: dict[int, Counter[str]] = {}
        self.roles: dict[int, set[str]] = {}
        self.children: dict[int, list[int]] = {}
        for number, word in enumerate(doc.words):
            if word.head != number:
                self.children.setdefault(word.head, []).append(number)
        for number, entity in enumerate(inventory.entities):
            self._place(number, entity)
        self.strangers = [one for number in range(len(doc.words)) if (one := self._stranger(number))]
        self.pronouns = [
            (word.start, low in lexicon.MALE_PRONOUNS)
            for word in doc.words
            if word.tag in ("PRP", "PRP$")
            and (low := self.text[word.start : word.end].lower()) in lexicon.MALE_PRONOUNS | lexicon.FEMALE_PRONOUNS
        ]

    def paragraph_at(self, position: int) -> int:
        """The number of the paragraph that holds a position."""
        return max(0, bisect_right(self._paragraphs, position) - 1)

    def sentence_at(self, position: int) -> int:
        """The number of the sentence that holds a position."""
        return max(0, bisect_right(self._sentences, position) - 1)

    def word_at(self, position: int) -> int:
        """The number of the word that holds a position, or the last before it."""
        return max(0, bisect_right(self._words, position) - 1)

    def head_of(self, start: int, end: int) -> int | None:
        """The number of the noun that a slice is about: the first word in it that depends on none of the others."""
        words, first = self.doc.words, bisect_left(self._words, start)
        inside = range(first, bisect_left(self._words, end))
        outer = [n for n in inside if words[n].head not in inside or words[n].head == n]
        nouns = [n for n in outer if words[n].tag.startswith(_NOMINAL)]
        return next(iter(nouns or outer), None)

    def is_said(self, position: int) -> bool:
        """Whether a position lies in what somebody says."""
        before = bisect_right(self._heard, position)
        return any(position < end for _, end in self.contents[max(0, before - 3) : before])

    def low(self, number: int) -> str:
        """A word in small letters."""
        word = self.doc.words[number]
        return self.text[word.start : word.end].lower()

    def relation(self, number: int) -> str:
        """What a noun does in its sentence: a part of a longer name what the whole does, the second of two as the first."""
        words = self.doc.words
        for _ in range(6):
            word = words[number]
            if word.relation not in _INSIDE_A_NAME | {"appos", "conj"} or word.head == number:
                break
            number = word.head
        relation = words[number].relation
        if relation in SUBJECTS:
            return "subject"
        if relation in _OBJECTS:
            return "object"
        return {"poss": "possessive", "pobj": "object of preposition", "ROOT": "root"}.get(relation, "other")

    def _is_heading(self, number: int) -> bool:
        text = self.article.paragraph_text(number)
        return len(text.split()) <= _HEADING and not _ENDED.search(text) and number > 0

    def _place(self, number: int, entity: Entity) -> None:
        found, labels, roles = [], Counter[str](), {plain(role) for role in entity.roles}
        for mention in entity.mentions:
            last = self.word_at(mention.end - 1)
            word = self.doc.words[last] if self.doc.words else None
            if word is None:
                continue
            labels[word.label] += 1
            found.append(self._place_at(mention.start, mention.end, last))
            if entity.person:
                roles |= self._roles_beside(last, word)
        self.places[number], self.labels[number], self.roles[number] = found, labels, roles

    def _place_at(self, start: int, end: int, last: int) -> Place:
        """A place with the grammar of its ``last`` word."""
        sentence = self.sentence_at(start)
        opens = self.doc.sentences[sentence][0] >= start - 3
        return Place(start, end, self.paragraph_at(start), sentence, self.relation(last), opens, self.is_said(start))

    def _roles_beside(self, last: int, word: Word) -> set[str]:
        """The nouns that grammar gives to a name: set beside it, before it, or said to be it."""
        words, nouns = self.doc.words, []
        for child in self.children.get(last, ()):
            if words[child].relation in ("appos", "compound") and words[child].tag.startswith("NN"):
                nouns.append(child)
        if word.relation == "appos":
            nouns.append(word.head)
        if word.relation in SUBJECTS:
            nouns += [child for child in self.children.get(word.head, ()) if words[child].relation in ("attr", "oprd")]
        nouns += [
            child
            for noun in list(nouns)
            for child in self.children.get(noun, ())
            if words[child].relation in ("compound", "amod", "conj") and words[noun].relation != "compound"
        ]
        return {plain(self.low(noun)) for noun in nouns if words[noun].label != "PERSON" and words[noun].tag != "CD"}

    def _stranger(self, number: int) -> Stranger | None:
        word = self.doc.words[number]
        if word.tag != "NN" or word.relation not in SUBJECTS | {"pobj", "dobj", "attr", "appos", "conj"}:
            return None
        low = self.low(number)
        if low not in lexicon.ROLES:
            return None
        parts = [self.doc.words[child] for child in self.children.get(number, ())]
        if any(one.tag == "NNP" and one.relation == "appos" for one in parts):
            return None
        new = any(self.text[one.start : one.end].lower() in ("a", "an", "one", "another") for one in parts)
        return Stranger(self._place_at(word.start, word.end, number), low, new)
