"""The bytes of plain text or Markdown -> text and facts."""

from __future__ import annotations

from rag.ingest.cleaning import clean
from rag.ingest.compose import too_long
from rag.ingest.decoding import MAX_CHARACTERS, decode
from rag.ingest.facts import Facts, take_front_matter, take_header
from rag.ingest.markdown import plain


def read_plain(data: bytes, charset: str | None = None) -> tuple[str, Facts]:
    """Text with the facts of its header. Raises ``SourceError`` when it is no text or longer than an article."""
    facts = Facts()
    return take_header(clean(_decode(data, charset)), facts), facts


def read_markdown(data: bytes, charset: str | None = None) -> tuple[str, Facts]:
    """As :func:`read_plain`, for Markdown with or without front matter."""
    facts = Facts()
    text = _decode(data, charset).replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")
    return plain(take_header(take_front_matter(text, facts), facts), facts), facts


def _decode(data: bytes, charset: str | None) -> str:
    # no encoding takes more than four bytes a character: what is longer need not be decoded to be refused
    text = decode(data, charset) if len(data) <= 4 * MAX_CHARACTERS + 4 else None
    if text is None or len(text) > MAX_CHARACTERS:
        raise too_long()
    return text
