"""The numbers and days of a sentence, and whether the cited slices hold them with their units."""

from __future__ import annotations

from rag.verification.dates import is_told, read_days
from rag.verification.evidence import Evidence
from rag.verification.quantities import Quantity, is_met, read_quantities

AGES = "year"
"""A number without a unit can be somebody's years: "Feld, 86,"."""


def wrong_facts(sentence: str, evidence: Evidence) -> list[str]:
    """Why numbers and days of a tidy sentence are not those of the cited slices, one reason each."""
    return [*_wrong_days(sentence, evidence), *_wrong_quantities(sentence, evidence)]


def _wrong_days(sentence: str, evidence: Evidence) -> list[str]:
    published = [article.date for article in evidence.articles if article.date]
    return [
        f"the date “{day.text}” does not occur in the cited paragraph"
        for day in read_days(sentence)
        if not is_told(day, evidence.days, published)
    ]


def _wrong_quantities(sentence: str, evidence: Evidence) -> list[str]:
    days = read_days(sentence)
    years = {day.year for day in evidence.days if day.year}
    readings: dict[int, list[Quantity]] = {}
    for one in read_quantities(sentence):
        if not any(day.start <= one.start < day.end for day in days):
            readings.setdefault(one.start, []).append(one)
    reasons = []
    for same in readings.values():
        if any(one.is_year and int(one.value) in years for one in same):
            continue
        met = [(one, found) for one in same for found in evidence.quantities if is_met(one, found)]
        if not met:
            reasons.append(f"the number {same[0].text} does not occur in the cited paragraph")
        elif not any(_has_unit(one, found, evidence) for one, found in met):
            reasons.append(f"the sentence says “{same[0].text}”, the cited paragraph “{met[0][1].text}”")
    return reasons


def _has_unit(claimed: Quantity, found: Quantity, evidence: Evidence) -> bool:
    """Whether the units agree, or the source leaves the unit out where it can be understood."""
    if claimed.unit in ("", found.unit) or (found.value == 50 and claimed.value == 0.5):
        return True
    if found.unit:
        return False
    return claimed.unit == AGES or any(one.unit == claimed.unit for one in evidence.quantities)
