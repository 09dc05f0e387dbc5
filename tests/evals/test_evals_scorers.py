"""The suites whose figures come from the data's own scorer: answers over many articles, statements."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evals.results import Result
from evals.suites.quotes import mention_form, texts_right
from rag.types import Article, Quote, Speaker

SCORE_ANSWERS = """
def score(questions, predictions):
    by = {one["qid"]: one for one in predictions}
    rows = [{"qid": q["qid"], "type": q["type"], "answerable": q["answerable"],
             "right": by[q["qid"]]["citations"] == [{"article_id": "opera", "paragraph": 1}]} for q in questions]
    rate = sum(row["right"] for row in rows) / len(rows)
    summary = {"n": len(rows), "answerable": 1, "fully_right_rate": rate, "citation_recall": 0.875,
               "citation_precision": None, "abstention_f1": 0.5, "key_fact_recall": 1.0, "must_not_violations": 2}
    return {"overall": summary, "by_type": {"who_said": summary}}, rows
"""
SCORE_QUOTES = """
import json
def load(path):
    return [json.loads(line) for line in open(path, encoding="utf-8")]
def score(gold, predicted, unit="attribution", types=None, speech=False, resolved=False, detail=None):
    if detail is not None:
        said = {"speaker": "she", "speaker_resolved": "Ines Okafor", "polarity": "asserted"}
        detail += [("a", said, predicted[0]["quotes"][0], True, True), ("a", said, None, None, None)]
    quotes = sum(len(one["quotes"]) for one in predicted)
    f1 = 0.9 if types == {"direct"} else 0.5
    return {"gold": 2, "matched": quotes, "e2e_F1": f1, "quote_F1": 0.75, "spk_acc_head": 0.5}
"""


@pytest.fixture
def tools(write_scorer: Callable[[str, str], None]) -> None:
    write_scorer("score_answers", SCORE_ANSWERS)
    write_scorer("score_quotes", SCORE_QUOTES)


@pytest.mark.usefixtures("tools")
def test_whosaid_hands_answers_to_the_datas_scorer(
    run: Callable[..., int],
    write: Callable[..., Path],
    documents: list[dict[str, Any]],
    result_of: Callable[[str, str], Result],
    figures_of: Callable[[str, str], dict[str, tuple[float | None, int]]],
) -> None:
    rows = [{"id": one["doc_id"], "publisher": one["source"], **one} for one in documents]
    write("polnear/dev.jsonl", rows)
    gold = [{"article_id": "opera", "paragraphs": [1]}]
    asked = {"qid": "q1", "question": "What do tickets cost at the door?", "type": "who_said"}
    data = write("whosaid/questions.jsonl", [{**asked, "answerable": True, "gold": gold}])
    assert run("whosaid", "--data", data) == 0
    result = result_of("whosaid", "whosaid")
    found = figures_of("whosaid", "whosaid")
    assert found["fully right"] == (100.0, 1)
    assert found["citation recall"] == (87.5, 1)
    assert found["citation precision"] == (None, 1)
    assert {row.measure: row.passed for row in result.rows}["citation precision"] is False
    assert found["fully right: who said what"] == (100.0, 1)
    assert found["answers with a forbidden string"] == (2.0, 1)
    assert result.cases == {"q1": 1}


@pytest.mark.usefixtures("tools")
def test_quotes_hands_statements_to_the_datas_scorer(
    run: Callable[..., int],
    write: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    figures_of: Callable[[str, str], dict[str, tuple[float | None, int]]],
) -> None:
    def extract(article: Article) -> list[Quote]:
        if article.external_id == "broken":
            raise ValueError("no article")
        return [
            Quote(article.id, article.external_id, 0, "x", 0, 1, ((0, 1),), "direct", Speaker("Ines Okafor", "she"))
        ]

    monkeypatch.setattr("evals.suites.quotes.extract_quotes", extract)
    write("polnear/dev.jsonl", [{"id": "a", "text": "xyz"}, {"id": "broken", "text": "xyz"}])
    data = write("polnear/resolved.dev.jsonl", [{"id": "a", "text": "xyz"}])
    assert run("quotes", "--data", data) == 0
    kinds = figures_of("quotes", "polnear")
    assert kinds["direct"] == (90.0, 2)
    assert kinds["all"] == (50.0, 2)
    assert kinds["all, speakers"] == (50.0, 1)  # of the one statement found
    assert kinds["failed"] == (1.0, 2)
    assert figures_of("quotes", "resolved")["pronouns"] == (100.0, 1)


@pytest.mark.parametrize(
    ("mention", "name", "form"),
    [
        ("She", "Ines Okafor", "pronouns"),
        ("the harbour master", "Ines Okafor", "titles"),
        ("Ms. Okafor", "Ines Okafor", "names"),
        ("critics", "critics", "names"),
    ],
)
def test_mentions_are_told_apart(mention: str, name: str, form: str) -> None:
    assert mention_form(mention, name) == form


def test_a_text_is_right_when_all_its_statements_are_found_with_their_speakers() -> None:
    found: dict[str, Any] = {"text": "words"}
    pairs = [
        ("right", found, found, True, None),
        ("right", found, found, False, True),  # the resolved name counts before the mention
        ("wrong speaker", found, found, True, False),
        ("one missing", found, found, True, True),
        ("one missing", found, None, None, None),
        ("one made up", None, found, None, None),
    ]
    ids = ["right", "wrong speaker", "one missing", "one made up", "says nothing"]
    right = texts_right(pairs, ids)
    assert right == {"right": 1, "wrong speaker": 0, "one missing": 0, "one made up": 0, "says nothing": 1}


def test_without_its_scorer_a_suite_says_what_is_missing(
    run: Callable[..., int], write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    data = write("hardcases/hardcases.jsonl", [{"id": "a", "text": "xyz", "quotes": []}])
    assert run("quotes", "--data", data) == 1
    assert "--tools" in capsys.readouterr().err
