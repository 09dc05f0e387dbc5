"""Requests for no single fact: all quotes of somebody, what is new, what is here, a comparison, where reports differ."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from rag.answering.compose import Draft, Passage, compose, count, upper_first
from rag.answering.engine import Task
from rag.answering.sentence_engine import SentenceEngine
from rag.answering.statements import ArticleQuote, StatementFinder
from rag.catalog import Catalog
from rag.ledger import Ledger
from rag.question import read_question
from rag.retrieval import HybridRetriever
from rag.summarizing.article import summarize_article
from rag.summarizing.chat import answer_with, length_in, of_its_days
from rag.summarizing.stories import Story, find_stories
from rag.summarizing.summarizer import Summarizer
from rag.summarizing.topic import disagreements, find_reports
from rag.types import Answer, Article, Kind, Summary, told_day

SURE = 0.5  # of the reader, that this kind of request is made; else the question is answered like any other
QUOTES, STORIES, SIDES, PAIRS, SPEAKERS = 12, 6, 3, 3, 5
"""How much is shown: statements, stories, sentences of each side, pairs of reports that differ, speakers who are named."""


class RequestEngine:
    """Answers such requests, each in a form of its own; leaves what it finds nothing for to the other engines."""

    name = "requests"

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
        self._statements = statements
        self._summarizer = summarizer
        self._retriever = retriever
        self._sentences = sentences
        self._forms: dict[Kind, Callable[[Task], Iterator[Answer]]] = {
            "list_quotes": self._list_quotes,
            "overview": self._overview,
            "inventory": self._inventory,
            "timeline": self._timeline,
            "disagree": self._disagree,
            "compare": self._compare,
        }

    def __call__(self, task: Task) -> Iterator[Answer]:
        """The answer in the form of its kind; nothing where the request is of another kind, or the articles hold nothing."""
        kind = task.question.kind
        if kind in self._forms and task.question.kinds[kind] >= SURE and task.searched.articles:
            yield from self._forms[kind](of_its_days(task, self._catalog))

    def _list_quotes(self, task: Task) -> Iterator[Answer]:
        """The statements of those who are named, or on the topic; newest first where there is no topic."""
        question = task.question
        speakers: Sequence[str | None] = question.speakers or (None,)
        if speakers == (None,) and not (question.topic or task.filters.speaker):
            return
        found = [q for one in speakers for q in self._statements.quotes(one, question.topic or None, task.filters)]
        shown = list(dict.fromkeys(found))[:QUOTES]
        articles = self._ledger.articles({one.article_id for one in shown})
        passages = [
            Passage(
                one_article,
                one_article.paragraph_at(start),
                start,
                end,
                statement.speaker or "",
                statement.quote.polarity,
            )
            for quote in shown
            if (one_article := articles.get(quote.article_id))
            for statement in [ArticleQuote(quote, one_article)]
            for start, end in statement.slices()
        ]
        if passages:
            more = f"{len(shown)} of {len(found):,} statements; `whosaid quotes` lists all of them."
            notes = [Draft("note", words=more)] if len(found) > len(shown) else []
            drafts = [Draft("evidence", tuple(dict.fromkeys(passages))), *notes]
            yield compose(question.asked, drafts, task.searched, self.name, quotes=shown)

    def _overview(self, task: Task) -> Iterator[Answer]:
        """What is new: of a topic its developments, the newest first; else how each of the newest stories begins."""
        if task.question.topic:
            length = dataclasses.replace(length_in(task.question.asked), newest_first=True)
            yield from self._summary(task, self._summarizer.topic(task.question.topic, task.filters, length))
            return
        passages = [self._lead_of(story.articles[0]) for story in find_stories(self._catalog, task.filters)[:STORIES]]
        yield from self._told(task, [Draft("evidence", tuple(one for one in passages if one))])

    def _inventory(self, task: Task) -> Iterator[Answer]:
        """What the library holds: how many articles, of whom, of when, who is quoted; and the story of each main topic."""
        stories = find_stories(self._catalog, task.filters)
        largest = sorted(stories, key=lambda story: -len(story.articles))[:STORIES]
        passages = [self._lead_of(story.articles[-1]) for story in largest]
        note = Draft("note", words=self._holdings(task, stories))
        yield from self._told(task, [note, Draft("evidence", tuple(one for one in passages if one))])

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

    def _timeline(self, task: Task) -> Iterator[Answer]:
        """What somebody said over time, or what happened, in order."""
        question, length = task.question, length_in(task.question.asked)
        if question.speakers:
            within = dataclasses.replace(task.filters, speaker=None)
            parts = self._summarizer.speaker(question.speakers[0], question.topic or None, within, length)
            yield from self._summary(task, parts)
        elif question.topic:
            yield from self._summary(task, self._summarizer.topic(question.topic, task.filters, length))

    def _disagree(self, task: Task) -> Iterator[Answer]:
        """Pairs of reports that give different numbers for one thing: on the topic, or on each story of several articles."""
        if task.question.topic:
            topics = [task.question.topic]
        else:
            stories = [story for story in find_stories(self._catalog, task.filters) if len(story.articles) > 1]
            topics = [story.articles[0].title or "" for story in stories]
        drafts: list[Draft] = []
        for topic in filter(None, topics):
            reports = find_reports(read_question(topic), task.filters, self._retriever, self._catalog)
            for pair in disagreements(reports):
                both = sorted(pair, key=lambda one: (one.article.date is None, one.article.date))
                drafts.append(Draft("differs", tuple(one.passage for one in both), "Reports differ:"))
        if drafts:
            yield compose(task.question.asked, drafts[:PAIRS], task.searched, self.name, "differs")
        elif not task.question.topic:
            words = f"In the {count(task.searched)} searched, no two reports give different numbers for one thing."
            yield compose(task.question.asked, [Draft("note", words=words)], task.searched, self.name)

    def _compare(self, task: Task) -> Iterator[Answer]:
        """What each of two people, or papers, has on the topic, side by side."""
        question = task.question
        if len(question.speakers) < 2:
            return
        sources = {source.lower().removeprefix("the "): source for source in self._catalog.sources()}
        passages: list[Passage] = []
        for side in question.speakers:
            paper = sources.get(side.lower().removeprefix("the "))
            speakers = () if paper else (side,)
            asked = dataclasses.replace(question, kind="said_about", speakers=speakers)
            filters = dataclasses.replace(task.filters, source=paper or task.filters.source)
            read = self._sentences.read(dataclasses.replace(task, question=asked, filters=filters), surely=True)
            theirs = [one for one in read.decision.chosen if paper or one.theirs > 0]
            passages += [one.passage() for one in theirs[:SIDES]]
        yield from self._told(task, [Draft("evidence", tuple(dict.fromkeys(passages)))])

    def _told(self, task: Task, drafts: Sequence[Draft]) -> Iterator[Answer]:
        if any(draft.passages for draft in drafts):
            yield compose(task.question.asked, drafts, task.searched, self.name)

    def _summary(self, task: Task, parts: Iterator[Summary]) -> Iterator[Answer]:
        for summary in parts:
            if summary.sentences:
                yield answer_with(task, summary, self.name)

    def _lead_of(self, article: Article) -> Passage | None:
        """The sentence that an article opens its news with."""
        told, _, _ = summarize_article(article, self._ledger.quotes_in(article.id), 1)
        return told[0].passages[0] if told and told[0].kept is not None else None
