"""A question that asks for a summary -> an Answer that is one: of an article, a topic, or somebody's words."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from rag.answering.compose import describe
from rag.answering.engine import Task
from rag.catalog import Catalog
from rag.language.dates import asks_for_last
from rag.language.numbers import numbers_in
from rag.language.words import stem, topic_words, words
from rag.question import read_question
from rag.retrieval import HybridRetriever
from rag.summarizing.summarizer import Length, Summarizer
from rag.types import Answer, Article, Filters, Part, Sentence, Summary

WHICH = "Which article is to be summarised? Name its subject, or choose Summarise beside it in the list of articles."
_PARTS = re.compile(
    r"\b(?:in|as|into|with)\s+(?:(?:no more than|at most|up to|about|just|only)\s+)?([\w-]+)\s+(?:\w+\s+)?"
    r"(?:bullet|sentence|point|line|item)",
    re.I,
)
_ONE_ARTICLE = re.compile(
    r"\bthe (?:\w+ )?(?:article|story|piece|report|interview) (?:about|on|with|of|in|where)\b", re.I
)
_NEWEST = re.compile(r"\b(?:newest|latest|most recent)(?: one)? first\b", re.I)
MOST = 12
NAMED = 0.6  # of the words that name an article, which it holds


class SummaryEngine:
    """Answers "Summarise this", "Give me the gist of the strike", "Summarise what X said about Y since June"."""

    name = "summary"

    def __init__(self, summarizer: Summarizer, retriever: HybridRetriever, catalog: Catalog) -> None:
        self._summarizer = summarizer
        self._retriever = retriever
        self._catalog = catalog

    def __call__(self, task: Task) -> Iterator[Answer]:
        """The summary that is asked for as it grows, the last of them whole; nothing if none is."""
        if task.question.kind != "summary":
            return
        task = of_its_days(task, self._catalog)
        question, filters = task.question, task.filters
        speaker = filters.speaker or (question.speakers[0] if question.speakers else "")
        own = question.topic in question.asked  # and not that of the turn before
        if question.topic and own and not speaker:
            article = self._named(question.topic, filters) if _ONE_ARTICLE.search(question.asked) else None
        else:
            article = None if speaker else self._this(task, filters)
        for summary in self._summaries(task, speaker, article, filters):
            made = answer_with(task, summary, self.name)
            understood = f"Summarise “{article.title or article.id}”" if article else None
            yield dataclasses.replace(made, understood=understood)

    def _summaries(
        self, task: Task, speaker: str, article: Article | None, filters: Filters
    ) -> Iterator[Summary | None]:
        question, length = task.question, length_in(task.question.asked)
        if speaker:
            within = dataclasses.replace(filters, speaker=None)
            yield from self._summarizer.speaker(speaker, question.topic or None, within, length)
        elif article:
            yield from self._summarizer.articles([article], length)
        elif question.topic:
            summary = None
            for summary in self._summarizer.topic(question.topic, filters, length):
                yield summary
            if summary and not summary.sentences and (named := self._named(question.topic, filters)):
                yield from self._summarizer.articles([named], length)
        else:
            yield None

    def _named(self, topic: str, filters: Filters) -> Article | None:
        """The article that holds most of the words that it is named by; None if none does."""
        results = self._retriever.search(read_question(topic), 1, filters)
        wanted = set(map(stem, topic_words(topic)))
        held = (
            set(map(stem, words(f"{results[0].article.title or ''} {results[0].article.text}"))) if results else set()
        )
        return results[0].article if results and len(wanted & held) >= NAMED * len(wanted) else None

    def _this(self, task: Task, filters: Filters) -> Article | None:
        """The only article there is, or the one that the answer before cites first, or that the turn before is about."""
        ids = self._catalog.matching_ids(filters)
        cited = next((one for one in task.question.cited if one in ids), None)
        if cited or len(ids) == 1:
            return self._catalog.article(cited or next(iter(ids)))
        if not task.question.leans:
            return None
        results = self._retriever.search(task.question, 1, filters)
        return results[0].article if results else None


def of_its_days(task: Task, catalog: Catalog) -> Task:
    """The task with the days that its question names as a filter; the latest of a topic may be old."""
    question, filters = task.question, task.filters
    if not (question.names_days and question.period) or asks_for_last(question.asked):
        return task
    since, until = question.period
    within = Filters(
        filters.article_ids,
        filters.speaker,
        filters.source,
        max(since, filters.since or since),
        min(until, filters.until or until),
    )
    return dataclasses.replace(task, filters=within, searched=catalog.searched(within))


def length_in(message: str) -> Length:
    """How long a summary a message asks for: "in three bullets", "in one sentence", "newest first"."""
    match = _PARTS.search(message)
    counted = numbers_in(match[1]) if match else frozenset()
    single = match is not None and match[1].lower() in ("one", "a", "single", "1")
    wanted = 1 if single else min((int(number) for number in counted if 0 < number <= MOST), default=None)
    return Length(sentences=wanted, newest_first=bool(_NEWEST.search(message)))


def answer_with(task: Task, summary: Summary | None, engine: str) -> Answer:
    """The summary as an answer; without sentences it is an abstention that tells why."""
    note = summary.note if summary else WHICH
    notes = (Part("note", (Sentence(note, "supported"),)),) if note else ()
    told = summary is not None and bool(summary.sentences)
    return Answer(
        question=task.question.asked,
        status="answered" if told else "abstained",
        text=summary.text if summary and told else f"{note}\n\n{describe(task.searched)}",
        parts=(*((Part("evidence", summary.sentences),) if summary and told else ()), *notes),
        citations=summary.citations if summary else (),
        searched=task.searched,
        engine=engine,
        seconds=0.0,
        quotes=summary.quotes if summary else (),
    )
