"""Answers with a language model, a scripted one on loopback: what it writes is shown as far as the articles bear it out.

The candidates and their odds are made by hand, so that no weights have a say in what the sentence engine decides.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from rag.answering import ClaimChecker, ModelEngine, SentenceEngine, Task
from rag.answering.candidates import Candidate, Found
from rag.answering.compose import Draft, Passage, compose
from rag.answering.engine import Engine
from rag.answering.model_engine import INSTEAD, WITH_MODEL
from rag.llm import MOST_CHARACTERS, ChatModel
from rag.question import Question
from rag.quotes import extract_quotes
from rag.types import Answer, Article, Filters, Searched
from rag.verification import Verifier

HOW_LARGE = "How large was the crack that engineers found in the Tolland Bridge?"
CRACK = "The Tolland Bridge was closed on Tuesday after engineers found a crack of 17 centimetres."
MAY = "“We will not reopen it before May,” said Ines Okafor, the harbour master."
OFFER = "Tomas Lind, their speaker, said the company had offered a raise of two percent."
Make = Callable[..., Candidate]
Ask = Callable[..., Question]


class Finder:
    """Finds the candidates that a test gives it."""

    def __init__(self) -> None:
        self.candidates: list[Candidate] = []
        self.names: dict[str, tuple[str, ...]] = {}

    def find(self, question: Question, filters: Filters) -> Found:
        return Found(tuple(self.candidates), self.names)

    def read(self, question: Question, candidates: Sequence[Candidate]) -> list[Candidate]:
        return list(candidates)


class Shelf:
    """What is asked of a library here: its articles by id."""

    def __init__(self, *articles: Article) -> None:
        self.known = {article.id: article for article in articles}

    def article(self, article_id: str) -> Article:
        return self.known[article_id]


class Bench:
    """An engine over two articles, whose model replies what a test has it reply."""

    def __init__(self, library: Shelf, sentences: SentenceEngine, finder: Finder, checker: ClaimChecker) -> None:
        self.library = library
        self.sentences = sentences
        self.finder = finder
        self.checker = checker
        self.summaries: Engine = lambda task: iter(())

    def plain(self, question: Question) -> Answer:
        """The answer without a model."""
        task = Task(question, Filters(), Searched(2))
        made = [*self.summaries(task)] or [*self.sentences(task)]
        return made[-1]

    def stream(self, question: Question, model: ChatModel) -> list[Answer]:
        """The answers with one, as they grow."""
        engine = ModelEngine(
            model,
            self.checker,
            self.summaries,
            self.sentences,
            self.library.article,
            lambda article_id: tuple(extract_quotes(self.library.article(article_id))),
        )
        return list(engine(Task(question, Filters(), Searched(2))))


@pytest.fixture
def bench(bridge: Article, strike: Article, candidate: Make, weigh: Callable[..., Any], encoder: Any) -> Bench:
    """The crack is likely to answer, the other sentences are not."""
    weigh(answer=0.9, selected=1.0)
    finder = Finder()
    finder.candidates = [
        candidate(CRACK, bridge, selected=4.0),
        candidate(MAY, bridge, selected=-6.0, speaker="Ines Okafor"),
        candidate(OFFER, strike, selected=-7.0, speaker="Tomas Lind"),
    ]
    return Bench(Shelf(bridge, strike), SentenceEngine(finder), finder, ClaimChecker(Verifier(encoder)))  # type: ignore[arg-type]


Reply = Callable[..., list[Answer]]


@pytest.fixture
def reply(bench: Bench, serve: Callable[..., ChatModel], check: Callable[[Any, Answer], None]) -> Reply:
    """All answers of the stream to a question, with a model that replies so."""

    def asked(question: Question, *pieces: str, script: Any = None, **options: Any) -> list[Answer]:
        found = bench.stream(question, serve(script or (lambda handler: handler.say(*pieces)), **options))
        for answer in found:
            check(bench.library, answer)
        return found

    return asked


# ---------------------------------------------------------------------- what is borne out


def test_a_sentence_that_is_borne_out_leads_the_answer(bench: Bench, reply: Reply, question: Ask) -> None:
    asked = question(HOW_LARGE)
    before = bench.plain(asked)
    *_, answer = reply(asked, "Engineers found a crack of 17 ", "centimetres in the Tolland Bridge [1].")
    assert answer.engine == "model: openai:scripted"
    assert answer.model == "openai:scripted"
    assert (answer.status, answer.notice) == ("answered", "")
    lead, *proof = answer.sentences
    assert lead.text == "Engineers found a crack of 17 centimetres in the Tolland Bridge."
    assert lead.support == "supported"
    assert answer.parts[0].kind == "lead"
    assert proof == list(before.sentences)
    assert answer.citations == before.citations


def test_without_a_marker_code_finds_the_passage(reply: Reply, question: Ask) -> None:
    *_, answer = reply(question(HOW_LARGE), "Engineers found a crack of 17 centimetres in the bridge.")
    lead = answer.sentences[0]
    assert lead.support == "supported"
    assert answer.citations[lead.citations[0] - 1].text == CRACK


def test_a_sentence_that_the_answer_has_already_is_not_told_twice(bench: Bench, reply: Reply, question: Ask) -> None:
    asked = question(HOW_LARGE)
    *_, answer = reply(asked, f"{CRACK[:-1]} [1].")
    assert answer.sentences == bench.plain(asked).sentences


def test_what_is_read_is_shown_first_and_sentences_as_they_are_checked(
    bench: Bench, reply: Reply, question: Ask
) -> None:
    asked = question(HOW_LARGE)
    found = reply(asked, "Engineers found a crack of 17 centimetres [1]. ", "The bridge was closed on Tuesday [1].")
    assert len(found) >= 3
    assert CRACK in {one.text for one in found[0].closest}
    assert all(one.engine == "model: openai:scripted" for one in found)
    told = [sum(part.kind == "lead" for part in answer.parts) for answer in found]
    assert told == sorted(told), "what was shown stays"


# ---------------------------------------------------------------------- what is not


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("Engineers found a crack of 17 centimetres [9].", "there is not"),
        ("Engineers found a crack of 71 centimetres [1].", "71"),
        ("Engineers of Kessel found a crack of 17 centimetres [1].", "Kessel"),
    ],
)
def test_what_is_not_borne_out_is_left_out_and_told(
    bench: Bench, reply: Reply, question: Ask, wrong: str, reason: str
) -> None:
    asked = question(HOW_LARGE)
    before = bench.plain(asked)
    *_, answer = reply(asked, wrong)
    assert (answer.sentences, answer.text) == (before.sentences, before.text)
    assert INSTEAD in answer.notice
    *_, mixed = reply(asked, "The crack that engineers found was 17 centimetres [1]. ", wrong)
    assert mixed.sentences[0].text == "The crack that engineers found was 17 centimetres."
    assert reason in mixed.notice
    assert "1 sentence" in mixed.notice
    assert wrong.split(" [")[0] not in mixed.text


@pytest.mark.parametrize("nothing", ["NONE", "None.", "0"])
def test_a_model_that_finds_nothing_leaves_the_draft_alone(
    bench: Bench, reply: Reply, question: Ask, nothing: str
) -> None:
    asked = question(HOW_LARGE)
    *_, answer = reply(asked, nothing)
    assert answer == bench.plain(asked)


def test_a_true_sentence_from_where_nothing_answers_is_not_told(bench: Bench, reply: Reply, question: Ask) -> None:
    asked = question(HOW_LARGE)
    *_, answer = reply(asked, "Tomas Lind said the company had offered a raise of two percent [3].")
    assert answer.sentences == bench.plain(asked).sentences


def test_a_model_that_fails_half_way_leaves_the_draft_with_a_notice(bench: Bench, reply: Reply, question: Ask) -> None:
    def script(handler: Any) -> None:
        handler.say(*["The crack that engineers found was 17 centimetres [1]. "] * 2, *["and so on "] * MOST_CHARACTERS)

    asked = question(HOW_LARGE)
    *growing, answer = reply(asked, script=script)
    assert any(one.sentences[0].support == "supported" for one in growing), "it had begun well"
    assert INSTEAD in answer.notice
    assert dataclasses.replace(answer, notice="") == bench.plain(asked)


# ---------------------------------------------------------------------- refusals and corrections


def unsure(bench: Bench, odds: float, **more: Any) -> None:
    """Has the best candidate be no surer than that."""
    first, *others = bench.finder.candidates
    bench.finder.candidates = [dataclasses.replace(first, selected=odds, **more), *others]


def test_a_refusal_may_become_an_answer_where_a_checked_sentence_nearly_answers(
    bench: Bench, reply: Reply, question: Ask
) -> None:
    unsure(bench, 1.0)
    asked = question(HOW_LARGE)
    assert bench.plain(asked).status == "abstained"
    *growing, answer = reply(asked, "The crack that engineers found was 17 centimetres [1].")
    assert all(one.status == "answered" for one in growing), "no refusal before it is one"
    assert answer.status == "answered"
    assert answer.sentences[0].support == "supported"
    assert [one.text for one in answer.citations] == [CRACK]
    assert answer.closest == ()


def test_an_answer_does_not_say_the_same_sentence_twice(bench: Bench, reply: Reply, question: Ask) -> None:
    unsure(bench, 1.0)
    *_, answer = reply(question(HOW_LARGE), f"{CRACK[:-1]} [1].")
    assert [one.text for one in answer.sentences] == [CRACK]


def test_a_refusal_stays_one_where_even_the_likeliest_sentence_hardly_answers(
    bench: Bench, reply: Reply, question: Ask, weigh: Any
) -> None:
    weigh(answer=0.5, selected=1.0)
    unsure(bench, -0.5)
    asked = question(HOW_LARGE)
    *_, answer = reply(asked, "The crack that engineers found was 17 centimetres [1].")
    assert (answer.status, answer.sentences) == ("abstained", ())


@pytest.mark.parametrize("said", ["NONE", "The articles do not say.", "It was built in 1901 [1]."])
def test_otherwise_a_refusal_stays_one(bench: Bench, reply: Reply, question: Ask, said: str) -> None:
    unsure(bench, 1.0)
    asked = question("Who won the chess championship in Quito?")
    before = bench.plain(asked)
    *growing, answer = reply(asked, said)
    assert all(one.status == "answered" and not one.text for one in growing)
    assert (answer.status, answer.text, answer.closest) == ("abstained", before.text, before.closest)
    assert not answer.sentences


def test_a_model_is_not_asked_where_the_chance_is_small(bench: Bench, reply: Reply, question: Ask) -> None:
    unsure(bench, -4.0)
    asked = question(HOW_LARGE)
    requests: list[object] = []
    (answer,) = reply(asked, script=lambda handler: requests.append(handler.asked))
    assert (answer, requests) == (bench.plain(asked), [])
    assert 0 < WITH_MODEL < 1


def test_words_of_somebody_else_do_not_answer_for_a_speaker(bench: Bench, reply: Reply, question: Ask) -> None:
    asked = question("What did Zelda Quennell say about the Tolland Bridge?", "said_about", "Zelda Quennell")
    _, may, offer = bench.finder.candidates
    bench.finder.candidates = [dataclasses.replace(may, theirs=-1.0, selected=-0.2), offer]
    assert bench.plain(asked).status == "abstained"
    *_, answer = reply(asked, "Ines Okafor said they will not reopen it before May [1].")
    assert answer.status == "abstained"
    assert answer.text == bench.plain(asked).text


def test_a_correction_is_no_matter_for_a_model(bench: Bench, reply: Reply, question: Ask, weigh: Any) -> None:
    weigh(answer=0.999, selected=1.0)
    asked = question("What did Tomas Lind say about reopening the bridge?", "said_about", "Tomas Lind")
    may = bench.finder.candidates[1]
    bench.finder.candidates = [dataclasses.replace(may, theirs=-1.0, selected=3.0)]
    requests: list[object] = []
    (answer,) = reply(asked, script=lambda handler: requests.append(handler.asked))
    assert (answer.verdict, requests) == ("other_speaker", [])
    assert answer == bench.plain(asked)


# ---------------------------------------------------------------------- summaries


def test_a_summary_is_led_by_a_sentence_of_the_model_and_keeps_its_own(
    bench: Bench, reply: Reply, question: Ask, bridge: Article
) -> None:
    here = bridge.paragraphs[0]
    passage = Passage(bridge, 0, here.start, here.end)

    def summaries(task: Task) -> Any:
        yield compose(task.question.asked, [Draft("evidence", (passage,))], task.searched, "summary")

    bench.summaries = summaries
    asked = question("Summarise the Tolland Bridge article", "summary")
    before = bench.plain(asked)
    *_, answer = reply(
        asked, "Engineers found a crack of 17 centimetres in the Tolland Bridge [1]. It cost 9 crowns [1]."
    )
    assert answer.sentences[0].text == "Engineers found a crack of 17 centimetres in the Tolland Bridge."
    assert answer.sentences[1:] == before.sentences
    assert answer.citations[: len(before.citations)] == before.citations
    assert answer.text.endswith(before.text)
    assert "9" in answer.notice
