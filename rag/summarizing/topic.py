"""A topic over many articles -> what happened in order of time: one sentence a development, all that report it cited."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.answering.compose import Passage
from rag.catalog import Catalog
from rag.fusion import FoundChunk, rerank
from rag.language.words import normalise
from rag.question import Question
from rag.retrieval import HybridRetriever
from rag.summarizing.article import stems
from rag.summarizing.figures import bounds, differing, figures, same_numbers, value_of
from rag.summarizing.scoring import likeness
from rag.summarizing.telling import SummarySentence
from rag.summarizing.units import Unit, read_units
from rag.types import Article, Chunk, Filters

CHUNKS = 120  # that are looked at
ARTICLES = 60  # whose sentences are read
DEVELOPMENTS = 8
COMPARED = 150  # reports, the best, that are compared with one another
PASSED_OVER = 0.6  # of what the best chunk shares with the topic, by words and meaning: less is another topic
LEAST = 0.45  # and in any case
COVERED = 0.66  # of the topic's words, in the sentence and its article's title
OPENS = 0.3  # the same, of the sentence that opens an article
# Likeness of two reports of one thing, their numbers being the same: the words that most reports on a topic hold count
# little. The pairs of 30 topics of rtqa2022 that lie between 0.5 and 0.66 were read: above 0.55 nearly all report one thing.
SAME = 0.55
ALIKE = 0.55  # likeness, without numbers and weights, from which on two numbers are about one thing
NEAR = dt.timedelta(3)
CLASHES = 2
FEW = 3  # numbers of a sentence that is compared with another for them
_NOT = re.compile(r"\b(?:not|never|no)\b|n't\b", re.I)


@dataclass(frozen=True, slots=True)
class Report:
    """A sentence of an article that tells something on the topic, and how much."""

    article: Article
    unit: Unit
    score: float

    @property
    def passage(self) -> Passage:
        """Where it stands."""
        return Passage(self.article, self.unit.paragraph, self.unit.start, self.unit.end)


@dataclass(slots=True)
class Development:
    """Reports of one thing; the first is told."""

    reports: list[Report] = field(default_factory=list)

    @property
    def date(self) -> dt.date:
        """The day of the first report; undated ones come first."""
        return min((one.article.date for one in self.reports if one.article.date), default=dt.date.min)

    def tell(self) -> SummarySentence:
        """The best report's sentence, with the citations of all."""
        best = self.reports[0]
        others = sorted(self.reports[1:], key=lambda one: one.article.date or dt.date.min)
        return SummarySentence((best.passage, *(one.passage for one in others)), best.unit.kept)


def articles_on(
    question: Question, filters: Filters, retriever: HybridRetriever, catalog: Catalog
) -> list[tuple[Article, list[Chunk]]]:
    """The articles on a topic with their chunks that are about it, the best first."""
    candidates = retriever.candidates_for(question, filters, CHUNKS)
    found = _on_topic(candidates, retriever.title_shares(question, [one.number for one in candidates]))
    chunks = catalog.chunks(found)
    by_article: dict[str, tuple[Article, list[Chunk]]] = {}
    for chunk_id in found:
        if chunk_id in chunks:
            article, chunk = chunks[chunk_id]
            if article.id in by_article or len(by_article) < ARTICLES:
                by_article.setdefault(article.id, (article, []))[1].append(chunk)
    return list(by_article.values())


def find_reports(
    question: Question, filters: Filters, retriever: HybridRetriever, catalog: Catalog, *, near: bool = False
) -> list[Report]:
    """The sentences on a topic, those of the best chunks' articles, the best first.

    Each holds some of the topic's words; ``near`` takes all that stand where the topic is told of, in whatever words.
    """
    reports: list[Report] = []
    for rank, (article, parts) in enumerate(articles_on(question, filters, retriever, catalog)):
        reports += _reports(article, parts, set(question.topics), 1 / (1 + rank / 10), near)
    return sorted(reports, key=lambda one: -one.score)


def _on_topic(candidates: Sequence[FoundChunk], titles: Mapping[int, float]) -> list[str]:
    """Ids of the chunks that are about the topic, the best first; ``titles`` is how much of it each one's title holds."""
    near = {one.chunk_id: one.similarity + 0.7 * one.words + 0.3 * titles.get(one.number, 0.0) for one in candidates}
    best = max(near.values(), default=0.0)
    ranked = [chunk_id for chunk_id, _ in rerank(candidates) if near[chunk_id] >= max(LEAST, PASSED_OVER * best)]
    return ranked[:CHUNKS]


