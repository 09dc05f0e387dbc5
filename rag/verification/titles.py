"""What somebody is called in a sentence: mayor, judge, coach; and whether the article calls them so, not somebody else."""

from __future__ import annotations

import re

from rag.language.words import normalise
from rag.quotes.lexicon import OFFICES
from rag.speakers import holds_role, is_lesser, may_be, take_apart
from rag.verification.evidence import Evidence, Said

_RANKS = frozenset("prime finance foreign interior defence defense deputy vice".split())
"""What makes another office of one: an article that has no such word calls nobody so."""
_PARTS = (
    OFFICES
    | _RANKS
    | frozenset(
        """leader chairman chairwoman chairperson chair head chief director spokesman spokeswoman spokesperson lawyer attorney
    justice senator representative congressman congresswoman candidate manager owner founder ceo editor detective commander
    sergeant lieutenant officer delegate envoy diplomat lawmaker legislator speaker""".split()
    )
)
_ROLE = rf"(?i:{'|'.join(sorted(_PARTS, key=lambda part: (-len(part), part)))})"
_NAME = r"[A-Z][\w'-]+(?: [A-Z][\w'-]+)*"
_BEFORE = re.compile(rf"\b(?P<role>{_ROLE}(?: {_ROLE})*),? (?P<name>(?!{_ROLE}\b){_NAME})")
_AFTER = re.compile(
    rf"(?P<name>{_NAME}), (?:the|an?|its|their|his|her|[A-Z][\w ]*'s?) (?:[\w-]+ ){{0,2}}?(?P<role>{_ROLE}(?: {_ROLE})*)\b"
)
_OF = re.compile(rf"(?P<whose>{_NAME})'s? (?P<role>{_ROLE}(?: {_ROLE})*),? (?P<name>{_NAME})")


def wrong_title(said: Said, evidence: Evidence) -> str | None:
    """Why a name has a title or trade that the article gives to others only, or not at all; None if none has."""
    texts = [normalise(article.text) for article in evidence.articles]
    for match in (match for pattern in (_BEFORE, _AFTER) for match in pattern.finditer(said.text)):
        roles = match["role"].lower().split()
        for place, role in enumerate(roles):
            chain = " ".join(roles[max(0, place - 1) : place + 1])  # a deputy mayor may be called one
            theirs = _is_anothers(role, texts) or (role in _RANKS and not _occurs(role, texts))
            if theirs and not _is_called(match["name"], role, chain, texts, evidence):
                return f"the cited article does not call {match['name']} {match['role']}"
    return _others_title(said, texts)


def _occurs(role: str, texts: list[str]) -> bool:
    return any(re.search(rf"\b{role}\b", text, re.I) for text in texts)


def _is_anothers(role: str, texts: list[str]) -> bool:
    """Whether an article calls somebody so by name."""
    found = (match for text in texts for pattern in (_BEFORE, _AFTER) for match in pattern.finditer(text))
    return any(role in match["role"].lower().split() for match in found)


def _others_title(said: Said, texts: list[str]) -> str | None:
    """Why a name is not what it is called of a place or team, where the article calls another one so: "Quay's coach, Alm"."""
    for match in _OF.finditer(said.text):
        pattern = rf"\b{re.escape(match['whose'])}(?:'s?)? {match['role']},? ({_NAME})"
        named = [take_apart(one) for text in texts for one in re.findall(pattern, text)]
        if named and not any(may_be(take_apart(match["name"]), one) for one in named):
            return f"the cited article does not call {match['name']} {match['whose']}'s {match['role']}"
    return None


def _is_called(name: str, role: str, chain: str, texts: list[str], evidence: Evidence) -> bool:
    """Whether an article, or the ledger on it, gives somebody a role."""
    asked, called = take_apart(name), take_apart(chain)
    if any(holds_role(called, text, asked) or name.lower() in role for text in texts):
        return True
    speakers = [quote.speaker for quote, _ in evidence.quotes if quote.speaker]
    for speaker in speakers:
        mention = speaker.mention or ""
        words = re.findall(r"[\w-]+", mention.lower())
        if role in words and may_be(asked, take_apart(speaker.name or mention)):
            before = words[words.index(role) - 1] if words.index(role) else ""
            return not is_lesser(before, called)
    return False
