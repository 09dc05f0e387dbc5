"""Search results -> scored sentences: which slices of the articles answer the question, and how surely."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.embedding import Encoder
from rag.matching import normalise, stem, words
from rag.question import Question, Wanted
from rag.sentences import split_sentences
from rag.types import Article, SearchResult

# Chunks whose sentences are looked at, and how many of the sentences are worth encoding: an encoder's time is the answer's.
CHUNKS = 6
ENCODED = 14

_SHAPES: dict[Wanted, re.Pattern[str]] = {
    "number": re.compile(
        r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|"
        r"millions?|billions?|half|third|quarter|hour|minutes?|days?|weeks?|months?|years?)\b", re.I),
    "time": re.compile(
        r"\b(?:\d{4}|\d{1,2}(?:st|nd|rd|th)?|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|"
        r"june|july|august|september|october|november|december|today|yesterday|tomorrow|last|next|week|month|year|"
        r"noon|morning|evening|night)\b", re.I),
    "reason": re.compile(r"\b(?:because|since|due|after|as|so|caused?|led|over|amid|owing|reason|to)\b", re.I),
    "statement": re.compile(
        r"[“\"‘]|\b(?:said|says|told|added|warned|called|argued|insisted|according|wrote|stated|denied|announced)\b", re.I),
    "person": re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][a-z]+"),
    "place": re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][a-z]+|\b(?:in|at|near|outside)\b"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of an article with its score for the question, in [0, 1] as good as always."""

    article: Article
    paragraph: int
    start: int
    end: int
    score: float
    coverage: float
    similarity: float

    @property
    def text(self) -> str:
        """The slice."""
        return self.article.text[self.start : self.end]


def find_evidence(question: Question, results: Sequence[SearchResult], encoder: Encoder) -> list[Evidence]:
    """The sentences of the best chunks, scored against the question, the best first.

    A sentence is scored by the cosine of its vector to the question's, by how much of the question's topic it and its
    surroundings cover (names count double), and by whether it holds the kind of thing that is asked for.
    """
    sentences = _sentences(question, results[:CHUNKS])
    if not sentences:
        return []
    vectors = encoder.encode_documents([sentence.text for sentence in sentences])
    similarities = vectors @ encoder.encode_queries([question.text])[0]
    scored = [
        _scored(question, sentence, max(0.0, float(similarity)))
        for sentence, similarity in zip(sentences, similarities, strict=True)
    ]
    return sorted(scored, key=lambda evidence: -evidence.score)


def _sentences(question: Question, results: Sequence[SearchResult]) -> list[Evidence]:
    """Sentences of the results, each once, those that cover most of the question; ``score`` is that coverage so far."""
    found: dict[tuple[str, int], Evidence] = {}
    for rank, result in enumerate(results):
        article, chunk = result.article, result.chunk
        around = set(map(stem, words(f"{article.title or ''} {article.source or ''}")))
        for index in chunk.paragraphs:
            paragraph = article.paragraphs[index]
            begin, stop = max(paragraph.start, chunk.start), min(paragraph.end, chunk.end)
            nearby = around | set(map(stem, words(article.text[begin:stop])))
            for start, end in split_sentences(article.text, begin, stop):
                own = set(map(stem, words(article.text[start:end])))
                coverage = _coverage(question, own, nearby)
                evidence = Evidence(article, index, start, end, coverage - 0.02 * rank, coverage, 0.0)
                found.setdefault((article.id, start), evidence)
    best = sorted(found.values(), key=lambda evidence: -evidence.score)
    return [evidence for evidence in best if len(evidence.text) > 12][:ENCODED]


def _coverage(question: Question, own: set[str], nearby: set[str]) -> float:
    """The share of the question's topic in a sentence; words that only its paragraph or title holds count three fifths."""
    names = {stem(name) for name in question.names}
    total = covered = 0.0
    for topic in question.topics:
        weight = 2.0 if topic in names else 1.0
        total += weight
        covered += weight if topic in own else 0.6 * weight if topic in nearby else 0.0
    return covered / total if total else 0.0


def _scored(question: Question, evidence: Evidence, similarity: float) -> Evidence:
    shape = _SHAPES.get(question.wanted)
    fits = 1.0 if shape is None or shape.search(normalise(evidence.text)) else 0.0
    score = 0.5 * similarity + 0.4 * evidence.coverage + 0.1 * fits
    return Evidence(
        evidence.article, evidence.paragraph, evidence.start, evidence.end, score, evidence.coverage, similarity
    )
