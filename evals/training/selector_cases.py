"""What the selector is trained on, drawn anew for every epoch: windows of text around right and wrong sentences.

Every sample is a question with up to three windows: text around a place, or, as in an answer, the sentences of an article
that share most words with the question. A part of the samples has no answer: the gold sentence is taken out, or the
windows are others' that BM25 finds closest, or a name in the question is exchanged.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from evals.data import fold_of
from evals.training.selector_data import Asked, Document, Place, rows
from rag.answering.candidates import READ
from rag.models.loader import load_tokenizer
from rag.models.pieces import Pieces, cut_up
from rag.models.selector import MAX_PIECES, Window, groups, header, make_window, piece_spans

REPEATS = {
    "newsroom": 1.0, "newsqa": 0.5, "xquad": 0.15, "polnear": 0.1, "clapnq": 0.6, "rtqa2022": 0.6, "quotesum": 0.1,
}  # fmt: skip
"""How often an epoch has each set's questions."""

NULL, RENAMED = 0.25, 0.07
"""Share of the answerable questions that lose their answer, and of those the share that get a strange name for it."""

NEWSROOM_NULL, LOWERED, DRAWN = 0.12, 0.15, 14
"""Of newsroom's questions, whose own unanswerable ones are many, the share that lose their answer, or capitals and marks.

Of the sentences that one would be answered from so many are drawn, some more than once."""

FEWEST, SHORTLIST = 12, (8, 16)
"""Articles of more than so many sentences are half the time read by a shortlist of so many."""


@dataclass(slots=True)
class View:
    """A window with what is known of it. ``labels``: 1 gold, 0 wrong, -1 unknown, for each chosen sentence.

    ``phrase`` is the answer's first and last piece as positions in the window.
    """

    window: Window
    chosen: list[int]
    labels: list[int]
    phrase: tuple[int, int] | None = None


Sample = list[View]


class Cases:
    """The documents and questions on disk, cut into pieces when first needed."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = load_tokenizer()
        self.documents = {r["id"]: Document(**r) for r in rows(folder / "documents.jsonl")}
        self.asked = [Asked(**r) for r in rows(folder / "questions.jsonl")]
        for one in self.asked:
            for name in ("gold", "maybe", "hard", "recent"):
                setattr(one, name, [(id_, index) for id_, index in getattr(one, name)])
        self._cut: dict[str, tuple[Pieces, Pieces, list[tuple[int, int]]]] = {}
        self._speakers: dict[str, list[Pieces]] = {}

    def cut(self, id_: str) -> tuple[Pieces, Pieces, list[tuple[int, int]]]:
        """Header, text and sentences of a document, in pieces."""
        if id_ not in self._cut:
            found = self.documents[id_]
            told, pieces = cut_up(self.tokenizer, [header(found.title, found.source, found.date), found.text])
            self._cut[id_] = told, pieces, piece_spans(pieces, found.sentences)
        return self._cut[id_]

    def speakers(self, id_: str) -> list[Pieces]:
        """Whose words each sentence of a document holds, in pieces."""
        if id_ not in self._speakers:
            self._speakers[id_] = cut_up(self.tokenizer, self.documents[id_].speakers)
        return self._speakers[id_]

    def forget(self) -> None:
        """Cut everything anew when next needed (to time it)."""
        self._cut.clear()

    def outside(self, fold: int | None, folds: int) -> set[str]:
        """The articles of newsqa that belong to a fold."""
        return (
            set() if fold is None else fold_of((id_ for id_ in self.documents if id_.startswith("newsqa")), fold, folds)
        )

    def view(self, question: Pieces, one: Asked, id_: str, chosen: Sequence[int], titled: bool = True) -> View:
        """The window of a document's chosen sentences."""
        told, pieces, spans = self.cut(id_)
        opens, speakers = self.documents[id_].opens, self.speakers(id_)
        window = make_window(question, told if titled else told.cut(0, 0), pieces, spans, chosen, opens, speakers)
        labels = [1 if (id_, i) in one.gold else -1 if (id_, i) in one.maybe else 0 for i in chosen]
        made = View(window, list(chosen), labels)
        gold = {index for index, label in zip(chosen, labels, strict=True) if label == 1}
        for where, start, end in one.spans:
            inside = (pieces.starts < end) & (pieces.ends > start)
            at = [
                p for p in np.flatnonzero(window.origin >= 0) if inside[window.origin[p]] and window.sentence[p] in gold
            ]
            if where == id_ and at and window.sentence[at[0]] == window.sentence[at[-1]]:
                made.phrase = int(at[0]), int(at[-1])
                break
        return made


