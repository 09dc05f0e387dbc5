"""Evidence -> an Answer: citations counted, leads that name who said or reported it, refusals that tell what was searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.types import Answer, Article, Citation, Quote, Searched, Sentence, Support


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of an article on its way into an answer; ``lead`` says whose words it holds, if the slice itself may not."""

    article: Article
    paragraph: int
    start: int
    end: int
    lead: str = ""


def cite(marker: int, passage: Passage) -> Citation:
    """The citation of a passage; the marker is counted here, in code."""
    article = passage.article
    return Citation(
        marker=marker,
        article_id=article.id,
        external_id=article.external_id,
        title=article.title,
        source=article.source,
        date=article.date,
        url=article.url,
        paragraph=passage.paragraph,
        start=passage.start,
        end=passage.end,
        text=article.text[passage.start : passage.end],
    )


def cite_all(passages: Sequence[Passage]) -> tuple[Citation, ...]:
    """Citations of passages, counted from 1."""
    return tuple(cite(marker, passage) for marker, passage in enumerate(passages, start=1))


def verbatim(passages: Sequence[Passage]) -> tuple[tuple[Sentence, ...], tuple[Citation, ...], str]:
    """Sentences, citations and text of passages: for each article (and speaker) a lead, then the slices with markers."""
    citations = cite_all(passages)
    sentences = tuple(Sentence(citation.text, "verbatim", (citation.marker,)) for citation in citations)
    groups: list[str] = []
    previous: tuple[str, str] | None = None
    for passage, citation in zip(passages, citations, strict=True):
        marked = f"{citation.text} [{citation.marker}]"
        key = (passage.article.id, passage.lead)
        if key == previous:
            groups[-1] += f" {marked}"
        else:
            lead = ", ".join(part for part in (passage.lead, citation.byline) if part)
            groups.append(f"{lead}: {marked}" if lead else marked)
        previous = key
    return sentences, citations, "\n\n".join(groups)


def refusal(
    question: str,
    reason: str,
    searched: Searched,
    engine: str,
    closest: Sequence[Passage] = (),
    correction: Sequence[Passage] = (),
    quotes: Sequence[Quote] = (),
) -> Answer:
    """An answer that the articles do not say, and why; ``correction`` cites whose words they are."""
    support: Support = "supported"
    sentences, citations, shown = verbatim(correction)
    told = Sentence(reason, support, tuple(citation.marker for citation in citations))
    marks = "".join(f" [{marker}]" for marker in told.citations)
    parts = [f"{reason}{marks}", shown, "" if correction else describe(searched)]
    return Answer(
        question=question,
        status="abstained",
        text="\n\n".join(part for part in parts if part) if correction else " ".join(part for part in parts if part),
        sentences=(told, *sentences) if correction else (),
        citations=citations,
        searched=searched,
        engine=engine,
        seconds=0.0,
        quotes=tuple(quotes),
        closest=cite_all(closest),
    )


def describe(searched: Searched) -> str:
    """What was searched, in words: "Searched 17 articles, 17 November 2024 to 21 April 2026."."""
    if not searched.articles:
        return "There are no articles to search."
    if searched.since is None or searched.until is None:
        return f"Searched {count(searched)}."
    days = sorted({searched.since, searched.until})
    return f"Searched {count(searched)}, {' to '.join(f'{day.day} {day:%B %Y}' for day in days)}."


def count(searched: Searched) -> str:
    """How many articles, in words."""
    return "1 article" if searched.articles == 1 else f"{searched.articles:,} articles"
