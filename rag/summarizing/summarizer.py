"""The summaries of a library: of articles, of a topic, of a speaker. Each comes piece by piece, the last piece is whole."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.answering.compose import upper_first, with_article
from rag.answering.statements import StatementFinder
from rag.catalog import Catalog
from rag.errors import QuestionError
from rag.ledger import Ledger
from rag.question import read_question
from rag.retrieval import HybridRetriever
from rag.speakers import is_junior, namesakes, take_apart
from rag.summarizing.article import summarize_article
from rag.summarizing.positions import OF_TOPIC, TOPICS, Topic, tell_topic, topics_of
from rag.summarizing.telling import SummarySentence, SummaryStatement, compose_summary
from rag.summarizing.topic import (
    DEVELOPMENTS,
    developments,
    disagreements,
    find_reports,
    newest_first,
    tell_disagreement,
)
from rag.types import Article, Filters, Quote, Speaker, Summary

SELDOM = 0.2  # of the statements of the namesake who is quoted most
MOST_SENTENCES, MOST_WORDS = 200, 20_000


@dataclass(frozen=True, slots=True)
class Length:
    """How long a summary may be; without either it is as long as fits what it is of. Raises QuestionError."""

    sentences: int | None = None
    words: int | None = None
    newest_first: bool = False

    def __post_init__(self) -> None:
        for name, value, most in (("sentences", self.sentences, MOST_SENTENCES), ("words", self.words, MOST_WORDS)):
            if value is not None and not 1 <= value <= most:
                raise QuestionError(
                    f"A summary cannot have {value} {name}.", help_message=f"Give a number from 1 to {most:,}."
                )


class Summarizer:
    """Summarises what the catalog and the ledger hold."""

    def __init__(self, catalog: Catalog, ledger: Ledger, finder: StatementFinder, retriever: HybridRetriever) -> None:
        self._catalog = catalog
        self._ledger = ledger
        self._finder = finder
        self._retriever = retriever

    def articles(self, articles: Sequence[Article], length: Length) -> Iterator[Summary]:
        """One article after another, each in a few of its sentences; statements follow the sentences."""
        searched = self._catalog.searched(Filters(article_ids=[article.id for article in articles]))
        order = sorted(articles, key=lambda one: (one.date is None, one.date or 0), reverse=length.newest_first)
        told: list[SummarySentence] = []
        said: list[SummaryStatement] = []
        notes: list[str] = []
        for number, article in enumerate(order):
            left = len(order) - number
            sentences = length.sentences and max(1, (length.sentences - len(told)) // left)
            limit = length.words and max(1, length.words // len(order))
            quotes = list(self._ledger.quotes(self._said_in(article)).values())
            mine, theirs, note = summarize_article(article, quotes, sentences, limit)
            told += mine
            said += theirs if len(order) == 1 else theirs[:1]
            if note:
                notes.append(f"{article.title or article.id}: {note}" if len(order) > 1 else note)
            yield compose_summary(told, [], searched, " ".join(notes), dated=len(order) > 1)
        yield compose_summary(told, said, searched, " ".join(notes), dated=len(order) > 1)

    def _said_in(self, article: Article) -> list[str]:
        return self._ledger.said_by(None, Filters(article_ids=[article.id]))

    def topic(self, topic: str, filters: Filters, length: Length) -> Iterator[Summary]:
        """What happened, in order of time, each development once; then where reports differ."""
        question = read_question(topic)
        searched = self._catalog.searched(filters)
        reports = find_reports(question, filters, self._retriever, self._catalog)
        found = developments(reports, length.sentences or (DEVELOPMENTS if length.words is None else MOST_SENTENCES))
        if not found:
            yield compose_summary([], [], searched, "The articles say nothing that is clearly on this.")
            return
        told: list[SummarySentence] = []
        total = 0
        for development in newest_first(found) if length.newest_first else found:
            one = development.tell()
            total += len(one.text.split())
            if told and length.words and total > length.words:
                continue
            told.append(one)
            yield compose_summary(told, [], searched, dated=True)
        for pair in disagreements(reports):
            told += tell_disagreement(pair)
        yield compose_summary(told, [], searched, dated=True)

    def speaker(self, speaker: str, about: str | None, filters: Filters, length: Length) -> Iterator[Summary]:
        """Positions over time, by topic, from the ledger alone."""
        searched, unread = self._catalog.searched(filters), self._ledger.coverage(filters).told
        names = self._ledger.matching(speaker, filters)
        quotes = self._ledger.quotes(self._ledger.said_by(names, filters)) if names else {}
        if about:
            wanted = set(self._finder.quotes(speaker, about, filters))
            quotes = {quote_id: quote for quote_id, quote in quotes.items() if quote in wanted}
        name, meant = _who(speaker, quotes.values())
        if len(meant) > 1:
            which = f"More than one {speaker} is quoted: {', '.join(meant)}. Whose words do you mean?"
            yield compose_summary([], [], searched, which)
            return
        theirs = set(self._ledger.matching(name, filters))  # a bare surname beside a namesake's is nobody's for sure
        quotes = {
            one: quote
            for one, quote in quotes.items()
            if quote.speaker and quote.speaker.name in theirs and _is_in_their_name(quote.speaker)
        }
        if not quotes:
            yield compose_summary([], [], searched, self._silent(speaker, about, bool(names), unread))
            return
        ids, vectors = self._ledger.vectors(list(quotes))
        articles = self._ledger.articles({quote.article_id for quote in quotes.values()})
        topics = topics_of(quotes, articles, dict(zip(ids, vectors, strict=True)))
        told: list[SummarySentence] = []
        left = length.sentences or TOPICS * OF_TOPIC
        total = 0
        for topic in topics[:TOPICS]:
            if left <= 0 or (told and length.words and total >= length.words):
                break
            part = _tell_within(topic, min(left, OF_TOPIC), length.words and length.words - total, length.newest_first)
            left -= sum(one.kept is not None for one in part)
            total += sum(len(one.text.split()) for one in part if one.kept is not None)
            told += part
            yield compose_summary(told, [], searched, unread, dated=True)
        said = _told_quotes(quotes, told)
        yield dataclasses.replace(compose_summary(told, [], searched, unread, dated=True), quotes=said)

    @staticmethod
    def _silent(speaker: str, about: str | None, known: bool, unread: str) -> str:
        named = upper_first(with_article(speaker))
        what = " anything on that" if known and about else " anything"
        return " ".join(part for part in (f"{named} is not reported to have said{what}.", unread) if part)


def _is_in_their_name(speaker: Speaker) -> bool:
    """Whether a son's words are given as his: in an article on father and son, "Lund" alone is either."""
    return not is_junior(speaker.name or "") or is_junior(speaker.mention or "")


