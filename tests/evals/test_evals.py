"""The measurements, measured: hand-built data sets whose figures can be counted by hand, and a fake encoder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evals.__main__ import _parser, _settings
from evals.baselines import cached
from evals.configuration import code_digest, configuration, digest
from evals.data import Case, Passage, read_case
from evals.libraries import STAMP, Libraries
from evals.ranking import Hit, article_rows, passage_row, rank_all, shows
from evals.report import BLOCK, table, write_readme
from evals.results import OURS, Result, latest, load, make_result, save
from evals.seedcases import abstention_f1, judge, read_seed_case, read_seed_cases
from evals.suite import EvalError, Outcome, Row, share
from evals.suites import SUITES
from evals.suites.followups import unrelated
from evals.suites.quotes import mention_form, texts_right
from evals.suites.refusal import curve
from evals.texts import holds
from rag.settings import Settings
from rag.types import Answer, Article, Quote, Searched, Speaker

DOCUMENTS = [
    {
        "doc_id": "old-flood",
        "title": "Flood in Marrow",
        "date": "2024-01-10",
        "source": "The Marrow Post",
        "text": "The river Anse flooded the town of Marrow on Tuesday.\n\nSix houses were lost in the flood.",
    },
    {
        "doc_id": "new-flood",
        "title": "Flood in Marrow",
        "date": "2026-05-04",
        "source": "The Marrow Post",
        "text": "The river Anse flooded the town of Marrow on Monday.\n\nNine houses were lost in the flood.",
    },
    {
        "doc_id": "opera",
        "title": "Opera opens",
        "date": "2026-05-05",
        "source": "Stage Weekly",
        "text": "The opera in Lindal opens with a new conductor.\n\nTickets cost 14 crowns and are sold at the door.",
    },
]


def nothing_said(article: Article) -> list[Quote]:
    """Extraction for tests that are not about statements."""
    return []


def question(qid: str, text: str, gold: str | None, **more: Any) -> dict[str, Any]:
    passages = more.pop("passages", [])
    return {
        "qid": qid,
        "question": text,
        "answers": more.pop("answers", []),
        "answerable": more.pop("answerable", True),
        "gold_doc_ids": [gold] if gold else [],
        "gold_passages": [{"doc_id": gold, "text": passage} for passage in passages],
        "type": "test",
        "meta": more,
    }


def saved(tmp_path: Path, suite: str, name: str) -> Result:
    return latest(tmp_path / "results")[suite, name, OURS]


def figures(result: Result) -> dict[str, tuple[float | None, int]]:
    return {row.measure: (row.value, row.n) for row in result.rows}


# ---------------------------------------------------------------------- texts and rankings


@pytest.mark.parametrize(
    ("text", "phrase", "held"),
    [
        ("It rose by 20 per cent.", "20%", True),
        ("It rose by 120 percent.", "20%", False),
        ("It cost $2m.", "$2 million", True),
        ("They lost 14,500 crowns", "14", False),
        ("They lost 14.5 crowns", "4.5", False),
        ("He said ‘no’ to “the plan”.", 'no to "the plan"', True),
        ("Investigators came.", "investigator", True),
        ("The reinvestment", "investment", False),
        ("In the end, Anonymous did it", "Anonymous.", True),
        ("Anything", "...", False),
    ],
)
def test_a_phrase_is_found_as_it_is_meant(text: str, phrase: str, held: bool) -> None:
    assert holds(text, phrase) is held


def test_rankings_are_measured_over_all_cases_and_a_failure_counts_as_wrong() -> None:
    found = {
        "first": [Hit("a", "…"), Hit("b", "…")],
        "third, after a document that comes twice": [Hit("x", "…"), Hit("x", "…"), Hit("y", "…"), Hit("a", "…")],
        "sixth": [*(Hit(f"x{n}", "…") for n in range(5)), Hit("a", "…")],
    }
    cases = [Case(qid, "?", True, frozenset({"a"})) for qid in (*found, "fails")]

    def retrieve(case: Case) -> list[Hit]:
        return found[case.qid]  # KeyError for the last one

    ranked = rank_all(cases, retrieve)
    rows = {row.measure: row for row in article_rows(cases, ranked, {"hit@5": 60.0}, ["hit@1"])}
    assert {name: (row.value, row.n) for name, row in rows.items()} == {
        "hit@1": (25.0, 4),
        "hit@5": (50.0, 4),
        "MRR@10": (37.5, 4),  # (1 + 1/3 + 1/6 + 0) / 4
        "failed": (1.0, 4),
    }
    assert rows["hit@5"].passed is False
    assert rows["hit@1"].passed is None
    assert [name for name, row in rows.items() if row.headline] == ["hit@1", "failed"]


def test_a_paragraph_counts_only_where_it_is_shown_whole() -> None:
    passage = Passage("a", "The bridge was closed on Tuesday. It reopens in May.")
    assert shows(Hit("a", f"Title\n\n{passage.text}\n\nMore."), passage, ["May"])
    assert not shows(Hit("b", passage.text), passage, ["May"])
    assert shows(Hit("a", "It reopens in May."), passage, ["May"])
    assert not shows(Hit("a", "The bridge was closed on Tuesday."), passage, ["May"])
    case = Case("q", "?", True, frozenset({"a"}), answers=("May",), passages=(passage,))
    found = {"q": [Hit("b", "…"), Hit("a", passage.text)]}
    assert passage_row([case], found, 1).value == 0
    assert passage_row([case], found, 2).value == 100


def test_share_of_nothing_is_no_figure() -> None:
    assert share(0, 0) is None
    assert share(1, 3) == 33.3


# ---------------------------------------------------------------------- suites over data sets


def test_retrieval_gives_the_date_and_leaves_out_what_has_no_editors_gold(
    run: Callable[..., int], write: Callable[..., Path], tmp_path: Path
) -> None:
    write("rtqa2022/documents.jsonl", DOCUMENTS)
    asked = "How many houses in Marrow were lost in the flood?"
    data = write(
        "rtqa2022/questions.jsonl",
        [
            question("q1", asked, "old-flood", gold_level="editor", date="2024-01-12"),
            question("q2", asked, "new-flood", gold_level="editor", date="2026-05-06"),
            question("q3", "What does the opera in Lindal cost?", "old-flood", gold_level="editor", date="2026-05-06"),
            question("q4", asked, "opera", gold_level="weak", date="2026-05-06"),
        ],
    )
    assert run("retrieval", "--data", data, "--set", "rtqa2022", "--details", tmp_path / "details") == 0
    result = saved(tmp_path, "retrieval", "rtqa2022")
    assert figures(result)["hit@1"] == (66.7, 3)
    assert figures(result)["hit@5"] == (100.0, 3)
    assert result.rows[0].bar == 75
    assert result.cases == {"q1": 1, "q2": 1, "q3": 0}
    details = (tmp_path / "details" / "retrieval-rtqa2022-whosaid.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["found"][0] for line in details] == ["old-flood", "new-flood", "opera"]


def test_retrieval_passes_the_conversation_on(
    run: Callable[..., int], write: Callable[..., Path], tmp_path: Path
) -> None:
    write("mtragun/documents.jsonl", DOCUMENTS)
    opera = [{"speaker": "user", "text": "When does the opera in Lindal open?"}, {"speaker": "agent", "text": "Soon."}]
    data = write(
        "mtragun/questions.jsonl",
        [
            question("q1", "And how much does it cost?", "opera", history=opera),
            question("q2", "How many houses were lost in the Marrow flood of Monday?", "new-flood", history=[]),
            question("q3", "Why?", "old-flood", history=opera, answerable=None),
        ],
    )
    assert run("retrieval", "followups", "--data", data, "--set", "mtragun") == 0
    assert figures(saved(tmp_path, "retrieval", "mtragun"))["hit@5"] == (100.0, 2)
    follow = figures(saved(tmp_path, "followups", "mtragun"))
    assert follow["hit@1"] == (100.0, 1)
    assert follow["last turn alone, hit@1"][1] == 1
    assert follow["unmoved by another conversation"] == (100.0, 1)
    assert saved(tmp_path, "followups", "mtragun").cases == {"q1": 1, "q2": 1}


def test_reading_looks_for_the_gold_answer_in_the_given_article(
    run: Callable[..., int], write: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evals.suites.reading.UNSEEN", (0, 1))  # all three articles
    write("newsqa/documents.jsonl", DOCUMENTS)
    lost = "How many houses were lost in the flood?"
    data = write(
        "newsqa/questions.jsonl",
        [
            question("q1", lost, "old-flood", answers=["Six"], standalone=True),
            question("q2", lost, "new-flood", answers=["Nine"], standalone=True),
            question("q3", lost, "new-flood", answers=["Twelve"], standalone=True),
            question("q4", "Which minister of fisheries resigned?", "opera", answers=["door"], standalone=True),
            question("q5", "Who?", "opera", answers=["conductor"], standalone=False),
        ],
    )
    assert run("reading", "--data", data) == 0
    found = figures(saved(tmp_path, "reading", "newsqa"))
    assert found["first sentence"] == (50.0, 4)
    assert found["refused"] == (25.0, 4)
    assert saved(tmp_path, "reading", "newsqa").cases == {"q1": 1, "q2": 1, "q3": 0, "q4": 0}
    assert "failed" not in found


def test_refusal_gives_the_candidate_passage(
    run: Callable[..., int], write: Callable[..., Path], tmp_path: Path
) -> None:
    write("clapnq/documents.jsonl", DOCUMENTS)
    asked = "How many houses were lost in the flood in Marrow?"
    data = write(
        "clapnq/questions.jsonl",
        [
            question("q2", asked, "old-flood", candidate_doc_id="old-flood"),
            question("q3", asked, None, answerable=False, candidate_doc_id="opera"),
            question("q5", "What do tickets at the door cost?", None, answerable=False, candidate_doc_id="opera"),
        ],
    )
    assert run("refusal", "--data", data, "--library-cache", tmp_path / "cache") == 0
    result = saved(tmp_path, "refusal", "clapnq")
    assert figures(result)["answerable answered"] == (100.0, 1)
    assert figures(result)["unanswerable refused"] == (50.0, 2)
    assert figures(result)["balanced accuracy"] == (75.0, 3)
    assert result.cases == {"q2": 1, "q3": 1, "q5": 0}
    assert result.curve[0]["refused"] == 0
    assert result.curve[-1]["answered"] == 0


def test_the_curve_counts_on_both_sides_of_each_threshold() -> None:
    points = {point["threshold"]: point for point in curve([(True, 0.9), (True, 0.3), (False, 0.5), (False, 0.1)])}
    assert points[0.0] == {"threshold": 0.0, "answered": 100.0, "refused": 0.0, "balanced accuracy": 50.0}
    assert points[0.2]["balanced accuracy"] == 75.0
    assert points[0.3]["answered"] == 100.0  # as sure as the threshold is sure enough
    assert points[0.6] == {"threshold": 0.6, "answered": 50.0, "refused": 100.0, "balanced accuracy": 75.0}


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
    run: Callable[..., int], write: Callable[..., Path], tmp_path: Path
) -> None:
    rows = [{"id": one["doc_id"], "publisher": one["source"], **one} for one in DOCUMENTS]
    write("polnear/dev.jsonl", rows)
    gold = [{"article_id": "opera", "paragraphs": [1]}]
    asked = {"qid": "q1", "question": "What do tickets cost at the door?", "type": "who_said"}
    data = write("whosaid/questions.jsonl", [{**asked, "answerable": True, "gold": gold}])
    assert run("whosaid", "--data", data) == 0
    result = saved(tmp_path, "whosaid", "whosaid")
    found = figures(result)
    assert found["fully right"] == (100.0, 1)
    assert found["citation recall"] == (87.5, 1)
    assert found["citation precision"] == (None, 1)
    assert {row.measure: row.passed for row in result.rows}["citation precision"] is False
    assert found["fully right: who said what"] == (100.0, 1)
    assert found["answers with a forbidden string"] == (2.0, 1)
    assert result.cases == {"q1": 1}


@pytest.mark.usefixtures("tools")
def test_quotes_hands_statements_to_the_datas_scorer(
    run: Callable[..., int], write: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
    kinds = figures(saved(tmp_path, "quotes", "polnear"))
    assert kinds["direct"] == (90.0, 2)
    assert kinds["all"] == (50.0, 2)
    assert kinds["all, speakers"] == (50.0, 1)  # of the one statement found
    assert kinds["failed"] == (1.0, 2)
    assert figures(saved(tmp_path, "quotes", "resolved"))["pronouns"] == (100.0, 1)


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


# ---------------------------------------------------------------------- our own cases


def answer(text: str, status: Any = "answered") -> Answer:
    return Answer("?", status, text, (), (), Searched(1), "test", 0.0)


def test_an_answer_is_right_when_facts_and_citations_are_there_and_nothing_forbidden() -> None:
    case = read_seed_case(
        {
            "qid": "c",
            "question": "How many?",
            "type": "multi",
            "answerable": True,
            "gold": [
                {"file": "seeds/a.txt", "paragraphs": [0], "or_else": [{"file": "seeds/b.txt", "paragraphs": [4]}]},
                {"file": "seeds/d.jsonl", "external_id": "brief", "paragraphs": [2]},
            ],
            "acceptable_paragraphs": [{"file": "seeds/a.txt", "paragraphs": [1]}],
            "key_facts": ["1,900", "2,600"],
            "must_not": ["3,000"],
        }
    )
    assert case.documents == {"a.txt", "b.txt", "brief"}
    both, text = frozenset({("b.txt", 4), ("brief", 2)}), answer("One says 1,900, the other 2,600.")
    assert judge(case, text, both).right
    assert not judge(case, answer("One says 1,900."), both).right
    assert not judge(case, answer("1,900, 2,600 and 3,000."), both).right
    assert not judge(case, answer("1,900 or 2,600", "abstained"), both).right
    assert not judge(case, None, both).right
    partly = judge(case, text, frozenset({("a.txt", 1), ("brief", 2), ("z.txt", 0)}))
    assert (partly.right, partly.entries_cited, partly.cited, partly.cited_well) == (False, 2, 3, 2)


def test_an_unanswerable_question_is_right_when_refused() -> None:
    row = {"qid": "u", "question": "?", "type": "unanswerable", "answerable": False, "gold": [], "must_not": []}
    case = read_seed_case({**row, "key_facts": []})
    refused, answered = judge(case, answer("", "abstained"), frozenset()), judge(case, answer("Yes."), frozenset())
    assert (refused.right, answered.right) == (True, False)
    assert abstention_f1([refused, answered]) == 66.7
    assert judge(case, None, frozenset()).right is False


def test_our_own_cases_run_without_any_data(run: Callable[..., int], tmp_path: Path) -> None:
    assert run("cases", "followups", "--limit", "3") == 0
    assert not (tmp_path / "results").exists()  # a part of a set is no result
    assert run("cases") == 0
    found = figures(saved(tmp_path, "cases", "seeds"))
    cases = read_seed_cases()
    assert found["fully right"][1] == len(cases)
    assert sum(n for name, (_, n) in found.items() if name.startswith("fully right: ")) == len(cases)
    assert found["key facts"][0] is not None
    assert saved(tmp_path, "cases", "seeds").cases.keys() == {case.qid for case in cases}
    assert "failed" not in found


def test_an_unrelated_conversation_is_about_other_documents() -> None:
    follow = [Case(name, "?", True, frozenset({name}), history=({"role": "user", "content": name},)) for name in "abc"]
    alone = Case("q", "?", True, frozenset({"b"}))
    assert [unrelated(number, alone, follow)[0]["content"] for number in range(4)] == ["a", "c", "c", "a"]
    assert unrelated(0, alone, follow[1:2]) == ()


# ---------------------------------------------------------------------- libraries, configuration, results


def test_a_cached_library_is_not_embedded_again_and_not_used_with_other_chunks(
    tmp_path: Path, settings: Settings, encoder: Any, articles: list[Article]
) -> None:
    with Libraries(settings, tmp_path / "cache", encoder=encoder, extract=nothing_said) as libraries:
        assert len(libraries.get("set", lambda: articles[:2]).articles()) == 2
    embedded = len(encoder.encoded)
    with Libraries(settings, tmp_path / "cache", encoder=encoder, extract=nothing_said) as libraries:
        library = libraries.get("set", lambda: articles)
        assert len(library.articles()) == 3  # only what it lacked was added
        assert libraries.get("set", list) is library
    assert len(encoder.encoded) == embedded + 1
    other = settings.model_copy(update={"chunk_tokens": 40})
    with (
        Libraries(other, tmp_path / "cache", encoder=encoder, extract=nothing_said) as libraries,
        pytest.raises(Exception, match="Delete"),
    ):
        libraries.get("set", lambda: articles)
    assert (tmp_path / "cache" / "set" / STAMP).is_file()


def test_a_limited_run_makes_a_small_library(settings: Settings, encoder: Any, articles: list[Article]) -> None:
    with Libraries(settings, limit=1, encoder=encoder, extract=nothing_said) as libraries:
        small = libraries.get("set", lambda: articles, {"strike-1"})
        assert {one.external_id for one in small.articles()} == {"strike-1", None}
        assert len(small.articles()) == 2


def test_the_tutorial_starts_afresh_where_it_was_interrupted(
    tmp_path: Path, settings: Settings, encoder: Any, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Pipeline:
        def __init__(self, folder: Path) -> None:
            self.file = folder / "added"
            folder.mkdir(parents=True, exist_ok=True)

        def add(self, some: list[Article]) -> None:
            with self.file.open("a", encoding="utf-8") as stream:
                stream.writelines(f"{one.id}\n" for one in some)

    fake = type("fake", (), {"TutorialPipeline": Pipeline})
    monkeypatch.setitem(__import__("sys").modules, "evals.baselines.tutorial", fake)
    folder = tmp_path / "cache" / "set-tutorial"
    Pipeline(folder).add(articles[:1])
    with Libraries(settings, tmp_path / "cache", encoder=encoder, extract=nothing_said) as libraries:
        for _ in range(2):
            cached.tutorial_over(libraries, "set", lambda: articles)
            assert (folder / "added").read_text(encoding="utf-8").split() == [one.id for one in articles]


def test_the_configuration_covers_what_a_figure_depends_on(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = configuration(settings)
    assert described["packages"]["torch"]
    assert described["models"]["tagger"]
    assert described["constants"]["rag.fusion.RANK_CONSTANT"] == 60
    before = digest(described)
    assert digest(configuration(settings.model_copy(update={"library": tmp_path / "other", "port": 1}))) == before
    assert digest(configuration(settings.model_copy(update={"candidates": 7}))) != before
    monkeypatch.setattr("rag.fusion.RANK_CONSTANT", 61)
    assert digest(configuration(settings)) != before
    monkeypatch.undo()
    folder = tmp_path / "encoder"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"one")
    own = settings.model_copy(update={"encoder": str(folder)})
    first = configuration(own)
    assert str(tmp_path) not in json.dumps(first)
    (folder / "model.onnx").write_bytes(b"two")
    monkeypatch.setattr("evals.configuration.folder_digest", configuration.__globals__["folder_digest"].__wrapped__)
    assert digest(configuration(own)) != digest(first)


def result(value: float, date: str = "2026-03-01T10:00:00+00:00", **more: Any) -> Result:
    row = Row("hit@1", value, 96, 75.0)
    hidden = Row("failed", 2.0, 96, unit="", headline=False)
    base = make_result("retrieval", "rtqa2022", OURS, Outcome((row, hidden), 96), {"settings": {}}, 1.5)
    return Result(**{**base_fields(base), "date": date, **more})


def base_fields(one: Result) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Result.__slots__}


def test_a_result_is_read_as_it_was_saved_and_the_newest_counts(tmp_path: Path) -> None:
    old, new = result(60.0, configuration="aaa"), result(70.0, "2026-03-02T10:00:00+00:00", configuration="bbb")
    for one in (new, old):
        path = save(one, tmp_path)
        assert load(path) == one
    assert path.name == "retrieval-rtqa2022-aaa.json"
    assert latest(tmp_path) == {("retrieval", "rtqa2022", OURS): new}
    assert new.code == code_digest()


def test_the_table_sets_a_figure_beside_bar_last_and_peers() -> None:
    tutorial = result(30.0, system="tutorial")
    text = table(result(74.9), result(60.0), None)
    line = next(line for line in text.splitlines() if "hit@1" in line)
    assert line.split()[:6] == ["hit@1", "74.9", "96", "75", "MISSED", "60.0"]
    assert "tutorial pipeline 37.2*" in line
    assert "tutorial pipeline 30.0;" in table(result(75.0), None, tutorial)
    assert "75 ok" in table(result(75.0), None, tutorial)


def test_the_table_ends_with_the_cases_gained_and_lost() -> None:
    last = result(60.0, cases={"a": 0, "b": 0, "c": 1, "d": 1, "gone": 0})
    now = result(70.0, cases={"a": 1, "b": 1, "c": 0, "d": 1, "new": 1})
    assert table(now, last, None).splitlines()[-3:] == [
        "  cases: +2 gained, -1 lost since 2026-03-01",
        "    gained: a, b",
        "    lost: c",
    ]
    assert "cases:" not in table(now, result(60.0), None), "the last result has no cases"
    assert "cases:" not in table(result(70.0), last, None)


def test_of_many_cases_gained_the_first_ten_are_named_on_demand() -> None:
    ids = [f"q{number:02}" for number in range(12)]
    last, now = result(0.0, cases=dict.fromkeys(ids, 0)), result(100.0, cases=dict.fromkeys(ids, 1))
    assert table(now, last, None).splitlines()[-1] == "  cases: +12 gained, -0 lost since 2026-03-01"
    named = table(now, last, None, name_cases=True).splitlines()[-1]
    assert named == f"    gained: {', '.join(ids[:10])} and 2 more"


def test_a_result_saved_without_cases_is_still_read(tmp_path: Path) -> None:
    path = save(result(60.0, cases={"a": 1}), tmp_path)
    assert load(path).cases == {"a": 1}
    old = json.loads(path.read_text(encoding="utf-8"))
    del old["cases"]
    path.write_text(json.dumps(old), encoding="utf-8")
    assert load(path) == result(60.0)


def test_the_page_gets_the_figures_and_keeps_the_rest(tmp_path: Path) -> None:
    page = tmp_path / "figures.md"
    page.write_text(
        "# Title\n\n<!-- evals:start -->\nold\n<!-- evals:end -->\n\nText.\n\n"
        "<!-- evals:start quotes whosaid -->\n<!-- evals:end -->\nEnd.\n",
        encoding="utf-8",
    )
    saved = {("retrieval", "rtqa2022", OURS): result(74.9)}
    quotes = Result(**{**base_fields(result(79.7)), "suite": "quotes", "set": "polnear"})
    saved |= {("quotes", "polnear", OURS): quotes}
    assert write_readme(page, saved, SUITES) == ["all", "quotes whosaid"]
    text = page.read_text(encoding="utf-8")
    first, second = (match[3] for match in BLOCK.finditer(text))
    assert "| retrieval | rtqa2022 | hit@1 | 96 | **74.9** | ≥ 75 | tutorial pipeline 37.2*; BM25 48.6*" in first
    assert "failed" not in first
    assert "quotes" not in first
    assert "old" not in text
    assert "| quotes | polnear | hit@1 | 96 | **79.7**" in second
    assert "2026-03-01, configuration" in first
    assert text.startswith("# Title\n\n<!-- evals:start -->\n")
    assert text.endswith("<!-- evals:end -->\nEnd.\n")
    write_readme(page, saved, SUITES)
    assert page.read_text(encoding="utf-8") == text
    (tmp_path / "bare.md").write_text("# Title\n", encoding="utf-8")
    with pytest.raises(EvalError, match="evals:start"):
        write_readme(tmp_path / "bare.md", saved, SUITES)


def test_figures_are_compared_with_a_frozen_folder_of_results(
    run: Callable[..., int], write: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write("mtragun/documents.jsonl", DOCUMENTS)
    asked = "How many houses were lost in the Marrow flood of Monday?"
    data = write("mtragun/questions.jsonl", [question("q1", asked, "new-flood", history=[])])
    measure = ("retrieval", "--data", data, "--set", "mtragun")
    assert run(*measure, "--against", "frozen") == 1
    assert "There are no results 'frozen'" in capsys.readouterr().err
    frozen = Result(**{**base_fields(result(12.5)), "set": "mtragun", "cases": {"q1": 0}})
    save(frozen, tmp_path / "results" / "frozen")
    assert run(*measure) == 0
    assert "12.5" not in capsys.readouterr().out
    assert run(*measure, "--against", "frozen") == 0
    out = capsys.readouterr().out
    assert "12.5" in out
    assert "cases: +1 gained, -0 lost since 2026-03-01" in out
    assert latest(tmp_path / "results" / "frozen") == {("retrieval", "mtragun", OURS): frozen}


def test_the_page_of_figures_has_a_place_for_them() -> None:
    assert BLOCK.search(_parser().get_default("readme").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nonsense"], "There is no suite 'nonsense'"),
        (["retrieval"], "None of the sets"),
        (["cases", "--setting", "nonsense=1"], "There is no setting 'nonsense'"),
        (["cases", "--setting", "candidates=many"], "candidates"),
    ],
)
def test_what_cannot_be_measured_is_told(
    run: Callable[..., int], arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 1
    assert told in capsys.readouterr().err


def test_cases_are_read_with_date_and_roles() -> None:
    history = [{"speaker": "user", "text": "A?"}, {"speaker": "agent", "text": "B."}]
    case = read_case(question("q", "C?", "d", passages=["p"], date="2026-05-06", history=history))
    assert str(case.date) == "2026-05-06"
    assert case.passages == (Passage("d", "p"),)
    assert case.history == ({"role": "user", "content": "A?"}, {"role": "assistant", "content": "B."})


def test_the_engine_that_is_measured_is_the_one_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def settings_of(*arguments: str) -> Any:
        return _settings(_parser().parse_args(arguments))

    monkeypatch.setenv("WHOSAID_MODEL", "openai:small")
    assert settings_of().model is None, "a variable does not change what is measured"
    assert settings_of("--engine", "model").model == "openai:small"
    assert settings_of("--engine", "anthropic:large").model == "anthropic:large"
    monkeypatch.delenv("WHOSAID_MODEL")
    with pytest.raises(EvalError, match="needs a model"):
        settings_of("--engine", "model")
