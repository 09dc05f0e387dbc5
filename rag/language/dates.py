"""The time a question speaks of: "this week", "in March 2026", "on 4 March", as a first and a last day."""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re

Period = tuple[dt.date, dt.date]

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_MONTH = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_DAY_MONTH = re.compile(rf"\b{_DAY}(?: of)? {_MONTH}(?:,? (\d{{4}}))?\b", re.I)
_MONTH_DAY = re.compile(rf"\b{_MONTH} {_DAY}(?:,? (\d{{4}}))?(?!\d)\b", re.I)
_MONTH_YEAR = re.compile(rf"\b{_MONTH},? (\d{{4}})\b", re.I)
_MONTH_ONLY = re.compile(rf"\b(?:in|during|since|of|last|this) {_MONTH}(?! \d)\b", re.I)
_YEAR = re.compile(r"\b(?:in|during|since|of) ((?:19|20)\d{2})\b")
_LAST = re.compile(r"\b(last|past|previous) (\d{1,3}|few|couple of)?\s?(day|week|month|year)s?\b", re.I)
_NOW = re.compile(
    r"\b(today|tonight|yesterday|this (?:week|month|year)|recently|lately|latest|just now|currently)\b", re.I
)
_NOW_ONLY = re.compile(r"\b(?:today|tonight|yesterday|this (?:week|month|year))\b", re.I)
"""Words for days that only the day of asking tells; "recently" and "the latest" an old archive has, too."""
_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}


def period_in(question: str, today: dt.date) -> Period | None:
    """The days a question speaks of, both included, or None. A date without a year is the last such before ``today``.

    Days to come are None: nothing is reported on them yet, but on what is to happen then.
    """
    named = (read(question, today) for read in (_exact, _month_or_year, _relative))
    return next((period for period in named if period and period[0] <= today), None)


def days_of_asking(question: str, today: dt.date) -> Period | None:
    """The days up to ``today`` that a question calls today, yesterday, or this week, month or year; None for any others."""
    days = _relative(question, today) if _NOW_ONLY.search(question) else None
    return days if days == period_in(question, today) else None


def asks_for_last(question: str) -> bool:
    """Whether a question asks for the latest, of whatever days that is, and names no others: an old archive has some, too."""
    loosely = _NOW.search(question) and not _NOW_ONLY.search(question)
    return bool(loosely) and not any(read(question, dt.date.max) for read in (_exact, _month_or_year))


def is_within(date: dt.date, period: Period) -> bool:
    """Whether a date is one of a period's days."""
    return period[0] <= date <= period[1]


def nearness(date: dt.date, period: Period) -> float:
    """How near a date is to a period: 1 within it, a third four days outside it, next to nothing after two weeks."""
    days = max((period[0] - date).days, (date - period[1]).days, 0)
    return math.exp(-days / 4)


def _exact(question: str, today: dt.date) -> Period | None:
    if match := _ISO.search(question):
        return _one_day(*map(int, match.groups()))
    if match := _DAY_MONTH.search(question):
        day, month, year = match.groups()
    elif match := _MONTH_DAY.search(question):
        month, day, year = match.groups()
    else:
        return None
    number = _MONTHS[month.lower()]
    period = _one_day(int(year or today.year), number, int(day))
    if period and not year and period[0] > today:
        period = _one_day(today.year - 1, number, int(day))
    return _until_today(question, match, period, today)


def _month_or_year(question: str, today: dt.date) -> Period | None:
    if match := _MONTH_YEAR.search(question):
        first = _month(int(match[2]), _MONTHS[match[1].lower()])
    elif match := _MONTH_ONLY.search(question):
        number = _MONTHS[match[1].lower()]
        first = _month(today.year if number <= today.month else today.year - 1, number)
    elif match := _YEAR.search(question):
        first = (dt.date(int(match[1]), 1, 1), dt.date(int(match[1]), 12, 31))
    else:
        return None
    return _until_today(question, match, first, today)


def _relative(question: str, today: dt.date) -> Period | None:
    if match := _LAST.search(question):
        word, amount, unit = match.groups()
        alone = 1 if word.lower() == "past" else 2  # "last week" is the one before this one
        count = alone if amount is None else int(amount) if amount.isdigit() else 3
        return _back(today, count * _DAYS[unit.lower()]), today
    if match := _NOW.search(question):
        word = match[1].lower()
        back = 2 if word in ("today", "tonight", "yesterday", "just now") else 31 if word == "this month" else 14
        return _back(today, 366 if word == "this year" else back), today
    return None


def _one_day(year: int, month: int, day: int) -> Period | None:
    try:
        date = dt.date(year, month, day)
    except ValueError:
        return None
    # what happened on a day is reported on that day and the next ones
    return date, date + min(dt.timedelta(3), dt.date.max - date)


def _month(year: int, month: int) -> Period | None:
    if year < dt.MINYEAR:
        return None
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])


def _until_today(question: str, match: re.Match[str], period: Period | None, today: dt.date) -> Period | None:
    """The period, or the time from its first day until ``today`` where the question says "since"."""
    since = re.search(r"\bsince\s*$", question[: match.start()], re.I) or match.group().lower().startswith("since")
    return (period[0], today) if period and since and period[0] <= today else period


def _back(today: dt.date, days: int) -> dt.date:
    return today - min(dt.timedelta(days), today - dt.date.min)
