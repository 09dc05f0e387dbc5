"""The small words of the page: whatever is written, a browser reads it back as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Searched
from ui.words import escape, shortened, what_was_searched


@given(text=st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from("\t\n<>&\"'")))
def test_escaped_text_is_read_back_by_a_browser_as_it_was(parse, text):
    assert parse(escape(text)).text == text
    assert parse(f'<p title="{escape(text)}">').tags == [("p", {"title": text})]


def test_characters_that_cannot_be_sent_show_as_a_mark():
    assert escape("a\0b\ud800c\x1bd\re") == "a\ufffdb\ufffdc\ufffdd\ne"


@pytest.mark.parametrize(("text", "shown"), [("one two", "one two"), ("one two three", "one …")])
def test_a_long_text_is_cut_at_a_space(text, shown):
    assert shortened(text, 7) == shown


def test_a_search_of_nothing_is_told_as_such():
    assert what_was_searched(Searched(0)).startswith("No article was searched")
    assert what_was_searched(Searched(1, source="Shore News")) == "Searched 1 article of Shore News"
