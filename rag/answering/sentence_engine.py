"""The engine that answers from the articles' own sentences, or says what they do not say. It needs no language model."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.answering import ranking
from rag.answering.candidates import Candidate, CandidateFinder, Found
from rag.answering.compose import Draft, Passage, compose, upper_first, with_article
from rag.answering.decide import OF_SPEECH, Decision, decide
from rag.answering.engine import Task
from rag.answering.reports import find_correction, find_difference, find_update, proves, repeats, told_elsewhere
from rag.language.dates import is_within
from rag.question import Question
from rag.types import Answer, Quote, Searched, Verdict, told_day

CLOSEST = 3
LEAD_WORDS = 12
DIFFER, CORRECTED = "The reports differ:", "This corrects an earlier report:"
SILENT = "The articles do not say."
_LEADS: dict[Verdict, str] = {"denied": "Denied.", "declined": "They declined to say."}


@dataclass(frozen=True, slots=True)
class Read:
    """What a question finds: its candidates, ranked, and what is decided on them."""

    found: Found
    ranked: tuple[Candidate, ...]
    decision: Decision


class SentenceEngine:
    """Answers with exact slices of the articles, led by what was asked for."""

    name = "sentences"

    def __init__(self, finder: CandidateFinder) -> None:
        self._finder = finder

    def __call__(self, task: Task) -> Iterator[Answer]:
        """One answer: the fewest sentences that answer, a correction, or a refusal with what comes closest."""
        yield self._of_halves(task) or self.answer(task, self.read(task))

    def read(self, task: Task, *, surely: bool = False) -> Read:
        """Find, read and rank the candidates and decide; ``surely`` to answer, however unlikely. Raises ModelError."""
        found, ranked = ranking.find_ranked(self._finder, task.question, task.filters)
        if task.filters.speaker:  # nobody else's words count
            ranked = [one for one in ranked if one.theirs > 0]
        if (since := task.question.since) and not surely:  # what is older answers nothing about the days up to now
            ranked = [one for one in ranked if one.article.date is None or one.article.date >= since]
        if within := _of_its_days(task.question, found, ranked):
            ranked = within
        decision = decide(task.question, found, ranked, surely)
        if _comes_too_late(task.question, task.searched):
            decision = Decision(False, (), 0.0)
        return Read(found, tuple(ranked), decision)

    def _of_halves(self, task: Task) -> Answer | None:
        """The answers to two questions, one after the other; None where one is asked, or neither is answered."""
        reads = [(half, self.read(dataclasses.replace(task, question=half))) for half in task.question.halves]
        if not any(read.decision.answers for _, read in reads):
            return None
        drafts = [one for half, read in reads for one in _of_half(half, read, task.searched)]
        quotes = _quotes([one for _, read in reads for one in read.decision.chosen])
        return compose(task.question.asked, drafts, task.searched, self.name, quotes=quotes)

    def answer(self, task: Task, read: Read) -> Answer:
        """The answer that is decided on."""
        drafts, chosen = draft(task.question, read, task.searched), read.decision.chosen
        quotes = _quotes(chosen)
        verdict = "differs" if any(one.kind == "differs" for one in drafts) else read.decision.verdict
        return compose(task.question.asked, drafts, task.searched, self.name, verdict, quotes)


def draft(question: Question, read: Read, searched: Searched) -> list[Draft]:
    """The parts of an answer, of a correction, or of a refusal."""
    decision = read.decision
    if decision.answers:
        return _answering(question, read)
    if decision.chosen:
        other = decision.chosen[0]
        said = (
            f"{upper_first(_asked(question))} {_is(question)} not reported to have said that; {other.speaker} said it."
        )
        return [Draft("correction", (other.passage(),), said)]
    closest = tuple(one.passage() for one in read.ranked[:CLOSEST])
    return [Draft("note", words=_silent(question, read, searched)), Draft("closest", closest)]


def _of_half(half: Question, read: Read, searched: Searched) -> list[Draft]:
    """The parts for one of two questions; what is silent about it is told under its words."""
    drafts = draft(half, read, searched)
    if read.decision.answers:
        return drafts
    asked = f"{upper_first(half.asked.rstrip('?'))}?"
    return [dataclasses.replace(one, words=f"{asked} {one.words}") for one in drafts if one.kind != "closest"]


def _answering(question: Question, read: Read) -> list[Draft]:
    """The lead, then the sentences that prove it, each with all who report the same; where two differ, the newer first.

    What corrects the best sentence stands before it, and so does what is reported later of the same.
    """
    chosen = _distinct(read.decision.chosen)
    best = chosen[0]
    if right := find_correction(best, read.ranked):
        told = f"{upper_first(right.article.text[slice(*right.phrase or (0, 0))])}."
        before = Draft("differs", (_passage(best, read.ranked, chosen),), CORRECTED)
        return [Draft("lead", (right,), told, quoted=False), Draft("evidence", (right,)), before]
    if later := find_update(best, read.ranked):
        best, chosen = later, [later, best]
    if other := find_difference(best, read.ranked):
        pair = sorted((best, other), key=lambda one: one.article.date or dt.date.min, reverse=True)
        return [Draft("differs", tuple(_passage(one, read.ranked, pair) for one in pair), DIFFER)]
    passages = tuple(_passage(one, read.ranked, chosen) for one in chosen)
    lead = _lead(question, best, read.decision.verdict)
    leading = [Draft("lead", passages[:1], lead, quoted=False)] if lead else []
    return [*leading, Draft("evidence", passages)]


def _passage(one: Candidate, ranked: Sequence[Candidate], chosen: Sequence[Candidate]) -> Passage:
    same = tuple(other.passage() for other in told_elsewhere(one, ranked) if other not in chosen)
    phrase = one.phrase if _is_short(one) else None
    return dataclasses.replace(one.passage(), same=same, phrase=phrase)


def _distinct(chosen: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without those that only repeat a better one."""
    kept: list[Candidate] = []
    for one in chosen:
        if not any(repeats(one, other) or proves(one, other) or proves(other, one) for other in kept):
            kept.append(one)
    return kept


