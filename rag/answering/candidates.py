"""Question -> candidates: sentences of the best chunks, and statements by whom and about what is asked, in one list."""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.answering.compose import Passage
from rag.coverage import Coverage
from rag.embedding import Encoder
from rag.index import VectorIndex
from rag.language.sentences import split_sentences
from rag.language.words import PRONOUNS, normalise, stem, words
from rag.ledger import Ledger
from rag.models.selector import Excerpt, Selector, header, spoken_by
from rag.question import Question
from rag.retrieval import HybridRetriever
from rag.types import Article, Filters, Quote, SearchResult, iso

CHUNKS = 10  # whose sentences are looked at
BY_SPEAKER, ON_TOPIC = 12, 8  # statements that are looked at: of those asked for, the nearest; and of anybody
MANY = 5000  # statements of one speaker that are looked at
READ = 24  # candidates that the selector reads, which is most of an answer's time
SHORTEST = 12  # characters


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, with what speaks for it."""

    article: Article
    paragraph: int
    start: int
    end: int
    statement: Quote | None
    """The statement of which it holds words, if it holds any."""
    theirs: float
    """1 where it holds words of somebody who is asked for, -1 where only somebody else's, else 0."""
    rank: int
    """Of its chunk, from 0; ``CHUNKS`` where only the ledger knows of it."""
    similarity: float
    """Cosine of the question to its statement, 0 where that was not looked up."""
    alike: float
    """Cosine of the question to the sentence as it stands in its chunk."""
    own: float
    """Share of the question's topic words in it, each by its rarity."""
    nearby: float
    """Share of those that only its paragraph or the title holds."""
    asks: float
    """1 for a question of the article's own."""
    spoken_by: str = ""
    """Whose words it holds, where it does not say so itself."""
    selected: float = -math.inf
    """The selector's log odds that it answers, against that nothing does."""
    phrase: tuple[int, int] | None = None
    """Where in the article's text the answer's own words are likeliest."""
    phrase_chance: float = 0.0
    score: float = 0.0

    @property
    def text(self) -> str:
        """The sentence."""
        return self.article.text[self.start : self.end]

    @property
    def speaker(self) -> str:
        """Whose words it holds, by name or as written; "" for nobody's, or where only a pronoun tells."""
        said = self.statement.speaker if self.statement else None
        name = (said.name or said.mention or "") if said else ""
        return "" if name.lower() in PRONOUNS else name

    def passage(self) -> Passage:
        """The sentence under its speaker's name, on its way into an answer."""
        said = self.statement
        return Passage(
            self.article,
            self.paragraph,
            self.start,
            self.end,
            speaker=self.speaker,
            polarity=said.polarity if said else "asserted",
            via=(said.via or "") if said else "",
        )


@dataclass(frozen=True, slots=True)
class Found:
    """The candidates of a question; ``names`` are the speakers of the ledger that each speaker asked for can mean."""

    candidates: tuple[Candidate, ...]
    names: dict[str, tuple[str, ...]]
    coverage: Coverage = dataclasses.field(default_factory=Coverage)
    """How far the statements of the articles have been read."""


