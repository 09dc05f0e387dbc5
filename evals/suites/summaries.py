"""Summaries of news articles against the highlights that editors wrote: ROUGE, beside lead-3, LexRank and TextRank.

``realsumm`` gives 100 articles of CNN and the Daily Mail, lower-cased and tokenised. Every system is given the same
sentences; F1 of ROUGE-1, ROUGE-2 and summary-level ROUGE-L by the package rouge-score, with stemming.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from evals.data import read_jsonl
from evals.suite import EvalError, EvalSet, Outcome, Row, Run, Suite, attempt, failed_row, share
from rag.summarizing.article import summarize_article
from rag.summarizing.units import read_units
from rag.types import Article

DOCUMENTS, SUMMARIES = "realsumm/documents.jsonl", "realsumm/summaries.jsonl"
MEASURES = {"ROUGE-1": "rouge1", "ROUGE-2": "rouge2", "ROUGE-Lsum": "rougeLsum"}
ABOVE_LEAD = {"ROUGE-1": 1.5, "ROUGE-2": 1.0, "ROUGE-Lsum": 1.5}
SENTENCES = 3
Summarize = Callable[[Article], list[str]]


def _measure(run: Run) -> Outcome:
    references = {row["doc_id"]: row["references"][0] for row in read_jsonl(run.file(SUMMARIES))}
    articles = run.cut(
        [Article.from_text(row["text"], external_id=row["doc_id"]) for row in read_jsonl(run.file(DOCUMENTS))]
    )
    systems: dict[str, Summarize] = {"": _ours, "lead-3": _lead, **_sumy()}
    details: list[dict[str, Any]] = []
    figures: dict[str, dict[str, float]] = {}
    failed = 0
    for name, summarize in systems.items():
        written = [attempt(lambda one=one, do=summarize: do(one), one.external_id or one.id) for one in articles]  # type: ignore[misc]
        failed += sum(one is None for one in written)
        scored = [_rouge(references[one.external_id], told or []) for one, told in zip(articles, written, strict=True)]
        figures[name] = {key: sum(one[key] for one in scored) / len(scored) for key in MEASURES}
        details += [
            {"system": name or "whosaid", "doc_id": one.external_id, "told": told, **scores}
            for one, told, scores in zip(articles, written, scored, strict=True)
        ]
    n = len(articles)
    rows = [Row(key, round(figures[""][key], 2), n) for key in MEASURES]
    rows += [
        Row(f"{key} above lead-3", round(figures[""][key] - figures["lead-3"][key], 2), n, bar)
        for key, bar in ABOVE_LEAD.items()
    ]
    for name in list(systems)[1:]:
        rows += [Row(f"{key}: {name}", round(figures[name][key], 2), n, headline=False) for key in MEASURES]
    faithful, told = _faithful(articles)
    rows.append(Row("sentences verbatim or with deletions only", share(faithful, told), told, 100.0))
    rows += failed_row(failed, n * len(systems))
    return Outcome(tuple(rows), n, details)


def _ours(article: Article) -> list[str]:
    return [one.text for one in summarize_article(article, ())[0]]


def _lead(article: Article) -> list[str]:
    return [unit.text for unit in read_units(article)[:SENTENCES]]


def _faithful(articles: Sequence[Article]) -> tuple[int, int]:
    """How many sentences of our summaries are the slice they cite, or that slice with letters left out; and of how many."""
    told = [(article, one) for article in articles for one in summarize_article(article, ())[0]]
    right = 0
    for article, one in told:
        rest = iter(article.text[one.passages[0].start : one.passages[0].end])
        right += all(letter in rest for letter in one.text)
    return right, len(told)


def _rouge(reference: str, sentences: Sequence[str]) -> dict[str, float]:
    try:
        from rouge_score.rouge_scorer import RougeScorer
    except ImportError as error:
        raise EvalError("rouge-score is not installed.", help_message="Run `make install`.") from error
    scores = RougeScorer(list(MEASURES.values()), use_stemmer=True).score(reference, "\n".join(sentences))
    return {name: 100 * scores[key].fmeasure for name, key in MEASURES.items()}


def _sumy() -> dict[str, Summarize]:
    """LexRank and TextRank of the package sumy over our sentences; none where it is not installed."""
    try:
        from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
        from sumy.nlp.stemmers import Stemmer
        from sumy.summarizers.lex_rank import LexRankSummarizer
        from sumy.summarizers.text_rank import TextRankSummarizer
    except ImportError:
        return {}

    class Words:
        """Splits a sentence that is set apart already."""

        def to_words(self, sentence: str) -> tuple[str, ...]:
            return tuple(word for word in sentence.split() if any(letter.isalnum() for letter in word))

    def summarizer(kind: Any) -> Summarize:
        def summarize(article: Article) -> list[str]:
            sentences = [Sentence(unit.text, Words()) for unit in read_units(article)]
            return [
                str(one) for one in kind(Stemmer("english"))(ObjectDocumentModel([Paragraph(sentences)]), SENTENCES)
            ]

        return summarize

    return {"LexRank": summarizer(LexRankSummarizer), "TextRank": summarizer(TextRankSummarizer)}


SUITE = Suite("summaries", (EvalSet("realsumm", _measure, (DOCUMENTS, SUMMARIES)),))