def _lead(question: Question, best: Candidate, verdict: Verdict | None) -> str:
    """What was asked for, in as few words as say it; "" where nothing stands out."""
    if verdict is not None:
        return _LEADS.get(verdict, "")
    if question.kind == "who_said" and best.speaker:
        return f"{upper_first(best.speaker)}."
    if question.kind == "fact" and best.phrase and _is_short(best):
        return f"{upper_first(best.article.text[slice(*best.phrase)].strip(' ,.;:'))}."
    return ""


def _is_short(one: Candidate) -> bool:
    """Whether the answer's own words stand out in a sentence: likely enough, and few."""
    if one.phrase is None or one.phrase == (one.start, one.end) or one.phrase_chance < ranking.load_weights().lead:
        return False
    return len(one.article.text[slice(*one.phrase)].split()) <= LEAD_WORDS


def _of_its_days(question: Question, found: Found, ranked: Sequence[Candidate]) -> list[Candidate]:
    """The candidates of the days that the question itself names, if they alone are likely enough to answer it."""
    if question.period is None or not question.names_days:
        return []
    within = [one for one in ranked if one.article.date and is_within(one.article.date, question.period)]
    likely = within and (
        within[0].selected > 0 or ranking.chance(question, found, within) >= ranking.load_weights().answer
    )
    return within if likely else []


def _comes_too_late(question: Question, searched: Searched) -> bool:
    """Whether every article is from before the days up to now that are asked about: none can answer."""
    dated = searched.until is not None and not searched.undated
    return bool(dated and question.since and searched.until and searched.until < question.since)


def _silent(question: Question, read: Read, searched: Searched) -> str:
    """Why there is no answer: nobody of that name is quoted, they are not quoted on it, or the articles do not say."""
    if not searched.articles:
        return SILENT
    if searched.until and _comes_too_late(question, searched):
        return f"The newest article is of {told_day(searched.until)}: on the days that are asked about there is none."
    unread = f" {told}" if (told := read.found.coverage.told) else ""
    if question.kind == "who_said":
        return f"Nobody is clearly reported to have said that.{unread}"
    if question.kind in OF_SPEECH and question.speakers:
        if all(not names for names in read.found.names.values()):
            return f"Nobody who is quoted is called {_asked(question)}.{unread}"
        return f"{upper_first(_asked(question))} {_is(question)} not clearly reported to have said anything on that.{unread}"
    return SILENT


def _asked(question: Question) -> str:
    """Those whose words were asked for: "Ada Brandt", "the mayor and Karl Winter"."""
    return " and ".join(dict.fromkeys(map(with_article, question.speakers)))


def _is(question: Question) -> str:
    return "is" if len(question.speakers) == 1 else "are"


def _quotes(chosen: Sequence[Candidate]) -> list[Quote]:
    return list(dict.fromkeys(one.statement for one in chosen if one.statement))
