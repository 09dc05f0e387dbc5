"""Read a question: its kind and slots by the trained reader, its days, its publisher, what it takes from the turn before."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.errors import QuestionError
from rag.language.dates import Period, days_of_asking, period_in
from rag.language.words import PERSONAL, PRONOUNS, STOP_WORDS, stem, topic_words, words
from rag.models.question_reader import Reading, read_message
from rag.models.selector import follow_up
from rag.question.halves import halves
from rag.question.history import Turn, read_turns
from rag.question.publishers import Publisher, find_publishers, is_only_its_name
from rag.question.question import Question, name_runs, names_in
from rag.question.spans import Slice, whole_names
from rag.types import Kind

MAX_CHARACTERS = 20_000  # what is accepted
READ_CHARACTERS = 2_000  # what is read of it, and searched for
CARRIED = 300  # characters of the turn before that a follow-up is searched with
LEANS = 0.5
SURE = 0.4  # of the kind of a follow-up; one less sure, "And the union?", is of the kind of the turn before

# A question put on a given day is mostly about the news of the last days, hardly about what is older than two weeks.
NEWS_SPAN, LAST_DAYS = dt.timedelta(14), dt.timedelta(4)
OF_SOMEBODY: frozenset[Kind] = frozenset({"said_about", "did_say", "list_quotes", "timeline"})
"""Kinds of question that are about somebody's words."""
_AND_WHO = re.compile(r"(?:and |but |what about |how about |and what about )+(?P<who>[\w'’. -]{2,60}?)\s*\??", re.I)
LONG = dt.timedelta(62)  # as far as "last month" goes back


@dataclass(frozen=True, slots=True)
class _Read:
    """A message with its reading, and the turn it leans on taken in."""

    text: str
    kind: Kind
    reading: Reading
    speakers: tuple[str, ...]
    topic: str
    publishers: tuple[str, ...]
    leans: bool
    own: str
    """The words of the user alone, of this turn and of the one it leans on: what the days are read from."""
    shown: str
    """How it is understood."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a library knows that a question may name: its publishers, and whether it quotes somebody of a name."""

    sources: Sequence[str] = ()
    is_quoted: Callable[[str], bool] = lambda name: False


def read_question(
    asked: object, history: Sequence[object] = (), today: dt.date | None = None, known: Known = Known()
) -> Question:
    """Read what is asked; a follow-up takes words and speakers from the turn before it. Raises QuestionError.

    ``known`` is what it may name. ``today`` None is the real date; a date that is given also says which news a question
    without a time is about.
    """
    if not isinstance(asked, str):
        raise QuestionError(f"A question is a text, not a {type(asked).__name__}.")
    text = " ".join(asked.split())
    if not any(character.isalnum() for character in text):
        raise QuestionError("The question is empty.")
    if len(text) > MAX_CHARACTERS:
        raise QuestionError(f"The question is {len(text):,} characters long; the limit is {MAX_CHARACTERS:,}.")
    text = text[:READ_CHARACTERS]
    turns = read_turns(history)
    read = _read_in_turn(text, turns, known)
    plain = _without(read.text, read.publishers)
    period, focus, named_days, lately = _days(read.own, today)
    asking = days_of_asking(text, today or dt.date.today())
    return Question(
        asked=asked,
        text=read.text,
        kind=read.kind,
        kinds=read.reading.kinds,
        speakers=read.speakers,
        topic=read.topic,
        names=names_in(plain),
        topics=tuple(dict.fromkeys(stem(word) for word in topic_words(plain))),
        period=period,
        focus=focus,
        names_days=named_days is not None,
        since=asking[0] if asking else None,
        looking_back=lately if named_days and today and named_days[1] < today else None,
        understood=_understood(text, read),
        sources=read.publishers,
        cited=turns[-1].cited if turns else (),
        told=turns[-1].told if turns else (),
        leans=read.leans,
        halves=_halves(text, history, today, known),
    )


def _halves(text: str, history: Sequence[object], today: dt.date | None, known: Known) -> tuple[Question, ...]:
    two = halves(text)
    if two is None:
        return ()
    first, second = two
    earlier = [*history, {"role": "user", "content": first}]
    return read_question(first, history, today, known), read_question(second, earlier, today, known)


def _read_in_turn(text: str, turns: Sequence[Turn], known: Known) -> _Read:
    """The question read with the conversation before it; each earlier question is read with those before it, too."""
    before: _Read | None = None
    earlier = Turn("")
    for turn in turns:
        before, earlier = _read(turn.question[:READ_CHARACTERS], before, earlier, known), turn
    return _read(text, before, earlier, known)


