"""Words that tell that something was said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.speech import is_of_saying, is_speech


@pytest.mark.parametrize("word", ["say", "said", "SAYS", "told", "denied", "admitted", "announcing", "wrote"])
def test_forms_of_verbs_of_saying(word: str) -> None:
    assert is_speech(word)
    assert is_of_saying(word)


@pytest.mark.parametrize("word", ["denies", "replies", "implies"])
def test_a_y_before_an_s_is_an_ie(word: str) -> None:
    assert is_speech(word)


@pytest.mark.parametrize("word", ["reason", "words", "objection"])
def test_nouns_of_saying_are_no_verbs(word: str) -> None:
    assert is_of_saying(word)


@pytest.mark.parametrize("word", ["bridge", "sailed", "paid", "red", "", "'", "ed"])
def test_other_words_say_nothing(word: str) -> None:
    assert not is_speech(word)
    assert not is_of_saying(word)


@given(st.text(max_size=30))
def test_any_word_is_one_or_not(word: str) -> None:
    assert is_of_saying(word) in (True, False)
    assert not is_speech(word) or is_of_saying(word)
