"""Answers, articles and reports as lines for a terminal. Control characters of an article never reach it."""

from __future__ import annotations

import codecs
import csv
import io
import json
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from rag.types import AddReport, Answer, Article, Citation, Quote, Speaker, Summary, iso


def plain(text: str) -> str:
    """Text without control and direction characters, which could move the cursor or disguise what is shown."""
    return "".join(character for character in text if not _is_control(character))


def one_line(text: str) -> str:
    """Plain text on one line."""
    return " ".join(plain(text).split())


def json_text(document: Any, encoding: str = "utf-8") -> str:
    """A JSON document with letters as they are, if ``encoding`` has them; control and direction characters are escaped."""
    text = json.dumps(document, ensure_ascii=codecs.lookup(encoding).name != "utf-8", indent=2)
    return "".join(json.dumps(character)[1:-1] if _is_control(character) else character for character in text)


def _is_control(character: str) -> bool:
    return character not in "\n\t\u00ad" and unicodedata.category(character) in ("Cc", "Cf", "Cs")


def understood_lines(answer: Answer) -> list[str]:
    """What a question was taken for, where that is not what was asked."""
    return [f"Understood as: {one_line(answer.understood)}", ""] if answer.understood else []


def sources_lines(answer: Answer) -> list[str]:
    """The sources of an answer, one line an article; passages that only come close are named as such, with their words."""
    lines = _sources(answer.citations)
    if answer.closest:
        lines += ["", "Closest passages (they do not answer the question)"]
    for citation in answer.closest:
        speaker = one_line(answer.closest_speakers.get(citation.marker, ""))
        words = textwrap.shorten(plain(citation.text), 120, placeholder=" …")
        lines += [_source_line([citation]), f"    {speaker}: “{words}”" if speaker else f"    “{words}”"]
    return lines


def summary_sources(summary: Summary) -> list[str]:
    """The sources of a summary, one line an article."""
    return _sources(summary.citations)


def _sources(citations: Sequence[Citation]) -> list[str]:
    articles: dict[str, list[Citation]] = {}
    for citation in citations:
        articles.setdefault(citation.article_id, []).append(citation)
    return ["", "Sources", *map(_source_line, articles.values())] if articles else []


def _source_line(citations: Sequence[Citation]) -> str:
    """An article by its citations: "[1] [3] Publisher, day · title · paragraphs 2, 5 (whosaid show ID)"."""
    first = citations[0]
    paragraphs = dict.fromkeys(citation.paragraph + 1 for citation in citations)
    where = f"{'paragraph' if len(paragraphs) == 1 else 'paragraphs'} {', '.join(map(str, paragraphs))}"
    about = " · ".join(part for part in (one_line(first.byline), one_line(first.title or ""), where) if part)
    markers = " ".join(f"[{citation.marker}]" for citation in citations)
    return f"{markers} {about} (whosaid show {first.article_id})"


def articles_table(articles: Sequence[Article]) -> list[str]:
    """One line an article: id, date, publisher, title."""
    if not articles:
        return ["The library is empty. Add articles with `whosaid add SOURCE...`."]
    sources = [one_line(article.source or "") for article in articles]
    width = max(map(len, sources))
    return [
        f"{article.id}  {article.date or '          '}  {source:<{width}}  {one_line(article.title or '')}"
        for article, source in zip(articles, sources, strict=True)
    ]


def quotes_table(quotes: Sequence[Quote], articles: Mapping[str, Article]) -> list[str]:
    """Statements to read: who, how and where, then the words; ``articles`` by id."""
    if not quotes:
        return ["No statement is reported. `whosaid quotes` lists all of them."]
    lines: list[str] = []
    for quote in quotes:
        row = _quote_row(quote, articles[quote.article_id])
        asked = "a question" if quote.question else ""
        how = [row["type"], row["kind"], asked, row["polarity"] if quote.polarity != "asserted" else ""]
        how.append(row["via"] and f"via {row['via']}")
        about = " · ".join(part for part in (row["source"], row["date"], row["title"]) if part)
        lines += [
            f"{row['speaker'] or 'not named'} ({', '.join(part for part in how if part)})",
            *([f"    not named: “{row['reason']}”"] if row["reason"] else []),
            *textwrap.wrap(row["text"], 96, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False),
            f"    {about} · paragraph {row['paragraph']} (whosaid show {quote.article_id})",
        ]
    return lines


