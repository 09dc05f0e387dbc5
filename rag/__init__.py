"""Whosaid: ask news articles who said what, with citations that open the exact paragraph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.errors import RagError
from rag.settings import Settings
from rag.types import Answer, Article, Citation, Filters, Quote, SearchResult, Sentence, Summary

if TYPE_CHECKING:
    from rag.library import Library

__all__ = [
    "Answer", "Article", "Citation", "Filters", "Library", "Quote", "RagError", "SearchResult", "Sentence", "Settings",
    "Summary",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    # on first use: the library brings LangChain along, which the page must not wait for
    if name == "Library":
        from rag.library import Library

        return Library
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
