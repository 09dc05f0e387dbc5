"""Text -> word pieces as the models read them: ids, offsets, letter cases, and the word that each piece belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from rag.language.encodable import encodable
from rag.language.words import STOP_WORDS, stem

LOWER, CAPITAL, UPPER, DIGIT = range(4)

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Pieces:
    """Word pieces of a text, all of one length: ids, offsets, letter cases, number of the word (-1 for none), its stem.

    The stem is that of a topic word; "" for a mark or a stop word.
    """

    ids: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    cases: NDArray[np.int64]
    word: NDArray[np.int64]
    stems: tuple[str, ...]

    def cut(self, first: int, last: int) -> Pieces:
        """The pieces ``first`` to ``last`` (excluded)."""
        part = slice(first, last)
        return Pieces(
            self.ids[part], self.starts[part], self.ends[part], self.cases[part], self.word[part], self.stems[part]
        )


def cut_up(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Pieces]:
    """Word pieces of each text; ``tokenizer`` must not truncate or pad."""
    plain = [encodable(text) for text in texts]
    encodings = tokenizer.encode_batch(plain, add_special_tokens=False)
    return [_pieces(text, encoding) for text, encoding in zip(plain, encodings, strict=True)]


def letter_case(piece: str) -> int:
    """LOWER (also for marks and scripts without case), CAPITAL, UPPER or DIGIT."""
    if piece.isdigit():
        return DIGIT
    if not piece[:1].isupper():
        return LOWER
    return UPPER if len(piece) > 1 and piece.isupper() else CAPITAL


def _pieces(text: str, encoding: Encoding) -> Pieces:
    starts, ends = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2).T
    stems: list[str] = []
    numbers: list[int] = []
    words = _WORD.finditer(text)
    begin = end = 0
    number = -1
    topic = ""
    for start in starts.tolist():
        while start >= end and (word := next(words, None)):
            begin, end = word.span()
            number += 1
            topic = _topic(word.group().lower())
        inside = begin <= start < end
        stems.append(topic if inside else "")
        numbers.append(number if inside else -1)
    cases = [letter_case(text[start:end]) for start, end in encoding.offsets]
    return Pieces(
        np.array(encoding.ids, dtype=np.int64),
        starts,
        ends,
        np.array(cases, dtype=np.int64),
        np.array(numbers, dtype=np.int64),
        tuple(stems),
    )


@lru_cache(maxsize=20_000)
def _topic(word: str) -> str:
    return "" if word in STOP_WORDS else stem(word)
