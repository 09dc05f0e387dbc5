"""Cleaning of article text, and the marks that news feeds leave in it."""

from __future__ import annotations

import re

_CP1252 = {0x80 + i: c for i, c in enumerate(bytes(range(0x80, 0xA0)).decode("cp1252", "replace"))}
_TABLE: dict[int, str | None] = {
    **dict.fromkeys([*range(32), 0x7F]),
    **{code: None if c == "\ufffd" else c for code, c in _CP1252.items()},  # as browsers read these code points
    **dict.fromkeys(map(ord, "\v\f\r\x1c\x1d\x1e\u2028"), "\n"),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
    # soft hyphens, zero-width marks and direction overrides are not seen, but break search and fool the eye
    **dict.fromkeys([0xAD, 0x200B, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]),
    0x2029: "\n\n",
    0x09: "\t",
    0x0A: "\n",
}
_UNCLEAN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")

_FEED_HEAD = re.compile(r"\s*date\s+(?P<date>\d{4}-\d\d-\d\d)\s+\((?P<source>[^()\n]{2,60})\)\s*")
_WIRE_HEAD = re.compile(r"\s*\((?P<source>MENAFN(?:\s*[-–]\s*[^()\n]{2,60})?)\)\s*")
_WIRE_NAME = re.compile(r"[A-Z]{3,12}\s?[-–]\s+(?=\w)")
_FEED_ID = re.compile(r"(?:\n\s*(?!ISBN|ISSN|IBAN)[A-Za-z]{2,20}(?:\d{12,40}(?:ID\d{1,20})?|ID\d{6,20})[^\S\n]*)+\s*\Z")


def clean(text: str) -> str:
    """``text`` with newline line ends, trimmed lines, one blank line between blocks and no control characters.

    Letters, quote marks and no-break spaces inside lines stay as they are. ``clean(clean(x)) == clean(x)``.
    """
    text = text.replace("\r\n", "\n").translate(_TABLE)
    lines = "\n".join(line.strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def one_line(text: str, limit: int = 500) -> str:
    """``text`` cleaned, on one line, cut on a word boundary with ``…`` to at most ``limit`` characters."""
    line = " ".join(clean(text[: 20 * limit]).split())
    if len(line) <= limit:
        return line
    cut = line[:limit].rpartition(" ")[0] or line[: limit - 1]
    return cut.rstrip(" ,;:-–—") + "…"


def needs_cleaning(text: str) -> bool:
    """Whether a dump's text cannot stay to the letter: control characters, outer blanks, blank runs, feed marks."""
    feed = _FEED_HEAD.match(text) or _WIRE_HEAD.match(text) or _FEED_ID.search(text[-200:])
    return bool(feed or "\n\n\n" in text or text != text.strip() or _UNCLEAN.search(text))


def cut_feed(text: str) -> tuple[str, str | None, str | None]:
    """Cleaned ``text`` without its feed header and feed ids, with the date (ISO) and the source the header states.

    Headers are ``date 2024-11-17 (NAME) …`` and ``(MENAFN- Publisher) …``; an id is a last line such as
    ``NAME17112024000012345678ID1234567890``.
    """
    head = _FEED_HEAD.match(text) or _WIRE_HEAD.match(text)
    tail = _FEED_ID.search(text, max(0, len(text) - 200))
    body = text[head.end() if head else 0 : tail.start() if tail else len(text)].strip()
    if not head:
        return body, None, None
    return body, head.groupdict().get("date"), _WIRE_NAME.sub("", head["source"]).strip()
