"""What a library is about: articles on one thing put together by the likeness of their vectors, the newest story first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.catalog import Catalog
from rag.types import Article, Filters

READ = 120  # articles, the newest, that are put together
ALIKE = 0.62  # cosine of two articles of one story


@dataclass(frozen=True, slots=True)
class Story:
    """Articles on one thing, the newest first."""

    articles: tuple[Article, ...]

    @property
    def newest(self) -> dt.date:
        """The day of its newest article."""
        return self.articles[0].date or dt.date.min


def find_stories(catalog: Catalog, filters: Filters) -> list[Story]:
    """The stories of the newest articles that pass the filters, the newest story first."""
    articles, vectors = catalog.newest(READ, filters)
    groups: list[list[int]] = []
    for number in range(len(articles)):
        likes = [float(np.mean([vectors[number] @ vectors[one] for one in group])) for group in groups]
        if likes and max(likes) >= ALIKE:
            groups[int(np.argmax(likes))].append(number)
        else:
            groups.append([number])
    return sorted((_story(articles, group) for group in groups), key=lambda story: story.newest, reverse=True)


def _story(articles: Sequence[Article], group: Sequence[int]) -> Story:
    return Story(tuple(articles[number] for number in group))
