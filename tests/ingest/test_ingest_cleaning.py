"""Cleaning, and the marks of news feeds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ingest.cleaning import clean, cut_feed, needs_cleaning, one_line
from rag.types import Article

TEXTS = st.text(st.one_of(st.characters(), st.sampled_from(" \n\r\t\u00a0\u2028\x00\x85\x93\u200b“”.")), max_size=200)


def letters(text: str) -> list[str]:
    return [c for c in text if c.isalnum()]


@given(TEXTS)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n\r\t\0"), max_size=200))
def test_cleaning_loses_no_letter_and_adds_none(text: str) -> None:
    assert letters(clean(text)) == letters(text)


@given(TEXTS)
def test_cleaned_text_is_clean_and_can_be_stored(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert cleaned == cleaned.strip()
    assert "\n\n\n" not in cleaned
    assert "\r" not in cleaned
    assert "\0" not in cleaned
    assert all(line == line.strip() for line in cleaned.split("\n"))


@given(TEXTS)
def test_paragraphs_are_slices_that_cover_every_letter(text: str) -> None:
    article = Article.from_text(clean(text))
    slices = [article.text[p.start : p.end] for p in article.paragraphs]
    assert slices == [article.paragraph_text(p.index) for p in article.paragraphs]
    assert letters("".join(slices)) == letters(article.text)


def test_line_ends_blank_lines_and_invisible_marks() -> None:
    assert clean("\ufeff One\r\ntwo\rthree \n \n\n\t\nfour\x00\u00ad\u202eteen ") == "One\ntwo\nthree\n\nfourteen"


def test_quote_marks_and_no_break_spaces_stay() -> None:
    text = "“No,” he said. ‘Well\u00a0done’ – «oui» \"x\" 'y' 5\u202f000"
    assert clean(text) == text


def test_code_points_of_misread_cp1252_are_read_as_browsers_do() -> None:
    assert clean("\x93Yes\x94 he said\x85") == "“Yes” he said…"


def test_one_line_is_cut_on_a_word_boundary() -> None:
    assert one_line(" a\n b\x1b[31m ") == "a b[31m"
    assert one_line("word " * 50, 23) == "word word word word…"
    assert len(one_line("x" * 500, 100)) == 100


@pytest.mark.parametrize(
    ("head", "date", "source"),
    [
        ("date 2024-11-17 (NEWSFEED) ", "2024-11-17", "NEWSFEED"),
        ("date 2024-11-17 (MENAFN- Example Times) ", "2024-11-17", "Example Times"),
        ("(MENAFN- Example Times) ", None, "Example Times"),
        ("(MENAFN – Example Times)", None, "Example Times"),
        ("(MENAFN) ", None, "MENAFN"),
    ],
)
def test_a_feed_header_is_cut_and_told(head: str, date: str | None, source: str) -> None:
    assert needs_cleaning(head + "The bridge opens.")
    assert cut_feed(head + "The bridge opens.") == ("The bridge opens.", date, source)


@pytest.mark.parametrize("mark", ["MENAFN17112024000012345678ID1234567890", "Newsfeed202411170001", "XYZID12345678"])
def test_a_feed_id_at_the_end_is_dropped(mark: str) -> None:
    assert needs_cleaning("The bridge opens.\n" + mark)
    assert cut_feed("The bridge opens.\n\n" + mark) == ("The bridge opens.", None, None)


@pytest.mark.parametrize(
    "text",
    [
        "The date 2024-11-17 (Sunday) was set for it.",
        "date 2024-11-17 was set.",
        "(CNN) -- The bridge opens.",
        "The bridge opens.\n\nISBN9781234567890",
        "The bridge opens.\n\nCall 0123456789012",
        "The bridge opens.\n\nMENAFN17112024000012345678ID1234567890\n\nMore text.",
        "MENAFN17112024000012345678ID1234567890",
    ],
)
def test_what_only_looks_like_a_feed_mark_stays(text: str) -> None:
    assert cut_feed(text) == (text, None, None)
