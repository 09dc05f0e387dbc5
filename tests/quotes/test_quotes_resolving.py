"""Speakers without a name in whole texts, with the weights that ship: a wrong name is never given."""

from __future__ import annotations

import pytest

from rag.quotes import extract_quotes
from rag.quotes.features import NAMES
from rag.quotes.resolver import load_weights
from rag.types import Article

KNOWN = pytest.mark.xfail(reason="the resolver names somebody else here", strict=True)

STRANGERS = [
    (
        "“Prices will double,” said Oskar Dahlin, who wrote a history of the harbour.\n\n“We sleep in the truck,” says a "
        "driver from Tarnby who would not give his name. Over coffee he explains that his son has left. “Nobody warned "
        "us,” he says.",
        "Nobody warned us",
        "Oskar Dahlin",
    ),
    (
        "Mayor Ilse Brook opened the clinic in May.\n\nA nurse met reporters at the gate on Monday. She said the ward had "
        "been closed at night since June.",
        "the ward had been closed",
        "Ilse Brook",
    ),
    pytest.param(
        "Coach Dag Ferrow praised the crowd. One of the fans, a student, waited until midnight. “The bus never came,” he "
        "said.",
        "The bus never came",
        "Dag Ferrow",
        marks=KNOWN,
    ),
]
COMPANIES = [
    pytest.param(
        "“We are sorry,” said Nils Okker, head of the Okker Dairy Company.\n\nHollowell owns forty hotels on the coast. The "
        "company said it would close six of them.",
        "close six",
        "Okker Dairy",
        marks=KNOWN,
    ),
    (
        "Marrow Shipping sued in March. Its rival, Tindale Ferries, lost two boats last winter. Tindale Ferries is based "
        "in Osterby. The company said the boats would be replaced.",
        "would be replaced",
        "Marrow Shipping",
    ),
    (
        "Analysts at Brandt Bank cut their forecast on Monday. Velora makes pumps in Osterby. The company said demand was "
        "steady.",
        "demand was steady",
        "Brandt Bank",
    ),
]
TWO_PEOPLE = [
    ("Nora Feld called Ines Marsh on Friday. She said the vote would be close.", "the vote", "Ines Marsh"),
    ("Peter Lund sat beside Karl Voss. He said the bridge was safe.", "the bridge was safe", "Karl Voss"),
    ("Ruth Aldin wrote to Greta Moss in April. She said the rent was too high.", "the rent", "Greta Moss"),
]


@pytest.mark.parametrize(("text", "words", "never"), [*STRANGERS, *COMPANIES, *TWO_PEOPLE])
def test_somebody_else_is_never_named(text: str, words: str, never: str) -> None:
    speakers = [quote.speaker for quote in extract_quotes(Article.from_text(text)) if words in quote.text]
    assert speakers
    assert not [one.name for one in speakers if one and one.name and never in one.name]


def test_who_speaks_on_is_named() -> None:
    text = "Ada Brandt opened the library on Monday. She said it had cost too much. “I would build it again,” she said."
    names = {quote.speaker.name for quote in extract_quotes(Article.from_text(text)) if quote.speaker}
    assert names == {"Ada Brandt"}


def test_the_weights_are_of_these_features() -> None:
    assert tuple(load_weights().to_dict()["features"]) == NAMES
