"""Whether a sentence is true to the paragraphs that it cites, decided by code."""

from __future__ import annotations

from rag.verification.evidence import Source
from rag.verification.verify import Verdict, Verifier

__all__ = ["Source", "Verdict", "Verifier"]
