"""Follow-ups made self-contained: what they become, and that questions that stand alone stay as they are."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage

from rag.errors import QuestionError
from rag.followups import MAX_CHARACTERS, understand

BRIDGE = (
    "Who closed the Tolland Bridge?",
    "The Harbour Gazette, 4 March 2026: Ines Okafor, the harbour master of Marrow, ordered the closure. [1]",
)
STRIKE = ("How did the strike at Corlan end?", "Union members accepted a settlement on 3 February 2026. [1]")
CALL = ("What did Brandt ask of Orlov on the phone?", "He pressed him to negotiate with Sarmia. [1]")
PRESSED = (
    "What did Brandt say to Vladimir Orlov?",
    "Ovar Brandt, Mill Wire, 4 May 2026: Brandt urged Vladimir Orlov to negotiate. [1]",
)
PRESIDENT = ("What did the Sarmian president say?", "The articles do not say. Searched 1 article, 4 May 2026.")
COMPANY = (
    "What did the company say about Ashford?",
    "The company, Mill Wire, 4 May 2026: Vale Water will pay 3 million crowns, the company said. [1]",
)
RAISE = (
    "What did Tomas Lind say about the raise?",
    "Tomas Lind, Eskerby Courier, 4 December 2025: Mr Lind replied that he had met Dagny Moore. [1]",
)
INQUIRY = ("Who leads the inquiry into Hollow Dam?", "Ruth Adair, a retired judge.")
TRAMS = ("How many trams did Vellmouth order?", "The city has ordered 24 trams. [1]")
REPORT = ("Does the “Nine Locks” report recommend anything?", "Yes, it makes fourteen recommendations.")
MAYOR = ("Did the mayor resign?", "The articles do not say. Searched 17 articles, 1 January 2026 to 3 March 2026.")
BAKER = ("What does Hanna Dorn do?", "She runs a bakery at the island end of the Tolland Bridge.")
SIREN = (
    "What did the mayor of Ashford say about the sirens?",
    "Sunniva Telling, Vell Post, 29 October 2025: “Not one word,” said Sunniva Telling, the mayor of Ashford. [1]",
)

CASES = [
    (BRIDGE, "Did she ask her boss first?", "Did Ines Okafor ask her boss first?"),
    (BRIDGE, "Who is she?", "Who is Ines Okafor?"),
    (BRIDGE, "And when was that?", "When was it that somebody closed the Tolland Bridge?"),
    (BRIDGE, "Why?", "Why was it that somebody closed the Tolland Bridge?"),
    (BRIDGE, "How long was it closed?", "How long was the Tolland Bridge closed?"),
    (BRIDGE, "What did she say about it?", "What did Ines Okafor say about the Tolland Bridge?"),
    (BRIDGE, "And the Northern Causeway?", "Who closed the Northern Causeway?"),
    (BRIDGE, "What about the ferry?", "What about the ferry? (about: Who closed the Tolland Bridge?)"),
    (BRIDGE, "Tolland Bridge repairs", "Tolland Bridge repairs (about: Who closed the Tolland Bridge?)"),
    (BRIDGE, "If not, what would happen?", "What would happen? (about: Who closed the Tolland Bridge?)"),
    (STRIKE, "When?", "When did the strike at Corlan end?"),
    (STRIKE, "When did it start?", "When did the strike at Corlan start?"),
    (STRIKE, "How much did it cost?", "How much did the strike at Corlan cost?"),
    (STRIKE, "And in 2014?", "How did the strike at Corlan end in 2014?"),
    (STRIKE, "And who drew up the deal?", "Who drew up the deal? (about: How did the strike at Corlan end?)"),
    (CALL, "And what did he say about sanctions?", "What did Brandt say about sanctions?"),
    (CALL, "Whom had he spoken to beforehand?", "Whom had Brandt spoken to beforehand?"),
    (CALL, "When was that?", "When did Brandt ask that of Orlov on the phone?"),
    (PRESSED, "And what did he say about sanctions?", "What did Ovar Brandt say about sanctions?"),
    (PRESIDENT, "What did he say?", "What did the Sarmian president say?"),
    (COMPANY, "Did it pay anything?", "Did the company pay anything? (about: What did the company say about Ashford?)"),
    (RAISE, "And the company?", "What did the company say about the raise?"),
    (RAISE, "And Dagny Moore?", "What did Dagny Moore say about the raise?"),
    (RAISE, "And the mayor?", "What did the mayor say about the raise?"),
    (SIREN, "And about the report?", "What did Sunniva Telling say about the report?"),
    (SIREN, "Who is she?", "Who is Sunniva Telling?"),
    (INQUIRY, "How can I get one?", "How can I get one? (about: Who leads the inquiry into Hollow Dam?)"),
    (RAISE, "What about Norway?", "What did Norway say about the raise?"),
    (RAISE, "And about the strike?", "What did Tomas Lind say about the strike?"),
    (RAISE, "Has he met her?", "Has Tomas Lind met her?"),
    (RAISE, "When did he say that?", "When did Tomas Lind say that about the raise?"),
    (INQUIRY, "How old is she?", "How old is Ruth Adair?"),
    (INQUIRY, "What did it find?", "What did the inquiry into Hollow Dam find?"),
    (TRAMS, "What about Norway?", "How many trams did Norway order?"),
    (TRAMS, "and in 2023?", "How many trams did Vellmouth order in 2023?"),
    (TRAMS, "How much did they cost?", "How much did the trams cost? (about: How many trams did Vellmouth order?)"),
    (REPORT, "Who wrote it?", "Who wrote the “Nine Locks” report?"),
    (REPORT, "How many of those will be followed?",
     "How many of those will be followed? (about: Does the “Nine Locks” report recommend anything?)"),
    (MAYOR, "Why?", "Why did the mayor resign?"),
    (MAYOR, "Who replaced her?", "Who replaced the mayor?"),
    (BAKER, "How much trade did she lose while it was shut?",
     "How much trade did Hanna Dorn lose while the Tolland Bridge was shut?"),
    (INQUIRY, "Regional differences", "Regional differences (about: Who leads the inquiry into Hollow Dam?)"),
    (SIREN, "And in February?", "What did Sunniva Telling say about the sirens in February?"),
    (SIREN, "Why did she say that?", "Why did Sunniva Telling say that about the sirens?"),
]  # fmt: skip


def history_of(*turns: tuple[str, str]) -> list[dict[str, object]]:
    return [
        {"role": role, "content": content}
        for turn in turns
        for role, content in zip(("user", "assistant"), turn, strict=True)
    ]


@pytest.mark.parametrize(("turn", "question", "shown"), CASES, ids=[f"{case[0][0]} {case[1]}" for case in CASES])
def test_a_follow_up_is_made_self_contained(turn: tuple[str, str], question: str, shown: str) -> None:
    assert understand(question, history_of(turn)).shown == shown


@pytest.mark.parametrize(
    "question",
    [
        "What did Tomas Lind say about the strike?",
        "How many people ride the trams in Eskerby?",
        "Did the mayor of Ashford say that she would resign?",
        "How long was the Marrow Canal closed before it reopened?",
        "Is it true that the strike is over?",
        "What did Corlan say about its losses?",
        "Who won the election in Sarmia, and when was that?",
        "Which beekeepers lost their harvest last summer?",
        "Who lost his job in Eskerby?",
        "Is it necessary to boil water in Ashford?",
        "Which beekeepers keep hives that are older than ten years?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    for turn in (BRIDGE, CALL, TRAMS):
        understood = understand(question, history_of(turn))
        assert understood.text == understood.searched == understood.shown == question


def test_a_chain_of_follow_ups_keeps_to_its_subject() -> None:
    history = history_of(BRIDGE, ("Why?", "A crack was found. [1]"), ("Who found it?", "A painter. [1]"))
    assert understand("How long was it closed?", history[:4]).text == "How long was the Tolland Bridge closed?"
    assert "Tolland Bridge" in understand("And when?", history).searched


def test_what_is_carried_along_does_not_grow() -> None:
    history = history_of(BRIDGE, *[("And who pays for the new one then?", "The city pays. [1]")] * 12)
    assert len(understand("And when?", history).shown) < 450


def test_who_somebody_is_is_no_event() -> None:
    history = history_of(BRIDGE, ("Who is she?", "Ines Okafor has been harbour master for years. [1]"))
    assert understand("When was that?", history).text == "When was it that somebody closed the Tolland Bridge?"


def test_a_place_of_an_answer_is_nobody() -> None:
    turn = (
        "Who closed the Tolland Bridge?",
        "The bridge, which links the quay with the district of Ternham, is shut. [1]",
    )
    assert "Ternham" not in understand("Who is she?", history_of(turn)).text


def test_the_newest_turn_is_meant() -> None:
    assert understand("Who is she?", history_of(BRIDGE, INQUIRY)).text == "Who is Ruth Adair?"
    assert understand("Who is she?", history_of(INQUIRY, BRIDGE)).text == "Who is Ines Okafor?"


def test_he_is_no_woman() -> None:
    turn = ("What did Mary Lind tell Peter Lind?", "That she would not pay. [1]")
    assert understand("What did he reply?", history_of(turn)).text == "What did Peter Lind reply?"
    assert understand("What did she reply?", history_of(turn)).text == "What did Mary Lind reply?"


def test_a_refusal_and_a_byline_name_nobody() -> None:
    refused = ("Who runs the ferry?", "The articles do not say. Searched 9 articles, 1 May 2025 to 2 May 2026.")
    assert "Searched" not in understand("Who is she?", history_of(refused)).searched
    told = ("Who runs the ferry?", "Vell Morning Post, 4 March 2026: A woman runs it. [1]")
    assert "Post" not in understand("Who is she?", history_of(told)).searched


def test_messages_of_langchain_are_read_too() -> None:
    messages = [HumanMessage("Who closed the Tolland Bridge?"), AIMessage("Ines Okafor, the harbour master. [1]")]
    assert understand("Who is she?", messages).text == "Who is Ines Okafor?"
    with pytest.raises(QuestionError, match="history holds a str"):
        understand("Who is she?", ["Who closed the Tolland Bridge?"])


@pytest.mark.parametrize(
    "history",
    [
        [],
        [{"role": "assistant", "content": "x"}],
        [{"role": "user", "content": None}],
        [{"role": "user"}],
        [{}],
    ],
)
def test_a_history_that_tells_nothing(history: list[dict[str, object]]) -> None:
    assert understand("And when?", history).shown == "And when?"


def test_blocks_of_text_are_a_message() -> None:
    history = [{"role": "user", "content": [{"type": "text", "text": "Who closed the Tolland Bridge?"}]}]
    assert "Tolland" in understand("Why?", history).text


@given(st.text(max_size=200), st.text(max_size=300), st.text(max_size=300))
def test_any_conversation_can_be_read(question: str, asked: str, answer: str) -> None:
    understood = understand(question, history_of((asked, answer)))
    assert len(understood.searched) <= MAX_CHARACTERS
    assert (understood.shown == question) or asked.strip()


def test_long_conversations_take_no_longer() -> None:
    started = time.process_time()
    for text in ("what did the " * 150, "Ada Lind " * 220, "the big old " * 180, "“" * 999, "it " * 600, "A. " * 600):
        understand("What did she say about it?", history_of(*[(text, text)] * 40))
        understand(text, history_of(BRIDGE))
    assert time.process_time() - started < 5.0
