"""Word pieces: exact offsets, letter cases, and the word that each piece belongs to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models.loader import load_tokenizer
from rag.models.pieces import CAPITAL, DIGIT, LOWER, UPPER, Pieces, cut_up, letter_case

TEXTS = st.text(st.sampled_from("Abc é漢字🙂\u200b\u00ad\ud83d\x00'’-_9 \n") | st.characters(), max_size=60)


def pieces(text: str) -> Pieces:
    (found,) = cut_up(load_tokenizer(), [text])
    return found


@given(TEXTS)
def test_pieces_are_slices_in_order_and_all_columns_are_of_one_length(text: str) -> None:
    found = pieces(text)
    count = len(found.ids)
    for column in (found.starts, found.ends, found.cases, found.word, found.stems):
        assert len(column) == count
    assert sorted(found.starts) == found.starts.tolist()
    assert all(0 <= start < end <= len(text) for start, end in zip(found.starts, found.ends, strict=True))
    assert set(found.cases.tolist()) <= {LOWER, CAPITAL, UPPER, DIGIT}
    assert all(number >= 0 or not stem for number, stem in zip(found.word, found.stems, strict=True))
    known = [number for number in found.word.tolist() if number >= 0]
    assert known == sorted(known)


def test_the_pieces_of_one_word_share_its_number_and_its_stem() -> None:
    found = pieces("The Quennellwright repairs.")
    by_word: dict[int, set[str]] = {}
    for number, stem in zip(found.word.tolist(), found.stems, strict=True):
        by_word.setdefault(number, set()).add(stem)
    assert len(found.ids) > len(by_word)
    assert all(len(stems) == 1 for stems in by_word.values())
    assert by_word[0] == {""}
    assert by_word[2] == {"repair"}
    assert by_word[-1] == {""}


def test_a_cut_cuts_every_column() -> None:
    found = pieces("Engineers closed the bridge.")
    cut = found.cut(1, 3)
    assert len(cut.ids) == len(cut.stems) == len(cut.word) == 2
    assert cut.starts.tolist() == found.starts.tolist()[1:3]
    assert len(found.cut(3, 3).ids) == 0


def test_half_a_surrogate_pair_keeps_the_offsets() -> None:
    text = "x \ud83d Okafor"
    found = pieces(text)
    assert text[found.starts[-1] : found.ends[-1]].endswith("or")
    assert found.ends[-1] == len(text)


def test_nothing_has_no_pieces() -> None:
    assert cut_up(load_tokenizer(), []) == []
    assert len(pieces("").ids) == len(pieces(" \n").ids) == 0


@pytest.mark.parametrize(
    ("piece", "case"),
    [
        ("go", LOWER),
        ("Go", CAPITAL),
        ("GO", UPPER),
        ("A", CAPITAL),
        ("7", DIGIT),
        ("”", LOWER),
        ("", LOWER),
        ("日", LOWER),
    ],
)
def test_letter_cases(piece: str, case: int) -> None:
    assert letter_case(piece) == case
