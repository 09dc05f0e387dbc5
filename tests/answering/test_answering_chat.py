"""Messages that ask nothing of the articles: one line each; everything else is left to the other engines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.answering import ChatEngine, Task
from rag.models.question_reader import KINDS
from rag.question import Question
from rag.types import Filters, Searched

Ask = Callable[..., Question]
CHAT = ("smalltalk", "help", "not_for_us", "unclear")


@pytest.mark.parametrize("kind", CHAT)
def test_what_asks_nothing_is_answered_in_a_line(question: Ask, kind: str) -> None:
    (answer,) = ChatEngine()(Task(question("Hello!", kind), Filters(), Searched(2)))
    assert answer.status == "abstained"
    assert (answer.engine, answer.sentences, answer.citations, answer.closest) == ("chat", (), (), ())
    assert answer.notes == (answer.text,)
    assert "2 articles" in answer.text
    assert "earched" not in answer.text


@pytest.mark.parametrize(
    ("count", "told"), [(0, "no articles here yet"), (1, "There is 1 article"), (2000, "2,000 articles")]
)
def test_it_tells_what_is_here(question: Ask, count: int, told: str) -> None:
    (answer,) = ChatEngine()(Task(question("Hello!", "smalltalk"), Filters(), Searched(count)))
    assert told in answer.text


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in CHAT])
def test_what_asks_something_is_left_to_others(question: Ask, kind: str) -> None:
    assert not list(ChatEngine()(Task(question("Who?", kind), Filters(), Searched(2))))


def test_a_message_that_may_ask_something_is_left_to_others(question: Ask) -> None:
    kinds = dict.fromkeys(KINDS, 0.0) | {"smalltalk": 0.6, "fact": 0.4}
    assert not list(ChatEngine()(Task(question("Hi, who won?", "smalltalk", kinds=kinds), Filters(), Searched(2))))
