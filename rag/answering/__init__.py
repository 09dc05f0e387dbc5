"""Evidence -> Answer: the extractive engine, and the chain that retrieves and answers."""

from rag.answering.chain import Answering
from rag.answering.extractive import ExtractiveEngine
from rag.answering.sayings import LedgerEngine
from rag.answering.statements import StatementFinder

__all__ = ["Answering", "ExtractiveEngine", "LedgerEngine", "StatementFinder"]
