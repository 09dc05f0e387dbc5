"""Which engine's word counts for a question: when what a model wrote joins an answer, and when it makes one where none was."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from rag.answering.composing import Passage
from rag.answering.evidence import Evidence
from rag.answering.extractive import ExtractiveEngine
from rag.answering.merging import DIFFER
from rag.answering.model_check import Told, topics
from rag.answering.model_evidence import Exhibit, Place
from rag.answering.premises import names_whom
from rag.answering.statement_fit import Statement
from rag.matching import normalise
from rag.question import Question
from rag.quotes.lexicon import OFFICES, ROLES
from rag.saying import Saying
from rag.speakers import Name, holds_role, is_office, may_be, take_apart
from rag.types import Answer, Quote

ALMOST, BORNE_OUT = -1.0, -4.5
"""The selector's log odds from which a sentence that a model takes for the answer is believed; alone it takes more.

The second are for what the model itself put so, and the article bears out. Of our own cases it is right in all of these, and
where an article's sentence had to take the place of what the model wrote, in two of seven.
"""
NEAR_ENOUGH, NEAR_ENOUGH_OF_ANYBODY = 0.35, 0.5
"""The score of a statement from which a model is believed that it is what is asked: by whom the question names, by anybody.

By anybody it has to be the nearest of all, too: a right one had 0.55, wrong ones 0.46 and, with a nearer one beside it, 0.85.
"""
BESIDE = 2
"""Paragraphs between which an article goes on with what it was saying."""
MENTIONED = 0.5
"""The share of a question's topic that has to stand where a model adds to an answer, or answers by a name alone."""


def may_join(
    question: Question, draft: Answer, told: Told, exhibits: Sequence[Exhibit], likely: Mapping[Place, float]
) -> bool:
    """Whether a checked sentence may stand in an answer that the ledger or the extractive engine gives.

    It has to rest on the paragraphs of that answer; or, if the model put it so itself, on what stands beside them, of the
    question's topic and in words of whom it names; or to answer as a sentence must where there is no answer yet. An answer
    that names whose words they are is not given a second speaker; one that only has "the governor" is, if the sentence stands
    beside it and itself holds what is asked.
    """
    places = {(one.article_id, one.paragraph) for one in draft.citations}
    new = [one for one in told.passages if place_of(one) not in places]
    if not new:
        return True
    beside = all(_is_beside(one, places) and _is_theirs(question, one, exhibits) for one in new)
    if _asks_who(question):
        asked = _asked(question)
        return beside and bool(asked) and _holds_enough(topics(told.text), asked) and not _names_somebody(draft)
    if beside and told.support == "supported" and (question.sayings or _asked(question) & _held(told)):
        return True
    return _is_on_topic(question, told, exhibits) and may_answer(question, told, exhibits, likely)


def is_enough(question: Question, draft: Answer, told: Sequence[Told]) -> bool:
    """Whether what a model tells is the whole answer: to a plain question, from paragraphs that the selector chose, too.

    Two engines agree there; the draft's other paragraphs only come near. Reports that differ are both told.
    """
    differ = any(one.text == DIFFER for one in draft.sentences)
    if question.sayings or differ or draft.engine != ExtractiveEngine.name:
        return False
    places = {(one.article_id, one.paragraph) for one in draft.citations}
    return all(place_of(one) in places for sentence in told for one in sentence.passages)


def _names_somebody(draft: Answer) -> bool:
    """Whether an answer tells the name of anybody whose words it gives, and not only an office."""
    said = (quote.speaker for quote in draft.quotes if quote.speaker and quote.speaker.resolved_by)
    return any(not (is_office(name := speaker.name or "") and name.split()[-1] in ROLES | OFFICES) for speaker in said)


def _is_beside(passage: Passage, places: Collection[Place]) -> bool:
    article, paragraph = place_of(passage)
    return any((article, paragraph + away) in places for away in range(-BESIDE, BESIDE + 1))


def _is_theirs(question: Question, passage: Passage, exhibits: Sequence[Exhibit]) -> bool:
    """Whether somebody speaks in a passage whose words are asked for, if anybody's are."""
    return not question.sayings or whose(question, statements_in(passage, exhibits), passage) is not None


def may_answer(
    question: Question,
    told: Told,
    exhibits: Sequence[Exhibit],
    likely: Mapping[Place, float],
    borne_out: bool = False,
) -> bool:
    """Whether a checked sentence answers a question that the other engines leave open.

    What was said has to be said by whom the question names, and who said it by somebody named; the ledger, or for anything
    else the selector, has to hold it ``likely``, too, in an article that names everybody who is asked about. ``borne_out``
    says that it is what the model itself wrote: the selector may think less of it, then.
    """
    asked, held = _asked(question), _held(told)
    if not asked & held or not all(names_whom(question, one.article) for one in told.passages):
        return False
    if not all(_is_theirs(question, one, exhibits) for one in told.passages):
        return False
    least = BORNE_OUT - ALMOST if borne_out and not question.sayings else 0.0
    is_likely = all(likely.get(place_of(one), -math.inf) > least for one in told.passages)
    if _asks_who(question):
        on_topic = borne_out and _is_on_topic(question, told, exhibits)
        return on_topic or (is_likely and told.support == "verbatim")
    return is_likely


def _is_on_topic(question: Question, told: Told, exhibits: Sequence[Exhibit]) -> bool:
    """Whether a sentence and what it cites hold enough of a question to be more than a word or two in common.

    Of a question about several people's words it is the part on those of whoever speaks.
    """
    parts = (whose(question, statements_in(one, exhibits), one) for one in told.passages)
    wanted = [topics(part.wanted) for part in parts if part and part.speaker] or [_asked(question)]
    held = _held(told)
    return any(_holds_enough(held, asked) for asked in wanted)


def _holds_enough(held: frozenset[str], asked: frozenset[str]) -> bool:
    return len(asked & held) >= MENTIONED * len(asked)


def _asks_who(question: Question) -> bool:
    """Whether it asks whose words they are, and names nobody."""
    return bool(question.sayings) and not any(saying.speaker for saying in question.sayings)


def _asked(question: Question) -> frozenset[str]:
    """The stems of a question's topic, without whose words are asked for."""
    return topics(question.text) - topics(" ".join(saying.speaker or "" for saying in question.sayings))


def _held(told: Told) -> frozenset[str]:
    """The stems of the topic of a sentence and of what it cites."""
    return topics(" ".join([told.text, *(one.text for one in told.passages)]))


def likely_places(
    question: Question, near: Sequence[Sequence[Statement]], evidence: Sequence[Evidence]
) -> dict[Place, float]:
    """Paragraphs by what the ledger and the selector think of their best statement or sentence: likely from 0 on.

    What was said is mostly asked in other words than it was said in: less is enough where its speaker is named. Where nobody
    is, only the nearest statement can be likely.
    """
    found: dict[Place, float] = {}
    if _asks_who(question):
        nearest = [max(row, key=lambda one: one.score) for row in near if row]
        scored = [((one.article.id, one.quote.paragraph), one.score - NEAR_ENOUGH_OF_ANYBODY) for one in nearest]
    elif question.sayings:
        scored = [((one.article.id, one.quote.paragraph), one.score - NEAR_ENOUGH) for row in near for one in row]
    else:
        scored = [((one.article.id, one.paragraph), one.selected - ALMOST) for one in evidence]
    for place, score in scored:
        found[place] = max(score, found.get(place, -math.inf))
    return found


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
