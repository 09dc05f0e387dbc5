"""What no model and no file can take is replaced, sign for sign."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from rag.language.encodable import encodable

HALVES = st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF)


@given(st.lists(st.text(max_size=10) | HALVES, max_size=10).map("".join))
def test_any_text_can_be_encoded_and_keeps_its_offsets(text: str) -> None:
    made = encodable(text)
    made.encode()
    assert len(made) == len(text)
    changed = {was for was, now in zip(text, made, strict=True) if was != now}
    assert all("\ud800" <= one <= "\udfff" for one in changed)


def test_a_whole_character_stays_and_a_half_shows_as_replaced() -> None:
    assert encodable("naïve 🙂 漢字") == "naïve 🙂 漢字"
    assert encodable("a \ud83d b \udcff") == "a \ufffd b \ufffd"
    assert encodable(json.loads('"\\ud83d\\ude42"')) == "🙂"
