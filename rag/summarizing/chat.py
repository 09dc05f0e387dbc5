"""A question that asks for a summary -> an Answer that is one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from rag.answering.composing import describe
from rag.catalog import Catalog
from rag.matching import STOP_WORDS, stem, words
from rag.question import Question, names_in, read_question
from rag.retrieval import HybridRetriever
from rag.summarizing.request import Request, read_request
from rag.summarizing.summarizer import Length, Summarizer
from rag.types import Answer, Article, Filters, Searched, Summary

ABOUT = 0.6  # of the words that name an article, which it holds
WHICH = (
    "Which article is to be summarised? Name it by its subject, or choose Summarise beside it in the list of articles."
)


class SummaryEngine:
    """Answers "Summarise this", "Give me the gist of the strike", "Summarise what X said about Y since June"."""

    name = "summary"

    def __init__(self, summarizer: Summarizer, retriever: HybridRetriever, catalog: Catalog) -> None:
        self._summarizer = summarizer
        self._retriever = retriever
        self._catalog = catalog

    def asks_for_one(self, question: Question) -> bool:
        """Whether a question asks for a summary."""
        return read_request(question.asked) is not None

    def answers(self, question: Question, filters: Filters, searched: Searched) -> Iterator[Answer]:
        """The summary that is asked for as it grows, the last of them whole, or why there is none; nothing if none is."""
        request = read_request(question.asked)
        if request is None:
            return
        if question.names_days and question.period:
            since, until = question.period
            filters = dataclasses.replace(
                filters, since=max(since, filters.since or since), until=min(until, filters.until or until)
            )
            searched = self._catalog.searched(filters)
        if request.kind == "this" or not (request.subject or request.speaker):
            article = self._this(question, filters)
        else:
            article = self._named(request.subject, filters) if request.kind == "article" else None
        understood = f"Summarise “{article.title or article.id}”" if article and request.kind == "this" else None
        for summary in self._summaries(request, article, filters):
            yield dataclasses.replace(_answer(question.asked, summary, searched), understood=understood)

    def _summaries(self, request: Request, article: Article | None, filters: Filters) -> Iterator[Summary | None]:
        length = Length(newest_first=request.newest_first)
        if request.kind == "speaker" or (filters.speaker and request.kind == "topic"):
            within = dataclasses.replace(filters, speaker=None)
            speaker = request.speaker or filters.speaker or ""
            yield from self._summarizer.speaker(speaker, request.subject or None, within, length)
        elif request.kind == "topic" and request.subject:
            yield from self._summarizer.topic(request.subject, filters, length)
        elif article:
            yield from self._summarizer.articles([article], length)
        else:
            yield None

    def _this(self, question: Question, filters: Filters) -> Article | None:
        """The only article there is, or the one that the answer before cites first, or that the question before names."""
        ids = self._catalog.matching_ids(filters)
        cited = next((one for one in question.cited if one in ids), None)
        if cited or len(ids) == 1:
            return self._catalog.article(cited or next(iter(ids)))
        if question.cited:
            return None
        # a follow-up has what it leans on in front
        return self._named(question.text.removesuffix(question.asked.strip()).strip(), filters)

    def _named(self, subject: str, filters: Filters) -> Article | None:
        """The article that holds most of the words that it is named by, and each name among them."""
        wanted = {stem(word) for word in words(subject) if word not in STOP_WORDS}
        results = self._retriever.search(read_question(subject), 1, filters) if wanted else []
        if not results:
            return None
        article = results[0].article
        held = {stem(word) for word in words(f"{article.title or ''} {article.text}")}
        names = {stem(word) for word in names_in(subject)}
        return article if len(wanted & held) >= ABOUT * len(wanted) and names <= held else None


def _answer(asked: str, summary: Summary | None, searched: Searched) -> Answer:
    """The summary as an answer; without sentences it is an abstention that tells why."""
    if summary is None or not summary.sentences:
        why = summary.note if summary else f"{WHICH} {describe(searched)}"
        return Answer(asked, "abstained", why, (), (), searched, SummaryEngine.name, 0.0)
    notes = (summary.note,) if summary.note else ()
    return Answer(
        question=asked,
        status="answered",
        text=summary.text,
        sentences=summary.sentences,
        citations=summary.citations,
        searched=searched,
        engine=SummaryEngine.name,
        seconds=0.0,
        quotes=summary.quotes,
        unanswered=notes,
    )
