"""Bytes -> text, or an error when they are none."""

from __future__ import annotations

import codecs

import charset_normalizer

from rag.errors import SourceError
from rag.ingest.alphabets import encoding_of

MAX_CHARACTERS = 5_000_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"\x7fELF", b"{\\rtf")
_CONTROLS = bytes([*range(9), *range(14, 27), *range(28, 32), 127])
_HIGH = bytes(range(128, 256))


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of ``data``; ``declared`` is the charset that the sender states, believed when it is not UTF-8.

    Raises ``SourceError`` when the bytes are no text. NUL bytes and other control characters tell.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if data.startswith(_MAGIC) or controls * 3 > len(data) or (controls > 3 and controls * 200 > len(data)):
        raise SourceError("is not text", help_message="Save it as text (UTF-8) and add that.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_other(data, declared)


def _decode_other(data: bytes, declared: str | None) -> str:
    damaged = data.decode("utf-8", "replace")
    broken = damaged.count("\ufffd")
    if len(damaged) - len(damaged.encode("ascii", "ignore")) > 5 * broken:
        return damaged  # UTF-8 with a few broken bytes: other encodings hardly ever form its sequences
    for encoding in (declared or _guess(data), "cp1252"):
        # pages that declare latin-1 are written in cp1252, its superset (as browsers read them)
        name = "cp1252" if encoding.lower() in ("iso-8859-1", "latin-1", "us-ascii") else encoding
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("latin-1")


def _guess(data: bytes) -> str:
    """Latin text has few letters beyond ASCII: too few for a detector, which then prefers the exotic."""
    high = len(data) - len(data.translate(None, _HIGH))
    known = encoding_of(data[:200_000]) if high * 3 < len(data) else None
    if known:
        return known
    if high * 50 < len(data) or (len(data) < 2000 and high * 2 < len(data)):
        return "cp1252"
    best = charset_normalizer.from_bytes(data[:200_000]).best()
    return best.encoding if best else "cp1252"
