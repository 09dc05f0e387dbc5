"""Where reports on a topic differ: in the number of one thing, or where one denies what another says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import combinations

from rag.answering.compose import Draft, Passage, compose
from rag.answering.engine import Task
from rag.answering.statements import ArticleQuote, StatementFinder
from rag.catalog import Catalog
from rag.language.numbers import MEASURES, Value, is_negated, numbers_in, values_in
from rag.language.words import STOP_WORDS
from rag.ledger import Ledger
from rag.question import read_question
from rag.retrieval import HybridRetriever
from rag.summarizing.article import is_named, stems
from rag.summarizing.listing import NAME, tell_statements
from rag.summarizing.stories import find_stories
from rag.summarizing.topic import COMPARED, NEAR, Report, disagreements, find_reports
from rag.types import Answer, Quote

PAIRS = 3
NUMBERS, DENIED = "Reports differ:", "One denies what another reports:"
COMMON = 2  # stems that two titles, or two sentences, of one story share
SAID = 0.6  # of the words that are denied, those that a report holds which says them
FEWEST = 3  # words that are denied


class Differing:
    """Sets reports that differ side by side, on the topic or on each story of several articles."""

    def __init__(
        self, catalog: Catalog, ledger: Ledger, statements: StatementFinder, retriever: HybridRetriever
    ) -> None:
        self._catalog = catalog
        self._ledger = ledger
        self._statements = statements
        self._retriever = retriever

    def __call__(self, task: Task) -> Answer:
        """The pairs, the older first, or that there is none."""
        topics = [task.question.topic] if task.question.topic else self._stories(task)
        drafts = list(dict.fromkeys(draft for topic in topics for draft in self._on(topic, task)))[:PAIRS]
        if drafts:
            return compose(task.question.asked, drafts, task.searched, NAME, "differs")
        none = "No two reports give different numbers for one thing, and nobody denies what another reports."
        return compose(task.question.asked, [Draft("note", words=none)], task.searched, NAME)

    def _stories(self, task: Task) -> list[str]:
        stories = find_stories(self._catalog, task.filters)
        return [title for story in stories if len(story.articles) > 1 and (title := story.articles[0].title)]

    def _on(self, topic: str, task: Task) -> list[Draft]:
        reports = find_reports(read_question(topic), task.filters, self._retriever, self._catalog, near=True)
        if papers := task.question.sources:
            reports = [one for one in reports if one.article.source in papers]
        pairs = [*disagreements(reports), *count_differently(reports)]
        return [
            *(Draft("differs", _in_order([one.passage, other.passage]), NUMBERS) for one, other in pairs),
            *self._denials(topic, task, reports),
        ]

    def _denials(self, topic: str, task: Task, reports: Sequence[Report]) -> list[Draft]:
        """What somebody denies on the topic, each with the report that says most of it."""
        denied = [
            one
            for one in self._statements.quotes(None, topic, task.filters)
            if one.polarity == "denied" and is_named(one)
        ]
        articles = self._ledger.articles({one.article_id for one in denied})
        found: dict[tuple[str | None, Passage], Draft] = {}
        for quote in denied:
            against = max(reports, key=lambda one: _says(one, quote), default=None)
            if quote.article_id in articles and against and _says(against, quote) >= SAID:
                said = ArticleQuote(quote, articles[quote.article_id])
                pair = (*tell_statements([said]), against.passage)
                found.setdefault((said.speaker, against.passage), Draft("differs", pair, DENIED))
        return list(found.values())


def count_differently(reports: Sequence[Report]) -> list[tuple[Report, Report]]:
    """Pairs of reports of one story, within days, that count the same things and come to other numbers."""
    counted = [(one, values) for one in reports[:COMPARED] if (values := _counts(one))]
    return [
        (one, other)
        for (one, mine), (other, theirs) in combinations(counted, 2)
        if one.article.source != other.article.source
        and _days(one, other) <= NEAR
        and any(a.differs(b) for a in mine for b in theirs)
        and numbers_in(one.unit.told).isdisjoint(numbers_in(other.unit.told))
        and _of_one_story(one, other)
    ]


def _counts(report: Report) -> list[Value]:
    """What it counts that can be counted: "1,900 workers"; none of a sentence that says that something is not so."""
    if is_negated(report.unit.told):
        return []
    return [one for one in values_in(report.unit.told) if one.unit not in MEASURES | STOP_WORDS and len(one.unit) > 2]


def _of_one_story(one: Report, other: Report) -> bool:
    titles = stems(one.article.title or "") & stems(other.article.title or "")
    return len(titles) >= COMMON or len(set(one.unit.stems) & set(other.unit.stems)) > COMMON


def _days(one: Report, other: Report) -> dt.timedelta:
    if one.article.date is None or other.article.date is None:
        return dt.timedelta.max
    return abs(one.article.date - other.article.date)


def _says(report: Report, denied: Quote) -> float:
    """What share of the words that are denied a report says, in words of its own."""
    words = stems(denied.text)
    name = ((denied.speaker and denied.speaker.name) or "").split()[-1:]
    here = report.article.id == denied.article_id and report.unit.start < denied.end and denied.start < report.unit.end
    if here or len(words) < FEWEST or is_negated(report.unit.told) or any(one in report.unit.text for one in name):
        return 0.0
    return len(words & set(report.unit.stems)) / len(words)


def _in_order(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    return tuple(sorted(passages, key=lambda one: one.article.date or dt.date.min))
