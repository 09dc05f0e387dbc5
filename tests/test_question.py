"""What a question asks."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import QuestionError
from rag.question import MAX_CHARACTERS, NEWS_SPAN, make_self_contained, names_in, read_question, wanted

TODAY = dt.date(2026, 4, 21)


@pytest.mark.parametrize("question", ["", " \n\t", "?!…", "“”", "\x00", "🙂🙂", "-- ;"])
def test_a_question_without_a_word_is_none(question: str) -> None:
    with pytest.raises(QuestionError, match="empty"):
        read_question(question)


def test_a_question_may_not_be_a_book() -> None:
    assert read_question("why " * (MAX_CHARACTERS // 4))
    with pytest.raises(QuestionError, match=r"100,000 characters long; the limit is 2,000"):
        read_question("x" * 100_000)


@given(st.text(max_size=300), st.dates())
def test_any_text_is_read_or_refused(text: str, today: dt.date) -> None:
    try:
        question = read_question(text, [{"role": "user", "content": "Who closed the Tolland Bridge?"}], today)
    except QuestionError:
        assert not any(character.isalnum() for character in text)
    else:
        assert question.asked == text
        assert question.period is not None
        assert question.period[0] <= question.period[1]
        assert len(question.text) <= MAX_CHARACTERS


def test_strange_questions_take_no_longer() -> None:
    started = time.process_time()
    for text in ("what did " * 200, "a.'" * 600, "A" * 1999, "who " * 499, "in 1 " * 399, '"' * 999 + "x"):
        read_question(text, [{"role": "user", "content": text}], TODAY)
    assert time.process_time() - started < 2.0


def test_names() -> None:
    assert names_in("Who told Ines Okafor that Tolland's bridge is closed?") == ("ines", "okafor", "tolland")
    assert names_in("Did the mayor resign?") == ()
    assert names_in("What did “Lind” say? Why?") == ("lind",)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who closed the bridge?", "person"),
        ("When was it closed?", "time"),
        ("Where is the bridge?", "place"),
        ("Why was it closed?", "reason"),
        ("How many people came?", "number"),
        ("What did Lind say about the raise?", "statement"),
        ("Is the bridge closed?", "any"),
    ],
)
def test_what_kind_of_answer_is_wanted(question: str, kind: str) -> None:
    assert wanted(question) == kind


HISTORY = [
    {"role": "user", "content": "Who closed the Tolland Bridge?"},
    {"role": "assistant", "content": "Ines Okafor. [1]"},
]


@pytest.mark.parametrize("question", ["And when was that?", "Why?", "What did she say about it?"])
def test_a_follow_up_takes_the_question_before_it_along(question: str) -> None:
    full = make_self_contained(question, HISTORY)
    assert full.startswith("Who closed the Tolland Bridge?")
    assert full.endswith(question)
    assert "tolland" in read_question(question, HISTORY).names


@pytest.mark.parametrize(
    "question", ["What did Tomas Lind say about the strike?", "How many people ride the trams in Eskerby?"]
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert make_self_contained(question, HISTORY) == question


@pytest.mark.parametrize(
    "history",
    [
        [],
        [{"role": "assistant", "content": "x"}],
        [{"role": "user", "content": None}],
        [{"role": "user"}],
        [{}],
        [{"role": "user", "content": [{"type": "text", "text": "Who?"}]}],
        [{"role": "user", "content": "And why?"}],
    ],
)
def test_a_history_that_tells_nothing(history: list[dict[str, object]]) -> None:
    assert make_self_contained("And when?", history) == "And when?"


def test_today_says_which_news_is_meant() -> None:
    assert read_question("Who closed the Tolland Bridge?").period is None
    assert read_question("Who closed the Tolland Bridge?", today=TODAY).period == (TODAY - NEWS_SPAN, TODAY)
    assert read_question("Who closed the Tolland Bridge in March?", today=TODAY).period == (
        dt.date(2026, 3, 1),
        dt.date(2026, 3, 31),
    )
