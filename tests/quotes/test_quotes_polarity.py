"""Asserted, denied, not said, conditional, future; and to whom."""

from __future__ import annotations

import pytest

from rag.quotes.polarity import addressee, polarity
from rag.quotes.statements import Statement


def statement(text: str, source: str, cue: str, content: str) -> Statement:
    def span(words: str) -> tuple[int, int]:
        return text.index(words), text.index(words) + len(words)

    return Statement((span(content),), span(source), span(cue), 1.0)


@pytest.mark.parametrize(
    ("text", "source", "cue", "content", "expected"),
    [
        ("Berg said the vote was fair.", "Berg", "said", "the vote was fair", "asserted"),
        ("Berg denied that the vote was fixed.", "Berg", "denied", "that the vote was fixed", "denied"),
        ("Berg, who was there, disputed the count.", "Berg", "disputed", "the count", "denied"),
        ("Berg did not say when the vote would be.", "Berg", "say", "when the vote would be", "not_said"),
        ("Berg didn’t mention the vote.", "Berg", "didn’t mention", "the vote", "not_said"),
        ("Brussels declined to comment.", "Brussels", "declined", "to comment", "not_said"),
        ("Berg refused to answer the question.", "Berg", "refused to answer", "the question", "not_said"),
        ("Berg is expected to announce a new vote.", "Berg", "is expected to announce", "a new vote", "future"),
        ("Berg will announce a new vote.", "Berg", "announce", "a new vote", "future"),
        ("Berg would say that it is late.", "Berg", "say", "that it is late", "conditional"),
        ("If Berg said yes tomorrow, all would go.", "Berg", "said", "yes", "conditional"),
        ("“We will not go,” Berg said.", "Berg", "said", "“We will not go,”", "asserted"),
        ("Not everybody came. Berg said it was late.", "Berg", "said", "it was late", "asserted"),
        ("Berg said he would not go.", "Berg", "said", "he would not go", "asserted"),
    ],
)
def test_polarity(text: str, source: str, cue: str, content: str, expected: str) -> None:
    assert polarity(text, statement(text, source, cue, content)) == expected


def test_no_cue_is_asserted() -> None:
    assert polarity("“We go.”", Statement(((0, 8),), None, None, 1.0)) == "asserted"


@pytest.mark.parametrize(
    ("text", "source", "cue", "content", "expected"),
    [
        ("“We go,” Berg told reporters on Monday.", "Berg", "told", "“We go,”", "reporters"),
        ("Berg told the paper that all was well.", "Berg", "told", "that all was well", "the paper"),
        ("“We go,” Berg said to the committee.", "Berg", "said", "“We go,”", "the committee"),
        ("Berg said in a call with Zelenskyy that all was well.", "Berg", "said", "that all was well", "Zelenskyy"),
        ("“We go,” Berg said on Monday.", "Berg", "said", "“We go,”", None),
        ("Berg warned that all was lost.", "Berg", "warned", "that all was lost", None),
    ],
)
def test_addressee(text: str, source: str, cue: str, content: str, expected: str | None) -> None:
    assert addressee(text, statement(text, source, cue, content)) == expected
