"""The conversation before a question: which messages count, and what is kept of them."""

from __future__ import annotations

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from rag.errors import QuestionError
from rag.question import Turn, read_turns
from rag.question.history import LONGEST, MOST
from rag.types import Answer, Citation, Part, Searched, Sentence


def an_answer(question: str = "Who closed it?", status: str = "answered") -> Answer:
    citation = Citation(1, "0" * 16, None, "Bridge", "Gazette", None, None, 0, 0, 3, "She")
    part = Part("evidence", (Sentence("She closed it.", "verbatim", (1,)),), "Ines Okafor")
    return Answer(question, status, "She closed it. [1]", (part,), (citation,), Searched(1), "sentences", 0.1)


def test_messages_pair_up_as_turns() -> None:
    history = [
        {"role": "user", "content": "Who closed it?"},
        {"role": "assistant", "content": "The harbour master.", "articles": ["a" * 16, 3]},
        {"role": "user", "content": [{"type": "text", "text": "When?"}]},
    ]
    first, second = read_turns(history)
    assert first == Turn("Who closed it?", "The harbour master.", (), ("a" * 16,))
    assert second == Turn("When?")


def test_langchain_messages_and_answers_count_as_well() -> None:
    first, second = read_turns([HumanMessage("Who?"), AIMessage("Okafor."), an_answer()])
    assert (first.question, first.answer) == ("Who?", "Okafor.")
    assert (second.question, second.answer) == ("Who closed it?", "She closed it.")
    assert second.speakers == ("Ines Okafor",)
    assert second.cited == ("0" * 16,)


def test_a_refusal_leaves_no_words_to_lean_on() -> None:
    assert read_turns([an_answer(status="abstained")])[0].answer == ""


def test_what_belongs_to_no_turn_is_passed_over() -> None:
    history = [
        {"role": "assistant", "content": "Hello."},
        {"role": "system", "content": "Be kind."},
        {"role": "tool", "content": "42"},
        {"role": "user", "content": "  "},
        {"role": "user", "content": None},
    ]
    assert read_turns(history) == []


def test_only_the_last_turns_and_the_beginning_of_an_answer_are_kept() -> None:
    history = [
        {"role": role, "content": f"{role} {n} " + "x" * 500} for n in range(100) for role in ("user", "assistant")
    ]
    turns = read_turns(history)
    assert len(turns) == MOST
    assert all(len(turn.answer) == LONGEST for turn in turns)
    assert turns[-1].question.startswith("user 99")


@pytest.mark.parametrize("message", ["a string", 3, ["user", "text"], None])
def test_what_is_no_message_is_told(message: object) -> None:
    with pytest.raises(QuestionError, match="history"):
        read_turns([message])
