"""Articles -> Summary with citations: an article, a topic over many, a speaker; and questions that ask for one."""

from rag.summarizing.chat import SummaryEngine
from rag.summarizing.requests import RequestEngine
from rag.summarizing.summarizer import Length, Summarizer

__all__ = ["Length", "RequestEngine", "Summarizer", "SummaryEngine"]
