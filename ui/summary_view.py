"""A summary as safe HTML: what the button beside an article shows. Pure functions."""

from __future__ import annotations

from rag.types import Article, Summary
from ui.render import quotes_html, sentences_html, sources_html
from ui.words import escape, title


def summary_html(summary: Summary, article: Article | None = None, *, whole: bool = True) -> str:
    """A summary with everything that proves it; ``whole`` is False while more is to come."""
    known = {citation.marker: citation for citation in summary.citations}
    cited = [one for one in summary.sentences if any(marker in known for marker in one.citations)]
    heading = f"<h3>Summary: {escape(title(article))}</h3>" if article else "<h3>Summary</h3>"
    note = f'<p class="summary-note">{escape(summary.note)}</p>' if summary.note else ""
    used = {marker for one in cited for marker in one.citations}
    sources = sources_html([one for one in summary.citations if one.marker in used])
    foot = f'<p class="answer-foot">{summary.seconds:.1f} s</p>' if whole else ""
    busy = "" if whole else ' aria-busy="true"'
    return (
        f'<section class="answer summary" role="status"{busy}>{heading}{note}{sentences_html(cited, known)}'
        f"{quotes_html(summary.quotes, summary.citations)}{sources}{foot}</section>"
    )
