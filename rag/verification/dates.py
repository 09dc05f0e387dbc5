"""Text -> the days, months, years and weekdays it names; an article's own date tells which day "Wednesday" was."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

_MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name: number for number, name in enumerate(calendar.month_abbr) if name} | {"Sept": 9}
_DAYS = {name: number for number, name in enumerate(calendar.day_name)}
_DAYS |= {name[:3]: number for name, number in _DAYS.items()} | {"Tues": 1, "Thur": 3, "Thurs": 3}
_AGO = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,? (?P<year>(?:19|20)\d{2}))?(?!\d)"
_NOT_ALONE = (
    r"(?:[Ii]n|[Oo]f|[Ss]ince|[Ll]ast|[Nn]ext|[Tt]his|[Uu]ntil|[Bb]y|[Ee]arly|[Ll]ate|[Mm]id|[Bb]efore|[Aa]fter)[ -]"
)
_PATTERNS = [
    re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b"),
    re.compile(rf"\b{_DAY}(?: of)? {_MONTH}{_YEAR}"),
    re.compile(rf"\b{_MONTH} {_DAY}\b{_YEAR}"),
    re.compile(rf"\b{_MONTH},? (?P<year>(?:19|20)\d{{2}})\b"),
    re.compile(rf"(?:\b{_NOT_ALONE})\b{_MONTH}(?! ?\d)"),
    re.compile(rf"\b(?!May|Mar\b|March|Jan\b|Dec\b|Sep\b){_MONTH}(?! ?\d)"),
    re.compile(r"\b(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)s?\b"),
    re.compile(r"\b(?P<weekday>Tues|Thurs?|Wed|Fri)\.(?= |$)"),
    re.compile(r"\b(?P<ago>[Tt]oday|[Tt]onight|[Yy]esterday|[Tt]omorrow)\b"),
]
_LOOSE = re.compile(r"(?i)\b(?:last|this|next|earlier|recent|past|previous)\b|\bago\b")


@dataclass(frozen=True, slots=True)
class Day:
    """What a text says of a day; None for what it leaves open. ``weekday`` counts from Monday, 0."""

    text: str
    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    ago: int | None = None


def read_days(text: str) -> list[Day]:
    """The days that a text names, in order, the fullest reading of each place."""
    found: list[Day] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < one.end and one.start < match.end() for one in found):
                continue
            day = _day(match)
            if day is not None:
                found.append(day)
    return sorted(found, key=lambda one: one.start)


def _day(match: re.Match[str]) -> Day | None:
    said = match.groupdict()
    month = said.get("month")
    number = (int(month) if month.isdigit() else _MONTHS[month]) if month else None
    day = int(said["day"]) if said.get("day") else None
    if (number is not None and not 1 <= number <= 12) or (day is not None and not 1 <= day <= 31):
        return None
    return Day(
        match.group(),
        match.start(),
        match.end(),
        int(said["year"]) if said.get("year") else None,
        number,
        day,
        _DAYS[said["weekday"]] if said.get("weekday") else None,
        _AGO[said["ago"].lower()] if said.get("ago") else None,
    )


def resolved(day: Day, published: dt.date | None) -> list[Day]:
    """What a day can be, in full, given when the article was published; the day alone where nothing tells."""
    if published is None:
        return [_full(day, _date(day.year, day.month, day.day))]
    if day.ago is not None:
        return [day, _full(day, published + dt.timedelta(day.ago))]
    if day.weekday is not None:
        near = [published + dt.timedelta(step) for step in range(-7, 8)]
        return [day, *(_full(day, one) for one in near if one.weekday() == day.weekday)]
    if day.month is not None and day.year is None:
        years = [published.year - 1, published.year, published.year + 1]
        if day.day is None:
            nearest = min(
                years, key=lambda year: abs((year - published.year) * 12 + (day.month or 0) - published.month)
            )
            return [replace(day, year=nearest)]
        dates = [one for one in (_date(year, day.month, day.day) for year in years) if one]
        return [_full(day, min(dates, key=lambda one: abs((one - published).days), default=None))]
    return [_full(day, _date(day.year, day.month, day.day))]


def _date(year: int | None, month: int | None, day: int | None) -> dt.date | None:
    try:
        return dt.date(year, month, day) if year and month and day else None
    except ValueError:
        return None


def _full(day: Day, date: dt.date | None) -> Day:
    if date is None:
        return day
    return replace(day, year=date.year, month=date.month, day=date.day, weekday=date.weekday())


def is_told(claimed: Day, known: Iterable[Day], published: Iterable[dt.date]) -> bool:
    """Whether one of the known days is what a sentence means: nothing that the sentence says of it is otherwise."""
    readings = [claimed]
    if claimed.ago is not None:
        readings += [one for date in published for one in resolved(claimed, date)]
    return any(_agrees(one, other) for one in readings for other in known)


def _agrees(claimed: Day, known: Day) -> bool:
    if claimed.ago is not None and claimed.year is None:
        return claimed.ago == known.ago
    fields = ("year", "month", "day", "weekday")
    return all(getattr(claimed, one) in (None, getattr(known, one)) for one in fields)


def is_loose(text: str) -> bool:
    """Whether a text counts time from the article's own date: "last year", "two weeks ago"."""
    return _LOOSE.search(text) is not None
