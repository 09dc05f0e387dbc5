"""A web page -> text and facts, with trafilatura. Scripts, styles, comments and hidden elements never come in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from rag.errors import SourceError
from rag.ingest.dates import parse_date
from rag.ingest.decoding import decode
from rag.ingest.facts import Facts, is_web
from rag.ingest.layout import BOLD, BOLD_END, QUOTE, QUOTE_END, Shown, unmarked, without

MAX_PAGE = 20_000_000  # bytes; trafilatura's own limit

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,40})", re.IGNORECASE)
_SILENT = {"head", "title", "script", "style", "template", "noscript", "iframe", "object", "nav", "button", "select"}
_PROSE = re.compile(r"[^\n]{60}|\w[^\n]*[.!?…。][\"'”’»)\]]*$", re.MULTILINE)
_BREAKS = re.compile(
    "p|div|section|article|aside|main|header|footer|h[1-6]|[uod]l|li|d[td]|blockquote|fig(?:ure|caption)|table|tr|pre|hr"
    "|address|br|lb|head|item|list|quote|row|graphic"  # from lb on: in trafilatura's own tree
)
_DATE_KEYS = (
    *("article:published_time", "og:article:published_time"),
    *("datepublished", "parsely-pub-date", "sailthru.date", "citation_publication_date"),
    *("dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "dcterms.created"),
    *("publish-date", "publish_date", "publishdate", "pubdate", "publication_date", "date"),
)
_BOLD = re.compile("b|strong|h[1-6]|dt|head")  # "head" in trafilatura's own tree
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_PUBLISHED = re.compile(r'"datePublished"\s*:\s*"([^"]{4,60})"')
_DATE_IN_URL = re.compile(r"/(\d{4}/\d{1,2}/\d{1,2})(?![^/\s])")


def read_html(data: bytes, charset: str | None = None, address: str | None = None) -> tuple[str, Facts]:
    """The article on a page and what the page's metadata tell of it. ``address`` is where it was fetched.

    The date comes from metadata only. A canonical address counts when it is on the same host as ``address``: a page
    must not pass for another site's. Raises ``SourceError`` when the page holds no article.
    """
    if len(data) > MAX_PAGE:
        raise SourceError("is larger than a page can be (20 MB)", help_message="Save the article's text alone.")
    declared = _CHARSET.search(data, 0, 4096)
    page = decode(data, charset or (declared[1].decode("ascii") if declared else None))
    trafilatura = _trafilatura()
    try:
        tree = _tree(page)
        if tree is None:
            raise SourceError("is empty", help_message="Nothing to add: the page holds nothing.")
        meta = trafilatura.extract_metadata(tree, address, {"extensive_search": False})
        date = _published(tree, f"{meta.url} {address}")
        _keep_seen(tree)
        found = trafilatura.bare_extraction(tree, include_comments=False, include_formatting=True)
        text, shown = _text(found.body) if found is not None else ("", Shown())
    except SourceError:
        raise
    except Exception as error:  # lxml and trafilatura raise anything on broken pages; the next source goes on
        raise SourceError(f"cannot be read as a page ({type(error).__name__})") from error
    if not _PROSE.search(text):
        raise SourceError("is a page without an article", help_message="Give the address of one article.")
    facts = _facts(meta, date, address)
    facts.put("layout", shown or None)
    return text, facts


def fragment_text(html: str) -> str:
    """The text of a piece of HTML, its blocks on lines of their own; empty when nothing in it is seen."""
    return read_fragment(html)[0]


def read_fragment(html: str) -> tuple[str, Shown]:
    """As :func:`fragment_text`, with what its lines showed."""
    _trafilatura()
    tree = _tree(f"<html><body><div>{html}</div></body></html>")
    if tree is None:
        return "", Shown()
    _keep_seen(tree)
    return _text(tree)


def _trafilatura() -> Any:
    try:
        import trafilatura  # half a second: only when there is HTML to read
    except ImportError as error:
        raise SourceError(f"needs trafilatura ({error})", help_message="Run `make install`.") from error
    return trafilatura


def _tree(page: str) -> Any:
    load = _trafilatura().load_html
    page = re.sub(r"\A\s*<\?xml[^>]*>", "", page).replace("\0", "")
    tree = load(page) if page.strip() else None
    return load(f"<html><body>{page}</body></html>") if tree is None and page.strip() else tree


def _keep_seen(tree: Any) -> None:
    """Drop what a reader does not see; white space of the source is one space, so line ends left are breaks."""
    for element in list(tree.iter("*")):
        element.text, element.tail = (text and _BLANKS.sub(" ", text) for text in (element.text, element.tail))
        style = "".join((element.get("style") or "").lower().split())
        unseen = "hidden" in element.attrib or "display:none" in style or "visibility:hidden" in style
        if element.getparent() is not None and element.tag != "body" and (unseen or element.tag in _SILENT):
            element.drop_tree()
        elif element.tag == "footer" and next(element.iterancestors("blockquote"), None) is not None:
            element.tag = "p"  # a block quote's signature, which passes for a page's own footer


def _text(tree: Any) -> tuple[str, Shown]:
    text, shown = unmarked("".join(_flow(tree)))
    return re.sub(r"(?: \|)* *\n\s*", "\n\n", re.sub(r" {2,}", " ", text)).strip(), shown


def _flow(element: Any) -> Iterator[str]:
    tag = element.tag
    if not isinstance(tag, str):  # a comment
        return
    edge = "\n" if _BREAKS.fullmatch(tag) else ""
    opening, closing = _signs(element)
    yield edge + opening + without(element.text or "")
    for child in element:
        yield from _flow(child)
        yield without(child.tail or "")
    yield closing + (" | " if tag in ("td", "th", "cell") else edge)


def _signs(element: Any) -> tuple[str, str]:
    """The signs around what an element shows in bold letters or as a block quote."""
    if _BOLD.fullmatch(element.tag) or "#b" in (element.get("rend") or ""):
        return BOLD, BOLD_END
    return (QUOTE, QUOTE_END) if element.tag in ("blockquote", "quote") else ("", "")


def _published(tree: Any, urls: str) -> dt.date | None:
    stated: dict[str, str] = {}
    for meta in tree.iter("meta"):
        key = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        stated.setdefault(key.lower(), meta.get("content") or "")
    times = list(tree.xpath("//time[@datetime][@pubdate or @itemprop='datePublished']/@datetime"))
    inside = set(tree.xpath("//article//time/@datetime"))
    texts = [stated.get(key) for key in _DATE_KEYS[:2]]
    texts += _PUBLISHED.findall(" ".join(tree.xpath("//script[@type='application/ld+json']/text()")))[:1]
    texts += [stated.get(key) for key in _DATE_KEYS[2:]] + times
    texts += inside if len(inside) == 1 else ()
    texts += _DATE_IN_URL.findall(urls)[:1]
    return next((date for text in texts if (date := parse_date(text))), None)


def _facts(meta: Any, date: dt.date | None, address: str | None) -> Facts:
    url = meta.url if is_web(meta.url) and (address is None or _host(meta.url) == _host(address)) else address
    facts = Facts(date=date)
    facts.put("title", meta.title)
    facts.put("source", meta.sitename or (_host(url) if url else None))
    facts.put("author", meta.author)
    facts.put("url", url)
    return facts


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
