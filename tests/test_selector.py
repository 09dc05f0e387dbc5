"""The sentence selector: what it reads, what it answers, how it fails."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering import selector
from rag.answering.selector import (
    ABSENT,
    MAX_PIECES,
    OPENING,
    PLAIN,
    SENTENCE,
    SHARED,
    TEXT,
    Passage,
    Selector,
    cut_up,
    groups,
    load,
    make_window,
    piece_spans,
)
from rag.errors import ModelError
from rag.sentences import split_sentences

TOLD = (
    "The harbour of Lindvik reopened on Tuesday after a storm had closed it for nine days. "
    "Mayor Ingrid Holm said that repairs to the quay would cost 4.2 million crowns. "
    "Fishermen had asked for help with lost nets. "
    "The ferry to the islands sails again from Friday, the operator Nordlinje announced."
)


def passage(text: str = TOLD, title: str | None = "Harbour reopens after storm", opens: bool = True) -> Passage:
    return Passage(text, tuple(split_sentences(text)), title, opens)


@pytest.mark.parametrize(
    ("question", "best", "phrase"),
    [
        ("How much will the repairs to the quay cost?", 1, "4.2 million"),
        ("How long was the harbour of Lindvik closed?", 0, "nine days"),
        ("When does the ferry to the islands sail again?", 3, "Friday"),
    ],
)
def test_the_sentence_that_answers_comes_first_with_its_phrase(question: str, best: int, phrase: str) -> None:
    [scored] = Selector().score(question, [passage()])
    assert scored.scores.shape == (4,)
    assert int(scored.scores.argmax()) == best
    assert scored.scores[best] > 0
    start, end = scored.answers[best]
    assert phrase in TOLD[start:end]


def test_what_is_not_told_scores_below_nothing_here_answers() -> None:
    [scored] = Selector().score("Who won the chess championship in Toronto?", [passage()])
    assert scored.scores.max() < 0


def test_passages_do_not_disturb_one_another() -> None:
    other = passage("Rain is expected in the south. The trains run late.", None, False)
    question = "How much will the repairs to the quay cost?"
    alone, together = Selector().score(question, [passage()]), Selector().score(question, [other, passage()])
    np.testing.assert_array_equal(alone[0].scores, together[1].scores)
    assert alone[0].answers == together[1].answers
    assert len(together[0].scores) == 2


def test_no_passages_no_scores() -> None:
    assert Selector().score("Who?", []) == []


def test_a_passage_without_sentences_has_no_scores() -> None:
    [scored] = Selector().score("Who?", [Passage(TOLD, ())])
    assert scored.scores.shape == (0,)
    assert scored.answers == ()


def test_a_long_passage_is_read_to_its_end() -> None:
    text = " ".join(f"Ship number {number} left the port in the morning." for number in range(80)) + " " + TOLD
    [scored] = Selector().score("How much will the repairs to the quay cost?", [passage(text)])
    assert len(scored.scores) == 84
    assert np.isfinite(scored.scores).all()
    assert int(scored.scores.argmax()) == 81


def test_several_threads_get_the_same_scores() -> None:
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: Selector().score("When does the ferry sail again?", [passage()]), range(8)))
    for run in runs:
        np.testing.assert_array_equal(run[0].scores, runs[0][0].scores)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300), st.text(max_size=80), st.text(max_size=40))
def test_any_text_is_scored_and_answers_lie_in_their_sentences(text: str, question: str, title: str) -> None:
    read = passage(text, title)
    [scored] = Selector().score(question, [read])
    assert not np.isnan(scored.scores).any()
    for (start, end), (first, last) in zip(read.sentences, scored.answers, strict=True):
        assert start <= first < last <= end


def test_half_a_surrogate_pair_is_read() -> None:
    [scored] = Selector().score("What \ud83d?", [passage("It was \ud83d seen. It left.")])
    assert np.isfinite(scored.scores).all()


def test_the_window_holds_question_title_and_marked_sentences() -> None:
    _, tokenizer = load()
    question, title, pieces = cut_up(tokenizer, ["Who repaired the quay?", "The quay", TOLD])
    spans = piece_spans(pieces, split_sentences(TOLD))
    window = make_window(question, title, pieces, spans, [0, 1], opens=True)
    assert [int(piece) for piece in window.ids if piece in (SENTENCE, OPENING)] == [OPENING, SENTENCE]
    assert set(window.sentence.tolist()) == {-1, 0, 1}
    states = {}
    for place, mark in zip(window.origin, window.marks, strict=True):
        if place >= 0:
            states[TOLD[pieces.starts[place] : pieces.ends[place]]] = int(mark) - 3 * TEXT
    assert (states["quay"], states["repairs"], states["Mayor"], states["the"]) == (SHARED, SHARED, ABSENT, PLAIN)
    later = make_window(question, title, pieces, spans, [1, 2], opens=True)
    assert OPENING not in later.ids


@given(st.lists(st.integers(0, 90), max_size=30), st.integers(20, 200))
def test_groups_hold_every_sentence_once_and_keep_to_the_limit(sizes: list[int], limit: int) -> None:
    edges = [0, *np.cumsum(sizes).tolist()]
    spans = list(itertools.pairwise(edges))
    made = list(groups(spans, limit))
    assert [index for group in made for index in group] == list(range(len(sizes)))
    assert all(len(group) == 1 or sum(sizes[i] + 1 for i in group) <= limit for group in made)


def test_a_window_fits_the_model() -> None:
    assert MAX_PIECES + selector.MAX_QUESTION + selector.MAX_TITLE + 4 <= 512


def test_missing_model_files_are_one_clear_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(selector, "files", lambda package: tmp_path)
    selector._load_once.cache_clear()
    try:
        with pytest.raises(ModelError, match="sentence selector cannot be loaded"):
            Selector().score("Who?", [passage()])
    finally:
        selector._load_once.cache_clear()
