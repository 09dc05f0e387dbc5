"""A conversation as data: what the browser keeps between reloads, and how it is read back.

The browser owns this data and may send anything, so reading it is strict: a turn that is not whole is dropped.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from rag.types import (
    Answer,
    Citation,
    Naming,
    Part,
    PartKind,
    Polarity,
    Quote,
    QuoteKind,
    ResolvedBy,
    Searched,
    Sentence,
    SourceType,
    Span,
    Speaker,
    Status,
    Support,
    Verdict,
)
from ui.reference import is_article_id

MAX_TURNS = 30
MAX_BYTES = 1_000_000
HISTORY_TURNS = 8


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it: an answer, or an error (never both). Neither: it is being answered.

    ``growing`` says that the answer is not whole yet.
    """

    question: str
    answer: Answer | None = None
    error: str | None = None
    growing: bool = False

    def to_dict(self) -> dict[str, Any]:
        """What the browser stores."""
        if self.answer is not None:
            return {"question": self.question, "answer": self.answer.to_dict()}
        return {"question": self.question, "error": self.error}


def dump_turns(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """The newest turns as JSON data, within ``MAX_TURNS`` and ``MAX_BYTES``."""
    kept: list[dict[str, Any]] = []
    size = 0
    for turn in reversed(turns[-MAX_TURNS:]):
        data = turn.to_dict()
        size += len(json.dumps(data))
        if size > MAX_BYTES:
            break
        kept.append(data)
    return kept[::-1]


def load_turns(stored: object) -> list[Turn]:
    """The turns a browser sent back; what is not a whole turn is left out."""
    if not isinstance(stored, list):
        return []
    turns = [_turn(data) for data in stored[-MAX_TURNS:]]
    return [turn for turn in turns if turn is not None]


def history(turns: Sequence[Turn]) -> list[Answer]:
    """The earlier answers for ``Library.ask``, each with its question, the newest last; errors are no part of it."""
    return [turn.answer for turn in turns if turn.answer is not None][-HISTORY_TURNS:]


def _turn(data: object) -> Turn | None:
    try:
        fields = _dict(data)
        question = _text(fields["question"])
        if "answer" in fields:
            return Turn(question, answer=read_answer(fields["answer"]))
        return Turn(question, error=_text(fields["error"]))
    except (KeyError, TypeError, ValueError):
        return None


def read_answer(data: object) -> Answer:
    """An Answer from the JSON of one. Raises KeyError, TypeError or ValueError if it is not that."""
    fields = _dict(data)
    sentences = tuple(_sentence(item) for item in _list(fields["sentences"]))
    answer = Answer(
        question=_text(fields["question"]),
        status=_one_of(fields["status"], Status),
        text=_text(fields["text"]),
        parts=_parts(fields, sentences),
        citations=tuple(_citation(item) for item in _list(fields["citations"])),
        searched=_searched(fields["searched"]),
        engine=_text(fields["engine"]),
        seconds=_measure(fields["seconds"]),
        verdict=None if fields.get("verdict") is None else _one_of(fields["verdict"], Verdict),
        quotes=tuple(_quote(item) for item in _list(fields["quotes"])),
        closest=tuple(_citation(item) for item in _list(fields["closest"])),
        understood=_optional_text(fields.get("understood")),  # a turn that was stored before there was one
        notice=_text(fields.get("notice", "")),
    )
    if answer.sentences != sentences:
        raise ValueError("its sentences are not those of its parts")
    return answer


def _parts(fields: dict[str, Any], sentences: tuple[Sentence, ...]) -> tuple[Part, ...]:
    """The parts of an answer. One that was stored before there were parts is read as evidence and notes.

    The notes are what was told not to be answered or, where it has neither that nor ``sentences``, its text.
    """
    if "parts" in fields:
        return tuple(_part(item) for item in _list(fields["parts"]))
    told = [_text(item) for item in _list(fields["unanswered"])] or ([] if sentences else [_text(fields["text"])])
    notes = tuple(Sentence(text, "supported") for text in told)
    return tuple(part for part in (Part("evidence", sentences), Part("note", notes)) if part.sentences)


def _part(data: object) -> Part:
    fields = _dict(data)
    sentences = tuple(_sentence(item) for item in _list(fields["sentences"]))
    return Part(_one_of(fields["kind"], PartKind), sentences, _optional_text(fields["speaker"]))


def _sentence(data: object) -> Sentence:
    fields = _dict(data)
    markers = tuple(_number(marker) for marker in _list(fields["citations"]))
    phrase = None if fields["phrase"] is None else _slice(*_list(fields["phrase"]))
    return Sentence(_text(fields["text"]), _one_of(fields["support"], Support), markers, phrase)


def _searched(data: object) -> Searched:
    fields = _dict(data)
    source = _optional_text(fields.get("source"))
    return Searched(_number(fields["articles"]), _date(fields["since"]), _date(fields["until"]), source)


def _citation(data: object) -> Citation:
    fields = _dict(data)
    start, end = _slice(fields["start"], fields["end"])
    return Citation(
        marker=_number(fields["marker"]),
        article_id=_article_id(fields["article_id"]),
        external_id=_optional_text(fields["external_id"]),
        title=_optional_text(fields["title"]),
        source=_optional_text(fields["source"]),
        date=_date(fields["date"]),
        url=_optional_text(fields["url"]),
        paragraph=_number(fields["paragraph"]),
        start=start,
        end=end,
        text=_text(fields["text"]),
    )


def _quote(data: object) -> Quote:
    fields = _dict(data)
    start, end = _slice(fields["start"], fields["end"])
    cue = fields["cue"]
    return Quote(
        article_id=_article_id(fields["article_id"]),
        external_id=_optional_text(fields["external_id"]),
        paragraph=_number(fields["paragraph"]),
        text=_text(fields["text"]),
        start=start,
        end=end,
        spans=tuple(_slice(*_list(span)) for span in _list(fields["spans"])),
        kind=_one_of(fields["kind"], QuoteKind),
        speaker=_speaker(fields["speaker"]),
        cue=None if cue is None else Span(_text(_dict(cue)["text"]), *_slice(cue["start"], cue["end"])),
        polarity=_one_of(fields["polarity"], Polarity),
        addressee=_optional_text(fields["addressee"]),
        via=_optional_text(fields["via"]),
        confidence=_measure(fields["confidence"]),
        question=_yes_or_no(fields.get("question", False)),  # a turn that was stored before there was one
    )


def _speaker(data: object) -> Speaker | None:
    if data is None:
        return None
    fields = _dict(data)
    start, end, resolved_by = fields["start"], fields["end"], fields["resolved_by"]
    # a turn that was stored before speakers had a type has none of these
    kind, reason_at, named_at = fields.get("type"), fields.get("reason_at"), fields.get("named_at")
    return Speaker(
        name=_optional_text(fields["name"]),
        mention=_optional_text(fields["mention"]),
        start=None if start is None else _number(start),
        end=None if end is None else _number(end),
        resolved_by=None if resolved_by is None else _one_of(resolved_by, ResolvedBy),
        type=None if kind is None else _one_of(kind, SourceType),
        reason=_optional_text(fields.get("reason")),
        reason_at=None if reason_at is None else _slice(*_list(reason_at)),
        named_at=None if named_at is None else _naming(named_at),
    )


def _naming(data: object) -> Naming:
    fields = _dict(data)
    return Naming(_text(fields["text"]), *_slice(fields["start"], fields["end"]), _number(fields["paragraph"]))


def _dict(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("neither yes nor no")
    return value


def _optional_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**9:
        raise ValueError("not a number")
    return value


def _measure(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError("not a measure")
    return float(value)


def _slice(start: object, end: object) -> tuple[int, int]:
    first, last = _number(start), _number(end)
    if first > last:
        raise ValueError("not a slice")
    return first, last


def _date(value: object) -> dt.date | None:
    return None if value is None else dt.date.fromisoformat(_text(value))


def _article_id(value: object) -> str:
    if not is_article_id(value):
        raise ValueError("not an article id")
    return _text(value)


def _one_of(value: object, literal: Any) -> Any:
    if value not in get_args(literal):
        raise ValueError("not a known value")
    return value
