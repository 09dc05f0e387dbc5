"""What a model is given to read: a few numbered paragraphs, with the ledger's word on who speaks in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.answering.candidates import Candidate
from rag.answering.model_untrusted import speaks_to_a_model
from rag.types import Answer, Article, Quote
from rag.verification import Source

MOST, MOST_CHARACTERS, MOST_AT_FIRST = 8, 1800, 600
"""Passages, and their characters: a small model on two cores reads some 75 tokens, 300 characters, a second.

The fewer characters are for a question to which nothing is shown yet: its reader waits for the model's first sentence.
"""
LONGEST = 400
"""Characters of a passage that are shown; the rest of a longer paragraph is cut off at a space."""
Place = tuple[str, int]
"""An article's id and a paragraph's number."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A paragraph that the model may cite by its number, which code gives, and all statements of its article."""

    number: int
    article: Article
    paragraph: int
    quotes: tuple[Quote, ...]

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.article.id, self.paragraph

    @property
    def source(self) -> Source:
        """What a sentence that cites it is checked against."""
        here = self.article.paragraphs[self.paragraph]
        return Source(self.article, here.start, here.end, self.quotes)

    @property
    def statements(self) -> tuple[Quote, ...]:
        """What of the article's statements stands in it."""
        here = self.article.paragraphs[self.paragraph]
        return tuple(one for one in self.quotes if one.start < here.end and here.start < one.end)

    @property
    def speakers(self) -> tuple[str, ...]:
        """Who says something in it, as the ledger has it."""
        said = [one.speaker for one in self.statements]
        return tuple(dict.fromkeys(one.name for one in said if one and one.name))

    @property
    def shown(self) -> str:
        """What of it the model is shown."""
        text = self.article.paragraph_text(self.paragraph)
        return text if len(text) <= LONGEST else text[:LONGEST].rsplit(None, 1)[0]


def gather(
    draft: Answer,
    ranked: Sequence[Candidate],
    article_of: Callable[[str], Article],
    quotes_in: Callable[[str], tuple[Quote, ...]],
) -> list[Exhibit]:
    """The paragraphs that a draft cites, then those of the best candidates, as many as a small model can read.

    Each paragraph once, and none that talks to a model.
    """
    answered = draft.status == "answered"
    told = [(article_of(one.article_id), one.paragraph) for one in draft.citations]
    most = MOST_CHARACTERS if answered else MOST_AT_FIRST
    found: dict[Place, Exhibit] = {}
    quotes: dict[str, tuple[Quote, ...]] = {}
    length = 0
    for article, paragraph in [*told, *((one.article, one.paragraph) for one in ranked)]:
        if len(found) == MOST:
            break
        if article.id not in quotes:
            quotes[article.id] = quotes_in(article.id)
        exhibit = Exhibit(len(found) + 1, article, paragraph, quotes[article.id])
        if speaks_to_a_model(exhibit.shown) or exhibit.place in found:
            continue
        if length + len(exhibit.shown) <= most:
            found[exhibit.place] = exhibit
            length += len(exhibit.shown)
    return list(found.values())
