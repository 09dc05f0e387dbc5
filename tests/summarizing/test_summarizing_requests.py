"""Requests for no single fact: all quotes, what is new or here, a course of events, where reports differ, a comparison."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.answering import Task, ranking
from rag.library import Library
from rag.models.question_reader import KINDS
from rag.question import Question
from rag.settings import Settings
from rag.summarizing.comparing import SIDES
from rag.summarizing.listing import STATEMENTS
from rag.types import Answer, Article, Filters

Ask = Callable[..., Question]
BRIDGE = {"title": "Tolland Bridge", "source": "The Gazette"}
ARTICLES = [
    Article.from_text(
        "Engineers found a crack of 17 centimetres in a girder of the Tolland Bridge on Monday.\n\n"
        "“We will not reopen the bridge before May,” said Ines Okafor.",
        date="2026-03-02",
        **BRIDGE,
    ),
    Article.from_text(
        "Engineers found a crack of 11 centimetres in a girder of the Tolland Bridge on Monday, the port said.\n\n"
        "“The bridge is a disgrace,” said Tomas Lind.",
        date="2026-03-02",
        title="Tolland Bridge",
        source="Eskerby Courier",
    ),
    Article.from_text(
        "The Tolland Bridge is open again after a repair of two months.\n\n“The bridge is safe,” said Ines Okafor.",
        date="2026-05-04",
        **BRIDGE,
    ),
    Article.from_text(
        "Beekeepers near Marrow Hill report a poor harvest of honey.\n\n“No bees, no honey,” said Ines Okafor.",
        date="2026-05-01",
        title="Little honey",
        source="Eskerby Courier",
    ),
]
MAY, DISGRACE = (
    "“We will not reopen the bridge before May,” said Ines Okafor.",
    "“The bridge is a disgrace,” said Tomas Lind.",
)
SAFE, BEES = "“The bridge is safe,” said Ines Okafor.", "“No bees, no honey,” said Ines Okafor."


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, shared_encoder: Any) -> Iterator[Library]:
    folder: Path = tmp_path_factory.mktemp("requests")
    with Library.open(folder, settings=Settings(library=folder), encoder=shared_encoder) as opened:
        opened.add_articles(ARTICLES)
        yield opened


Tell = Callable[..., Answer | None]


@pytest.fixture
def tell(library: Library) -> Tell:
    """The last answer to a request, checked; None where it is left to the other engines."""

    def asked(question: Question, filters: Filters | None = None) -> Answer | None:
        within = filters or Filters()
        made = list(library._requests(Task(question, within, library.searched(within))))
        for answer in made:
            known = {one.marker: one for one in answer.citations}
            assert list(known) == list(range(1, len(known) + 1))
            for citation in answer.citations:
                article = library.article(citation.article_id)
                assert article.text[citation.start : citation.end] == citation.text
            for sentence in answer.sentences:
                assert set(sentence.citations) <= set(known)
                assert sentence.citations
            assert answer.engine == "requests"
            assert answer.closest == ()
        return made[-1] if made else None

    return asked


def told(answer: Answer | None) -> list[str]:
    assert answer is not None
    assert answer.status == "answered"
    return [sentence.text for sentence in answer.sentences]


# ---------------------------------------------------------------------- quotes


def test_all_quotes_of_somebody_the_newest_first(tell: Tell, question: Ask) -> None:
    answer = tell(question("List all quotes by Ines Okafor", "list_quotes", "Ines Okafor"))
    assert told(answer) == [SAFE, BEES, MAY]
    assert answer
    assert {part.speaker for part in answer.parts} == {"Ines Okafor"}
    assert len(answer.quotes) == 3
    assert [quote.speaker.name for quote in answer.quotes if quote.speaker] == ["Ines Okafor"] * 3


def test_quotes_of_several_people_and_on_a_topic(tell: Tell, question: Ask) -> None:
    both = tell(question("Quotes by Okafor and Lind", "list_quotes", "Okafor", "Lind"))
    assert set(told(both)) == {SAFE, BEES, MAY, DISGRACE}
    bridge = told(tell(question("List what Okafor said on the bridge", "list_quotes", "Okafor", topic="the bridge")))
    assert set(bridge) == {SAFE, MAY}
    anybody = told(tell(question("List quotes on honey", "list_quotes", topic="honey and bees")))
    assert anybody[0] == BEES


def test_filters_and_days_hold_for_quotes(tell: Tell, question: Ask) -> None:
    asked = question("List all quotes by Okafor", "list_quotes", "Okafor")
    assert told(tell(asked, Filters(source="eskerby courier"))) == [BEES]
    march = dataclasses.replace(asked, period=(dt.date(2026, 3, 1), dt.date(2026, 3, 31)), names_days=True)
    assert told(tell(march)) == [MAY]
    alone = question("List all quotes", "list_quotes")
    assert set(told(tell(alone, Filters(speaker="Tomas Lind")))) == {DISGRACE}


def test_of_whom_nothing_is_quoted_is_told(tell: Tell, question: Ask) -> None:
    nobody = tell(question("List all quotes by Zelda", "list_quotes", "Zelda"))
    assert nobody
    assert (nobody.status, nobody.citations) == ("abstained", ())
    assert nobody.notes == ("Nobody who is quoted is called Zelda.",)
    silent = tell(question("List what Lind said on honey", "list_quotes", "Tomas Lind", topic="honey from penguins"))
    assert silent
    assert silent.notes == ("Tomas Lind: not quoted on that.",)


def test_whoever_is_only_described_may_be_found_by_the_other_engines(tell: Tell, question: Ask) -> None:
    assert tell(question("List all quotes by the baker", "list_quotes", "the baker")) is None
    assert tell(question("List all quotes", "list_quotes")) is None


def test_what_else_was_said_is_what_the_answer_before_does_not_show(tell: Tell, question: Ask) -> None:
    article = ARTICLES[2]
    start = article.text.index(SAFE)
    told_before = ((article.id, start, start + len(SAFE)),)
    facts = {"topic": "the bridge", "leans": True, "told": told_before}
    else_ = question("What else did she say?", "list_quotes", "Ines Okafor", **facts)
    assert told(tell(else_)) == [BEES, MAY]
    bare = question("What else?", "said_about", "Ines Okafor", **facts)
    assert told(tell(bare)) == [BEES, MAY]
    all_ = question("List her quotes", "list_quotes", "Ines Okafor", **facts)
    assert set(told(tell(all_))) == {SAFE, MAY}


def test_who_is_quoted_is_told_by_name_each_with_one_statement(tell: Tell, question: Ask) -> None:
    answer = tell(question("Who is quoted on the bridge?", "list_quotes", topic="the bridge"))
    assert answer
    lead, *rest = answer.parts
    assert lead.kind == "lead"
    assert lead.sentences[0].citations == (1, 2)
    assert sorted(lead.sentences[0].text.removesuffix(".").split(" and ")) == ["Ines Okafor", "Tomas Lind"]
    assert sorted(part.speaker or "" for part in rest) == ["Ines Okafor", "Tomas Lind"]
    assert all(len(part.sentences) == 1 for part in rest)


def test_a_statement_that_two_papers_print_is_told_once(open_library: Callable[..., Library], question: Ask) -> None:
    library = open_library()
    library.add_articles(
        [Article.from_text(DISGRACE, title="Bridge", source=paper, date="2026-03-02") for paper in ("Post", "Wire")]
    )
    asked = question("List all quotes by Lind", "list_quotes", "Tomas Lind")
    (answer,) = library._requests(Task(asked, Filters(), library.searched()))
    assert [(one.text, one.citations) for one in answer.sentences] == [(DISGRACE, (1, 2))]


def test_of_many_quotes_it_is_told_how_many_there_are(open_library: Callable[..., Library], question: Ask) -> None:
    library = open_library()
    library.add_articles(
        [Article.from_text(f"“It is {n},” said Ines Okafor.", title=f"Day {n}") for n in range(STATEMENTS + 3)]
    )
    asked = question("List all quotes by Okafor", "list_quotes", "Okafor")
    (answer,) = library._requests(Task(asked, Filters(), library.searched()))
    assert len(answer.quotes) == len(told(answer)) == STATEMENTS
    assert answer.notes[0].startswith(f"{STATEMENTS} of {STATEMENTS + 3} statements")


# ---------------------------------------------------------------------- what is new, what is here


def test_what_is_new_is_how_each_story_begins_the_newest_first(tell: Tell, question: Ask) -> None:
    answer = tell(question("What's new?", "overview"))
    assert answer
    days = [answer.citations[sentence.citations[0] - 1].date for sentence in answer.sentences]
    assert days[0] == dt.date(2026, 5, 4)
    assert days == sorted(days, key=lambda day: day or dt.date.min, reverse=True)
    assert told(answer)[0] == "The Tolland Bridge is open again after a repair of two months."
    assert "Beekeepers near Marrow Hill report a poor harvest of honey." in told(answer)


def test_what_is_new_on_a_topic_are_its_developments_the_newest_first(tell: Tell, question: Ask) -> None:
    answer = tell(question("What is new on the bridge?", "overview", topic="the Tolland Bridge"))
    assert answer
    plain = [one for one in answer.sentences if not one.text.endswith(":")]
    assert answer.citations[plain[0].citations[0] - 1].date == dt.date(2026, 5, 4)
    assert tell(question("What is new on penguins?", "overview", topic="penguins of Quito")) is None


def test_what_is_here_is_counted_and_each_story_shown(tell: Tell, question: Ask) -> None:
    answer = tell(question("What do you have?", "inventory"))
    (note,) = answer.notes if answer else ("",)
    for part in (
        "4 articles",
        "2 March 2026 to 4 May 2026",
        "The Gazette",
        "Eskerby Courier",
        "Ines Okafor (3)",
        "Tomas Lind (1)",
    ):
        assert part in note
    assert "Beekeepers near Marrow Hill report a poor harvest of honey." in told(answer)


def test_what_is_here_is_what_the_filters_let_through(tell: Tell, question: Ask) -> None:
    answer = tell(question("What do you have?", "inventory"), Filters(source="The Gazette"))
    assert answer
    assert "2 articles" in answer.notes[0]
    assert {one.source for one in answer.citations} == {"The Gazette"}
    assert "Eskerby Courier" not in answer.notes[0]


# ---------------------------------------------------------------------- over time


def test_a_timeline_of_a_topic_runs_forward(tell: Tell, question: Ask) -> None:
    answer = tell(question("Timeline of the bridge", "timeline", topic="the Tolland Bridge"))
    assert answer
    plain = [one for one in answer.sentences if not one.text.endswith(":")]
    days = [answer.citations[one.citations[0] - 1].date for one in plain]
    clash = [one.text for one in answer.sentences].count("Reports differ:")
    days = days[: len(days) - 2 * clash]
    assert days == sorted(days, key=lambda day: day or dt.date.min)
    assert days[-1] == dt.date(2026, 5, 4)


def test_a_timeline_of_a_speaker_holds_their_words_alone(tell: Tell, question: Ask) -> None:
    answer = tell(question("How has Okafor's view changed?", "timeline", "Ines Okafor"))
    assert answer
    assert {quote.speaker and quote.speaker.name for quote in answer.quotes} == {"Ines Okafor"}
    assert all("Okafor" in one.text for one in answer.citations)
    assert tell(question("How has Zelda's view changed?", "timeline", "Zelda")) is None
    assert tell(question("Give me a timeline", "timeline")) is None


# ---------------------------------------------------------------------- side by side


def test_reports_that_differ_on_a_topic_stand_side_by_side(tell: Tell, question: Ask) -> None:
    asked = question("Where do reports differ on the crack?", "disagree", topic="crack of the Tolland Bridge")
    answer = tell(asked)
    assert answer
    assert (answer.status, answer.verdict) == ("answered", "differs")
    assert {part.kind for part in answer.parts} == {"differs"}
    ours, *pair = answer.sentences
    assert ours.citations == (1, 2)
    assert len(pair) == 2
    assert sorted(number for one in pair for number in ("11", "17") if number in one.text) == ["11", "17"]
    assert {one.source for one in answer.citations} == {"The Gazette", "Eskerby Courier"}


def test_where_no_reports_differ_that_is_told(tell: Tell, question: Ask) -> None:
    for topic, filters in (("", Filters(source="The Gazette")), ("honey", Filters())):
        answer = tell(question("Where do the reports disagree?", "disagree", topic=topic), filters)
        assert answer
        assert (answer.status, answer.verdict, answer.sentences) == ("abstained", None, ())
        assert "No two reports" in answer.notes[0]


def test_two_people_are_set_side_by_side_in_their_own_words(
    tell: Tell, question: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_shown = dataclasses.replace(ranking.load_weights(), another=0.0)
    monkeypatch.setattr(ranking, "load_weights", lambda: all_shown)
    asked = question(
        "Compare what Okafor and Lind say of the bridge", "compare", "Ines Okafor", "Tomas Lind", topic="the bridge"
    )
    answer = tell(asked)
    assert answer
    assert [part.speaker for part in answer.parts] == ["Ines Okafor", "Tomas Lind"]
    assert DISGRACE in told(answer)
    assert set(told(answer)) <= {SAFE, MAY, BEES, DISGRACE}
    assert all(len(part.sentences) <= SIDES for part in answer.parts)


def test_each_side_of_a_comparison_is_told_however_much_the_other_says(
    open_library: Callable[..., Library], question: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_words = np.array([float(name == "own") for name in ranking.FEATURES])
    weights = dataclasses.replace(ranking.load_weights(), ranking=by_words, another=0.0)
    monkeypatch.setattr(ranking, "load_weights", lambda: weights)
    library = open_library()
    okafor = [f"“The toll of the Tolland Bridge is fair for group {n},” said Ines Okafor." for n in range(4)]
    lind = "“The toll is a disgrace,” said Tomas Lind."
    library.add_articles(
        [Article.from_text(text) for text in (*okafor, lind, "The toll of the Tolland Bridge is five crowns.")]
    )
    asked = question(
        "What do Okafor and Lind say of the toll of the Tolland Bridge?", "compare", "Ines Okafor", "Tomas Lind"
    )
    (answer,) = library._requests(Task(asked, Filters(), library.searched()))
    assert [part.speaker for part in answer.parts] == ["Ines Okafor", "Tomas Lind"]
    assert told(answer)[-1] == lind


def test_two_papers_that_the_question_names_are_set_side_by_side(tell: Tell, question: Ask) -> None:
    papers = ("Eskerby Courier", "The Gazette")
    asked = question("What do the papers say of the crack?", "said_about", topic="the crack", sources=papers)
    answer = tell(asked)
    assert answer
    assert list(dict.fromkeys(one.source for one in answer.citations)) == list(papers)
    assert all("crack" in text for text in told(answer))


def test_a_side_that_has_nothing_is_named(tell: Tell, question: Ask) -> None:
    asked = question("Compare Okafor and Zelda on the bridge", "compare", "Ines Okafor", "Zelda", topic="the bridge")
    answer = tell(asked)
    assert answer
    assert {part.speaker for part in answer.parts if part.kind == "evidence"} == {"Ines Okafor"}
    assert answer.notes == ("Zelda: not quoted on that.",)


@pytest.mark.parametrize("topic", ["the Tolland Bridge", ""])
def test_what_one_paper_reports_is_told_of_its_articles(tell: Tell, question: Ask, topic: str) -> None:
    asked = question("What does the Gazette report?", "said_about", topic=topic, sources=("The Gazette",))
    answer = tell(asked, Filters(source="The Gazette"))
    assert told(answer)[0] == "The Tolland Bridge is open again after a repair of two months."
    assert answer
    assert {one.source for one in answer.citations} == {"The Gazette"}


def test_one_side_is_no_comparison(tell: Tell, question: Ask) -> None:
    assert tell(question("Compare Okafor", "compare", "Ines Okafor")) is None
    assert tell(question("Compare", "compare")) is None


# ---------------------------------------------------------------------- which requests are taken

FORMS = ("list_quotes", "overview", "inventory", "timeline", "disagree", "compare")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in FORMS])
def test_other_questions_are_left_to_the_other_engines(tell: Tell, question: Ask, kind: str) -> None:
    assert tell(question("?", kind, "Ines Okafor", topic="the bridge")) is None


@pytest.mark.parametrize("kind", FORMS)
def test_what_is_not_surely_such_a_request_is_left_to_the_others(tell: Tell, question: Ask, kind: str) -> None:
    unsure = dict.fromkeys(KINDS, 0.0) | {kind: 0.4, "fact": 0.3}
    assert tell(question("?", kind, "Okafor", "Lind", topic="the bridge", kinds=unsure)) is None


@pytest.mark.parametrize("kind", FORMS)
def test_nothing_is_listed_where_there_are_no_articles(tell: Tell, question: Ask, kind: str) -> None:
    assert tell(question("?", kind, "Okafor", "Lind", topic="the bridge"), Filters(source="Nobody")) is None
