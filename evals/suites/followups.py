"""Whether a follow-up finds what it is about, and a question that stands alone stays what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from evals.data import Case, Passage, read_seeds, seed_key
from evals.ranking import (
    DEPTH,
    Hit,
    Retrieve,
    article_rows,
    first_right,
    passage_right,
    passage_row,
    rank_all,
    retrieve_from,
)
from evals.seedcases import SeedCase, read_seed_cases
from evals.suite import EvalSet, Outcome, Row, Run, Suite, share
from evals.suites.retrieval import cases_of, library_of
from rag import Article, Library

SAME = 5  # chunks that an unrelated conversation must leave as they are


def _seeds(run: Run) -> Outcome:
    """Our own follow-ups, and our other questions asked after a conversation about another story."""
    library = run.libraries.get("seeds", read_seeds)
    articles = {seed_key(article): article for article in library.articles()}
    seed_cases = [case for case in read_seed_cases() if case.answerable]
    follow = run.cut([as_case(case, articles) for case in seed_cases if case.type == "followup"])
    alone = run.cut([as_case(case, articles) for case in seed_cases if case.type != "followup"])
    retrieve = _from_seeds(library)
    with_history = rank_all(follow, retrieve)
    without = rank_all([replace(case, history=()) for case in follow], retrieve)
    unmoved = _unmoved(alone, follow, retrieve)
    rows = (
        *(passage_row(follow, with_history, k, headline=k == 3, name="follow-ups, paragraph") for k in (1, 3, 5)),
        passage_row(follow, without, 3, headline=False, name="follow-ups without history, paragraph"),
        _unmoved_row(unmoved),
    )
    return Outcome(rows, len(follow) + len(alone), cases={**passage_right(follow, with_history, 3), **unmoved})


def _mtragun(run: Run) -> Outcome:
    """Conversations: follow-ups with and without their history, first turns after another conversation."""
    cases = cases_of(run, "mtragun")
    retrieve = retrieve_from(library_of(run, "mtragun", cases))
    follow = [case for case in cases if case.history]
    with_history = rank_all(follow, retrieve)
    last_turn = rank_all([replace(case, history=()) for case in follow], retrieve)
    all_turns = rank_all([replace(case, question=_turns(case), history=()) for case in follow], retrieve)
    unmoved = _unmoved([case for case in cases if not case.history], follow, retrieve)
    rows = (
        *article_rows(follow, with_history, {"hit@5": 93.0}, ("hit@1", "hit@5")),
        *_named("last turn alone", article_rows(follow, last_turn, {}, ())),
        *_named("all user turns", article_rows(follow, all_turns, {}, ())),
        _unmoved_row(unmoved),
    )
    return Outcome(rows, len(cases), cases={**first_right(follow, with_history), **unmoved})


def _unmoved(alone: Sequence[Case], follow: Sequence[Case], retrieve: Retrieve) -> dict[str, int]:
    """1 for each question that stands alone and finds the same after a conversation about something else, else 0."""
    asked = [(case, unrelated(number, case, follow)) for number, case in enumerate(alone)]
    moved = {case.qid: replace(case, history=history) for case, history in asked if history}
    plain, after = (
        rank_all([case for case in alone if case.qid in moved], retrieve),
        rank_all([*moved.values()], retrieve),
    )
    return {qid: int(qid in plain and qid in after and plain[qid][:SAME] == after[qid][:SAME]) for qid in moved}


def _unmoved_row(unmoved: Mapping[str, int]) -> Row:
    return Row("unmoved by another conversation", share(sum(unmoved.values()), len(unmoved)), len(unmoved))


def unrelated(number: int, case: Case, follow: Sequence[Case]) -> tuple[dict[str, str], ...]:
    """The history of a conversation about other documents: the first of those from ``number`` on, round about."""
    for step in range(len(follow)):
        other = follow[(number + step) % len(follow)]
        if not other.documents & case.documents:
            return tuple(dict(message) for message in other.history)
    return ()


def as_case(case: SeedCase, articles: dict[str, Article]) -> Case:
    """One of our own cases in the form of the data sets'."""
    places = sorted(set().union(*case.gold))
    return Case(
        qid=case.qid,
        question=case.question,
        answerable=case.answerable,
        documents=case.documents,
        passages=tuple(Passage(key, articles[key].paragraph_text(index)) for key, index in places if key in articles),
        history=case.history,
        meta={"filters": case.filters},
    )


def _from_seeds(library: Library) -> Retrieve:
    def retrieve(case: Case) -> list[Hit]:
        filters = case.meta["filters"]
        results = library.retrieve(case.question, k=DEPTH, history=case.history, filters=filters)
        return [Hit(seed_key(one.article), one.chunk.text) for one in results]

    return retrieve


def _turns(case: Case) -> str:
    said = [str(message["content"]) for message in case.history if message["role"] == "user"]
    return " ".join([*said, case.question])[-2000:]


def _named(name: str, rows: Sequence[Row]) -> list[Row]:
    return [replace(row, measure=f"{name}, {row.measure}", headline=False) for row in rows]


SUITE = Suite(
    "followups",
    (
        EvalSet("seeds", _seeds),
        EvalSet("mtragun", _mtragun, ("mtragun/documents.jsonl", "mtragun/questions.jsonl")),
    ),
)
