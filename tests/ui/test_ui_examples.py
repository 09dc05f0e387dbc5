"""The page's example questions: over the sample articles each is answered, in the form that it shows, with a citation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.library import Library
from rag.settings import Settings
from ui.examples import SAMPLE_QUESTIONS, example_questions
from ui.render import answer_html

pytestmark = pytest.mark.slow

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """With every model that ships: the examples are what a new user presses first."""
    folder = tmp_path_factory.mktemp("examples")
    with Library.open(folder, settings=Settings(library=folder)) as library:
        library.add([SEEDS])
        yield library


def test_every_example_is_one_of_the_sample_articles(seeds: Library) -> None:
    assert example_questions(list(seeds.articles())) == list(SAMPLE_QUESTIONS.values())


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What did Olaf Scholz tell Putin?", "stop the war"),
        ("Did Edvard Rask say the port knew of the crack?", "Denied."),
        ("What is the union asking for at Corvane?", "6.5 per cent"),
        ("Summarise the Corvane strike in three bullets", "71 percent"),
        ("Who is quoted on the Corvane merger?", "Tomas Lindqvist"),
        ("How long is the crack in the Saltgate Bridge?", "17 centimetres"),
    ],
)
def test_every_example_is_answered_first_and_cited(seeds: Library, question: str, told: str) -> None:
    assert question in SAMPLE_QUESTIONS.values()
    answer = seeds.ask(question)
    assert answer.status == "answered"
    assert answer.sentences[0].citations
    assert told in answer.text
    assert "is-abstained" not in answer_html(answer)
