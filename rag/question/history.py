"""The conversation before a question, as turns: message dictionaries, LangChain messages or earlier answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.errors import QuestionError
from rag.types import Answer

MOST = 4  # earlier turns that are read
LONGEST = 240  # characters of an answer that a follow-up is read with


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question and the answer to it ("" for a refusal); ``speakers`` whose words it holds, if that is known."""

    question: str
    answer: str = ""
    speakers: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    """Ids of the articles that the answer cites, the first one first."""
    told: tuple[tuple[str, int, int], ...] = ()
    """The slices that it shows: an article's id, start and end."""


def read_turns(history: Sequence[object]) -> list[Turn]:
    """The last turns of a conversation, the newest last. Raises QuestionError for what is no message.

    Messages of other roles, empty ones, and answers without a question before them are passed over.
    """
    turns: list[Turn] = []
    for message in history:
        if isinstance(message, Answer):
            turns.append(_of_answer(message))
            continue
        role, content = _role_and_content(message)
        text = text_of(content)
        if role in ("user", "human") and text:
            turns.append(Turn(text))
        elif role in ("assistant", "ai") and turns and text:
            turns[-1] = replace(turns[-1], answer=text[:LONGEST], cited=_articles(message))
    return turns[-MOST:]


def _of_answer(answer: Answer) -> Turn:
    told = " ".join(sentence.text for sentence in answer.sentences) if answer.status == "answered" else ""
    speakers = tuple(dict.fromkeys(part.speaker for part in answer.parts if part.speaker))
    cited = tuple(dict.fromkeys(citation.article_id for citation in answer.citations))
    places = tuple((one.article_id, one.start, one.end) for one in answer.citations)
    return Turn(answer.question, told[:LONGEST], speakers, cited, places)


def _articles(message: object) -> tuple[str, ...]:
    """The ``articles`` that a message says its answer cites."""
    given = message.get("articles") if isinstance(message, Mapping) else None
    return tuple(one for one in given if isinstance(one, str)) if isinstance(given, list | tuple) else ()


def _role_and_content(message: object) -> tuple[object, object]:
    """Of a mapping with ``role`` and ``content``, or a LangChain message. Raises QuestionError for anything else."""
    if isinstance(message, Mapping):
        return message.get("role"), message.get("content")
    if hasattr(message, "type") and hasattr(message, "content"):
        return message.type, message.content
    raise QuestionError(
        f"The history holds a {type(message).__name__}.",
        help_message='Give each message as {"role": "user" or "assistant", "content": "…"}, or as an earlier Answer.',
    )


def text_of(content: object) -> str:
    """A message's text on one line: a string, or a list of blocks as chat models and Gradio give it."""
    if isinstance(content, str):
        return " ".join(content.split())
    if isinstance(content, Mapping):
        return text_of(content.get("text"))
    return " ".join(map(text_of, content)).strip() if isinstance(content, Sequence) else ""
