"""Sentences by offsets."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.sentences import split_sentences

PIECES = [
    "Mr. ",
    "U.S. ",
    "a.m. ",
    "said. ",
    "No. 5",
    "“Yes,” ",
    "“No.” ",
    "…",
    ". . . ",
    "?!",
    "。",
    "」",
    "\n",
    "\xa0",
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=40).map("".join)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@given(TEXTS, st.integers(0, 30), st.integers(0, 30))
def test_they_cover_everything_but_space_in_order(text: str, cut_left: int, cut_right: int) -> None:
    start, stop = min(cut_left, len(text)), max(len(text) - cut_right, 0)
    stop = max(start, stop)
    position = start
    for left, right in split_sentences(text, start, stop):
        assert position <= left < right <= stop
        assert text[left:right] == text[left:right].strip()
        assert not text[position:left].strip()
        position = right
    assert not text[position:stop].strip()


@pytest.mark.parametrize(
    "expected",
    [
        ["It rained.", "Then it stopped.", "Why?", "Nobody knows!"],
        ["Mr. Okafor met Dr. Lind at 5 p.m. in St. Mary's.", "They left."],
        ["The U.S. Senate voted.", "It failed by 3.5 percent."],
        ["He works for Acme Inc. in Tolland.", "She does not."],
        ["J. R. Quill wrote it.", "Nobody read it."],
        ["“We will not reopen it.”", "Ines Okafor left."],
        ["“Will you?” asked Lind.", "“No!” she said."],
        ["He waited … and waited. . . . for nothing."],
        ["She said she didn't.", "They didn’t.", "It was the council's.", "‘So it’s theirs.’", "Fine."],
        ["“It was . . . a long day,” he said.", "She agreed."],
        ["See fig. 3 on p. 12.", "It is clear."],
        ["他说了。", "她没有。"],
        ["Wirklich?", "Ja, das Äußerste."],
        ["In Jan. 3 people came.", "It was cold."],
    ],
)
def test_known_texts(expected: list[str]) -> None:
    text = ("" if "。" in expected[0] else " ").join(expected)
    assert sentences(text) == expected


def test_two_paragraphs_in_one_slice_and_no_mark_at_the_end() -> None:
    assert sentences("  One line without a mark ") == ["One line without a mark"]
    assert sentences("") == []
    assert sentences(" \n\xa0") == []


@pytest.mark.parametrize(
    "text", ["." * 100_000, "A. " * 20_000, "e.g. " * 20_000, "x" * 300_000, "?” " * 20_000, "Mr." * 60_000]
)
def test_odd_texts_take_no_longer_than_others(text: str) -> None:
    started = time.process_time()
    split_sentences(text)
    assert time.process_time() - started < 2.0  # measured: 0.5 at most; a minute and more where it is quadratic


def test_a_text_whose_marks_are_set_apart_is_split_at_them():
    text = (
        "the weir burst in lindal , the mayor said . `` it was loud . '' then rain fell near D.C. It stopped . "
        "nobody was hurt ."
    )
    parts = [text[start:end] for start, end in split_sentences(text)]
    assert parts == [
        "the weir burst in lindal , the mayor said .",
        "`` it was loud . ''",
        "then rain fell near D.C.",
        "It stopped .",
        "nobody was hurt .",
    ]
