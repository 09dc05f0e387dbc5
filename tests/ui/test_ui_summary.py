"""The button that has an article summarised, and what it shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.errors import LibraryError
from rag.library import Library
from rag.types import Article, Citation, Quote, Searched, Sentence, Speaker, Summary
from ui.articles_tab import summarise
from ui.articles_view import table_html
from ui.gate import LibraryGate
from ui.reference import Reference
from ui.source_view import source_html
from ui.summary_view import summary_html

HOSTILE = "<img src=x onerror=hit()> & “${hit()}”"


@pytest.fixture
def gate(open_library: Callable[..., Library], bridge: Article) -> LibraryGate:
    library = open_library()
    library.add_articles([bridge])
    return LibraryGate(lambda: library)


def test_the_summary_grows_and_its_citations_open_the_source(gate: LibraryGate, bridge: Article) -> None:
    pieces = list(summarise(gate, bridge.id))
    assert "Reading the article" in pieces[0]
    assert 'aria-busy="true"' in pieces[1]
    assert 'aria-busy="true"' not in pieces[-1]
    assert f'href="#cite/{bridge.id}/0/' in pieces[-1]
    assert "Tolland Bridge was closed on Tuesday" in pieces[-1]


@pytest.mark.parametrize("wrong", [None, 7, "x", "0" * 16])
def test_what_cannot_be_summarised_is_an_error(gate: LibraryGate, wrong: object) -> None:
    assert "is-error" in list(summarise(gate, wrong))[-1]


def test_a_library_that_cannot_be_opened_is_an_error() -> None:
    def fail() -> Library:
        raise LibraryError("The folder is gone.")

    assert "The folder is gone." in list(summarise(LibraryGate(fail), "0" * 16))[-1]


def test_every_article_has_a_button(bridge: Article) -> None:
    button = f'<button type="button" class="summarise" data-article="{bridge.id}"'
    assert button in table_html([bridge], 0)
    assert button in source_html(bridge, Reference(bridge.id))


def test_words_that_were_left_out_are_told_and_nothing_becomes_markup() -> None:
    article = Article.from_text(f"LINDAL — {HOSTILE} burst.", title=HOSTILE, source=HOSTILE)
    cited = Citation(1, article.id, None, HOSTILE, HOSTILE, None, None, 0, 0, len(article.text), article.text)
    shorter = Sentence(article.text.removeprefix("LINDAL — "), "supported", (1,))
    own = Sentence("Reports differ:", "supported", (1,))
    drawn = summary_html(Summary("", (shorter, own), (cited,), Searched(1), note=HOSTILE), article)
    assert drawn.count("proof is-shortened") == 1
    assert drawn.count('<p class="answer-line">') == 1
    assert "<img" not in drawn


def test_a_statement_that_no_sentence_tells_is_told_once_under_its_speaker() -> None:
    article = Article.from_text(f"The dam burst.\n\n“{HOSTILE},” she said.", source="Shore News")
    first, second = (
        Citation(number, article.id, None, None, "Shore News", None, None, one.index, one.start, one.end, words)
        for number, one in enumerate(article.paragraphs, 1)
        for words in [article.paragraph_text(one.index)]
    )
    place = {"article_id": article.id, "external_id": None, "kind": "direct", "spans": ()}
    told = Quote(text=first.text, paragraph=0, start=first.start, end=first.end, speaker=Speaker("Bo Tarn"), **place)
    other = Quote(
        text=HOSTILE,
        paragraph=1,
        start=second.start,
        end=second.end,
        speaker=Speaker(HOSTILE),
        polarity="denied",
        **place,
    )
    sentences = (Sentence(first.text, "verbatim", (1,)),)
    drawn = summary_html(Summary("", sentences, (first, second), Searched(1), (told, other)), article)
    before, statements = drawn.split('<div class="statements">')
    assert "The dam burst." in before
    assert "denied" not in before
    assert statements.count('class="told-by"') == 1
    assert "denied · Shore News" in statements
    assert f'href="#cite/{article.id}/{second.start}/{second.end}/2"' in statements
    assert "<img" not in drawn
