"""What a citation link points at: an exact version of an article and a slice of it, written into the link itself.

A link is ``#cite/ARTICLE_ID/START/END/MARKER``. It needs no list of answers to be understood, so it stays right when
the page is reloaded, after a follow-up question, and when a newer version of the article is added.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_ARTICLE_ID = r"[0-9a-f]{16}"
_REFERENCE = re.compile(rf"#?cite/({_ARTICLE_ID})/([0-9]{{1,9}})/([0-9]{{1,9}})(?:/([0-9]{{1,4}}))?")


class Reference(NamedTuple):
    """An article (this version of it) and a slice of its text; an empty slice means the article as a whole."""

    article_id: str
    start: int = 0
    end: int = 0
    marker: int = 0

    @property
    def href(self) -> str:
        """The link, as a fragment of the page's address."""
        return f"#cite/{self.article_id}/{self.start}/{self.end}/{self.marker}"


def is_article_id(value: object) -> bool:
    """Whether ``value`` has the form of ``Article.id``."""
    return isinstance(value, str) and re.fullmatch(_ARTICLE_ID, value) is not None


def parse_reference(value: object) -> Reference | None:
    """The reference in a link, or None if it is anything else. Whatever a browser sends goes through here."""
    match = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    article_id, start, end, marker = match.groups(default="0")
    reference = Reference(article_id, int(start), int(end), int(marker))
    return reference if reference.start <= reference.end else None
