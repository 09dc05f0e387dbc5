"""What several articles report is said once; what they report differently stands side by side; nothing else does."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from rag.answering.candidates import Candidate
from rag.answering.reports import (
    MOST_ALIKE,
    find_correction,
    find_difference,
    find_update,
    repeats,
    told_elsewhere,
)
from rag.types import Article

Make = Callable[..., Candidate]
STRIKE = "Strike at the Corlan tram works"


@pytest.fixture
def report(candidate: Make) -> Make:
    """A sentence of an article of its own, with the words that answer."""

    def make(text: str, phrase: str | None = None, **more: Any) -> Candidate:
        facts = {"title": STRIKE, "date": "2026-01-15", "source": "The Gazette", **more}
        return candidate(text, phrase=phrase, **facts)

    return make


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (
            "The Port Authority wants the city to pay half of the 6.8 million euros for the bridge.",
            "The Port Authority wants the city to pay half of the 6.8 million euros for the bridge, a letter says.",
            True,
        ),
        (
            "Two people died and 240 houses were flooded.",
            "Two people died when 240 houses were flooded on Monday.",
            True,
        ),
        ("The crack is 17 centimetres long.", "The crack is 11 centimetres long.", False),
        ("The crack was not found by a painter.", "The crack was found by a painter.", False),
        ("The bridge was closed by Ines Okafor.", "The bridge was closed by Tomas Lind.", False),
        ("The bridge will reopen on April 20.", "The bridge will reopen on April 27.", False),
        ("Seven people died in the flood, police said.", "Seven people died.", False),
        ("Ada Lind becomes the first judge.", "On Monday the king gave word in a long speech that Ada Lind, who is 61 and who"
         " was a teacher, is the one that he wants to be the first judge.", False),
        ("The ferry runs every day.", "Bakers on the island threw away bread.", False),
    ],
)  # fmt: skip
def test_what_says_the_same(report: Make, one: str, other: str, same: bool) -> None:
    first, second = report(one), report(other, source="Courier")
    assert told_elsewhere(first, [first, second]) == ([second] if same else [])


def test_each_article_tells_it_once_and_few_are_cited(report: Make) -> None:
    text = "Two people died and 240 houses were flooded."
    shown = report(text)
    others = [report(text, source=f"Paper {number}") for number in range(5)]
    assert told_elsewhere(shown, [shown, others[0], *others]) == others[: MOST_ALIKE - 1]
    assert told_elsewhere(shown, [report(text, source="Later", date="2026-03-20")]) == []


def test_nearly_the_same_words_add_nothing(report: Make) -> None:
    one = report("The bridge was closed on Tuesday after engineers found a crack.")
    assert repeats(report("The bridge was closed on Tuesday after a crack."), one)
    assert not repeats(report("Ferries carry passengers across the river."), one)


# ---------------------------------------------------------------------- reports that differ


@pytest.mark.parametrize(
    ("one", "first", "other", "second"),
    [
        ("About 1,900 workers stayed away from the Corlan plant.", "1,900",
         "Some 2,600 workers have left the Corlan plant, which is in its fifth day of strike.", "2,600"),
        ("About 1,900 workers have stayed away since Monday.", "About 1,900",
         "Some 2,600 workers have joined the strike.", "2,600"),
        ("Exactly 12 people died in the Ashford flood, police said.", "12 people",
         "Yet 14 people died in the Ashford flood, according to police.", "14 people"),
        ("The repair of the Tolland Bridge will cost 6.8 million euros.", "6.8 million euros",
         "Repairing the Tolland Bridge will cost €9 million, the port said.", "€9 million"),
        ("The crack in the girder is 17 centimetres long.", "17 centimetres",
         "The crack in the girder is 11 centimetres long.", "11 centimetres"),
        ("The bridge will reopen to cars on April 20.", "April 20",
         "The bridge will reopen to cars on 27 April.", "27 April"),
    ],
)  # fmt: skip
def test_reports_that_differ(report: Make, one: str, first: str, other: str, second: str) -> None:
    best, against = report(one, first), report(other, second, source="Courier", date="2026-01-16")
    assert find_difference(best, [best, against]) == against
    assert find_difference(against, [best, against]) == best


@pytest.mark.parametrize(
    ("one", "first", "other", "second", "of_other"),
    [
        # other things
        ("About 1,900 workers are on strike.", "1,900 workers", "Some 700 trams are on strike.", "700 trams", {}),
        ("Twelve people died in the flood.", "Twelve people", "96 houses were lost in the flood.", "96 houses", {}),
        ("Twelve people died in the flood in 2025.", "Twelve people", "80 people died in the flood in 1974.", "80 people", {}),
        ("The crack is 17 centimetres long.", "17 centimetres", "The crack is 2 metres from the rail.", "2 metres", {}),
        # the same thing
        ("Some 1,900 workers are on strike.", "Some 1,900 workers", "Now 1,912 workers are on strike.", "1,912 workers", {}),
        ("At least 12 people died in the flood.", "At least 12 people", "The flood killed 14 people.", "14 people", {}),
        ("Twelve people died in the flood.", "Twelve people", "The flood killed 12 people.", "12 people", {}),
        # one of them says no, or no phrase has a value
        ("Twelve people died in the flood.", "Twelve people", "Not 14 people died in the flood.", "14 people", {}),
        ("Tomas Lind leads the strike with 4 workers.", "Tomas Lind",
         "Dagny Moore leads the strike with 5 workers.", "Dagny Moore", {}),
        ("1,900 workers are on strike.", "1,900 workers", "2,600 workers are on strike.", None, {}),
        # another story, another time
        ("1,900 workers are on strike.", "1,900 workers",
         "2,600 workers are on strike.", "2,600 workers", {"date": "2026-03-20"}),
        ("1,900 workers are on strike.", "1,900 workers", "2,600 workers are on strike.", "2,600 workers", {"date": None}),
        ("1,900 workers are on strike.", "1,900 workers",
         "2,600 workers are on strike.", "2,600 workers", {"title": "Miners walk out"}),
        ("1,900 workers struck on Monday.", "1,900 workers", "2,600 workers struck on Friday.", "2,600 workers", {}),
    ],
)  # fmt: skip
def test_reports_that_do_not_contradict_each_other(
    report: Make, one: str, first: str, other: str, second: str | None, of_other: dict[str, Any]
) -> None:
    best, against = report(one, first), report(other, second, **{"source": "Courier", "date": "2026-01-16", **of_other})
    assert find_difference(best, [best, against]) is None


@pytest.mark.parametrize(
    ("one", "first", "other", "second"),
    [
        ("About 1,900 workers are on strike.", "1,900 workers", "Now 1,912 workers are on strike.", "1,912 workers"),
        ("At least 12 people died in the flood.", "12 people", "The flood killed 14 people.", "14 people"),
    ],
)
def test_how_exactly_a_number_is_meant_stands_in_front_of_the_phrase(
    report: Make, one: str, first: str, other: str, second: str
) -> None:
    best, against = report(one, first), report(other, second, source="Courier")
    assert find_difference(best, [best, against]) is None


def test_only_sentences_that_surely_answer_are_set_against_each_other(report: Make) -> None:
    best = report("1,900 workers are on strike.", "1,900 workers")
    other = report("2,600 workers are on strike.", "2,600 workers", source="Courier")
    unsure = [dataclasses.replace(one, selected=-1.0) for one in (best, other)]
    assert find_difference(best, [best, unsure[1]]) is None
    assert find_difference(unsure[0], [unsure[0], other]) is None
    assert find_difference(best, [best]) is None


def test_of_many_that_differ_the_newest_is_told(report: Make) -> None:
    best = report("1,900 workers are on strike.", "1,900 workers")
    old, new = (
        report(f"{count} workers are on strike.", f"{count} workers", date=day)
        for count, day in (("2,600 workers", "2026-01-16"), ("2,700", "2026-01-18"))
    )
    assert find_difference(best, [best, new, old]) == new


# ---------------------------------------------------------------------- what is reported later, and what corrects


def test_what_follows_by_weeks_is_later_and_does_not_contradict(report: Make) -> None:
    old = report("The repair of the Tolland Bridge will cost €6.8 million.", "€6.8 million")
    new = report("The repair of the Tolland Bridge will cost €7.9 million.", "€7.9 million", date="2026-03-20")
    newest = report("The repair of the Tolland Bridge will cost €8 million.", "€8 million", date="2026-04-20")
    assert find_update(old, [old, new, newest]) == newest
    assert find_update(newest, [old, new, newest]) is None
    assert find_difference(old, [old, new, newest]) is None
    soon = report("The repair of the Tolland Bridge will cost €7.9 million.", "€7.9 million", date="2026-01-17")
    assert find_update(old, [old, soon]) is None


WRONG = "The union last struck at Corlan in 2011."
NOTE = "Correction: An article gave the wrong year for the union's last strike at Corlan. It was 2014, not 2011."


@pytest.mark.parametrize(
    ("text", "starts", "right"),
    [
        (NOTE, "Correction", "2014"),
        ("The union last struck at Corlan in 2014, not 2011 as was reported.", "The union", "2014"),
        ("The last strike of the union was in 2014 instead of 2011.", "The last", "2014"),
    ],
)
def test_what_corrects_an_answer_is_found_with_what_is_right(report: Make, text: str, starts: str, right: str) -> None:
    best, note = report(WRONG, "2011"), report(text, date="2026-02-03", source="Wire")
    found = find_correction(best, [best, note])
    assert found
    assert found.text == text
    assert found.article.text[slice(*found.phrase or (0, 0))] == right


def test_a_correction_is_read_on_from_the_sentence_that_opens_it(report: Make, candidate: Make) -> None:
    article = Article.from_text(f"Rain fell. {NOTE}\n\nSun, not 2011.", title=STRIKE, date="2026-02-03")
    opening = candidate("Correction: An article gave the wrong year for the union's last strike at Corlan.", article)
    found = find_correction(report(WRONG, "2011"), [opening])
    assert found
    assert found.text == NOTE


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("The last strike of the union was in 2014, not 2012.", {}),
        ("The last strike of the union was in 2014 and not before, in 2011.", {}),
        ("The union last struck in 2011, not 2011.", {}),
        ("It was 2014, not 2011.", {}),  # of what?
        ("The ferry first sailed in 2014, not 2011.", {}),
        ("The union last struck at Corlan in 2014, not 2011.", {"date": "2025-01-15"}),
    ],
)
def test_what_corrects_nothing(report: Make, text: str, more: dict[str, Any]) -> None:
    best, other = report(WRONG, "2011"), report(text, **{"source": "Wire", "date": "2026-02-03", **more})
    assert find_correction(best, [best, other]) is None
    assert find_correction(report(WRONG), [other]) is None
