"""Question and excerpts -> how likely each sentence answers, and where in it the answer stands: a small trained model.

The model reads a question together with a whole excerpt and gives every word piece a score for being the answer's first
and its last. A sentence's score is the log of the summed odds that the answer starts in it, against a learned "nothing
here answers" that is worth 0, in the manner of Clark and Gardner's no-answer option (ACL 2018).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.models.loader import CLS, COLON, SEP, load_session, load_tokenizer
from rag.models.pieces import Pieces, cut_up
from rag.types import Quote

SENTENCE, OPENING = 2, 3
"""BERT's unused pieces that stand before a sentence, and before an article's first."""

MAX_QUESTION, MAX_HEADER, MAX_SPEAKER, MAX_SENTENCE, MAX_PIECES = 64, 32, 10, 160, 256
"""Word pieces. An excerpt of more than ``MAX_PIECES`` is read in several windows."""

LONGEST_ANSWER = 24

QUESTION, HEADER, TEXT = range(3)
PLAIN, ABSENT, SHARED = range(3)
"""A piece's mark is ``3 * part + state``: is its word no topic word, or one that the other side lacks, or has?"""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Text to look for an answer in; ``sentences`` are slices of ``text``, in order and not overlapping.

    ``header`` tells the publisher, the day and the title, ``speakers`` whose words each sentence holds where it does not
    say so itself ("" for none), ``opens`` that ``text`` starts where its article does.
    """

    text: str
    sentences: tuple[tuple[int, int], ...]
    header: str = ""
    speakers: tuple[str, ...] = ()
    opens: bool = False


def header(title: str | None, source: str | None, date: str | None) -> str:
    """What the selector is told of an article before its text: publisher, day, title."""
    return " · ".join(part for part in (source, date, title) if part)


def spoken_by(text: str, sentences: Sequence[tuple[int, int]], quotes: Sequence[Quote]) -> Iterator[str]:
    """For each sentence whose words it holds, "" where it holds nobody's or names them itself.

    ``sentences`` and the quotes' spans are slices of ``text``.
    """
    named = [
        (span, quote.speaker.name)
        for quote in quotes
        if quote.speaker and quote.speaker.name and quote.speaker.resolved_by
        for span in quote.spans
    ]
    for start, end in sentences:
        names = [name for (first, last), name in named if first < end and start < last]
        own = text[start:end].lower()
        yield next((name for name in names if name.split()[-1].lower() not in own), "")


def follow_up(history: Sequence[str], question: str) -> str:
    """A question that leans on the turn before it, as it is read: its own words, then that turn's question and answer.

    ``history`` is question, answer, question, … Its own words come first: what is cut off is the end.
    """
    return " ".join([question, *history[-2:]])


@dataclass(frozen=True, slots=True)
class Scored:
    """What the selector says of an excerpt, an entry for each of its sentences.

    ``scores`` (n,) are log odds: above 0, the sentence is likelier to answer than that nothing does. ``answers`` are the
    likeliest answer phrases as slices of the excerpt's text, and ``chances`` that the answer is just that phrase if its
    sentence answers; a phrase is the whole sentence where no part stands out.
    """

    scores: NDArray[np.float32]
    answers: tuple[tuple[int, int], ...]
    chances: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Window:
    """What the model reads at once; all arrays (length,). ``sentence`` is -1 outside sentences, ``origin`` outside text.

    ``origin`` counts the pieces of the excerpt.
    """

    ids: NDArray[np.int64]
    marks: NDArray[np.int64]
    cases: NDArray[np.int64]
    sentence: NDArray[np.int64]
    origin: NDArray[np.int64]


class Selector:
    """Scores sentences; loads its model once, at first use, for all instances. Safe to use from several threads."""

    def score(self, question: str, excerpts: Sequence[Excerpt]) -> list[Scored]:
        """One result an excerpt. Raises ``ModelError`` if the model's files are missing or broken."""
        session, tokenizer = load_session("selector"), load_tokenizer()
        if not excerpts:
            return []
        asked, *read = cut_up(tokenizer, [question, *(excerpt.text for excerpt in excerpts)])
        headers = cut_up(tokenizer, [excerpt.header for excerpt in excerpts])
        return [
            _scored(session, asked, header, cut_up(tokenizer, excerpt.speakers), excerpt, pieces)
            for excerpt, header, pieces in zip(excerpts, headers, read, strict=True)
        ]


