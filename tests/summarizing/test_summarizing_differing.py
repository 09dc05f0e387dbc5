"""Where reports differ on request: in what they count, or where one denies what another reports; and where they do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rag.answering import Task
from rag.library import Library
from rag.question import Question
from rag.summarizing.differing import DENIED, NUMBERS, count_differently
from rag.summarizing.topic import Report
from rag.summarizing.units import read_units
from rag.types import Answer, Article, Filters, Quote, Speaker

Ask = Callable[..., Question]
STRIKE = "Strike at the Corlan tram works"


def report(text: str, date: str | None = "2026-01-15", source: str = "Gazette", title: str = STRIKE) -> Report:
    article = Article.from_text(text, title=title, date=date, source=source)
    return Report(article, read_units(article)[0], 1.0)


MANY = "About 1,900 workers have stayed away from the plant since Monday."
MORE = "Some 2,600 workers have joined the strike, which is in its fifth day."


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        (report(MANY), report(MORE, "2026-01-16", "Courier"), True),
        (report(MANY), report(MORE, "2026-01-16", "Gazette"), False),  # a paper brings its own figure up to date
        (report(MANY), report(MORE, "2026-01-26", "Courier"), False),
        (report(MANY), report(MORE, None, "Courier"), False),
        (report(MANY), report(MORE, "2026-01-16", "Courier", "Ferry to Lindal"), False),
        (report(MANY), report("About 2,000 workers have joined the strike.", "2026-01-16", "Courier"), False),
        (report(MANY), report("At least 2,600 workers have joined the strike.", "2026-01-16", "Courier"), False),
        (report(MANY), report("Some 1,900 workers and 400 clerks have joined it.", "2026-01-16", "Courier"), False),
        (report(MANY), report("Not even 300 workers of the plant have joined.", "2026-01-16", "Courier"), False),
        (
            report("The offer is 900 euros for every worker of the plant."),
            report("The strike costs 400 euros a minute, the bank says.", "2026-01-16", "Courier"),
            False,
        ),
    ],
)
def test_two_papers_that_count_one_thing(one: Report, other: Report, differ: bool) -> None:
    assert count_differently([one, other]) == ([(one, other)] if differ else [])


LATE = Article.from_text(
    "The gates of the weir were opened late on the night of the flood, the inquiry finds.",
    title="Inquiry into the weir",
    date="2026-02-03",
    source="Courier",
)
DENIAL = Article.from_text(
    "Lindal Water denied that the gates of the weir were opened late.\n\nA ferry sails from the weir every day.",
    title="Weir floods Lindal",
    date="2026-02-01",
    source="Gazette",
)


def denials(article: Article) -> list[Quote]:
    if article != DENIAL:
        return []
    start = article.text.index("that the gates")
    end = article.text.index("late.") + 4
    speaker = Speaker("Lindal Water", "Lindal Water", 0, 12, "name")
    text = article.text[start:end]
    spans = ((start, end),)
    return [Quote(article.id, None, 0, text, start, end, spans, "indirect", speaker, polarity="denied")]


@pytest.fixture
def tell(open_library: Callable[..., Library]) -> Callable[..., Answer]:
    def asked(question: Question, *articles: Article, **filters: Any) -> Answer:
        library = open_library(extract=denials)
        library.add_articles(articles)
        within = Filters(**filters)
        (answer,) = library._requests(Task(question, within, library.searched(within)))
        return answer

    return asked


def test_a_denial_stands_beside_the_report_of_what_it_denies(tell: Callable[..., Answer], question: Ask) -> None:
    asked = question("Where do reports disagree on the gates?", "disagree", topic="gates of the weir")
    copy = Article.from_text(DENIAL.text, title="Weir", date="2026-02-02", source="Wire")
    answer = tell(asked, DENIAL, LATE, copy)
    assert (answer.status, answer.verdict) == ("answered", "differs")
    ours, denied, said = answer.sentences
    assert ours.text == DENIED
    assert denied.text.startswith("Lindal Water denied")
    assert said.text == LATE.text
    assert {part.speaker for part in answer.parts} == {None, "Lindal Water"}


def test_a_denial_of_what_nobody_reports_is_no_difference(tell: Callable[..., Answer], question: Ask) -> None:
    asked = question("Where do reports disagree on the gates?", "disagree", topic="gates of the weir")
    assert tell(asked, DENIAL).status == "abstained"


@pytest.mark.parametrize(("papers", "told"), [((), [NUMBERS, MANY, MORE]), (("Gazette", "Wire"), [])])
def test_numbers_that_differ_stand_in_the_order_of_their_days(
    tell: Callable[..., Answer], question: Ask, papers: tuple[str, ...], told: list[str]
) -> None:
    opening = "The strike at the Corlan works goes on.\n\n"
    newer, older = report(opening + MORE, "2026-01-16", "Courier").article, report(opening + MANY).article
    asked = question("Where do reports differ on the strike?", "disagree", topic="the strike", sources=papers)
    assert [one.text for one in tell(asked, newer, older).sentences] == told
