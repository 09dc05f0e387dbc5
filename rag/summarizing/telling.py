"""What a summary is made of on its way to the reader: exact slices with their citations -> Summary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.compose import Passage, cite
from rag.answering.statements import ArticleQuote
from rag.language.sentences import split_sentences
from rag.summarizing.shortening import BULLET, Kept
from rag.summarizing.units import is_told_whole, leans
from rag.types import Article, Citation, Quote, Searched, Sentence, Speaker, Summary

_POLARITY = {"denied": "denied", "not_said": "not said", "conditional": "conditional", "future": "announced"}
_ASKS = re.compile(r"\?[\s\"'”’»)]*$")
_NAME = re.compile(
    r"(?:^\W*(?!(?:The|In|On|At|But|And|When|As|He|She|It|They|This|That|After|Before|While|If|A|An)\b)|[a-z,]\s)[A-Z][a-z]+"
)


@dataclass(frozen=True, slots=True)
class SummarySentence:
    """One sentence of a summary: what is told, and the slices that prove it, the first of which it is taken from.

    ``kept`` are slices of that first passage, put together as they are; None where the words are the program's own.
    """

    passages: tuple[Passage, ...]
    kept: Kept | None
    words: str = ""
    lead: str = ""

    @property
    def text(self) -> str:
        """The sentence."""
        if self.kept is None:
            return self.words
        first = self.passages[0]
        return "".join(first.article.text[first.start + left : first.start + right] for left, right in self.kept)

    @property
    def is_whole(self) -> bool:
        """Whether it is an exact slice."""
        first = self.passages[0]
        return self.kept == ((0, first.end - first.start),)


@dataclass(frozen=True, slots=True)
class SummaryStatement:
    """A statement for "Who said what", and the slice that is told of it."""

    quote: Quote
    passage: Passage

    @property
    def speaker(self) -> str:
        """Who said it, and how."""
        speaker = self.quote.speaker
        name = (speaker and (speaker.name or speaker.mention)) or "not named"
        return f"{name}{manner(self.quote)}"


def said_by(quote: Quote, article: Article) -> SummaryStatement | None:
    """A statement as it is told: its words where they are quoted in full, else the sentences that hold them.

    None if it asks, or opens with somebody else's pronoun and the sentence before does not name them either.
    """
    text = article.text[quote.start : quote.end]
    if quote.kind == "direct" and not text.lstrip(" \"'“‘«`")[:1].islower():
        return (
            None
            if leans(text) or _ASKS.search(text)
            else SummaryStatement(quote, Passage(article, quote.paragraph, quote.start, quote.end))
        )
    passage = sentences_of(ArticleQuote(quote, article))
    if passage is None:
        return None
    told = article.text[passage.start : passage.end]
    return SummaryStatement(quote, passage) if is_told_whole(told) and not _ASKS.search(told) else None


def manner(quote: Quote) -> str:
    """What a reader has to know of how it was said, in brackets: denied, or told by another."""
    how = (_POLARITY.get(quote.polarity, ""), f"as {quote.via} reported" if quote.via else "")
    told = ", ".join(part for part in how if part)
    return f" ({told})" if told else ""


def whole(passage: Passage) -> Kept:
    """All of a passage."""
    return ((0, passage.end - passage.start),)


def compose_summary(
    told: Sequence[SummarySentence],
    said: Sequence[SummaryStatement],
    searched: Searched,
    note: str = "",
    *,
    dated: bool = False,
) -> Summary:
    """The summary, its citations counted in the order in which they are met; ``dated`` puts publisher and day first.

    A whole slice is ``verbatim``; one that is shortened by deletion is ``supported`` by the slice that it is taken from,
    and so are the program's own words by what they cite.
    """
    citations: list[Citation] = []
    known: dict[tuple[str, int, int], int] = {}

    def marker(passage: Passage) -> int:
        place = (passage.article.id, passage.start, passage.end)
        if place not in known:
            known[place] = len(citations) + 1
            citations.append(cite(known[place], passage))
        return known[place]

    sentences: list[Sentence] = []
    blocks: list[str] = [note] if note else []
    byline = None
    for one in told:
        markers = tuple(dict.fromkeys(marker(passage) for passage in one.passages))
        sentences.append(Sentence(one.text, "verbatim" if one.is_whole else "supported", markers))
        marked = f"{one.text} {''.join(f'[{number}]' for number in markers)}"
        here = citations[markers[0] - 1].byline if dated and one.kept is not None else ""
        if here and len(markers) > 1:
            here += f" and {len(markers) - 1} more"
        lead = ", ".join(part for part in (one.lead, here) if part)
        if not dated and sentences[1:] and one.kept is not None and byline == one.passages[0].article.id:
            blocks[-1] += f" {marked}"
        else:
            blocks.append(f"{lead}: {marked}" if lead else marked)
        byline = one.passages[0].article.id if one.kept is not None else None
    if said:
        blocks.append("\n".join(["Who said what", *(_quoted(one, marker(one.passage)) for one in said)]))
    quotes = tuple(one.quote for one in said)
    return Summary("\n\n".join(blocks), tuple(sentences), tuple(citations), searched, quotes, note=note)


def _quoted(said: SummaryStatement, number: int) -> str:
    here = said.passage
    is_quote = (here.start, here.end) == (said.quote.start, said.quote.end)
    words = said.quote.text if is_quote else here.text
    return f"{said.speaker}: {words} [{number}]"


def sentences_of(statement: ArticleQuote) -> Passage | None:
    """The sentences that hold a statement, as one slice of the paragraph it begins in.

    Where they open with a pronoun that is not the speaker's own, the sentence before comes with them, so that it has
    its name; None if that one leans on another.
    """
    article, quote = statement.article, statement.quote
    here = article.paragraphs[quote.paragraph]
    slices = [one for one in statement.slices() if one[0] < here.end] or [(quote.start, quote.end)]
    start, end = slices[0][0], min(here.end, slices[-1][1])
    if bullet := BULLET.match(article.text, start, end):
        start = bullet.end()
    speaker = quote.speaker
    told = article.text[start:end]
    if speaker is not None and speaker.start is not None and speaker.start - start in (0, 1):
        # the lead names him; but "she" and "him" in one sentence are two
        told = f"{speaker.name or speaker.mention}{article.text[speaker.end : end]}"
    if leans(told):
        before = [one for one in split_sentences(article.text, here.start, here.end) if one[1] <= start]
        if not before or leans(article.text[slice(*before[-1])]):
            return None
        start = before[-1][0]
    if _means_another(speaker, article.text[start:end], start):
        return None
    return Passage(article, quote.paragraph, start, end)


def _means_another(speaker: Speaker | None, told: str, start: int) -> bool:
    """Whether a sentence names somebody before the pronoun that the ledger takes for its speaker, and not the speaker."""
    if not (speaker and speaker.name and speaker.start is not None and speaker.resolved_by == "pronoun"):
        return False
    before = told[: max(0, speaker.start - start)]
    return speaker.name.split()[-1] not in told and bool(_NAME.search(before))
