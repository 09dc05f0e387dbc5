"""What a question asks: is it one, which names and topic words it holds, what kind of answer it wants, what it leans on."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.errors import QuestionError
from rag.matching import STOP_WORDS, normalise, stem, topic_words
from rag.saying import Saying, read_sayings
from rag.when import Period, period_in

MAX_CHARACTERS = 2000
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
_LEANING = re.compile(
    r"\b(?:he|she|they|him|her|them|his|hers|their|theirs|it|its|this|that|these|those|there|then|one)\b", re.I
)
_PERSON = re.compile(r"\b(?:he|she|they)\b", re.I)
_SUBJECT = re.compile(r"^\W*(?:\w+\W+){0,3}(?:did|does|do|has|have|had|was|is|were|are|will)\s+(?:he|she|they)\b", re.I)
_OPENING = re.compile(r"^(?:and|but|so|also|why|when|where|how|what about|how about|since when|who else)\b", re.I)
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
    sayings: tuple[Saying, ...] = ()
    """What it asks about who said what."""


# A question put on a given day is mostly about the news of the last days, hardly about what is older than two weeks.
NEWS_SPAN, LAST_DAYS = dt.timedelta(14), dt.timedelta(4)


def read_question(asked: object, history: Sequence[object] = (), today: dt.date | None = None) -> Question:
    """Read what is asked; a follow-up takes names and topic from the last question before it. Raises QuestionError.

    ``today`` None is the real date; a date that is given also says which news a question without a time is about.
    """
    if not isinstance(asked, str):
        raise QuestionError(f"A question is a text, not a {type(asked).__name__}.")
    text = " ".join(asked.split())
    if not any(character.isalnum() for character in text):
        raise QuestionError("The question is empty.")
    if len(text) > MAX_CHARACTERS:
        raise QuestionError(f"The question is {len(text):,} characters long; the limit is {MAX_CHARACTERS:,}.")
    full = make_self_contained(text, history)
    period = focus = period_in(full, today or dt.date.today())
    if period is None and today is not None:
        period, focus = (today - NEWS_SPAN, today), (today - LAST_DAYS, today)
    topics = tuple(dict.fromkeys(stem(word) for word in topic_words(full)))
    sayings = read_sayings(full if _PERSON.search(text) else text)
    return Question(asked, full, names_in(full), topics, wanted(text), period, focus, sayings)


def make_self_contained(question: str, history: Sequence[object]) -> str:
    """A follow-up such as "And when was that?" with the question it leans on put in front of it."""
    if not leans_on_history(question):
        return question
    for message in reversed(history):
        role, content = _role_and_content(message)
        before = text_of(content) if role in ("user", "human") else ""
        if before and not leans_on_history(before):
            speaker = next((saying.speaker for saying in read_sayings(before) if saying.speaker), None)
            pronoun = _PERSON.search(question)
            if speaker and pronoun:
                named = speaker if speaker[:1].isupper() else f"the {speaker}"
                return question[: pronoun.start()] + named + question[pronoun.end() :]
            return f"{before} {question}"[:MAX_CHARACTERS]
    return question


def _role_and_content(message: object) -> tuple[object, object]:
    """Of a mapping with ``role`` and ``content``, or a LangChain message. Raises QuestionError for anything else."""
    if isinstance(message, Mapping):
        return message.get("role"), message.get("content")
    if hasattr(message, "type") and hasattr(message, "content"):
        return message.type, message.content
    raise QuestionError(
        f"The history holds a {type(message).__name__}.",
        help_message='Give each message as {"role": "user" or "assistant", "content": "…"}.',
    )


def text_of(content: object) -> str:
    """A message's text on one line: a string, or a list of blocks as chat models and Gradio give it."""
    if isinstance(content, str):
        return " ".join(content.split())
    if isinstance(content, Mapping):
        return text_of(content.get("text"))
    return " ".join(map(text_of, content)).strip() if isinstance(content, Sequence) else ""


def leans_on_history(question: str) -> bool:
    """Whether a question cannot stand alone: it names nobody, and opens with "and", is very short, or points back."""
    if _SUBJECT.search(question):
        return True
    if names_in(question):
        return False
    few = len([word for word in topic_words(question) if word not in STOP_WORDS]) <= 1
    return few or bool(_OPENING.search(question) and few) or bool(_LEANING.search(question))


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
