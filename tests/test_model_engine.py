"""Answers with a language model, a scripted one on loopback: what it writes is shown as far as the articles bear it out."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from rag.answering.composing import Part, Passage, compose
from rag.answering.evidence import Evidence
from rag.answering.merging import DIFFER
from rag.answering.model_check import ClaimChecker, Refused, Told
from rag.answering.model_choice import (
    ALMOST,
    NEAR_ENOUGH_OF_ANYBODY,
    is_enough,
    likely_places,
    may_answer,
    may_join,
    place_of,
)
from rag.answering.model_compose import merge
from rag.answering.model_evidence import MOST_AT_FIRST, Exhibit, gather
from rag.answering.model_evidence import MOST_CHARACTERS as MOST_CHARACTERS_READ
from rag.answering.model_reply import Claim
from rag.answering.statement_fit import Statement
from rag.errors import ModelError
from rag.library import Library
from rag.llm import MOST_CHARACTERS, ChatModel
from rag.question import read_question
from rag.quotes import extract_quotes
from rag.types import Answer, Article, Searched
from rag.verification import Verifier

HOW_LARGE = "How large was the crack that engineers found in the Tolland Bridge?"
OKAFOR = "What did Ines Okafor say about reopening the Tolland Bridge?"
Ask = Callable[..., list[Answer]]


@pytest.fixture
def stocked(open_library: Callable[..., Library], articles: Sequence[Article]) -> Library:
    library = open_library(extract=extract_quotes)
    library.add_articles(articles)
    return library


@pytest.fixture
def ask(stocked: Library, serve: Callable[..., ChatModel]) -> Ask:
    """Asks with a model that replies so; all answers of the stream."""

    def asked(question: str, *reply: str, script: Any = None, **options: Any) -> list[Answer]:
        stocked.use_model(serve(script or (lambda handler: handler.say(*reply)), **options))
        found = list(stocked.ask_stream(question))
        for answer in found:
            check(stocked, answer)
        return found

    return asked


@pytest.fixture
def checker(encoder: Any) -> ClaimChecker:
    return ClaimChecker(Verifier(encoder))


def check(library: Library, answer: Answer) -> None:
    """What holds for every answer, whatever a model wrote."""
    for citation in (*answer.citations, *answer.closest):
        article = library.article(citation.article_id)
        assert article.text[citation.start : citation.end] == citation.text
        assert article.paragraph_at(citation.start) == citation.paragraph
    assert [one.marker for one in answer.citations] == list(range(1, len(answer.citations) + 1))
    texts = {one.text for one in answer.citations}
    for sentence in answer.sentences:
        assert sentence.support in ("verbatim", "supported")
        assert sentence.citations
        assert set(sentence.citations) <= {one.marker for one in answer.citations}
        assert sentence.support != "verbatim" or sentence.text in texts
        assert sentence.text in answer.text


def plain(library: Library, question: str) -> Answer:
    library.use_model(None)
    return library.ask(question)


def test_a_sentence_that_is_borne_out_leads_the_answer(ask: Ask, stocked: Library) -> None:
    before = plain(stocked, HOW_LARGE)
    *_, answer = ask(HOW_LARGE, "Engineers found a crack of 17 ", "centimetres in the Tolland Bridge [1].")
    assert answer.engine == "model: openai:scripted"
    assert answer.notice == ""
    assert answer.sentences[0].text == "Engineers found a crack of 17 centimetres in the Tolland Bridge."
    assert answer.sentences[0].support == "supported"
    assert answer.sentences[1:] == before.sentences
    assert answer.citations == before.citations


def test_where_both_engines_choose_a_paragraph_the_others_are_left_out(bridge: Article) -> None:
    found = [
        Passage(bridge, at, here.start, here.end)
        for at, text in enumerate(("The Tolland Bridge was closed", "The repair costs", "Ferries carry passengers"))
        if (here := bridge.paragraphs[at]) and text in bridge.paragraph_text(at)
    ]
    draft = compose("How do they cross?", [Part(tuple(found))], Searched(1), "extractive")
    told = Told("Ferries carry passengers across.", "supported", (dataclasses.replace(found[2], end=found[2].end - 1),))
    answer = merge(draft, [told], lambda passage: "", within=[told])
    assert [one.text for one in answer.sentences] == [told.text, found[2].text]
    assert [one.marker for one in answer.citations] == [1, 2]
    assert answer.text == (
        f"Ferries carry passengers across. [2]\n\nThe Harbour Gazette, 4 March 2026: {found[2].text} [1]"
    )


def test_reports_that_differ_are_both_told(bridge: Article) -> None:
    found = [Passage(bridge, at, here.start, here.end) for at, here in enumerate(bridge.paragraphs)]
    told = Told("Ferries carry passengers across.", "supported", (found[2],))
    question = read_question("How do they cross?")
    assert is_enough(question, compose("?", [Part(tuple(found))], Searched(1), "extractive"), [told])
    assert not is_enough(question, compose("?", [Part(tuple(found), intro=DIFFER)], Searched(1), "extractive"), [told])


def test_what_the_model_only_repeats_stays(ask: Ask, stocked: Library) -> None:
    question = "Why was the Tolland Bridge closed and how large was the crack?"
    before = plain(stocked, question)
    own = before.sentences[0].text
    *_, answer = ask(question, f"{own} [1] Engineers found a crack of 17 centimetres in the Tolland Bridge [1].")
    assert own in [one.text for one in answer.sentences]


def test_a_passage_that_has_it_otherwise_is_not_hidden_by_another(checker: ClaimChecker) -> None:
    article = Article.from_text(
        "Officials found no evidence that the mayor took bribes from a builder.\n\n"
        "A rival wrote that the mayor took bribes from a builder."
    )
    exhibits = [Exhibit(number, article, number - 1, ()) for number in (1, 2)]
    claim = Claim("The mayor took bribes from a builder.", (1, 2))
    assert isinstance(checker.check(claim, exhibits[:1], ""), Refused)
    assert isinstance(checker.check(claim, exhibits, ""), Refused)


def test_a_piece_of_a_sentence_is_told_as_the_whole_sentence(checker: ClaimChecker) -> None:
    article = Article.from_text("“We owe it to the people who work in the mill,” Ada Brandt said on Monday.")
    told = checker.check(Claim("We owe it to the people who work in the mill.", (1,)), [Exhibit(1, article, 0, ())], "")
    assert isinstance(told, Told)
    assert (told.text, told.support) == (article.text, "verbatim")
    short = checker.check(Claim("We owe it.", (1,)), [Exhibit(1, article, 0, ())], "")
    assert not isinstance(short, Told) or short.text == "We owe it."


@pytest.mark.parametrize(
    ("odds", "borne_out", "counts"),
    [(0.0, False, True), (-2.0, False, False), (-2.0, True, True), (-6.0, True, False)],
)
def test_what_the_model_put_itself_is_believed_earlier(
    bridge: Article, odds: float, borne_out: bool, counts: bool
) -> None:
    here = bridge.paragraphs[2]
    passage = Passage(bridge, 2, here.start, here.end)
    told = Told("Ferries carry them across.", "supported", (passage,))
    question = read_question("Which ferries go across the river?")
    likely = {place_of(passage): odds - ALMOST}
    assert may_answer(question, told, [Exhibit(1, bridge, 2, ())], likely, borne_out) is counts


@pytest.mark.parametrize(("score", "counts"), [(0.55, True), (0.45, False)])
def test_who_said_it_in_other_words_takes_a_statement_that_comes_near(score: float, counts: bool) -> None:
    article = Article.from_text("“We ran the mill badly for years,” said Ada Cole on Monday.")
    here = article.paragraphs[0]
    told = Told(article.text, "verbatim", (Passage(article, 0, here.start, here.end),))
    exhibits = [Exhibit(1, article, 0, tuple(extract_quotes(article)))]
    question = read_question("Which owner admitted mistakes in steering the mill?")
    likely = {(article.id, 0): score - NEAR_ENOUGH_OF_ANYBODY}
    assert may_answer(question, told, exhibits, likely) is counts


def test_of_who_said_it_only_the_nearest_statement_is_likely() -> None:
    article = Article.from_text("“We ran the mill badly,” said Ada Cole.\n\n“The mill burns coal,” said Tom Hale.")
    near = [[Statement(one, article, score) for one, score in zip(extract_quotes(article), (0.8, 0.9), strict=True)]]
    likely = likely_places(read_question("Who admitted mistakes at the mill?"), near, [])
    assert [place for place, odds in likely.items() if odds > 0] == [(article.id, 1)]
    named = likely_places(read_question("What did Cole say about the mill?"), near, [])
    assert all(odds > 0 for odds in named.values())


def test_a_sentence_in_place_of_the_models_does_not_tell_who_said_it_by_its_topic() -> None:
    article = Article.from_text("Ada Cole said she rang the control centre of Norlund Mill at noon.")
    here = article.paragraphs[0]
    told = Told(article.text, "verbatim", (Passage(article, 0, here.start, here.end),))
    exhibits = [Exhibit(1, article, 0, tuple(extract_quotes(article)))]
    question = read_question("Who conceded that Norlund Mill erred?")
    likely = {(article.id, 0): -0.1}
    assert may_answer(question, told, exhibits, likely, borne_out=True)
    assert not may_answer(question, told, exhibits, likely, borne_out=False)


@pytest.mark.parametrize(
    ("first", "told", "joins"),
    [
        ("The Norlund governor", "Mike Hale says salt closed the bridge.", True),
        ("The Norlund governor", "Mike Hale says the ferry is late.", False),
        ("Governor Ada Cole", "Mike Hale says salt closed the bridge.", False),
    ],
)
def test_only_an_office_may_be_told_a_name(first: str, told: str, joins: bool) -> None:
    article = Article.from_text(f"{first} said salt had closed the bridge.\n\n{told}")
    passages = [Passage(article, at, here.start, here.end) for at, here in enumerate(article.paragraphs)]
    quotes = extract_quotes(article)
    draft = compose(
        "?", [Part(tuple(passages[:1]))], Searched(1), "ledger", [one for one in quotes if not one.paragraph]
    )
    exhibits = [Exhibit(at + 1, article, at, tuple(quotes)) for at in range(2)]
    question = read_question("Who said salt closed the bridge?")
    assert may_join(question, draft, Told(told, "supported", (passages[1],)), exhibits, {}) is joins


def test_statements_are_read_before_sentences_where_nothing_is_shown_yet() -> None:
    article = Article.from_text("The mill burns coal.\n\n“It is late,” said Ada Cole.")
    here = article.paragraphs[0]
    near = [Evidence(article, 0, here.start, here.end, 0.5, 0.0, 0.0, 1.0, 4.0, 0.0)]
    said = [[Statement(quote, article, 0.4) for quote in extract_quotes(article)]]
    silent = compose("?", [Part(reason="The articles do not say.")], Searched(1), "ledger")
    found = gather(silent, said, near, lambda _: article, lambda _: ())
    assert [one.paragraph for one in found] == [1, 0]


def test_fewer_passages_are_read_where_nothing_is_shown_yet(bridge: Article) -> None:
    long = Article.from_text(
        "\n\n".join(f"{number} ferries cross the river again and again. " * 5 for number in range(9))
    )
    passages = [Passage(long, at, here.start, here.end) for at, here in enumerate(long.paragraphs)]
    answered = compose("?", [Part(tuple(passages))], Searched(1), "extractive")
    silent = compose("?", [Part(reason="The articles do not say.")], Searched(1), "extractive")
    near = [Evidence(long, one.paragraph, one.start, one.end, 0.5, 0.0, 0.0, 1.0, 4.0, 0.0) for one in passages]
    lengths = [
        sum(len(one.shown) for one in gather(draft, (), near, lambda _: long, lambda _: ()))
        for draft in (answered, silent)
    ]
    assert MOST_AT_FIRST < lengths[0] <= MOST_CHARACTERS_READ
    assert 0 < lengths[1] <= MOST_AT_FIRST


def test_a_summary_is_not_cut_to_what_the_model_tells(ask: Ask, stocked: Library) -> None:
    question = "Summarise the Tolland Bridge article"
    before = plain(stocked, question)
    *_, answer = ask(question, before.sentences[0].text)
    assert answer.citations == before.citations


def test_the_passages_are_shown_first_and_sentences_as_they_are_verified(ask: Ask) -> None:
    found = ask(
        OKAFOR, "Ines Okafor said they will not reopen it before May [1].", " Ferries carry passengers across [2]."
    )
    assert len(found) >= 3
    assert found[0].closest or found[0].citations
    assert any("not reopen it before May" in one.text for one in (*found[0].closest, *found[0].citations))
    assert all(one.engine == "model: openai:scripted" for one in found[:-1])
    told = [sum(one.support == "supported" for one in answer.sentences) for answer in found]
    assert told == sorted(told), "what was shown stays"


def test_ask_gives_the_last_answer_of_the_stream(ask: Ask, stocked: Library, serve: Callable[..., ChatModel]) -> None:
    *_, last = ask(HOW_LARGE, "The crack was 17 centimetres long [1].")
    assert dataclasses.replace(stocked.ask(HOW_LARGE), seconds=last.seconds) == last


def test_without_a_marker_code_finds_the_passage(ask: Ask, stocked: Library) -> None:
    *_, answer = ask(HOW_LARGE, "Engineers found a crack of 17 centimetres in the bridge.")
    assert answer.sentences[0].support == "supported"
    assert "17 centimetres" in answer.citations[answer.sentences[0].citations[0] - 1].text


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("Engineers found a crack of 17 centimetres [9].", "there is not"),
        ("Engineers found a crack of 71 centimetres [1].", "71"),
        ("Engineers found a crack of 17 metres [1].", "17"),
        ("Engineers of Kessel found a crack of 17 centimetres [1].", "Kessel"),
        ("The bridge was not closed after engineers found a crack of 17 centimetres [1].", ""),
    ],
)
def test_what_is_not_borne_out_is_left_out_and_told(ask: Ask, stocked: Library, reply: str, reason: str) -> None:
    before = plain(stocked, HOW_LARGE)
    *_, answer = ask(HOW_LARGE, reply)
    assert answer.sentences == before.sentences
    assert answer.text == before.text
    assert "The articles' own sentences are shown instead." in answer.notice
    *_, mixed = ask(HOW_LARGE, "The crack that engineers found was 17 centimetres [1]. ", reply)
    assert mixed.sentences[0].text == "The crack that engineers found was 17 centimetres."
    assert reason in mixed.notice
    assert "1 sentence" in mixed.notice
    assert reply.split(" [")[0] not in mixed.text


def test_anothers_words_are_nobody_elses(ask: Ask, stocked: Library) -> None:
    before = plain(stocked, OKAFOR)
    *_, answer = ask(OKAFOR, "Tomas Lind said that they will not reopen the bridge before May [1].")
    assert answer.sentences == before.sentences
    assert "Tomas Lind" not in answer.text


@pytest.mark.parametrize("reply", ["Yes, Ines Okafor called the repair a disaster [1].", "Yes.", "YES", "No."])
def test_what_only_the_question_says_is_not_said(ask: Ask, stocked: Library, reply: str) -> None:
    question = "Did Ines Okafor call the repair of the Tolland Bridge a disaster?"
    before = plain(stocked, question)
    *_, answer = ask(question, reply)
    assert (answer.status, answer.sentences) == (before.status, before.sentences)
    assert "disaster" not in answer.text.replace(before.text, "")


def test_a_copied_sentence_is_the_articles_own(ask: Ask, stocked: Library, bridge: Article) -> None:
    *_, answer = ask(
        HOW_LARGE, "The Tolland Bridge was closed on Tuesday after engineers found a crack of 17 centimetres [1]."
    )
    assert answer.sentences[0].support == "verbatim"
    assert answer.text == plain(stocked, HOW_LARGE).text


@pytest.mark.parametrize("reply", ["NONE", "The articles do not say.", "It was built in 1901 [1]."])
def test_a_refusal_stays_one(ask: Ask, stocked: Library, reply: str) -> None:
    question = "Who won the chess championship in Quito?"
    before = plain(stocked, question)
    *growing, answer = ask(question, reply)
    assert all(one.status == "answered" and not one.text for one in growing), "no refusal before it is one"
    assert (answer.status, answer.text, answer.closest) == ("abstained", before.text, before.closest)
    assert not answer.sentences


def test_words_of_somebody_else_do_not_answer_for_a_speaker(ask: Ask, stocked: Library) -> None:
    question = "What did Zelda Quennell say about the Tolland Bridge?"
    *_, answer = ask(question, "Ines Okafor said they will not reopen it before May [1].")
    assert answer.status == "abstained"
    assert answer.text == plain(stocked, question).text


def test_a_model_that_finds_nothing_leaves_an_answer_alone(ask: Ask, stocked: Library) -> None:
    before = plain(stocked, OKAFOR)
    *_, answer = ask(OKAFOR, "NONE")
    assert dataclasses.replace(answer, seconds=0) == dataclasses.replace(before, seconds=0)


def slow(handler: Any) -> None:
    time.sleep(1.5)


def test_a_summary_is_led_by_a_sentence_of_the_model(ask: Ask, stocked: Library) -> None:
    question = "Summarise the Tolland Bridge article"
    before = plain(stocked, question)
    *_, answer = ask(
        question, "Engineers found a crack of 17 centimetres in the Tolland Bridge [1]. It cost 9 crowns [1]."
    )
    assert before.engine == "summary"
    assert answer.sentences[0].text == "Engineers found a crack of 17 centimetres in the Tolland Bridge."
    assert answer.sentences[1:] == before.sentences
    assert "9" in answer.notice


def test_a_follow_up_is_read_as_it_was_understood(stocked: Library, serve: Callable[..., ChatModel]) -> None:
    asked: list[str] = []

    def script(handler: Any) -> None:
        asked.append(handler.asked["messages"][-1]["content"])
        handler.say("NONE")

    history = [
        {"role": "user", "content": "What did Ines Okafor say about the Tolland Bridge?"},
        {"role": "assistant", "content": "“We will not reopen it before May,” said Ines Okafor."},
    ]
    stocked.use_model(serve(script))
    answer = stocked.ask("And what did she say about the repair?", history=history)
    assert answer.understood
    assert "Okafor" in asked[0].splitlines()[-1]


def test_in_a_follow_up_anothers_words_are_nobody_elses_either(
    stocked: Library, serve: Callable[..., ChatModel]
) -> None:
    history = [
        {"role": "user", "content": "What did Ines Okafor say about the Tolland Bridge?"},
        {"role": "assistant", "content": "“We will not reopen it before May,” said Ines Okafor."},
    ]
    stocked.use_model(serve(lambda handler: handler.say("Tomas Lind said they will not reopen it before May [1].")))
    *_, answer = stocked.ask_stream("And what did she say about reopening it?", history=history)
    check(stocked, answer)
    assert answer.understood
    assert "Tomas Lind" not in answer.text
    assert "not borne out" in answer.notice


def test_a_server_that_dies_half_way_costs_nothing_but_a_notice(ask: Ask, stocked: Library) -> None:
    before = plain(stocked, HOW_LARGE)

    def script(handler: Any) -> None:
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Content-Length", "5000")
        handler.end_headers()
        handler.wfile.write(b'data: {"id": "1"')

    *_, answer = ask(HOW_LARGE, script=script)
    assert "The articles' own sentences are shown instead." in answer.notice
    assert answer.text == before.text


FAILURES = {
    "wrong key": (lambda handler: handler.fail(401, "Incorrect credentials"), "does not accept the key"),
    "context": (lambda handler: handler.fail(400, "maximum context length is 9 tokens"), "too long for the model"),
    "no such model": (lambda handler: handler.fail(404, "no such model"), "There is no model"),
    "busy": (lambda handler: handler.fail(429, "slow down"), "no more questions"),
    "broken": (lambda handler: handler.fail(500, "out of memory"), "failed"),
    "empty": (lambda handler: handler.say("", " \n"), "empty answer"),
    "endless": (lambda handler: handler.say(*["again and "] * (MOST_CHARACTERS // 6)), "does not come to an end"),
    "silent": (slow, "longer than 0.3 seconds"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_whatever_fails_the_articles_own_sentences_answer(ask: Ask, stocked: Library, failure: str) -> None:
    script, told = FAILURES[failure]
    before = plain(stocked, HOW_LARGE)
    *_, answer = ask(HOW_LARGE, script=script, seconds=0.3 if failure == "silent" else 30.0)
    assert told in answer.notice
    assert "The articles' own sentences are shown instead." in answer.notice
    assert dataclasses.replace(answer, notice="", seconds=0) == dataclasses.replace(before, seconds=0)


@pytest.mark.parametrize(
    ("name", "url", "told"),
    [
        ("openai:scripted", "http://127.0.0.1:9/v1", "cannot be reached"),
        ("ibm:granite", None, "pip install langchain-ibm"),
        ("nobody:nothing", None, "cannot be used"),
    ],
)
def test_a_model_that_is_not_there_costs_no_answer(stocked: Library, name: str, url: str | None, told: str) -> None:
    before = plain(stocked, HOW_LARGE)
    stocked.use_model(ChatModel(name, url=url))
    answer = stocked.ask(HOW_LARGE)
    assert told in answer.notice
    assert answer.text == before.text


def test_a_name_that_is_none_in_the_settings_is_told_with_the_answer(
    tmp_path: Path, make_encoder: Any, bridge: Article, settings: Any
) -> None:
    named = settings.model_copy(update={"model": "gpt"})
    with Library.open(tmp_path / "one", settings=named, encoder=make_encoder(), extract=lambda _: []) as library:
        library.add_articles([bridge])
        answer = library.ask(HOW_LARGE)
        assert "17 centimetres" in answer.text
        assert "provider:name" in answer.notice
    with pytest.raises(ModelError):
        ChatModel("gpt")


def test_a_reader_who_leaves_stops_the_model(stocked: Library, serve: Callable[..., ChatModel]) -> None:
    ended = []

    def script(handler: Any) -> None:
        try:
            handler.say(*["The crack was 17 centimetres [1]. "] * 100_000)
        finally:
            ended.append(True)

    stocked.use_model(serve(script))
    answers = stocked.ask_stream(HOW_LARGE)
    while not any(one.support == "supported" for one in next(answers).sentences):
        pass
    answers.close()
    for _ in range(50):
        if ended:
            break
        time.sleep(0.1)
    assert ended
