"""What several articles report is said once; what they report differently stands side by side; nothing else does."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from rag.answering.composing import Part, Passage, compose
from rag.answering.evidence import Evidence
from rag.answering.merging import find_difference, told_elsewhere
from rag.answering.values import asked_unit, days_in, is_of_another_kind, numbers_in, values_in
from rag.matching import stem, words
from rag.question import Question, read_question
from rag.types import Article, Searched

STRIKE = "Strike at the Corlan tram works"


def evidence(
    text: str,
    question: Question,
    *,
    title: str = STRIKE,
    date: str = "2026-01-15",
    source: str = "The Gazette",
    selected: float = 3.0,
) -> Evidence:
    """A sentence of an article of its own that is about all that is asked."""
    article = Article.from_text(text, title=title, date=date, source=source)
    own = {stem(word) for word in words(text)}
    share = sum(topic in own for topic in question.topics) / max(1, len(question.topics))
    return Evidence(article, 0, 0, len(text), share, 1.0 - share, 1.0, 1.0, 4.0, 0.0, selected, None, 1.0)


WORKERS = read_question("How many workers are on strike at Corlan?")


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
def test_what_says_the_same(one: str, other: str, same: bool) -> None:
    first, second = evidence(one, WORKERS), evidence(other, WORKERS, source="Courier")
    assert told_elsewhere(first, [first, second]) == ([second] if same else [])


def differ(question: str, one: str, other: str, **of_other: str) -> bool:
    asked = read_question(question)
    first = evidence(one, asked)
    second = evidence(other, asked, **{"source": "Courier", "date": "2026-01-16", **of_other})  # type: ignore[arg-type]
    return find_difference(asked, first, [first, second]) is not None


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("How many workers are on strike at Corlan?", "About 1,900 workers stayed away from the Corlan plant.",
         "Some 2,600 workers have left the Corlan plant, which is in its fifth day of strike."),
        ("How many people died in the Ashford flood?", "Twelve people died in the Ashford flood, police said.",
         "The flood killed 14 people in Ashford, according to police."),
        ("How much will the repair of the Tolland Bridge cost?",
         "The repair of the Tolland Bridge will cost 6.8 million euros.",
         "Repairing the Tolland Bridge will cost €9 million, the port said."),
        ("How long is the crack in the girder?", "The crack in the girder is 17 centimetres long.",
         "The crack in the girder is 11 centimetres long."),
        ("When will the bridge reopen?", "The bridge will reopen to cars on April 20.",
         "The bridge will reopen to cars on 27 April."),
    ],
)  # fmt: skip
def test_reports_that_differ(question: str, one: str, other: str) -> None:
    assert differ(question, one, other)


@pytest.mark.parametrize(
    ("question", "one", "other", "of_other"),
    [
        # other things
        ("How many workers are on strike?", "About 1,900 workers are on strike at Corlan.",
         "About 700 workers are on strike at Ladow.", {}),
        ("How many people died in the flood?", "Twelve people died in the flood.", "96 houses were lost in the flood.", {}),
        ("How many people died in the flood?", "Twelve people died in the flood in 2025.",
         "80 people died in the flood in 1974.", {}),
        ("How long is the crack?", "The crack is 17 centimetres long.",
         "The crack is 2 metres from the rail.", {}),
        # the same thing
        ("How many workers are on strike?", "About 1,900 workers are on strike.", "1,912 workers are on strike.", {}),
        ("How many people died in the flood?", "At least 12 people died in the flood.", "The flood killed 14 people.", {}),
        ("How many people died in the flood?", "Twelve people died in the flood.", "The flood killed 12 people.", {}),
        # nothing is told of the value, or two are
        ("How many people died in the flood?", "Twelve people died in the flood.",
         "Not 14 people died in the flood.", {}),
        ("How long is the crack?", "The crack is 17 centimetres long.",
         "The crack is 17 centimetres long, and not 11 centimetres long.", {}),
        # another story, another time
        ("How many workers are on strike?", "1,900 workers are on strike.",
         "2,600 workers are on strike.", {"date": "2026-03-20"}),
        ("How many workers are on strike?", "1,900 workers are on strike.",
         "2,600 workers are on strike.", {"title": "Miners walk out"}),
        # what is asked is no number
        ("Who leads the strike?", "Tomas Lind leads the strike with 4 workers.",
         "Dagny Moore leads the strike with 5 workers.", {}),
    ],
)  # fmt: skip
def test_reports_that_do_not_contradict_each_other(
    question: str, one: str, other: str, of_other: dict[str, str]
) -> None:
    assert not differ(question, one, other, **of_other)


def test_a_sentence_that_may_not_answer_contradicts_nothing() -> None:
    first = evidence("1,900 workers are on strike.", WORKERS)
    second = evidence("2,600 workers are on strike.", WORKERS, source="Courier")
    assert find_difference(WORKERS, first, [first, second]) == second
    unsure = dataclasses.replace(second, selected=-1.0)
    assert find_difference(WORKERS, first, [first, unsure]) is None
    elsewhere = evidence("2,600 workers are on strike.", WORKERS, title="Strike at the tram works of Ladow")
    assert find_difference(WORKERS, first, [first, elsewhere]) is None


def test_values() -> None:
    assert [(one.amount, one.unit) for one in values_in("It cost €1.1 million, 4.2 per cent more, for 24 trams.")] == [
        (1.1e6, "euro"), (4.2, "percent"), (24.0, stem("trams")),
    ]  # fmt: skip
    assert values_in("In March 2026 and on April 20 it rained.") == []
    assert [(one.bound, one.rough) for one in values_in("More than 30 people, about two hundred houses")] == [
        (True, False), (False, True),
    ]  # fmt: skip
    assert numbers_in("Two thousand and 2,000") == {2000.0}
    assert days_in("on 3 March and March 4, in May") == {("mar", 3), ("mar", 4)}
    assert asked_unit(read_question("How many workers struck?")) == stem("workers")
    assert asked_unit(read_question("How much was it?")) is None


def passage(source: str, date: str, text: str) -> Passage:
    article = Article.from_text(text, source=source, date=date)
    return Passage(article, 0, 0, len(text))


def test_one_sentence_with_all_who_report_it() -> None:
    wire = passage("Wire", "2026-03-10", "The bridge is shut, a letter says.")
    shown = dataclasses.replace(passage("Gazette", "2026-03-09", "The bridge is shut."), same=(wire,))
    alone = passage("Post", "2026-03-11", "The ferry runs.")
    answer = compose("?", [Part((shown, alone))], Searched(3, dt.date(2026, 3, 9), dt.date(2026, 3, 11)), "test")
    assert answer.text == (
        "Gazette, 9 March 2026; Wire, 10 March 2026: The bridge is shut. [1] [2]\n\nPost, 11 March 2026: The ferry runs. [3]"
    )
    assert [(one.text, one.citations) for one in answer.sentences] == [
        ("The bridge is shut.", (1, 2)), ("The ferry runs.", (3,)),
    ]  # fmt: skip
    assert [one.text for one in answer.citations] == [
        "The bridge is shut.", "The bridge is shut, a letter says.", "The ferry runs.",
    ]  # fmt: skip


def test_reports_side_by_side_under_a_line_of_ours() -> None:
    told = (passage("Gazette", "2026-03-09", "It is 11."), passage("Wire", "2026-03-10", "It is 17."))
    answer = compose("?", [Part(told, intro="The reports differ:")], Searched(2), "test")
    assert answer.status == "answered"
    assert answer.text == (
        "The reports differ:\n\nGazette, 9 March 2026: It is 11. [1]\n\nWire, 10 March 2026: It is 17. [2]"
    )
    assert [(one.text, one.support, one.citations) for one in answer.sentences] == [
        ("The reports differ:", "supported", (1, 2)),
        ("It is 11.", "verbatim", (1,)),
        ("It is 17.", "verbatim", (2,)),
    ]


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("How many workers struck?", "87% of the members voted to strike.", True),
        ("How many workers struck?", "The strike cost €900 a day.", True),
        ("How many workers struck?", "Of 900 workers, 87 percent did.", False),
        ("How many workers struck?", "2,600", False),
        ("How many percent voted to strike?", "87% did.", False),
        ("How many millions did the strike cost?", "It cost $5 million.", False),
        ("How many workers struck?", "Hundreds did, 87% of the staff.", False),
        ("What share of the members struck?", "87% did.", False),
    ],
)
def test_a_share_is_no_count(question: str, text: str, other: bool) -> None:
    assert is_of_another_kind(read_question(question), text) is other
