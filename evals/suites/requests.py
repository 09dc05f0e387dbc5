"""What the question reader reads of a message: its kind, and the words that name speakers, topic, publisher and time.

``dev``: newsroom's questions over articles that the shipped reader has seen no question about. The other kinds of request are
cross-validated by `python -m evals.training.train_question_reader --folds 5`, which saves its figures as the set ``newsroom``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.data import read_jsonl
from evals.suite import EvalSet, Outcome, Row, Run, Suite
from rag.models.question_reader import Reading, read_message

QUESTIONS = "newsroom/dev.jsonl"
BARS = {"kind": 92.0, "speakers": 92.0, "topic words": 80.0}


@dataclass(frozen=True, slots=True)
class Message:
    """A message with what it asks; ``spans`` are the slices of each slot."""

    id: str
    text: str
    kind: str
    spans: dict[str, list[tuple[int, int]]]
    before: str = ""
    leans: bool = False


def read_messages(path: Path, text: str) -> list[Message]:
    """The rows of a file whose message stands under ``text``."""
    made = []
    for row in read_jsonl(path):
        slots = {
            "speaker": row["speakers"],
            "topic": [row["topic"]],
            "publisher": [row["publisher"]],
            "time": [row["time"]],
        }
        spans = {
            name: [span for one in ones if one and (span := _find(row[text], one))] for name, ones in slots.items()
        }
        history = row["history"]
        before = history[-2] if len(history) > 1 else history[-1] if history else ""
        made.append(Message(row.get("qid") or row["id"], row[text], row["kind"], spans, before, bool(history)))
    return made


def _find(text: str, part: str) -> tuple[int, int] | None:
    match = re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text) or re.search(re.escape(part), text, re.I)
    return match.span() if match else None


def rows_of(messages: Sequence[Message], read: Sequence[Reading], bars: dict[str, float]) -> tuple[Row, ...]:
    """Kind and leaning right, exact F1 of the spans of speakers, publisher and time, F1 of the topic's words."""
    pairs = list(zip(messages, read, strict=True))
    figures = {
        "kind": 100 * sum(row.kind == one.kind for row, one in pairs) / max(1, len(pairs)),
        "speakers": _f1([(set(row.spans["speaker"]), set(one.speakers)) for row, one in pairs]),
        "topic words": _f1(
            [
                (_words(row.text, row.spans["topic"]), _words(row.text, [one.topic] if one.topic else []))
                for row, one in pairs
            ]
        ),
        "publisher": _f1([(set(row.spans["publisher"]), {one.publisher} - {None}) for row, one in pairs]),
        "time": _f1([(set(row.spans["time"]), {one.time} - {None}) for row, one in pairs]),
        "leans on the turn before": 100
        * sum(row.leans == (one.leans > 0.5) for row, one in pairs)
        / max(1, len(pairs)),
    }
    return tuple(Row(name, round(value, 1), len(pairs), bars.get(name)) for name, value in figures.items())


def _words(text: str, spans: Sequence[tuple[int, int]]) -> set[int]:
    """Where the words inside slices begin."""
    return {m.start() for m in re.finditer(r"\w+", text) if any(a <= m.start() < b for a, b in spans)}


def _f1(pairs: Sequence[tuple[set, set]]) -> float:
    right = sum(len(gold & found) for gold, found in pairs)
    return 200 * right / max(1, sum(len(gold) + len(found) for gold, found in pairs))


def _measure(run: Run) -> Outcome:
    messages = run.cut(read_messages(run.file(QUESTIONS), "question"))
    read = [read_message(one.text, one.before) for one in messages]
    cases = {row.id: int(row.kind == one.kind) for row, one in zip(messages, read, strict=True)}
    return Outcome(rows_of(messages, read, {}), len(messages), cases=cases)


SUITE = Suite("requests", (EvalSet("dev", _measure, (QUESTIONS,)),))
