"""A library with a language model: whatever fails costs a notice, and no answer."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from rag.answering import ranking
from rag.answering.model_engine import INSTEAD
from rag.errors import ModelError
from rag.library import Library
from rag.llm import MOST_CHARACTERS, ChatModel
from rag.quotes import extract_quotes
from rag.types import Answer, Article

HOW_LARGE = "How large was the crack that engineers found in the Tolland Bridge?"
Serve = Callable[..., ChatModel]


@pytest.fixture(autouse=True)
def lenient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers whatever the chance: whether a question is answered is no matter of these tests."""
    monkeypatch.setattr(ranking, "chance", lambda *_: 1.0)


@pytest.fixture
def stocked(open_library: Callable[..., Library], articles: Sequence[Article]) -> Library:
    library = open_library(extract=extract_quotes)
    library.add_articles(articles)
    return library


def plain(library: Library, question: str = HOW_LARGE) -> Answer:
    library.use_model(None)
    return library.ask(question)


def test_a_checked_sentence_leads_and_ask_gives_the_last_of_the_stream(
    stocked: Library, serve: Serve, check: Callable[[Library, Answer], None]
) -> None:
    stocked.use_model(serve(lambda handler: handler.say("The crack that engineers found was 17 centimetres [1].")))
    *growing, last = stocked.ask_stream(HOW_LARGE)
    for answer in (*growing, last):
        check(stocked, answer)
    assert last.sentences[0].text == "The crack that engineers found was 17 centimetres."
    assert last.sentences[0].support == "supported"
    assert last.model == "openai:scripted"
    assert dataclasses.replace(stocked.ask(HOW_LARGE), seconds=last.seconds) == last


def test_anothers_words_are_nobody_elses(stocked: Library, serve: Serve) -> None:
    question = "What did Ines Okafor say about reopening the Tolland Bridge?"
    before = plain(stocked, question)
    stocked.use_model(serve(lambda handler: handler.say("Tomas Lind said they will not reopen it before May [1].")))
    answer = stocked.ask(question)
    assert answer.sentences == before.sentences
    assert "Tomas Lind" not in answer.text


def test_a_follow_up_is_read_as_it_was_understood(stocked: Library, serve: Serve) -> None:
    asked: list[str] = []

    def script(handler: Any) -> None:
        asked.append(handler.asked["messages"][-1]["content"])
        handler.say("NONE")

    stocked.use_model(serve(script))
    answer = stocked.ask("When was that?", history=[{"role": "user", "content": "Who closed the Tolland Bridge?"}])
    assert answer.understood
    assert "Tolland Bridge" in asked[0].splitlines()[-1]


# ---------------------------------------------------------------------- what fails


def half(handler: Any) -> None:
    handler.protocol_version = "HTTP/1.1"
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b'data: {"id": "1"')


def silent(handler: Any) -> None:
    time.sleep(0.5)  # longer than a reader waits


FAILURES = {
    "wrong key": (lambda handler: handler.fail(401, "Incorrect credentials"), "does not accept the key"),
    "context": (lambda handler: handler.fail(400, "maximum context length is 9 tokens"), "too long for the model"),
    "no such model": (lambda handler: handler.fail(404, "no such model"), "There is no model"),
    "busy": (lambda handler: handler.fail(429, "slow down"), "no more questions"),
    "broken": (lambda handler: handler.fail(500, "out of memory"), "failed"),
    "empty": (lambda handler: handler.say("", " \n"), "empty answer"),
    "endless": (lambda handler: handler.say(*["again and "] * (MOST_CHARACTERS // 6)), "does not come to an end"),
    "half": (half, ""),
    "silent": (silent, "longer than 0.2 seconds"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_whatever_fails_the_articles_own_sentences_answer(stocked: Library, serve: Serve, failure: str) -> None:
    script, told = FAILURES[failure]
    before = plain(stocked)
    stocked.use_model(serve(script, seconds=0.2 if failure == "silent" else 30.0))
    answer = stocked.ask(HOW_LARGE)
    assert told in answer.notice
    assert INSTEAD in answer.notice
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
    before = plain(stocked)
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


def test_a_reader_who_leaves_stops_the_model(stocked: Library, serve: Serve) -> None:
    ended: list[bool] = []

    def script(handler: Any) -> None:
        try:
            handler.say(*["The crack was 17 centimetres [1]. "] * 100_000)
        finally:
            ended.append(True)

    stocked.use_model(serve(script))
    answers = stocked.ask_stream(HOW_LARGE)
    while not any(one.text.startswith("The crack was") for one in next(answers).sentences):
        pass
    answers.close()
    for _ in range(50):
        if ended:
            break
        time.sleep(0.1)
    assert ended
