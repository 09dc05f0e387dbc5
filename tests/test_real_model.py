"""Answers with a real model, where one is set (WHOSAID_MODEL) or is on this machine; skipped elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from rag.library import Library
from rag.llm import LOCAL, ChatModel
from rag.local_models import ModelStore
from rag.quotes import extract_quotes
from rag.settings import load_settings
from rag.types import Article


@pytest.fixture(scope="module")
def model() -> ChatModel:
    settings = load_settings()
    if settings.model is None and ModelStore(settings.models).models():
        settings = settings.model_copy(update={"model": LOCAL})
    found = ChatModel.from_settings(settings)
    if found is None:
        pytest.skip("no model is set, and none is on this machine")
    return found


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("How large was the crack that engineers found in the Tolland Bridge?", "17 centimetres"),
        ("What did Ines Okafor say about reopening the Tolland Bridge?", "before May"),
    ],
)
def test_a_real_model_answers_within_what_is_borne_out(
    open_library: Callable[..., Library], articles: Sequence[Article], model: ChatModel, question: str, fact: str
) -> None:
    library = open_library(extract=extract_quotes)
    library.add_articles(articles)
    library.use_model(model)
    answer = library.ask(question)
    assert answer.status == "answered"
    assert fact in answer.text
    assert "cannot be" not in answer.notice
    for sentence in answer.sentences:
        assert sentence.support in ("verbatim", "supported")
        assert sentence.citations
