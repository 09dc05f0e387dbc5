"""The pipeline of the LangChain tutorials: fixed-size chunks, MiniLM, Chroma, similarity search."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from rag.embedding import packaged_model
from rag.types import Article


class TutorialPipeline:
    """RecursiveCharacterTextSplitter(1000, 200), all-MiniLM-L6-v2 through HuggingFaceEmbeddings, Chroma, as taught."""

    def __init__(self, folder: Path) -> None:
        self._splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
        self.embeddings = HuggingFaceEmbeddings(model_name=str(packaged_model()))
        self._store = Chroma(
            collection_name="tutorial", embedding_function=self.embeddings, persist_directory=str(folder)
        )

    def add(self, articles: Iterable[Article]) -> int:
        """Split, embed and store articles; how many chunks that made."""
        documents = [
            Document(page_content=article.text, metadata={"article": article.external_id or article.id})
            for article in articles
        ]
        chunks = self._splitter.split_documents(documents)
        self._store.add_documents(chunks)
        return len(chunks)

    def retrieve(self, question: str, k: int = 10) -> list[str]:
        """The articles of the ``k`` nearest chunks, the best first, each once."""
        return list(dict.fromkeys(article for article, _ in self.chunks(question, k)))

    def chunks(self, question: str, k: int = 10) -> list[tuple[str, str]]:
        """The ``k`` nearest chunks, the best first: their article and their text."""
        found: list[Any] = self._store.similarity_search(question, k=k)
        return [(document.metadata["article"], document.page_content) for document in found]
