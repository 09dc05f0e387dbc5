"""The sentence selector: what it reads, what it answers, how it fails."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.language.sentences import split_sentences
from rag.models.loader import COLON, load_tokenizer
from rag.models.pieces import cut_up
from rag.models.selector import (
    ABSENT,
    HEADER,
    MAX_HEADER,
    MAX_PIECES,
    MAX_QUESTION,
    MAX_SPEAKER,
    OPENING,
    PLAIN,
    SENTENCE,
    SHARED,
    TEXT,
    Excerpt,
    Selector,
    follow_up,
    groups,
    header,
    make_window,
    piece_spans,
    spoken_by,
)
from rag.types import Quote, Speaker

TOLD = (
    "The harbour of Lindvik reopened on Tuesday after a storm had closed it for nine days. "
    "Mayor Ingrid Holm said that repairs to the quay would cost 4.2 million crowns. "
    "Fishermen had asked for help with lost nets. "
    "The ferry to the islands sails again from Friday, the operator Nordlinje announced."
)


def excerpt(text: str = TOLD, head: str = "Harbour reopens after storm", opens: bool = True) -> Excerpt:
    return Excerpt(text, tuple(split_sentences(text)), head, opens=opens)


@pytest.mark.parametrize(
    ("question", "best", "phrase"),
    [
        ("How much will the repairs to the quay cost?", 1, "4.2 million"),
        ("How long was the harbour of Lindvik closed?", 0, "nine days"),
        ("When does the ferry to the islands sail again?", 3, "Friday"),
    ],
)
def test_the_sentence_that_answers_comes_first_with_its_phrase(question: str, best: int, phrase: str) -> None:
    [scored] = Selector().score(question, [excerpt()])
    assert scored.scores.shape == (4,)
    assert int(scored.scores.argmax()) == best
    assert scored.scores[best] > 0
    start, end = scored.answers[best]
    assert phrase in TOLD[start:end]


def test_what_is_not_told_scores_below_nothing_here_answers() -> None:
    [scored] = Selector().score("Who won the chess championship in Toronto?", [excerpt()])
    assert scored.scores.max() < 0


def test_excerpts_do_not_disturb_one_another() -> None:
    other = excerpt("Rain is expected in the south. The trains run late.", "", False)
    question = "How much will the repairs to the quay cost?"
    alone, together = Selector().score(question, [excerpt()]), Selector().score(question, [other, excerpt()])
    np.testing.assert_array_equal(alone[0].scores, together[1].scores)
    assert alone[0].answers == together[1].answers
    assert len(together[0].scores) == 2


def test_no_excerpts_no_scores() -> None:
    assert Selector().score("Who?", []) == []


def test_an_excerpt_without_sentences_has_no_scores() -> None:
    [scored] = Selector().score("Who?", [Excerpt(TOLD, ())])
    assert scored.scores.shape == (0,)
    assert scored.answers == ()


def test_a_long_excerpt_is_read_to_its_end() -> None:
    text = " ".join(f"Ship number {number} left the port in the morning." for number in range(80)) + " " + TOLD
    [scored] = Selector().score("How much will the repairs to the quay cost?", [excerpt(text)])
    assert len(scored.scores) == 84
    assert np.isfinite(scored.scores).all()
    assert int(scored.scores.argmax()) == 81


def test_several_threads_get_the_same_scores() -> None:
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: Selector().score("When does the ferry sail again?", [excerpt()]), range(8)))
    for run in runs:
        np.testing.assert_array_equal(run[0].scores, runs[0][0].scores)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300), st.text(max_size=80), st.text(max_size=40))
def test_any_text_is_scored_and_answers_lie_in_their_sentences(text: str, question: str, title: str) -> None:
    read = excerpt(text, title)
    [scored] = Selector().score(question, [read])
    assert not np.isnan(scored.scores).any()
    for (start, end), (first, last) in zip(read.sentences, scored.answers, strict=True):
        assert start <= first < last <= end


def test_half_a_surrogate_pair_is_read() -> None:
    [scored] = Selector().score("What \ud83d?", [excerpt("It was \ud83d seen. It left.")])
    assert np.isfinite(scored.scores).all()


def test_the_window_holds_question_title_and_marked_sentences() -> None:
    tokenizer = load_tokenizer()
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


LONG_NAME = "Deputy harbour master Kwame Quennellwright"


def test_a_window_fits_the_model_however_many_speakers_its_sentences_have() -> None:
    assert MAX_QUESTION + MAX_HEADER + MAX_PIECES + 4 <= 512
    text = " ".join(f"We paid for ship {number}." for number in range(32))
    spans = tuple(split_sentences(text))
    interview = Excerpt(text, spans, "A title of some length " * 5, (LONG_NAME,) * len(spans), opens=True)
    [scored] = Selector().score("How much was paid for the ships in the harbour of the town? " * 4, [interview])
    assert np.isfinite(scored.scores).all()


def test_a_speaker_stands_before_the_sentence_and_belongs_to_none() -> None:
    tokenizer = load_tokenizer()
    question, title, pieces, *speakers = cut_up(tokenizer, ["Who?", "", "We paid. It rained.", LONG_NAME, ""])
    spans = piece_spans(pieces, split_sentences("We paid. It rained."))
    window = make_window(question, title, pieces, spans, [0, 1], False, speakers)
    (colon,) = np.flatnonzero(window.ids == COLON)
    before = slice(colon - min(MAX_SPEAKER, len(speakers[0].ids)), colon)
    assert window.ids[before].tolist() == speakers[0].ids[:MAX_SPEAKER].tolist()
    assert (window.sentence[before] == -1).all()
    assert (window.origin[before] == -1).all()
    assert (window.marks[before] // 3 == HEADER).all()
    assert window.ids[before.start - 1] == SENTENCE
    assert [int(window.sentence[place]) for place in np.flatnonzero(window.origin >= 0)] == [0] * 3 + [1] * 3


# ---------------------------------------------------------------------- what it is told of a text


def test_a_header_tells_publisher_day_and_title() -> None:
    assert header("Bridge shut", "The Gazette", "2026-03-04") == "The Gazette · 2026-03-04 · Bridge shut"
    assert header("Bridge shut", None, None) == "Bridge shut"
    assert header(None, None, None) == ""


def quote(text: str, words: str, name: str | None, resolved: bool = True) -> Quote:
    start = text.index(words)
    end = start + len(words)
    speaker = Speaker(name, name, resolved_by="name" if resolved else None) if name else None
    return Quote("a", None, 0, words, start, end, ((start, end),), "direct", speaker)


def test_whose_words_a_sentence_holds_is_told_where_it_does_not_say_so_itself() -> None:
    text = "“We paid,” Ines Okafor said. “All of it. By May.” It rained. They left."
    sentences = split_sentences(text)
    quotes = [
        quote(text, "“We paid,”", "Ines Okafor"),
        quote(text, "“All of it. By May.”", "Ines Okafor"),
        quote(text, "They left", "they", resolved=False),
    ]
    assert list(spoken_by(text, sentences, quotes)) == ["", "Ines Okafor", "Ines Okafor", "", ""]
    assert list(spoken_by(text, sentences, [])) == [""] * 5


def test_a_follow_up_has_its_own_words_first() -> None:
    assert follow_up([], "Why?") == "Why?"
    assert follow_up(["Who?", "She.", "When?", "Then."], "Why?") == "Why? When? Then."
