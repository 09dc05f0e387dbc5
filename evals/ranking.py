"""Rankings of documents and passages, and the measures of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import ir_measures
from ir_measures import RR, Success

from evals.data import Case, Passage
from evals.suite import Row, attempt, failed_row, share
from evals.texts import plain
from rag import Library
from rag.types import SearchResult

DEPTH = 50  # chunks asked for: enough for ten different articles


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that a retriever found: its document (``external_id``) and its text."""

    document: str
    text: str


Retrieve = Callable[[Case], Sequence[Hit]]


def hits(results: Sequence[SearchResult]) -> list[Hit]:
    """Search results of the library."""
    return [Hit(one.article.external_id or one.article.id, one.chunk.text) for one in results]


def retrieve_from(library: Library, *, dated: bool = False) -> Retrieve:
    """Asks the library with the case's history; ``dated``: on the case's day."""

    def retrieve(case: Case) -> list[Hit]:
        today = case.date if dated else None
        return hits(library.retrieve(case.question, k=DEPTH, history=case.history, today=today))

    return retrieve


def rank_all(cases: Sequence[Case], retrieve: Retrieve) -> dict[str, Sequence[Hit]]:
    """What is found for each case, by ``qid``; for one that fails, nothing."""
    found: dict[str, Sequence[Hit]] = {}
    for case in cases:
        hits = attempt(lambda case=case: retrieve(case), case.qid)  # type: ignore[misc]
        if hits is not None:
            found[case.qid] = hits
    return found


def documents_of(hits: Sequence[Hit]) -> list[str]:
    """The documents of a ranking, each where it comes first."""
    return list(dict.fromkeys(hit.document for hit in hits))


def article_rows(
    cases: Sequence[Case], found: Mapping[str, Sequence[Hit]], bars: Mapping[str, float], shown: Sequence[str]
) -> tuple[Row, ...]:
    """hit@1, hit@5 and MRR@10 of the gold documents, in per cent over all cases; ``shown`` are headlines."""
    measures = {"hit@1": Success @ 1, "hit@5": Success @ 5, "MRR@10": RR @ 10}
    gold = {case.qid: dict.fromkeys(case.documents, 1) for case in cases}
    ranked = {
        qid: {document: float(-rank) for rank, document in enumerate(documents_of(hits))} for qid, hits in found.items()
    }
    n = len(cases)
    means = ir_measures.calc_aggregate(measures.values(), gold, ranked) if n else {}  # a case without a ranking gives 0
    rows = (
        Row(name, round(100 * means[measure], 1) if n else None, n, bars.get(name), headline=name in shown)
        for name, measure in measures.items()
    )
    return (*rows, *failed_row(n - len(found), n))


def first_right(cases: Sequence[Case], found: Mapping[str, Sequence[Hit]]) -> dict[str, int]:
    """1 for each case whose first chunk is of a gold document, else 0, by ``qid``."""
    return {case.qid: int(any(hit.document in case.documents for hit in found.get(case.qid, ())[:1])) for case in cases}


def passage_row(
    cases: Sequence[Case], found: Mapping[str, Sequence[Hit]], k: int, *, headline: bool = True, name: str = "paragraph"
) -> Row:
    """Cases for which the first ``k`` chunks show a gold passage whole (or as much of it as a chunk can hold)."""
    right = sum(passage_right(cases, found, k).values())
    return Row(f"{name} hit@{k}", share(right, len(cases)), len(cases), headline=headline)


def passage_right(cases: Sequence[Case], found: Mapping[str, Sequence[Hit]], k: int) -> dict[str, int]:
    """1 for each case for which the first ``k`` chunks show a gold passage, else 0, by ``qid``."""
    return {
        case.qid: int(
            any(shows(hit, passage, case.answers) for hit in found.get(case.qid, ())[:k] for passage in case.passages)
        )
        for case in cases
    }


def shows(hit: Hit, passage: Passage, answers: Sequence[str] = ()) -> bool:
    """Whether a chunk holds the passage, or is a piece of it that holds the answer."""
    if hit.document != passage.document:
        return False
    chunk, whole = plain(hit.text), plain(passage.text)
    return whole in chunk or (chunk in whole and any(plain(answer) in chunk for answer in answers))
