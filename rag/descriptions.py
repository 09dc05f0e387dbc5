"""Whether an article describes somebody in the words of a question, as "Ada Brandt, who leads the opposition". Pure.

For roles that stand right beside a name, `rag.speakers.holds_role` tells more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rag.language.speech import is_speech
from rag.language.words import STOP_WORDS, normalise, stem, words
from rag.speakers import Name, take_apart

_ANYBODY = frozenset("man woman person guy lady gentleman".split())
"""What everybody is, and nothing is described by."""
_SPOKES = re.compile(r"spokes(?:wo)?(?:man|men|person|people)$")
_SPEAKING = frozenset("spokesman spokeswoman spokesperson spokespeople".split())
_AGENT = re.compile(r"(?<=\w{3})(?:e|o)rs?$")
_PART = r"[^,.;:!?\"()\n]"


def described_by(asked: str) -> list[frozenset[str]]:
    """The words of a description, each in the forms that an article may have it in; none where it is a name.

    "Leader" may be told by "leads". Proper words, "the Berlin mayor", are left to the article as a whole.
    """
    role = take_apart(asked)
    return [_forms(word) for word in words(asked) if word in role.roles and word not in _ANYBODY | STOP_WORDS]


def is_described(description: list[frozenset[str]], text: str, speaker: str) -> bool:
    """Whether a text says of a speaker, in an apposition to the name, all words of a description."""
    name = take_apart(speaker)
    if not description or len(name.proper) < 2 or (name.roles and not name.titled):
        return False
    return any(all(forms & told for forms in description) for told in _appositions(name, text))


@lru_cache(4_000)
def _appositions(name: Name, text: str) -> tuple[frozenset[str], ...]:
    """The words of each phrase that a text sets beside a name, between commas."""
    return tuple(
        frozenset(form for word in words(phrase) for form in _forms(word)) for phrase in _phrases(name, normalise(text))
    )


def _phrases(name: Name, text: str) -> Iterator[str]:
    """What stands between commas after a name, "Ada Brandt, who leads the opposition,", or before one."""
    last = re.escape(name.proper[-1])
    for match in re.finditer(rf"\b{last}\b(?: of the| of)?(?:,)? ({_PART}{{3,100}})(?=[,.;:!?\"()\n])", text, re.I):
        if re.match(rf"{last}(?:,| of\b)", match.group(), re.I):
            yield match[1]
    full = r"\s+".join(map(re.escape, name.proper))
    for match in re.finditer(rf"(?:^|[.,;:!?\"()\n]\s*)({_PART}{{3,60}}), {full}\b", text, re.I | re.M):
        if not any(is_speech(word) for word in words(match[1])):
            yield match[1]


@lru_cache(10_000)
def _forms(word: str) -> frozenset[str]:
    plain = word.removesuffix("'s")
    if _SPOKES.match(plain):
        return _SPEAKING
    return frozenset({plain, stem(plain), stem(_AGENT.sub("", plain))})
