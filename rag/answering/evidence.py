"""Search results -> scored sentences: which slices of the articles answer the question, and how surely."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.shapes import has_shape
from rag.embedding import Encoder
from rag.matching import normalise, stem, words
from rag.question import Question
from rag.sentences import split_sentences
from rag.types import Article, SearchResult

CHUNKS = 6  # whose sentences are looked at
ENCODED = (
    12  # sentences that are worth an encoder's time, which is most of the answer's: 95 % of the right ones are here
)
SHORTEST = 12  # characters

# Listwise softmax regression (Cao et al., "Learning to rank", ICML 2007) over the sentences of 221 questions of newsqa (dev)
# and of our own cases; cross-validated, the best sentence is right for 50 %, one of the best three for 76 %.
WORDS_ONLY = {"own": 5.56, "nearby": 3.16, "shape": 1.76, "lead": 1.3, "length": 0.62, "asks": -2.57}
WITH_MEANING = {
    "similarity": 6.09,
    "own": 2.92,
    "nearby": 3.21,
    "shape": 1.67,
    "lead": 1.54,
    "length": 0.69,
    "asks": -2.7,
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
    names: float
    """Share of the question's names in the sentence, its paragraph or the title; 1 where there are none."""
    shape: float
    lead: float
    length: float
    asks: float
    similarity: float = 0.0
    """Cosine of the sentence's vector to the question's."""
    score: float = 0.0

    @property
    def text(self) -> str:
        """The slice."""
        return self.article.text[self.start : self.end]

    @property
    def sureness(self) -> float:
        """How surely the sentence answers, comparable between questions, from 0 to 0.875: what the refusal goes by."""
        return self.similarity / 2 + (self.own + self.nearby) / 4 + self.names / 8


def find_evidence(question: Question, results: Sequence[SearchResult], encoder: Encoder) -> list[Evidence]:
    """The sentences of the best chunks, scored against the question, the best first."""
    found = _rank(_sentences(question, results[:CHUNKS]), WORDS_ONLY)[:ENCODED]
    if not found:
        return []
    similarities = (
        encoder.encode_documents([evidence.text for evidence in found]) @ encoder.encode_queries([question.text])[0]
    )
    return _rank(
        [
            dataclasses.replace(evidence, similarity=max(0.0, float(similarity)))
            for evidence, similarity in zip(found, similarities, strict=True)
        ],
        WITH_MEANING,
    )


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
    topics, names = question.topics, {stem(name) for name in question.names}
    return Evidence(
        article=article,
        paragraph=paragraph,
        start=start,
        end=end,
        own=_share(topics, own),
        nearby=_share(topics, around - own),
        names=_share(names, own | around) if names else 1.0,
        shape=float(has_shape(text, question.wanted)),
        lead=1.0 / (1 + paragraph),
        length=math.log(end - start),
        asks=float(normalise(text).rstrip("\"' ").endswith("?")),
    )


def _share(wanted: Sequence[str] | set[str], there: set[str]) -> float:
    return sum(one in there for one in wanted) / len(wanted) if wanted else 0.0


def _stems(text: str) -> set[str]:
    return set(map(stem, words(text)))
