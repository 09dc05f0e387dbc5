"""The engine that needs no language model: it answers in the articles' own sentences, or says that they do not say."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.composing import Part, Passage, compose
from rag.answering.evidence import Evidence, find_evidence
from rag.embedding import Encoder
from rag.matching import stem, words
from rag.question import Question
from rag.types import Answer, Article, Searched, SearchResult

# An answer is given where its best sentence is at least so sure: what is about something else is refused. It cannot tell a
# sentence on the topic from one that answers (of our own adversarial cases it refuses few); that takes a trained selector.
SURE_ENOUGH = 0.42
# A further sentence has to score nearly as well as the best one, in units of the evidence's score.
NEARLY = 1.2
MOST_SENTENCES = 3
CLOSEST = 3


class ExtractiveEngine:
    """Answers with exact slices of the articles."""

    name = "extractive"

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def answer(self, question: Question, results: Sequence[SearchResult], searched: Searched) -> Answer:
        """The fewest sentences that answer, in reading order, each citing itself; or a refusal with what comes closest."""
        evidence = find_evidence(question, results, self._encoder)
        if not evidence or evidence[0].sureness < SURE_ENOUGH:
            closest = [_passage(one) for one in evidence[:CLOSEST]]
            silent = Part(reason="The articles do not say.")
            return compose(question.asked, [silent], searched, self.name, closest=closest)
        answering = Part(tuple(_passage(one) for one in _in_reading_order(_choose(evidence))))
        return compose(question.asked, [answering], searched, self.name)


def _passage(evidence: Evidence) -> Passage:
    return Passage(evidence.article, evidence.paragraph, evidence.start, evidence.end)


def _choose(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The best sentence, and those almost as good that add a topic word of the question or are told elsewhere."""
    chosen = [evidence[0]]
    for one in evidence[1:]:
        if len(chosen) == MOST_SENTENCES or one.score < evidence[0].score - NEARLY:
            break
        if any(_repeats(one, other) for other in chosen):
            continue
        chosen.append(one)
    return chosen


def _repeats(one: Evidence, other: Evidence) -> bool:
    """Whether two sentences say the same in nearly the same words, as a wire copy does."""
    mine, theirs = set(map(stem, words(one.text))), set(map(stem, words(other.text)))
    return len(mine & theirs) > 0.7 * min(len(mine), len(theirs))


def _in_reading_order(chosen: Sequence[Evidence]) -> list[Evidence]:
    """Articles in the order of their best sentence; within an article as it was written."""
    order: dict[str, int] = {}
    articles: dict[str, Article] = {}
    for one in chosen:
        order.setdefault(one.article.id, len(order))
        articles[one.article.id] = one.article
    return sorted(chosen, key=lambda one: (order[one.article.id], one.start))
