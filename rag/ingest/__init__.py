"""A source (file, folder, dump, web page, feed) -> articles.

What cannot be read comes out as a :class:`rag.types.Failure` among the articles, and the rest goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rag.ingest.files import count_articles, read_path
from rag.types import Article, Failure

__all__ = ["count_hint", "read_source"]

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")


def read_source(source: str | Path, *, fetch_limit: int = 20_000_000) -> Iterator[Article | Failure]:
    """The articles of one source, one by one as they are read; a dump or a folder is never held in memory.

    ``source`` is a .txt, .md, .html, .htm or .jsonl file, a folder of them (hidden files are left out), or the
    http(s) address of an article or of an RSS or Atom feed. ``fetch_limit`` is the most bytes taken from one address.
    Nothing is raised for a source that cannot be read: it is yielded as a ``Failure``.
    """
    if isinstance(source, str) and _ADDRESS.match(source):
        from rag.ingest.web import read_address  # httpx takes a third of a second to import; files need none of it

        yield from read_address(source, fetch_limit)
    else:
        yield from read_path(source)


def count_hint(source: str | Path) -> int | None:
    """About how many articles to expect: files of a folder, lines of a dump. None for addresses and missing paths."""
    if isinstance(source, str) and _ADDRESS.match(source):
        return None
    return count_articles(source)
