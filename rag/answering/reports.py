"""Chosen sentences -> what an answer says once: one sentence for all who report the same, and where reports differ."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Sequence

from rag.answering.candidates import Candidate
from rag.answering.compose import Passage
from rag.language.numbers import (
    MEASURES,
    Value,
    days_in,
    is_negated,
    numbers_in,
    proper_words,
    times_in,
    values_in,
)
from rag.language.sentences import split_sentences
from rag.language.words import STOP_WORDS, stem, topic_words, words

MOST_ALIKE = 3  # citations of one sentence
SAME = 0.7  # of a sentence's words, for a copy
RETOLD = 0.65  # the same, where the numbers and names that both hold tell that it is
MOSTLY = 0.35  # of the words of both, which both hold
ONE_STORY = dt.timedelta(10)  # what is reported further apart is hardly of one event
SURE = 0.0  # the selector's log odds that a sentence answers, for one that is set against another
_INSIDE = r"(?:[^.;:!?]|\.(?=\S))"
_INSTEAD = re.compile(
    rf"(?P<right>{_INSIDE}{{1,60}}?)(?:, not|,? instead of|,? rather than) (?P<wrong>{_INSIDE}{{1,40}})"
)
_VALUE = re.compile(r"[$€£]?\d[\d.,]*(?<=\d)(?:\s[^\W\d]+){0,3}")
UNIT = 24  # characters around a number in which what it counts, and how exactly, may stand


def proves(shown: Candidate, other: Candidate) -> bool:
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


def repeats(one: Candidate, other: Candidate) -> bool:
    """Whether a sentence adds nothing to another: nearly the same words."""
    mine, theirs = set(map(stem, words(one.text))), set(map(stem, words(other.text)))
    return len(mine & theirs) > SAME * min(len(mine), len(theirs))


def told_elsewhere(shown: Candidate, ranked: Sequence[Candidate]) -> list[Candidate]:
    """The sentences of other articles that say the same as the one that is shown, one an article, the best first."""
    found: dict[str, Candidate] = {}
    for one in ranked:
        if one.article.id != shown.article.id and one.article.id not in found and proves(shown, one):
            found[one.article.id] = one
    return list(found.values())[: MOST_ALIKE - 1]


def find_difference(best: Candidate, ranked: Sequence[Candidate]) -> Candidate | None:
    """A sentence of another article that answers with another value than the best one; None if none surely does.

    Both must be sure to answer, with a phrase of one value each, and be of one story: reported within ten days, with names in
    common and no place, year or weekday that sets them apart. Among what is left the newest differs: it may be a correction.
    """
    return _newest([one for one in _differing(best, ranked) if _near_in_time(best, one)])


def find_update(best: Candidate, ranked: Sequence[Candidate]) -> Candidate | None:
    """The newest sentence that answers with another value than the best one and follows it by more than ten days, if any."""
    later = [one for one in _differing(best, ranked) if not _near_in_time(best, one)]
    return _newest([one for one in later if (one.article.date or dt.date.min) > (best.article.date or dt.date.max)])


def _differing(best: Candidate, ranked: Sequence[Candidate]) -> list[Candidate]:
    return [
        one
        for one in ranked
        if one.article.id != best.article.id
        and min(one.selected, best.selected) >= SURE
        and _answer_differently(best, one)
        and _of_one_story(best, one)
    ]


def _newest(found: Sequence[Candidate]) -> Candidate | None:
    return max(found, key=lambda one: (one.article.date or dt.date.min, one.score), default=None)


def find_correction(best: Candidate, ranked: Sequence[Candidate]) -> Passage | None:
    """Where another article, no older, says what is right in place of the best one's answer: "It was 2014, not 2011.".

    The passage has the sentences from the candidate on to the one that corrects, and what is right as its phrase.
    """
    wrong = numbers_in(best.article.text[slice(*best.phrase)]) if best.phrase else frozenset()
    for one in ranked if wrong else ():
        if one.article.id == best.article.id or (one.article.date or dt.date.max) < (best.article.date or dt.date.min):
            continue
        here = one.article.paragraphs[one.paragraph]
        for match in _INSTEAD.finditer(one.article.text, one.start, here.end):
            right = _VALUE.search(one.article.text, *match.span("right"))
            corrects = wrong <= numbers_in(match["wrong"]) and right and wrong.isdisjoint(numbers_in(match["right"]))
            if right and corrects and len(_stems(best.text) & _stems(one.article.text[one.start : match.end()])) >= 2:
                end = next(
                    end for start, end in split_sentences(one.article.text, here.start, here.end) if end >= match.end()
                )
                return dataclasses.replace(one.passage(), end=end, phrase=right.span())
    return None


def _answer_differently(one: Candidate, other: Candidate) -> bool:
    """Whether the phrases that answer give one day, or one number of one thing, each, and these cannot both be right."""
    if is_negated(one.text) or is_negated(other.text) or one.phrase is None or other.phrase is None:
        return False
    phrases = one.article.text[slice(*one.phrase)], other.article.text[slice(*other.phrase)]
    days = [days_in(phrase) for phrase in phrases]
    if days[0] and days[1]:
        return len(days[0]) == len(days[1]) == 1 and days[0] != days[1]
    first, second = (_values_at(part) for part in (one, other))
    units = {value.unit for value in first} & {value.unit for value in second}
    pairs = [(a, b) for a in first for b in second if a.unit == b.unit and a.unit in units]
    return bool(pairs) and all(a.differs(b) for a, b in pairs)


def _values_at(one: Candidate) -> list[Value]:
    """The values of a sentence that its answering phrase touches, with the units that may stand behind the phrase."""
    assert one.phrase is not None
    start, end = one.phrase
    if end <= start:
        return []
    own = numbers_in(one.article.text[start:end])
    around = values_in(one.article.text[max(one.start, start - UNIT) : min(one.end, end + UNIT)])
    return [value for value in around if value.amount in own]


def _of_one_story(one: Candidate, other: Candidate) -> bool:
    if one.article.date is None or other.article.date is None:
        return False
    times = times_in(one.text), times_in(other.text)
    if times[0] and times[1] and not times[0] & times[1]:
        return False
    mine, theirs = proper_words(one.text), proper_words(other.text)
    if mine - theirs and theirs - mine and not mine & theirs:
        return False
    shared = _stems(one.text) & _stems(other.text)
    heads = [_stems(part.article.title or "") for part in (one, other)]
    return len(shared) >= (1 if _count_one_thing(one, other) else 2) and len(heads[0] & heads[1]) >= 2


def _count_one_thing(one: Candidate, other: Candidate) -> bool:
    """Whether both phrases count the same things, as workers; of money or minutes they may tell of two things."""
    counted = [{value.unit for value in _values_at(part)} for part in (one, other)]
    return bool((counted[0] & counted[1]) - MEASURES - STOP_WORDS)


def _near_in_time(one: Candidate, other: Candidate) -> bool:
    first, second = one.article.date, other.article.date
    return first is None or second is None or abs(first - second) <= ONE_STORY


def _stems(text: str) -> set[str]:
    return {stem(word) for word in topic_words(text) if word not in STOP_WORDS and not word[0].isdigit()}