class Sampler:
    """Draws samples of questions: which windows, with or without an answer."""

    def __init__(self, cases: Cases, left_out: set[str], generator: random.Random) -> None:
        self.cases, self.left_out, self.generator = cases, left_out, generator
        self.asked = [one for one in cases.asked if not one.held and not left_out & set(one.documents)]
        self.names = [name for one in self.asked if one.alone for name in names_of(one.question)]

    def order(self) -> list[Asked]:
        """The questions of an epoch, each as often as its set repeats, in random order."""
        made = []
        for one in self.asked:
            times = REPEATS[one.set]
            made += [one] * (int(times) + (self.generator.random() < times % 1))
        self.generator.shuffle(made)
        return made

    def sample(self, one: Asked) -> Sample:
        """Up to three windows; none where nothing is left."""
        chance = self.generator.random()
        if one.set == "newsroom":
            return self._found(one)
        if not one.gold:
            places = one.hard or [(id_, 0) for id_ in one.documents]
            return self._windows(one, one.question, self.generator.sample(places, min(3, len(places))))
        places = self._anchors(one, self.generator.choice(one.gold))
        if chance < RENAMED and one.alone and (other := self.renamed(one)):
            return self._windows(replace(one, gold=[], maybe=[], spans=[]), other, places)
        bare = chance < NULL
        if len(self.cases.cut(places[0][0])[2]) > FEWEST and self.generator.random() < 0.5:
            return self._shortlist(one, places[0], bare)
        return self._windows(one, one.question, places, bare)

    def _found(self, one: Asked) -> Sample:
        """Some of the sentences that an answer to a newsroom question would be chosen from, by article, as it is read.

        Those are the sentences of the chunks that a search finds which share most words with the question: the nearest ones
        are drawn most, for they are what is hard to tell apart.
        """
        generator = self.generator
        text = one.asked_again if one.asked_again and generator.random() < 0.6 else one.question
        if generator.random() < LOWERED:
            text = text.lower().rstrip("?!.")
        question = cut_up(self.cases.tokenizer, [text])[0]
        others = [place for place in self._nearest(one, question) if place not in one.gold]
        drawn = {others[min(int(generator.expovariate(1 / 9)), len(others) - 1)] for _ in range(DRAWN) if others}
        bare = bool(one.gold) and generator.random() < NEWSROOM_NULL
        drawn = drawn - set(one.maybe) if bare else drawn | set(one.gold)
        titled, size = generator.random() < 0.9, generator.randint(130, MAX_PIECES)
        sample: Sample = []
        for id_ in dict.fromkeys(id_ for id_, _ in sorted(drawn)):
            chosen = sorted(index for other, index in drawn if other == id_)
            spans = [self.cases.cut(id_)[2][index] for index in chosen]
            parts = [[chosen[i] for i in group] for group in groups(spans, size)]
            sample += [self.cases.view(question, one, id_, part, titled) for part in parts]
        return sample

    def _nearest(self, one: Asked, question: Pieces) -> list[Place]:
        """The sentences that a search finds, the likeliest for an answer to be chosen from first; equals by rank."""
        asked = set(question.stems) - {""}
        shares: list[float] = []
        for number, (id_, index) in enumerate(one.hard):
            _, pieces, spans = self.cases.cut(id_)
            first, last = spans[index]
            shares.append(4 * len(asked & set(pieces.stems[first:last])) / max(1, len(asked)) + 1 / (1 + number / 8))
        return [one.hard[at] for at in sorted(range(len(one.hard)), key=lambda at: -shares[at])[:READ]]

    def renamed(self, one: Asked) -> str | None:
        """The question with a name of its document replaced by one that its document does not know."""
        told = " ".join(self.cases.documents[id_].text for id_ in one.documents)
        own = [name for name in names_of(one.question) if name in told]
        if not own:
            return None
        other = self.generator.choice(self.names)
        return None if other in told else one.question.replace(self.generator.choice(own), other)

    def _anchors(self, one: Asked, first: Place) -> list[Place]:
        """The first place, another of its document or page, and a near one of a foreign document."""
        others = [id_ for id_ in one.documents if id_ != first[0]]
        places = [first]
        if others:
            id_ = self.generator.choice(others)
            places.append((id_, self.generator.randrange(len(self.cases.documents[id_].sentences))))
        else:
            places.append((first[0], self._near(one, first)))
        hard = [place for place in one.hard if place[0] not in self.left_out]
        if hard and self.generator.random() < 0.5:
            places.append(self.generator.choice(hard))
        return places

    def _near(self, one: Asked, first: Place) -> int:
        """A sentence elsewhere in the document: any, or one of those that share most words with the question."""
        if self.generator.random() < 0.5:
            return self.generator.randrange(len(self.cases.cut(first[0])[2]))
        ranked = self._by_words(one, first[0])
        return self.generator.choice([index for index in ranked if index != first[1]][:4] or [first[1]])

    def _by_words(self, one: Asked, id_: str) -> list[int]:
        """The sentences of a document by how many words they share with the question; equals in random order."""
        _, pieces, spans = self.cases.cut(id_)
        asked = set(cut_up(self.cases.tokenizer, [one.question])[0].stems) - {""}
        shares = [len(asked & set(pieces.stems[a:b])) + self.generator.random() for a, b in spans]
        return sorted(range(len(spans)), key=lambda index: -shares[index])

    def _shortlist(self, one: Asked, first: Place, bare: bool) -> Sample:
        """The sentences of a document that an answer would be chosen from, the right one among them."""
        id_, index = first
        chosen = {index, *self._by_words(one, id_)[: self.generator.randint(*SHORTLIST)]}
        hidden: set[Place] = {*one.gold, *one.maybe} if bare else set()
        left = sorted(index for index in chosen if (id_, index) not in hidden)
        spans = [self.cases.cut(id_)[2][index] for index in left]
        question = cut_up(self.cases.tokenizer, [one.question])[0]
        titled, size = self.generator.random() < 0.8, self.generator.randint(130, MAX_PIECES)
        parts = [[left[i] for i in group] for group in groups(spans, size)]
        return [self.cases.view(question, one, id_, part, titled) for part in parts]

    def _windows(self, one: Asked, text: str, places: Iterable[Place], bare: bool = False) -> Sample:
        """A window around each place, none twice; ``bare`` leaves out what answers, or may."""
        question = cut_up(self.cases.tokenizer, [text])[0]
        hidden: set[Place] = {*one.gold, *one.maybe} if bare else set()
        taken: set[Place] = set()
        sample: Sample = []
        titled, size = self.generator.random() < 0.8, self.generator.randint(70, 190)
        for id_, anchor in places:
            chosen = self._around(id_, anchor, size, taken)
            taken |= {(id_, index) for index in chosen}
            if chosen := [index for index in chosen if (id_, index) not in hidden]:
                sample.append(self.cases.view(question, one, id_, chosen, titled))
        return sample

    def _around(self, id_: str, anchor: int, size: int, taken: set[Place]) -> list[int]:
        """Sentences around a place, up to ``size`` pieces, as far as none is taken."""
        _, _, spans = self.cases.cut(id_)
        if (id_, anchor) in taken:
            return []
        first, last, used = anchor, anchor, spans[anchor][1] - spans[anchor][0]
        while True:
            free = [
                index
                for index in (first - 1, last + 1)
                if 0 <= index < len(spans)
                and (id_, index) not in taken
                and used + spans[index][1] - spans[index][0] < size
            ]
            if not free:
                return list(range(first, last + 1))
            index = self.generator.choice(free)
            used += spans[index][1] - spans[index][0] + 1
            first, last = min(first, index), max(last, index)


def names_of(question: str) -> list[str]:
    """Capitalised words after the first."""
    return [match.group() for match in re.finditer(r"(?<=\s)[A-Z][a-z]{2,}\b", question)]
