"""The list of articles and the report of an addition as safe HTML. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from rag.types import AddReport, Article, Failure
from ui.reference import Reference
from ui.words import count, day, escape, title

PAGE_SIZE = 25
NAMES_SHOWN = 8


def matching(articles: Sequence[Article], words: str) -> list[Article]:
    """The articles whose title, publisher or date holds every word."""
    wanted = words.casefold().split()
    return [article for article in articles if all(word in _heading(article) for word in wanted)]


def _heading(article: Article) -> str:
    parts = (article.title, article.source, article.author, day(article.date), article.date)
    return " ".join(str(part) for part in parts if part).casefold()


def table_html(articles: Sequence[Article], page: int, *, searched: bool = False) -> str:
    """One page (from 0) of the articles as a table; a title opens the article."""
    if not articles:
        said = "No article matches." if searched else "There are no articles yet. Add some above."
        return f'<p class="table-empty">{said}</p>'
    last = (len(articles) - 1) // PAGE_SIZE
    page = max(0, min(page, last))
    rows = "".join(_row(article) for article in articles[page * PAGE_SIZE : (page + 1) * PAGE_SIZE])
    return (
        '<table class="articles"><thead><tr><th scope="col"><span class="unseen">Select</span></th>'
        '<th scope="col">Title</th><th scope="col">Publisher</th><th scope="col">Date</th>'
        f'<th scope="col" class="figure">Paragraphs</th></tr></thead><tbody>{rows}</tbody></table>'
        f"{_pager(page, last, len(articles))}"
    )


def _row(article: Article) -> str:
    name = escape(title(article))
    return (
        f'<tr><td class="pick"><input type="checkbox" name="pick" value="{escape(article.id)}" '
        f'aria-label="Select: {name}"></td>'
        f'<td class="name"><a class="cite title-link" href="{escape(Reference(article.id).href)}">{name}</a></td>'
        f'<td class="publisher">{escape(article.source or "–")}</td>'
        f'<td class="date">{escape(day(article.date) or "–")}</td>'
        f'<td class="figure" data-label="paragraphs">{len(article.paragraphs)}</td>'
        f'<td class="act"><button type="button" class="summarise" data-article="{escape(article.id)}" '
        f'aria-label="Summarise: {name}">Summarise</button></td></tr>'
    )


def _pager(page: int, last: int, total: int) -> str:
    if last == 0:
        return ""
    first, end = page * PAGE_SIZE + 1, min(total, (page + 1) * PAGE_SIZE)
    back = f'<button type="button" data-page="{page - 1}"{" disabled" if page == 0 else ""}>Newer</button>'
    on = f'<button type="button" data-page="{page + 1}"{" disabled" if page == last else ""}>Older</button>'
    return f'<nav class="pager" aria-label="Pages">{back}<span>{first:,}–{end:,} of {total:,}</span>{on}</nav>'


def report_html(report: AddReport, known: Mapping[str, Article]) -> str:
    """What an addition did; ``known`` holds the articles by id, for their titles. Nothing is left out of the counts."""
    groups = (
        ("Added", report.added),
        ("Updated", report.updated),
        ("Already there", report.unchanged),
        ("Older than what is here", report.older),
    )
    parts = [_group(told, ids, known) for told, ids in groups if ids]
    if report.failed:
        failures = "".join(_failure(failure) for failure in report.failed)
        parts.append(
            f'<section class="is-failed"><h3>Not added: {count(len(report.failed), "source")}</h3><ul>{failures}</ul>'
            "</section>"
        )
    return f'<div class="report" role="status">{"".join(parts) or "<p>There was nothing to add.</p>"}</div>'


def _group(told: str, ids: Sequence[str], known: Mapping[str, Article]) -> str:
    named = [known[article_id] for article_id in ids if article_id in known]
    items = "".join(
        f'<li><a class="cite title-link" href="{escape(Reference(article.id).href)}">{escape(title(article))}</a></li>'
        for article in named[:NAMES_SHOWN]
    )
    rest = len(ids) - len(named[:NAMES_SHOWN])
    more = f'<li class="more">and {rest:,} more</li>' if items and rest else ""
    listed = f"<ul>{items}{more}</ul>" if items else ""
    return f"<section><h3>{told}: {count(len(ids), 'article')}</h3>{listed}</section>"


def _failure(failure: Failure) -> str:
    """A source that failed. Of an upload only the name is shown: where its copy lay tells nobody anything."""
    return (
        f"<li><strong>{escape(source_name(failure.source))}</strong>: {escape(failure.reason)}. "
        f"{escape(failure.help_message)}</li>"
    )


def source_name(source: str) -> str:
    """A web address as it is, the name of a file."""
    return source if source.startswith(("http://", "https://")) else PurePath(source).name or source


def removal_html(articles: Sequence[Article]) -> str:
    """The question before articles are removed."""
    items = "".join(f"<li>{escape(title(article))}</li>" for article in articles[:NAMES_SHOWN])
    rest = len(articles) - NAMES_SHOWN
    more = f'<li class="more">and {rest:,} more</li>' if rest > 0 else ""
    return (
        f'<div class="removal" role="alert"><h3>Remove {count(len(articles), "article")} for good?</h3>'
        f"<ul>{items}{more}</ul><p>Answers that cite them keep their words, but the articles open no more.</p>"
        "</div>"
    )


def message_html(text: str, *, error: bool = False) -> str:
    """One line in place of a report."""
    kind = "report is-error" if error else "report"
    return f'<div class="{kind}" role="{"alert" if error else "status"}"><p>{escape(text)}</p></div>'
