"""Reports on a topic: what is one thing told twice, and where two numbers differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.summarizing.figures import bounds, differing, figures, value_of
from rag.summarizing.topic import Report, developments, disagreements
from rag.summarizing.units import read_units
from rag.types import Article


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("Twelve miners died in the fire at the Eskerby mine.", "The fire at the Eskerby mine killed 14 miners.", True),
        (
            "At least 12 miners died in the fire at the Eskerby mine.",
            "The fire at the Eskerby mine killed 14 miners.",
            False,
        ),
        (
            "The fire at the Eskerby mine cost 12 miners their pay.",
            "Divers brought 14 miners and a dog to Osterby.",
            False,
        ),
    ],
)
def test_only_two_counts_of_one_thing_differ(one: str, other: str, differ: bool) -> None:
    texts = [one, other, "The Eskerby mine is the oldest of Norlund.", "The council of Eskerby met after the fire."]
    articles = [
        Article.from_text(text, date="2026-03-03", source=f"Paper {number}") for number, text in enumerate(texts)
    ]
    reports = [Report(article, read_units(article)[0], 1.0) for article in articles]
    assert bool(disagreements(reports)) is differ


def test_reports_of_two_things_on_one_topic_are_not_merged() -> None:
    texts = [
        "The mayor of Eskerby, Ada Brandt, died on Monday after a fall at the Eskerby mine.",
        "Ada Brandt, the mayor of Eskerby, died on Monday after she fell at the mine.",
        "Ada Brandt, the mayor of Eskerby, has not died after her fall at the mine on Monday.",
        "The mayor of Eskerby wanted to close the mine.",
    ]
    articles = [
        Article.from_text(text, date="2026-03-03", source=f"Paper {number}") for number, text in enumerate(texts)
    ]
    found = developments([Report(article, read_units(article)[0], 1.0) for article in articles], 8)
    merged = {frozenset(texts.index(report.article.text) for report in one.reports) for one in found}
    assert frozenset({0, 1}) in merged
    assert all(len(one) == 1 for one in merged if 2 in one or 3 in one)


def test_figures_differ_only_for_the_same_thing() -> None:
    counted = figures("The flood hit 1,200 houses and two million people.")
    assert (counted["hous"], counted["peopl"]) == (1200.0, 2e6)
    assert differing(figures("It flooded 40 houses."), figures("It flooded 60 houses.")) == ["hous"]
    assert not differing(figures("It flooded 40 houses."), figures("It flooded forty streets and 40 houses."))
    assert not figures("It became a Category 4 storm.")
    assert bounds("At least 12 people and about 40 cows died.") == {"at least", "about"}
    assert "peopl" not in figures("The weir was weak, two people familiar with the matter said.")


@given(st.text(alphabet="0123456789,.:$%stx²½", max_size=8))
def test_any_word_is_a_number_or_none(word: str) -> None:
    assert value_of(word) is None or float(word.strip("$%").replace(",", "")) == value_of(word)
    figures(f"{word} houses were flooded")
