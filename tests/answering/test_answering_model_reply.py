"""A model's reply: its sentences and the passages that they name, in every form that models have been seen to use."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.model_reply import MOST_SENTENCES, Claim, read_claims, read_reply
from rag.llm import MOST_CHARACTERS


@pytest.mark.parametrize(
    ("reply", "claims"),
    [
        ("The bridge is shut [1].", [("The bridge is shut.", (1,))]),
        ("The bridge is shut. [1] Ferries run [2].", [("The bridge is shut.", (1,)), ("Ferries run.", (2,))]),
        ("The bridge is shut [1", [("The bridge is shut", (1,))]),
        ("The bridge is shut [1, 2].", [("The bridge is shut.", (1, 2))]),
        ("The bridge is shut [1][2], [3].", [("The bridge is shut.", (1, 2, 3))]),
        ("The bridge is shut [1-3].", [("The bridge is shut.", (1, 2, 3))]),
        ("The bridge is shut 【2】.", [("The bridge is shut.", (2,))]),
        ("The bridge is shut (1).", [("The bridge is shut.", (1,))]),
        ("The bridge of (2016) is shut.", [("The bridge of (2016) is shut.", ())]),
        ("The bridge is shut [^1].", [("The bridge is shut.", (1,))]),
        ("The bridge is shut [Passage 2].", [("The bridge is shut.", (2,))]),
        ("The bridge is shut (Passage 1).", [("The bridge is shut.", (1,))]),
        (
            "According to Passage 1, it is shut. Passage 2: ferries run.",
            [("It is shut.", (1,)), ("Ferries run.", (2,))],
        ),
        ("[1] It is shut. [2] Ferries run.", [("It is shut.", (1,)), ("Ferries run.", (2,))]),
        ("1. It is shut [1]\n2. Ferries run [2]", [("It is shut", (1,)), ("Ferries run", (2,))]),
        ("Answer: **It** is shut.", [("It is shut.", ())]),
        ("“It is shut,” said Okafor.[1]", [("“It is shut,” said Okafor.", (1,))]),
        ("Yes, it is shut [1].", [("It is shut.", (1,))]),
        ("It is shut [9].", [("It is shut.", (9,))]),
        ("NONE", []),
        ("None.", []),
        ("0", []),
        ("", []),
        ("It is shut [1]. NONE", [("It is shut.", (1,))]),
    ],
)
def test_markers_of_every_form_are_read(reply: str, claims: list[tuple[str, tuple[int, ...]]]) -> None:
    expected = [Claim(*claim) for claim in claims]
    assert read_claims(reply, 5) == expected
    assert list(read_reply(iter(reply), 5)) == expected, "letter by letter"


def test_a_claim_comes_as_soon_as_the_next_one_begins() -> None:
    given_so_far: list[str] = []

    def pieces() -> Iterator[str]:
        for piece in ("It is ", "shut [1]. ", "Ferries ", "run [2]. ", "They cost nothing."):
            given_so_far.append(piece)
            yield piece

    claims = read_reply(pieces(), 3)
    assert next(claims) == Claim("It is shut.", (1,))
    assert "They cost nothing." not in given_so_far


def test_a_reply_that_goes_on_is_left() -> None:
    closed = []

    def endless() -> Iterator[str]:
        try:
            while True:
                yield "It goes on [1]. "
        finally:
            closed.append(True)

    assert len(list(read_reply(endless(), 1))) == MOST_SENTENCES
    assert closed


@given(st.text(alphabet="Ab1.[](),【】^ \n\ue000“”PNpassage", max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    for claim in read_claims(text, 3):
        assert claim.text.strip()
        assert "\ue000" not in claim.text
    list(read_reply(iter(text), 3))


@pytest.mark.parametrize("piece", [".", "\n", " ", "** ", "[1]. ", "[", "A. ", "in the ", "a! ", "1. "])
def test_a_reply_of_one_thing_over_and_over_is_read_in_no_time(piece: str) -> None:
    began = time.process_time()
    list(read_reply([piece] * (MOST_CHARACTERS // len(piece)), 6))
    assert time.process_time() - began < 5
