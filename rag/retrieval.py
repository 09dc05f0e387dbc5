"""Question -> chunks: BM25 over the catalog and dense search over the vectors, fused by rank, then ranked by fit."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from numpy.typing import NDArray
from pydantic import ConfigDict

from rag.catalog import Catalog
from rag.chunking import embedding_text
from rag.embedding import Encoder
from rag.fusion import FoundChunk, fuse, rerank
from rag.index import VectorIndex
from rag.language.dates import Period, is_within, nearness
from rag.language.words import stem, topic_words, words
from rag.question import Question, read_question
from rag.reranking import Reranker
from rag.types import Filters, SearchResult, iso

RERANKED = 40  # chunks that a reranker reads
LOOKING_BACK = 0.5  # of what the days that a question names weigh, for the news of the day of asking
ALIKE = 0.1  # of the words of two texts that are copies of one another, not more than so many stand in one only


class HybridRetriever(BaseRetriever):
    """A LangChain retriever over a library. ``search`` gives results with articles, ``invoke`` gives Documents."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    catalog: Catalog
    index: Any
    """A rag.index.VectorIndex."""
    encoder: Any
    """A rag.embedding.Encoder."""
    reranker: Any = None
    """A rag.reranking.Reranker, if one is set."""
    candidates: int = 100
    k: int = 10
    filters: Filters = Filters()

    def search(self, question: Question, k: int | None = None, filters: Filters | None = None) -> list[SearchResult]:
        """The ``k`` best chunks for a question, the best first; of near duplicates only the best."""
        k = self.k if k is None else max(0, k)
        best = rerank(self.candidates_for(question, self.filters if filters is None else filters, k))
        if self.reranker is not None:
            best = self._reranked(question, best)
        return self._results(best, k)

    def _reranked(self, question: Question, ranked: list[tuple[str, float]]) -> list[tuple[str, float]]:
        """The best chunks as the reranker and the ranking together have them, by rank, so that dates keep their say."""
        reranker: Reranker = self.reranker
        found = self.catalog.chunks([chunk_id for chunk_id, _ in ranked[:RERANKED]])
        first = [chunk_id for chunk_id, _ in ranked[:RERANKED] if chunk_id in found]
        scores = reranker.score(question.text, [embedding_text(*found[chunk_id]) for chunk_id in first])
        read = [first[number] for number in np.argsort(-scores, kind="stable")]
        # the others keep their order behind those that were read
        return [*fuse([read, first]), *((chunk_id, 0.0) for chunk_id, _ in ranked[RERANKED:])]

    def candidates_for(self, question: Question, filters: Filters, least: int = 0) -> list[FoundChunk]:
        """What both searches find, ``least`` or more if there are, with what the ranking goes by."""
        most = max(self.candidates, least)
        index: VectorIndex = self.index
        encoder: Encoder = self.encoder
        vector = encoder.encode_queries([question.text])[0]
        dense = [chunk_id for chunk_id, _ in index.search(vector, most, filters)]
        bm25 = dict(self.catalog.search_words(question.text, most, filters))
        located = self.catalog.locate([chunk_id for chunk_id, _ in fuse([dense, list(bm25)])])
        bodies, names = self._shares(question, [one.number for one in located])
        wholes = self._wholes(vector, {one.article for one in located})
        return [
            FoundChunk(
                chunk_id=one.chunk_id,
                number=one.number,
                article=one.article,
                similarity=float(one.vector @ vector),
                sentence=max((one.sentences @ vector).tolist()) if len(one.sentences) else 0.0,
                whole=wholes.get(one.article, 0.0),
                bm25=bm25.get(one.chunk_id, 0.0),
                words=bodies.get(one.number, 0.0),
                names=names.get(one.number, 0.0),
                near=_of_days(nearness, one.date, question.focus, question.looking_back),
                within=_of_days(is_within, one.date, question.period, question.looking_back),
            )
            for one in located
        ]

    def _wholes(self, vector: NDArray[np.float32], numbers: set[int]) -> dict[int, float]:
        """How near each article as a whole, the mean of its chunks' vectors, is to the question's vector."""
        sums = self.catalog.whole_vectors(numbers)
        return {number: float(total @ vector / (np.linalg.norm(total) or 1.0)) for number, total in sums.items()}

    def likeness(self, question: Question, article_ids: Iterable[str]) -> dict[tuple[str, int], float]:
        """Cosine of each sentence of the articles to the question, by the article's id and where the sentence starts."""
        vector = self.encoder.encode_queries([question.text])[0]
        return {
            (article_id, start): cosine
            for article_id, spans, vectors in self.catalog.sentences(article_ids)
            for start, cosine in zip(spans[:, 0].tolist(), (vectors @ vector).tolist(), strict=True)
        }

    def rarities(self, question: Question) -> dict[str, float]:
        """How much each stem of a question's topic words tells: the log of how seldom chunks hold it."""
        return {stem(word): rarity for word, rarity, _ in self._holders(question, ())}

    def _shares(self, question: Question, numbers: Sequence[int]) -> tuple[dict[int, float], dict[int, float]]:
        """How much of the question's topic chunks hold in their text, and how many of its names there or in their title."""
        named = {stem(name) for name in question.names}
        bodies: list[tuple[float, set[int]]] = []
        names: dict[int, float] = defaultdict(float)
        for word, rarity, holders in self._holders(question, numbers):
            bodies.append((rarity, holders))
            if stem(word) in named:
                for number in holders | self.catalog.holding(word, "title", numbers)[1]:
                    names[number] += 1 / len(named)
        return _weigh(bodies), names

    def title_shares(self, question: Question, numbers: Sequence[int]) -> dict[int, float]:
        """How much of the question's topic chunks, by their numbers, hold in their title; those that hold none left out."""
        return _weigh(
            [
                (rarity, self.catalog.holding(word, "title", numbers)[1])
                for word, rarity, _ in self._holders(question, ())
            ]
        )

    def _holders(self, question: Question, numbers: Sequence[int]) -> Iterator[tuple[str, float, set[int]]]:
        """Each topic word of a question, its rarity, and which of these chunks hold it in their text."""
        total = self.catalog.size()
        for word in topic_words(question.text):
            count, holders = self.catalog.holding(word, "body", numbers)
            yield word, math.log(1 + total / (1 + count)), holders

    def _results(self, ranked: list[tuple[str, float]], k: int) -> list[SearchResult]:
        results: list[SearchResult] = []
        seen: list[tuple[str, frozenset[str]]] = []
        for start in range(0, len(ranked), k + 5):
            best = ranked[start : start + k + 5]
            found = self.catalog.chunks([chunk_id for chunk_id, _ in best])
            for chunk_id, score in best:
                if len(results) == k:
                    return results
                if chunk_id not in found:  # Chroma may still hold a chunk that the catalog has just dropped
                    continue
                article, chunk = found[chunk_id]
                told = frozenset(words(chunk.text))
                if not any(other != article.id and is_copy(told, before) for other, before in seen):
                    results.append(SearchResult(article, chunk, score))
                    seen.append((article.id, told))
        return results

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [to_document(result) for result in self.search(read_question(query))]


