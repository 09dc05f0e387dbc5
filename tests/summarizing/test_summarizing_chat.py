"""Questions that ask for a summary: of this article, of a topic, of what somebody said; as long as they ask for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from rag.answering import Task
from rag.library import Library
from rag.question import Question
from rag.summarizing import SummaryEngine
from rag.summarizing.chat import length_in
from rag.types import Answer, Filters

Ask = Callable[..., Question]
Tell = Callable[..., list[Answer]]


@pytest.fixture
def tell(lindal: Library) -> Tell:
    """The answers of the engine to a question, as they grow."""
    engine: SummaryEngine = lindal._summaries

    def asked(question: Question, filters: Filters | None = None) -> list[Answer]:
        within = filters or Filters()
        return list(engine(Task(question, within, lindal.searched(within))))

    return asked


# ---------------------------------------------------------------------- how long


@pytest.mark.parametrize(
    ("message", "sentences"),
    [
        ("Summarise this in three bullets", 3),
        ("Summarise this in 3 bullet points", 3),
        ("Give me the gist in one sentence", 1),
        ("Summarise this as a single sentence", 1),
        ("Summarise this in a sentence", 1),
        ("Summarise this in no more than five short sentences", 5),
        ("A summary with 2 points", 2),
        ("Summarise the five points of the plan", None),
        ("Summarise this in 100 bullets", None),
        ("Summarise this in zero sentences", None),
        ("Summarise this in many sentences", None),
        ("Summarise what happened in March", None),
        ("Summarise this in a nutshell", None),
        ("", None),
    ],
)
def test_how_many_sentences_a_message_asks_for(message: str, sentences: int | None) -> None:
    length = length_in(message)
    assert (length.sentences, length.words, length.newest_first) == (sentences, None, False)


@pytest.mark.parametrize(
    ("message", "newest_first"),
    [
        ("Summarise the strike, newest first", True),
        ("Summarise the strike, most recent one first", True),
        ("Summarise the newest article first published in May", False),
        ("Summarise the latest", False),
    ],
)
def test_whether_the_newest_is_to_come_first(message: str, newest_first: bool) -> None:
    assert length_in(message).newest_first is newest_first


# ---------------------------------------------------------------------- of what


def test_a_topic_is_summarised_as_long_as_is_asked_for(tell: Tell, question: Ask) -> None:
    asked = question("Summarise the burst weir in two sentences", "summary", topic="the burst weir at Lindal")
    *growing, whole = tell(asked)
    assert (whole.status, whole.engine, whole.understood) == ("answered", "summary", None)
    told = [one for one in whole.sentences if one.text != "Reports differ:"]
    assert [len(one.sentences) for one in growing] == [1, 2]
    assert told[:2] == list(growing[-1].sentences)
    assert {part.kind for part in whole.parts} == {"evidence"}
    assert all(one.citations for one in whole.sentences)


def test_the_article_about_something_is_that_one_alone(tell: Tell, question: Ask, news: Any) -> None:
    asked = question(
        "Summarise the article about the masons who closed the weir", "summary", topic="masons who closed the weir"
    )
    *_, answer = tell(asked)
    assert {one.article_id for one in answer.citations} == {news.repair.id}
    assert answer.understood == "Summarise “Weir at Lindal closed again”"
    *_, all_ = tell(question("Summarise the articles about the weir", "summary", topic="weir at Lindal"))
    assert len({one.article_id for one in all_.citations}) > 1


def test_what_a_speaker_said_is_summarised_from_the_ledger(tell: Tell, question: Ask) -> None:
    *_, answer = tell(question("Summarise what Ada Brandt said", "summary", "Ada Brandt"))
    assert answer.status == "answered"
    assert {quote.speaker and quote.speaker.name for quote in answer.quotes} == {"Ada Brandt"}
    *_, filtered = tell(question("Summarise what was said", "summary"), Filters(speaker="Ada Brandt"))
    assert filtered.citations == answer.citations
    *_, silent = tell(question("Summarise what Zelda said", "summary", "Zelda"))
    assert (silent.status, silent.sentences) == ("abstained", ())
    assert "Zelda" in silent.notes[0]


def test_this_is_the_only_article_there_is(tell: Tell, question: Ask, news: Any) -> None:
    *_, answer = tell(question("Summarise this", "summary"), Filters(article_ids=[news.repair.id]))
    assert {one.article_id for one in answer.citations} == {news.repair.id}
    assert answer.understood == "Summarise “Weir at Lindal closed again”"


def test_this_is_what_the_answer_before_cites_first(tell: Tell, question: Ask, news: Any) -> None:
    for cited in ((news.other.id, news.weir.id), ("gone", news.other.id)):
        *_, answer = tell(question("Summarise this", "summary", cited=cited))
        assert {one.article_id for one in answer.citations} == {news.other.id}
        assert answer.understood == "Summarise “Weir floods Lindal”"


def test_this_is_what_a_follow_up_leans_on(tell: Tell, question: Ask, news: Any) -> None:
    text = "Summarise this When did masons close the weir at Lindal?"
    *_, answer = tell(question(text, "summary", leans=True))
    assert {one.article_id for one in answer.citations} == {news.repair.id}


def test_of_many_articles_it_is_asked_which(tell: Tell, question: Ask) -> None:
    for cited in ((), ("gone",)):
        (answer,) = tell(question("Summarise this", "summary", cited=cited))
        assert (answer.status, answer.sentences, answer.citations) == ("abstained", (), ())
        assert "Which article" in answer.notes[0]
        assert "Searched 5 articles" in answer.text


def test_days_that_a_question_names_are_kept_to(tell: Tell, question: Ask) -> None:
    since, until = dt.date(2026, 2, 10), dt.date(2026, 2, 28)
    asked = question(
        "Summarise what happened at the weir", "summary", topic="weir at Lindal", period=(since, until), names_days=True
    )
    *_, answer = tell(asked)
    assert {one.date for one in answer.citations} == {dt.date(2026, 2, 13)}
    assert (answer.searched.articles, answer.searched.since) == (1, dt.date(2026, 2, 13))
    *_, within = tell(asked, Filters(until=dt.date(2026, 2, 11)))
    assert within.status == "abstained"


def test_the_latest_may_be_old(tell: Tell, question: Ask) -> None:
    facts: dict[str, Any] = {
        "topic": "weir at Lindal",
        "period": (dt.date(2031, 1, 1), dt.date(2031, 1, 15)),
        "names_days": True,
    }
    *_, latest = tell(question("Summarise the latest on the weir at Lindal", "summary", **facts))
    assert latest.status == "answered"
    for asked in ("Summarise this week's news on the weir", "Summarise the latest on the weir in January 2031"):
        *_, named = tell(question(asked, "summary", **facts))
        assert named.status == "abstained"


def test_what_asks_for_no_summary_is_left_to_others(tell: Tell, question: Ask) -> None:
    assert tell(question("Who closed the weir?", "fact", topic="weir at Lindal")) == []


# ---------------------------------------------------------------------- read by the reader


@pytest.mark.parametrize(
    ("message", "start"),
    [
        ("Summarise the article about the second crack that engineers found", "The weir at Lindal burst"),
        ("Give me the gist of the article on the weir closed again", "Masons closed the weir"),
    ],
)
def test_the_chat_summarises_an_article(lindal: Library, message: str, start: str) -> None:
    answer = lindal.ask(message)
    assert (answer.engine, answer.status) == ("summary", "answered")
    assert any(sentence.text.startswith(start) for sentence in answer.sentences)


def test_the_chat_summarises_this(lindal: Library, news: Any) -> None:
    asked = {"role": "user", "content": "How many houses did the weir at Lindal flood?"}
    told = {"role": "assistant", "content": "60 houses.", "articles": [news.other.id, news.weir.id]}
    answer = lindal.ask("Summarise this", history=[asked, told])
    assert {one.article_id for one in answer.citations} == {news.other.id}
    assert lindal.ask("Summarise this").status == "abstained"


def test_the_chat_summarises_words_since_a_day(lindal: Library) -> None:
    answer = lindal.ask("Summarise what Ada Brandt said about the weir since 10 February", today=dt.date(2026, 3, 1))
    assert answer.engine == "summary"
    assert {one.date for one in answer.citations} == {dt.date(2026, 2, 13)}


def test_a_topic_that_is_named_needs_no_conversation(lindal: Library) -> None:
    history = [{"role": "user", "content": "What did Ada Brandt promise?"}, {"role": "assistant", "content": "To pay."}]
    answer = lindal.ask("Give me the gist of the burst weir at Lindal", history=history)
    assert answer.status == "answered"
    assert answer.understood is None
