"""Answers, articles and reports as lines for a terminal. Control characters of an article never reach it."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence

from rag.types import AddReport, Answer, Article, Citation


def plain(text: str) -> str:
    """Text without control and direction characters, which could move the cursor or disguise what is shown."""
    return "".join(
        character
        for character in text
        if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Cs") or character == "\u00ad"
    )


def sources_lines(answer: Answer) -> list[str]:
    """The sources of an answer, one line each; those that only come close are named as such."""
    if answer.citations:
        return ["", "Sources", *map(_source_line, answer.citations)]
    if answer.closest:
        return ["", "Closest passages (they do not answer the question)", *map(_source_line, answer.closest)]
    return []


def _source_line(citation: Citation) -> str:
    about = " · ".join(part for part in (citation.byline, citation.title or "") if part)
    words = textwrap.shorten(citation.text, 120, placeholder=" …")
    return plain(
        f"[{citation.marker}] {about} · paragraph {citation.paragraph + 1} (whosaid show {citation.article_id})\n"
        f"    “{words}”"
    )


def articles_table(articles: Sequence[Article]) -> list[str]:
    """One line an article: id, date, publisher, title."""
    if not articles:
        return ["The library is empty. Add articles with `whosaid add SOURCE...`."]
    width = max(len(article.source or "") for article in articles)
    return [
        plain(f"{article.id}  {article.date or '          '}  {article.source or '':<{width}}  {article.title or ''}")
        for article in articles
    ]


def article_lines(article: Article) -> list[str]:
    """An article to read: its head, then its paragraphs, counted from 1."""
    head = [article.title or article.id]
    about = [str(part) for part in (article.source, article.date, article.author, article.url) if part]
    lines = head + ([" · ".join(about)] if about else [])
    for paragraph in article.paragraphs:
        words = textwrap.wrap(article.text[paragraph.start : paragraph.end], 96, break_on_hyphens=False)
        lines += ["", *textwrap.indent("\n".join(words), "     ").splitlines()]
        lines[-len(words)] = f"{paragraph.index + 1:>3}  {words[0]}" if words else lines[-1]
    return [plain(line) for line in lines]


def report_lines(report: AddReport) -> list[str]:
    """What an ``add`` did, with every failure by name and reason."""
    counts = [
        (len(report.added), "added"),
        (len(report.updated), "updated"),
        (len(report.unchanged), "unchanged"),
        (len(report.failed), "failed"),
    ]
    told = ", ".join(f"{count} {word}" for count, word in counts if count) or "Nothing to add"
    lines = [f"{told}."]
    lines += [f"  {failure.source}: {failure.reason} {failure.help_message}".rstrip() for failure in report.failed]
    return [plain(line) for line in lines]