def _who(asked: str, quotes: Iterable[Quote]) -> tuple[str, list[str]]:
    """The name to show, the one most used; and who is meant, several where a bare surname is that of several people.

    One who is hardly ever quoted, beside another who is, leaves no doubt.
    """
    counted = Counter(quote.speaker.name for quote in quotes if quote.speaker and quote.speaker.name)
    full = Counter({name: number for name, number in counted.items() if len(take_apart(name).proper) > 1})
    shown = max(full or counted, key=lambda name: (full or counted)[name], default=asked)
    if len(take_apart(asked).proper) != 1:
        return shown, [shown]
    often = [name for name, number in full.items() if number >= SELDOM * max(full.values())]
    return shown, list(namesakes(often)) or [shown]


def _tell_within(topic: Topic, most: int, words: int | None, newest_first: bool) -> list[SummarySentence]:
    """A topic in at most so many sentences; in fewer, one at least, if they are more than so many words."""
    part = tell_topic(topic, most, newest_first=newest_first)
    if words and most > 1 and sum(len(one.text.split()) for one in part if one.kept is not None) > words:
        return _tell_within(topic, most - 1, words, newest_first)
    return part


def _told_quotes(quotes: dict[str, Quote], told: Sequence[SummarySentence]) -> tuple[Quote, ...]:
    """The statements that the sentences of a summary hold."""
    places = [(one.article.id, one.start, one.end) for part in told for one in part.passages]
    return tuple(
        quote
        for quote in quotes.values()
        if any(article == quote.article_id and start <= quote.start < end for article, start, end in places)
    )
