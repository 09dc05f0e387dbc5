"""Whosaid: ask news articles who said what, with citations that open the exact paragraph."""

from rag.errors import RagError
from rag.library import Library
from rag.settings import Settings
from rag.types import Answer, Article, Citation, Filters, Quote, SearchResult, Sentence, Summary

__all__ = [
    "Answer", "Article", "Citation", "Filters", "Library", "Quote", "RagError", "SearchResult", "Sentence", "Settings",
    "Summary",
]  # fmt: skip
