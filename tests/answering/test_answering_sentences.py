"""The sentence engine: what was asked for first, then its proof; a correction; or a refusal with what comes closest apart."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from rag.answering.candidates import Candidate, Found
from rag.answering.decide import Decision
from rag.answering.engine import Task
from rag.answering.sentence_engine import CLOSEST, CORRECTED, DIFFER, LEAD_WORDS, Read, SentenceEngine, draft
from rag.coverage import Coverage
from rag.library import Library
from rag.question import Question
from rag.types import Answer, Article, Filters, Searched, Verdict

Make = Callable[..., Candidate]
Ask = Callable[..., Question]
Tell = Callable[..., Answer]
SEARCHED = Searched(2, dt.date(2026, 3, 1), dt.date(2026, 3, 9))
ARTICLE = Article.from_text(
    "The Tolland Bridge was closed on Tuesday by Ines Okafor.\n\n"
    "“We will not reopen it before May,” said Ines Okafor. “The boats are full,” said Karl Winter.",
    title="Tolland Bridge closed",
    date="2026-03-04",
    source="The Gazette",
)
CLOSED, MAY = (
    "The Tolland Bridge was closed on Tuesday by Ines Okafor.",
    "“We will not reopen it before May,” said Ines Okafor.",
)
FULL = "“The boats are full,” said Karl Winter."


@pytest.fixture
def tell(weigh: Callable[..., Any]) -> Tell:
    """The answer that a decision on candidates makes."""
    weigh()

    def make(
        question: Question,
        ranked: list[Candidate],
        chosen: int = 0,
        verdict: Verdict | None = None,
        *,
        corrects: bool = False,
        names: dict[str, tuple[str, ...]] | None = None,
        searched: Searched = SEARCHED,
    ) -> Answer:
        decision = Decision(bool(chosen) and not corrects, tuple(ranked[:chosen]), 0.9, verdict)
        read = Read(Found(tuple(ranked), names or {}), tuple(ranked), decision)
        no_finder: Any = None
        return SentenceEngine(no_finder).answer(Task(question, Filters(), searched), read)

    return make


def kinds(answer: Answer) -> list[str]:
    return [part.kind for part in answer.parts]


# ---------------------------------------------------------------------- an answer


def test_the_words_that_were_asked_for_lead_and_the_sentence_proves_them(
    candidate: Make, question: Ask, tell: Tell
) -> None:
    closed = candidate(CLOSED, ARTICLE, phrase="Ines Okafor")
    answer = tell(question("Who closed the bridge?"), [closed], 1)
    assert kinds(answer) == ["lead", "evidence"]
    lead, proof = answer.sentences
    assert (lead.text, lead.citations, lead.support) == ("Ines Okafor.", (1,), "supported")
    assert (proof.text, proof.citations, proof.support) == (CLOSED, (1,), "verbatim")
    assert proof.phrase
    assert CLOSED[slice(*proof.phrase)] == "Ines Okafor"
    assert answer.text.index("Ines Okafor. [1]") < answer.text.index(CLOSED)


@pytest.mark.parametrize(
    "change",
    [
        {"phrase_chance": 0.4},
        {"phrase": None},
        {"phrase": (0, len(CLOSED))},
        {"kind": "summary"},
    ],
)
def test_nothing_leads_where_nothing_stands_out(
    candidate: Make, question: Ask, tell: Tell, change: dict[str, Any]
) -> None:
    kind = change.pop("kind", "fact")
    closed = dataclasses.replace(candidate(CLOSED, ARTICLE, phrase="Ines Okafor"), **change)
    answer = tell(question("Who closed the bridge?", kind), [closed], 1)
    assert kinds(answer) == ["evidence"]


def test_a_long_phrase_does_not_lead(candidate: Make, question: Ask, tell: Tell) -> None:
    words = "It was closed by " + "a very " * LEAD_WORDS + "old man."
    answer = tell(question("Who closed it?"), [candidate(words, phrase="a very " * LEAD_WORDS + "old man")], 1)
    assert kinds(answer) == ["evidence"]
    assert answer.sentences[0].phrase is None


def test_who_said_it_leads_with_the_speaker(candidate: Make, question: Ask, tell: Tell) -> None:
    said = candidate(MAY, ARTICLE, speaker="Ines Okafor")
    answer = tell(question("Who said it stays shut until May?", "who_said"), [said], 1)
    assert answer.sentences[0].text == "Ines Okafor."
    assert answer.parts[-1].speaker == "Ines Okafor"
    nobody = tell(question("Who said it is shut?", "who_said"), [candidate(CLOSED, ARTICLE)], 1)
    assert kinds(nobody) == ["evidence"]
    she = tell(question("Who said it stays shut?", "who_said"), [candidate(MAY, ARTICLE, speaker="she")], 1)
    assert "lead" not in kinds(she)
    assert she.parts[0].speaker is None


@pytest.mark.parametrize(("verdict", "polarity"), [("denied", "denied"), ("declined", "not_said")])
def test_a_verdict_leads(candidate: Make, question: Ask, tell: Tell, verdict: Verdict, polarity: str) -> None:
    said = candidate("The port denied that it was warned.", speaker="the port", polarity=polarity, theirs=1.0)
    answer = tell(question("Did the port say it was warned?", "did_say", "the port"), [said], 1, verdict)
    assert kinds(answer) == ["lead", "evidence"]
    assert (answer.verdict, answer.status) == (verdict, "answered")
    assert all(sentence.citations == (1,) for sentence in answer.sentences)


def test_a_sentence_that_only_repeats_another_is_not_told(candidate: Make, question: Ask, tell: Tell) -> None:
    again = candidate("The Tolland Bridge was closed on Tuesday by Ines Okafor, the harbour master.", source="Wire")
    ferry = candidate("Ferries sail every ten minutes from the quay.", source="Post")
    answer = tell(question("Who closed it?", "summary"), [candidate(CLOSED, ARTICLE), again, ferry], 3)
    assert [one.text for one in answer.sentences] == [CLOSED, ferry.text]


def test_what_reports_the_same_is_cited_with_it(candidate: Make, question: Ask, tell: Tell) -> None:
    same = candidate("Tolland Bridge was closed on Tuesday by Ines Okafor, a letter says.", source="Wire")
    answer = tell(question("Who closed it?", "summary"), [candidate(CLOSED, ARTICLE), same], 1)
    (sentence,) = answer.sentences
    assert [answer.citations[marker - 1].article_id for marker in sentence.citations] == [ARTICLE.id, same.article.id]


def test_reports_that_differ_stand_side_by_side_and_nothing_leads(candidate: Make, question: Ask, tell: Tell) -> None:
    old, new = (
        candidate(
            f"The crack in the Tolland Bridge is {size} long.",
            phrase=size,
            title="Crack in Tolland Bridge",
            date=day,
            source=paper,
        )
        for size, day, paper in (
            ("17 centimetres", "2026-03-04", "Gazette"),
            ("11 centimetres", "2026-03-05", "Courier"),
        )
    )
    for ranked in ([old, new], [new, old]):
        answer = tell(question("How long is the crack?"), ranked, 1)
        assert set(kinds(answer)) == {"differs"}
        assert (answer.status, answer.verdict) == ("answered", "differs")
        ours, *theirs = answer.sentences
        assert (ours.text, ours.citations) == (DIFFER, (1, 2))
        assert [one.text for one in theirs] == [new.text, old.text]
        assert [one.source for one in answer.citations] == ["Courier", "Gazette"]


def test_a_correction_wins_over_what_it_corrects(candidate: Make, question: Ask, tell: Tell) -> None:
    old = candidate("The union last struck in 2011.", phrase="2011", title="Strike", date="2025-11-18")
    new = candidate("The union last struck in 2014, not 2011.", title="Strike ends", date="2026-02-03")
    answer = tell(question("When did they last strike?"), [old, new], 1)
    assert kinds(answer)[0] == "lead"
    assert [one.text for one in answer.sentences] == ["2014.", new.text, CORRECTED, old.text]
    assert (answer.status, answer.verdict) == ("answered", "differs")


def test_the_newest_report_leads_where_reports_follow_one_another(candidate: Make, question: Ask, tell: Tell) -> None:
    old, new = (
        candidate(f"The repair of Tolland Bridge will cost {sum_}.", phrase=sum_, title="Tolland Bridge", date=day)
        for sum_, day in (("€6.8 million", "2026-03-09"), ("€7.9 million", "2026-04-21"))
    )
    answer = tell(question("How much will it cost?"), [old, new], 1)
    assert [one.text for one in answer.sentences] == ["€7.9 million.", new.text, old.text]
    assert answer.verdict is None


# ---------------------------------------------------------------------- a correction


def test_a_correction_names_who_said_it_and_cites(candidate: Make, question: Ask, tell: Tell) -> None:
    asked = question("What did Ada Brandt say of the boats?", "said_about", "Ada Brandt")
    other = candidate(FULL, ARTICLE, speaker="Karl Winter", theirs=-1.0)
    answer = tell(asked, [other], 1, "other_speaker", corrects=True)
    assert (answer.status, answer.verdict) == ("abstained", "other_speaker")
    assert set(kinds(answer)) == {"correction"}
    assert "Ada Brandt is not reported to have said that; Karl Winter said it." in answer.text
    assert [one.text for one in answer.citations] == [FULL]
    assert answer.closest == ()


# ---------------------------------------------------------------------- a refusal


def test_a_refusal_keeps_the_closest_passages_apart(candidate: Make, question: Ask, tell: Tell) -> None:
    ranked = [candidate(CLOSED, ARTICLE), candidate(FULL, ARTICLE, speaker="Karl Winter"), candidate(MAY, ARTICLE)]
    answer = tell(question("Who won the chess championship?"), [*ranked, candidate("Never shown.")])
    assert answer.status == "abstained"
    assert (answer.sentences, answer.citations) == ((), ())
    assert [one.text for one in answer.closest] == [one.text for one in ranked]
    assert len(ranked) == CLOSEST
    assert answer.closest_speakers == {2: "Karl Winter"}
    assert set(kinds(answer)) == {"note", "closest"}
    assert not any(one.text in answer.text for one in answer.closest)
    assert "Searched 2 articles, 1 March 2026 to 9 March 2026." in answer.text


@pytest.mark.parametrize(
    ("kind", "speakers", "names", "told"),
    [
        ("said_about", ("Ada Brandt",), (), "Nobody who is quoted is called Ada Brandt"),
        ("said_about", ("Ada Brandt",), ("Ada Brandt",), "Ada Brandt is not clearly reported"),
        ("said_about", ("mayor", "Karl Winter"), (), "Nobody who is quoted is called the mayor and Karl Winter"),
        ("did_say", ("mayor", "Karl Winter"), ("Ada Brandt",), "The mayor and Karl Winter are not clearly reported"),
        ("who_said", (), (), "Nobody is clearly reported to have said that"),
        ("fact", ("Ada Brandt",), (), "The articles do not say."),
    ],
)
def test_a_refusal_tells_why(
    question: Ask, tell: Tell, kind: str, speakers: tuple[str, ...], names: tuple[str, ...], told: str
) -> None:
    answer = tell(question("What?", kind, *speakers), [], names=dict.fromkeys(speakers, names))
    assert told in answer.notes[0]
    assert answer.status == "abstained"


def test_of_whom_articles_in_other_languages_quote_nothing_is_known(question: Ask, weigh: Callable[..., Any]) -> None:
    weigh()
    read = Read(Found((), {"Ada": ("Ada Brandt",)}, Coverage(foreign=3)), (), Decision(False, (), 0.0, "not_reported"))
    note, _ = draft(question("What did Ada say?", "said_about", "Ada"), read, SEARCHED)
    assert note.words.endswith(Coverage(foreign=3).told)
    note, _ = draft(question("How long is it?"), read, SEARCHED)
    assert "English" not in note.words


def test_of_no_article_nothing_is_said_but_that(question: Ask, tell: Tell) -> None:
    answer = tell(question("What?", "who_said"), [], searched=Searched(0))
    assert answer.text.endswith("No article was searched: there are none, or none that the filters let through.")


# ---------------------------------------------------------------------- with a library


@pytest.fixture
def engine(library: Library) -> SentenceEngine:
    library.add_articles([ARTICLE])
    return SentenceEngine(library.candidates)


def test_a_filter_by_speaker_lets_nobody_elses_words_through(engine: SentenceEngine, question: Ask) -> None:
    task = Task(question("What of the boats, and of the bridge?"), Filters(speaker="Ines Okafor"), SEARCHED)
    read = engine.read(task, surely=True)
    assert [one.text for one in read.ranked] == [MAY]
    assert [one.text for one in read.decision.chosen] == [MAY]
    nobody = Task(question("What of the boats?"), Filters(speaker="Zelda Quennell"), SEARCHED)
    assert engine.read(nobody, surely=True).ranked == ()
    (refusal,) = engine(nobody)
    assert (refusal.status, refusal.closest) == ("abstained", ())


def test_words_of_an_answer_are_quotes_too(engine: SentenceEngine, question: Ask) -> None:
    task = Task(question("What did Ines Okafor say?", "said_about", "Ines Okafor"), Filters(), SEARCHED)
    read = engine.read(task, surely=True)
    answer = engine.answer(task, read)
    said = {one.statement for one in read.decision.chosen if one.statement}
    assert set(answer.quotes) == said
    assert answer.engine == "sentences"


def test_articles_from_before_the_days_that_are_asked_about_cannot_answer(
    engine: SentenceEngine, question: Ask
) -> None:
    asked = question("Who closed the Tolland Bridge this week?", since=dt.date(2026, 4, 1))
    (answer,) = engine(Task(asked, Filters(), SEARCHED))
    assert answer.status == "abstained"
    assert "9 March 2026" in answer.notes[0]
    read = engine.read(Task(asked, Filters(), dataclasses.replace(SEARCHED, undated=1)), surely=True)
    assert read.decision.answers


@pytest.mark.parametrize(
    "today", ["The tram drivers of Eskerby struck over their breaks.", "Bakers of Lindal sell pies."]
)
def test_what_is_older_than_the_days_up_to_now_that_are_asked_about_does_not_answer(
    library: Library, question: Ask, weigh: Callable[..., Any], today: str
) -> None:
    weigh(selected=1.0)
    old = Article.from_text("The tram drivers of Eskerby struck for a raise this week.", date="2026-01-14")
    library.add_articles([old, Article.from_text(today, date="2026-04-20")])
    since = dt.date(2026, 4, 7)
    asked = question(
        "Why did the tram drivers of Eskerby strike this week?",
        period=(since, dt.date(2026, 4, 21)),
        names_days=True,
        since=since,
    )
    read = SentenceEngine(library.candidates).read(Task(asked, Filters(), library.searched()))
    assert old.id not in {one.article.id for one in read.decision.chosen}
