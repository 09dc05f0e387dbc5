"""Evidence -> Answer: the extractive engine, and the chain that retrieves and answers."""

from rag.answering.chain import build_chain
from rag.answering.extractive import ExtractiveEngine

__all__ = ["ExtractiveEngine", "build_chain"]