def quotes_csv(quotes: Sequence[Quote], articles: Mapping[str, Article]) -> list[str]:
    """Statements as comma-separated values with a header, one a line; ``articles`` by id."""
    written = io.StringIO()
    writer = csv.DictWriter(written, list(QUOTE_COLUMNS), lineterminator="\n")
    writer.writeheader()
    for quote in quotes:
        row = _quote_row(quote, articles[quote.article_id])
        # a spreadsheet would take a cell that opens with one of these for a formula
        writer.writerow({name: f"'{cell}" if cell[:1] in "=+-@" and cell else cell for name, cell in row.items()})
    return written.getvalue().splitlines()


QUOTE_COLUMNS = (
    "speaker", "type", "reason", "text", "kind", "polarity", "question", "cue", "addressee", "via", "date", "source", "title",
    "paragraph", "article_id", "external_id", "start", "end", "mention", "resolved_by", "named_in_paragraph",
)  # fmt: skip


def _quote_row(quote: Quote, article: Article) -> dict[str, str]:
    """The columns of a statement, each one line; paragraphs counted from 1."""
    speaker = quote.speaker or Speaker(None)
    cells = {
        "speaker": speaker.name or speaker.mention, "type": speaker.type, "reason": speaker.reason,
        "mention": speaker.mention, "resolved_by": speaker.resolved_by,
        "named_in_paragraph": speaker.named_at and speaker.named_at.paragraph + 1,
        "text": quote.text, "kind": quote.kind, "polarity": quote.polarity, "question": "yes" if quote.question else None,
        "cue": quote.cue and quote.cue.text,
        "addressee": quote.addressee, "via": quote.via, "date": iso(article.date), "source": article.source,
        "title": article.title, "paragraph": quote.paragraph + 1, "article_id": article.id,
        "external_id": article.external_id, "start": quote.start, "end": quote.end,
    }  # fmt: skip
    return {name: "" if cells[name] is None else one_line(str(cells[name])) for name in QUOTE_COLUMNS}


def article_lines(article: Article) -> list[str]:
    """An article to read: its head, then its paragraphs, counted from 1."""
    head = [one_line(article.title or article.id)]
    about = [one_line(str(part)) for part in (article.source, article.date, article.author, article.url) if part]
    lines = head + ([" · ".join(about)] if about else [])
    for paragraph in article.paragraphs:
        words = plain(article.text[paragraph.start : paragraph.end])
        first, *others = textwrap.wrap(words, 96, break_on_hyphens=False) or [""]
        lines += ["", f"{paragraph.index + 1:>3}  {first}", *(f"     {line}" for line in others)]
    return lines


def report_lines(report: AddReport) -> list[str]:
    """What an ``add`` did, with every failure by name and reason."""
    counts = [
        (len(report.added), "added"),
        (len(report.updated), "updated"),
        (len(report.unchanged), "unchanged"),
        (len(report.older), "older than what is here"),
        (len(report.failed), "failed"),
    ]
    told = ", ".join(f"{count} {word}" for count, word in counts if count) or "Nothing to add"
    lines = [f"{told}."]
    return lines + [
        f"  {one_line(f'{failure.source}: {failure.reason}. {failure.help_message}')}" for failure in report.failed
    ]


def models_lines(models: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    """Local models: those ``here`` and the ``known`` ones that can be brought, each with its size in bytes."""
    lines = [f"{one_line(one['name'])}  {one['size'] / 1e9:.2f} GB  {one_line(one['path'])}" for one in models["here"]]
    return (lines or ["No local model is here."]) + [
        f"`whosaid model get {one['name']}` brings {one['about']} ({one['size'] / 1e9:.2f} GB)."
        for one in models["known"]
    ]


def model_lines(model: Mapping[str, Any]) -> list[str]:
    """A local model that was brought: its size, its checksum if that was taken, and how to use it."""
    checksum = f", sha256 {model['sha256']}" if "sha256" in model else ", was here already"
    return [
        f"Here: {one_line(model['name'])}, {model['size']:,} bytes{checksum}.",
        f"Use it with `whosaid ask --model local:{one_line(model['name'])}`, or set WHOSAID_MODEL.",
    ]
