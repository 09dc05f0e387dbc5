"""Small words of the page: escaped and shortened text, dates, counts."""

from __future__ import annotations

import datetime as dt
import html
import unicodedata

from rag.types import Article, Citation, Searched

_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def escape(text: object) -> str:
    """``text`` for HTML, between tags and inside quoted attributes; control characters show as a replacement mark.

    Marks that turn the direction of writing are left out: they can make a text read as what it does not say.
    """
    return html.escape("".join(_visible(character) for character in str(text)), quote=True)


def _visible(character: str) -> str:
    """A browser turns a carriage return into a line feed and may not be sent half a surrogate pair or a NUL."""
    if character in _TURNS:
        return ""
    if character in "\t\n" or unicodedata.category(character) not in ("Cc", "Cs"):
        return character
    return "\n" if character == "\r" else "\N{REPLACEMENT CHARACTER}"


def day(date: dt.date | None) -> str:
    """A date as people write it: ``17 Nov 2024``; empty for None."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}" if date else ""


def count(number: int, thing: str, things: str | None = None) -> str:
    """``1 article``, ``3,748 articles``."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def publisher(item: Article | Citation) -> str:
    """Who published it."""
    return item.source or "Unnamed publisher"


def title(item: Article | Citation) -> str:
    """What it is called."""
    return item.title or "Untitled article"


def period(searched: Searched) -> str:
    """``17 Nov 2024 – 21 Apr 2026``; empty where no article is dated."""
    days = list(dict.fromkeys(day(date) for date in (searched.since, searched.until) if date))
    return " – ".join(days)


def shortened(text: str, length: int) -> str:
    """The beginning of a text, cut at a space."""
    return text if len(text) <= length else text[:length].rsplit(None, 1)[0] + " …"


def what_was_searched(searched: Searched) -> str:
    """``Searched 17 articles, 17 Nov 2024 – 21 Apr 2026``."""
    if not searched.articles:
        return "No article was searched: there are none, or none that the filters let through"
    whose = f" of {searched.source}" if searched.source else ""
    parts = [f"Searched {count(searched.articles, 'article')}{whose}", period(searched)]
    return ", ".join(part for part in parts if part)
