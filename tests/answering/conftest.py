"""What the tests of answering share: candidates and questions made by hand, weights that can be reckoned with, the checks
that hold for every answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rag.answering import ranking
from rag.answering.candidates import Candidate
from rag.answering.ranking import DECIDING, FEATURES, FIRST, SHOWING, Weights
from rag.library import Library
from rag.types import Answer, Article, Quote, Speaker


def make_candidate(
    text: str,
    article: Article | None = None,
    *,
    title: str = "",
    date: str | None = None,
    source: str | None = None,
    speaker: str | None = None,
    polarity: Any = "asserted",
    phrase: str | None = None,
    theirs: float = 0.0,
    selected: float = 3.0,
    score: float = 0.0,
    **more: Any,
) -> Candidate:
    """A sentence of ``article``, or of one that holds nothing else, with what speaks for it."""
    if article is None:
        article = Article.from_text(text, title=title, date=date, source=source)
    start = article.text.index(text)
    end = start + len(text)
    statement = None
    if speaker is not None:
        said = Speaker(speaker, speaker, resolved_by="name")
        paragraph = article.paragraph_at(start)
        statement = Quote(
            article.id, None, paragraph, text, start, end, ((start, end),), "direct", said, polarity=polarity
        )
    at = article.text.index(phrase, start) if phrase else None
    facts = {
        "article": article,
        "paragraph": article.paragraph_at(start),
        "start": start,
        "end": end,
        "statement": statement,
        "theirs": theirs,
        "rank": 0,
        "similarity": 0.0,
        "alike": 0.0,
        "own": 1.0,
        "nearby": 0.0,
        "asks": 0.0,
        "selected": selected,
        "phrase": None if at is None or phrase is None else (at, at + len(phrase)),
        "phrase_chance": 0.9 if phrase else 0.0,
        "score": score,
    }
    return Candidate(**{**facts, **more})


def make_weights(answer: float = 0.5, another: float = 0.5, lead: float = 0.5, **of: float) -> Weights:
    """Weights of 0 but for those that are named; the chance is the selector's own of the best candidate.

    That of a candidate after the best is one half if it has the same score.
    """

    def row(names: tuple[str, ...]) -> Any:
        return np.array([of.get(name, 0.0) for name in names])

    deciding = np.array([float(name == "best") for name in DECIDING])
    showing = np.array([float(name == "behind") for name in SHOWING])
    return Weights(row(FIRST), row(FEATURES), deciding, 0.0, showing, 0.0, answer, another, lead)


def check_answer(library: Library, answer: Answer) -> None:
    """What holds for every answer, whoever wrote it."""
    for citation in (*answer.citations, *answer.closest):
        article = library.article(citation.article_id)
        assert article.text[citation.start : citation.end] == citation.text
        paragraph = article.paragraphs[citation.paragraph]
        assert paragraph.start <= citation.start < citation.end <= paragraph.end
        facts = (citation.title, citation.source, citation.date, citation.url, citation.external_id)
        assert facts == (article.title, article.source, article.date, article.url, article.external_id)
    markers = [citation.marker for citation in (*answer.citations, *answer.closest)]
    assert markers == list(range(1, len(markers) + 1))
    texts = {citation.marker: citation.text for citation in answer.citations}
    for sentence in answer.sentences:
        assert sentence.support in ("verbatim", "supported")
        assert sentence.citations
        assert set(sentence.citations) <= set(texts)
        assert sentence.text in answer.text
        if sentence.support == "verbatim":
            assert sentence.text in {texts[marker] for marker in sentence.citations}
        if sentence.phrase:
            assert sentence.text[slice(*sentence.phrase)].strip()
    assert {marker for sentence in answer.sentences for marker in sentence.citations} == set(texts)
    for part in answer.parts:
        if part.kind == "closest":
            assert {marker for one in part.sentences for marker in one.citations} <= {
                one.marker for one in answer.closest
            }
    for quote in answer.quotes:
        article = library.article(quote.article_id)
        assert " ".join(article.text[start:end] for start, end in quote.spans) == quote.text
    if answer.status == "answered":
        assert answer.sentences or answer.closest
    json.dumps(answer.to_dict(), allow_nan=False)


@pytest.fixture
def candidate() -> Callable[..., Candidate]:
    return make_candidate


@pytest.fixture
def weights() -> Callable[..., Weights]:
    return make_weights


@pytest.fixture
def weigh(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Weights]:
    """Puts hand-made weights in the place of the fitted ones."""

    def use(**of: float) -> Weights:
        made = make_weights(**of)
        monkeypatch.setattr(ranking, "load_weights", lambda: made)
        return made

    return use


@pytest.fixture(scope="session")
def check() -> Callable[[Library, Answer], None]:
    return check_answer
