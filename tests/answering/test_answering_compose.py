"""Parts become an answer: numbers, speakers, status, and the text that is made of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.compose import Draft, Passage, compose
from rag.types import Article, Searched

TEXT = "The bridge is shut. Ines Okafor said: “Not before May.”\n\nFerries sail every ten minutes. They are full."
ARTICLE = Article.from_text(TEXT, title="Bridge shut", date="2026-03-04", source="The Gazette")
OTHER = Article.from_text("The bridge was shut on Tuesday.", date="2026-03-05", source="The Courier")
SEARCHED = Searched(2)


def passage(words: str, article: Article = ARTICLE, **more: object) -> Passage:
    start = article.text.index(words)
    return Passage(article, article.paragraph_at(start), start, start + len(words), **more)  # type: ignore[arg-type]


SHUT = passage("The bridge is shut.")
MAY = passage("Ines Okafor said: “Not before May.”", speaker="Ines Okafor")


def test_citations_are_slices_and_numbered_in_order() -> None:
    answer = compose("?", [Draft("evidence", (SHUT, MAY))], SEARCHED, "test")
    assert [one.marker for one in answer.citations] == [1, 2]
    assert all(TEXT[one.start : one.end] == one.text for one in answer.citations)
    assert answer.status == "answered"


def test_a_slice_keeps_one_number_wherever_it_is_cited() -> None:
    drafts = [Draft("lead", (MAY,), "Not before May.", quoted=False), Draft("evidence", (MAY, SHUT))]
    answer = compose("?", drafts, SEARCHED, "test")
    assert [sentence.citations for sentence in answer.sentences] == [(1,), (1,), (2,)]
    assert answer.parts[0].kind == "lead"
    assert answer.parts[0].speaker == "Ines Okafor"
    assert answer.text.startswith("Not before May. [1]")


def test_what_says_the_same_is_cited_with_it() -> None:
    same = passage("The bridge was shut on Tuesday.", OTHER)
    answer = compose("?", [Draft("evidence", (passage("The bridge is shut.", same=(same,)),))], SEARCHED, "test")
    assert answer.sentences[0].citations == (1, 2)
    assert {one.article_id for one in answer.citations} == {ARTICLE.id, OTHER.id}


def test_each_speaker_has_a_part_and_a_lead_that_tells_how_it_was_said() -> None:
    denied = passage("They are full.", speaker="the port", polarity="denied")
    answer = compose("?", [Draft("evidence", (SHUT, MAY, denied))], SEARCHED, "test")
    assert [part.speaker for part in answer.parts] == [None, "Ines Okafor", "the port"]
    assert "The port denied (The Gazette" in answer.text


def test_a_note_alone_is_an_abstention_that_tells_what_was_searched() -> None:
    answer = compose("?", [Draft("note", words="Nothing.")], SEARCHED, "test")
    assert answer.status == "abstained"
    assert answer.sentences == ()
    assert answer.notes == ("Nothing.",)
    assert "Searched 2 articles" in answer.text


def test_a_correction_abstains_and_cites() -> None:
    answer = compose("?", [Draft("correction", (MAY,), "She said something else.")], SEARCHED, "test", "other_speaker")
    assert answer.status == "abstained"
    assert answer.verdict == "other_speaker"
    assert [one.citations for one in answer.sentences] == [(1,), (1,)]
    assert "Searched" not in answer.text


def test_closest_passages_are_numbered_apart_and_prove_nothing() -> None:
    answer = compose("?", [Draft("note", words="Nothing."), Draft("closest", (SHUT, MAY))], SEARCHED, "test")
    assert answer.citations == ()
    assert [one.marker for one in answer.closest] == [1, 2]
    assert answer.sentences == ()
    assert SHUT.text not in answer.text


def test_the_phrase_is_a_slice_of_its_sentence() -> None:
    start = TEXT.index("ten minutes")
    one = passage("Ferries sail every ten minutes.", phrase=(start, start + 11))
    (sentence,) = compose("?", [Draft("evidence", (one,))], SEARCHED, "test").sentences
    assert sentence.phrase
    assert sentence.text[slice(*sentence.phrase)] == "ten minutes"


@given(st.lists(st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 30)), min_size=1, max_size=8))
def test_every_marker_has_its_citation(slices: list[tuple[int, int]]) -> None:
    passages = tuple(Passage(ARTICLE, ARTICLE.paragraph_at(a), a, min(len(TEXT), a + n)) for a, n in slices)
    answer = compose("?", [Draft("evidence", passages[:4]), Draft("closest", passages[4:])], SEARCHED, "test")
    known = {one.marker: one for one in (*answer.citations, *answer.closest)}
    assert sorted(known) == list(range(1, len(known) + 1))
    for part in answer.parts:
        for sentence in part.sentences:
            assert sentence.citations
            assert all(marker in known for marker in sentence.citations)
            assert known[sentence.citations[0]].text == sentence.text


@pytest.mark.parametrize("kind", ["lead", "evidence", "differs"])
def test_what_answers_makes_an_answer(kind: str) -> None:
    answer = compose("?", [Draft(kind, (SHUT,), "So it is.", quoted=kind != "lead")], SEARCHED, "test")  # type: ignore[arg-type]
    assert answer.status == "answered"
    assert answer.to_dict()["parts"][0]["kind"] == kind
