"""An article as safe HTML with the cited slice marked: what the panel beside the chat shows. Pure functions."""

from __future__ import annotations

from urllib.parse import urlsplit

from rag.types import Article, Paragraph
from ui.reference import Reference
from ui.words import day, escape, publisher, title

EMPTY = (
    '<div class="source-empty"><p class="source-empty-title">The source appears here</p>'
    "<p>Every sentence of an answer ends in a number. Choose one, and the article opens at the paragraph that "
    "proves it, with the cited words marked. The title of an article opens it as a whole.</p></div>"
)


def source_html(article: Article, reference: Reference, *, current: bool = True) -> str:
    """The whole article, its cited paragraphs marked and the words ``text[start:end]`` in ``<mark>``.

    ``current`` is False for a version that was replaced since. Raises ValueError if the slice lies outside the text.
    """
    if reference.end > len(article.text):
        raise ValueError("the slice lies outside the article")
    paragraphs = "".join(_paragraph(article, paragraph, reference) for paragraph in article.paragraphs)
    return (
        f'<article class="source" aria-labelledby="source-title">{_head(article, current)}{_summarise(article)}'
        f'<div class="source-text">{paragraphs}</div></article>'
    )


def _summarise(article: Article) -> str:
    """The button that has the article summarised, and the place where the summary goes."""
    return (
        f'<p class="source-act"><button type="button" class="summarise" data-article="{escape(article.id)}">Summarise</button>'
        '</p><div class="source-summary" aria-live="polite"></div>'
    )


def _head(article: Article, current: bool) -> str:
    kicker = " · ".join(escape(part) for part in (article.source, day(article.date)) if part)
    byline = f'<p class="source-author">{escape(article.author)}</p>' if article.author else ""
    stale = (
        ""
        if current
        else '<p class="source-stale">This is the version the citation was made from. '
        "It has been replaced or removed since.</p>"
    )
    note = article.metadata.get("note")
    remark = f'<p class="source-note">{escape(note)}</p>' if isinstance(note, str) and note else ""
    return (
        f'<header class="source-head"><p class="source-kicker">{kicker or escape(publisher(article))}</p>'
        f'<h2 id="source-title" tabindex="-1">{escape(title(article))}</h2>{byline}{_link(article.url)}{remark}{stale}'
        "</header>"
    )


def _link(url: str | None) -> str:
    """The article's own address; anything but http and https is shown as mere text."""
    if not url:
        return ""
    if not is_web_address(url):
        return f'<p class="source-link">{escape(url)}</p>'
    return (
        f'<p class="source-link"><a href="{escape(url)}" target="_blank" rel="noopener noreferrer nofollow">'
        f"{escape(url)}</a></p>"
    )


def is_web_address(url: str) -> bool:
    """Whether ``url`` is an http or https address with a host, and nothing a browser would read otherwise."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and url.isprintable() and " " not in url


def _paragraph(article: Article, paragraph: Paragraph, reference: Reference) -> str:
    """One paragraph; its number is an attribute, so that copying the text does not copy the number."""
    start = max(paragraph.start, min(reference.start, paragraph.end))
    end = max(start, min(reference.end, paragraph.end))
    before, words, after = (
        escape(article.text[paragraph.start : start]),
        escape(article.text[start:end]),
        escape(article.text[end : paragraph.end]),
    )
    number = paragraph.index + 1
    if not words:
        return f'<p data-number="{number}">{before}{after}</p>'
    return f'<p data-number="{number}" class="cited">{before}<mark>{words}</mark>{after}</p>'


def notice_html(heading: str, text: str, *, error: bool = False) -> str:
    """A message in place of an article."""
    kind = "source-notice is-error" if error else "source-notice"
    return (
        f'<div class="{kind}" role="status"><h2 id="source-title" tabindex="-1">{escape(heading)}</h2>'
        f"<p>{escape(text)}</p></div>"
    )
