"""Chosen sentences -> what an answer says once: one sentence for all who report the same, and where reports differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from rag.answering.evidence import Evidence
from rag.answering.values import (
    asked_unit,
    days_in,
    is_negated,
    is_time_word,
    numbers_in,
    proper_words,
    times_in,
    values_in,
)
from rag.matching import STOP_WORDS, stem, topic_words, words
from rag.question import Question

MOST_ALIKE = 3  # citations of one sentence
SAME = 0.7  # of a sentence's words, for a copy
RETOLD = 0.65  # the same, where the numbers and names that both hold tell that it is
MOSTLY = 0.35  # of the words of both, which both hold
ONE_STORY = dt.timedelta(10)  # what is reported further apart is hardly of one event
SURE = 0.0  # the selector's log odds that a sentence answers, for one that is set against another
MOST_OF = 0.6  # of the question's topic words
DIFFER = "The reports differ:"


def proves(shown: Evidence, other: Evidence) -> bool:
    """Whether another article's sentence reports what the shown one does.

    It holds most of its words and all its numbers and names, no "not" more or less, and is not mostly about other things.
    """
    if is_negated(shown.text) != is_negated(other.text) or not _near_in_time(shown, other):
        return False
    numbers, names = numbers_in(shown.text), proper_words(shown.text)
    if not numbers <= numbers_in(other.text) or not days_in(shown.text) <= days_in(other.text):
        return False
    mine, theirs = _stems(shown.text), _stems(other.text)
    shared = len(mine & theirs)
    held = shared / max(1, len(mine))
    retold = bool(numbers) and held >= RETOLD and {stem(name) for name in names} <= theirs
    return (retold or (held >= SAME and len({stem(name) for name in names} - theirs) == 0)) and (
        shared >= MOSTLY * len(mine | theirs)
    )


def repeats(one: Evidence, other: Evidence) -> bool:
    """Whether a sentence adds nothing to another: nearly the same words."""
    mine, theirs = set(map(stem, words(one.text))), set(map(stem, words(other.text)))
    return len(mine & theirs) > SAME * min(len(mine), len(theirs))


def told_elsewhere(shown: Evidence, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences of other articles that say the same as the one that is shown, one an article, the best first."""
    found: dict[str, Evidence] = {}
    for one in evidence:
        if one.article.id != shown.article.id and one.article.id not in found and proves(shown, one):
            found[one.article.id] = one
    return list(found.values())[: MOST_ALIKE - 1]


def find_difference(question: Question, best: Evidence, evidence: Sequence[Evidence]) -> Evidence | None:
    """A sentence of another article that answers with another value than the best one; None if none surely does.

    Both must be sure to answer, be about all that is asked, give one value each of what is asked for, and be of one
    story: reported within ten days, with names in common and no place, year or weekday that sets them apart.
    """
    for one in evidence:
        if one.article.id == best.article.id or one.selected < SURE or best.selected < SURE:
            continue
        if _answer_differently(question, best, one) and _of_one_story(question, best, one):
            return one
    return None


def _answer_differently(question: Question, one: Evidence, other: Evidence) -> bool:
    if is_negated(one.text) or is_negated(other.text):
        return False
    if question.wanted == "time":
        mine, theirs = days_in(one.text), days_in(other.text)
        return len(mine) == len(theirs) == 1 and mine != theirs
    if question.wanted not in ("number", "amount", "size", "duration"):
        return False
    unit = asked_unit(question)
    if question.wanted == "number" and unit is None:
        return False
    first, second = values_in(one.text), values_in(other.text)
    if unit is None:
        units = {value.unit for value in first} & {value.unit for value in second} & _MEASURES
        if len(units) != 1:
            return False
        (unit,) = units
    mine_of, theirs_of = ([value for value in found if value.unit == unit] for found in (first, second))
    return len(mine_of) == len(theirs_of) == 1 and mine_of[0].differs(theirs_of[0])


_MEASURES = frozenset(
    map(
        stem,
        """percent dollar dollars euro euros pound pounds cents second minute hour day week month year seconds minutes hours
        days weeks months years metres meters kilometres kilometers centimetres centimeters miles feet acres hectares
        tons tonnes litres gallons degrees""".split(),
    )
)

_ASKING = frozenset(map(stem, "many much long old far large big high deep often people number time day date".split()))
"""Topic words that only tell what kind of value is asked for."""


def _of_one_story(question: Question, one: Evidence, other: Evidence) -> bool:
    if one.article.date is None or other.article.date is None or not _near_in_time(one, other):
        return False
    if not (_is_about(question, one) and _is_about(question, other)):
        return False
    times = times_in(one.text), times_in(other.text)
    if times[0] and times[1] and not times[0] & times[1]:
        return False
    mine, theirs = proper_words(one.text), proper_words(other.text)
    if mine - theirs and theirs - mine and not mine & theirs:
        return False
    shared = _stems(one.text) & _stems(other.text)
    heads = [_stems(part.article.title or "") for part in (one, other)]
    return len(shared) >= 2 and len(heads[0] & heads[1]) >= 2


def _near_in_time(one: Evidence, other: Evidence) -> bool:
    first, second = one.article.date, other.article.date
    return first is None or second is None or abs(first - second) <= ONE_STORY


def _is_about(question: Question, one: Evidence) -> bool:
    """Whether a sentence, its paragraph and the title hold every name that is asked about and most other topic words."""
    there = {stem(word) for word in words(f"{one.article.title or ''} {one.article.paragraph_text(one.paragraph)}")}
    if any(stem(name) not in there for name in question.names if not is_time_word(name)):
        return False
    times = {stem(word) for word in topic_words(question.text) if is_time_word(word)}
    asked = set(question.topics) - _ASKING - times
    return not asked or len(asked & there) >= MOST_OF * len(asked)


def _stems(text: str) -> set[str]:
    return {stem(word) for word in topic_words(text) if word not in STOP_WORDS and not word[0].isdigit()}
