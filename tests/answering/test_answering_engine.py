"""The chain of engines: the first that takes a task answers it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from rag.answering import Answering, Engine, Task, noticing
from rag.answering.compose import Draft, compose
from rag.errors import QuestionError
from rag.library import Library
from rag.types import Answer, Article, Filters

Open = Callable[..., Library]


def saying(*words: str) -> Engine:
    """An engine that says each of the words in turn; without any, it takes no task."""

    def engine(task: Task) -> Iterator[Answer]:
        for one in words:
            yield compose(task.question.asked, [Draft("note", words=one)], task.searched, "test")

    return engine


def answering(library: Library, *engines: Engine) -> Answering:
    return Answering(library._catalog, lambda: engines, library._known)


def test_the_first_engine_that_takes_a_task_answers_it(library: Library) -> None:
    chain = answering(library, saying(), saying("one", "two"), saying("three"))
    assert [answer.notes for answer in chain.answers(chain.read("Who?"))] == [("one",), ("two",)]


def test_an_answer_knows_how_long_it_took_and_how_it_was_understood(library: Library, bridge: Article) -> None:
    library.add_articles([bridge])
    chain = answering(library, saying("one"))
    history = [
        {"role": "user", "content": "Who closed the Tolland Bridge?"},
        {"role": "assistant", "content": "Okafor."},
    ]
    (answer,) = chain.answers(chain.read({"question": "And when was that?", "history": history}))
    assert answer.seconds > 0
    assert answer.understood
    assert "Who closed the Tolland Bridge?" in answer.understood


def test_a_notice_stands_with_every_answer_of_an_engine(library: Library) -> None:
    chain = answering(library, noticing(saying("one", "two"), "No model."))
    assert [answer.notice for answer in chain.answers(chain.read("Who?"))] == ["No model."] * 2


def test_the_chain_is_a_runnable_over_a_text_or_a_mapping(library: Library) -> None:
    chain = answering(library, saying("one", "last")).chain
    assert chain.invoke("Who?").notes == ("last",)
    assert chain.invoke({"question": "Who?", "filters": Filters(source="The Gazette")}).searched.source == "The Gazette"


@pytest.mark.parametrize("asked", ["", "  ", "?!", None, 3])
def test_what_is_no_question_is_told(library: Library, asked: object) -> None:
    with pytest.raises(QuestionError):
        answering(library, saying("one")).read({"question": asked})
