"""What speaks for and against each candidate for a speaker without a name: a row of numbers each."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.quotes import lexicon
from rag.quotes.asked import FORMS, Asked, Turn, gender_of
from rag.quotes.entities import Entity
from rag.quotes.scene import Place, Scene, Stranger
from rag.quotes.tokens import plain, tokenize

FAR = 99.0
NEAREST, STRANGERS = 25, 6
"""So many candidates are looked at: those named last; and so many people without a name."""

_DEFINITE = re.compile(r"(?i)(the|this|that|these|those)\b")
_INDEFINITE = re.compile(r"(?i)(an?|one|another|some|several|many|two|three|other|others|no|any)\b")
_I_AM = re.compile(r"\b(?:I am|I[’']m|[Mm]y name is) (?:[A-Z][\w.]* )*$")
_NO_ONES = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "ORDINAL", "CARDINAL", "LANGUAGE"})

_MENTION = (
    *(f"form {form}" for form in FORMS),
    "definite", "indefinite", "plural", "possessed", "possessed by pronoun", "ours", "words", "has more", "content",
    "office", "anonymous", "institution", "plural people", "capital", "gendered", "quoted", "before said", "in said",
    "mention subject", "place", "opens", "people near", "last turn unnamed", "last turn far", "last turn form",
    "stranger far", "stranger new", "stranger role", "candidates",
)  # fmt: skip
_CANDIDATE = (
    "person", "full name", "count", "count before", "share", "in lead", "first",
    "labelled person", "labelled organisation", "labelled place", "labelled other", "gender", "gender known",
    "stranger", "new",
)  # fmt: skip
_DISTANCE = (
    "characters", "sentences", "paragraphs", "subject sentences", "subject paragraphs", "outside sentences",
    "people between", "like pronouns between", "other pronouns between", "strangers between",
    "new strangers between", "recent", "headings between", "right before", "after far", "after here", "after apposed",
    "last opens", "last said", "opens paragraph", "opens paragraph before",
    "last subject", "last object", "last possessive", "last object of preposition",
)  # fmt: skip
_TURN = ("turns", "turn age", "turn far", "turn characters", "turn same words", "turn form")
_ROLE_NAMES = (
    "role head", "role head exact", "role shared", "role share", "role rivals", "role another", "role elsewhere",
    "head in name", "kind in name", "name in mention", "is possessor",
)  # fmt: skip
_SPOKEN = ("spoken of", "spoken of quoted", "spoken of after", "introduced")
_RANKED = (
    ("rank near", "characters", 1),
    ("rank subject", "subject sentences", 1),
    ("rank outside", "outside sentences", 1),
    ("rank turn", "turn age", 1),
    ("rank count", "count before", -1),
    ("rank gender", "gender", -1),
    ("rank role", "role shared", -1),
)
_RANKS = tuple(name for rank, _, _ in _RANKED for name in (rank, f"{rank} alone"))
NAMES = (*_MENTION, *_CANDIDATE, *_DISTANCE, *_TURN, "roles", *_ROLE_NAMES, *_SPOKEN, *_RANKS)
"""The names of a row's numbers, in order."""


