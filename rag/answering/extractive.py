"""The engine that needs no language model: it answers in the articles' own sentences, or says that they do not say."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from rag.answering.composing import Part, Passage, compose
from rag.answering.evidence import Evidence, chances, find_evidence, sureness
from rag.answering.merging import DIFFER, find_difference, proves, repeats, told_elsewhere
from rag.answering.premises import comes_too_late, find_denial, lets_speak, names_whom
from rag.answering.selector import Selector
from rag.answering.shapes import count_shapes, has_shape
from rag.embedding import Encoder
from rag.question import Question, Wanted
from rag.types import Answer, Searched, SearchResult
from rag.when import is_within, period_in

# An answer is given where it is at least so sure that something answers. `python -m evals refusal` prints the curve it is
# read off: at this one threshold 86.0 % (clapnq) and 87.5 % (rtqa2022) balanced, on questions the selector never saw.
SURE_ENOUGH = 3.3
# Sentences are shown until the one that answers is among them with this chance, if any does.
ENOUGH = 0.9
MOST_SENTENCES = 3
MARKED: frozenset[Wanted] = frozenset({"duration", "amount", "number", "size", "time", "place", "person"})
"""What is asked for in a few words, which are marked inside the sentence."""
CLOSEST = 3
NOT_SO = "The question takes for granted what the articles do not report. What they say:"


class ExtractiveEngine:
    """Answers with exact slices of the articles."""

    name = "extractive"

    def __init__(self, encoder: Encoder) -> None:
        self._selector = Selector()
        self._encoder = encoder

    def answer(self, question: Question, results: Sequence[SearchResult], searched: Searched) -> Answer:
        """The fewest sentences that answer, the surest first, each citing itself; or a refusal with what comes closest.

        A question about somebody whom an article never names is not answered from it, one about somebody's words only by
        sentences in which they speak; one that takes for granted what is said not to be so is answered by that sentence, and
        is not counted as answered.
        """
        return self.answer_from(question, self.read(question, results), searched)

    def read(self, question: Question, results: Sequence[SearchResult]) -> list[Evidence]:
        """The sentences of the results, the best first."""
        return find_evidence(question, results, self._selector, self._encoder)

    def answer_from(self, question: Question, found: Sequence[Evidence], searched: Searched) -> Answer:
        """What ``answer`` gives, of sentences that were read before."""
        evidence = [one for one in found if names_whom(question, one.article) and lets_speak(question, one)]
        late = comes_too_late(question, searched)
        if not late and (denial := find_denial(question, evidence)):
            return compose(question.asked, [Part((_passage(denial),), NOT_SO)], searched, self.name)
        if late or sureness(evidence) < SURE_ENOUGH:
            closest = [_passage(one) for one in found[:CLOSEST]]
            silent = Part(reason=late or "The articles do not say.")
            return compose(question.asked, [silent], searched, self.name, closest=closest)
        return compose(question.asked, [_answering(question, _of_the_time(question, evidence))], searched, self.name)


def _of_the_time(question: Question, evidence: Sequence[Evidence]) -> Sequence[Evidence]:
    """What articles of the days say that the question itself names, where they alone are sure enough to answer it."""
    period = question.period
    if period is None or period_in(question.text, period[1]) is None:
        return evidence
    within = [one for one in evidence if one.article.date and is_within(one.article.date, period)]
    return within if sureness(within) >= SURE_ENOUGH else evidence


def _answering(question: Question, evidence: Sequence[Evidence]) -> Part:
    """The sentences that answer, each with all who report the same; where two reports differ, these, the older first."""
    other = find_difference(question, evidence[0], evidence)
    chosen = [evidence[0], other] if other else _choose(evidence)
    passages = []
    for one in chosen:
        same = tuple(_passage(same) for same in told_elsewhere(one, evidence) if same not in chosen)
        passages.append(dataclasses.replace(_passage(one, question.wanted), same=same))
    if other is None:
        return Part(tuple(passages))
    passages.sort(key=lambda passage: passage.article.date or dt.date.min)
    return Part(tuple(passages), intro=DIFFER)


def _passage(evidence: Evidence, wanted: Wanted = "any") -> Passage:
    """The sentence, with the words in it that were asked for, if there is no doubt about them."""
    phrase = _phrase(evidence, wanted)
    return Passage(evidence.article, evidence.paragraph, evidence.start, evidence.end, phrase=phrase)


def _phrase(evidence: Evidence, wanted: Wanted) -> tuple[int, int] | None:
    """The words that the selector takes for the answer, if they are the one thing in the sentence of the kind asked for.

    In "17 centimetres, not 11" the wrong one could be marked.
    """
    answer = evidence.answer
    if wanted not in MARKED or answer is None or answer == (evidence.start, evidence.end):
        return None
    is_clear = count_shapes(evidence.text, wanted) == 1 and has_shape(evidence.article.text[slice(*answer)], wanted)
    return answer if is_clear else None


def _choose(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The fewest sentences that likely hold the answer, the best first; none that only repeats another."""
    chosen: list[Evidence] = []
    covered = 0.0
    for one, chance in zip(evidence, chances(evidence).tolist(), strict=True):
        if len(chosen) == MOST_SENTENCES or covered >= ENOUGH:
            break
        covered += chance
        if not any(repeats(one, other) or proves(one, other) or proves(other, one) for other in chosen):
            chosen.append(one)
    return chosen
