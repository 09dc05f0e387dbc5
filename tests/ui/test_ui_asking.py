"""Reading an answer as it grows: in order, with what goes wrong, and no longer than somebody waits for it."""

from __future__ import annotations

import threading

import pytest

from rag.errors import QuestionError
from rag.types import Answer, Searched
from ui.asking import read_answers

ASKED = [("human", "Who closed the bridge?")]


def answer(text: str) -> Answer:
    return Answer("Why?", "answered", text, (), (), Searched(1), "test", 0.1)


def test_answers_come_in_their_order():
    assert [one.text for one in read_answers(lambda: map(answer, "abc")) if one] == ["a", "b", "c"]


def test_what_goes_wrong_is_raised():
    def ask():
        yield answer("a")
        raise QuestionError("The question is empty.")

    came = read_answers(ask)
    assert next(came).text == "a"
    with pytest.raises(QuestionError, match="empty"):
        list(came)


def test_a_model_is_stopped_when_nobody_reads_its_answer_any_more(serve):
    left = threading.Event()

    def talk(handler):
        try:
            handler.say(*["word "] * 600, pause=0.05)
        except OSError:
            left.set()

    model = serve(talk)

    def ask():
        yield answer("being read")
        yield answer(model.complete(ASKED))

    came = read_answers(ask)
    assert next(came).text == "being read"
    assert next(came) is None  # the model is writing
    came.close()
    assert left.wait(10)
