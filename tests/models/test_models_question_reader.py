"""The question reader: spans of any message, the kinds of plain ones, and what leans on the turn before."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models.loader import CLS, SEP, load_tokenizer
from rag.models.pieces import Pieces, cut_up
from rag.models.question_reader import (
    INSIDE,
    KINDS,
    MAX_BEFORE,
    MAX_PIECES,
    OUTPUTS,
    Reading,
    arrange,
    decode,
    read_message,
)

PARTS = st.sampled_from(
    [
        "What did ",
        "Ines Okafor",
        "the mayor's",
        " say about ",
        "Tolland",
        "?",
        "谁",
        "🙂",
        "\ud83d",
        "\u200b",
        "<b>",
        "“",
        " ",
    ]
)
MESSAGES = st.lists(PARTS | st.text(max_size=20), max_size=12).map("".join)
OKAFOR = "What did Ines Okafor say about the Tolland Bridge?"


def spans_of(reading: Reading) -> list[tuple[int, int]]:
    slots = (reading.topic, reading.publisher, reading.time)
    return [*reading.speakers, *(one for one in slots if one is not None)]


@given(MESSAGES, MESSAGES)
def test_of_any_message_the_spans_are_slices_and_the_chances_chances(message: str, before: str) -> None:
    reading = read_message(message, before)
    for start, end in spans_of(reading):
        assert 0 <= start < end <= len(message)
    assert all(one[1] <= other[0] for one, other in pairwise(reading.speakers))
    assert set(reading.kinds) == set(KINDS)
    assert math.isclose(sum(reading.kinds.values()), 1.0, abs_tol=1e-4)
    assert all(0.0 <= chance <= 1.0 for chance in (*reading.kinds.values(), reading.leans))
    assert reading.kinds[reading.kind] == max(reading.kinds.values())


@pytest.mark.parametrize("message", ["", " ", "word " * 2000, "漢" * 3000, "A" * 5000, "?" * 1000])
def test_long_and_empty_messages_are_read(message: str) -> None:
    assert read_message(message, message).kind in KINDS


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (OKAFOR, "said_about"),
        ("Did Angela Merkel say that the borders would stay open?", "did_say"),
        ("Summarise this article", "summary"),
        ("List all quotes by Ines Okafor", "list_quotes"),
        ("What's new?", "overview"),
        ("What articles do you have?", "inventory"),
        ("Where do the reports disagree?", "disagree"),
        ("Compare what Scholz and Putin said about Ukraine", "compare"),
        ("Give me a timeline of the strike", "timeline"),
        ("Hello!", "smalltalk"),
        ("What can you do?", "help"),
        ("Write me a poem about the sea", "not_for_us"),
    ],
)
def test_plain_messages_are_of_their_kind(message: str, kind: str) -> None:
    assert read_message(message).kind == kind


def test_who_and_what_is_asked_about_is_found() -> None:
    reading = read_message(OKAFOR)
    assert [OKAFOR[start:end] for start, end in reading.speakers] == ["Ines Okafor"]
    assert reading.topic
    assert "Tolland Bridge" in OKAFOR[slice(*reading.topic)]
    both = "Compare what Olaf Scholz and Vladimir Putin said about Ukraine"
    assert [both[start:end] for start, end in read_message(both).speakers] == ["Olaf Scholz", "Vladimir Putin"]


@pytest.mark.parametrize("message", ["When was that?", "And what did she say about the repair?", "How long was that?"])
def test_what_cannot_stand_alone_leans_on_the_turn_before(message: str) -> None:
    assert read_message(message, OKAFOR).leans > 0.5


@pytest.mark.parametrize(
    "message", ["What did Tomas Lind say about the raise?", "List all quotes by Scholz", "What's new?"]
)
def test_what_stands_alone_does_not_lean(message: str) -> None:
    assert read_message(message, OKAFOR).leans < 0.5


# ---------------------------------------------------------------------- what is fed and how it is read


def pieces_of(*texts: str) -> list[Pieces]:
    return cut_up(load_tokenizer(), texts)


def test_the_message_follows_the_turn_before_of_which_the_end_is_read() -> None:
    message, before = pieces_of("When was that?", "bridge " * 500 + "harbour")
    ids, marks, cases = arrange(message, before)
    assert len(ids) == len(marks) == len(cases) == 3 + MAX_BEFORE + len(message.ids)
    assert (ids[0], ids[1 + MAX_BEFORE], ids[-1]) == (CLS, SEP, SEP)
    assert ids[MAX_BEFORE] == before.ids[-1]
    assert ids[2 + MAX_BEFORE : -1].tolist() == message.ids.tolist()
    assert marks.tolist() == [0] * (2 + MAX_BEFORE) + [1] * (len(message.ids) + 1)


def test_a_message_fits_the_model() -> None:
    assert MAX_PIECES + MAX_BEFORE + 3 <= 512


def rows(pieces: Pieces, **inside: str) -> Any:
    """Scores that put the words of each slot inside it."""
    scores = np.full((len(pieces.ids), OUTPUTS), -5.0, dtype=np.float32)
    text = "Ada Brandt and Karl Wintershall wrote"
    for slot, words in inside.items():
        column = INSIDE[slot]  # type: ignore[index]
        for part in words.split("|"):
            start = text.index(part)
            held = (pieces.starts >= start) & (pieces.ends <= start + len(part))
            scores[held, column] = 5.0
    return scores


def test_scores_become_spans_of_whole_words() -> None:
    text = "Ada Brandt and Karl Wintershall wrote"
    (pieces,) = pieces_of(text)
    first = np.zeros(OUTPUTS, dtype=np.float32)

    def read(**inside: str) -> list[str]:
        return [text[start:end] for start, end in decode(first, rows(pieces, **inside), pieces).speakers]

    assert read(speaker="Ada Brandt|Karl Wintershall") == ["Ada Brandt", "Karl Wintershall"]
    assert read(speaker="Ada Brandt and Karl") == ["Ada Brandt and Karl"]
    assert read(speaker="Ada|Brandt") == ["Ada Brandt"]
    assert read() == []


@pytest.mark.parametrize(("scores", "inside"), [((5.0, -9.0), False), ((-5.0, 9.0), True), ((1.0, 1.0), True)])
def test_a_word_is_inside_or_outside_as_a_whole(scores: tuple[float, float], inside: bool) -> None:
    text = "Quennellwright wrote"
    (pieces,) = pieces_of(text)
    its_own = np.flatnonzero(pieces.word == 0)
    table = np.full((len(pieces.ids), OUTPUTS), -5.0, dtype=np.float32)
    table[its_own[0], INSIDE["speaker"]] = scores[0]
    table[its_own[1:], INSIDE["speaker"]] = scores[1]
    found = decode(np.zeros(OUTPUTS, dtype=np.float32), table, pieces).speakers
    assert found == (((0, len("Quennellwright")),) if inside else ())


def test_a_slot_is_its_longest_run() -> None:
    text = "Ada Brandt and Karl Wintershall wrote"
    (pieces,) = pieces_of(text)
    reading = decode(np.zeros(OUTPUTS, dtype=np.float32), rows(pieces, topic="Ada|Karl Wintershall wrote"), pieces)
    assert reading.topic
    assert text[slice(*reading.topic)].endswith("Karl Wintershall wrote")
    assert (reading.publisher, reading.time) == (None, None)
    assert reading.leans == 0.5
    assert len(set(reading.kinds.values())) == 1
