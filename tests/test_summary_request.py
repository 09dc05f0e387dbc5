"""Questions that ask for a summary, and what they want summarised."""

from __future__ import annotations

import pytest

from rag.summarizing.request import Request, read_request


@pytest.mark.parametrize(
    "question",
    [
        "Summarise this",
        "Summarize this article, please.",
        "Sum it up",
        "sum this up for me",
        "TL;DR",
        "Give me an overview",
    ],
)
def test_this(question: str) -> None:
    assert read_request(question) == Request("this")


@pytest.mark.parametrize(
    ("question", "request_"),
    [
        ("Summarise the article about the bridge", Request("article", "the bridge")),
        ("Give me the gist of the tram strike", Request("topic", "tram strike")),
        ("Could you sum up the news on the bridge last week?", Request("topic", "bridge")),
        ("A short summary of the strike, newest first", Request("topic", "strike", newest_first=True)),
        ("Summarise what Brandt said about the repair since June", Request("speaker", "the repair", "Brandt")),
        (
            "Summarize what the harbour master has said about the ferry",
            Request("speaker", "the ferry", "harbour master"),
        ),
        ("Sum up Brandt's position on the mill", Request("speaker", "the mill", "Brandt")),
        (
            "Summarise the statements of Ada Brandt on the mill since 4 March",
            Request("speaker", "the mill", "Ada Brandt"),
        ),
    ],
)
def test_what_is_wanted(question: str, request_: Request) -> None:
    assert read_request(question) == request_


@pytest.mark.parametrize(
    "question", ["Who summarised the report?", "What did Brandt say?", "How long was the bridge closed?"]
)
def test_other_questions_are_none(question: str) -> None:
    assert read_request(question) is None
