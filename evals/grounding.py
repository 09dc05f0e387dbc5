"""Claims with the texts they cite, and whether these bear them out: the dev halves of qags and wice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evals.data import read_jsonl
from rag.types import Article
from rag.verification import Source

_SPLIT_NUMBER = re.compile(r"(?<=\d), (?=\d{3}\b)|(?<=\d)\. (?=\d)")
"""The texts of qags part "235, 000" and "98. 7"; its claims do not."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, the text it cites, and its label: ``supported``, ``partially_supported`` or ``not_supported``."""

    id: str
    text: str
    document: str
    sources: tuple[Source, ...]
    label: str

    @property
    def grounded(self) -> bool:
        """Whether the text bears the whole claim out."""
        return self.label == "supported"


def read_claims(data: Path, name: str) -> list[Claim]:
    """The claims of a set. Of qags those on CNN/DM; each cites its whole document."""
    texts = {row["doc_id"]: row["text"] for row in read_jsonl(data / name / "documents.jsonl")}
    return list(_claims(data, name, texts))


def _claims(data: Path, name: str, texts: dict[str, str]) -> Iterator[Claim]:
    articles: dict[str, Article] = {}
    for row in read_jsonl(data / name / "items.jsonl"):
        if name == "qags" and row.get("split") != "cnndm":
            continue
        document = row["doc_id"]
        if document not in articles:
            text = texts[document]
            articles[document] = Article.from_text(_joined(text) if name == "qags" else text)
        article = articles[document]
        label = row.get("label") or ("supported" if row["grounded"] else "not_supported")
        yield Claim(row["id"], row["claim"], document, (Source(article, 0, len(article.text)),), label)


def _joined(text: str) -> str:
    return _SPLIT_NUMBER.sub(lambda match: match.group().strip(), text)