class Looker:
    """Looks at the candidates for the speakers of one article."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.named = len(scene.inventory.entities)
        self.entities: Sequence[Entity] = [*scene.inventory.entities, *map(_unnamed, scene.strangers)]
        self.persons = [self._is_person(number) for number in range(self.named)] + [True] * len(scene.strangers)
        self.places = dict(scene.places)
        self.places |= {self.named + number: [one.place] for number, one in enumerate(scene.strangers)}
        self.spots = sorted((place.start, number, place) for number, places in scene.places.items() for place in places)
        self.starts = [spot[0] for spot in self.spots]
        self.most = max((len(places) for places in scene.places.values()), default=1)
        self.openers = self._first_subjects()
        self.order = [(start, number) for start, number, _ in self.spots if self.persons[number]]

    def _first_subjects(self) -> dict[int, int]:
        """The entity that is the first subject of each paragraph."""
        first: dict[int, int] = {}
        for _, number, place in self.spots:
            if place.relation == "subject" and not place.said:
                first.setdefault(place.paragraph, number)
        return first

    def _is_person(self, number: int) -> bool:
        labels = self.scene.labels[number]
        named = self.entities[number].person
        likely = labels["PERSON"] >= 0.5 * max(1, sum(labels.values()))
        if any(word in lexicon.ORGANIZATION_WORDS for word in self.entities[number].words):
            return False
        return named or likely

    def candidates(self, asked: Asked) -> list[int]:
        """The numbers of the entities that are named near a mention or before it, the nearest first; then of strangers."""
        found: dict[int, None] = {}
        for start, number, place in reversed(self.spots):
            if start >= asked.start and (place.paragraph > self.scene.paragraph_at(asked.start) + 1):
                continue
            found.setdefault(number)
        near = [number for number in found if self._can_be(number, asked)]

        def distance(number: int) -> int:
            return min(abs(asked.start - place.start) for place in self.scene.places[number])

        near.sort(key=distance)
        return near[:NEAREST] + self._strangers(asked)

    def _strangers(self, asked: Asked) -> list[int]:
        """The people without a name who are told of last before a mention that could be one of them."""
        if asked.form not in ("he", "she", "who", "person"):
            return []
        found = []
        for number in range(len(self.entities) - 1, self.named - 1, -1):
            stranger = self.scene.strangers[number - self.named]
            gender = self.entities[number].gender
            fits = not (asked.gender and gender and gender != asked.gender)
            if asked.form == "person":
                fits = plain(stranger.role) == plain(asked.head)
            if fits and stranger.place.end <= asked.start:
                found.append(number)
        return found[:STRANGERS]

    def _can_be(self, number: int, asked: Asked) -> bool:
        labels = self.scene.labels[number]
        if labels and labels.most_common(1)[0][0] in _NO_ONES:
            return False
        if asked.form in ("he", "she", "me", "person"):
            if not self.persons[number]:
                return False
            gender = self.entities[number].gender
            sure = abs(self.entities[number].genders["male"] - self.entities[number].genders["female"]) >= 4
            if asked.gender and gender and gender != asked.gender and sure:
                return False
        if asked.form == "it":
            return not self.persons[number]
        return True

    def look(self, asked: Asked, turns: Sequence[Turn]) -> tuple[list[int], NDArray[np.float32]]:
        """The candidates and a row of numbers for each."""
        numbers = self.candidates(asked)
        if not numbers:
            return [], np.zeros((0, len(NAMES)), dtype=np.float32)
        common = self._common(asked, turns, numbers)
        rows = [{**common, **self._one(asked, number, turns)} for number in numbers]
        self._compare(rows)
        return numbers, np.array([[row[name] for name in NAMES] for row in rows], dtype=np.float32)

    # the mention itself ------------------------------------------------------------------------------------------

    def _common(self, asked: Asked, turns: Sequence[Turn], numbers: Sequence[int]) -> dict[str, float]:
        scene, start = self.scene, asked.start
        paragraph, sentence = scene.paragraph_at(start), scene.sentence_at(start)
        word = scene.word_at(asked.end - 1)
        row = {f"form {form}": float(asked.form == form) for form in FORMS}
        near = [spot for spot in self.spots if spot[2].paragraph in (paragraph, paragraph - 1) and spot[0] < start]
        people = {number for _, number, _ in near if self.persons[number]}
        strangers = [one for one in scene.strangers if one.start < start]
        last = turns[-1] if turns else None
        row |= {
            "definite": float(bool(_DEFINITE.match(asked.words))),
            "indefinite": float(bool(_INDEFINITE.match(asked.words))),
            "plural": float(asked.plural),
            "possessed": float(bool(asked.possessor)),
            "possessed by pronoun": float(asked.possessor in ("his", "her", "their", "its")),
            "ours": float(asked.possessor in ("our", "my", "your")),
            "words": float(len(asked.words.split())),
            "has more": float(len(asked.tokens) < len(asked.words.split())),
            "content": float(len(asked.content)),
            "office": float(plain(asked.head) in lexicon.OFFICES),
            "anonymous": float(asked.head in lexicon.ANONYMOUS),
            "institution": float(asked.head in lexicon.INSTITUTIONS),
            "plural people": float(asked.head in lexicon.PLURAL_PEOPLE),
            "capital": float(any(one.capital for one in tokenize(asked.words)[1:])),
            "gendered": float(asked.gender is not None),
            "quoted": float(asked.quoted),
            "before said": float(bool(asked.said) and asked.start < asked.said[0][0]),
            "in said": float(scene.is_said(start)),
            "mention subject": float(scene.relation(word) == "subject"),
            "place": paragraph / max(1, len(scene.article.paragraphs)),
            "opens": float(scene.doc.sentences[sentence][0] >= start - 3) if scene.doc.sentences else 0.0,
            "people near": float(len(people)),
            "last turn unnamed": float(last is not None and last.entity is None),
            "last turn far": float(paragraph - scene.paragraph_at(last.start)) if last else FAR,
            "last turn form": float(FORMS.index(last.form)) if last and last.form else -1.0,
            "stranger far": math.log1p(start - strangers[-1].start) if strangers else FAR,
            "stranger new": float(strangers[-1].new) if strangers else 0.0,
            "stranger role": float(bool(strangers) and plain(strangers[-1].role) == plain(asked.head)),
            "candidates": float(len(numbers)),
        }
        return row

    # a candidate -------------------------------------------------------------------------------------------------

    def _one(self, asked: Asked, number: int, turns: Sequence[Turn]) -> dict[str, float]:
        entity, places, start = self.entities[number], self.places[number], asked.start
        before = [place for place in places if place.start < start]
        after = [place for place in places if place.start >= asked.end]
        return {
            "stranger": float(number >= self.named),
            "new": float(number >= self.named and self.scene.strangers[number - self.named].new),
            "person": float(self.persons[number]),
            "full name": float(len(entity.words) > 1),
            "count": float(len(places)),
            "count before": float(len(before)),
            "share": len(places) / self.most,
            "in lead": float(bool(places) and places[0].paragraph <= 1),
            "first": math.log1p(places[0].start),
            **self._kinds(number),
            **self._gender(asked, entity),
            **self._distance(asked, number, before, after),
            **self._turn(asked, number, turns),
            **self._role(asked, number),
            **self._spoken(asked, places),
        }

    def _kinds(self, number: int) -> dict[str, float]:
        labels = self.scene.labels.get(number, Counter())
        total = max(1, sum(labels.values()))
        return {
            "labelled person": labels["PERSON"] / total,
            "labelled organisation": labels["ORG"] / total,
            "labelled place": (labels["GPE"] + labels["LOC"] + labels["FAC"]) / total,
            "labelled other": (labels["NORP"] + labels["EVENT"] + labels["WORK_OF_ART"] + labels["PRODUCT"]) / total,
        }

    def _gender(self, asked: Asked, entity: Entity) -> dict[str, float]:
        difference = float(entity.genders["male"] - entity.genders["female"])
        if asked.gender is None:
            return {"gender": 0.0, "gender known": float(entity.gender is not None)}
        agreed = difference if asked.gender == "male" else -difference
        return {"gender": max(-6.0, min(6.0, agreed)), "gender known": float(entity.gender is not None)}

    def _distance(self, asked: Asked, number: int, before: Sequence[Place], after: Sequence[Place]) -> dict[str, float]:
        scene, start = self.scene, asked.start
        paragraph, sentence = scene.paragraph_at(start), scene.sentence_at(start)
        last = before[-1] if before else None
        subject = next((place for place in reversed(before) if place.relation == "subject" and not place.said), None)
        outside = next((place for place in reversed(before) if not place.said), None)
        between = {other for at, other in self.order if last and last.start < at < start and other != number}
        pronouns = [male for at, male in scene.pronouns if last and last.start < at < start]
        like = sum(male == (asked.gender == "male") for male in pronouns) if asked.gender else 0
        strangers = [one for one in scene.strangers if last and last.start < one.start < start]
        recent = [place for place in before if paragraph - place.paragraph <= 2]
        gap = scene.text[last.end : start] if last and start - last.end < 12 else "far off here"
        headings = [one for one in scene.headings if last and last.paragraph < one <= paragraph]
        row = {
            "characters": math.log1p(start - last.end) if last and last.end <= start else FAR,
            "sentences": min(FAR, float(sentence - last.sentence)) if last else FAR,
            "paragraphs": min(FAR, float(paragraph - last.paragraph)) if last else FAR,
            "subject sentences": min(FAR, float(sentence - subject.sentence)) if subject else FAR,
            "subject paragraphs": min(FAR, float(paragraph - subject.paragraph)) if subject else FAR,
            "outside sentences": min(FAR, float(sentence - outside.sentence)) if outside else FAR,
            "people between": float(len(between)),
            "like pronouns between": float(like),
            "other pronouns between": float(len(pronouns) - like),
            "strangers between": float(len(strangers)),
            "new strangers between": float(sum(one.new for one in strangers)),
            "recent": float(len(recent)),
            "headings between": float(len(headings)),
            "right before": float(not gap.strip(" )’s,(")),
            "after far": math.log1p(after[0].start - asked.end) if after else FAR,
            "after here": float(bool(after) and after[0].sentence == sentence),
            "after apposed": float(bool(after) and 0 <= after[0].start - asked.end <= 3),
            "last opens": float(last is not None and last.opens),
            "last said": float(last is not None and last.said),
            "opens paragraph": float(self.openers.get(paragraph) == number),
            "opens paragraph before": float(self.openers.get(paragraph - 1) == number),
        }
        for relation in ("subject", "object", "possessive", "object of preposition"):
            row[f"last {relation}"] = float(last is not None and last.relation == relation)
        return row

    def _turn(self, asked: Asked, number: int, turns: Sequence[Turn]) -> dict[str, float]:
        mine = [(age, turn) for age, turn in enumerate(reversed(turns)) if self._is_by(turn, number)]
        paragraph = self.scene.paragraph_at(asked.start)
        age, turn = mine[0] if mine else (None, None)
        return {
            "turns": float(len(mine)),
            "turn age": float(age) if age is not None else FAR,
            "turn far": float(paragraph - self.scene.paragraph_at(turn.start)) if turn else FAR,
            "turn characters": math.log1p(max(0, asked.start - turn.start)) if turn else FAR,
            "turn same words": float(turn is not None and turn.mention.lower() == asked.words.lower()),
            "turn form": float(FORMS.index(turn.form)) if turn and turn.form else -1.0,
        }

    def _is_by(self, turn: Turn, number: int) -> bool:
        """Whether somebody spoke in a statement: as is known of it, or as the one whom its words tell of first."""
        if turn.entity is not None or number < self.named:
            return turn.entity == number
        return turn.start <= self.scene.strangers[number - self.named].start < turn.start + len(turn.mention)

    def _role(self, asked: Asked, number: int) -> dict[str, float]:
        entity, roles, head = self.entities[number], self._roles(number), plain(asked.head)
        words = set(entity.words)
        named = {one for one in roles if one in lexicon.OFFICES or plain(one) in lexicon.ROLES}
        if asked.form not in ("person", "thing"):
            return dict.fromkeys(_ROLE_NAMES, 0.0) | {"roles": float(len(named))}
        rivals = sum(head in theirs for other, theirs in self.scene.roles.items() if other != number)
        return {
            "roles": float(len(named)),
            "role head": float(head in roles),
            "role head exact": float(entity.roles[head]),
            "role shared": float(len(asked.content & roles)),
            "role share": len(asked.content & roles) / max(1, len(asked.content)),
            "role rivals": float(rivals),
            "role another": float(head in lexicon.OFFICES and bool(named - {head} & lexicon.OFFICES)),
            "role elsewhere": float(bool(asked.places) and not asked.places & (roles | words)),
            "head in name": float(asked.head in words or head in words),
            "kind in name": float(bool(lexicon.KINDS.get(asked.head, frozenset()) & words)),
            "name in mention": float(bool(words & {one.low for one in tokenize(asked.words)})),
            "is possessor": float(bool(asked.possessor) and asked.possessor.rstrip("’'s").rstrip("’'") in words),
        }

    def _roles(self, number: int) -> set[str]:
        return self.scene.roles[number] if number < self.named else set(self.entities[number].roles)

    def _spoken(self, asked: Asked, places: Sequence[Place]) -> dict[str, float]:
        """Whether what is said names the candidate, as one who speaks does not name himself."""
        held = [place for place in places if any(first <= place.start < last for first, last in asked.said)]
        own = [place for place in held if self._is_introduced(place)]
        return {
            "spoken of": float(len(held) - len(own)),
            "spoken of quoted": float(asked.quoted and len(held) > len(own)),
            "spoken of after": float(any(place.start > asked.start for place in held)),
            "introduced": float(bool(own)),
        }

    def _is_introduced(self, place: Place) -> bool:
        text = self.scene.text
        own = text[place.end : place.end + 2] not in ("’s", "'s")
        return own and _I_AM.search(text, max(0, place.start - 40), place.start) is not None

    @staticmethod
    def _compare(rows: Sequence[dict[str, float]]) -> None:
        """How each candidate stands among all: its rank by nearness, by turns, by counts."""
        for name, key, sign in _RANKED:
            ordered = sorted({sign * row[key] for row in rows})
            for row in rows:
                row[name] = float(ordered.index(sign * row[key]))
                row[f"{name} alone"] = float(
                    row[name] == 0 and sum(sign * other[key] == ordered[0] for other in rows) == 1
                )


def _unnamed(stranger: Stranger) -> Entity:
    """A person who is told of by a role alone."""
    entity = Entity(stranger.role, True)
    entity.roles[plain(stranger.role)] += 1
    gender = gender_of(stranger.role)
    if gender:
        entity.genders[gender] += 4
    return entity
