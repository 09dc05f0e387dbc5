"""What a sentence reports: its numbers with their units, its days, its names, and whether it says no."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.numbers import days_in, is_negated, numbers_in, proper_words, times_in, values_in
from rag.language.words import stem

TEXTS = st.text(alphabet="0123456789,.-%$€ tenmillionabout April'’", max_size=80) | st.text(max_size=80)


def test_values_have_an_amount_and_what_they_count() -> None:
    found = values_in("It cost €1.1 million, 4.2 per cent more, for 24 trams.")
    assert [(one.amount, one.unit) for one in found] == [(1.1e6, "euro"), (4.2, "percent"), (24.0, stem("trams"))]


def test_years_and_days_of_a_month_are_no_values() -> None:
    assert values_in("In March 2026 and on April 20 it rained.") == []
    assert numbers_in("In March 2026 and on April 20 it rained.") == {2026.0, 20.0}


@pytest.mark.parametrize(
    ("sentence", "bound", "rough"),
    [
        ("More than 30 people came.", True, False),
        ("At least 30 people came.", True, False),
        ("About thirty people came.", False, True),
        ("An estimated 30 people came.", False, True),
        ("Exactly 30 people came.", False, False),
    ],
)
def test_how_exactly_a_value_is_meant(sentence: str, bound: bool, rough: bool) -> None:
    value = values_in(sentence)[0]
    assert (value.bound, value.rough) == (bound, rough)


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("30 people came", "31 people came", True),
        ("30 people came", "thirty people came", False),
        ("about 30 people came", "31 people came", False),
        ("about 30 people came", "50 people came", True),
        ("at least 30 people came", "50 people came", False),
        ("30 people came", "31 cows came", False),
    ],
)
def test_two_values_of_one_thing_cannot_both_be_right(one: str, other: str, differ: bool) -> None:
    first, second = (values_in(text)[0] for text in (one, other))
    assert first.differs(second) is second.differs(first) is differ


def test_numbers_are_the_same_in_words_and_digits() -> None:
    assert numbers_in("Two thousand and 2,000") == {2000.0}
    assert numbers_in("one of them") == frozenset()


def test_days_and_times() -> None:
    assert days_in("on 3 March and March 4, in May") == {("mar", 3), ("mar", 4)}
    assert times_in("On Monday in 2025, not in 1200") == {"monday", "2025"}


def test_proper_words_open_no_sentence_and_are_no_day() -> None:
    assert proper_words(
        "Yesterday Ines Okafor’s office called Tolland on Monday in May, and I left. Then it rained."
    ) == {
        "ines",
        "okafor",
        "tolland",
    }


@pytest.mark.parametrize(
    ("sentence", "negated"),
    [
        ("It did not open.", True),
        ("It didn’t open.", True),
        ("She denied it.", True),
        ("Nobody came.", True),
        ("It opened.", False),
        ("A note was found.", False),
    ],
)
def test_whether_a_sentence_says_no(sentence: str, negated: bool) -> None:
    assert is_negated(sentence) is negated


@given(TEXTS)
def test_any_text_is_read(text: str) -> None:
    for value in values_in(text):
        assert value.amount >= 0
        assert value.unit
        assert not value.differs(value)
    assert all(number >= 0 for number in numbers_in(text))
    assert all(len(month) == 3 and day >= 0 for month, day in days_in(text))
    assert all(word == word.lower() for word in proper_words(text))
