"""Requests for no single fact: each kind in a form of its own. What is new, and what is here, are told by this module."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from rag.answering.compose import Draft, Passage, compose, count, upper_first
from rag.answering.engine import Task
from rag.answering.sentence_engine import SentenceEngine
from rag.answering.statements import StatementFinder
from rag.catalog import Catalog
from rag.ledger import Ledger
from rag.question import Question
from rag.retrieval import HybridRetriever
from rag.summarizing.article import summarize_article
from rag.summarizing.chat import answer_with, length_in, of_its_days
from rag.summarizing.chronology import Chronology
from rag.summarizing.comparing import Comparing
from rag.summarizing.differing import Differing
from rag.summarizing.listing import NAME, Listing
from rag.summarizing.stories import Story, find_stories
from rag.summarizing.summarizer import Summarizer
from rag.types import Answer, Article, Kind, told_day

SURE = 0.5  # of the reader, that this kind of request is made; else the question is answered like any other
STORIES, SPEAKERS = 6, 5
"""How much is shown: stories, speakers who are named."""


class RequestEngine:
    """Answers such requests; leaves what it finds nothing for to the other engines."""

    name = NAME

    def __init__(
        self,
        catalog: Catalog,
        ledger: Ledger,
        statements: StatementFinder,
        summarizer: Summarizer,
        retriever: HybridRetriever,
        sentences: SentenceEngine,
    ) -> None:
        self._catalog = catalog
        self._ledger = ledger
        self._summarizer = summarizer
        self._listing = Listing(ledger, statements)
        self._comparing = Comparing(catalog, ledger, sentences, statements, retriever)
        self._differing = Differing(catalog, ledger, statements, retriever)
        self._forms: dict[Kind, Callable[[Task], Iterable[Answer | None]]] = {
            "list_quotes": lambda task: [self._listing(task)],
            "overview": self._overview,
            "inventory": self._inventory,
            "timeline": Chronology(summarizer, retriever, catalog),
            "disagree": lambda task: [self._differing(task)],
            "compare": lambda task: [self._comparing(task)],
        }

    def __call__(self, task: Task) -> Iterator[Answer]:
        """The answer in the form of its kind; nothing where the request is of another kind, or the articles hold nothing."""
        form = self._forms.get(_form(task.question))
        if form and task.searched.articles:
            yield from (answer for answer in form(of_its_days(task, self._catalog)) if answer)

    def _overview(self, task: Task) -> Iterator[Answer]:
        """What is new: of a topic its developments, the newest first; else how each of the newest stories begins."""
        if task.question.topic:
            length = dataclasses.replace(length_in(task.question.asked), newest_first=True)
            parts = self._summarizer.topic(task.question.topic, task.filters, length)
            yield from (answer_with(task, one, NAME) for one in parts if one.sentences)
            return
        stories = find_stories(self._catalog, task.filters)[:STORIES]
        yield from self._told(task, [Draft("evidence", self._leads(story.articles[0] for story in stories))])

    def _inventory(self, task: Task) -> Iterator[Answer]:
        """What the library holds: how many articles, of whom, of when, who is quoted; and the story of each main topic."""
        stories = find_stories(self._catalog, task.filters)
        largest = sorted(stories, key=lambda story: -len(story.articles))[:STORIES]
        note = Draft("note", words=self._holdings(task, stories))
        yield from self._told(task, [note, Draft("evidence", self._leads(story.articles[-1] for story in largest))])

    def _holdings(self, task: Task, stories: Sequence[Story]) -> str:
        searched = task.searched
        days = sorted({day for day in (searched.since, searched.until) if day})
        when = f", {' to '.join(map(told_day, days))}" if days else ""
        publishers = [task.filters.source] if task.filters.source else self._catalog.sources()
        quoted = Counter(
            one.speaker.name
            for one in self._ledger.quotes(self._ledger.said_by(None, task.filters)).values()
            if one.speaker and one.speaker.name and one.speaker.resolved_by
        )
        names = ", ".join(f"{name} ({number})" for name, number in quoted.most_common(SPEAKERS))
        parts = [
            f"{upper_first(count(searched))}{when}, on {len(stories)} {'story' if len(stories) == 1 else 'stories'}.",
            f"Publishers: {', '.join(publishers)}." if publishers else "",
            f"Quoted most: {names}." if names else "",
        ]
        return " ".join(part for part in parts if part)

    def _told(self, task: Task, drafts: Sequence[Draft]) -> Iterator[Answer]:
        if any(draft.passages for draft in drafts):
            yield compose(task.question.asked, drafts, task.searched, NAME)

    def _leads(self, articles: Iterable[Article]) -> tuple[Passage, ...]:
        """The sentences that articles open their news with."""
        told = (summarize_article(one, self._ledger.quotes_in(one.id), 1)[0] for one in articles)
        return tuple(one[0].passages[0] for one in told if one and one[0].kept is not None)


def _form(question: Question) -> Kind:
    """The kind of request that it is answered as: its own if that is sure. "What do the Gazette and the Post say" compares."""
    if question.kinds[question.kind] >= SURE and question.kind in ("list_quotes", "inventory", "disagree", "timeline"):
        return question.kind
    if question.asks_for_more and question.speakers:
        return "list_quotes"
    if len(question.sources) > 1:
        return "compare"
    if question.source and not question.speakers and question.kind == "said_about":
        return "overview"
    return question.kind if question.kinds[question.kind] >= SURE else "unclear"
