"""The suite of newsroom questions: three articles, an answer for each case that is judged apart, counted by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from evals.results import Result
from evals.suites.newsroom import judged_rows, messages, newest_date, prediction
from rag.library import Library
from rag.types import Answer, Citation, Searched

FLOOD = "The river Anse flooded the town of Marrow on Monday.\n\nNine houses were lost in the flood."
OPERA = "The opera in Lindal opens with a new conductor.\n\nTickets cost 14 crowns and are sold at the door."
ARTICLES = [
    {
        "doc_id": "flood",
        "title": "Flood in Marrow",
        "date": "2026-05-04",
        "source": "The Marrow Post",
        "author": "P. Quill",
        "url": "https://post.example/flood",
        "text": FLOOD,
    },
    {"doc_id": "opera", "title": "", "date": "2026-05-06", "source": "Stage Weekly", "text": OPERA},
    {"doc_id": "bees", "title": "Bees", "date": "2026-05-05", "source": "Stage Weekly", "text": "A poor harvest."},
]
SCORER = """
def judge(question, prediction):
    gold = [[question["doc_id"], span["start"], span["end"]] for span in question["evidence"]]
    hits = [slice_ in gold for slice_ in prediction["shown"]]
    answered = prediction["status"] == "answered"
    judged = {"answered": answered, "first": bool(hits and hits[0]), "shown": any(hits), "n": len(hits), "hits": sum(hits)}
    return {**judged, "right": answered and any(hits) if question["answerable"] else prediction["status"] == "abstained"}
