"""The engine that needs no language model: it answers in the articles' own sentences, or says that they do not say."""

from __future__ import annotations

import time
from collections.abc import Sequence

from rag.answering.evidence import Evidence, find_evidence
from rag.embedding import Encoder
from rag.matching import stem, words
from rag.question import Question
from rag.types import Answer, Article, Citation, Searched, SearchResult, Sentence

# An answer is given where its best sentence is at least so sure. Read off the cases of evals/cases and the dev half of
# `whosaid`; never tuned to single questions.
SURE_ENOUGH = 0.5
# A further sentence has to score nearly as well as the best one, in units of the evidence's score.
NEARLY = 0.8
MOST_SENTENCES = 3
CLOSEST = 3


class ExtractiveEngine:
    """Answers with exact slices of the articles."""

    name = "extractive"

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def answer(self, question: Question, results: Sequence[SearchResult], searched: Searched) -> Answer:
        """The fewest sentences that answer, in reading order, each citing itself; or a refusal with what comes closest."""
        started = time.perf_counter()
        evidence = find_evidence(question, results, self._encoder)
        if not evidence or evidence[0].sureness < SURE_ENOUGH:
            return refuse(question, evidence[:CLOSEST], searched, self.name, time.perf_counter() - started)
        chosen = _in_reading_order(_choose(question, evidence))
        citations = tuple(cite(marker, one) for marker, one in enumerate(chosen, start=1))
        sentences = tuple(Sentence(citation.text, "verbatim", (citation.marker,)) for citation in citations)
        return Answer(
            question=question.asked,
            status="answered",
            text=compose(sentences, citations),
            sentences=sentences,
            citations=citations,
            searched=searched,
            engine=self.name,
            seconds=time.perf_counter() - started,
        )


def refuse(question: Question, closest: Sequence[Evidence], searched: Searched, engine: str, seconds: float) -> Answer:
    """The answer that the articles do not say, with what was searched and the closest passages, named as such."""
    return Answer(
        question=question.asked,
        status="abstained",
        text=f"The articles do not say. {describe(searched)}",
        sentences=(),
        citations=(),
        searched=searched,
        engine=engine,
        seconds=seconds,
        closest=tuple(cite(marker, one) for marker, one in enumerate(closest, start=1)),
    )


def cite(marker: int, evidence: Evidence) -> Citation:
    """The citation of a sentence; the marker is counted here, in code."""
    article = evidence.article
    return Citation(
        marker=marker,
        article_id=article.id,
        external_id=article.external_id,
        title=article.title,
        source=article.source,
        date=article.date,
        url=article.url,
        paragraph=evidence.paragraph,
        start=evidence.start,
        end=evidence.end,
        text=evidence.text,
    )


def compose(sentences: Sequence[Sentence], citations: Sequence[Citation]) -> str:
    """The answer as plain text: for each article who reported it and when, then its sentences with their markers."""
    by_marker = {citation.marker: citation for citation in citations}
    groups: list[str] = []
    previous = None
    for sentence in sentences:
        first = by_marker[sentence.citations[0]]
        marked = sentence.text + "".join(f" [{marker}]" for marker in sentence.citations)
        if first.article_id == previous:
            groups[-1] += f" {marked}"
        else:
            groups.append(f"{first.byline}: {marked}" if first.byline else marked)
        previous = first.article_id
    return "\n\n".join(groups)


def describe(searched: Searched) -> str:
    """What was searched, in words: "Searched 17 articles, 17 November 2024 to 21 April 2026."."""
    if not searched.articles:
        return "There are no articles to search."
    many = "1 article" if searched.articles == 1 else f"{searched.articles:,} articles"
    if searched.since is None or searched.until is None:
        return f"Searched {many}."
    days = sorted({searched.since, searched.until})
    return f"Searched {many}, {' to '.join(f'{day.day} {day:%B %Y}' for day in days)}."


def _choose(question: Question, evidence: Sequence[Evidence]) -> list[Evidence]:
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
