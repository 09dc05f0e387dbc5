"""Citations -> safe HTML: the numbered links, the sources with one row an article, and passages that answer nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rag.types import Citation
from ui.reference import Reference
from ui.words import day, escape, publisher, shortened, title

PASSAGE_LENGTH = 280


def marker_html(citation: Citation) -> str:
    """The number of a citation, as a link to the cited words."""
    where = escape(place(citation))
    return (
        f'<a class="cite" href="{href(citation)}" title="{where}" aria-label="Source {citation.marker}: {where}">'
        f"{citation.marker}</a>"
    )


def href(citation: Citation) -> str:
    """The link that opens a citation."""
    return escape(Reference(citation.article_id, citation.start, citation.end, citation.marker).href)


def byline(citation: Citation) -> str:
    """``Sample Newswire, 17 Nov 2024``."""
    return ", ".join(part for part in (publisher(citation), day(citation.date)) if part)


def place(citation: Citation) -> str:
    """``Sample Newswire, 17 Nov 2024, paragraph 3`` (counted from 1)."""
    return f"{byline(citation)}, {paragraph(citation)}"


def paragraph(citation: Citation) -> str:
    """``paragraph 3`` (counted from 1)."""
    return f"paragraph {citation.paragraph + 1}"


def sources_html(citations: Sequence[Citation]) -> str:
    """The list under an answer, one row an article: its title, who published it and when, and its cited paragraphs."""
    if not citations:
        return ""
    rows = "".join(map(_source, by_article(citations)))
    return f'<div class="sources"><h3>Sources</h3><ul>{rows}</ul></div>'


def by_article(citations: Iterable[Citation]) -> list[list[Citation]]:
    """The citations of each article, in the order in which the articles come first."""
    found: dict[str, list[Citation]] = {}
    for citation in citations:
        found.setdefault(citation.article_id, []).append(citation)
    return list(found.values())


def _source(citations: Sequence[Citation]) -> str:
    """The row of an article, by its citations."""
    first = citations[0]
    links = "".join(
        f'<a class="cite source-cite" href="{href(one)}" title="{escape(place(one))}">'
        f'<span class="source-marker">{one.marker}</span> {paragraph(one)}</a>'
        for one in citations
    )
    return (
        f'<li class="source-row"><a class="cite title-link" href="{escape(Reference(first.article_id).href)}">'
        f'{escape(title(first))}</a> <span class="source-where">{escape(byline(first))}</span> '
        f'<span class="source-cites">{links}</span></li>'
    )


def passages_html(
    heading: str, citations: Sequence[Citation], speakers: Mapping[int, str] | None = None, *, folded: bool = False
) -> str:
    """Passages that are no answer: what is being read for one, or what came nearest; named as what they are.

    ``speakers`` tells by number whose words one holds. More than one are folded away if ``folded``.
    """
    if not citations:
        return ""
    items = "".join(_passage(citation, (speakers or {}).get(citation.marker, "")) for citation in citations)
    if folded and len(citations) > 1:
        return f'<details class="closest"><summary>{escape(heading)}</summary><ul>{items}</ul></details>'
    return f'<div class="closest"><h3>{escape(heading)}</h3><ul>{items}</ul></div>'


def _passage(citation: Citation, speaker: str) -> str:
    where = " · ".join(part for part in (speaker, place(citation)) if part)
    return (
        f'<li><a class="cite passage" href="{href(citation)}"><span class="source-where">{escape(where)}</span>'
        f'<span class="passage-text">{escape(shortened(citation.text, PASSAGE_LENGTH))}</span></a></li>'
    )
