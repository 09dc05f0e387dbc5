"""The ledger's findings -> an Answer: what somebody said, whose words they are, or that nobody is reported to have said it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answering.composing import Passage, count, refusal, verbatim
from rag.answering.statements import Finding, Statement, StatementFinder
from rag.question import Question
from rag.saying import Saying
from rag.types import Answer, Filters, Searched


class LedgerEngine:
    """Answers questions about who said what from the statement ledger, and from nothing else."""

    name = "ledger"

    def __init__(self, finder: StatementFinder) -> None:
        self._finder = finder

    def answer(self, question: Question, filters: Filters, searched: Searched) -> Answer | None:
        """The answer to a question about sayings, or a refusal; None if it asks for something else."""
        findings = [self._finder.find(saying, question, filters) for saying in _sayings(question, filters)]
        told = [finding for finding in findings if finding.statements]
        if told:
            return self._tell(question, findings, searched)
        return self._refuse(question, findings[0], searched) if findings else None

    def _tell(self, question: Question, findings: Sequence[Finding], searched: Searched) -> Answer:
        statements = [statement for finding in findings for statement in finding.statements]
        sentences, citations, text = verbatim(passages_of(statements))
        missing = [f"{_silent(finding, searched)}" for finding in findings if not finding.statements]
        return Answer(
            question=question.asked,
            status="answered",
            text="\n\n".join([text, *missing]),
            sentences=sentences,
            citations=citations,
            searched=searched,
            engine=self.name,
            seconds=0.0,
            quotes=tuple(statement.quote for statement in statements),
        )

    def _refuse(self, question: Question, finding: Finding, searched: Searched) -> Answer:
        closest = passages_of(finding.closest)[:3]
        quotes = [statement.quote for statement in finding.closest]
        if finding.namesakes:
            names = " and ".join(finding.namesakes)
            reason = f"More than one {finding.saying.speaker} is quoted on this: {names}. Whose words do you mean?"
            return refusal(question.asked, reason, searched, self.name, closest)
        if finding.elsewhere is None:
            return refusal(question.asked, _silent(finding, searched), searched, self.name, closest)
        whose = finding.elsewhere.speaker or "somebody whom the article does not name"
        reason = f"{_name(finding)} is not reported to have said that; {whose} said it."
        correction = passages_of([finding.elsewhere])
        return refusal(
            question.asked, reason, searched, self.name, (), correction, [finding.elsewhere.quote, *quotes][:1]
        )


def _sayings(question: Question, filters: Filters) -> tuple[Saying, ...]:
    """What is asked about sayings; where only one speaker's words count, every question is about them."""
    if filters.speaker is None:
        return question.sayings
    named = tuple(replace(saying, speaker=filters.speaker) for saying in question.sayings[:1])
    return named or (Saying("said_about", filters.speaker, question.text),)


def passages_of(statements: Sequence[Statement]) -> list[Passage]:
    """The sentences that hold the statements, each once, under their speakers' names."""
    found: dict[tuple[str, int], Passage] = {}
    for statement in statements:
        article = statement.article
        for start, end in statement.slices():
            via = f", as {statement.quote.via} reported" if statement.quote.via else ""
            lead = _upper_first(f"{statement.speaker}{via}" if statement.speaker else "")
            found.setdefault((article.id, start), Passage(article, article.paragraph_at(start), start, end, lead))
    return list(found.values())


def _silent(finding: Finding, searched: Searched) -> str:
    where = f"In the {count(searched)} searched" if searched.articles > 1 else "In the article searched"
    if finding.saying.speaker is None:
        return f"{where}, nobody is clearly reported to have said that."
    what = "anything on that" if finding.known else "anything"
    return f"{where}, {_name(finding)} is not reported to have said {what}."


def _name(finding: Finding) -> str:
    asked = finding.saying.speaker or ""
    return asked if asked[:1].isupper() else f"the {asked}"


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]
