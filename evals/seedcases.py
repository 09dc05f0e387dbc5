"""Our own cases: questions over the sample articles, and how an answer to one is judged.

The judgement is that of the ``whosaid`` set, so that figures of both can be set side by side: an answerable question is
right when it is answered, the text has every key fact and no forbidden string, and every gold entry has a gold
paragraph cited; an unanswerable one when it is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.data import SEED_CASES, read_jsonl
from evals.texts import holds
from rag import Answer, Filters

Place = tuple[str, int]
"""A paragraph: the key of its article (`evals.data.seed_key`) and its number."""


@dataclass(frozen=True, slots=True)
class SeedCase:
    """A question. ``gold`` has an entry for each part of the answer: the paragraphs of which one is enough."""

    qid: str
    question: str
    type: str
    answerable: bool
    gold: tuple[frozenset[Place], ...]
    acceptable: frozenset[Place]
    key_facts: tuple[str, ...]
    must_not: tuple[str, ...]
    history: tuple[Mapping[str, Any], ...]
    filters: Filters

    @property
    def documents(self) -> frozenset[str]:
        """The articles of the gold."""
        return frozenset(key for entry in self.gold for key, _ in entry)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an answer did. Facts, entries and citations are counted for answered answerable questions alone."""

    qid: str
    type: str
    answerable: bool
    status: str
    right: bool
    facts: int
    facts_found: int
    entries: int
    entries_cited: int
    cited: int
    cited_well: int
    forbidden: int


def read_seed_cases() -> list[SeedCase]:
    """All of them."""
    return [read_seed_case(row) for row in read_jsonl(SEED_CASES)]


def read_seed_case(row: Mapping[str, Any]) -> SeedCase:
    """One line of the file."""
    return SeedCase(
        qid=row["qid"],
        question=row["question"],
        type=row["type"],
        answerable=row["answerable"],
        gold=tuple(frozenset(_places([entry, *entry.get("or_else", ())])) for entry in row["gold"]),
        acceptable=frozenset(_places(row.get("acceptable_paragraphs", ()))),
        key_facts=tuple(row["key_facts"]),
        must_not=tuple(row["must_not"]),
        history=tuple(row.get("history", ())),
        filters=_filters(row.get("filters", {})),
    )


def judge(case: SeedCase, answer: Answer | None, cited: frozenset[Place]) -> Verdict:
    """The verdict on an answer that cites ``cited``; None is a failure, which is wrong."""
    status = answer.status if answer else "failed"
    text = answer.text if answer else ""
    answered = case.answerable and status == "answered"
    facts = sum(holds(text, fact) for fact in case.key_facts) if answered else 0
    forbidden = sum(holds(text, words) for words in case.must_not)
    allowed = case.acceptable.union(*case.gold)
    proved = all(entry & cited for entry in case.gold)
    right = answered and facts == len(case.key_facts) and not forbidden and proved
    return Verdict(
        qid=case.qid,
        type=case.type,
        answerable=case.answerable,
        status=status,
        right=right if case.answerable else status == "abstained",
        facts=len(case.key_facts) if answered else 0,
        facts_found=facts,
        entries=len(case.gold) if answered else 0,
        entries_cited=sum(bool((entry | case.acceptable) & cited) for entry in case.gold) if answered else 0,
        cited=len(cited) if answered else 0,
        cited_well=len(cited & allowed) if answered else 0,
        forbidden=forbidden,
    )


def abstention_f1(verdicts: Sequence[Verdict]) -> float | None:
    """F1 of "refused" as a test for "cannot be answered", in per cent."""
    refused = [one for one in verdicts if one.status == "abstained"]
    unanswerable = sum(not one.answerable for one in verdicts)
    rightly = sum(not one.answerable for one in refused)
    total = len(refused) + unanswerable
    return round(200 * rightly / total, 1) if total else None


def _places(entries: Sequence[Mapping[str, Any]]) -> list[Place]:
    return [
        (entry.get("external_id") or entry["file"].removeprefix("seeds/"), paragraph)
        for entry in entries
        for paragraph in entry["paragraphs"]
    ]


def _filters(given: Mapping[str, str]) -> Filters:
    def day(name: str) -> dt.date | None:
        return dt.date.fromisoformat(given[name]) if name in given else None

    return Filters(speaker=given.get("speaker"), source=given.get("source"), since=day("since"), until=day("until"))
