"""What a question asks."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import QuestionError
from rag.followups import MAX_CHARACTERS
from rag.question import LAST_DAYS, NEWS_SPAN, names_in, read_question, wanted

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


def test_a_follow_up_is_read_as_it_is_understood() -> None:
    history = [
        {"role": "user", "content": "What did Tomas Lind say about the raise?"},
        {"role": "assistant", "content": "Tomas Lind, Eskerby Courier, 4 December 2025: “No,” he said. [1]"},
    ]
    question = read_question("And what did he say about the strike?", history)
    assert question.asked == "And what did he say about the strike?"
    assert question.text == question.understood == "What did Tomas Lind say about the strike?"
    assert [saying.speaker for saying in question.sayings] == ["Tomas Lind"]
    assert question.names == ("tomas", "lind")
    assert read_question("What did Ines Okafor say?", history).understood is None
    assert read_question("How long was that?", history).wanted == "duration"


def test_today_says_which_news_is_meant() -> None:
    assert read_question("Who closed the Tolland Bridge?").period is None
    assert read_question("Who closed the Tolland Bridge?", today=TODAY).period == (TODAY - NEWS_SPAN, TODAY)
    assert read_question("Who closed the Tolland Bridge in March?", today=TODAY).period == (
        dt.date(2026, 3, 1),
        dt.date(2026, 3, 31),
    )


def test_the_news_of_the_day_of_asking_may_look_back_on_a_day_that_is_named() -> None:
    asked = read_question("Who closed the Tolland Bridge in March?", today=TODAY)
    assert asked.names_days
    assert asked.looking_back == (TODAY - LAST_DAYS, TODAY)
    assert read_question("Who closed the Tolland Bridge in March?").looking_back is None
    plain = read_question("Who closed the Tolland Bridge?", today=TODAY)
    assert (plain.names_days, plain.looking_back) == (False, None)


def test_of_a_long_time_until_today_the_last_days_are_likeliest_meant() -> None:
    asked = read_question("How much have rents gone up in the past year?", today=TODAY)
    assert asked.period == (TODAY - dt.timedelta(366), TODAY)
    assert asked.focus == (TODAY - LAST_DAYS, TODAY)
    assert asked.names_days
