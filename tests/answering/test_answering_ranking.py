"""The ranking of candidates and the chance that the best of them answers: shapes, bounds, and which way each thing counts."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering import ranking
from rag.answering.candidates import READ, Candidate, Found
from rag.answering.ranking import (
    DECIDING,
    FEATURES,
    FIRST,
    SHOWING,
    Weights,
    chance,
    chosen,
    deciding_features,
    features,
    first_features,
    load_weights,
    rank,
    shortlist,
    showing_chances,
    showing_features,
)
from rag.errors import ModelError
from rag.question import Question
from rag.types import Article

Make = Callable[..., Candidate]
Ask = Callable[..., Question]
Weigh = Callable[..., Weights]
ARTICLE = Article.from_text(
    "The Tolland Bridge was closed on Tuesday.\n\nEngineers found a crack of 17 centimetres.",
    title="Bridge",
    date="2026-03-04",
)
PLAIN = Candidate(ARTICLE, 0, 0, 41, None, 0.0, 0, 0.5, 0.5, 0.5, 0.25, 0.0, selected=1.0)
SHARES = st.floats(0, 1, allow_nan=False)
CANDIDATES = st.lists(
    st.builds(
        dataclasses.replace,
        st.just(PLAIN),
        theirs=st.sampled_from([-1.0, 0.0, 1.0]),
        rank=st.integers(0, 10),
        similarity=st.floats(-1, 1),
        own=SHARES,
        nearby=SHARES,
        asks=st.sampled_from([0.0, 1.0]),
        selected=st.floats(-30, 30) | st.just(-math.inf),
    ),
    max_size=2 * READ,
)


def found(*candidates: Candidate, **names: tuple[str, ...]) -> Found:
    return Found(candidates, names)


# ---------------------------------------------------------------------- the packaged weights


def test_the_packaged_weights_have_a_number_for_every_name() -> None:
    weights = load_weights()
    for names, numbers in ((FIRST, weights.first), (FEATURES, weights.ranking), (DECIDING, weights.deciding)):
        assert numbers.shape == (len(names),)
        assert np.isfinite(numbers).all()
    assert math.isfinite(weights.bias)
    assert all(0 < one < 1 for one in (weights.answer, weights.another, weights.lead))
    assert load_weights() is weights


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The packaged file's content, and a function that puts another in its place."""
    (tmp_path / "weights").mkdir()
    path = Path(ranking.__file__).parent.parent / "models" / "weights" / "ranking.json"
    monkeypatch.setattr(ranking, "files", lambda package: tmp_path)
    load_weights.cache_clear()

    def write(content: str) -> None:
        (tmp_path / "weights" / "ranking.json").write_text(content, encoding="utf-8")

    yield json.loads(path.read_text(encoding="utf-8")), write
    load_weights.cache_clear()


def test_a_missing_or_broken_weights_file_is_one_clear_error(packaged: Any) -> None:
    content, write = packaged
    without = {name: value for name, value in content.items() if name != "answer"}
    lacking = {**content, "ranking": dict.fromkeys(FEATURES[1:], 1.0)}
    with pytest.raises(ModelError, match="weights of the ranking cannot be loaded"):
        load_weights()
    for broken in ("", "{", "{}", json.dumps(without), json.dumps(lacking)):
        write(broken)
        with pytest.raises(ModelError, match="weights of the ranking cannot be loaded"):
            load_weights()
    write(json.dumps({**content, "answer": 0.25}))
    assert load_weights().answer == 0.25


@pytest.mark.parametrize("content", ["[]", "3", "null", '{"first": 3}'])
def test_a_weights_file_of_another_shape_is_the_same_error(packaged: Any, content: str) -> None:
    packaged[1](content)
    with pytest.raises(ModelError, match="weights of the ranking cannot be loaded"):
        load_weights()


# ---------------------------------------------------------------------- order


@given(CANDIDATES)
def test_a_row_a_candidate_and_a_column_a_feature(candidates: list[Candidate]) -> None:
    assert first_features(candidates).shape == (len(candidates), len(FIRST))
    table = features(candidates)
    assert table.shape == (len(candidates), len(FEATURES))
    assert np.isfinite(table).all()


