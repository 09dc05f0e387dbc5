"""Search results -> scored sentences: which slices of the articles answer the question, and how surely."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.answering.selector import Passage, Selector
from rag.answering.shapes import has_shape
from rag.embedding import Encoder
from rag.matching import normalise, stem, words
from rag.question import Question
from rag.sentences import split_sentences
from rag.types import Article, SearchResult

CHUNKS = 6  # whose sentences are looked at
# What the nearest sentence's cosine to the question counts beside the selector's log odds, read off the halves of clapnq and
# rtqa2022 that the selector was not trained on: the area under the curve is 88.1 and 94.9 % with it.
NEAR = 6.0
READ = 16  # sentences that are worth the selector's time, which is most of the answer's
SHORTEST = 12  # characters

# Listwise softmax regression (Cao et al., "Learning to rank", ICML 2007). With the selector: over the sentences of the 295
# questions of newsqa (dev) whose articles it was not trained on; cross-validated, the best sentence is right for 62.4 %, one
# of the best three for 82.4 % (the selector alone: 55.3 and 80.7; words alone: 56.9 and 78.0).
WORDS_ONLY = {"own": 5.56, "nearby": 3.16, "shape": 1.76, "lead": 1.3, "length": 0.62, "asks": -2.57}
WITH_SELECTOR = {
    "selected": 0.41,
    "own": 2.78,
    "nearby": 1.14,
    "shape": 1.99,
    "lead": 0.85,
    "length": -0.15,
    "asks": -4.69,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of an article and what speaks for it; ``score`` ranks the sentences of one question only."""

    article: Article
    paragraph: int
    start: int
    end: int
    own: float
    """Share of the question's topic words in the sentence."""
    nearby: float
    """Share of them that only its paragraph or the title holds."""
    shape: float
    lead: float
    length: float
    asks: float
    selected: float = 0.0
    """The selector's log odds that it answers, against that nothing does."""
    answer: tuple[int, int] | None = None
    """Where in the article's text the answer's own words are likeliest."""
    score: float = 0.0
    similarity: float = 0.0
    """The cosine of its vector to the question's."""

    @property
    def text(self) -> str:
        """The slice."""
        return self.article.text[self.start : self.end]


def find_evidence(
    question: Question, results: Sequence[SearchResult], selector: Selector, encoder: Encoder
) -> list[Evidence]:
    """The sentences of the best chunks, scored against the question, the best first."""
    return compare(question, read(question, by_words(question, results)[:READ], selector), encoder)


def by_words(question: Question, results: Sequence[SearchResult]) -> list[Evidence]:
    """The sentences of the best chunks by the question's words and what a sentence that answers looks like."""
    return _rank(_sentences(question, results[:CHUNKS]), WORDS_ONLY)


def read(question: Question, found: Sequence[Evidence], selector: Selector) -> list[Evidence]:
    """The same sentences by what the selector says of them, too."""
    return _rank(_selected(question, found, selector), WITH_SELECTOR)


def compare(question: Question, found: Sequence[Evidence], encoder: Encoder) -> list[Evidence]:
    """The same sentences in the same order, each with how near it is in meaning."""
    if not found:
        return []
    similar = encoder.encode_documents([one.text for one in found]) @ encoder.encode_queries([question.text])[0]
    return [
        dataclasses.replace(one, similarity=float(cosine)) for one, cosine in zip(found, similar.tolist(), strict=True)
    ]


def sureness(evidence: Sequence[Evidence]) -> float:
    """How surely something here answers, comparable between questions: what the refusal goes by.

    The selector's log odds that any of the sentences answers, and how near in meaning the nearest is: the selector knows
    what an answer looks like, the encoder what it is about.
    """
    if not evidence:
        return -math.inf
    odds = float(np.logaddexp.reduce([one.selected for one in evidence]))
    return odds + NEAR * max(one.similarity for one in evidence)


def chances(evidence: Sequence[Evidence]) -> NDArray[np.float64]:
    """How likely each sentence is the one that answers, if one of them does, (n,): what their scores were fitted as."""
    scores = np.array([one.score for one in evidence])
    return np.asarray(np.exp(scores - np.logaddexp.reduce(scores)))


def _selected(question: Question, found: Sequence[Evidence], selector: Selector) -> list[Evidence]:
    """Sentences with what the selector says of them, read article by article."""
    by_article: dict[str, list[Evidence]] = {}
    for evidence in sorted(found, key=lambda one: one.start):
        by_article.setdefault(evidence.article.id, []).append(evidence)
    scored = selector.score(question.text, [_passage(part) for part in by_article.values()])
    return [
        dataclasses.replace(
            evidence, selected=float(score), answer=(part[0].start + answer[0], part[0].start + answer[1])
        )
        for part, one in zip(by_article.values(), scored, strict=True)
        for evidence, score, answer in zip(part, one.scores, one.answers, strict=True)
    ]


def _passage(part: Sequence[Evidence]) -> Passage:
    article, start = part[0].article, part[0].start
    sentences = tuple((evidence.start - start, evidence.end - start) for evidence in part)
    return Passage(article.text[start : part[-1].end], sentences, article.title, opens=start == 0)


def _rank(found: Sequence[Evidence], weights: dict[str, float]) -> list[Evidence]:
    scored = [
        dataclasses.replace(evidence, score=sum(weight * getattr(evidence, name) for name, weight in weights.items()))
        for evidence in found
    ]
    return sorted(scored, key=lambda evidence: -evidence.score)


def _sentences(question: Question, results: Sequence[SearchResult]) -> list[Evidence]:
    """The sentences of the results, each once."""
    found: dict[tuple[str, int], Evidence] = {}
    for result in results:
        article, chunk = result.article, result.chunk
        title = _stems(article.title or "")
        for index in chunk.paragraphs:
            paragraph = article.paragraphs[index]
            start, end = max(paragraph.start, chunk.start), min(paragraph.end, chunk.end)
            around = title | _stems(article.text[start:end])
            for left, right in split_sentences(article.text, start, end):
                if right - left >= SHORTEST and (article.id, left) not in found:
                    found[article.id, left] = _measure(question, article, index, left, right, around)
    return list(found.values())


def _measure(question: Question, article: Article, paragraph: int, start: int, end: int, around: set[str]) -> Evidence:
    text = article.text[start:end]
    own = _stems(text)
    topics = question.topics
    return Evidence(
        article=article,
        paragraph=paragraph,
        start=start,
        end=end,
        own=_share(topics, own),
        nearby=_share(topics, around - own),
        shape=float(has_shape(text, question.wanted)),
        lead=1.0 / (1 + paragraph),
        length=math.log(end - start),
        asks=float(normalise(text).rstrip("\"' ").endswith("?")),
    )


def _share(wanted: Sequence[str] | set[str], there: set[str]) -> float:
    return sum(one in there for one in wanted) / len(wanted) if wanted else 0.0


def _stems(text: str) -> set[str]:
    return set(map(stem, words(text)))
