"""Statements of the ledger as they are told: the sentences that hold the words, the tag and the speaker, and no one else's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.statements import ArticleQuote
from rag.errors import QuestionError
from rag.library import Library
from rag.quotes import extract_quotes
from rag.types import Article, Filters, Quote, Span, Speaker


def statement(text: str, words: str, speaker: str | None = None, cue: str | None = None) -> ArticleQuote:
    article = Article.from_text(text)
    start = text.index(words)
    end = start + len(words)
    name = text.index(speaker) if speaker else 0
    tag = text.index(cue) if cue else 0
    quote = Quote(
        article.id,
        None,
        article.paragraph_at(start),
        words,
        start,
        end,
        ((start, end),),
        "direct",
        Speaker(speaker, speaker, name, name + len(speaker), "name") if speaker else None,
        Span(cue, tag, tag + len(cue)) if cue else None,
    )
    return ArticleQuote(quote, article)


def slices(one: ArticleQuote) -> list[str]:
    return [one.article.text[start:end] for start, end in one.slices()]


def test_the_sentences_that_hold_words_tag_and_speaker() -> None:
    text = "It rained. “We paid. All of it,” Ada Brandt said. She left."
    assert slices(statement(text, "“We paid. All of it,”", "Ada Brandt", "said")) == [
        "“We paid.",
        "All of it,” Ada Brandt said.",
    ]
    apart = "Ada Brandt spoke on Monday. It rained. “We paid.”"
    assert slices(statement(apart, "“We paid.”", "Ada Brandt", "spoke")) == [
        "Ada Brandt spoke on Monday.",
        "“We paid.”",
    ]


def test_a_statement_over_two_paragraphs_is_told_whole_and_a_tag_elsewhere_is_not() -> None:
    text = "Ada Brandt said:\n\n“We paid.\n\nAll of it.”"
    assert slices(statement(text, "“We paid.\n\nAll of it.”", "Ada Brandt", "said")) == ["“We paid.", "All of it.”"]


@pytest.mark.parametrize(
    ("text", "words", "told"),
    [
        (
            "“We paid. All of it,” Karl Winter said, and Ada Brandt agreed that he did.",
            "that he did",
            "agreed that he did.",
        ),
        (
            '"We paid. All of it," Karl Winter said, and Ada Brandt agreed that he did.',
            "that he did",
            "agreed that he did.",
        ),
    ],
)
def test_the_end_of_anothers_words_is_not_told_as_theirs(text: str, words: str, told: str) -> None:
    (only,) = slices(statement(text, words, "Ada Brandt", "agreed"))
    assert only.endswith(told)
    assert "All of it" not in only


@given(
    st.lists(
        st.sampled_from(
            ["“We paid,” ", "Ada Brandt said. ", "It rained. ", "\n\n", "“All of it. ", "By May.” ", '"No," ']
        ),
        max_size=9,
    )
)
def test_of_any_text_the_slices_are_in_order_and_hold_some_words(parts: list[str]) -> None:
    article = Article.from_text("".join(parts))
    for quote in extract_quotes(article):
        found = ArticleQuote(quote, article).slices()
        assert found == sorted(found)
        assert all(0 <= start < end <= len(article.text) for start, end in found)
        assert any(start < right and left < end for start, end in found for left, right in quote.spans)


def test_who_speaks_is_told_by_name_or_as_written() -> None:
    text = "“We paid,” she said."
    assert statement(text, "“We paid,”", "she", "said").speaker == "she"
    assert statement(text, "“We paid,”").speaker is None


@pytest.mark.parametrize("wrong", [{"speaker": " "}, {"speaker": ""}, {"about": " "}, {"about": "?!"}])
def test_an_empty_speaker_or_topic_is_an_error(library: Library, bridge: Article, wrong: dict[str, str]) -> None:
    library.add_articles([bridge])
    with pytest.raises(QuestionError):
        library.quotes(**wrong)
    with pytest.raises(QuestionError):
        library._finder.quotes(None, None, Filters(speaker=" "))
