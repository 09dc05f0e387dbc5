"""Which of several scored statements answer, with the scores given by hand."""

from __future__ import annotations

import dataclasses

import pytest

from rag.answering.selector import Selector
from rag.answering.statement_fit import Statement, best_of, is_said_so, read, verbs_that_answer, with_beside
from rag.saying import Saying
from rag.types import Article, Quote, Span, Speaker

ARTICLE = Article.from_text(
    "Rosa Lund said the quay was full. She said the boats were late. Emil Voss said the quay was empty.\n\n"
    "Rosa Lund said the winter was long.",
    title="The quay",
)


def said(words: str, speaker: str, score: float, similarity: float = 0.6) -> Statement:
    start = ARTICLE.text.index(words)
    end = start + len(words)
    quote = Quote(
        article_id=ARTICLE.id,
        external_id=None,
        paragraph=ARTICLE.paragraph_at(start),
        text=words,
        start=start,
        end=end,
        spans=((start, end),),
        kind="indirect",
        speaker=Speaker(speaker, speaker, start, end, "name"),
        cue=None,
        polarity="asserted",
        addressee=None,
        via=None,
        confidence=0.9,
    )
    return Statement(quote, ARTICLE, score, similarity)


def quay(score: float = 0.7, similarity: float = 0.6) -> Statement:
    return said("the quay was full", "Rosa Lund", score, similarity)


WHO = Saying("who_said", None, "Who remarked that no berth was left?")
DID = Saying("did_say", "Rosa Lund", "say that no berth was left")


@pytest.mark.parametrize(
    ("best", "other", "named"),
    [
        (quay(0.8), 0.75, True),  # sure enough by itself
        (quay(0.7), 0.45, True),  # nobody else comes near
        (quay(0.7), 0.6, False),
        (quay(0.7, similarity=0.3), 0.3, False),  # it shares words, and means something else
        (quay(0.6), 0.1, False),
    ],
)
def test_a_speaker_is_named_for_a_sure_statement_or_one_that_stands_out(
    best: Statement, other: float, named: bool
) -> None:
    ranked = [best, said("the quay was empty", "Emil Voss", other)]
    assert best_of(ranked, WHO) == ([best] if other < 0.7 else ranked) * named


def test_did_somebody_say_it_is_answered_by_what_is_near_in_meaning_only() -> None:
    assert best_of([quay(0.7, similarity=0.5)], DID) == [quay(0.7, similarity=0.5)]
    assert best_of([quay(0.7, similarity=0.3)], DID) == []


def test_what_the_speaker_says_beside_it_is_told_too_in_the_texts_order() -> None:
    boats = said("the boats were late", "Rosa Lund", 0.9)
    others = [said("the quay was empty", "Emil Voss", 0.8), said("the winter was long", "Rosa Lund", 0.8)]
    assert with_beside([boats], [boats, *others, quay(0.5)]) == [quay(0.5), boats]
    assert with_beside([boats], [boats, quay(0.3)]) == [boats], "unless it is about something else"


def slices(text: str, words: str, speaker: int) -> list[str]:
    """What is shown of a statement with these words, whose speaker's name stands there."""
    start = text.index(words)
    quote = dataclasses.replace(
        quay().quote,
        text=words,
        start=start,
        end=start + len(words),
        spans=((start, start + len(words)),),
        speaker=Speaker("Rosa Lund", "Lund", speaker, speaker + 4, "name"),
    )
    return [text[a:b] for a, b in Statement(quote, Article.from_text(text), 0.7, 0.6).slices()]


def test_the_end_of_anothers_words_is_not_shown_under_a_name() -> None:
    text = (
        "“You should resign. You should pay it back,” Voss told Rosa Lund, after Lund admitted that the till was empty. "
        "“It was empty. It is empty,” Lund said."
    )
    assert slices(text, "that the till was empty", text.index("Lund admitted")) == [
        "Voss told Rosa Lund, after Lund admitted that the till was empty."
    ]
    assert slices(text, "It was empty. It is empty,", text.index("Lund said")) == [
        "“It was empty.",
        "It is empty,” Lund said.",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            'The 6\'2" keeper left. Lund, who called it "absurd", said that the till is empty.',
            'Lund, who called it "absurd", said',
        ),
        (
            "“I deny it. I never,” Voss said, “said yes to it,” he told Lund, who said that the till is empty.",
            "Voss said, “said yes to it,” he told Lund, who said",
        ),
    ],
)
def test_odd_and_further_quotation_marks(text: str, shown: str) -> None:
    words = "that the till is empty"
    assert slices(text, words, text.index("Lund")) == [f"{shown} {words}."]


ABOUT = Saying("said_about", "Rosa Lund", "say about berths")


def test_the_selector_orders_a_speakers_statements_and_admits_one_that_it_is_sure_of():
    near, right = quay(0.6), dataclasses.replace(said("the boats were late", "Rosa Lund", 0.5), selected=2.0)
    assert best_of([near, right], ABOUT) == [right, near]
    low = dataclasses.replace(right, score=0.32)
    assert best_of([near, low], ABOUT) == [low, near]
    assert best_of([near, dataclasses.replace(low, selected=-0.1)], ABOUT) == [near]
    assert best_of([near, dataclasses.replace(low, score=0.28)], ABOUT) == [near]
    assert best_of([near, low], dataclasses.replace(ABOUT, plain=False)) == [near], "a deed may be what is asked"


def test_whose_words_they_are_keeps_the_order_of_those_that_fit():
    inner, outer = quay(0.9), said("the boats were late", "Emil Voss", 0.95)
    assert best_of([inner, outer], WHO)[0] == inner


def test_a_statement_is_read_with_the_question():
    ranked = [said("the boats were late", "Rosa Lund", 0.5), said("the winter was long", "Rosa Lund", 0.4)]
    boats, winter = read(ranked, "What did Rosa Lund say about the winter?", Selector())
    assert (boats.score, winter.score) == (0.5, 0.4)
    assert winter.selected > boats.selected


def test_a_denial_answers_whether_somebody_admitted_it():
    quote = dataclasses.replace(quay().quote, polarity="denied")
    verbs = verbs_that_answer(Saying("did_say", "Rosa Lund", "admit that the quay was full"))
    assert is_said_so(quote, verbs)
    assert not is_said_so(quay().quote, verbs)
    assert not is_said_so(quote, verbs_that_answer(Saying("said_about", "Rosa Lund", "What admit")))
    admitted = dataclasses.replace(said("the boats were late", "Rosa Lund", 0.4).quote, cue=Span("admitted", 0, 8))
    ranked = [Statement(quote, ARTICLE, 0.5, 0.6), Statement(admitted, ARTICLE, 0.4, 0.6)]
    assert best_of(ranked, Saying("did_say", "Rosa Lund", "admit anything")) == ranked[1:], "a denial is no admission"
