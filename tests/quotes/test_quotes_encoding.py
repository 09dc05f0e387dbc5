"""What the tagger reads: pieces with exact offsets, windows that cover everything once."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import BertPreTokenizer

from rag.models.pieces import CAPITAL, LOWER
from rag.quotes.encoding import BREAK, Encoded, encode, may_report, windows
from rag.quotes.regions import INSIDE, OPENING
from rag.types import Article


def small_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(WordLevel({"[UNK]": 100}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = BertPreTokenizer()
    return tokenizer


def test_pieces_slice_the_text_and_every_paragraph_ends_in_a_break() -> None:
    article = Article.from_text("Berg said “go”.\n\nIt rained.\n\nHale agreed.")
    encoded = encode(article, small_tokenizer())
    words = [article.text[start:end] for start, end in zip(encoded.starts, encoded.ends, strict=True)]
    assert words == ["Berg", "said", "“", "go", "”", ".", "", "Hale", "agreed", ".", ""]
    assert np.flatnonzero(encoded.ids == BREAK).tolist() == [6, 10]
    assert encoded.marks[2] == OPENING
    assert encoded.marks[3] == INSIDE
    assert encoded.cases.tolist()[:2] == [CAPITAL, LOWER]


def test_only_what_can_report_a_statement_is_read() -> None:
    for text in ("“Go.”", "Berg: We go.", "Hale warned of ice.", "a decision, according to Berg", "'Go,' he put in."):
        assert may_report(text), text
    for text in ("It rained for two days.", "Rain and 3:2 for the home team", "The dog's bone was gone."):
        assert not may_report(text), text


@settings(max_examples=60, deadline=None)
@given(lengths=st.lists(st.integers(1, 40), max_size=20), size=st.integers(2, 50), first=st.none() | st.integers(1, 50))
def test_windows_cover_every_piece_once(lengths: list[int], size: int, first: int | None) -> None:
    ids = np.array([piece for length in lengths for piece in [5] * (length - 1) + [BREAK]], dtype=np.int64)
    cut = list(windows(Encoded(ids, ids, ids, ids, ids), size, first))
    assert [piece for window in cut for piece in range(window.first, window.last)] == list(range(len(ids)))
    for number, window in enumerate(cut):
        assert 0 < window.last - window.first <= (size if number else first or size)


def test_windows_end_at_a_paragraph_where_one_fits() -> None:
    ids = np.array([5, 5, BREAK, 5, 5, 5, BREAK, 5, BREAK], dtype=np.int64)
    cut = list(windows(Encoded(ids, ids, ids, ids, ids), 5))
    assert [(window.first, window.last) for window in cut] == [(0, 3), (3, 7), (7, 9)]
