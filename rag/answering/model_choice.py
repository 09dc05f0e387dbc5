"""Which engine's word counts for a question: when what a model wrote joins an answer, and when it makes one where none was."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.composing import Passage
from rag.answering.evidence import Evidence
from rag.answering.model_check import Told, topics
from rag.answering.model_evidence import Exhibit, Place
from rag.answering.premises import names_whom
from rag.matching import normalise
from rag.question import Question
from rag.saying import Saying
from rag.speakers import Name, holds_role, may_be, take_apart
from rag.types import Answer, Quote

ALMOST = -1.0
"""The selector's log odds from which a sentence that a model takes for the answer is believed; alone it takes more."""


def may_join(
    question: Question, draft: Answer, told: Told, exhibits: Sequence[Exhibit], evidence: Sequence[Evidence]
) -> bool:
    """Whether a checked sentence may stand in an answer that the ledger or the extractive engine gives.

    It has to rest on the paragraphs of that answer, or to answer as a sentence must where there is no answer yet; an answer
    that tells whose words they are is not given a second speaker.
    """
    places = {(one.article_id, one.paragraph) for one in draft.citations}
    new = [one for one in told.passages if place_of(one) not in places]
    if not new:
        return True
    if question.sayings and not any(saying.speaker for saying in question.sayings):
        return False
    return may_answer(question, told, exhibits, evidence)


def may_answer(question: Question, told: Told, exhibits: Sequence[Exhibit], evidence: Sequence[Evidence]) -> bool:
    """Whether a checked sentence answers a question that the other engines leave open.

    What was said has to be said by whom the question names, and who said it by somebody named; anything else has to be
    held likely by the selector, too, in an article that names everybody who is asked about.
    """
    whom = " ".join(saying.speaker or "" for saying in question.sayings)
    asked = topics(question.text) - topics(whom)
    held = topics(" ".join([told.text, *(_text(one) for one in told.passages)]))
    if not asked & held or not all(names_whom(question, one.article) for one in told.passages):
        return False
    if question.sayings:
        return all(whose(question, statements_in(one, exhibits), one) for one in told.passages)
    likely: set[Place] = {(one.article.id, one.paragraph) for one in evidence if one.selected >= ALMOST}
    return all(place_of(one) in likely for one in told.passages)


def whose(question: Question, statements: Sequence[Quote], passage: Passage) -> Saying | None:
    """The part of the question that asks for words of somebody who speaks in a passage; whoever it is, if that is asked."""
    for saying in question.sayings:
        for quote in statements:
            if quote.speaker is None or quote.speaker.resolved_by is None:
                continue
            name = quote.speaker.name or ""
            if saying.speaker is None or is_meant(take_apart(saying.speaker), name, passage):
                return saying
    return None


def is_meant(asked: Name, name: str, passage: Passage) -> bool:
    """Whether a name or role in a question can mean a speaker of an article."""
    found = take_apart(name)
    return may_be(asked, found) or holds_role(asked, normalise(passage.article.text), found)


def statements_in(passage: Passage, exhibits: Sequence[Exhibit]) -> list[Quote]:
    """The ledger's statements of which words stand in a passage."""
    quotes = next((one.quotes for one in exhibits if one.article.id == passage.article.id), ())
    return [quote for quote in quotes if any(start < passage.end and passage.start < end for start, end in quote.spans)]


def place_of(passage: Passage) -> Place:
    """The paragraph that a passage stands in."""
    return passage.article.id, passage.paragraph


def _text(passage: Passage) -> str:
    return passage.article.text[passage.start : passage.end]
