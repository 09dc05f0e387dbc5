"""Dates as news writes them."""

from __future__ import annotations

import datetime as dt

import pytest

from rag.ingest.dates import date_in_name, parse_date

NOVEMBER_17 = dt.date(2024, 11, 17)


@pytest.mark.parametrize(
    "value",
    [
        "2024-11-17",
        "2024-11-17T23:59:00-05:00",
        "2024/11/17",
        "20241117",
        "20241117T101500Z",
        "202411171015",
        "Sun, 17 Nov 2024 23:30:00 -0500",
        "November 17, 2024",
        "Nov. 17, 2024, 10:30 a.m.",
        "Sunday, 17 November 2024",
        "17 Nov 2024",
        "17-Nov-2024",
        "17th of November 2024",
        "17. November 2024",
        "17.11.2024",
        "11/17/2024",
        "17/11/2024",
        "Published 10:05 PM EST, Sun November 17, 2024",
        1731801600,
        1731801600000,
        1731801600.5,
        "1731801600",
        20241117,
        dt.datetime(2024, 11, 17, 8, 0),
        NOVEMBER_17,
    ],
)
def test_every_form_of_a_complete_date_is_read(value: object) -> None:
    assert parse_date(value) == NOVEMBER_17


@pytest.mark.parametrize(
    "value",
    [
        *("", "yesterday", "November 17", "17.11.", "Nov 2024", "2024", "17 Nov 24", "2024-13-01", "31.02.2024"),
        *("03/04/2024", "99999999", "5 apples 2024", "0001-01-01", 2024, 7, True, None, float("nan"), float("inf")),
        *([2024, 11, 17], {"year": 2024}),
    ],
)
def test_what_is_incomplete_impossible_or_ambiguous_is_no_date(value: object) -> None:
    assert parse_date(value) is None


def test_a_slashed_date_that_means_the_same_both_ways_is_read() -> None:
    assert parse_date("05/05/2024") == dt.date(2024, 5, 5)


def test_german_months_are_read() -> None:
    assert parse_date("3. März 2024") == dt.date(2024, 3, 3)
    assert parse_date("5. Dezember 2024") == dt.date(2024, 12, 5)


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("talks-2024-11-17.txt", NOVEMBER_17),
        ("20241117_talks.txt", NOVEMBER_17),
        ("2024_11_17.md", NOVEMBER_17),
        ("report-2024-1117.txt", None),
        ("id1202411179.txt", None),
        ("2024-13-45.txt", None),
        ("talks.txt", None),
    ],
)
def test_a_file_name_may_tell_the_date(name: str, date: dt.date | None) -> None:
    assert date_in_name(name) == date
