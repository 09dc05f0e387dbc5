"""RSS and Atom -> entries."""

from __future__ import annotations

import importlib
import io
import logging
import re
from typing import Any, NamedTuple

from rag.errors import SourceError
from rag.ingest.facts import Facts
from rag.ingest.html import fragment_text

MAX_ENTRIES = 50

_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<[?!][^>]*>\s*)*<(?:\w+:)?(?:rss|feed|RDF)\b")
_LOG = logging.getLogger(__name__)


class Entry(NamedTuple):
    """An entry of a feed: its facts (``url`` is its page), its content or summary as HTML, its id in the feed."""

    facts: Facts
    html: str
    id: str | None


def is_feed(data: bytes, media_type: str) -> bool:
    """Whether an answer is a feed, by its type or else by its first element."""
    return media_type.startswith(("application/rss", "application/atom")) or _ROOT.match(data[:4096]) is not None


def parse_feed(data: bytes, url: str, media_type: str, charset: str | None) -> list[Entry]:
    """The first 50 entries of the feed at ``url``. Raises ``SourceError`` when it has none."""
    headers = {"content-location": url, "content-type": f"{media_type}; charset={charset}" if charset else media_type}
    try:
        # as a stream: given bare bytes, feedparser takes them for a file name first
        feed = importlib.import_module("feedparser").parse(io.BytesIO(data), response_headers=headers)
    except Exception as error:  # whatever a broken feed makes it raise, the next source goes on
        raise SourceError(f"cannot be read as a feed ({type(error).__name__})") from error
    if not feed.entries:
        raise SourceError("is a feed without articles", help_message="Give the address of a feed with entries.")
    if len(feed.entries) > MAX_ENTRIES:
        _LOG.warning("%s has %d entries; the first %d are read", url, len(feed.entries), MAX_ENTRIES)
    return [_entry(entry, feed.feed.get("title")) for entry in feed.entries[:MAX_ENTRIES]]


def _entry(entry: Any, publisher: str | None) -> Entry:
    facts = Facts()
    facts.put("title", _words(entry.get("title")))
    facts.put("date", entry.get("published") or entry.get("updated"))
    facts.put("author", _words(entry.get("author")))
    facts.put("url", entry.get("link"))
    facts.put("source", _words(publisher))
    contents = [content.get("value") or "" for content in entry.get("content") or ()]
    return Entry(facts, max([*contents, entry.get("summary") or ""], key=len), entry.get("id"))


def _words(html: str | None) -> str:
    return fragment_text(html) if html and ("<" in html or "&" in html) else html or ""
