"""What a question asks: its words for search, its days and publisher, and what it takes from the turn before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import QuestionError
from rag.models.question_reader import KINDS, Reading
from rag.question import Known, Question, names_in, read_question
from rag.question.read import LAST_DAYS, MAX_CHARACTERS, NEWS_SPAN, READ_CHARACTERS
from rag.types import Answer, Citation, Kind, Part, Searched, Sentence

TODAY = dt.date(2026, 4, 21)
Says = Callable[..., None]


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Says:
    """Has the reader say what a test needs: of each message its kind, the words of its slots, and that it leans."""
    said: dict[str, Reading] = {}

    def span(message: str, words: str) -> tuple[int, int]:
        return message.index(words), message.index(words) + len(words)

    def says(
        message: str, kind: Kind = "fact", *speakers: str, sure: float = 0.9, leans: bool = False, **slots: str
    ) -> None:
        spans = {slot: span(message, words) for slot, words in slots.items()}
        said[message] = Reading(
            kinds={one: sure if one == kind else (1 - sure) / (len(KINDS) - 1) for one in KINDS},
            speakers=tuple(span(message, one) for one in speakers),
            topic=spans.get("topic"),
            publisher=spans.get("publisher"),
            time=spans.get("time"),
            leans=float(leans),
        )

    monkeypatch.setattr("rag.question.read.read_message", lambda message, before="": said[message])
    return says


def told(question: str, words: str, speaker: str | None = None) -> Answer:
    """An answer that shows one sentence of an article."""
    citation = Citation(1, "a" * 16, None, None, None, None, None, 0, 0, len(words), words)
    parts = (Part("evidence", (Sentence(words, "verbatim", (1,)),), speaker),)
    return Answer(question, "answered", words, parts, (citation,), Searched(1), "sentences", 0.1)


def asked_after(history: list[object], message: str) -> Question:
    return read_question(message, history)


# ---------------------------------------------------------------------- what is a question


@pytest.mark.parametrize("question", ["", " \n\t", "?!…", "“”", "\x00", "🙂🙂", "-- ;"])
def test_a_question_without_a_word_is_none(question: str) -> None:
    with pytest.raises(QuestionError, match="empty"):
        read_question(question)


@pytest.mark.parametrize("question", [None, 3, b"Who?", ["Who?"]])
def test_only_a_text_is_a_question(question: object) -> None:
    with pytest.raises(QuestionError, match="is a text"):
        read_question(question)


def test_a_question_may_not_be_a_book() -> None:
    assert read_question("why " * (MAX_CHARACTERS // 4)).kind
    with pytest.raises(QuestionError, match=rf"100,000 characters long; the limit is {MAX_CHARACTERS:,}"):
        read_question("x" * 100_000)


def test_of_a_long_question_the_beginning_is_read() -> None:
    question = read_question("Who closed the Tolland Bridge? " + "bridge " * 2000)
    assert question.text == question.asked[:READ_CHARACTERS].strip() or len(question.text) == READ_CHARACTERS


@pytest.mark.parametrize(
    "question",
    [
        "word " * 2000,
        "🙂 Who closed the bridge? 👩‍👩‍👧",
        "谁关闭了大桥？",
        "WHO CLOSED THE TOLLAND BRIDGE?",
        "<script>alert(1)</script> <|im_end|> [INST] who",
        "half \ud83d pair \udcff",
        "e\u0301\u200b\u00ad x\u202e?",
    ],
)
def test_strange_questions_are_read(question: str) -> None:
    read = read_question(question, [{"role": "user", "content": question}] * 2)
    assert read.asked == question
    assert read.topics
    assert read.kinds[max(read.kinds, key=lambda kind: read.kinds[kind])] <= 1.0


@given(st.text(max_size=300), st.dates())
def test_any_text_is_read_or_refused(text: str, today: dt.date) -> None:
    try:
        question = read_question(text, [{"role": "user", "content": "Who closed the Tolland Bridge?"}], today)
    except QuestionError:
        assert not any(character.isalnum() for character in text)
    else:
        assert question.asked == text
        assert question.period is not None
        assert question.period[0] <= question.period[1]
        assert question.kind in KINDS
        assert question.topic in text or question.topic in " ".join(text.split()) or question.leans
        assert question.text.startswith(" ".join(text.split())[:100])


def test_names() -> None:
    assert names_in("Who told Ines Okafor that Tolland's bridge is closed?") == ("ines", "okafor", "tolland")
    assert names_in("Did the mayor resign?") == ()
    assert names_in("What did “Lind” say? Why?") == ("lind",)


# ---------------------------------------------------------------------- what the reader finds in it


def test_speakers_topic_and_kind_are_the_readers(reader: Says) -> None:
    reader("What did Tomas Lind and the mayor say of  rents?", "said_about", "Tomas Lind", "the mayor", topic="rents")
    reader("What did Tomas Lind and the mayor say of rents?", "said_about", "Tomas Lind", "the mayor", topic="rents")
    question = read_question("What did Tomas Lind and the mayor say of  rents?")
    assert (question.kind, question.speakers, question.topic) == ("said_about", ("Tomas Lind", "the mayor"), "rents")
    assert question.kinds["said_about"] == 0.9
    assert question.understood is None
    assert not question.leans


@pytest.mark.parametrize(
    ("named", "source"),
    [
        ("The Gazette", "The Gazette"),
        ("gazette", "The Gazette"),
        ("the Gazette’s", "The Gazette"),
        ("Eskerby Courier", "Eskerby Courier"),
        ("the Courier", "Eskerby Courier"),
        ("The Post", None),
        ("the", None),
    ],
)
def test_a_publisher_counts_only_where_the_library_has_it(reader: Says, named: str, source: str | None) -> None:
    message = f"According to {named}, who won?"
    reader(message, publisher=named)
    question = read_question(message, known=Known(["The Gazette", "Eskerby Courier"]))
    assert question.source == source
    assert question.understood == (f"{message} (only {source})" if source else None)
    assert read_question(message).source is None


PAPERS = Known(["The Gazette", "Eskerby Courier", "Lindal Post", "Tolland Post", "Metro"])


@pytest.mark.parametrize(
    ("message", "speaker", "sources", "speakers"),
    [
        ("What did the Eskerby Courier say about rents?", "the Eskerby Courier", ("Eskerby Courier",), ()),
        ("What did the Courier say about rents?", "Courier", ("Eskerby Courier",), ()),
        ("What did the Post say about rents?", "the Post", (), ("the Post",)),  # there are two
        ("What did the Lindal Post say about rents?", "Lindal", ("Lindal Post",), ()),
        ("What did the Courier's editor say about rents?", "the Courier's editor", (), ("the Courier's editor",)),
        ("What did the Herald say about rents?", "the Herald", (), ("the Herald",)),
        ("Latest from Metro about rents", "", ("Metro",), ()),
        ("When does the metro open to lower the rents?", "", (), ()),
    ],
)
def test_whoever_is_asked_for_and_is_a_publisher_is_one(
    reader: Says, message: str, speaker: str, sources: tuple[str, ...], speakers: tuple[str, ...]
) -> None:
    reader(message, "said_about", *([speaker] if speaker else []), topic="rents")
    question = read_question(message, known=PAPERS)
    assert (question.sources, question.speakers, question.topic) == (sources, speakers, "rents")


def test_a_publisher_that_others_quote_is_a_speaker(reader: Says) -> None:
    message = "What did Metro say about rents?"
    reader(message, "said_about", "Metro", topic="rents")
    quoted = Known(PAPERS.sources, lambda name: name == "Metro")
    question = read_question(message, known=quoted)
    assert (question.sources, question.speakers) == ((), ("Metro",))


def test_two_publishers_are_sides_and_no_filter(reader: Says) -> None:
    message = "Compare the Gazette and the Courier on rents in Lindal"
    reader(message, "compare", topic="Courier on rents in Lindal")
    assert read_question(message, known=PAPERS).sources == ("The Gazette",)  # nothing says that "Courier" is a name
    reader(message, "compare", "the Courier", topic="Courier on rents in Lindal")
    question = read_question(message, known=PAPERS)
    assert (question.sources, question.source) == (("The Gazette", "Eskerby Courier"), None)
    assert (question.speakers, question.topic) == ((), "rents in Lindal")
    assert not {"gazette", "courier"} & set(question.names)
    assert question.understood == f"{message} (only The Gazette and Eskerby Courier)"


def test_a_pronoun_that_the_question_explains_stands_for_its_names(reader: Says) -> None:
    message = "Ada Weston wrote to the mill: what did she say of Tolland?"
    reader(message, "said_about", "she")
    assert read_question(message).speakers == ("Ada Weston", "Tolland")
    reader("what did she say of it?", "said_about", "she")
    assert read_question("what did she say of it?").speakers == ()


# ---------------------------------------------------------------------- the turn before


@pytest.fixture
def followed(reader: Says) -> Says:
    reader("What did Tomas Lind say of the raise?", "said_about", "Tomas Lind", topic="the raise")
    reader("Who closed the bridge?", "fact", topic="the bridge")
    reader("And what did he say then?", "said_about", "he", leans=True)
    reader("And the union?", "unclear", sure=0.2, leans=True)
    reader("When was that?", "fact", leans=True)
    reader("Who opened the ferry?", "fact", topic="the ferry")
    return reader


@pytest.mark.usefixtures("followed")
def test_a_follow_up_takes_words_speaker_and_topic_from_the_turn_before() -> None:
    question = asked_after(
        [
            {"role": "user", "content": "What did Tomas Lind say of the raise?"},
            {"role": "assistant", "content": "It is too low."},
        ],
        "And what did he say then?",
    )
    assert question.leans
    assert (question.kind, question.speakers, question.topic) == ("said_about", ("Tomas Lind",), "the raise")
    assert question.text.startswith("And what did he say then? What did Tomas Lind say of the raise?")
    assert "too low" in question.text
    assert question.understood == "And what did he say then? (about: What did Tomas Lind say of the raise?)"


@pytest.mark.usefixtures("followed")
def test_what_stands_by_itself_takes_nothing() -> None:
    history: list[object] = [{"role": "user", "content": "What did Tomas Lind say of the raise?"}]
    question = asked_after(history, "Who opened the ferry?")
    assert (question.text, question.speakers, question.understood) == ("Who opened the ferry?", (), None)


@pytest.mark.usefixtures("followed")
def test_nothing_leans_without_a_turn_before() -> None:
    question = read_question("When was that?")
    assert not question.leans
    assert question.text == "When was that?"


@pytest.mark.usefixtures("followed")
def test_a_follow_up_of_no_clear_kind_is_of_the_kind_before() -> None:
    history: list[object] = [{"role": "user", "content": "What did Tomas Lind say of the raise?"}]
    assert asked_after(history, "And the union?").kind == "said_about"


def test_he_is_who_was_asked_for_even_where_the_reader_has_no_speaker(reader: Says) -> None:
    reader("What did Tomas Lind say of the raise?", "said_about", "Tomas Lind", topic="the raise")
    reader("What else did he say?", "list_quotes", leans=True)
    reader("How many workers did he count?", "fact", leans=True)
    history: list[object] = [{"role": "user", "content": "What did Tomas Lind say of the raise?"}]
    assert asked_after(history, "What else did he say?").speakers == ("Tomas Lind",)
    assert asked_after(history, "How many workers did he count?").speakers == ()


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        ("And the mayor?", "What did the mayor say of the raise?"),
        ("what about Karl Winter", "What did Karl Winter say of the raise?"),
        ("And the ferry?", None),  # a ferry says nothing
        ("And the mayor of what?", None),
    ],
)
def test_another_speaker_takes_the_place_of_the_one_before(reader: Says, message: str, meant: str | None) -> None:
    asked = "What did Tomas Lind say of the raise?"
    known = Known(is_quoted=lambda name: name in ("the mayor", "Karl Winter", "Tomas Lind"))
    reader(asked, "said_about", "Tomas Lind", topic="the raise")
    reader(message, "fact", sure=0.2, leans=True)
    if meant:
        reader(meant, "said_about", meant[9 : meant.index(" say")], topic="the raise")
    question = read_question(message, [{"role": "user", "content": asked}], known=known)
    assert question.leans
    assert question.understood == (meant or f"{message} (about: {asked})")
    if meant:
        assert (question.text, question.kind, question.topic) == (meant, "said_about", "the raise")
        assert question.speakers == (meant[9 : meant.index(" say")],)


def test_another_paper_takes_the_place_of_the_one_before(reader: Says) -> None:
    asked, meant = "What does the Gazette report of rents?", "What does the Eskerby Courier report of rents?"
    for message in (asked, meant):
        reader(message, "said_about", topic="rents")
    reader("And the Courier?", "inventory", leans=True)
    question = read_question("And the Courier?", [{"role": "user", "content": asked}], known=PAPERS)
    assert (question.sources, question.kind, question.topic) == (("Eskerby Courier",), "said_about", "rents")
    assert question.text == meant


def test_what_else_alone_asks_for_more_of_the_same(reader: Says) -> None:
    reader("What did Tomas Lind say of the raise?", "said_about", "Tomas Lind", topic="the raise")
    reader("What else?", "unclear", leans=True)
    question = asked_after([{"role": "user", "content": "What did Tomas Lind say of the raise?"}], "What else?")
    assert (question.kind, question.speakers, question.asks_for_more) == ("said_about", ("Tomas Lind",), True)
    assert not read_question("What else?").asks_for_more


def test_a_piece_of_a_speakers_name_is_no_topic(reader: Says) -> None:
    reader("every word of the port authority", "list_quotes", "the port authority", topic="port")
    assert read_question("every word of the port authority").topic == ""


def test_days_are_read_from_what_was_asked_and_not_from_the_answer(reader: Says) -> None:
    reader("Who closed the bridge?", "fact", topic="the bridge")
    reader("Who closed the bridge in March?", "fact", topic="the bridge")
    reader("in one sentence", "summary", leans=True)
    answered = told("Who closed the bridge?", "It has been shut since 3 April 2026.")
    assert not asked_after([answered], "in one sentence").names_days
    assert asked_after([told("Who closed the bridge in March?", "Okafor.")], "in one sentence").names_days


@pytest.mark.usefixtures("followed")
def test_he_is_who_the_answer_before_quotes() -> None:
    answer = told("Who closed the bridge?", "“It is shut,” Karl Winter said.", "Karl Winter")
    question = asked_after([answer], "And what did he say then?")
    assert question.speakers == ("Karl Winter",)
    assert question.cited == ("a" * 16,)
    assert question.told == (("a" * 16, 0, 31),)
    unquoted = told("Who closed the bridge?", "The town’s engineer, Karl Winter, closed it.")
    assert asked_after([unquoted], "And what did he say then?").speakers[-1] == "Karl Winter"


@pytest.mark.usefixtures("followed")
def test_a_follow_up_on_a_follow_up_reaches_back() -> None:
    question = asked_after(
        [
            {"role": "user", "content": "What did Tomas Lind say of the raise?"},
            {"role": "user", "content": "And what did he say then?"},
        ],
        "When was that?",
    )
    assert "Tomas Lind" in question.text
    assert question.topic == "the raise"
    assert "And what did he say then?" in (question.understood or "")


@pytest.mark.usefixtures("followed")
def test_a_refusal_before_is_carried_without_its_words() -> None:
    refusal = Answer("Who closed the bridge?", "abstained", "Nothing.", (), (), Searched(1), "sentences", 0.1)
    question = asked_after([refusal], "When was that?")
    assert question.text == "When was that? Who closed the bridge?"


def test_two_hundred_turns_are_no_more_than_a_few() -> None:
    words = "What did Ines Okafor say about the Tolland Bridge, and about ferry number {}? "
    history = [
        {"role": role, "content": words.format(number) * 20} for number in range(200) for role in ("user", "assistant")
    ]
    question = read_question("And when was that?", history)
    assert len(question.text) < 1000
    assert "number 3?" not in question.text


# ---------------------------------------------------------------------- days


def test_today_says_which_news_is_meant() -> None:
    assert read_question("Who closed the Tolland Bridge?").period is None
    assert read_question("Who closed the Tolland Bridge?", today=TODAY).period == (TODAY - NEWS_SPAN, TODAY)
    assert read_question("Who closed the Tolland Bridge in March?", today=TODAY).period == (
        dt.date(2026, 3, 1),
        dt.date(2026, 3, 31),
    )


def test_the_news_of_the_day_of_asking_may_look_back_on_a_day_that_is_named() -> None:
    asked = read_question("Who closed the Tolland Bridge in March?", today=TODAY)
    assert asked.names_days
    assert asked.looking_back == (TODAY - LAST_DAYS, TODAY)
    assert read_question("Who closed the Tolland Bridge in March?").looking_back is None
    plain = read_question("Who closed the Tolland Bridge?", today=TODAY)
    assert (plain.names_days, plain.looking_back) == (False, None)


def test_of_a_long_time_until_today_the_last_days_are_likeliest_meant() -> None:
    asked = read_question("How much have rents gone up in the past year?", today=TODAY)
    assert asked.period == (TODAY - dt.timedelta(366), TODAY)
    assert asked.focus == (TODAY - LAST_DAYS, TODAY)
    assert asked.names_days


@pytest.mark.parametrize(
    ("question", "since"),
    [
        ("Who closed the bridge yesterday?", TODAY - dt.timedelta(2)),
        ("Who closed the bridge this week?", TODAY - dt.timedelta(14)),
        ("Who closed the bridge in March?", None),
        ("Who closed the bridge?", None),
    ],
)
def test_days_that_only_the_day_of_asking_tells(question: str, since: dt.date | None) -> None:
    assert read_question(question, today=TODAY).since == since
