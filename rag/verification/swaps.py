"""Names and numbers that stand in another's place: the sentence runs as its source does but for one of them."""

from __future__ import annotations

from difflib import SequenceMatcher

from rag.verification.evidence import Evidence, Said, Word

ALIKE = 0.6
"""The share of a sentence's words that have to run as the source's do before a difference counts as a swap."""


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
            inside = 0 < number < len(blocks) - 1
            if kind != "replace" or not inside or right - left != right2 - left2:
                continue
            for one, other in zip(mine[left:right], theirs[left2:right2], strict=True):
                if _is_fact(one, said) and _is_fact(other, source) and one.text[0].isdigit() == other.text[0].isdigit():
                    return one.text, other.text
    return None


def _key(word: Word) -> str:
    return word.stem or word.low


def _is_fact(word: Word, said: Said) -> bool:
    """Whether a word is a number or, inside its sentence, a name."""
    return word.text[0].isdigit() or (word.text[0].isupper() and word.start > 0 and said.text[word.start - 1] == " ")
