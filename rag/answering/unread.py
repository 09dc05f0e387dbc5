"""Where an article names a speaker beside words that are said, and the ledger does not know who says them."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.composing import Passage
from rag.answering.statement_fit import MOST, fits
from rag.ledger import Ledger
from rag.saying import Saying, names_a_speaker
from rag.sentences import split_sentences
from rag.speakers import take_apart
from rag.types import Article, Filters, Quote


def find_unread(ledger: Ledger, saying: Saying, topic: dict[str, float], filters: Filters) -> tuple[Passage, ...]:
    """Where the speaker is named beside words that somebody says, and the ledger does not know who."""
    proper = take_apart(saying.speaker or "").proper
    if not proper:
        return ()
    found: list[Passage] = []
    for article_id, (can_be_read, quotes) in ledger.naming(proper[-1], filters).items():
        if len(found) >= MOST:
            break
        for article in ledger.articles([article_id]).values():
            if can_be_read:
                places = _unexplained(article, quotes, proper[-1])
                places = [one for one in places if fits(article.text[one[1] : one[2]], topic, saying.quoted)]
            else:  # in another language no words of the topic are to be expected
                named = ((number, one.start, one.end) for number, one in enumerate(article.paragraphs))
                places = [one for one in named if names_a_speaker(article.text[one[1] : one[2]], proper[-1])]
            found += [Passage(article, *place) for place in places]
    return tuple(found[:MOST])


def _unexplained(article: Article, quotes: Sequence[Quote], surname: str) -> list[tuple[int, int, int]]:
    """Sentences that name somebody where words are said, with their paragraphs, of which no statement knows the speaker."""
    told = [span for quote in quotes if quote.speaker for span in quote.spans]
    told += [(quote.cue.start, quote.cue.end) for quote in quotes if quote.speaker and quote.cue]
    return [
        (number, start, end)
        for number, paragraph in enumerate(article.paragraphs)
        if names_a_speaker(article.text[paragraph.start : paragraph.end], surname)
        for start, end in split_sentences(article.text, paragraph.start, paragraph.end)
        if names_a_speaker(article.text[start:end], surname)
        and not any(left < end and start < right for left, right in told)
    ]
