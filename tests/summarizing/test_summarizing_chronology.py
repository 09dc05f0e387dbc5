"""A course of events by the clock: the sentences that tell the time of day, in its order, with what they lean on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.answering import Task
from rag.library import Library
from rag.question import Question
from rag.types import Article, Filters

Ask = Callable[..., Question]
NIGHT = Article.from_text(
    "The weir at Lindal burst at 2:10 a.m. and flooded the town.\n\n"
    "Karl Winter rang the guard of the weir at 10:20 and at 11 p.m. on Monday. He rang again at 00:40.\n\n"
    "The water of the weir stood at four metres. It was in Mill Lane at 00:55.\n\n"
    "The weir at Lindal is 40 metres long. Masons will close the weir on Friday.",
    title="The weir at Lindal",
    date="2026-02-03",
    source="Gazette",
)


def test_hour_by_hour_is_told_by_the_clock_over_midnight(open_library: Callable[..., Library], question: Ask) -> None:
    library = open_library()
    library.add_articles([NIGHT])
    asked = question("The night of the weir, hour by hour", "timeline", topic="the weir at Lindal")
    (answer,) = library._requests(Task(asked, Filters(), library.searched()))
    told = [(one.text, one.text[slice(*one.phrase)] if one.phrase else None) for one in answer.sentences]
    assert told == [
        ("Karl Winter rang the guard of the weir at 10:20 and at 11 p.m. on Monday. He rang again at 00:40.", "10:20"),
        ("The water of the weir stood at four metres. It was in Mill Lane at 00:55.", "00:55"),
        ("The weir at Lindal burst at 2:10 a.m. and flooded the town.", "2:10 a.m."),
    ]
    assert answer.engine == "requests"


@pytest.mark.parametrize("asked", ["Timeline of the weir", "The weir, hour by hour"])
def test_where_no_clock_is_told_or_asked_for_the_days_order(
    open_library: Callable[..., Library], question: Ask, asked: str
) -> None:
    library = open_library()
    library.add_articles([Article.from_text("The weir at Lindal burst and flooded the whole town.", date="2026-02-03")])
    *_, answer = library._requests(Task(question(asked, "timeline", topic="weir"), Filters(), library.searched()))
    assert [one.text for one in answer.sentences] == ["The weir at Lindal burst and flooded the whole town."]