@given(CANDIDATES)
def test_every_candidate_is_ranked_once_the_best_first(candidates: list[Candidate]) -> None:
    ranked = rank(candidates)
    assert len(ranked) == len(candidates)
    scores = [one.score for one in ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(math.isfinite(score) for score in scores)
    assert len(shortlist(candidates)) == min(READ, len(candidates))


def test_the_shortlist_is_of_the_likeliest_before_the_selector_reads(weights: Weigh) -> None:
    many = [dataclasses.replace(PLAIN, own=number / 100, selected=-number) for number in range(100)]
    first = shortlist(many, weights(own=1.0, selected=5.0))
    assert first == sorted(many, key=lambda one: -one.own)[:READ]


@pytest.mark.parametrize("name", ["own", "selected"])
def test_what_speaks_for_a_candidate_ranks_it_higher(name: str) -> None:
    """Of the packaged weights: more of the question's words, a likelier answer."""
    assert load_weights().ranking[FEATURES.index(name)] > 0
    better = dataclasses.replace(PLAIN, **{name: getattr(PLAIN, name) + 0.4})
    assert getattr(rank([PLAIN, better])[0], name) == getattr(better, name)


def test_a_question_of_the_articles_own_ranks_lower() -> None:
    asking = dataclasses.replace(PLAIN, asks=1.0)
    assert rank([asking, PLAIN])[0].asks == 0


def test_said_by_who_is_asked_for_counts_as_far_as_the_selector_believes_it() -> None:
    said, other = (dataclasses.replace(PLAIN, theirs=theirs, selected=0.0) for theirs in (1.0, -1.0))
    table = features([said, other])
    assert table[:, FEATURES.index("theirs")].tolist() == [1, 0]
    assert table[:, FEATURES.index("others")].tolist() == [0, 1]
    assert table[:, FEATURES.index("said_by_asked")].tolist() == [0.5, 0]
    assert table[:, FEATURES.index("said_by_others")].tolist() == [0, 0.5]


# ---------------------------------------------------------------------- the chance


@given(CANDIDATES, st.sampled_from(["fact", "said_about", "who_said", "summary"]), st.booleans())
def test_the_chance_is_one(candidates: list[Candidate], kind: str, leans: bool) -> None:
    kinds = dict.fromkeys(("fact", "said_about", "who_said", "did_say", "summary"), 0.0) | {kind: 1.0}
    asked = Question(
        "?", "Who closed it in 2026?", kind, kinds, ("Ada",), "", ("ada",), ("close",), None, None, leans=leans
    )  # type: ignore[arg-type]
    ranked = rank(candidates)
    assert 0 <= chance(asked, found(*candidates, Ada=()), ranked) <= 1
    if ranked:
        assert deciding_features(asked, found(*candidates), ranked).shape == (len(DECIDING),)
    else:
        assert chance(asked, found(), []) == 0


def test_the_chance_goes_by_what_the_selector_says_of_the_best(question: Ask, weights: Weigh) -> None:
    chances = [
        chance(question("Who closed it?"), found(), [dataclasses.replace(PLAIN, selected=odds)], weights())
        for odds in (-4.0, 0.0, 4.0)
    ]
    assert chances == pytest.approx([0.018, 0.5, 0.982], abs=1e-3)


@pytest.mark.parametrize(
    ("asked", "told", "near", "numbers"),
    [
        ("Who closed the Tolland Bridge?", 1.0, 1.0, 1.0),
        ("Who closed the Marrow Bridge?", 0.5, 0.5, 1.0),
        ("Did Engineers of Tolland find 17 cracks in 2026?", 1.0, 0.5, 1.0),
        ("Were there 17 cracks, or 18?", 1.0, 1.0, 0.5),
        ("why is that", 1.0, 1.0, 1.0),
    ],
)
def test_names_and_numbers_of_the_question_are_looked_for_where_the_best_stands(
    question: Ask, asked: str, told: float, near: float, numbers: float
) -> None:
    row = dict(zip(DECIDING, deciding_features(question(asked), found(), [PLAIN]), strict=True))
    assert (row["names_told"], row["names_near"], row["numbers_told"]) == (told, near, numbers)


def test_a_name_that_nobody_has_is_told_to_the_decision(question: Ask) -> None:
    asked = question("What did Zelda say?", "said_about", "Zelda")
    unknown = DECIDING.index("unknown")
    assert deciding_features(asked, found(Zelda=()), [PLAIN])[unknown] == 1
    assert deciding_features(asked, found(Zelda=("Zelda Quennell",)), [PLAIN])[unknown] == 0


# ---------------------------------------------------------------------- how many are shown


def test_as_many_are_shown_as_are_likely_to_answer_too(question: Ask, weights: Weigh) -> None:
    asked = question("How large was the crack?")
    ranked = [dataclasses.replace(PLAIN, score=score) for score in (2.0, 1.9, 1.5, -3.0)]
    assert showing_chances(asked, ranked, weights()) == pytest.approx([0.475, 0.378, 0.0067], abs=1e-3)
    assert chosen(asked, ranked, 3, weights(another=0.3)) == ranked[:3]
    assert chosen(asked, ranked, 3, weights(another=0.4)) == ranked[:2]
    assert chosen(asked, ranked, 1, weights(another=0.0)) == ranked[:1]
    assert chosen(asked, [], 3, weights()) == []


def test_what_is_known_of_a_candidate_after_the_best(question: Ask) -> None:
    best, near = dataclasses.replace(PLAIN, score=2.0), dataclasses.replace(PLAIN, score=1.5, selected=-30.0)
    far = dataclasses.replace(PLAIN, article=Article.from_text("Another article."))
    rows = [dict(zip(SHOWING, row, strict=True)) for row in showing_features(question("How?"), [best, near, far])]
    assert [(row["beside"], row["elsewhere"], row["place"]) for row in rows] == [(1, 0, 1), (0, 1, 2)]
    assert (rows[0]["behind"], rows[0]["selected"], rows[0]["best"]) == (-0.5, -20, best.selected)
