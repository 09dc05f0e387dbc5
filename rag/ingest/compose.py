"""Text with its facts -> Article: cleaning, feed marks, title, source and date that nothing else tells."""

from __future__ import annotations

import re

from rag.errors import SourceError
from rag.ingest.cleaning import clean, cut_feed, needs_cleaning, one_line
from rag.ingest.dates import date_in_name
from rag.ingest.decoding import MAX_CHARACTERS
from rag.ingest.facts import Facts, is_web
from rag.types import Article, split_paragraphs

_TITLE = 120
_AGENCIES = (
    "AFP|AP|ANI|ANSA|BBC|Bloomberg|CNN|CNBC|DPA|dpa|DW|EFE|IANS|KUNA|Kyodo|NPR|PTI|Reuters|REUTERS|RFE/RL|TASS|UPI|WAM"
    "|Xinhua|Yonhap"
)
_DATELINE = re.compile(rf"[^()\n]{{0,60}}\(({_AGENCIES})\)\s*(?:--|[-–—_:])")
_CANONICAL = {"REUTERS": "Reuters", "DPA": "dpa"}
_BYLINE = re.compile(r"(?i:by) [^\n]{2,60}[^\s.!?]")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s+[\"'“‘(\[]?[^\W_a-z])")


def compose(
    text: str,
    facts: Facts,
    *,
    name: str = "",
    origin: str | None = None,
    external_id: str | None = None,
    verbatim: bool = False,
) -> Article:
    """The article of ``text``. ``name`` is a file name that may tell the date.

    With ``verbatim`` (a dump) the offsets are the caller's: the text is left to the letter unless it cannot be.
    Raises ``SourceError`` when nothing is left to read, or too much.
    """
    if len(text) > MAX_CHARACTERS:
        raise too_long()
    if not verbatim or needs_cleaning(text):
        text = _feed(clean(text), facts)
    if not verbatim:
        text = _feed(_take_title(text, facts), facts)
    if not text.strip():
        raise SourceError("is empty", help_message="Nothing to add: there is no article text in it.")
    if facts.source is None and (dateline := _DATELINE.match(text)):
        facts.source = _CANONICAL.get(dateline[1], dateline[1])
    return Article.from_text(
        text,
        title=facts.title or _first_sentence(text),
        date=facts.date or date_in_name(name),
        source=facts.source,
        author=facts.author,
        url=facts.url,
        external_id=external_id,
        origin=origin,
        metadata=facts.metadata,
    )


def too_long() -> SourceError:
    """The error of an article that is no article."""
    return SourceError(
        "is longer than an article can be (5 million characters)",
        help_message="Split it into its articles: one a file, or one a line of a .jsonl dump.",
    )


def _feed(text: str, facts: Facts) -> str:
    text, date, source = cut_feed(text)
    if date and facts.date is None:
        facts.put("date", date)
    facts.source = facts.source or source
    return text


def _take_title(text: str, facts: Facts) -> str:
    """``text`` without its headline, when the first paragraph is one; ``facts`` then has the title."""
    head = text[:10_000].partition("\n")[0]
    paragraphs = split_paragraphs(text[:10_000])
    if len(paragraphs) < 2 or (facts.title and not _repeats(head, facts.title)):
        return text
    if not facts.title:
        first, second = (p.end - p.start for p in paragraphs[:2])
        alone = first == len(head) and any(c.isalnum() for c in head)  # not the first line of a wrapped paragraph
        ends = head.rstrip("\"'”’)]").endswith((".", "!", "?", "…", ":", ";", ",", "-", "–", "—"))
        if not alone or first > min(_TITLE, second - 1) or ends or _BYLINE.fullmatch(head) or is_web(head):
            return text
        facts.title = one_line(head)
    return text[len(head) :].strip()


def _repeats(head: str, title: str) -> bool:
    """``Bridge opens`` under the title ``Bridge opens - Example Post``."""
    line, title = one_line(head).casefold(), title.casefold()
    return title == line or (title.startswith(line) and title[len(line) :].lstrip()[:1] in tuple("-–—|"))


def _first_sentence(text: str) -> str | None:
    blocks = (text[p.start : min(p.end, p.start + 1000)] for p in split_paragraphs(text[:4000]))
    worded = [" ".join(block.split()) for block in blocks if any(c.isalnum() for c in block)]
    if not worded:
        return None
    first = next((block for block in worded if not _BYLINE.fullmatch(block)), worded[0])
    if dateline := _DATELINE.match(first):
        first = first[dateline.end() :].strip() or first
    for end in _SENTENCE_END.finditer(first):
        word = first[: end.start()].rpartition(" ")[2]
        if end.group()[0] != "." or (len(word) > 3 and "." not in word):  # else an abbreviation: Mr., U.S., Nov.
            return one_line(first[: end.end()], 100)
    return one_line(first, 100)
