"""Why a speaker has a name, or has none, as safe HTML with links to the words of the article that tell it. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Citation, Quote, Speaker
from ui.reference import Reference
from ui.words import escape


def trace_html(quotes: Sequence[Quote], shown: Sequence[Citation]) -> str:
    """A line for the speakers of statements: where "he" is named, and what is told of a source that is not.

    Nothing for what the words that are ``shown`` tell themselves.
    """
    lines = [
        line
        for quote in quotes
        if quote.speaker
        for line in (_naming(quote.article_id, quote.speaker, shown), _reason(quote.article_id, quote.speaker, shown))
    ]
    told = [line for line in dict.fromkeys(lines) if line]
    return f'<span class="told-how">{" · ".join(told)}</span>' if told else ""


def _naming(article_id: str, speaker: Speaker, shown: Sequence[Citation]) -> str:
    """``“He” is Jonas Brandt, named in paragraph 3``, of a speaker who is given a name by other words than that."""
    naming = speaker.named_at
    if naming is None or speaker.resolved_by in (None, "name") or not speaker.mention:
        return ""
    if _is_shown(article_id, naming.start, shown):
        return ""
    link = _link(article_id, naming.start, naming.end, f"named in paragraph {naming.paragraph + 1}")
    return f"“{escape(speaker.mention)}” is {escape(speaker.name)}, {link}"


def _reason(article_id: str, speaker: Speaker, shown: Sequence[Citation]) -> str:
    """``Not named: “who may not speak”``, in the article's own words."""
    if not speaker.reason or not speaker.reason_at or _is_shown(article_id, speaker.reason_at[0], shown):
        return ""
    return f"Not named: “{_link(article_id, *speaker.reason_at, speaker.reason)}”"


def _is_shown(article_id: str, start: int, shown: Sequence[Citation]) -> bool:
    return any(one.article_id == article_id and one.start <= start < one.end for one in shown)


def _link(article_id: str, start: int, end: int, words: str) -> str:
    return f'<a class="cite" href="{escape(Reference(article_id, start, end).href)}">{escape(words)}</a>'
