"""Words made plain for matching."""

from __future__ import annotations

import sqlite3
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.words import PRONOUNS, STOP_WORDS, holds_words, match_query, normalise, stem, topic_words, words

NASTY = st.sampled_from(
    ['"', "'", "*", "(", ")", "NEAR", "NEAR(a b, 3)", "AND", "OR", "NOT", "-", "^", ":", "{a b}:", "+"]
)
TEXTS = st.lists(NASTY | st.text(max_size=15), max_size=25).map(" ".join)


@pytest.fixture(scope="module")
def table() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE words USING fts5 (title, body, tokenize='porter unicode61 remove_diacritics 2')")
    db.execute("INSERT INTO words VALUES ('Bridge', 'The bridge near the harbour or not is naïve')")
    return db


@given(TEXTS)
def test_no_text_makes_a_syntax_error(table: sqlite3.Connection, text: str) -> None:
    query = match_query(text)
    if query:
        table.execute("SELECT rowid FROM words WHERE words MATCH ?", (query,)).fetchall()
    else:
        assert not words(text)


@given(TEXTS)
def test_words_are_plain_and_topic_words_are_some_of_them(text: str) -> None:
    found = words(text)
    assert all(word and not any(mark in word for mark in ' "*()“”\xa0') for word in found)
    topics = topic_words(text)
    assert len(topics) == len(set(topics))
    assert bool(topics) == bool(found)


def test_operators_are_words() -> None:
    assert match_query('NEAR("a" b) NOT c*') == '"near" OR "b" OR "c"'


def test_query_is_bounded() -> None:
    assert match_query(" ".join(f"word{n}" for n in range(10_000))).count(" OR ") == 47


def test_quotes_dashes_spaces_and_case_do_not_matter() -> None:
    assert normalise("“It’s”\xa0a–b\u00ad\u200b") == '"It\'s" a-b'
    assert words("Don’t PANIC, Ångström e\u0301te\u0301") == ["don't", "panic", "ångström", "été"]


def test_stop_words_alone_are_kept() -> None:
    assert topic_words("Who is who?") == ["who", "is"]
    assert topic_words("Who closed the bridge's ramp?") == ["closed", "bridge", "ramp"]


def test_stems_meet() -> None:
    assert stem("negotiations") == stem("negotiation")
    assert stem("closing") == stem("closed") == stem("closes")
    assert stem("said") == "said"
    assert stem("negotiate") == stem("negotiations")


def test_a_long_text_is_read_quickly() -> None:
    started = time.process_time()
    match_query("a'" * 200_000)
    match_query("x." * 200_000)
    assert time.process_time() - started < 3.0


@pytest.mark.parametrize(
    ("text", "phrases", "held"),
    [
        ("The “Tolland” Bridge is shut.", ["tolland bridge"], True),
        ("The Tolland Bridges are shut.", ["tolland bridge"], False),
        ("The bridge is shut.", ["ferry", "is shut"], True),
        ("The bridge is shut.", [], False),
        ("", ["bridge"], False),
    ],
)
def test_a_phrase_is_held_word_by_word(text: str, phrases: list[str], held: bool) -> None:
    assert holds_words(text, phrases) is held


def test_lists_of_words_are_plain_and_lower_case() -> None:
    for word in STOP_WORDS | PRONOUNS:
        assert word == normalise(word).lower() == word.strip()
