"""Chat models against a scripted server on loopback: what it says, and everything that can go wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from rag.errors import ModelError
from rag.llm import MOST_CHARACTERS, ChatModel
from rag.settings import Settings, load_settings

ASKED = [("system", "Answer from the passages."), ("human", "Who closed the bridge?")]


def test_the_answer_comes_in_pieces_and_the_question_arrives(serve: Callable[..., ChatModel]) -> None:
    asked: list[Any] = []

    def script(handler: Any) -> None:
        asked.append(handler.asked)
        handler.say("The harbour ", "master", " [1].")

    model = serve(script)
    assert list(model.stream(ASKED)) == ["The harbour ", "master", " [1]."]
    assert model.complete(ASKED) == "The harbour master [1]."
    assert [one["content"] for one in asked[0]["messages"]] == [text for _, text in ASKED]
    assert asked[0]["temperature"] == 0


@pytest.mark.parametrize(
    ("status", "message", "told"),
    [
        (401, "Incorrect credentials", "does not accept the key"),
        (403, "Forbidden", "does not accept the key"),
        (400, "This model's maximum context length is 4096 tokens", "evidence is too long"),
        (404, "The model does not exist", "There is no model"),
        (429, "Slow down", "no more questions"),
        (500, "Out of memory", "failed"),
        (400, "Unknown field", "cannot be used"),
    ],
)
def test_a_servers_refusal_is_told(serve: Callable[..., ChatModel], status: int, message: str, told: str) -> None:
    model = serve(lambda handler: handler.fail(status, message))
    with pytest.raises(ModelError, match=told):
        model.complete(ASKED)


def test_an_empty_answer_is_an_error(serve: Callable[..., ChatModel]) -> None:
    with pytest.raises(ModelError, match="empty answer"):
        serve(lambda handler: handler.say("", " \n")).complete(ASKED)


def test_an_endless_answer_is_cut_off(serve: Callable[..., ChatModel]) -> None:
    model = serve(lambda handler: handler.say(*["again and again "] * (MOST_CHARACTERS // 8)))
    with pytest.raises(ModelError, match="does not come to an end"):
        model.complete(ASKED)


def test_a_server_that_stays_silent_is_a_time_out(serve: Callable[..., ChatModel]) -> None:
    model = serve(lambda handler: time.sleep(1.5), seconds=0.2)
    with pytest.raises(ModelError, match=r"longer than 0\.2 seconds"):
        model.complete(ASKED)


def test_a_server_that_is_not_there_is_told() -> None:
    pytest.importorskip("langchain_openai")
    model = ChatModel("openai:scripted", url="http://127.0.0.1:9/v1")
    with pytest.raises(ModelError, match="cannot be reached"):
        model.complete(ASKED)


def test_a_missing_package_is_named() -> None:
    pytest.importorskip("langchain")
    with pytest.raises(ModelError, match=r"langchain-ibm is not installed.*pip install langchain-ibm"):
        ChatModel("ibm:granite").complete(ASKED)


def test_an_unknown_provider_is_told() -> None:
    pytest.importorskip("langchain")
    with pytest.raises(ModelError, match="cannot be used"):
        ChatModel("nobody:nothing").complete(ASKED)


@pytest.mark.parametrize("name", ["gpt", ":gpt", "openai:", " "])
def test_a_name_without_its_provider_is_an_error(name: str) -> None:
    with pytest.raises(ModelError, match="provider"):
        ChatModel(name)


def test_the_model_comes_from_the_settings(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    assert ChatModel.from_settings(settings) is None
    monkeypatch.setenv("WHOSAID_MODEL", "openai:small")
    monkeypatch.setenv("WHOSAID_MODEL_KEY", "hush")
    made = load_settings()
    model = ChatModel.from_settings(made)
    assert model is not None
    assert model.name == "openai:small"
    assert "hush" not in repr(made)


def test_neither_the_key_nor_what_an_address_hides_is_told(serve: Callable[..., ChatModel]) -> None:
    away = ChatModel("openai:scripted", url="http://user:SECRET@127.0.0.1:9/v1?token=SECRET", key="SECRET-key")
    with pytest.raises(ModelError) as told:
        away.complete([("human", "Hello?")])
    assert "http://127.0.0.1:9/v1" in str(told.value)
    assert "SECRET" not in str(told.value)
    echoing = serve(lambda handler: handler.fail(500, f"wrong: {handler.headers['Authorization']}"), key="SECRET-key")
    with pytest.raises(ModelError, match="failed") as told:
        echoing.complete([("human", "Hello?")])
    assert "SECRET" not in str(told.value)
