"""What a question that asks for a summary wants summarised: this article, a named one, a topic, somebody's words. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag.saying import read_sayings

RequestKind = Literal["this", "article", "topic", "speaker"]

_POLITE = (
    r"(?:please |kindly |(?:can|could|would|will) you (?:please )?|i(?:'d| would) like (?:you to )?|let(?:'s| us) )*"
)
_ASKS = re.compile(
    rf"^\W*{_POLITE}(?:"
    r"(?:summari[sz]e|recap|condense)\b(?: for (?:me|us))?"
    r"|sum up\b|sum (?=(?:this|it|that|the \w+) up\b)"
    r"|(?:(?:give|show|write|make|get|tell)(?: (?:me|us))? )?(?:a|an|the)? ?(?:(?:short|brief|quick|concise|rough|general) )*"
    r"(?:summary|overview|gist|recap|digest|rundown|synopsis|summing[- ]up)\b(?: (?:of|on|about|for))?"
    r"|what(?:'s|s| is) the (?:gist|summary|essence)\b(?: of)?"
    r"|(?:tl;?dr|brief (?:me|us))\b(?: (?:of|on|about|for))?"
    r")[\s:,]*(?P<rest>.*)$",
    re.I | re.S,
)
_THIS = re.compile(
    r"(?:up )?(?:this|it|that|all this|the|this whole|the whole|these)?"
    r"(?: (?:one|article|story|piece|report|text|page|all|up))*"
    r"(?: (?:for me|for us|please|briefly|shortly|in (?:short|brief|a few (?:words|sentences))))*",
    re.I,
)
_ARTICLE = re.compile(
    r"(?:the|that|this|an?) (?:(?:latest|last|first|long|short|news) )?(?:article|story|piece|report|news item|item)"
    r"(?: (?:about|on|of|over|titled|called|entitled|where|in which|from|that)\b)? (?P<subject>.+)",
    re.I,
)
_OPENS_TOPIC = re.compile(
    r"^(?:(?:all|everything|the (?:latest|news|articles|coverage|reports|reporting|events|developments|story)|"
    r"what(?:'s| is| has)?|news|articles|coverage|developments|there is)\b ?)+"
    r"(?:(?:happened|happening|been happening|happens|reported|"
    r"known|written|going on|there is|we know|you know|the articles (?:say|report))\b ?)*"
    r"(?:(?:about|on|of|with|to|in|around|regarding)\b ?)?",
    re.I,
)
_WORDS_OF = re.compile(
    r"^(?:the )?(?:positions?|views?|statements?|remarks|words|comments|opinions?|stance|line) (?:of|by) (?P<who>.+?)"
    r"(?: (?:on|about|regarding|concerning|over) (?P<what>.+))?$"
    r"|^(?P<whose>[^,]+?)['’]s? (?:positions?|views?|statements?|remarks|words|comments|opinions?|stance|line)"
    r"(?: (?:on|about|regarding|concerning|over) (?P<of>.+))?$",
    re.I,
)
_WHEN = re.compile(
    r"[\s,]+(?:(?:since|from|in|during|between|until|before|after|over|of|on)\s+)?(?:the\s+)?(?:(?:early|late|last|past|previous|"
    r"this|these)\s+)?(?:\d{1,4}\S*\s+)?(?:few\s+|couple of\s+)?"
    r"(?:january|february|march|april|may|june|july|august|september|"
    r"october|november|december|days?|weeks?|months?|years?|today|yesterday|(?:19|20)\d{2}|\d{4}-\d{2}-\d{2})"
    r"(?:\s+\d{1,2}(?:st|nd|rd|th)?)?(?:,?\s+(?:19|20)\d{2})?$",
    re.I,
)
_NEWEST = re.compile(r"[,;(]?\s*\b(?:the )?(?:newest|latest|most recent) (?:one )?first\b\)?", re.I)
_SAID_ABOUT = re.compile(r"^(?:has |have |had )?\w+(?: (?:about|on|of|regarding|concerning|over|to))? ", re.I)


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be summarised: ``subject`` names the article or the topic, ``speaker`` whose words, on ``subject``."""

    kind: RequestKind
    subject: str = ""
    speaker: str = ""
    newest_first: bool = False


def read_request(question: str) -> Request | None:
    """What a question wants summarised; None if it asks for something else."""
    match = _ASKS.match(" ".join(question.split()))
    if match is None:
        return None
    newest = bool(_NEWEST.search(match["rest"]))
    rest = _NEWEST.sub("", match["rest"]).strip(" ?.!:,")
    rest = re.sub(r"(?:,? (?:please|briefly|for me|for us))+$", "", rest, flags=re.I)
    if _THIS.fullmatch(rest):
        return Request("this", newest_first=newest)
    if said := _words_of(rest):
        return Request("speaker", said[1], said[0], newest)
    if named := _ARTICLE.fullmatch(rest):
        return Request("article", named["subject"], newest_first=newest)
    subject = _without_time(_OPENS_TOPIC.sub("", rest).strip() or rest)
    return Request("topic", re.sub(r"^the ", "", subject), newest_first=newest)


def _words_of(rest: str) -> tuple[str, str] | None:
    """Whose words, and on what ("" for anything): "what Lund said about the bridge", "Lund's views on the bridge"."""
    if match := _WORDS_OF.match(rest):
        return (match["who"] or match["whose"]).strip(), _without_time(match["what"] or match["of"] or "")
    if not re.match(r"(?:everything |all )?(?:that |what )", rest, re.I):
        return None
    plain = re.sub(r"^(?:everything |all )?(?:that |what )", "what ", rest, flags=re.I)
    plain = re.sub(r"\b(?:has|have|had) (?:been )?", "", plain, count=1)
    for saying in read_sayings(f"Tell me {plain}"):
        if saying.speaker and saying.kind == "said_about":
            topic = re.sub(r"^tell me (?:what )?", "", saying.topic, flags=re.I).strip()
            return saying.speaker, _without_time(_SAID_ABOUT.sub("", f"{topic} ", count=1).strip())
    return None


def _without_time(subject: str) -> str:
    """A subject without the days that are named behind it: those are a filter."""
    return _WHEN.sub("", f" {subject}").strip()
