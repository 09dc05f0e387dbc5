"""The packaged models together, on questions that are as clear as questions can be: most are answered, none is made up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rag.library import Library
from rag.settings import Settings
from rag.types import Answer, Article

pytestmark = pytest.mark.slow

CLEAR = {
    "How large was the crack that engineers found in the Tolland Bridge?": "17 centimetres",
    "How much does the repair of the Tolland Bridge cost?": "4.2 million crowns",
    "How often do ferries carry passengers across the river?": "every ten minutes",
    "What did Ines Okafor say about reopening the Tolland Bridge?": "before May",
    "Who said that the bridge will not reopen before May?": "Ines Okafor",
    "What did Tomas Lind say about the raise?": "two percent",
    "Did the tram company say that it had threatened to dismiss anyone?": "denied",
    "Who reports a poor harvest of honey?": "Beekeepers",
}
UNTOLD = (
    "Who won the chess championship in Quito?",
    "What did Zelda Quennell say about penguins?",
    "How many students enrolled at the University of Kessel in 1987?",
)


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library with every model that ships."""
    folder = tmp_path_factory.mktemp("packaged")
    with Library.open(folder, settings=Settings(library=folder)) as library:
        yield library


@pytest.fixture
def answers(packaged: Library, articles: list[Article], check: Callable[[Library, Answer], None]) -> Any:
    packaged.add_articles(articles)

    def ask(question: str) -> Answer:
        answer = packaged.ask(question)
        check(packaged, answer)
        return answer

    return ask


def test_most_clear_questions_are_answered_and_rightly(answers: Callable[[str], Answer]) -> None:
    made = {question: answers(question) for question in CLEAR}
    answered = [question for question, answer in made.items() if answer.status == "answered"]
    assert len(answered) >= len(CLEAR) / 2, sorted(set(CLEAR) - set(answered))
    for question in answered:
        told = " ".join(sentence.text for sentence in made[question].sentences)
        assert CLEAR[question] in told, question


@pytest.mark.parametrize("question", UNTOLD)
def test_what_no_article_tells_is_not_answered(answers: Callable[[str], Answer], question: str) -> None:
    answer = answers(question)
    assert answer.status == "abstained"
    assert answer.sentences == ()


def test_words_of_somebody_else_are_nobodys_answer(answers: Callable[[str], Answer]) -> None:
    answer = answers("Did Tomas Lind say that the bridge will not reopen before May?")
    assert answer.status == "abstained"
    assert answer.verdict in ("other_speaker", "not_reported")
    assert {part.speaker for part in answer.parts if part.kind == "correction"} <= {None, "Ines Okafor"}