def _reports(article: Article, chunks: Sequence[Chunk], topics: set[str], rank: float, near: bool) -> list[Report]:
    """The sentences of the chunks that hold some of the topic's words, most of which they or the title hold.

    Of the sentence that opens the article, some are enough: what follows tells that it is on the topic.
    """
    indices = sorted({index for chunk in chunks for index in chunk.paragraphs})
    title = stems(article.title or "")
    titled = _share(topics, title)
    found = []
    for unit in read_units(article, (), [article.paragraphs[index] for index in indices]):
        own, held = _share(topics, set(unit.stems)), _share(topics, title | set(unit.stems))
        opens = unit.paragraph == unit.number == 0 and held >= OPENS
        if unit.fit and not unit.leans and (near or opens or (own > 0 and held >= COVERED)):
            # news stands in front, and a sentence of a line or two tells more than one of a few words
            form = 1 / (1 + unit.paragraph) + min(unit.length, 25) / 25
            found.append(Report(article, unit, 1.5 * own + 0.5 * titled + form + rank))
    return found


def _share(wanted: set[str], there: set[str]) -> float:
    return len(wanted & there) / len(wanted) if wanted else 0.0


def developments(reports: Sequence[Report], most: int) -> list[Development]:
    """Reports of one thing put together; the ``most`` that tell most, in order of time and of each article."""
    found: list[Development] = []
    weights = rarity(reports[:COMPARED])
    for report in reports[:COMPARED]:
        for development in found:
            if is_same(development.reports[0], report, weights):
                if all(one.article.id != report.article.id for one in development.reports):
                    development.reports.append(report)
                break
        else:
            found.append(Development([report]))
    chosen: list[Development] = []
    of_article: Counter[str] = Counter()
    while found and len(chosen) < most:

        def worth(one: Development) -> float:
            first = one.reports[0]
            repeated = max((likeness(first.unit, other.reports[0].unit) for other in chosen), default=0.0)
            return first.score + 0.3 * math.log(len(one.reports)) - 1.5 * repeated - 0.8 * of_article[first.article.id]

        best = max(found, key=worth)
        found.remove(best)
        chosen.append(best)
        of_article[best.reports[0].article.id] += 1
    return sorted(chosen, key=lambda one: (one.date, one.reports[0].article.id, one.reports[0].unit.start))


def rarity(reports: Sequence[Report]) -> dict[str, float]:
    """How much each word tells of a report among those on its topic: inverse document frequency."""
    held = Counter(word for report in reports for word in set(report.unit.stems))
    return {word: math.log(1 + len(reports) / count) for word, count in held.items()}


def newest_first(found: Sequence[Development]) -> list[Development]:
    """The newest day first; what one article tells keeps its order."""
    return sorted(found, key=lambda one: one.date, reverse=True)


def is_same(one: Report, other: Report, weights: Mapping[str, float]) -> bool:
    """Whether two sentences report one thing in nearly the same words, with the same numbers, within a few days."""
    if _days(one.article, other.article) > NEAR or not same_numbers((one.unit.told, other.unit.told)):
        return False
    denied = [bool(_NOT.search(normalise(report.unit.told))) for report in (one, other)]
    return denied[0] == denied[1] and likeness(one.unit, other.unit, weights) >= SAME


def disagreements(reports: Sequence[Report]) -> list[tuple[Report, Report]]:
    """Pairs of reports of the same day that give different numbers for the same thing, of two articles each."""
    counted = [(report, figures(report.unit.told)) for report in reports[:COMPARED]]
    # a list of numbers, such as a score, counts nothing
    counted = [(report, numbers) for report, numbers in counted if numbers and _count(report.unit) <= FEW]
    pairs: list[tuple[Report, Report]] = []
    used: set[str] = set()
    for index, (one, mine) in enumerate(counted):
        for other, theirs in counted[index + 1 :]:
            if one.article.id == other.article.id or {one.article.id, other.article.id} & used:
                continue
            # figures rise from day to day, and a publisher brings its own up to date: that is no disagreement
            at_once = one.article.date == other.article.date and one.article.source != other.article.source
            # "at least 12" and "14" can both be right
            clear = bounds(one.unit.told) == bounds(other.unit.told) and differing(mine, theirs)
            if at_once and clear and likeness(_without_numbers(one.unit), _without_numbers(other.unit)) >= ALIKE:
                pairs.append((one, other))
                used |= {one.article.id, other.article.id}
        if len(pairs) >= CLASHES:
            break
    return pairs[:CLASHES]


def _count(unit: Unit) -> int:
    return sum(value_of(one) is not None for one in unit.stems)


def _without_numbers(unit: Unit) -> Unit:
    return dataclasses.replace(unit, stems=tuple(one for one in unit.stems if value_of(one) is None))


def tell_disagreement(pair: tuple[Report, Report]) -> list[SummarySentence]:
    """Two reports side by side."""
    first, second = sorted(pair, key=lambda one: one.article.date or dt.date.min)
    heading = SummarySentence((first.passage, second.passage), None, "Reports differ:")
    return [
        heading,
        SummarySentence((first.passage,), first.unit.kept),
        SummarySentence((second.passage,), second.unit.kept),
    ]


def _days(one: Article, other: Article) -> dt.timedelta:
    if one.date is None or other.date is None:
        return dt.timedelta(0) if one.date == other.date else dt.timedelta.max
    return abs(one.date - other.date)
