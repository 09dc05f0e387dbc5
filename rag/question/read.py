"""Read a question: its kind and slots by the trained reader, its days, its publisher, what it takes from the turn before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from rag.errors import QuestionError
from rag.language.dates import Period, days_of_asking, period_in
from rag.language.words import PRONOUNS, normalise, stem, topic_words, words
from rag.models.question_reader import Reading, read_message
from rag.models.selector import follow_up
from rag.question.history import Turn, read_turns
from rag.question.question import Question, name_runs, names_in
from rag.types import Kind

MAX_CHARACTERS = 20_000  # what is accepted
READ_CHARACTERS = 2_000  # what is read of it, and searched for
CARRIED = 300  # characters of the turn before that a follow-up is searched with
LEANS = 0.5
SURE = 0.4  # of the kind of a follow-up; one less sure, "And the union?", is of the kind of the turn before

# A question put on a given day is mostly about the news of the last days, hardly about what is older than two weeks.
NEWS_SPAN, LAST_DAYS = dt.timedelta(14), dt.timedelta(4)
LONG = dt.timedelta(62)  # as far as "last month" goes back


@dataclass(frozen=True, slots=True)
class _Read:
    """A message with its reading, and the turn it leans on taken in."""

    text: str
    kind: Kind
    reading: Reading
    speakers: tuple[str, ...]
    topic: str
    leans: bool


def read_question(
    asked: object, history: Sequence[object] = (), today: dt.date | None = None, sources: Sequence[str] = ()
) -> Question:
    """Read what is asked; a follow-up takes words and speakers from the turn before it. Raises QuestionError.

    ``sources`` are the publishers that it may name. ``today`` None is the real date; a date that is given also says which
    news a question without a time is about.
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
    read = _read_in_turn(text, turns)
    source = _publisher(text, read.reading, sources)
    period, focus, named_days, lately = _days(read.text, today)
    asking = days_of_asking(text, today or dt.date.today())
    return Question(
        asked=asked,
        text=read.text,
        kind=read.kind,
        kinds=read.reading.kinds,
        speakers=read.speakers,
        topic=read.topic,
        names=names_in(read.text),
        topics=tuple(dict.fromkeys(stem(word) for word in topic_words(read.text))),
        period=period,
        focus=focus,
        names_days=named_days is not None,
        since=asking[0] if asking else None,
        looking_back=lately if named_days and today and named_days[1] < today else None,
        understood=_understood(text, read, turns, source),
        source=source,
        cited=turns[-1].cited if turns else (),
        leans=read.leans,
    )


def _read_in_turn(text: str, turns: Sequence[Turn]) -> _Read:
    """The question read with the conversation before it; each earlier question is read with those before it, too."""
    before: _Read | None = None
    earlier = Turn("")
    for turn in turns:
        before, earlier = _read(turn.question[:READ_CHARACTERS], before, earlier), turn
    return _read(text, before, earlier)


def _read(text: str, before: _Read | None, turn: Turn) -> _Read:
    reading = read_message(text, turn.question)
    speakers = _named(tuple(text[start:end] for start, end in reading.speakers), text)
    topic = text[slice(*reading.topic)] if reading.topic else ""
    topic = "" if topic.lower() in PRONOUNS else topic
    leans = before is not None and reading.leans > LEANS
    if before is None or not leans:
        return _Read(text, reading.kind, reading, speakers, topic, False)
    carried = " ".join([turn.question, turn.answer, before.text.removeprefix(turn.question)]).strip()
    named = speakers
    if reading.speakers and not named:
        named = turn.speakers or before.speakers or name_runs(turn.answer)
    kind = reading.kind if reading.kinds[reading.kind] >= SURE else before.kind
    return _Read(follow_up([carried[:CARRIED]], text), kind, reading, named, topic or before.topic, True)


def _named(speakers: tuple[str, ...], text: str) -> tuple[str, ...]:
    """The speakers without pronouns. One that the question itself explains, "Weston wrote: what did he say", is its names."""
    named = tuple(one for one in speakers if one.lower() not in PRONOUNS)
    return named or (name_runs(text) if speakers else ())


def _understood(text: str, read: _Read, turns: Sequence[Turn], source: str | None) -> str | None:
    """What is shown of how a question was taken; None where it was taken as it stands."""
    shown = f"{text} (about: {turns[-1].question})" if read.leans else text
    if source:
        shown += f" (only {source})"
    return shown if shown != text else None


def _publisher(text: str, reading: Reading, sources: Sequence[str]) -> str | None:
    """The library's publisher that the reader's words name; None where they name none that is there."""
    if reading.publisher is None:
        return None
    named = _bare(text[slice(*reading.publisher)])
    return next((source for source in sources if named and _bare(source) == named), None)


def _bare(name: str) -> str:
    return " ".join(word for word in words(normalise(name)) if word != "the").removesuffix("'s")


def _days(text: str, today: dt.date | None) -> tuple[Period | None, Period | None, Period | None, Period | None]:
    """The days that are preferred, those likeliest meant, those that the question names, and the last ones before today."""
    named = period_in(text, today or dt.date.today())
    lately = (today - LAST_DAYS, today) if today else None
    if today and named is None:
        return (today - NEWS_SPAN, today), lately, None, lately
    if named and today and named[1] == today and today - named[0] > LONG:
        return named, lately, named, lately  # of "the past year" it is the last news that is asked for
    return named, named, named, lately
