"""Names and numbers that stand in another's place: the sentence runs as its source does but for one of them."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from rag.quotes.lexicon import TITLES
from rag.verification.evidence import Evidence, Said, Word
from rag.verification.quantities import is_number, read_quantities

ALIKE = 0.6
"""The share of a sentence's words that have to run as the source's do before a difference counts as a swap."""
ROOT = 4  # letters that forms of one name share
ENOUGH = 3
"""Words beside it that run alike, where the difference stands at an end."""


def swapped(said: Said, evidence: Evidence) -> tuple[str, str] | None:
    """A name or number of the sentence and the other one that its source has in that very place; None without one."""
    for source in evidence.best(said.topics, 2):
        mine, theirs = said.words, source.words
        matcher = SequenceMatcher(None, [_key(one) for one in mine], [_key(one) for one in theirs], autojunk=False)
        blocks = matcher.get_opcodes()
        same = sum(right - left for kind, left, right, _, _ in blocks if kind == "equal")
        if same < ALIKE * len(mine):
            continue
        for number, (kind, left, right, left2, right2) in enumerate(blocks):
            if kind != "replace" or right - left != right2 - left2 or not _is_held(blocks, number):
                continue
            for one, other in zip(mine[left:right], theirs[left2:right2], strict=True):
                if _differ(one, other, _kind(one, said), _kind(other, source)):
                    return one.text, other.text
    return None


def _is_held(blocks: Sequence[tuple[str, int, int, int, int]], number: int) -> bool:
    """Whether what stands around a difference is the same on both sides, or for some words on one."""
    around = [blocks[place] for place in (number - 1, number + 1) if 0 <= place < len(blocks)]
    same = [right - left for kind, left, right, _, _ in around if kind == "equal"]
    return len(same) == 2 or max(same, default=0) >= ENOUGH


def _differ(one: Word, other: Word, kind: str, others: str) -> bool:
    """Whether two words of one kind name two things: not "eight" and "8", "Mr" and "Ines", "German" and "Germany"."""
    if not kind or kind != others:
        return False
    if kind == "number":
        values = [{found.value for found in read_quantities(word.low)} for word in (one, other)]
        return not values[0] & values[1]
    return one.low[:ROOT] != other.low[:ROOT] and not {one.low, other.low} & TITLES


def _key(word: Word) -> str:
    return word.stem or word.low


def _kind(word: Word, said: Said) -> str:
    """Whether a word is a number or, inside its sentence, a name; "" for any other."""
    if is_number(word.low):
        return "number"
    is_name = word.text[0].isupper() and word.start > 0 and said.text[word.start - 1] == " "
    return "name" if is_name else ""