"""


def question(qid: str, asked: str, gold: str = "", doc_id: str = "flood", **more: Any) -> dict[str, Any]:
    """A question of the set; ``gold`` is a sentence of its document."""
    start = {"flood": FLOOD, "opera": OPERA}[doc_id].find(gold)
    return {
        "qid": qid,
        "doc_id": doc_id,
        "question": asked,
        "kind": "fact",
        "answerable": bool(gold),
        "unanswerable_because": None if gold else "not_told",
        "evidence": [{"start": start, "end": start + len(gold)}] if gold else [],
        "also": [],
        "history": [],
        "standalone": None,
        **more,
    }


def answer(status: str, *slices: tuple[str, int, int], closest: tuple[str, int, int] | None = None) -> Answer:
    citations = tuple(citation(*one) for one in slices)
    nearest = (citation(*closest),) if closest else ()
    return Answer("?", status, "Text.", (), citations, Searched(3), "test", 0.0, closest=nearest)  # type: ignore[arg-type]


def citation(doc_id: str, start: int, end: int) -> Citation:
    return Citation(1, doc_id, doc_id, None, None, None, None, 0, start, end, "…")


LOST = question("q1", "How many houses were lost in the flood?", "Nine houses were lost in the flood.")
GOLD = ("flood", LOST["evidence"][0]["start"], LOST["evidence"][0]["end"])
OTHER = ("bees", 0, 5)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[Mapping[str, Answer | Exception]], list[dict[str, Any]]]:
    """Has the library answer from a script, by the question; gives what it was asked, as it comes in."""
    calls: list[dict[str, Any]] = []

    def script(answers: Mapping[str, Answer | Exception]) -> list[dict[str, Any]]:
        def ask(self: Library, question: str, **how: Any) -> Answer:
            calls.append({"question": question, **how})
            found = answers[question]
            if isinstance(found, Exception):
                raise found
            return found

        monkeypatch.setattr(Library, "ask", ask)
        return calls

    return script


def test_answers_are_judged_by_the_datas_scorer_and_a_crash_is_wrong(
    run: Callable[..., int],
    write: Callable[..., Path],
    write_scorer: Callable[[str, str], None],
    result_of: Callable[[str, str], Result],
    figures_of: Callable[[str, str], dict[str, tuple[float | None, int]]],
    asked: Callable[[Mapping[str, Any]], list[dict[str, Any]]],
    tmp_path: Path,
) -> None:
    write_scorer("score_newsroom", SCORER)
    write("newsroom/dev.articles.jsonl", ARTICLES)
    spoken = {"kind": "said_about", "history": ["What floods?", "The Anse"], "standalone": "How many houses were lost?"}
    data = write(
        "newsroom/dev.jsonl",
        [
            LOST,
            {**LOST, "qid": "q2", "question": "How many?", **spoken},
            {**LOST, "qid": "q3", "question": "Crash?"},
            {**LOST, "qid": "q4", "question": "In short?", "kind": "summary"},
            question("q5", "Who resigned?", doc_id="opera"),
            question("q6", "Who sang?", doc_id="opera", unanswerable_because="not_so"),
        ],
    )
    calls = asked(
        {
            LOST["question"]: answer("answered", OTHER, GOLD),
            "How many?": answer("answered", GOLD),
            "Crash?": ValueError("broken"),
            "In short?": answer("answered", OTHER),
            "Who resigned?": answer("abstained", closest=GOLD),
            "Who sang?": answer("answered", OTHER),
        }
    )
    assert run("newsroom", "--data", data, "--details", tmp_path / "details") == 0
    figures = figures_of("newsroom", "dev")
    assert figures["balanced"] == (50.0, 6)
    assert figures["answerable right"] == (50.0, 4)
    assert figures["unanswerable right"] == (50.0, 2)
    assert figures["precision"] == (50.0, 4), "of the slices shown"
    assert figures["follow-ups right"] == (100.0, 1)
    assert (figures["right: fact"], figures["right: summary"]) == ((50.0, 2), (0.0, 1))
    assert "right: compare" not in figures
    assert figures["unanswerable right: not_told"] == (100.0, 1)
    assert figures["unanswerable right: not_so"] == (0.0, 1)
    assert figures["first slice is gold"] == (25.0, 4)
    assert figures["gold in the first three slices"] == (50.0, 4)
    assert figures["gold sentence in the first 6 chunks"] == (100.0, 3), "of a summary no one chunk is asked for"
    assert figures["an answer, median"][1] == 5
    assert figures["failed"] == (1.0, 6)
    assert result_of("newsroom", "dev").cases == {"q1": 1, "q2": 1, "q3": 0, "q4": 0, "q5": 1, "q6": 0}
    bars = {row.measure: row.bar for row in result_of("newsroom", "dev").rows}
    assert (bars["balanced"], bars["precision"], bars["right: fact"]) == (69.0, 58.0, 52.0)
    assert {str(call["today"]) for call in calls} == {"2026-05-06"}, "the day of the newest article"
    assert calls[0]["history"] == []
    assert calls[1]["history"] == [
        {"role": "user", "content": "What floods?"},
        {"role": "assistant", "content": "The Anse"},
    ]
    written = (tmp_path / "details" / "newsroom-dev-whosaid.jsonl").read_text(encoding="utf-8")
    details = {row["qid"]: row for row in map(json.loads, written.splitlines())}
    assert details["q1"]["shown"] == [list(OTHER), list(GOLD)]
    assert details["q3"]["status"] == "error"
    assert details["q5"]["shown"] == [], "the closest passages are no answer"


def test_the_library_is_asked_itself_and_keeps_offsets(
    run: Callable[..., int],
    write: Callable[..., Path],
    write_scorer: Callable[[str, str], None],
    figures_of: Callable[[str, str], dict[str, tuple[float | None, int]]],
) -> None:
    write_scorer("score_newsroom", SCORER)
    write("newsroom/dev.articles.jsonl", ARTICLES)
    cost = question(
        "q2", "What do tickets cost at the door?", "Tickets cost 14 crowns and are sold at the door.", "opera"
    )
    data = write("newsroom/dev.jsonl", [LOST, cost])
    assert run("newsroom", "--data", data) == 0
    figures = figures_of("newsroom", "dev")
    assert figures["answerable right"] == (100.0, 2)
    assert figures["unanswerable right"] == (None, 0)
    assert figures["balanced"] == (None, 2)
    assert figures["gold sentence in the first 10 chunks"] == (100.0, 2)


def test_precision_leaves_out_what_is_not_answered() -> None:
    right = {"right": True, "answered": True, "first": True, "shown": True, "n": 2, "hits": 1}
    refused = {"right": False, "answered": False, "first": False, "shown": False, "n": 3, "hits": 0}
    rows = {row.measure: row for row in judged_rows([LOST, {**LOST, "qid": "q2"}], [right, refused])}
    assert (rows["precision"].value, rows["precision"].n) == (50.0, 2)


def test_a_prediction_has_the_citations_in_their_order_and_no_closest_passages() -> None:
    shown = prediction("q", answer("answered", OTHER, GOLD, closest=OTHER))
    assert shown == {"qid": "q", "status": "answered", "text": "Text.", "shown": [list(OTHER), list(GOLD)]}
    assert prediction("q", None)["status"] == "error"


def test_the_newest_date_and_the_roles_of_a_conversation() -> None:
    assert str(newest_date([*ARTICLES, {"date": None}, {"date": "2026-05-05T10:00:00Z"}])) == "2026-05-06"
    assert [message["role"] for message in messages(["a", "b", "c"])] == ["user", "assistant", "user"]
