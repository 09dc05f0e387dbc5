"""A summary as safe HTML: what the button beside an article shows. Pure functions."""

from __future__ import annotations

from rag.types import Article, Summary
from ui.citation_view import sources_html
from ui.sentence_view import Proof, sentences_html, statements_html
from ui.words import escape, title


def summary_html(summary: Summary, article: Article | None = None, *, whole: bool = True) -> str:
    """A summary with everything that proves it; ``whole`` is False while more is to come."""
    proof = Proof.of(summary)
    shown = [sentence for sentence in summary.sentences if proof.bears_out(sentence)]
    heading = f"<h3>Summary: {escape(title(article))}</h3>" if article else "<h3>Summary</h3>"
    note = f'<p class="answer-note">{escape(summary.note)}</p>' if summary.note else ""
    foot = f'<p class="answer-foot">{summary.seconds:.1f} s</p>' if whole else ""
    busy = "" if whole else ' aria-busy="true"'
    return (
        f'<section class="answer summary" role="status"{busy}>{heading}{note}{sentences_html(shown, proof)}'
        f"{statements_html(shown, proof)}{sources_html(summary.citations)}{foot}</section>"
    )
