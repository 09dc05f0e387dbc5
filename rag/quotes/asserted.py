"""Whether what the tagger found has been said at all, and not by who is only spoken to or about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.quotes import lexicon
from rag.quotes.polarity import polarity
from rag.quotes.regions import Region, kind_of
from rag.quotes.statements import Statement, words_of

_WORD = re.compile(r"\w+(?:[’'\-.,]\w+)*")
_LONGEST_TITLE = 8
_SHORT = 5  # words: so few in quotation marks, of nobody, are said only where a verb tells so
_NAMED = re.compile(
    r"(?i)\b(?:(?:en)?titled|nicknamed|nickname|book|novel|memoir|documentary|film|movie|song|hymn|anthem|album|poem|"
    r"painting|sitcom),?\s*$"
)
_NOBODY = re.compile(r"(?i:nobody|no one|no-one|none|neither|nor)\b|[Nn]o (?=[a-z])")
_ANYBODY = re.compile(r"(?i)any(?:one|body)|every(?:one|body)")
_NEAR = 60  # characters from a subject to the end of its verb
_BE = r"(?:is|are|was|were|be|been|being|[\w]+[’'](?:s|re)|gets?|got|(?:has|have|had) been)"
_ACCUSED = re.compile(
    rf"(?i)\b{_BE}(?: \w+ly| also| now| still| not| since| then)* (?:accused|charged|suspected|convicted|acquitted|cleared|"
    r"indicted|blamed|criticised|criticized|condemned|told|asked|warned|urged|advised|informed|reminded|ordered|praised|"
    r"hailed|lauded|mocked|denounced|described|called|labell?ed|dubbed|branded|known|sentenced|fined|arrested|sued|"
    r"notified|instructed|quizzed|questioned|assured|promised|invited|slammed|attacked)\b"
    r"(?! (?:as )?(?:saying|telling))"
)
"""What is done to somebody: he is its subject and says nothing."""


def is_said(text: str, statement: Statement, regions: Sequence[Region]) -> bool:
    """Words in quotation marks, or a cue of saying: what people merely want, think or plan is no statement."""
    if _is_supposed(text, statement) or _is_title(text, statement):
        return False
    kind = kind_of(text, statement.spans, regions)
    if statement.cue is None:
        return kind != "indirect" or statement.source is not None
    words = _WORD.findall(text[slice(*statement.cue)])
    if kind != "indirect" and (statement.source or len(_WORD.findall(words_of(text, statement))) > _SHORT):
        return True
    return not words or any(lexicon.is_speech_word(word) for word in words)


def is_nobody(source: str) -> bool:
    """Whether a source says that there is none: "nobody", "no group", "neither side"."""
    return bool(_NOBODY.match(source))


def without_subject(text: str, statement: Statement) -> Statement:
    """A statement of nobody in particular where its source is who it is done to: "Quill is accused of arson"."""
    source, cue = statement.source, statement.cue
    if source is None or cue is None or source[1] > cue[1]:
        return statement
    phrase = text[source[1] : cue[1]]
    done = "\n" not in phrase and len(phrase) < _NEAR and _ACCUSED.search(phrase)
    return replace(statement, source=None) if done else statement


def _is_title(text: str, statement: Statement) -> bool:
    """A few capitalised words after what they are the name of: "the documentary “13th”", "a spot titled “Arrogant”"."""
    start, end = statement.spans[0]
    named = _WORD.findall(text, start, end)
    return (
        len(statement.spans) == 1
        and len(named) <= _LONGEST_TITLE
        and not any(word[0].islower() and len(word) > 4 for word in named)
        and bool(_NAMED.search(text[max(0, start - 30) : start]))
    )


def _is_supposed(text: str, statement: Statement) -> bool:
    """Words that nobody has said: "If Berg said yes", "No one should have to say “…”"."""
    if statement.source is None or statement.cue is None or statement.source[0] > statement.cue[0]:
        return False
    if re.search(r"(?i)\bif\s+$", text[max(0, statement.source[0] - 8) : statement.source[0]]):
        return True
    source = text[slice(*statement.source)]
    if is_nobody(source):
        return True
    return bool(_ANYBODY.fullmatch(source)) and polarity(text, statement) == "conditional"
