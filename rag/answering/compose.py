"""Parts -> an Answer: citations numbered by code, and the text. The only place that writes an answer's prose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.coverage import count_articles
from rag.types import (
    MANNER,
    Answer,
    Article,
    Citation,
    Part,
    PartKind,
    Polarity,
    Quote,
    Searched,
    Sentence,
    Support,
    Verdict,
    told_day,
)

_ANSWERING: frozenset[PartKind] = frozenset({"lead", "evidence", "differs"})


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of an article on its way into an answer.

    ``speaker`` is whose words it holds and ``polarity`` how they were said; ``via`` who reported them. ``phrase`` is the
    slice, of the article too, of the words that were asked for; ``same`` are slices of other articles that say the same,
    cited with it.
    """

    article: Article
    paragraph: int
    start: int
    end: int
    speaker: str = ""
    polarity: Polarity = "asserted"
    via: str = ""
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

    @property
    def told_by(self) -> str:
        """Who said it and how: "Ada Brandt denied"; "" where it holds nobody's words."""
        if not self.speaker:
            return ""
        return f"{upper_first(self.speaker)} {MANNER[self.polarity]}{f', as {self.via} reported' if self.via else ''}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A part before its citations are numbered: ``words`` of ours, or of the lead, then passages word for word.

    ``support`` is that of the words. Words without passages are a note.
    """

    kind: PartKind
    passages: tuple[Passage, ...] = ()
    words: str = ""
    support: Support = "supported"
    quoted: bool = True
    """Whether the passages stand in the part themselves; if not, they only prove its words."""


@dataclass(slots=True)
class _Numbering:
    """The citations so far; a slice keeps the number that it was given first."""

    citations: list[Citation] = field(default_factory=list)
    known: dict[tuple[str, int, int], int] = field(default_factory=dict)

    def number(self, passage: Passage) -> int:
        place = (passage.article.id, passage.start, passage.end)
        if place not in self.known:
            self.known[place] = len(self.citations) + 1
            self.citations.append(cite(self.known[place], passage))
        return self.known[place]

    def numbers(self, passage: Passage) -> tuple[int, ...]:
        """Those of a passage and of what says the same."""
        return tuple(self.number(one) for one in (passage, *passage.same))


def compose(
    question: str,
    drafts: Sequence[Draft],
    searched: Searched,
    engine: str,
    verdict: Verdict | None = None,
    quotes: Sequence[Quote] = (),
    first: Sequence[Citation] = (),
) -> Answer:
    """The answer that the parts make, in their order; an abstention, with what was searched, if none of them answers.

    ``first`` are citations that there are already: they keep their numbers, and new ones go on counting.
    """
    known = {(one.article_id, one.start, one.end): one.marker for one in first}
    numbering = _Numbering(list(first), known)
    answered = any(draft.kind in _ANSWERING for draft in drafts)
    parts: list[Part] = []
    blocks: list[str] = []
    for draft in (one for one in drafts if one.kind != "closest"):
        made, told = _part(draft, numbering)
        parts += made
        blocks += told
    proving = len(numbering.citations)
    for draft in (one for one in drafts if one.kind == "closest"):
        parts += _part(draft, numbering)[0]
    if not answered and not proving:
        blocks.append(describe(searched))
    return Answer(
        question=question,
        status="answered" if answered else "abstained",
        text="\n\n".join(blocks),
        parts=tuple(parts),
        citations=tuple(numbering.citations[:proving]),
        searched=searched,
        engine=engine,
        seconds=0.0,
        verdict=verdict,
        quotes=tuple(quotes),
        closest=tuple(numbering.citations[proving:]),
    )


def _part(draft: Draft, numbering: _Numbering) -> tuple[list[Part], list[str]]:
    """A draft as parts, one for each speaker, and its blocks of text."""
    numbered = [(passage, numbering.numbers(passage)) for passage in draft.passages]
    own: list[Sentence] = []
    blocks: list[str] = []
    if draft.words:
        markers = tuple(dict.fromkeys(marker for _, markers in numbered for marker in markers))
        own.append(Sentence(draft.words, draft.support, markers))
        blocks.append(marked(draft.words, markers if not draft.quoted or draft.kind == "lead" else ()))
    if not draft.quoted or not numbered:
        return [Part(draft.kind, tuple(own), _one_speaker(draft.passages))] if own else [], blocks
    parts = [Part(draft.kind, tuple(own))] if own else []
    for passage, markers in numbered:
        sentence = Sentence(passage.text, "verbatim", markers, passage.own_phrase)
        if parts and parts[-1].speaker == (passage.speaker or None) and (not own or len(parts) > 1):
            parts[-1] = Part(draft.kind, (*parts[-1].sentences, sentence), parts[-1].speaker)
        else:
            parts.append(Part(draft.kind, (sentence,), passage.speaker or None))
    return parts, blocks + tell(numbered, numbering.citations)


def _one_speaker(passages: Sequence[Passage]) -> str | None:
    speakers = {passage.speaker for passage in passages}
    return speakers.pop() or None if len(speakers) == 1 else None


def tell(numbered: Sequence[tuple[Passage, Sequence[int]]], citations: Sequence[Citation]) -> list[str]:
    """The text of passages, a block for each article and speaker: who said it and who reports it, then the slices."""
    blocks: list[str] = []
    previous: tuple[object, ...] | None = None
    for passage, markers in numbered:
        bylines = "; ".join(dict.fromkeys(citations[one - 1].byline for one in markers if citations[one - 1].byline))
        key = (passage.article.id, passage.told_by, bylines)
        told = marked(passage.text, markers)
        if key == previous:
            blocks[-1] += f" {told}"
        else:
            lead = f"{passage.told_by} ({bylines})" if passage.told_by and bylines else passage.told_by or bylines
            blocks.append(f"{lead}: {told}" if lead else told)
        previous = key
    return blocks


def marked(text: str, markers: Sequence[int]) -> str:
    """A sentence with its markers: "The bridge is shut. [1] [2]"."""
    return text + "".join(f" [{marker}]" for marker in markers)


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
    return count_articles(searched.articles)


def with_article(role: str) -> str:
    """A role as it stands in a sentence: "the mayor"; a name, or a role with an article, as it is."""
    return role if role[:1].isupper() or role.lower().startswith(("the ", "a ", "an ")) else f"the {role}"


def upper_first(text: str) -> str:
    """The text with its first letter as a capital."""
    return text[:1].upper() + text[1:]
