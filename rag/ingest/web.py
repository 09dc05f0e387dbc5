"""The article of a web page, or the articles of a feed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.errors import SourceError
from rag.ingest.compose import compose
from rag.ingest.facts import Facts
from rag.ingest.failures import failure
from rag.ingest.feeds import Entry, is_feed, parse_feed
from rag.ingest.fetching import Page, RefusedError, fetch, is_private, parse_address, without_credentials
from rag.ingest.html import read_fragment, read_html
from rag.ingest.texts import read_markdown, read_plain
from rag.types import Article, Failure


def read_address(source: str, limit: int) -> Iterator[Article | Failure]:
    """The article of a page, or those of a feed: each entry's own page, or else what the feed has of it."""
    shown = re.sub(r"//.*@", "//", source)
    try:
        url = parse_address(source)
        shown = without_credentials(url)
        private = is_private(url)
        page = fetch(source, limit=limit, allow_private=private)
        if not is_feed(page.data, page.media_type):
            text, facts = _read_page(page)
            results: Iterator[Article | Failure] = iter([compose(text, facts, origin=page.url)])
        else:
            entries = parse_feed(page.data, page.url, page.media_type, page.charset)
            results = _read_entries(entries, page.url, limit, private)
    except SourceError as error:
        results = iter([failure(shown, error)])
    yield from results


def _read_page(page: Page) -> tuple[str, Facts]:
    if page.media_type in ("text/plain", "text/markdown"):
        text, facts = (read_plain if page.media_type == "text/plain" else read_markdown)(page.data, page.charset)
        facts.url = page.url
        return text, facts
    if "xml" in page.media_type and b"<html" not in page.data[:4096].lower():
        raise SourceError(
            "is XML, but neither a page nor a feed", help_message="Give the address of the article's page."
        )
    return read_html(page.data, charset=page.charset, address=page.url)


def _read_entries(entries: list[Entry], feed: str, limit: int, private: bool) -> Iterator[Article | Failure]:
    for entry in entries:
        facts, external_id = entry.facts, None
        origin = link = facts.url
        try:
            try:
                if link is None:
                    raise SourceError("has neither a page nor text")
                linked = fetch(link, limit=limit, allow_private=private)
                origin = linked.url
                text, found = _read_page(linked)
                facts = facts.over(found)
            except SourceError as error:
                text, shown = read_fragment(entry.html)
                facts.put("layout", shown or None)
                if not text.strip():
                    raise
                if link is None or isinstance(error, RefusedError):
                    facts.url, origin, external_id = None, feed, entry.id
            result: Article | Failure = compose(text, facts, origin=origin, external_id=external_id)
        except SourceError as error:
            result = failure(link or f"{feed}: {facts.title}", error)
        yield result
