"""Statements out of candidates: borders, overlaps, joins. The tagger's part is played by hand."""

from __future__ import annotations

import numpy as np

from rag.quotes.assemble import assemble, snap
from rag.quotes.encoding import Encoded
from rag.quotes.regions import quoted_regions
from rag.quotes.tagger import Candidate, Pointed, Tagged
from rag.types import Article

EMPTY = np.zeros(0, dtype=np.int64)


def find(text: str, words: str) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def candidate(text: str, content: str, source: str | None, cue: str | None, begins: float = 0.9) -> Candidate:
    def pointed(words: str | None) -> Pointed:
        return Pointed(None, None, 0.9) if words is None else Pointed(*find(text, words), 0.9)

    return Candidate(*find(text, content), begins, 0.9, pointed(source), pointed(cue))


def spans_of(text: str, *candidates: Candidate) -> list[list[str]]:
    article = Article.from_text(text)
    tagged = Tagged(
        Encoded(EMPTY, EMPTY, EMPTY, EMPTY, EMPTY), np.zeros((0, 3, 3), dtype=np.float32), tuple(candidates)
    )
    statements = assemble(article, tagged, quoted_regions(text, article.paragraphs))
    return [[text[start:end] for start, end in statement.spans] for statement in statements]


def test_a_border_inside_a_quotation_moves_to_its_marks() -> None:
    text = "“We will go. We will win,” Berg said."
    assert spans_of(text, candidate(text, "We will go", "Berg", "said")) == [["“We will go. We will win,”"]]


def test_a_clause_that_reaches_into_a_quotation_takes_all_of_it() -> None:
    text = "Berg said that the deal was “a very bad idea” for all."
    found = candidate(text, "that the deal was “a very", "Berg", "said")
    assert spans_of(text, found) == [["that the deal was “a very bad idea”"]]


def test_pieces_with_one_tag_are_joined() -> None:
    text = "“We go,” Berg said. “We win.”"
    found = [candidate(text, "“We go,”", "Berg", "said"), candidate(text, "“We win.”", "Berg", "said")]
    assert spans_of(text, *found) == [["“We go,”", "“We win.”"]]


def test_pieces_with_two_tags_are_not_joined() -> None:
    text = "“We go,” Berg said. “We win,” added Berg."
    found = [candidate(text, "“We go,”", "Berg", "said"), candidate(text, "“We win,”", "Berg", "added")]
    assert spans_of(text, *found) == [["“We go,”"], ["“We win,”"]]


def test_the_better_of_two_overlapping_candidates_wins() -> None:
    text = "Berg said the vote was fair and the count was right."
    whole = candidate(text, "the vote was fair and the count was right", "Berg", "said", 0.9)
    part = candidate(text, "the count was right", "Berg", "said", 0.5)
    assert spans_of(text, part, whole) == [["the vote was fair and the count was right"]]


def test_an_unlikely_candidate_counts_only_as_a_long_quotation() -> None:
    text = "Berg said so. “We will surely never go there again, whatever they may offer us now.” A “best” plan."
    quoted = "“We will surely never go there again, whatever they may offer us now.”"
    low = [candidate(text, quoted, None, None, 0.01), candidate(text, "“best”", None, None, 0.01)]
    assert spans_of(text, *low) == [[quoted]]


def test_a_cue_inside_the_words_is_no_cue() -> None:
    text = "“He said we go,” Berg noted."
    article = Article.from_text(text)
    tagged = Tagged(
        Encoded(EMPTY, EMPTY, EMPTY, EMPTY, EMPTY),
        np.zeros((0, 3, 3), dtype=np.float32),
        (candidate(text, "“He said we go,”", "Berg", "said"),),
    )
    (statement,) = assemble(article, tagged, quoted_regions(text, article.paragraphs))
    assert statement.cue is None
    assert statement.source == find(text, "Berg")


def test_snap_drops_outer_white_space() -> None:
    text = "Berg said  we go  now."
    article = Article.from_text(text)
    assert snap(article, text.index("  we"), text.index("  now") + 2, []) == find(text, "we go")
