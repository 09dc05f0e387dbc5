"""How a statement is reported: asserted, denied, not said, conditional or future; and to whom it was said."""

from __future__ import annotations

import re

from rag.quotes.statements import Statement
from rag.types import Polarity

_NEGATION = r"(?:not|never|n[’']t|cannot|no longer|nor|neither|without|nothing)"
_NOT_SAID = re.compile(
    rf"(?i)\b(?:declin|refus)\w*\b|{_NEGATION}\b(?:\s+\w+){{0,3}}\s*$|\b(?:did|do|does|has|have|had|would|could|will|can|was|"
    rf"were|is|are)(?:\s*n[’']t|\s+not|\s+never)\b|\bnever\b|\b(?:won|can)[’']t\b|\bcannot\b|\bno comment\b|"
    rf"\bunavailable\b|\bstopped short of\b|\bavoid\w*\b|\bsidestepp?\w*\b|\bdodg\w*\b|\bfail(?:s|ed|ing)? to\b|"
    rf"\byet to\b|\bbe reached\b|\bremained silent\b|\bsilent on\b|\bnothing about\b"
)
_NOTHING = re.compile(r"(?i)nothing about\b")
_DENIED = re.compile(
    r"(?i)\b(?:den(?:y|ies|ied|ying)|denials?|disput(?:e|es|ed|ing)|refut(?:e|es|ed|ing)|rebut\w*|repudiat\w+|disavow\w*|"
    r"reject(?:s|ed|ing)?|contradict\w*)\b"
)
_FUTURE = re.compile(
    r"(?i)\b(?:will|shall|[\w]+[’']ll|(?:is|are|was|were)\s+(?:also\s+)?(?:expected|set|due|scheduled|slated|likely|going|poised|"
    r"about)\s+to|plans?\s+to|planned\s+to|intends?\s+to)\b"
)
_CONDITIONAL = re.compile(
    r"(?i)\b(?:would|could|might|may|should|if|unless|whether|\w+[’']d(?!\s+(?:been|said|told)))\b"
)
_IF = re.compile(r"(?i)(?:^|[,;—–]\s*|\b(?:and|but|that)\s+)(?:if|unless|should|were|suppose)\b[^.!?,;]*$")
_SENTENCE = re.compile(r"[.!?][”\"’]?\s+(?=[A-Z“\"])|\n|[”\"]")

_TOLD = re.compile(
    r"(?i)\b(?:tell|tells|told|telling|inform\w*|assur\w+|warn(?:s|ed|ing)?|remind\w*|ask(?:s|ed|ing)?|advis\w+|urg\w+|"
    r"implor\w+|notif\w+|instruct\w*|promis\w+)(?:\s*\Z|\s+)"
)
_TO = re.compile(
    r"(?i)\b(?:said|says|say|saying|wrote|writes|speaking|spoke|remarked|complained|explained|suggested|admitted|confessed|"
    r"testified|tweeted)\s+(?:\w+\s+)?(?:to|before|with)\s+"
)
_WITH = re.compile(
    r"\b(?:call|conversation|meeting|interview|talks?|briefing|exchange|letter|speech|statement|email|message)s?\s+"
    r"(?:with|to)\s+"
)
_PARTY = re.compile(
    r"(?:(?:the|a|an|his|her|their|its|some|two|three|several)\s+)?[\w’'\-]+(?:\s+(?!(?:that|in|on|at|after|during|about|of|"
    r"to|for|by|he|she|they|it|when|while|as|how|what|why|if|whether|and|but|who|this|last|via|not|with|from|is|was|are|"
    r"had|has|have|will|would|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b)[\w’'\-]+){0,4}"
)
_NO_PARTY = frozenset(
    "that in on at after during about of to for by when while as how what why if whether and but not he she they it i we "
    "him her them this last with from is was are had has have will would monday tuesday wednesday thursday friday "
    "saturday sunday so".split()
)


def polarity(text: str, statement: Statement) -> Polarity:
    """Read off the cue and the words between it and the start of its clause."""
    if statement.cue is None:
        return "asserted"
    cue = text[slice(*statement.cue)]
    before = _clause_before(text, statement)
    phrase = f"{before} {cue}".strip()
    if _NOT_SAID.search(phrase) or _NOTHING.match(text, statement.start):
        return "not_said"
    if _DENIED.search(cue):
        return "denied"
    if _IF.search(before):
        return "conditional"
    if _FUTURE.search(_near(before, cue)):
        return "future"
    return "conditional" if _CONDITIONAL.search(_near(before, cue)) else "asserted"


def _clause_before(text: str, statement: Statement) -> str:
    """The words before the cue in its sentence, without the source's own and without what was said."""
    assert statement.cue is not None
    start = max(0, statement.cue[0] - 160)
    for span_start, span_end in statement.spans:
        if span_end <= statement.cue[0]:
            start = max(start, span_end)
        elif span_start <= statement.cue[0]:
            return ""
    breaks = [match.end() for match in _SENTENCE.finditer(text, start, statement.cue[0])]
    start = breaks[-1] if breaks else start
    before = text[start : statement.cue[0]]
    if statement.source is not None and start <= statement.source[0] and statement.source[1] <= statement.cue[0]:
        before = f"{text[start : statement.source[0]]}\x00{text[statement.source[1] : statement.cue[0]]}"
    return before


def _near(before: str, cue: str) -> str:
    """The verb group: what stands between source and cue, or the last two words before the cue, and the cue."""
    group = before.rpartition("\x00")[2] if "\x00" in before else " ".join(before.split()[-2:])
    return f"{group[-40:]} {cue}"


def addressee(text: str, statement: Statement) -> str | None:
    """To whom it was said, as written: "told reporters", "said to the committee", "in a call with Zelenskyy"."""
    if statement.cue is None:
        return None
    cue_start, cue_end = statement.cue
    limit = min([span[0] for span in statement.spans if span[0] >= cue_end] + [cue_end + 80, len(text)])
    if statement.source is not None and statement.source[0] >= cue_end:
        limit = min(limit, max(cue_end, statement.source[0]))
    stretch = text[cue_start:limit].partition("\n")[0]
    match = _TOLD.search(stretch) or _TO.search(stretch) or _WITH.search(stretch)
    if match is None:
        return None
    party = _PARTY.match(stretch, match.end())
    if party is None or party.group().split()[0].lower() in _NO_PARTY:
        return None
    return party.group()
