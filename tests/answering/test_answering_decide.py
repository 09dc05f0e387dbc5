"""Whether ranked candidates answer, correct the question, or neither."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from rag.answering.candidates import Candidate, Found
from rag.answering.decide import MOST, USUAL, decide
from rag.question import Question

Make = Callable[..., Candidate]
Ask = Callable[..., Question]
Weigh = Callable[..., Any]
NOTHING = Found((), {})


@pytest.fixture
def ranked(candidate: Make) -> Callable[..., list[Candidate]]:
    """Sentences that are all as likely, the best first, as sure as the selector is of the best."""

    def make(selected: float, *texts: str, **more: Any) -> list[Candidate]:
        return [candidate(text, selected=selected, **more) for text in texts or ("The bridge is shut.",)]

    return make


def test_from_the_fitted_chance_up_it_is_answered(
    ranked: Callable[..., list[Candidate]], question: Ask, weigh: Weigh
) -> None:
    weigh(answer=0.5)
    sure, unsure = (decide(question("Is it shut?"), NOTHING, ranked(odds)) for odds in (0.1, -0.1))
    assert (sure.answers, len(sure.chosen), sure.verdict) == (True, 1, None)
    assert sure.chance == pytest.approx(0.525, abs=1e-3)
    assert (unsure.answers, unsure.chosen, unsure.verdict) == (False, (), None)
    assert unsure.chance == pytest.approx(0.475, abs=1e-3)
    weigh(answer=0.4)
    assert decide(question("Is it shut?"), NOTHING, ranked(-0.1)).answers


def test_surely_answers_whatever_the_chance_but_not_with_nothing(
    ranked: Callable[..., list[Candidate]], question: Ask, weigh: Weigh
) -> None:
    weigh(answer=0.99)
    assert decide(question("Is it shut?"), NOTHING, ranked(-9.0), surely=True).answers
    assert not decide(question("Is it shut?"), NOTHING, [], surely=True).answers


@pytest.mark.parametrize(("kind", "most"), [("fact", USUAL), *MOST.items()])
def test_how_many_sentences_a_kind_of_question_gets(
    ranked: Callable[..., list[Candidate]], question: Ask, weigh: Weigh, kind: str, most: int
) -> None:
    weigh()
    many = ranked(3.0, *(f"The bridge number {number} is shut." for number in range(9)))
    assert decide(question("Which?", kind), NOTHING, many).chosen == tuple(many[:most])


# ---------------------------------------------------------------------- whose words they are


@pytest.mark.parametrize("kind", ["said_about", "did_say", "check"])
def test_anothers_words_on_what_is_asked_correct_the_question(
    candidate: Make, question: Ask, weigh: Weigh, kind: str
) -> None:
    weigh(answer=0.99)
    other = candidate("“We will pay,” said Karl Winter.", speaker="Karl Winter", theirs=-1.0, selected=2.0)
    asked = question("Did Ada Brandt say they will pay?", kind, "Ada Brandt")
    decision = decide(asked, NOTHING, [other])
    assert (decision.answers, decision.chosen, decision.verdict) == (False, (other,), "other_speaker")
    unsure = dataclasses.replace(other, selected=-0.5)
    assert decide(asked, NOTHING, [unsure]).verdict == "not_reported"
    assert decide(asked, NOTHING, [dataclasses.replace(other, theirs=1.0)]).chosen == ()
    assert decide(asked, NOTHING, [dataclasses.replace(other, statement=None)]).chosen == ()


def test_anothers_words_do_not_stand_beside_those_that_are_asked_for(
    candidate: Make, question: Ask, weigh: Weigh
) -> None:
    weigh()
    theirs = candidate("“We will pay,” said Ada Brandt.", speaker="Ada Brandt", theirs=1.0)
    other = candidate("“I will not,” said Karl Winter.", speaker="Karl Winter", theirs=-1.0)
    about = candidate("The mill of Ada Brandt needs a new roof.")
    asked = question("What did Ada Brandt say?", "said_about", "Ada Brandt")
    decision = decide(asked, Found((), {"Ada Brandt": ("Ada Brandt",)}), [theirs, other, about])
    assert decision.chosen[0] == theirs
    assert other not in decision.chosen


@pytest.mark.parametrize("polarity", ["denied", "not_said"])
def test_that_somebody_else_did_not_say_it_corrects_nobody(
    candidate: Make, question: Ask, weigh: Weigh, polarity: str
) -> None:
    weigh(answer=0.99)
    other = candidate("Winter declined to comment.", speaker="Winter", theirs=-1.0, selected=2.0, polarity=polarity)
    asked = question("Did Ada Brandt say so?", "did_say", "Ada Brandt")
    decision = decide(asked, Found((), {"Ada Brandt": ("Ada Brandt",)}), [other])
    assert (decision.answers, decision.chosen, decision.verdict) == (False, (), "not_reported")


def test_of_several_who_are_asked_for_each_has_a_say(candidate: Make, question: Ask, weigh: Weigh) -> None:
    weigh(answer=0.1)
    said = [("“We pay.”", "Ada Brandt"), ("“We always paid.”", "Ada Brandt"), ("“Never.”", "Karl Winter")]
    ranked = [candidate(text, speaker=name, theirs=1.0) for text, name in said]
    names = {"Brandt": ("Ada Brandt",), "Winter": ("Karl Winter",)}
    asked = question("What did Brandt and Winter say?", "said_about", "Brandt", "Winter")
    assert decide(asked, Found((), names), ranked).chosen == (ranked[0], ranked[2])
    alone = decide(asked, Found((), names), ranked[:2])
    assert alone.chosen == tuple(ranked[:2])


def test_what_is_not_about_speech_is_not_corrected(candidate: Make, question: Ask, weigh: Weigh) -> None:
    weigh(answer=0.99)
    other = candidate("“We will pay,” said Karl Winter.", speaker="Karl Winter", theirs=-1.0)
    decision = decide(question("Who will pay?"), NOTHING, [other])
    assert (decision.chosen, decision.verdict) == ((), None)


def test_silence_of_a_speaker_is_a_verdict_and_of_nobody_is_none(question: Ask, weigh: Weigh) -> None:
    weigh()
    assert decide(question("What did Ada say?", "said_about", "Ada"), NOTHING, []).verdict == "not_reported"
    assert decide(question("What was said?", "said_about"), NOTHING, []).verdict is None
    assert decide(question("Who is Ada?", "fact", "Ada"), NOTHING, []).verdict is None


@pytest.mark.parametrize(
    ("kind", "names", "more", "answers"),
    [
        ("said_about", {"Ada": ("Ada Brandt",)}, {}, False),
        ("said_about", {"Ada": ("Ada Brandt",)}, {"leans": True}, True),
        ("said_about", {"Ada": ()}, {}, True),
        ("fact", {"Ada": ("Ada Brandt",)}, {}, True),
    ],
)
def test_somebody_elses_words_are_no_answer_where_who_is_asked_for_is_quoted(
    candidate: Make, question: Ask, weigh: Weigh, kind: str, names: dict[str, tuple[str, ...]], more: Any, answers: bool
) -> None:
    weigh()
    other = candidate("“We paid,” said Karl Winter.", speaker="Karl Winter", theirs=-1.0, selected=9.0)
    decision = decide(question("What did Ada say they paid?", kind, "Ada", **more), Found((), names), [other])
    assert (decision.answers, decision.verdict) == (answers, None if answers else "other_speaker")


@pytest.mark.parametrize(
    ("kind", "polarity", "selected", "verdict"),
    [
        ("did_say", "denied", 3.0, "denied"),
        ("check", "denied", 3.0, "denied"),
        ("did_say", "not_said", 3.0, "declined"),
        ("did_say", "denied", -0.1, None),
        ("said_about", "denied", 3.0, None),
        ("did_say", "asserted", 3.0, None),
    ],
)
def test_that_somebody_denied_it_or_declined_to_say_is_a_verdict(
    candidate: Make, question: Ask, weigh: Weigh, kind: str, polarity: str, selected: float, verdict: str | None
) -> None:
    weigh(answer=0.1)
    said = candidate("The port denied that.", speaker="the port", polarity=polarity, theirs=1.0, selected=selected)
    assert decide(question("Did the port say so?", kind, "the port"), NOTHING, [said]).verdict == verdict
