"""Two people, or papers, on one topic: what each of them has, side by side, and who of them has nothing on it."""

from __future__ import annotations

import dataclasses

from rag.answering.candidates import Candidate
from rag.answering.compose import Draft, Passage, compose, upper_first, with_article
from rag.answering.engine import Task
from rag.answering.sentence_engine import SentenceEngine
from rag.answering.statements import ArticleQuote, StatementFinder
from rag.catalog import Catalog
from rag.ledger import Ledger
from rag.question import read_question
from rag.retrieval import HybridRetriever
from rag.summarizing.listing import NAME, tell_statements
from rag.summarizing.topic import developments, find_reports
from rag.summarizing.units import leans
from rag.types import Answer

SIDES = 2  # sentences of each


class Comparing:
    """Sets two or more sides next to each other."""

    def __init__(
        self,
        catalog: Catalog,
        ledger: Ledger,
        sentences: SentenceEngine,
        statements: StatementFinder,
        retriever: HybridRetriever,
    ) -> None:
        self._catalog = catalog
        self._retriever = retriever
        self._ledger = ledger
        self._sentences = sentences
        self._statements = statements

    def __call__(self, task: Task) -> Answer | None:
        """What each side has, in the order in which they are named; None where fewer than two are, or none has anything."""
        question = task.question
        papers = question.sources if len(question.sources) > 1 else ()
        sides = {one: self._of_paper(task, one) for one in papers} or {
            one: self._of_speaker(task, one) for one in question.speakers
        }
        if len(sides) < 2 or not any(sides.values()):
            return None
        passages = tuple(dict.fromkeys(passage for told in sides.values() for passage in told))
        missing = [upper_first(with_article(side)) for side, told in sides.items() if not told]
        what = "nothing is found in it on that" if papers else "not quoted on that"
        notes = [Draft("note", words=f"{side}: {what}.") for side in missing]
        return compose(question.asked, [Draft("evidence", passages), *notes], task.searched, NAME)

    def _of_paper(self, task: Task, source: str) -> list[Passage]:
        """What it reports on the topic, in order, else its sentences that come up on the question."""
        question = dataclasses.replace(task.question, kind="said_about", speakers=())
        filters = dataclasses.replace(task.filters, source=source)
        if task.question.topic:
            reports = find_reports(read_question(task.question.topic), filters, self._retriever, self._catalog)
            if found := developments(reports, SIDES):
                return [one.reports[0].passage for one in found]
        ranked = self._ranked(dataclasses.replace(task, question=question, filters=filters))
        return [one.passage() for one in ranked if not leans(one.text)][:SIDES]

    def _of_speaker(self, task: Task, speaker: str) -> list[Passage]:
        """Their sentences that come up on the question, else the nearest of their statements on the topic."""
        question = dataclasses.replace(task.question, kind="said_about", speakers=(speaker,))
        ranked = self._ranked(dataclasses.replace(task, question=question))
        if theirs := [one for one in ranked if one.theirs > 0]:
            return [one.passage() for one in theirs[:SIDES]]
        quotes = self._statements.quotes(speaker, task.question.topic or None, task.filters)[:SIDES]
        articles = self._ledger.articles({one.article_id for one in quotes})
        return tell_statements(
            ArticleQuote(one, articles[one.article_id]) for one in quotes if one.article_id in articles
        )

    def _ranked(self, task: Task) -> tuple[Candidate, ...]:
        return self._sentences.read(task, surely=True).ranked
