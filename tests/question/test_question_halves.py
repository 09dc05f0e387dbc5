"""Two questions in one message are two; a question with an "and" in it is one."""

from __future__ import annotations

import pytest

from rag.question import read_question
from rag.question.halves import halves


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("What did the mayor promise, and who pays for it?", "What did the mayor promise", "who pays for it?"),
        ("how long is the crack and when was it found", "how long is the crack", "when was it found"),
        ("Who closed the bridge? Where is the ferry?", "Who closed the bridge", "Where is the ferry?"),
        ("Who closed the bridge? And when does it open?", "Who closed the bridge", "when does it open?"),
    ],
)  # fmt: skip
def test_two_questions_are_told_apart(text: str, first: str, second: str) -> None:
    assert halves(text) == (first, second)


@pytest.mark.parametrize(
    "text",
    [
        "Who closed the bridge?",
        "When and how was the crack found?",
        "Which policy brought her down, and why?",
        "What did the mayor and the port say about the ferry?",
        "Who won, and where was it held, and when did it end?",
    ],
)
def test_one_question_stays_one_and_three_are_not_cut(text: str) -> None:
    assert halves(text) is None


def test_the_second_question_is_read_after_the_first() -> None:
    first, second = read_question("What did Ines Okafor say about the bridge, and when did she say it?").halves
    assert (first.speakers, second.speakers) == (("Ines Okafor",), ("Ines Okafor",))
    assert "bridge" in second.text
    assert read_question("What did Ines Okafor say about the bridge?").halves == ()
