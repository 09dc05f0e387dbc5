"""What is known of an article besides its text, and the blocks at the top of a file that tell it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

from rag.ingest.cleaning import one_line
from rag.ingest.dates import parse_date

_KEYS = {"publisher": "source", "by": "author", "link": "url"} | {
    key: key for key in ("title", "date", "source", "author", "url")
}
_NOTES = {"note", "notes", "description", "summary", "abstract", "copyright", "keywords", "tags", "editor's note"}
_PAIR = re.compile(r"([A-Za-z][A-Za-z'’-]*(?: [A-Za-z'’-]+)?):(?:[ \t]+(.*))?")
_WEB = re.compile(r"https?://[^\s<>\"]{1,2000}", re.IGNORECASE)

_FRONT = re.compile(r"\ufeff?---[ \t]*\n((?:[^\n]*\n){0,200}?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_FRONT_PAIR = re.compile(r"([A-Za-z_][\w -]{0,40}):(?:[ \t]+(.*))?")
_QUOTED = re.compile(r"\A([\"'])(.*)\1\Z|\A[>|][+-]?\Z")
_FRONT_MORE = re.compile(r"[ \t]+\S.*|- .*")
_CONNECTORS = {"of", "the", "and", "for", "de", "la", "le", "du", "der", "die", "das", "von", "van", "&", "in", "on"}


@dataclass
class Facts:
    """The metadata of an article while it is read."""

    title: str | None = None
    date: dt.date | None = None
    source: str | None = None
    author: str | None = None
    url: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)

    def put(self, key: str, value: Any) -> None:
        """Keep ``value``: in the field ``key`` when it fits and is free, else in the metadata, unless it is empty."""
        if value is None or value == "":
            return
        if key == "date" and self.date is None:
            self.date = parse_date(value)
            if self.date is None:
                self.metadata["date_text"] = value
        elif key in ("title", "source", "author", "url") and getattr(self, key) is None and _fits(key, value):
            names = value if isinstance(value, list) else [value]
            setattr(self, key, str(value).strip() if key == "url" else one_line(", ".join(map(str, names))) or None)
        else:
            self.metadata[key] = value

    def over(self, other: Facts) -> Facts:
        """These facts completed by ``other``, whose source and address come first: a page knows its own."""
        return Facts(
            title=self.title or other.title,
            date=self.date or other.date,
            source=other.source or self.source,
            author=self.author or other.author,
            url=other.url or self.url,
            metadata={**other.metadata, **self.metadata},
        )


def is_web(value: object) -> bool:
    """Whether ``value`` is an http(s) address: the only kind that may become a link."""
    return isinstance(value, str) and _WEB.fullmatch(value.strip()) is not None


def _fits(key: str, value: object) -> bool:
    if key == "url":
        return is_web(value)
    names = value if isinstance(value, list) else [value]
    return bool(names) and all(isinstance(name, (str, int, float)) and not isinstance(name, bool) for name in names)


def take_header(text: str, facts: Facts) -> str:
    """``text`` without the ``Key: value`` lines at its top, which go to ``facts``; as it is where they are no header.

    A header is ended by a blank line, has nothing but pairs, and one of them convinces: an article may well begin
    with ``Source: talks to resume``, and that must not be lost.
    """
    lines = text[:20_000].split("\n")
    pairs: list[tuple[str, str]] = []
    while len(pairs) < len(lines) and lines[len(pairs)].strip():
        pair = _PAIR.fullmatch(lines[len(pairs)].strip())
        if pair is None:
            return text
        pairs.append((pair[1].lower().replace("’", "'"), (pair[2] or "").strip()))
    body = text.split("\n", len(pairs) + 1)[len(pairs) + 1 :] if len(pairs) < len(lines) else []
    known = any(_convinces(_KEYS.get(key), value) for key, value in pairs)
    if not known or not body or not body[0].strip() or any(_is_speech(key, value) for key, value in pairs):
        return text
    _keep(pairs, facts)
    return body[0]


def take_front_matter(text: str, facts: Facts) -> str:
    """``text`` without the simple YAML between ``---`` lines at its top, which goes to ``facts``."""
    block = _FRONT.match(text)
    if block is None:
        return text
    pairs: list[tuple[str, str]] = []
    for line in block[1].split("\n"):
        if pair := _FRONT_PAIR.fullmatch(line.rstrip()):
            pairs.append((pair[1].lower(), _QUOTED.sub(r"\2", (pair[2] or "").strip())))
        elif pairs and _FRONT_MORE.fullmatch(line):
            key, value = pairs[-1]
            joint = ", " if value and line.lstrip().startswith("- ") else " "
            pairs[-1] = key, f"{value}{joint}{line.strip().removeprefix('- ')}"
        elif line.strip() and not line.startswith("#"):
            return text
    _keep(pairs, facts)
    return text[block.end() :]


def _keep(pairs: list[tuple[str, str]], facts: Facts) -> None:
    for key, value in pairs:
        facts.put(_KEYS.get(key, key), one_line(value, 2000))


def _convinces(name: str | None, value: str) -> bool:
    if name == "date":
        return parse_date(value) is not None
    if name == "url":
        return is_web(value)
    if name == "title":
        return 0 < len(value) <= 300
    words = value.split()
    capital = all(not word[0].islower() or word.lower() in _CONNECTORS for word in words)
    return name in ("source", "author") and 0 < len(words) <= 8 and (len(words) == 1 or capital)


def _is_speech(key: str, value: str) -> bool:
    """``Scholz: We shall help.`` under the header of an interview is text, not a field."""
    return key not in _KEYS and key not in _NOTES and value.endswith((".", "!", "?", "”", '"'))
