"""Quotation marks of every style."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.quotes.regions import CLOSING, INSIDE, OPENING, OUTSIDE, mark_states, quoted_regions
from rag.types import split_paragraphs

MARKS = "“”\"‘’'„‟«»‹›`″＂「」 ab.\n"


def regions_of(text: str) -> list[str]:
    return [text[region.start : region.end] for region in quoted_regions(text, split_paragraphs(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He said “we go” and left.", ["“we go”"]),
        ('He said "we go" and left.', ['"we go"']),
        ("''We go,'' he said.", ["''We go,''"]),
        ("``We go,'' he said.", ["``We go,''"]),
        ("Er sagte „wir gehen“ und ging.", ["„wir gehen“"]),
        ("Il a dit « nous partons » hier.", ["« nous partons »"]),
        ("Er sagte »wir gehen« und ging.", ["»wir gehen«"]),
        ("‘We can’t go,’ said the farmers’ leader.", ["‘We can’t go,’"]),
        ("'We go,' she said.", ["'We go,'"]),
        ("The ’90s and the farmers’ votes don’t quote anybody.", []),
        ("rock 'n' roll isn't quoted", []),
        ("He is 5'10\" tall, and she 6'2\".", []),
        ("“My father said, ‘Never sign,’ and left,” he said.", ["“My father said, ‘Never sign,’ and left,”"]),
        ("a closing mark” without a partner", []),
    ],
)
def test_styles(text: str, expected: list[str]) -> None:
    assert regions_of(text) == expected


def test_a_quotation_left_open_ends_with_its_paragraph() -> None:
    text = "“We never have.\n\n“And we never will.”"
    regions = quoted_regions(text, split_paragraphs(text))
    assert [(text[r.start : r.end], r.closed) for r in regions] == [
        ("“We never have.", False),
        ("“And we never will.”", True),
    ]


def test_inner_slice_leaves_the_marks_out() -> None:
    text = "''We go,'' he said."
    (region,) = quoted_regions(text, split_paragraphs(text))
    assert text[slice(*region.inner)] == "We go,"


def test_states_tell_marks_from_words() -> None:
    text = "So “go” now"
    states = mark_states(text, quoted_regions(text, split_paragraphs(text)))
    assert states[0] == OUTSIDE
    assert states[3] == OPENING
    assert states[4] == INSIDE
    assert states[6] == CLOSING
    assert states[8] == OUTSIDE


@given(st.text(alphabet=MARKS, max_size=80))
def test_regions_lie_in_one_paragraph_and_do_not_cross(text: str) -> None:
    paragraphs = split_paragraphs(text)
    regions = quoted_regions(text, paragraphs)
    assert len(mark_states(text, regions)) == len(text)
    for region in regions:
        assert region.start < region.end
        assert any(p.start <= region.start and region.end <= p.end for p in paragraphs)
        inner_start, inner_end = region.inner
        assert region.start <= inner_start <= inner_end <= region.end
    for before in regions:
        for after in regions:
            crossing = before.start < after.start < before.end < after.end
            assert not crossing
            assert (
                before is after
                or not (before.double and after.double)
                or before.end <= after.start
                or after.end <= before.start
            )
