"""Names as an article gives them, read whole, and joined with their short forms."""

from __future__ import annotations

import pytest

from rag.language.doc import analyse
from rag.quotes.names import Inventory
from rag.quotes.tokens import NICKNAME
from rag.types import Article


def named(text: str) -> dict[str, int]:
    """The names of an article, each with how many places hold it or a short form of it."""
    article = Article.from_text(text)
    doc = analyse(text, [(paragraph.start, paragraph.end) for paragraph in article.paragraphs])
    inventory = Inventory(article, doc)
    for entity in inventory.entities:
        assert all(0 <= mention.start < mention.end <= len(text) for mention in entity.mentions)
    return {entity.name: len(entity.mentions) for entity in inventory.entities}


def test_a_name_with_small_words_that_only_its_capitals_show() -> None:
    found = named("The charity Breaking the Ice opened a shelter.\n\nBreaking the Ice said it would take sixty people.")
    assert found["Breaking the Ice"] == 2
    assert "Ice" not in found


@pytest.mark.parametrize(
    "text",
    [
        "Breaking the Ice took years. It was cold.",
        "He said: “Breaking the Ice took years.”",
        "He was breaking the Ice of the lake.",
    ],
)
def test_the_first_word_of_a_sentence_makes_no_such_name(text: str) -> None:
    assert "Breaking the Ice" not in named(text)


def test_a_department_is_read_whole() -> None:
    text = "The Norland Department of Nature has counted the wolves. The Norland Department of Nature said there were nine."
    assert named(text)["Norland Department of Nature"] == 2


def test_a_long_name_is_joined_with_its_short_forms() -> None:
    text = "The elder Te Rangi Robert Hohepa spoke.\n\n“We stay,” Robert Hohepa said. Hohepa left at noon."
    assert named(text)["Te Rangi Robert Hohepa"] == 3


@pytest.mark.parametrize("lead", ["Democrat", "Watch", "Reporter"])
def test_a_word_before_a_name_that_is_none_is_no_part_of_it(lead: str) -> None:
    found = named(f"{lead} Hillary Marsh came on Monday. It was {lead.lower()} day. Marsh left.")
    assert "Hillary Marsh" in found


@pytest.mark.parametrize(
    ("full", "short"),
    [("Elizabeth “Liz” Marsh", "Liz"), ("Robert (Bobby) Marsh", "Bobby"), ("Ada 'Addy' Marsh", "Addy")],
)
def test_a_nickname_stands_for_the_name_that_it_is_set_in(full: str, short: str) -> None:
    found = named(f"Governor {full} came late.\n\n{short} Marsh said the road was shut. Then Marsh left.")
    assert found[full] == 3


def test_a_nickname_that_the_article_does_not_join_is_another_name() -> None:
    found = named("Robert Marsh came late.\n\nBobby Marsh said the road was shut.")
    assert {"Robert Marsh", "Bobby Marsh"} <= set(found)


@pytest.mark.parametrize(
    "text", ["Ada “No” said", "Ada (of Lindal) Marsh", "Ada “Go home” Marsh", "Ada said “Liz” Marsh"]
)
def test_quotation_marks_alone_make_no_nickname(text: str) -> None:
    assert NICKNAME.match(text, 3) is None


def test_namesakes_are_not_joined() -> None:
    found = named("Ada Marsh came. Karl Marsh left. Elsa Berg and Jon Elsa Berg spoke.")
    assert {"Ada Marsh", "Karl Marsh"} <= set(found)
