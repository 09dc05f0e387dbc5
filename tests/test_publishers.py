"""A publisher that a question names as its source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.library import Library
from rag.publishers import Named, find_publisher
from rag.types import Article, Filters

SOURCES = ["AFP", "Eskerby Courier", "The Harbour Gazette", "Courier"]


@pytest.mark.parametrize(
    ("question", "source", "rest"),
    [
        (
            "What did the Harbour Gazette report about the bridge?",
            "The Harbour Gazette",
            "What is reported about the bridge?",
        ),
        (
            "What has the Eskerby Courier written about the strike?",
            "Eskerby Courier",
            "What is reported about the strike?",
        ),
        ("what does afp say about the flood?", "AFP", "What is reported about the flood?"),
        ("What did AFP report in November about the dam?", "AFP", "What is reported in November about the dam?"),
        ("According to AFP, how long is the crack?", "AFP", "How long is the crack?"),
        ("How long is the crack, according to the Harbour Gazette?", "The Harbour Gazette", "How long is the crack?"),
        ("Did the Courier report that the strike is over?", "Courier", "Is it reported that the strike is over?"),
        (
            "What is said in the Harbour Gazette about the ferry?",
            "The Harbour Gazette",
            "What is said about the ferry?",
        ),
        ("Who resigned in AFP’s story?", "AFP", "Who resigned?"),
    ],
)
def test_a_source_that_is_named(question: str, source: str, rest: str) -> None:
    assert find_publisher(question, SOURCES) == Named(source, rest)


@pytest.mark.parametrize(
    "question",
    [
        "Who owns the Harbour Gazette?",
        "Why was the editor fired by the Harbour Gazette?",
        "What did Tomas Lind say about the Harbour Gazette?",
        "What did the Morning Star report about the bridge?",
        "According to Tomas Lind, who owns AFP?",
        "What did AFPA report about the bridge?",
        "According to AFP",
    ],
)
def test_a_publisher_that_is_no_source(question: str) -> None:
    assert find_publisher(question, SOURCES) is None


@given(st.text(max_size=80), st.lists(st.text(max_size=12), max_size=4))
def test_any_name_can_be_looked_for(text: str, sources: list[str]) -> None:
    for question in (text, f"{text} according to {sources[0]}" if sources else text):
        named = find_publisher(question, sources)
        assert named is None or named.source in sources


def test_only_the_articles_of_the_named_publisher_are_searched(library: Library, bridge: Article) -> None:
    other = Article.from_text(
        "The crack in the Tolland Bridge is 11 centimetres long.", title="A crack", date="2026-03-04", source="Post"
    )
    library.add_articles([bridge, other])
    for paper, searched in (("Post", other), ("Harbour Gazette", bridge)):
        answer = library.ask(f"How long is the crack in the Tolland Bridge, according to the {paper}?")
        assert {citation.article_id for citation in [*answer.citations, *answer.closest]} == {searched.id}
        assert (answer.searched.articles, answer.searched.source) == (1, searched.source)
        assert answer.understood == f"How long is the crack in the Tolland Bridge? (only {searched.source})"
        results = library.retrieve(f"What did the {paper} report about the crack?")
        assert {result.article.id for result in results} == {searched.id}
    history = [{"role": "user", "content": "What did the Post report about the crack?"}]
    assert library.ask("And the Harbour Gazette?", history=history).searched.source == "The Harbour Gazette"
    chosen = library.ask("What did the Post report about the crack?", filters=Filters(source="The Harbour Gazette"))
    assert chosen.searched.source == "The Harbour Gazette"
    assert library.ask("How long is the crack?").searched.source is None
