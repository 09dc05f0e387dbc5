"""Sentences -> HTML: who said it and how, what proves it, and that each is told once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.types import Article, Sentence
from ui.reference import parse_reference
from ui.sentence_view import Proof, lead_html, sentences_html, statements_html

ONE = Article.from_text(
    "The ferry sank.\n\n“Nobody was hurt,” said Ada Quill. The hull lies in nine metres of water.",
    title="Ferry sinks",
    date="2031-05-02",
    source="Shore News",
)
TWO = Article.from_text("The ferry was old. It had leaked before.", title="An old ferry", source="Tide Post")
SANK, HURT, OLD = "The ferry sank.", "“Nobody was hurt,” said Ada Quill.", "The ferry was old."


@pytest.fixture
def proof(cite) -> Proof:
    """Three citations, the first two of one article."""
    return Proof({1: cite(ONE, SANK, 1), 2: cite(ONE, HURT, 2), 3: cite(TWO, OLD, 3)})


def exact(text: str, *markers: int) -> Sentence:
    return Sentence(text, "verbatim", markers)


def lines(page) -> int:
    return len(page.having("told-by"))


def test_exact_words_stand_under_who_reports_them(proof, parse):
    page = parse(sentences_html([exact(SANK, 1), exact(HURT, 2), exact(OLD, 3), exact(OLD, 3, 1)], proof))
    assert lines(page) == 3  # two sentences of one article stand together
    assert page.text.startswith(f"Shore News, 2 May 2031{SANK}")
    assert f"Tide Post{OLD}" in page.text
    assert f"Tide Post; Shore News, 2 May 2031{OLD}" in page.text


def test_words_of_ours_stand_under_nobody(proof, parse):
    page = parse(sentences_html([Sentence("The two do not agree.", "supported", (1, 3)), exact(OLD, 3)], proof))
    assert [attributes["class"] for tag, attributes in page.tags if tag == "p"] == ["answer-line", "answer-text"]
    assert page.text.startswith("The two do not agree.")


@pytest.mark.parametrize(
    ("polarity", "manner"),
    [
        ("asserted", "said"),
        ("denied", "denied"),
        ("not_said", "did not say"),
        ("conditional", "said, on a condition"),
        ("future", "announced"),
    ],
)
def test_how_something_was_said_stands_before_it(proof, parse, say, polarity, manner):
    quote = say(ONE, "“Nobody was hurt,”", "the captain", polarity=polarity, via="an <aide>")
    page = parse(sentences_html([exact(HURT, 2)], replace(proof, quotes=(quote,)), "the captain"))
    assert page.text.startswith(f"The captain {manner}, as an <aide> reported · Shore News, 2 May 2031{HURT}")


def test_how_something_was_said_is_left_open_where_no_statement_of_theirs_is_cited(proof, parse, say):
    elsewhere = say(ONE, SANK, "Ada Quill", polarity="denied")
    another = say(ONE, HURT, "Bo Tarn", polarity="denied")
    stray = replace(elsewhere, article_id=TWO.id, end=len(ONE.text))
    page = parse(sentences_html([exact(HURT, 2)], replace(proof, quotes=(elsewhere, another, stray)), "Ada Quill"))
    assert page.text.startswith("Ada Quill · Shore News, 2 May 2031")


def test_every_sentence_has_a_sign_that_is_explained_on_focus(proof, parse):
    shorter = Sentence("“Nobody was hurt,” said Quill.", "supported", (2,))
    ours = Sentence("Nobody was harmed.", "supported", (2,))
    signs = parse(sentences_html([exact(SANK, 1), shorter, ours], proof)).having("proof")
    assert [sign["class"] for sign in signs] == ["proof is-verbatim", "proof is-shortened", "proof is-supported"]
    assert all(sign["tabindex"] == "0" and sign["role"] == "img" for sign in signs)
    assert len({sign["aria-label"] for sign in signs}) == 3


def test_the_words_that_were_asked_for_are_bold(proof):
    sentence = Sentence("It sank in <1871> off Lund.", "verbatim", (1,), (11, 17))
    assert "It sank in <strong>&lt;1871&gt;</strong> off Lund." in sentences_html([sentence], proof)


def test_a_lead_is_one_paragraph_and_set_smaller_where_it_is_long(proof, parse):
    lead = Sentence("It sank slowly, and nobody was hurt at all.", "supported", (1, 2))
    assert lead_html([], proof) == ""
    assert parse(lead_html([lead], proof)).having("answer-lead")[0]["class"] == "answer-lead"
    [long] = parse(lead_html([lead] * 3, proof)).having("answer-lead")
    assert long["class"] == "answer-lead is-long"


def test_a_statement_that_no_sentence_tells_stands_under_who_said_it(proof, parse, say):
    named = say(ONE, "“Nobody was hurt,”", "Ada Quill", polarity="denied")
    for quote, who in ((named, "Ada Quill denied"), (replace(named, speaker=None), "An unnamed source denied")):
        page = parse(statements_html([exact(SANK, 1)], replace(proof, quotes=(quote,))))
        assert f"{who} · Shore News, 2 May 2031{HURT}" in page.text
        assert [parse_reference(link["href"]).marker for link in page.links()] == [2]


def test_a_statement_that_is_told_is_not_told_again(proof, cite, say):
    words = "“Nobody was hurt,”"
    within = Proof({**proof.citations, 4: cite(ONE, words, 4)}, (say(ONE, words, "Ada Quill"),))
    assert statements_html([exact(HURT, 2)], within) == ""
    assert words in statements_html([exact(SANK, 1)], within)
    assert statements_html([exact(SANK, 1)], proof) == ""
