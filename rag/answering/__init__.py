"""Question -> Answer: candidates, one ranking, a decision, and the parts that it is told in."""

from rag.answering.candidates import CandidateFinder
from rag.answering.chat_engine import ChatEngine
from rag.answering.engine import Answering, Engine, Task, noticing
from rag.answering.model_check import ClaimChecker
from rag.answering.model_engine import ModelEngine
from rag.answering.sentence_engine import SentenceEngine
from rag.answering.statements import StatementFinder

__all__ = [
    "Answering",
    "CandidateFinder",
    "ChatEngine",
    "ClaimChecker",
    "Engine",
    "ModelEngine",
    "SentenceEngine",
    "StatementFinder",
    "Task",
    "noticing",
]
