"""Why a speaker has a name, or has none: told in a line, with links to the words of the article."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.types import Article, Naming, Sentence, Speaker
from ui.reference import parse_reference
from ui.sentence_view import Proof, sentences_html
from ui.speaker_view import trace_html

ARTICLE = Article.from_text(
    "Jonas Brandt came on Monday.\n\n“We wait,” he said.\n\n“Nobody asked,” said a clerk. The clerk feared for his job.",
    title="Waiting",
    source="Shore News",
)
WAIT, ASKED = "“We wait,” he said.", "“Nobody asked,” said a clerk."


@pytest.fixture
def he(say):
    naming = Naming("Jonas Brandt", 0, 12, 0)
    speaker = Speaker("Jonas Brandt", "he", 41, 43, "pronoun", "person", named_at=naming)
    return replace(say(ARTICLE, "“We wait,”", None), speaker=speaker)


@pytest.fixture
def clerk(say):
    start = ARTICLE.text.index("feared for his job")
    speaker = Speaker("a clerk", "a clerk", 72, 79, None, "anonymous", "feared for his job", (start, start + 18))
    return replace(say(ARTICLE, "“Nobody asked,”", None), speaker=speaker)


def linked(page) -> list[str]:
    """The words of the article that the links point at."""
    references = [parse_reference(link["href"]) for link in page.links()]
    return [ARTICLE.text[one.start : one.end] for one in references if one]


def test_where_he_is_named(he, cite, parse):
    page = parse(trace_html([he, he], [cite(ARTICLE, WAIT)]))
    assert page.text == "“he” is Jonas Brandt, named in paragraph 1"
    assert linked(page) == ["Jonas Brandt"]


def test_why_a_source_is_not_named(clerk, cite, parse):
    page = parse(trace_html([clerk], [cite(ARTICLE, ASKED)]))
    assert page.text == "Not named: “feared for his job”"
    assert linked(page) == ["feared for his job"]


def test_nothing_is_told_that_is_shown_or_goes_without_saying(he, clerk, cite):
    whole = [replace(cite(ARTICLE, WAIT), start=0, end=len(ARTICLE.text))]
    assert trace_html([he, clerk], whole) == ""
    by_name = replace(he, speaker=replace(he.speaker, resolved_by="name"))
    left_open = replace(he, speaker=Speaker("he", "he", 41, 43))
    assert trace_html([by_name, left_open, replace(he, speaker=None)], [cite(ARTICLE, WAIT)]) == ""


def test_words_of_an_article_stay_words(he, clerk, cite, parse):
    hostile = "<img src=x onerror=1>"
    evil = replace(he, speaker=replace(he.speaker, name=hostile, mention=hostile))
    unnamed = replace(clerk, speaker=replace(clerk.speaker, reason=hostile))
    page = parse(trace_html([evil, unnamed], [cite(ARTICLE, WAIT)]))
    assert {tag for tag, _ in page.tags} == {"span", "a"}
    assert page.text.count(hostile) == 3


def test_the_line_stands_under_the_speaker_in_an_answer(he, clerk, cite, parse):
    proof = Proof({1: cite(ARTICLE, WAIT, 1), 2: cite(ARTICLE, ASKED, 2)}, (he, clerk))
    page = parse(sentences_html([Sentence(WAIT, "verbatim", (1,))], proof, "Jonas Brandt"))
    assert page.text.startswith("Jonas Brandt said · Shore News“he” is Jonas Brandt, named in paragraph 1“We wait,”")
    page = parse(sentences_html([Sentence(ASKED, "verbatim", (2,))], proof, "a clerk"))
    assert page.text.startswith("A clerk said · anonymous source · Shore NewsNot named: “feared for his job”")