def _weigh(words: Sequence[tuple[float, set[int]]]) -> dict[int, float]:
    """The share of the words that each chunk holds, from each word's rarity and the chunks that hold it."""
    shares: dict[int, float] = defaultdict(float)
    for rarity, holders in words:
        for number in holders:
            shares[number] += rarity
    whole = sum(rarity for rarity, _ in words)
    return {number: share / whole for number, share in shares.items()}


def _of_days(
    measure: Callable[[dt.date, Period], float], date: dt.date | None, days: Period | None, looking_back: Period | None
) -> float:
    """How far a date is of the days that are meant, by a measure; or half as far of those that look back on them."""
    if date is None:
        return 0.0
    weighed = ((days, 1.0), (looking_back, LOOKING_BACK))
    return max((weight * measure(date, period) for period, weight in weighed if period), default=0.0)


def is_copy(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two texts, given as their words, are one but for a few words and no number: what a wire service sent out."""
    apart = one ^ other
    return len(apart) <= ALIKE * len(one | other) and not any(word[0].isdigit() for word in apart)


def to_document(result: SearchResult) -> Document:
    """A result as a LangChain Document; its metadata says where every character comes from."""
    article, chunk = result.article, result.chunk
    return Document(
        id=chunk.id,
        page_content=chunk.text,
        metadata={
            "article_id": article.id,
            "external_id": article.external_id,
            "title": article.title,
            "source": article.source,
            "date": iso(article.date),
            "url": article.url,
            "paragraphs": list(chunk.paragraphs),
            "start": chunk.start,
            "end": chunk.end,
            "score": result.score,
        },
    )
