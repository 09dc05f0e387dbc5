"""Statements listed: all of somebody, all on a topic, or who is quoted on it. What two papers quote alike is told once."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence

from rag.answering.compose import Draft, Passage, compose, upper_first, with_article
from rag.answering.engine import Task
from rag.answering.statements import ArticleQuote, StatementFinder
from rag.language.words import words
from rag.ledger import Ledger
from rag.question import Question
from rag.summarizing.article import is_named
from rag.types import Answer, Quote

NAME = "requests"
STATEMENTS, NAMED = 12, 4
"""How much is shown: statements, and people who are named in the lead."""
_WHO = re.compile(r"\bwho(?:m|se)?\b", re.I)


class Listing:
    """Lists statements of the ledger, or the people who made them."""

    def __init__(self, ledger: Ledger, statements: StatementFinder) -> None:
        self._ledger = ledger
        self._statements = statements

    def __call__(self, task: Task) -> Answer | None:
        """The statements of those who are named, or on the topic; the newest first where there is no topic."""
        question, filters = task.question, task.filters
        speakers: Sequence[str | None] = question.speakers or (None,)
        is_more = question.asks_for_more
        topic = "" if is_more and question.topic not in question.asked else question.topic
        if speakers == (None,) and not (topic or filters.speaker or filters.source):
            return None
        found = [quote for one in speakers for quote in self._statements.quotes(one, topic or None, filters)]
        found = [one for one in dict.fromkeys(found) if not (is_more and _is_told(one, question))]
        if not found:  # whoever is described, and not named, may be found by the sentences
            return self._silent(task) if any(one[:1].isupper() for one in question.speakers) else None
        if question.speakers or not _WHO.search(question.asked):
            shown = found[:STATEMENTS]
            drafts = [Draft("evidence", tuple(tell_statements(self._placed(shown))))]
        else:
            found = self._one_of_each(found)
            shown = found[:STATEMENTS]
            passages = tuple(tell_statements(self._placed(shown)))
            lead = Draft("lead", passages[:NAMED], _names([_speaker(one) for one in found]), quoted=False)
            drafts = [lead, Draft("evidence", passages)]
        if len(found) > len(shown):
            what = "people" if drafts[0].kind == "lead" else "statements"
            drafts.append(Draft("note", words=f"{len(shown)} of {len(found):,} {what}; `whosaid quotes` lists all."))
        if unread := self._ledger.coverage(filters).told:
            drafts.append(Draft("note", words=unread))
        return compose(question.asked, drafts, task.searched, NAME, quotes=shown)

    def _one_of_each(self, found: Sequence[Quote]) -> list[Quote]:
        """The best statement of everybody who is named; a paper's own questions in an interview are nobody's statements."""
        named = [one.quote for one in self._placed(found) if is_named(one.quote) and one.speaker != one.article.source]
        return list({_speaker(quote): quote for quote in (named or found)[::-1]}.values())[::-1]

    def _silent(self, task: Task) -> Answer:
        named = " and ".join(map(with_article, task.question.speakers))
        known = any(self._ledger.matching(one, task.filters) for one in task.question.speakers)
        words = f"{upper_first(named)}: not quoted on that." if known else f"Nobody who is quoted is called {named}."
        told = [one for one in (words, self._ledger.coverage(task.filters).told) if one]
        return compose(task.question.asked, [Draft("note", words=" ".join(told))], task.searched, NAME)

    def _placed(self, quotes: Sequence[Quote]) -> list[ArticleQuote]:
        articles = self._ledger.articles({one.article_id for one in quotes})
        return [ArticleQuote(one, articles[one.article_id]) for one in quotes if one.article_id in articles]


def tell_statements(statements: Iterable[ArticleQuote]) -> list[Passage]:
    """The sentences that hold statements, under their speakers' names; a copy in another article is cited with its like."""
    found: dict[tuple[str, ...], Passage] = {}
    for one in statements:
        for start, end in one.slices():
            here = Passage(
                one.article, one.article.paragraph_at(start), start, end, one.speaker or "", one.quote.polarity
            )
            known = found.setdefault((here.speaker, *words(here.text)), here)
            cited = {known.article.id, *(other.article.id for other in known.same)}
            if here.article.id not in cited:
                found[here.speaker, *words(here.text)] = dataclasses.replace(known, same=(*known.same, here))
    return list(found.values())


def _is_told(quote: Quote, question: Question) -> bool:
    """Whether the answer before shows a statement."""
    return any(id_ == quote.article_id and quote.start < end and start < quote.end for id_, start, end in question.told)


def _speaker(quote: Quote) -> str:
    return ((quote.speaker.name or quote.speaker.mention) if quote.speaker else None) or ""


def _names(people: Sequence[str]) -> str:
    """Names in a row: "Ada Brandt, Karl Winter and 3 others."."""
    shown = [one for one in people if one][:NAMED]
    rest = len(people) - len(shown)
    parts = [*shown, *([f"{rest} {'other' if rest == 1 else 'others'}"] if rest else [])]
    return f"{upper_first(' and '.join([', '.join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0])}."
