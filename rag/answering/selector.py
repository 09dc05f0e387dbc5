"""Question and passages -> how likely each sentence answers, and where in it the answer stands: a small trained model.

The model reads a question together with a whole passage and gives every word piece a score for being the answer's first
and its last. A sentence's score is the log of the summed odds that the answer starts in it, against a learned "nothing
here answers" that is worth 0, in the manner of Clark and Gardner's no-answer option (ACL 2018).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from rag.errors import ModelError
from rag.matching import STOP_WORDS, stem
from rag.quotes.encoding import CLS, SEP, letter_case

SENTENCE, OPENING = 2, 3
"""BERT's unused pieces that stand before a sentence, and before an article's first."""

MAX_QUESTION, MAX_TITLE, MAX_SENTENCE, MAX_PIECES = 64, 24, 160, 256
"""Word pieces. A passage of more than ``MAX_PIECES`` is read in several windows."""

LONGEST_ANSWER = 24

QUESTION, TITLE, TEXT = range(3)
PLAIN, ABSENT, SHARED = range(3)
"""A piece's mark is ``3 * part + state``: is its word no topic word, or one that the other side lacks, or has?"""

_WORD = re.compile(r"[^\W_]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Passage:
    """Text to look for an answer in; ``sentences`` are slices of ``text``, in order and not overlapping.

    ``opens`` says that ``text`` starts where its article does.
    """

    text: str
    sentences: tuple[tuple[int, int], ...]
    title: str | None = None
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Scored:
    """What the selector says of a passage, an entry for each of its sentences.

    ``scores`` (n,) are log odds: above 0, the sentence is likelier to answer than that nothing does. ``answers`` are the
    likeliest answer phrases as slices of the passage's text; a phrase is the whole sentence where no part stands out.
    """

    scores: NDArray[np.float32]
    answers: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Pieces:
    """Word pieces of a text: ids, offsets, letter cases, and the stem of the topic word each belongs to ("" for none)."""

    ids: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    cases: NDArray[np.int64]
    stems: tuple[str, ...]

    def cut(self, first: int, last: int) -> Pieces:
        """The pieces ``first`` to ``last`` (excluded)."""
        part = slice(first, last)
        return Pieces(self.ids[part], self.starts[part], self.ends[part], self.cases[part], self.stems[part])


@dataclass(frozen=True, slots=True)
class Window:
    """What the model reads at once; all arrays (length,). ``sentence`` is -1 outside sentences, ``origin`` outside text.

    ``origin`` counts the pieces of the passage.
    """

    ids: NDArray[np.int64]
    marks: NDArray[np.int64]
    cases: NDArray[np.int64]
    sentence: NDArray[np.int64]
    origin: NDArray[np.int64]


class Selector:
    """Scores sentences; loads its model once, at first use, for all instances. Safe to use from several threads."""

    def score(self, question: str, passages: Sequence[Passage]) -> list[Scored]:
        """One result a passage. Raises ``ModelError`` if the model's files are missing or broken."""
        session, tokenizer = load()
        if not passages:
            return []
        asked, *read = cut_up(tokenizer, [question, *(passage.text for passage in passages)])
        titles = iter(cut_up(tokenizer, [passage.title or "" for passage in passages]))
        return [
            _scored(session, asked, next(titles), passage, pieces)
            for passage, pieces in zip(passages, read, strict=True)
        ]


def _scored(session: Any, question: Pieces, title: Pieces, passage: Passage, pieces: Pieces) -> Scored:
    count = len(passage.sentences)
    scores = np.full(count, -np.inf, dtype=np.float32)
    answers = list(passage.sentences)
    spans = piece_spans(pieces, passage.sentences)
    for group in groups(spans, MAX_PIECES):
        window = make_window(question, title, pieces, spans, group, passage.opens)
        feeds = {"ids": window.ids, "marks": window.marks, "cases": window.cases}
        starts, ends = session.run(["starts", "ends"], feeds)
        for index in group:
            inside = np.flatnonzero(window.sentence == index)
            scores[index] = np.logaddexp.reduce(starts[inside])
            found = _phrase(starts[inside], ends[inside])
            if found is not None:
                first, last = window.origin[inside[list(found)]]
                answers[index] = int(pieces.starts[first]), int(pieces.ends[last])
    return Scored(scores, tuple(answers))


def _phrase(starts: NDArray[np.float32], ends: NDArray[np.float32]) -> tuple[int, int] | None:
    """First and last piece of the likeliest answer; None where the sentence's marker, which is piece 0, is likelier."""
    totals = starts[:, None] + ends[None]
    steps = np.arange(len(starts))
    length = steps[None] - steps[:, None]
    totals[(length < 0) | (length >= LONGEST_ANSWER)] = -np.inf
    totals[0, 1:] = -np.inf
    first, last = divmod(int(totals.argmax()), len(starts))
    return (first, last) if first else None


def piece_spans(pieces: Pieces, sentences: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """First and last (excluded) piece of each sentence, at most ``MAX_SENTENCE`` of them."""
    firsts = np.searchsorted(pieces.starts, [start for start, _ in sentences])
    lasts = np.searchsorted(pieces.starts, [end for _, end in sentences])
    return [(int(first), min(int(last), int(first) + MAX_SENTENCE)) for first, last in zip(firsts, lasts, strict=True)]


def groups(spans: Sequence[tuple[int, int]], limit: int) -> Iterator[range]:
    """Neighbouring sentences that together have at most ``limit`` pieces, the groups of like size."""
    sizes = [last - first + 1 for first, last in spans]
    goal = sum(sizes) / max(1, -(-sum(sizes) // limit))
    begin, size = 0, 0
    for index, more in enumerate(sizes):
        if size and (size + more > limit or size + more / 2 > goal):
            yield range(begin, index)
            begin, size = index, 0
        size += more
    if begin < len(sizes):
        yield range(begin, len(sizes))


def make_window(
    question: Pieces,
    title: Pieces,
    pieces: Pieces,
    spans: Sequence[tuple[int, int]],
    chosen: Sequence[int],
    opens: bool,
) -> Window:
    """[CLS] question [SEP] title [SEP], then the ``chosen`` sentences, each after its marker, then [SEP]."""
    question, title = question.cut(0, MAX_QUESTION), title.cut(0, MAX_TITLE)
    asked = set(question.stems)
    told = set(title.stems).union(*(pieces.stems[spans[index][0] : spans[index][1]] for index in chosen))
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
    add(TITLE, title, asked, -1, np.full(len(title.ids), -1))
    sign(SEP, TITLE)
    for index in chosen:
        first, last = spans[index]
        sign(OPENING if opens and index == 0 else SENTENCE, TEXT, index)
        add(TEXT, pieces.cut(first, last), asked, index, np.arange(first, last))
    sign(SEP, TEXT)
    return Window(*(np.concatenate(column).astype(np.int64) for column in zip(*columns, strict=True)))


def cut_up(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Pieces]:
    """Word pieces of each text; ``tokenizer`` must not truncate or pad."""
    # half a surrogate pair is no character to the tokenizer; one sign for one keeps the offsets
    plain = [_SURROGATE.sub("\ufffd", text) for text in texts]
    encodings = tokenizer.encode_batch(plain, add_special_tokens=False)
    return [_pieces(text, encoding) for text, encoding in zip(plain, encodings, strict=True)]


def _pieces(text: str, encoding: Encoding) -> Pieces:
    starts, ends = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2).T
    stems: list[str] = []
    words = _WORD.finditer(text)
    begin = end = 0
    topic = ""
    for start in starts.tolist():
        while start >= end and (word := next(words, None)):
            begin, end = word.span()
            topic = _topic(word.group().lower())
        stems.append(topic if begin <= start < end else "")
    cases = [letter_case(text[start:end]) for start, end in encoding.offsets]
    return Pieces(np.array(encoding.ids, dtype=np.int64), starts, ends, np.array(cases, dtype=np.int64), tuple(stems))


@lru_cache(maxsize=20_000)
def _topic(word: str) -> str:
    return "" if word in STOP_WORDS else stem(word)


def load() -> tuple[Any, Tokenizer]:
    """The packaged model and the tokenizer, which is the tagger's."""
    with _LOCK:
        return _load_once()


@lru_cache(maxsize=1)
def _load_once() -> tuple[Any, Tokenizer]:
    try:
        written = (files("rag.quotes") / "model" / "tokenizer.json").read_text(encoding="utf-8")
        tokenizer = Tokenizer.from_str(written)
        tokenizer.no_truncation()
        tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = 2
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        model = (files("rag.answering") / "model" / "selector.onnx").read_bytes()
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime and tokenizers raise types of their own
        raise ModelError(f"The sentence selector cannot be loaded: {error}.") from error
    return session, tokenizer