class CandidateFinder:
    """Finds candidates in a library: by retrieval, and in the ledger."""

    def __init__(self, retriever: HybridRetriever, ledger: Ledger, quotes: VectorIndex, encoder: Encoder) -> None:
        self._retriever = retriever
        self._ledger = ledger
        self._quotes = quotes
        self._encoder = encoder
        self._selector = Selector()

    def find(self, question: Question, filters: Filters) -> Found:
        """Every candidate, in no order, none read by the selector yet."""
        results = self._retriever.search(question, CHUNKS, filters)
        names, rarities = self._names(question, filters), self._retriever.rarities(question)
        near = self._statements(question, names, filters)
        candidates = tuple(self._candidates(question, rarities, results, near, names))
        return Found(candidates, names, self._ledger.coverage(filters))

    def read(self, question: Question, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates with what the selector says of them. Raises ModelError."""
        by_article: dict[str, list[Candidate]] = defaultdict(list)
        for one in sorted(candidates, key=lambda one: one.start):
            by_article[one.article.id].append(one)
        parts = list(by_article.values())
        scored = self._selector.score(question.text, [_excerpt(part) for part in parts])
        return [
            dataclasses.replace(
                one,
                selected=float(odds),
                phrase=(part[0].start + phrase[0], part[0].start + phrase[1]),
                phrase_chance=float(chance),
            )
            for part, made in zip(parts, scored, strict=True)
            for one, odds, phrase, chance in zip(part, made.scores, made.answers, made.chances, strict=True)
        ]

    def _names(self, question: Question, filters: Filters) -> dict[str, tuple[str, ...]]:
        """For each speaker asked for the names in the ledger; what a follow-up leans on may name others than speakers."""
        asked = [filters.speaker] if filters.speaker else list(question.speakers)
        names = {one: tuple(self._ledger.matching(one, filters)) for one in asked}
        known = {one: found for one, found in names.items() if found}
        return known if question.leans and known else names

    def _statements(self, question: Question, names: dict[str, tuple[str, ...]], filters: Filters) -> dict[str, float]:
        """Ids of statements with their cosine to the question: the nearest of each one asked for, and of anybody."""
        vector = self._encoder.encode_queries([question.text])[0]
        found = dict(self._quotes.search(vector, ON_TOPIC, filters))
        for theirs in names.values():
            ids = self._ledger.said_by(theirs, filters)[:MANY] if theirs else []
            known, vectors = self._ledger.vectors(ids)
            if known:
                cosines = (vectors @ vector).tolist()
                found |= sorted(zip(known, cosines, strict=True), key=lambda pair: -pair[1])[:BY_SPEAKER]
        return found

    def _candidates(
        self,
        question: Question,
        rarities: dict[str, float],
        results: Sequence[SearchResult],
        near: dict[str, float],
        names: dict[str, tuple[str, ...]],
    ) -> Iterable[Candidate]:
        ranks: dict[str, dict[tuple[int, int], int]] = defaultdict(dict)
        articles: dict[str, Article] = {}
        for rank, result in enumerate(results):
            articles[result.article.id] = result.article
            for index in result.chunk.paragraphs:
                paragraph = result.article.paragraphs[index]
                span = max(paragraph.start, result.chunk.start), min(paragraph.end, result.chunk.end)
                ranks[result.article.id].setdefault(span, rank)
        statements = self._ledger.quotes(list(near))
        articles |= self._ledger.articles({one.article_id for one in statements.values()} - set(articles))
        cosines = {(one.article_id, one.start): near[key] for key, one in statements.items()}
        for one in statements.values():
            if one.article_id in articles:
                for span in _paragraphs_of(articles[one.article_id], one):
                    ranks[one.article_id].setdefault(span, CHUNKS)
        wanted = {one.article_id: one for one in statements.values()}
        alike = self._retriever.likeness(question, ranks)
        for article_id, spans in ranks.items():
            own = [one for one in statements.values() if one.article_id == article_id]
            only = {span for span, rank in spans.items() if rank == CHUNKS} if article_id in wanted else set()
            yield from self._of_article(rarities, articles[article_id], spans, only, own, cosines, alike, names)

    def _of_article(
        self,
        rarities: dict[str, float],
        article: Article,
        spans: dict[tuple[int, int], int],
        only: set[tuple[int, int]],
        near: Sequence[Quote],
        cosines: dict[tuple[str, int], float],
        alike: dict[tuple[str, int], float],
        names: dict[str, tuple[str, ...]],
    ) -> Iterable[Candidate]:
        """The sentences of an article's paragraphs; of those that only the ledger knows of, the ones of its statements."""
        quotes = self._ledger.quotes_in(article.id)
        asked = {normalise(name).lower() for ones in names.values() for name in ones}
        title = _stems(article.title or "")
        seen: set[int] = set()
        for span, rank in spans.items():
            around = title | _stems(article.text[slice(*span)])
            sentences = [one for one in split_sentences(article.text, *span) if one[1] - one[0] >= SHORTEST]
            speakers = list(spoken_by(article.text, sentences, quotes))
            for (start, end), speaker in zip(sentences, speakers, strict=True):
                held = [one for one in quotes if any(a < end and start < b for a, b in one.spans)]
                if start in seen or (span in only and not any(one in near for one in held)):
                    continue
                seen.add(start)
                own = _stems(article.text[start:end])
                yield Candidate(
                    article=article,
                    paragraph=article.paragraph_at(start),
                    start=start,
                    end=end,
                    statement=_of(held, asked, start, end),
                    theirs=_theirs(held, asked, bool(names)),
                    rank=rank,
                    alike=alike.get((article.id, start), 0.0),
                    similarity=max((cosines.get((article.id, one.start), 0.0) for one in held), default=0.0),
                    own=_share(rarities, own),
                    nearby=_share(rarities, around - own),
                    asks=float(article.text[start:end].rstrip("\"'”’ ").endswith("?")),
                    spoken_by=speaker,
                )


def _paragraphs_of(article: Article, quote: Quote) -> list[tuple[int, int]]:
    first, last = article.paragraph_at(quote.start), article.paragraph_at(quote.end - 1)
    return [(one.start, one.end) for one in article.paragraphs[first : last + 1]]


def _of(held: Sequence[Quote], asked: set[str], start: int, end: int) -> Quote | None:
    """The statement that a sentence is told under: of one asked for, else the one of which it holds most words."""

    def fit(one: Quote) -> tuple[bool, int]:
        return _is_by(one, asked), sum(max(0, min(b, end) - max(a, start)) for a, b in one.spans)

    return max(held, key=fit, default=None)


def _theirs(held: Sequence[Quote], asked: set[str], is_asked: bool) -> float:
    if not is_asked or not held:
        return 0.0
    return 1.0 if any(_is_by(one, asked) for one in held) else -1.0


def _is_by(quote: Quote, asked: set[str]) -> bool:
    speaker = quote.speaker
    return bool(speaker and normalise(speaker.name or speaker.mention or "").lower() in asked)


def _excerpt(part: Sequence[Candidate]) -> Excerpt:
    article, start = part[0].article, part[0].start
    return Excerpt(
        article.text[start : part[-1].end],
        tuple((one.start - start, one.end - start) for one in part),
        header(article.title, article.source, iso(article.date)),
        tuple(one.spoken_by for one in part),
        opens=start == 0,
    )


def _share(rarities: dict[str, float], there: set[str]) -> float:
    whole = sum(rarities.values())
    return sum(rarity for one, rarity in rarities.items() if one in there) / whole if whole else 0.0


def _stems(text: str) -> set[str]:
    return set(map(stem, words(text)))