def _scored(
    session: Any, question: Pieces, header: Pieces, speakers: Sequence[Pieces], excerpt: Excerpt, pieces: Pieces
) -> Scored:
    count = len(excerpt.sentences)
    scores = np.full(count, -np.inf, dtype=np.float32)
    answers = list(excerpt.sentences)
    chances = np.zeros(count, dtype=np.float32)
    spans = piece_spans(pieces, excerpt.sentences)
    named = [min(len(one.ids), MAX_SPEAKER) + 1 if len(one.ids) else 0 for one in speakers]
    for group in groups(spans, MAX_PIECES, named):
        window = make_window(question, header, pieces, spans, group, excerpt.opens, speakers)
        feeds = {"ids": window.ids, "marks": window.marks, "cases": window.cases}
        starts, ends = session.run(["starts", "ends"], feeds)
        for index in group:
            inside = np.flatnonzero(window.sentence == index)
            scores[index] = np.logaddexp.reduce(starts[inside])
            found, chances[index] = _phrase(starts[inside], ends[inside])
            if found is not None:
                first, last = window.origin[inside[list(found)]]
                answers[index] = int(pieces.starts[first]), int(pieces.ends[last])
    return Scored(scores, tuple(answers), chances)


def _phrase(starts: NDArray[np.float32], ends: NDArray[np.float32]) -> tuple[tuple[int, int] | None, float]:
    """First and last piece of the likeliest answer, and its chance; None where the sentence's marker, piece 0, is likelier."""
    totals = starts[:, None] + ends[None]
    steps = np.arange(len(starts))
    length = steps[None] - steps[:, None]
    totals[(length < 0) | (length >= LONGEST_ANSWER)] = -np.inf
    totals[0, 1:] = -np.inf
    best = int(totals.argmax())
    chance = float(np.exp(totals.flat[best] - np.logaddexp.reduce(totals, axis=None)))
    first, last = divmod(best, len(starts))
    return ((first, last), chance) if first else (None, 0.0)


def piece_spans(pieces: Pieces, sentences: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """First and last (excluded) piece of each sentence, at most ``MAX_SENTENCE`` of them."""
    firsts = np.searchsorted(pieces.starts, [start for start, _ in sentences])
    lasts = np.searchsorted(pieces.starts, [end for _, end in sentences])
    return [(int(first), min(int(last), int(first) + MAX_SENTENCE)) for first, last in zip(firsts, lasts, strict=True)]


def groups(spans: Sequence[tuple[int, int]], limit: int, more: Sequence[int] = ()) -> Iterator[range]:
    """Neighbouring sentences that together have at most ``limit`` pieces, the groups of like size.

    ``more`` are the pieces that stand before each sentence, of its speaker.
    """
    before = more or [0] * len(spans)
    sizes = [last - first + 1 + added for (first, last), added in zip(spans, before, strict=True)]
    goal = sum(sizes) / max(1, -(-sum(sizes) // limit))
    begin, size = 0, 0
    for index, own in enumerate(sizes):
        if size and (size + own > limit or size + own / 2 > goal):
            yield range(begin, index)
            begin, size = index, 0
        size += own
    if begin < len(sizes):
        yield range(begin, len(sizes))


def make_window(
    question: Pieces,
    header: Pieces,
    pieces: Pieces,
    spans: Sequence[tuple[int, int]],
    chosen: Sequence[int],
    opens: bool,
    speakers: Sequence[Pieces] = (),
) -> Window:
    """[CLS] question [SEP] header [SEP], then the ``chosen`` sentences, each after its marker and speaker, then [SEP].

    A speaker's pieces are read, and belong to no sentence: they are not scored.
    """
    question, header = question.cut(0, MAX_QUESTION), header.cut(0, MAX_HEADER)
    asked = set(question.stems)
    told = set(header.stems).union(*(pieces.stems[spans[index][0] : spans[index][1]] for index in chosen))
    told |= {one for index in chosen if speakers for one in speakers[index].stems}
    columns: list[list[NDArray[np.int64]]] = []

    def add(part: int, of: Pieces, others: set[str], sentence: int, origin: NDArray[np.int64]) -> None:
        states = [0 if not word else SHARED if word in others else ABSENT for word in of.stems]
        marks = 3 * part + np.array(states, dtype=np.int64)
        columns.append([of.ids, marks, of.cases, np.full(len(of.ids), sentence), origin])

    def sign(piece: int, part: int, sentence: int = -1) -> None:
        columns.append([np.array([value]) for value in (piece, 3 * part, 0, sentence, -1)])

    sign(CLS, QUESTION)
    add(QUESTION, question, told, -1, np.full(len(question.ids), -1))
    sign(SEP, QUESTION)
    add(HEADER, header, asked, -1, np.full(len(header.ids), -1))
    sign(SEP, HEADER)
    for index in chosen:
        first, last = spans[index]
        sign(OPENING if opens and index == 0 else SENTENCE, TEXT, index)
        if speakers and len(speakers[index].ids):
            name = speakers[index].cut(0, MAX_SPEAKER)
            add(HEADER, name, asked, -1, np.full(len(name.ids), -1))
            sign(COLON, HEADER)
        add(TEXT, pieces.cut(first, last), asked, index, np.arange(first, last))
    sign(SEP, TEXT)
    return Window(*(np.concatenate(column).astype(np.int64) for column in zip(*columns, strict=True)))