def _read(text: str, before: _Read | None, turn: Turn, known: Known) -> _Read:
    if before and (instead := _in_place(text, before, turn, known)):
        return replace(_read(instead, None, Turn(""), known), leans=True)
    reading = read_message(text, turn.question)
    spans = whole_names(text, reading.speakers)
    named_papers = _publishers(text, spans, reading, known)
    spans = [one for one in spans if not any(paper.overlaps(one) for paper in named_papers)]
    papers = tuple(dict.fromkeys(one.source for one in named_papers))
    speakers = _named(tuple(text[start:end] for start, end in spans), text)
    topic = _without(text[slice(*reading.topic)], papers) if reading.topic else ""
    if topic.lower() in PRONOUNS or any(topic.lower() in one.lower() for one in speakers):
        topic = ""
    leans = before is not None and reading.leans > LEANS
    if before is None or not leans:
        return _Read(text, reading.kind, reading, speakers, topic, papers, False, text, text)
    carried = " ".join([turn.question, turn.answer, before.text.removeprefix(turn.question)]).strip()
    bare = reading.kind == "unclear" or reading.kinds[reading.kind] < SURE
    kind = before.kind if bare else reading.kind
    if not speakers and (spans or bare or (kind in OF_SOMEBODY and PERSONAL & set(words(text)))):
        speakers = turn.speakers or before.speakers or name_runs(turn.answer)
    own, shown = f"{text} {turn.question}", f"{text} (about: {turn.question})"
    text = follow_up([carried[:CARRIED]], text)
    return _Read(text, kind, reading, speakers, topic or before.topic, papers, True, own, shown)


def _in_place(text: str, before: _Read, turn: Turn, known: Known) -> str | None:
    """The question of the turn before with another speaker, or paper, in its place, as "And the mayor?" asks; else None."""
    match = _AND_WHO.fullmatch(text)
    if not match:
        return None
    who = match["who"]
    if before.publishers and (other := find_publishers(who, [(0, len(who))], known.sources, None)):
        asked = turn.question
        places = find_publishers(asked, [(0, len(asked))], before.publishers, None)
        return f"{asked[: places[0].start]}{other[0].source}{asked[places[0].end :]}" if len(places) == 1 else None
    if before.kind not in OF_SOMEBODY or len(before.speakers) != 1 or not known.is_quoted(who):
        return None
    instead = turn.question.replace(before.speakers[0], who)
    return instead if instead != turn.question else None


def _publishers(text: str, speakers: Sequence[Slice], reading: Reading, known: Known) -> list[Publisher]:
    """The publishers that a question names; not one that is quoted itself, unless papers are compared, nor one in a name."""
    sure = next(iter(whole_names(text, [reading.publisher])), None) if reading.publisher else None
    return [
        one
        for one in find_publishers(text, speakers, known.sources, sure)
        if all(
            is_only_its_name(text[slice(*span)], one.source)
            and (reading.kind == "compare" or not known.is_quoted(text[slice(*span)]))
            for span in speakers
            if one.overlaps(span)
        )
    ]


def _without(text: str, sources: Sequence[str]) -> str:
    """A text without the names of publishers, and without the stop words that are left at its ends."""
    if not sources:
        return text
    rest = text
    for one in find_publishers(text, [(0, len(text))], sources, None)[::-1]:
        rest = f"{rest[: one.start].rstrip()} {rest[one.end :].lstrip()}"
    kept = rest.split()
    while kept and (not words(kept[0]) or kept[0].lower() in STOP_WORDS - {"the"}):
        kept = kept[1:]
    while kept and (not words(kept[-1]) or kept[-1].lower() in STOP_WORDS):
        kept = kept[:-1]
    return " ".join(kept)


def _named(speakers: tuple[str, ...], text: str) -> tuple[str, ...]:
    """The speakers without pronouns. One that the question itself explains, "Weston wrote: what did he say", is its names."""
    named = tuple(one for one in speakers if one.lower() not in PRONOUNS)
    return named or (name_runs(text) if speakers else ())


def _understood(text: str, read: _Read) -> str | None:
    """What is shown of how a question was taken; None where it was taken as it stands."""
    shown = read.shown
    if read.publishers:
        shown += f" (only {' and '.join(read.publishers)})"
    return shown if shown != text else None


def _days(text: str, today: dt.date | None) -> tuple[Period | None, Period | None, Period | None, Period | None]:
    """The days that are preferred, those likeliest meant, those that the question names, and the last ones before today."""
    named = period_in(text, today or dt.date.today())
    lately = (today - LAST_DAYS, today) if today else None
    if today and named is None:
        return (today - NEWS_SPAN, today), lately, None, lately
    if named and today and named[1] == today and today - named[0] > LONG:
        return named, lately, named, lately  # of "the past year" it is the last news that is asked for
    return named, named, named, lately
