"""Evidence -> Answer: the ledger, the extractive engine, the one with a language model, and the chain of them."""

from rag.answering.chain import Answering
from rag.answering.extractive import ExtractiveEngine
from rag.answering.model_check import ClaimChecker
from rag.answering.model_engine import ModelEngine
from rag.answering.sayings import LedgerEngine
from rag.answering.statements import StatementFinder

__all__ = ["Answering", "ClaimChecker", "ExtractiveEngine", "LedgerEngine", "ModelEngine", "StatementFinder"]
