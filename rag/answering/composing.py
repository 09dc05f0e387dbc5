"""Evidence -> an Answer: citations counted, leads that name who said or reported it, what is not answered and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.types import Answer, Article, Citation, Quote, Searched, Sentence, told_day


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of an article on its way into an answer.

    ``lead`` says whose words it holds, if the slice itself may not; ``phrase`` is the slice, of the article too, of the
    words that were asked for; ``same`` are slices of other articles that say the same, cited with it.
    """

    article: Article
    paragraph: int
    start: int
    end: int
    lead: str = ""
    phrase: tuple[int, int] | None = None
    same: tuple[Passage, ...] = ()

    @property
    def text(self) -> str:
        """The slice."""
        return self.article.text[self.start : self.end]

    @property
    def own_phrase(self) -> tuple[int, int] | None:
        """The words that were asked for, as a slice of the passage."""
        return (self.phrase[0] - self.start, self.phrase[1] - self.start) if self.phrase else None


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
        text=passage.text,
    )


def cite_all(passages: Sequence[Passage], first: int = 1) -> tuple[Citation, ...]:
    """Citations of passages, counted from ``first``."""
    return tuple(cite(marker, passage) for marker, passage in enumerate(passages, start=first))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an answer: passages that answer; or why a part of the question is not answered, with what proves it.

    ``intro`` is a line of ours before passages that answer.
    """

    passages: tuple[Passage, ...] = ()
    reason: str = ""
    intro: str = ""


def compose(
    question: str,
    parts: Sequence[Part],
    searched: Searched,
    engine: str,
    quotes: Sequence[Quote] = (),
    closest: Sequence[Passage] = (),
) -> Answer:
    """The answer that the parts make, in their order; an abstention, with what was searched, if none of them answers."""
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    blocks: list[str] = []
    for part in parts:
        cited = cite_groups(part.passages, len(citations) + 1)
        markers = tuple(citation.marker for group in cited for citation in group)
        citations += [citation for group in cited for citation in group]
        for line in filter(None, (part.reason, part.intro)):
            blocks.append(line + ("".join(f" [{marker}]" for marker in markers) if part.reason else ""))
            sentences += [Sentence(line, "supported", markers)] if cited else []
        sentences += [
            Sentence(group[0].text, "verbatim", tuple(citation.marker for citation in group), passage.own_phrase)
            for passage, group in zip(part.passages, cited, strict=True)
        ]
        blocks += tell(part.passages, cited)
    answered = any(part.passages and not part.reason for part in parts)
    return Answer(
        question=question,
        status="answered" if answered else "abstained",
        text="\n\n".join(blocks)
        if citations
        else " ".join([*(blocks if searched.articles else ()), describe(searched)]),
        sentences=tuple(sentences),
        citations=tuple(citations),
        searched=searched,
        engine=engine,
        seconds=0.0,
        quotes=tuple(quotes),
        unanswered=tuple(part.reason for part in parts if part.reason and not part.passages),
        closest=() if answered else cite_all(closest),
    )


def cite_groups(passages: Sequence[Passage], first: int) -> list[tuple[Citation, ...]]:
    """The citations of each passage and of what says the same, counted on from ``first``."""
    groups: list[tuple[Citation, ...]] = []
    for passage in passages:
        groups.append(cite_all((passage, *passage.same), first))
        first += len(groups[-1])
    return groups


def tell(passages: Sequence[Passage], cited: Sequence[Sequence[Citation]]) -> list[str]:
    """The text of passages, a block for each article and speaker: a lead, then the slices with their markers."""
    blocks: list[str] = []
    previous: tuple[object, ...] | None = None
    for passage, group in zip(passages, cited, strict=True):
        marked = group[0].text + "".join(f" [{citation.marker}]" for citation in group)
        bylines = "; ".join(dict.fromkeys(citation.byline for citation in group if citation.byline))
        key = (passage.article.id, passage.lead, bylines)
        if key == previous:
            blocks[-1] += f" {marked}"
        else:
            lead = ", ".join(part for part in (passage.lead, bylines) if part)
            blocks.append(f"{lead}: {marked}" if lead else marked)
        previous = key
    return blocks


def describe(searched: Searched) -> str:
    """What was searched, in words: "Searched 17 articles, 17 November 2024 to 21 April 2026."."""
    if not searched.articles:
        return "No article was searched: there are none, or none that the filters let through."
    if searched.since is None or searched.until is None:
        return f"Searched {count(searched)}{_of(searched)}."
    days = sorted({searched.since, searched.until})
    return f"Searched {count(searched)}{_of(searched)}, {' to '.join(told_day(day) for day in days)}."


def _of(searched: Searched) -> str:
    return f" of {searched.source}" if searched.source else ""


def count(searched: Searched) -> str:
    """How many articles, in words."""
    return "1 article" if searched.articles == 1 else f"{searched.articles:,} articles"
