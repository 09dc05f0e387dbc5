"""How candidates are ordered: by rank in both searches, then by fit."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.fusion import ALONE, FEATURES, WEIGHTS, FoundChunk, features, rerank
from rag.language.dates import is_within, nearness

PLAIN = FoundChunk("a:0-0", 1, 1, 0.5, 0.5, 0.5, 3.0, 0.5, 0.5, 0.0, 0.0)
SHARES = st.floats(0, 1, allow_nan=False)
CANDIDATES = st.lists(
    st.builds(
        FoundChunk, st.just(""), st.just(1), st.integers(1, 4), *[st.floats(-1, 1)] * 3, st.floats(0, 30), *[SHARES] * 4
    ),
    max_size=12,
).map(lambda found: [replace(one, chunk_id=f"{one.article}:{n}") for n, one in enumerate(found)])


@given(CANDIDATES)
def test_every_candidate_is_ranked_once_the_best_first(candidates: list[FoundChunk]) -> None:
    ranked = rerank(candidates)
    assert sorted(one for one, _ in ranked) == sorted(one.chunk_id for one in candidates)
    assert [fit for _, fit in ranked] == sorted((fit for _, fit in ranked), reverse=True)


def test_the_second_best_chunk_of_an_article_speaks_for_the_first() -> None:
    found = [PLAIN, replace(PLAIN, chunk_id="a:1-1", similarity=0.4), replace(PLAIN, chunk_id="b:0-0", article=2)]
    second = features(found)[:, FEATURES.index("second")]
    assert second == pytest.approx([0.4, 0.4, 0.5 - ALONE])
    assert rerank(found)[0][0] == "a:0-0"


def test_bm25_counts_against_the_best_of_the_question() -> None:
    found = [PLAIN, replace(PLAIN, chunk_id="b:0-0", article=2, bm25=6.0)]
    assert features(found)[:, FEATURES.index("bm25")] == pytest.approx([0.5, 1.0])
    assert np.isfinite(features([replace(PLAIN, bm25=0.0)])).all()


@pytest.mark.parametrize("name", ["similarity", "whole", "sentence", "words", "names", "near", "within"])
def test_more_of_anything_never_ranks_lower(name: str) -> None:
    assert WEIGHTS[name] > 0
    better = replace(PLAIN, chunk_id="b:0-0", article=2, **{name: getattr(PLAIN, name) + 0.2})
    assert rerank([PLAIN, better])[0][0] == "b:0-0"


def test_nothing_found_is_nothing_ranked() -> None:
    assert rerank([]) == []


def test_how_near_a_date_is() -> None:
    march = (dt.date(2026, 3, 1), dt.date(2026, 3, 31))
    assert nearness(dt.date(2026, 3, 1), march) == nearness(dt.date(2026, 3, 31), march) == 1
    assert 0.3 < nearness(dt.date(2026, 4, 4), march) < 0.4
    assert nearness(dt.date(2026, 2, 20), march) < nearness(dt.date(2026, 2, 25), march) < 1
    assert is_within(dt.date(2026, 3, 31), march)
    assert not is_within(dt.date(2026, 4, 1), march)
