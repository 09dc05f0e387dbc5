"""The time a question speaks of."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.dates import days_of_asking, period_in

TODAY = dt.date(2026, 4, 21)
PIECES = st.sampled_from(
    """in since on of last this past 4 29 31 99 999 0000 9999 2024 March Feb. february May 2026-03-04 9999-12-31 0000-01-01
    2023-02-29 few years months days week couple today 31st ٣١ ２０２４ ,""".split()
)
TEXTS = st.lists(PIECES | st.text(max_size=6), max_size=8).map(" ".join)


@given(TEXTS, st.dates())
def test_it_never_raises_and_runs_forward(question: str, today: dt.date) -> None:
    period = period_in(question, today)
    assert period is None or period[0] <= period[1]


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("What happened on 2026-03-04?", "2026-03-04", "2026-03-07"),
        ("What happened on 4 March?", "2026-03-04", "2026-03-07"),
        ("What happened on the 4th of March 2024?", "2024-03-04", "2024-03-07"),
        ("What happened on March 4, 2024?", "2024-03-04", "2024-03-07"),
        ("What happened on 30 November?", "2025-11-30", "2025-12-03"),
        ("Who resigned in March 2025?", "2025-03-01", "2025-03-31"),
        ("Who resigned in February?", "2026-02-01", "2026-02-28"),
        ("Who resigned in December?", "2025-12-01", "2025-12-31"),
        ("Who resigned in 2024?", "2024-01-01", "2024-12-31"),
        ("Who resigned since March?", "2026-03-01", "2026-04-21"),
        ("Who resigned since March 2025?", "2025-03-01", "2026-04-21"),
        ("Who resigned since 4 March 2025?", "2025-03-04", "2026-04-21"),
        ("Who resigned in the last 3 days?", "2026-04-18", "2026-04-21"),
        ("Who resigned last week?", "2026-04-07", "2026-04-21"),
        ("Who resigned in the past week?", "2026-04-14", "2026-04-21"),
        ("What did Berg say last week about the elections in 2030?", "2026-04-07", "2026-04-21"),
        ("Who resigned yesterday?", "2026-04-19", "2026-04-21"),
        ("What is the latest on the strike?", "2026-04-07", "2026-04-21"),
    ],
)
def test_known_questions(question: str, since: str, until: str) -> None:
    assert period_in(question, TODAY) == (dt.date.fromisoformat(since), dt.date.fromisoformat(until))


@pytest.mark.parametrize(
    "question",
    [
        "Who may resign?",
        "Who said it?",
        "What about May?",
        "Is 2024 rooms enough?",
        "30 February",
        "Which banks will merge in 2027?",
        "What happened on 31 December 9999?",
    ],
)
def test_questions_without_a_time_that_news_can_be_of(question: str) -> None:
    assert period_in(question, TODAY) is None


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Who resigned this week?", True),
        ("Who resigned yesterday?", True),
        ("Which horse won this year's race?", True),
        ("Who resigned recently?", False),
        ("Who resigned in the last 3 days?", False),
        ("Who resigned on 4 March, not today?", False),
        ("Who resigned?", False),
    ],
)
def test_days_that_only_the_day_of_asking_tells(question: str, found: bool) -> None:
    assert days_of_asking(question, TODAY) == (period_in(question, TODAY) if found else None)
