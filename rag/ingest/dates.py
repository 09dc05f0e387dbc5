"""Dates as news writes them -> ``date``. Complete or nothing: a missing day or year is never filled in.

General date parsers complete what is missing from today's date, so the forms are listed here instead.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

_NAMES = (
    "january february march april may june july august september october november december",
    "januar februar märz april mai juni juli august september oktober november dezember",
)
_MONTHS = {name: i for names in _NAMES for i, name in enumerate(names.split(), 1)}
_MONTHS |= {name[:3]: i for name, i in _MONTHS.items()} | {"sept": 9}

_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?\d{4}(?:\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([./])\s?(\d{1,2})\2\s?(\d{4})(?!\d)")
_DAY_MONTH = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?\.?[\s-]+(?:of\s+)?([^\W\d_]{3,9})\.?,?[\s-]+(\d{4})(?!\d)")
_MONTH_DAY = re.compile(r"(?<!\w)([^\W\d_]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{13}")
_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)")


def parse_date(value: object) -> dt.date | None:
    """The date that ``value`` states: a date, an epoch number (seconds or milliseconds, UTC) or a text.

    Texts may be ISO, RFC 822, ``November 17, 2024``, ``17 Nov 2024``, ``17.11.2024``, ``20241117`` or an epoch.
    None for anything incomplete, impossible or ambiguous (``03/04/2024``). A time of day keeps the date as written.
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    text = value.strip()[:100]
    if compact := _COMPACT.fullmatch(text):
        return _date(*compact.groups())
    if _EPOCH.fullmatch(text):
        seconds = float(text) / (1 if float(text) < 1e11 else 1000)
        return dt.datetime.fromtimestamp(seconds, dt.UTC).date()
    return next(_written(text), None)


def date_in_name(name: str) -> dt.date | None:
    """The date in a file name: ``talks-2024-11-17.txt``, ``20241117_talks.txt``."""
    found = (_date(year, month, day) for year, _, month, day in _IN_NAME.findall(name))
    return next((date for date in found if date), None)


def _written(text: str) -> Iterator[dt.date]:
    candidates = [_date(year, month, day) for year, _, month, day in _YEAR_FIRST.findall(text)]
    candidates += [_date(year, _MONTHS.get(month.lower(), 0), day) for day, month, year in _DAY_MONTH.findall(text)]
    candidates += [_date(year, _MONTHS.get(month.lower(), 0), day) for month, day, year in _MONTH_DAY.findall(text)]
    for first, mark, second, year in _NUMBERS.findall(text):
        # dots are day first everywhere; slashes only tell where one number cannot be a month
        orders = {_date(year, second, first)} | ({_date(year, first, second)} if mark == "/" else set())
        candidates += orders - {None} if len(orders - {None}) == 1 else ()
    return (date for date in candidates if date)


def _date(year: str | int, month: str | int, day: str | int) -> dt.date | None:
    try:
        date = dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return date if 1500 <= date.year <= 2200 else None
