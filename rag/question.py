"""What a question asks: is it one, which names and topic words it holds, what kind of answer it wants."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.errors import QuestionError
from rag.followups import MAX_CHARACTERS, understand
from rag.matching import STOP_WORDS, normalise, stem, topic_words
from rag.publishers import find_publisher
from rag.saying import Saying, read_sayings
from rag.when import Period, period_in

Wanted = Literal["duration", "amount", "number", "size", "time", "place", "reason", "person", "statement", "any"]

_WANTED: tuple[tuple[Wanted, str], ...] = (
    ("duration", r"\bhow (?:long|old)\b|\bduration\b"),
    ("amount", r"\bhow much\b|\b(?:what|which) (?:percentage|share|price|sum|cost)\b|\bcosts?\b"),
    ("number", r"\bhow (?:many|often)\b|\bwhat number\b"),
    (
        "size",
        r"\bhow (?:far|big|large|high|fast|tall|deep|wide|heavy|thick|hot|cold)\b"
        r"|\b(?:what|which) (?:size|height|length|width|depth|distance|speed|weight|temperature)\b",
    ),
    ("time", r"^when\b|\b(?:what|which) (?:day|date|year|month|time|week)\b|\bwhen (?:did|was|is|will)\b"),
    ("place", r"^where\b|\b(?:what|which) (?:city|country|town|place|state|street|village)\b"),
    ("reason", r"^why\b|\bwhat (?:caused|reason)\b|\bhow come\b"),
    ("person", r"^who(?:m|se)?\b|^which (?:\w+ )?(?:person|man|woman|official|minister|leader|company|team)\b"),
    ("statement", r"\b(?:say|said|tell|told|think|call|called|argue|claim|warn)\b"),
)
_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’.-]*")


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is searched for: self-contained, with its names, topic words and the kind of answer it wants."""

    asked: str
    text: str
    names: tuple[str, ...]
    topics: tuple[str, ...]
    wanted: Wanted
    period: Period | None
    """The days whose articles are preferred."""
    focus: Period | None
    """Those of them that are likeliest meant."""
    names_days: bool = False
    """Whether it names these days itself, and they are not only those around the day of asking."""
    looking_back: Period | None = None
    """The last days before a given day of asking, whose news may look back on the days that are named."""
    sayings: tuple[Saying, ...] = ()
    """What it asks about who said what."""
    understood: str | None = None
    """How a follow-up was understood, to be shown; None where the question was taken as it was asked."""
    source: str | None = None
    """The publisher whose articles alone are asked for."""
    cited: tuple[str, ...] = ()
    """Ids of the articles that the answer before cites, as the caller says; what "this" is."""


# A question put on a given day is mostly about the news of the last days, hardly about what is older than two weeks.
NEWS_SPAN, LAST_DAYS = dt.timedelta(14), dt.timedelta(4)
LONG = dt.timedelta(62)  # as far as "last month" goes back


def read_question(
    asked: object, history: Sequence[object] = (), today: dt.date | None = None, sources: Sequence[str] = ()
) -> Question:
    """Read what is asked; a follow-up takes names, topic and time from the conversation. Raises QuestionError.

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
    understood = understand(text, history)
    named = find_publisher(understood.text, sources)
    if named:
        understood = dataclasses.replace(understood, text=named.rest)
    full = understood.searched
    period = focus = named_days = period_in(full, today or dt.date.today())
    lately = (today - LAST_DAYS, today) if today else None
    if today and named_days is None:
        period, focus = (today - NEWS_SPAN, today), lately
    elif named_days and named_days[1] == today and today - named_days[0] > LONG:
        focus = lately  # of "the past year" it is the last news that is asked for
    topics = tuple(dict.fromkeys(stem(word) for word in topic_words(full)))
    shown = understood.shown if full != text else None
    if named:
        shown = f"{understood.shown} (only {named.source})"
    sayings = read_sayings(understood.text)
    return Question(
        asked=asked,
        text=full,
        names=names_in(full),
        topics=topics,
        wanted=wanted(understood.text),
        period=period,
        focus=focus,
        names_days=named_days is not None,
        looking_back=lately if named_days and today and named_days[1] < today else None,
        sayings=sayings,
        understood=shown,
        source=named.source if named else None,
        cited=_cited_before(history),
    )


def _cited_before(history: Sequence[object]) -> tuple[str, ...]:
    """The ``articles`` of the last message, if it is an answer that names them."""
    last = history[-1] if history else None
    given = last.get("articles") if isinstance(last, Mapping) and last.get("role") == "assistant" else None
    return tuple(one for one in given if isinstance(one, str)) if isinstance(given, list | tuple) else ()


def names_in(question: str) -> tuple[str, ...]:
    """Capitalised words that are no sentence's first and no stop words: names, mostly. Lower-cased, in order."""
    found: list[str] = []
    question = normalise(question)
    for match in _NAME.finditer(question):
        word = re.sub(r"'s?$", "", match.group().rstrip(".-")).lower()
        starts = not question[: match.start()].strip() or question[: match.start()].rstrip()[-1] in ".?!"
        if word and word not in STOP_WORDS and not (starts and match.group()[1:].islower() and _is_common(word)):
            found.append(word)
    return tuple(dict.fromkeys(found))


def wanted(question: str) -> Wanted:
    """The kind of answer a question wants."""
    lower = normalise(question).lower()
    for kind, pattern in _WANTED:
        if re.search(pattern, lower):
            return kind
    return "any"


_OPENERS = frozenset(
    """who whom whose what when where which why how did does do is are was were has have had can could will would
    should may might summarise summarize tell give list name show find explain describe compare according in on
    at under after before since during for from by with whose""".split()
)


def _is_common(word: str) -> bool:
    return word in _OPENERS
