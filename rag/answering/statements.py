"""Statements of the ledger by speaker and topic: what `Library.quotes` lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.embedding import Encoder
from rag.errors import QuestionError
from rag.index import VectorIndex
from rag.language.sentences import split_sentences
from rag.language.words import stem, topic_words, words
from rag.ledger import Ledger
from rag.types import Article, Filters, Quote

MANY = 5000  # statements of one speaker that are looked at
NEAR, CLOSE = 100, 60  # statements near a topic in meaning or words, and those of them that are looked at closely
# What counts for a topic: the cosine, and the share of its words in a statement, in its paragraph and title.
WEIGHTS = {"similarity": 0.6, "words": 0.35, "around": 0.35}
ON_TOPIC = 0.5


@dataclass(frozen=True, slots=True)
class ArticleQuote:
    """A quote of the ledger, with the article it stands in."""

    quote: Quote
    article: Article

    @property
    def speaker(self) -> str | None:
        """The speaker's name, or the mention as written where it could not be resolved."""
        speaker = self.quote.speaker
        return (speaker.name or speaker.mention) if speaker else None

    def slices(self) -> list[tuple[int, int]]:
        """The sentences that hold the words, the tag and the speaker, by offsets, in order."""
        quote, text = self.quote, self.article.text
        here = self.article.paragraphs[quote.paragraph]
        tags = [part for part in (quote.cue, quote.speaker) if part and part.start is not None and part.end is not None]
        spans = [*quote.spans, *((one.start, one.end) for one in tags if here.start <= (one.start or 0) < here.end)]
        found: list[tuple[int, int]] = []
        first, last = self.article.paragraph_at(quote.start), self.article.paragraph_at(quote.end - 1)
        for paragraph in self.article.paragraphs[first : last + 1]:
            for start, end in split_sentences(text, paragraph.start, paragraph.end):
                theirs = [left for left, right in spans if start < (right or 0) and (left or 0) < end]
                if theirs:
                    found.append((_out_of_anothers(text, paragraph.start, start, min(one or 0 for one in theirs)), end))
        return found


def _out_of_anothers(text: str, paragraph: int, start: int, first: int) -> int:
    """Where a sentence that begins inside a quotation goes on after it, if what is asked for begins only there.

    Under one speaker's name the end of somebody else's words would be taken for theirs.
    """
    before, here = text[paragraph:start], text[start:first]
    inside = before.count("“") - before.count("”")
    if inside <= 0 and len(re.findall(r'(?<!\d)"', before)) % 2 == 1:  # 6'2" closes nothing
        closing = re.search(r'(?<=[\w.,!?])"\W*', here)
        return start + closing.end() if closing else start
    for mark in re.finditer("“|”\\W*", here) if inside > 0 else ():
        inside += 1 if mark.group() == "“" else -1
        if inside == 0:
            return start + mark.end()
    return start


class StatementFinder:
    """Lists statements."""

    def __init__(self, ledger: Ledger, index: VectorIndex, encoder: Encoder) -> None:
        self._ledger = ledger
        self._index = index
        self._encoder = encoder

    def quotes(self, speaker: str | None, about: str | None, filters: Filters) -> list[Quote]:
        """All statements of a speaker (None: anybody), on a topic (None: any): the best first, else the newest first.

        Raises QuestionError for a speaker without a name, or an empty topic.
        """
        asked = [one for one in (speaker, filters.speaker) if one is not None]
        if not all(one.strip() for one in asked):
            raise QuestionError("The speaker's name is empty.")
        names = [self._ledger.matching(one, filters) for one in asked]
        both = [name for name in names[0] if all(name in others for others in names[1:])] if names else None
        if about is None:
            return list(self._ledger.quotes(self._ledger.said_by(both, filters)).values())
        if not any(map(str.isalnum, about)):
            raise QuestionError("The topic is empty.", help_message="Give a few words.")
        return self._on_topic(about, both, filters)

    def _on_topic(self, about: str, names: Sequence[str] | None, filters: Filters) -> list[Quote]:
        vector = self._encoder.encode_queries([about])[0]
        worded = self._ledger.search_words(about, MANY if names is not None else NEAR, filters)
        if names is None:
            ids = [one for one, _ in self._index.search(vector, NEAR, filters)] + worded
        else:
            ids = self._ledger.said_by(names, filters)[:MANY]
        known, vectors = self._ledger.vectors(list(dict.fromkeys(ids)))
        if not known:
            return []
        similar = dict(zip(known, (vectors @ vector).tolist(), strict=True))
        near = sorted(known, key=lambda one: -similar[one])[:CLOSE]
        near += [one for one in worded if one in similar and one not in near][:CLOSE]
        quotes = self._ledger.quotes(near)
        articles = self._ledger.articles({one.article_id for one in quotes.values()})
        topic = frozenset(map(stem, topic_words(about)))
        scores = {
            one: _fit(quote, articles[quote.article_id], similar[one], topic)
            for one, quote in quotes.items()
            if quote.article_id in articles
        }
        ordered = sorted(scores, key=lambda one: -scores[one])
        return [quotes[one] for one in ordered if scores[one] >= ON_TOPIC]


def _fit(quote: Quote, article: Article, similarity: float, topic: frozenset[str]) -> float:
    own = stems(quote.text)
    around = own | stems(article.title or "") | stems(article.paragraph_text(quote.paragraph))
    shares = {"words": len(topic & own), "around": len(topic & around)}
    return WEIGHTS["similarity"] * similarity + sum(WEIGHTS[name] * held / len(topic) for name, held in shares.items())


@lru_cache(4096)
def stems(text: str) -> frozenset[str]:
    """The stems of a text's words."""
    return frozenset(map(stem, words(text)))
