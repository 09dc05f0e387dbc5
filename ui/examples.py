"""What an empty conversation says: questions to start from, taken from the articles that are there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.types import Article
from ui.words import escape

SAMPLE_QUESTIONS: dict[str, str] = {
    "https://sample-newswire.example/scholz-putin-call": "What did Olaf Scholz tell Putin?",
    "https://northline-wire.example/saltgate-bridge-bill": "Did Edvard Rask say the port knew of the crack?",
    "https://eskerby-courier.example/corvane-second-offer": "What is the union asking for at Corvane?",
    "https://northline-wire.example/corvane-strike-ends": "Summarise the Corvane strike in three bullets",
    "https://harbour-gazette.example/corvane-cleared": "Who is quoted on the Corvane merger?",
    "https://harbour-gazette.example/bridge-closed": "How long is the crack in the Saltgate Bridge?",
}
"""A question for a sample article, by the article's address."""

MOST = 6
_READ = 200


def example_questions(articles: Sequence[Article]) -> list[str]:
    """Up to ``MOST`` questions: the ones made for the sample articles, else one for the newest of each publisher."""
    addresses = {article.url for article in articles}
    made = [question for address, question in SAMPLE_QUESTIONS.items() if address in addresses]
    return (made or list(_from_titles(articles)))[:MOST]


def _from_titles(articles: Iterable[Article]) -> Iterable[str]:
    seen: set[str | None] = set()
    for article in articles:
        if article.title and len(article.title) <= _READ and article.source not in seen:
            seen.add(article.source)
            yield f"What do the articles say about “{article.title.strip('“”')}”?"


def welcome_html(articles: Sequence[Article]) -> str:
    """Example questions as buttons, or how to add articles where there are none."""
    if not articles:
        return (
            '<div class="welcome"><h2>No articles yet</h2><p>Open the <strong>Articles</strong> tab to upload files, '
            "give web addresses or paste a text. Then ask who said what: every sentence of the answer cites the "
            "paragraph that proves it.</p></div>"
        )
    buttons = "".join(
        f'<li><button type="button" class="example">{escape(question)}</button></li>'
        for question in example_questions(articles)
    )
    return (
        '<div class="welcome"><h2>What do you want to know?</h2><p>Answers come from your articles only. Every '
        "sentence ends in a number: choose it to read the paragraph that proves it.</p>"
        f'<ul class="examples" aria-label="Example questions">{buttons}</ul></div>'
    )
