"""The data sets as they lie in files -> articles and cases."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.ingest import read_source
from rag.types import Article

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"
SEED_CASES = Path(__file__).resolve().parent / "cases" / "seeds.jsonl"

_ROLES = {"agent": "assistant"}
Message = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph that holds the answer, by its text and the ``external_id`` of its document."""

    document: str
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its gold. ``answerable`` None means that nobody has verified it."""

    qid: str
    question: str
    answerable: bool | None
    documents: frozenset[str]
    answers: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = ()
    date: dt.date | None = None
    history: tuple[Message, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """The objects of a file, one a line."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def read_articles(path: Path) -> list[Article]:
    """The articles of a dump, as a user would add them; ``doc_id`` is their ``external_id``."""
    found: list[Article] = []
    for item in read_source(path):
        if isinstance(item, Article):
            found.append(item)
        else:
            logging.getLogger("evals").warning("%s %s", item.source, item.reason)
    return found


def read_cases(path: Path) -> list[Case]:
    """The questions of a data set."""
    return [read_case(row) for row in read_jsonl(path)]


def read_case(row: Mapping[str, Any]) -> Case:
    """One question: ``{qid,question,answers,answerable,gold_doc_ids,gold_passages,meta}``."""
    meta = row.get("meta") or {}
    return Case(
        qid=row["qid"],
        question=row["question"],
        answerable=row["answerable"],
        documents=frozenset(row["gold_doc_ids"]),
        answers=tuple(row["answers"]),
        passages=tuple(Passage(one["doc_id"], one["text"]) for one in row["gold_passages"]),
        date=dt.date.fromisoformat(meta["date"]) if meta.get("date") else None,
        history=messages(meta.get("history") or ()),
        meta=meta,
    )


def messages(turns: Sequence[Mapping[str, str]]) -> tuple[Message, ...]:
    """A conversation ``[{speaker, text}]`` in the form that `Library.ask` takes."""
    return tuple({"role": _ROLES.get(turn["speaker"], turn["speaker"]), "content": turn["text"]} for turn in turns)


def read_seeds() -> list[Article]:
    """Our own sample articles."""
    return [item for item in read_source(SEEDS) if isinstance(item, Article)]


def seed_key(article: Article) -> str:
    """How our own cases name an article: by its id in a dump, else by its file."""
    return article.external_id or Path(article.origin or article.id).name


def is_held(qid: str) -> bool:
    """Whether a question is kept for measuring, where half of a set trains the selector: always the same half."""
    return hashlib.sha256(qid.encode()).digest()[0] % 2 == 0


def fold_of(ids: Iterable[str], fold: int, folds: int) -> set[str]:
    """The documents of one of several folds, always the same."""
    ordered = sorted(ids)
    random.Random(7).shuffle(ordered)
    return set(ordered[fold::folds])
