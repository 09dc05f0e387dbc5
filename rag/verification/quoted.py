"""The words that a sentence puts in quotation marks, and whether a cited slice holds exactly these."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.verification.evidence import Evidence, tidy

_QUOTED = re.compile(r"\"([^\"]+)\"|(?<![\w'])'([^'\"]+(?:\b'\w[^'\"]*)*)'(?!\w)")
_LEFT_OUT = re.compile(r"\s*(?:\.\s?\.\s?\.|…|\[[^\]]*\])\s*")


def altered_quotes(sentence: str, evidence: Evidence) -> list[str]:
    """The quoted words of a tidy sentence that no cited slice holds; marks and spaces do not count, nor a first capital.

    Words left out ("…") or put in ("[he]") part a quotation in pieces, all of which one slice must hold in order.
    """
    held = [_bare(text) for text in evidence.texts]
    held += [_bare(tidy(quote.text)) for quote, _ in evidence.quotes]
    return [words for words in quoted_words(sentence) if not any(_holds(text, words) for text in held)]


def quoted_words(sentence: str) -> Iterator[str]:
    """What stands in quotation marks in a tidy sentence."""
    for match in _QUOTED.finditer(sentence):
        words = match[1] or match[2]
        if any(map(str.isalnum, words)):
            yield words


def is_whole(sentence: str, evidence: Evidence) -> bool:
    """Whether a tidy sentence is one or more whole sentences of a cited slice, word for word."""
    words = _bare(sentence).rstrip(" .")
    for first in range(len(evidence.sentences)):
        built = ""
        for said in evidence.sentences[first:]:
            built = f"{built} {_bare(said.text)}".strip()
            if built.rstrip(" .") == words:
                return True
            if len(built) > len(words) + 2:
                break
    return False


def _bare(text: str) -> str:
    return " ".join(text.replace('"', "").replace(" '", " ").split())


def _holds(text: str, words: str) -> bool:
    at = 0
    for piece in _LEFT_OUT.split(words):
        wanted = _bare(piece).strip(" ,.;:!?-'")
        if not wanted:
            continue
        first = f"[{wanted[0].lower()}{wanted[0].upper()}]" if wanted[0].isalpha() else re.escape(wanted[0])
        match = re.compile(rf"(?<!\w){first}{re.escape(wanted[1:])}(?!\w)").search(text, at)
        if match is None:
            return False
        at = match.end()
    return True
