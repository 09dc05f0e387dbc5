"""Who said what: every statement of an article with its speaker, cue, words, kind and polarity."""

from rag.quotes.extract import extract_quotes

__all__ = ["extract_quotes"]
