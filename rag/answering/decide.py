"""Ranked candidates -> a decision: answer with these, correct the question with those, or refuse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering import ranking
from rag.answering.candidates import Candidate, Found
from rag.question import Question
from rag.types import Kind, Polarity, Verdict

MOST: dict[Kind, int] = {"summary": 5, "compare": 4, "keywords": 3}
"""Sentences of an answer, at most; of a plain question ``USUAL``."""
USUAL = 3
OF_SPEECH: frozenset[Kind] = frozenset({"said_about", "did_say", "check"})
_VERDICTS: dict[Polarity, Verdict] = {"denied": "denied", "not_said": "declined"}


@dataclass(frozen=True, slots=True)
class Decision:
    """What is made of the candidates. ``answers`` says whether the ``chosen`` answer; else they correct, or there are none."""

    answers: bool
    chosen: tuple[Candidate, ...]
    chance: float
    """How likely the best candidates answer, 0 to 1."""
    verdict: Verdict | None = None


def decide(question: Question, found: Found, ranked: Sequence[Candidate], surely: bool = False) -> Decision:
    """Answer from the fitted chance up; below it correct who said it, or refuse. ``surely`` answers whatever the chance.

    Somebody else's words are no answer where those whom the question itself asks for are quoted, however near they come.
    """
    chance = ranking.chance(question, found, ranked)
    others = _others(question, ranked)
    if others and any(found.names.values()) and not (surely or question.leans):
        return Decision(False, (others,), chance, "other_speaker")
    if ranked and (surely or chance >= ranking.load_weights().answer):
        theirs = [one for one in ranked if one.theirs >= 0] if ranked[0].theirs > 0 else ranked
        chosen = tuple(_of_each(found, ranked) or ranking.chosen(question, theirs, MOST.get(question.kind, USUAL)))
        return Decision(True, chosen, chance, _verdict(question, chosen[0]))
    if others:
        return Decision(False, (others,), chance, "other_speaker")
    silent = question.kind in OF_SPEECH and question.speakers
    return Decision(False, (), chance, "not_reported" if silent else None)


def _of_each(found: Found, ranked: Sequence[Candidate]) -> list[Candidate]:
    """Of several speakers who are asked for, the best of each one's words; empty where one is asked for, or quoted."""
    best: dict[str, Candidate] = {}
    for one in ranked:
        for asked, names in found.names.items():
            if one.theirs > 0 and one.speaker in names:
                best.setdefault(asked, one)
    return list(dict.fromkeys(best.values())) if len(best) > 1 else []


def _verdict(question: Question, best: Candidate) -> Verdict | None:
    """What the article tells of whether somebody said so: that they denied it, or declined to say.

    It has to be told of what was asked: the selector must find it likelier than not that the sentence answers. That they
    did say so is left to their words: an assertion of the person asked for gainsays a question of this kind as often.
    """
    if question.kind not in ("did_say", "check") or best.statement is None or best.selected <= 0:
        return None
    return _VERDICTS.get(best.statement.polarity)


def _others(question: Question, ranked: Sequence[Candidate]) -> Candidate | None:
    """The best candidate, where it holds what is asked about in words of somebody else than is asked for.

    A denial, or that somebody declined to say, is no word for it.
    """
    best = ranked[0] if ranked and question.kind in OF_SPEECH else None
    if best is None or best.statement is None or best.statement.polarity != "asserted":
        return None
    return best if best.theirs < 0 and best.speaker and best.selected > 0 else None
