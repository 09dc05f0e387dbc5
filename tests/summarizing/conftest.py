"""What the tests of summaries share: a library of five reports of one flood, and the checks that hold for every summary."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from rag.library import Library
from rag.settings import Settings
from rag.types import Article, Summary

WEIR = Article.from_text(
    "LINDAL (Post) -- The weir at Lindal burst on Monday and flooded 40 houses in the lower town.\n\n"
    "Mayor Ada Brandt, who has led the town since the spring, said that nobody was hurt by the flood.\n\n"
    "She will visit the flooded houses on Wednesday.\n\n"
    "But engineers found a second crack in the weir at noon.\n\n"
    "“We heard a noise like a train. Then the water came,” Otto Winter said.\n\n"
    "However, Lindal has paid for a new weir of 3 million crowns, the council announced.\n\n"
    "Read more: What to do when the water rises.",
    title="Weir at Lindal bursts",
    date="2026-02-03",
    source="The Lindal Post",
)
WIRE = Article.from_text(
    "The weir at Lindal burst on Monday and flooded 40 houses in the lower town of Lindal.\n\n"
    "Divers looked for the cause of the burst weir until the evening.",
    title="Flood in Lindal",
    date="2026-02-03",
    source="Stage Weekly",
)
OTHER = Article.from_text(
    "The burst weir flooded 60 houses in the lower town of Lindal on Monday, firefighters said.",
    title="Weir floods Lindal",
    date="2026-02-03",
    source="Northline Herald",
)
REPAIR = Article.from_text(
    "Masons closed the weir at Lindal on Friday, eleven days after it burst.\n\n"
    "Ada Brandt said that the town would not pay for the new weir at Lindal.",
    title="Weir at Lindal closed again",
    date="2026-02-13",
    source="The Lindal Post",
)
PROMISE = Article.from_text(
    "Ada Brandt said that the town would pay for the new weir at Lindal.",
    title="Town to pay for weir",
    date="2026-02-05",
    source="The Lindal Post",
)


class News(NamedTuple):
    """The articles of the library."""

    weir: Article = WEIR
    wire: Article = WIRE
    other: Article = OTHER
    repair: Article = REPAIR
    promise: Article = PROMISE


def check_summary(library: Library, summary: Summary) -> None:
    """What holds for every summary."""
    known = {citation.marker: citation for citation in summary.citations}
    assert list(known) == list(range(1, len(known) + 1))
    for citation in summary.citations:
        article = library.article(citation.article_id)
        assert article.text[citation.start : citation.end] == citation.text
        assert article.paragraph_at(citation.start) == citation.paragraph
    for sentence in summary.sentences:
        assert sentence.citations
        first = known[sentence.citations[0]].text
        if sentence.support == "verbatim":
            assert sentence.text == first
        elif not sentence.text.endswith(":"):
            rest = iter(first)
            assert all(letter in rest for letter in sentence.text), "only deletions"


@pytest.fixture(scope="session")
def check() -> Callable[[Library, Summary], None]:
    return check_summary


@pytest.fixture(scope="session")
def news() -> News:
    return News()


@pytest.fixture(scope="module")
def lindal(tmp_path_factory: pytest.TempPathFactory, shared_encoder: Any) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("summaries")
    with Library.open(folder, settings=Settings(library=folder), encoder=shared_encoder) as library:
        library.add_articles(News())
        yield library
