"""Question -> chunks: BM25 over the catalog and dense search over the vectors, fused by reciprocal rank."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from rag.catalog import Catalog
from rag.embedding import Encoder
from rag.index import VectorIndex
from rag.question import Question, read_question
from rag.types import Filters, SearchResult, iso

# Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet", SIGIR 2009: the constant of the paper.
RANK_CONSTANT = 60


class HybridRetriever(BaseRetriever):
    """A LangChain retriever over a library. ``search`` gives results with articles, ``invoke`` gives Documents."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    catalog: Catalog
    index: Any
    """A rag.index.VectorIndex."""
    encoder: Any
    """A rag.embedding.Encoder."""
    candidates: int = 50
    k: int = 10
    filters: Filters = Filters()

    def search(self, question: Question, k: int | None = None, filters: Filters | None = None) -> list[SearchResult]:
        """The ``k`` best chunks for a question, the best first."""
        scope = self.filters if filters is None else filters
        index: VectorIndex = self.index
        encoder: Encoder = self.encoder
        vector = encoder.encode_queries([question.text])[0]
        dense = [chunk_id for chunk_id, _ in index.search(vector, self.candidates, scope)]
        lexical = [chunk_id for chunk_id, _ in self.catalog.search_words(question.text, self.candidates, scope)]
        ranked = fuse([dense, lexical])
        if question.period:
            within = self.catalog.dated_within([chunk_id for chunk_id, _ in ranked], *question.period)
            ranked = fuse([dense, lexical, [chunk_id for chunk_id, _ in ranked if chunk_id in within]])
        return self._results(ranked, self.k if k is None else k)

    def _results(self, ranked: list[tuple[str, float]], k: int) -> list[SearchResult]:
        # a few more than asked for: Chroma may still hold a chunk that the catalog has just dropped
        best = ranked[: k + 5]
        found = self.catalog.chunks([chunk_id for chunk_id, _ in best])
        results = [SearchResult(*found[chunk_id], score) for chunk_id, score in best if chunk_id in found]
        return results[:k]

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [to_document(result) for result in self.search(read_question(query))]


def fuse(rankings: list[list[str]]) -> list[tuple[str, float]]:
    """Reciprocal rank fusion: ids with the sum of ``1 / (60 + rank)`` over the rankings they occur in, the best first."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, one in enumerate(ranking, start=1):
            scores[one] = scores.get(one, 0.0) + 1.0 / (RANK_CONSTANT + rank)
    return sorted(scores.items(), key=lambda item: -item[1])


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
