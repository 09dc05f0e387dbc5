"""Questions that take for granted what the articles do not report."""

from __future__ import annotations

import datetime as dt

import pytest

from rag.answering.evidence import Evidence
from rag.answering.premises import find_denial, full_names, lets_speak, names_whom, read_deed
from rag.library import Library
from rag.question import read_question
from rag.types import Article


def evidence(text: str, date: str = "2026-03-04", title: str = "News of the town") -> Evidence:
    article = Article.from_text(text, title=title, date=date, source="Gazette")
    return Evidence(article, 0, 0, len(text), 0.5, 0.5, 1.0, 1.0, 4.0, 0.0, 3.0, None, 1.0)


@pytest.mark.parametrize(
    ("question", "text", "named"),
    [
        ("When did Zelda Quennell resign?", "The mayor resigned on Monday.", False),
        ("When did Mayor Zelda Quennell resign?", "The mayor resigned on Monday.", False),
        ("When did Mary Quennell resign?", "Mary Lind resigned on Monday.", False),
        ("When did Mary Quennell resign?", "Quennell resigned on Monday.", True),
        ("When did the mayor resign?", "Quennell resigned on Monday.", True),
        ("When did Quennell resign?", "She resigned on Monday.", True),
        ("Who closed the Tolland Bridge?", "The bridge was closed.", True),
        ("Who met Anna Newton-John?", "Anna Newton-John was met by a crowd.", True),
        ("Did Zelda Quennell's dog bark?", "Quennell's dog barked.", True),
    ],
)
def test_an_article_has_to_name_whom_it_is_asked_about(question: str, text: str, named: bool) -> None:
    assert names_whom(read_question(question), evidence(text).article) is named


@pytest.mark.parametrize(
    ("question", "text", "tells"),
    [
        (
            "What did the harbour's manager say about the quay?",
            "The manager of the harbour called the quay a risk.",
            True,
        ),
        (
            "What did the harbour's manager say about the quay?",
            "The owner of the harbour called the quay a risk.",
            False,
        ),
        (
            "What did the airport's manager say about the quay?",
            "The manager of the harbour called the quay a risk.",
            False,
        ),
        (
            "What did the harbour's manager say about the quay?",
            "Lena Moor urged the manager of the harbour to close the quay, and said so twice.",
            False,
        ),
        ("What did the harbour's manager say?", "“The quay at the harbour is shut,” said the manager.", True),
        ("What did Lena Moor say about the quay?", "The owner of the harbour called the quay a risk.", False),
        ("What did Lena Moor say about the quay?", "Lena Moor, of the harbour, called the quay a risk.", True),
        ("When did the manager leave the quay?", "The owner of the harbour left the quay on Monday.", True),
    ],
)
def test_the_words_of_an_office_stand_in_a_sentence_that_tells_of_it(question: str, text: str, tells: bool) -> None:
    assert lets_speak(read_question(question), evidence(text)) is tells


def test_full_names() -> None:
    assert full_names("Why did President Ada Lind meet the Eskerby Tram Club?") == [
        ["ada", "lind"],
        ["eskerby", "tram", "club"],
    ]
    assert full_names("Does Ashford pay?") == []


def test_the_deed_of_a_question() -> None:
    assert read_deed("Why did the mayor resign?") == ("resign", frozenset({"mayor"}))
    assert read_deed("When was Ada Lind arrested over it?") == ("arrest", frozenset({"ada", "lind"}))
    for other in (
        "Why did the mayor not resign?",
        "Who resigned?",
        "Why did the mayor say so?",
        "Why?",
        "How long is it?",
    ):
        assert read_deed(other) is None


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Why did the mayor resign?", "The mayor did not resign over the bridge."),
        ("Why did the mayor resign?", "The mayor said she would not resign."),
        ("When did Ada Lind resign?", "Ada Lind has never resigned from anything."),
        ("Why was Ada Lind arrested?", "Police denied that Ada Lind had been arrested."),
        (
            "When did Corlan move its plant to Brannock?",
            "Corlan denied a rumour that its plant would move to Brannock.",
        ),
        ("Why did the mayor resign?", "The mayor wasn’t asked. She won’t resign, she said."),
    ],
)
def test_what_is_said_not_to_be_so(question: str, text: str) -> None:
    denial = evidence(text)
    assert find_denial(read_question(question), [denial]) == denial


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Why did the mayor resign?", "The mayor resigned, and did not say why."),
        ("Why did the mayor resign?", "The minister did not resign."),
        ("Why did the mayor resign?", "The mayor did not go to the hall, she will resign."),
        ("Why did the mayor resign?", "The mayor did not go to the town hall that day to resign."),
        ("Why did the mayor not resign?", "The mayor did not resign."),
        ("Who resigned?", "The mayor did not resign."),
        ("Why did the company close the plant?", "The company did not say why it will close the plant."),
    ],
)
def test_what_is_no_denial(question: str, text: str) -> None:
    assert find_denial(read_question(question), [evidence(text)]) is None


def test_a_later_report_that_it_was_done_counts() -> None:
    question = read_question("Why did the mayor resign?")
    denial = evidence("The mayor did not resign.", "2026-03-04")
    later = evidence("The mayor resigned on Monday.", "2026-03-09")
    earlier = evidence("The mayor will resign, the paper wrote.", "2026-03-01")
    assert find_denial(question, [later, denial]) is None
    assert find_denial(question, [earlier, denial]) == denial


def test_a_false_premise_is_told_with_the_sentence_and_not_answered(library: Library) -> None:
    text = "The mayor of Ashford did not resign after the flood.\n\nShe told the council that the dam was to blame."
    library.add_articles([Article.from_text(text, title="The mayor stays", date="2026-03-04", source="Gazette")])
    answer = library.ask("Why did the mayor of Ashford resign after the flood?")
    assert answer.status == "abstained"
    assert [citation.text for citation in answer.citations] == ["The mayor of Ashford did not resign after the flood."]
    assert answer.text.startswith("The question takes for granted what the articles do not report")
    assert [sentence.support for sentence in answer.sentences] == ["supported", "verbatim"]
    nobody = library.ask("Why did Zelda Quennell resign after the flood in Ashford?")
    assert (nobody.status, nobody.citations) == ("abstained", ())
    assert nobody.closest


BRIDGE = "The bridge in Ashford was closed on Tuesday after an inspector found a crack.\n\nMayor Ada Prew said it was unsafe."


def bridge_is_added(library: Library, date: str | None) -> None:
    library.add_articles([Article.from_text(BRIDGE, title="Bridge closed", date=date, source="Gazette")])


def test_articles_from_before_this_week_do_not_say_what_happened_in_it(library: Library) -> None:
    bridge_is_added(library, "2026-03-04")
    question = "Which bridge in Ashford was closed this week after an inspector found a crack?"
    assert library.ask(question, today=dt.date(2026, 3, 6)).status == "answered"
    later = library.ask(question, today=dt.date(2027, 9, 6))
    assert later.status == "abstained"
    assert later.text.startswith("The articles do not say: the newest is of 4 March 2026")
    assert later.closest


def test_an_article_without_a_date_may_be_of_this_week(library: Library) -> None:
    bridge_is_added(library, None)
    question = "Which bridge in Ashford was closed this week after an inspector found a crack?"
    assert library.ask(question, today=dt.date(2027, 9, 6)).status == "answered"


def test_the_latest_is_what_the_newest_article_says(library: Library) -> None:
    bridge_is_added(library, "2026-03-04")
    question = "Why was the bridge in Ashford closed recently by an inspector?"
    assert library.ask(question, today=dt.date(2027, 9, 6)).status == "answered"
