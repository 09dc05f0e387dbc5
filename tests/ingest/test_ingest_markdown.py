"""Markdown to plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ingest.facts import Facts
from rag.ingest.markdown import plain


def test_the_first_heading_is_the_title_and_leaves_the_text() -> None:
    facts = Facts()
    assert plain("# Bridge *opens*\n\nText.\n\n# Second\n\n## Third", facts) == "Text.\n\nSecond\n\nThird"
    assert facts.title == "Bridge opens"


def test_a_title_that_is_known_keeps_the_heading() -> None:
    assert plain("# Bridge opens\n\nText.", Facts(title="Other")) == "Bridge opens\n\nText."


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            'A [link](https://news.example/ "t") **bold** _em_ `co*de` \\*x\\* &amp; 5 * 3',
            "A link bold em co*de *x* & 5 * 3",
        ),
        ("one\ntwo  \nthree", "one two\nthree"),
        ("> quoted\n> words\n\nafter", "quoted words\n\nafter"),
        ("- one\n- two\n  - deep", "one\n\ntwo\n\ndeep"),
        ("3. three\n4. four", "3. three\n\n4. four"),
        ("1986. A great year.", "1986. A great year."),
        ("7.\n\n8. - eight\n", "7.\n\n8. eight"),
        ("before ![alt](x.png) after", "before  after"),
        ("```python\na  =  1\n```\n\n    indented", "a  =  1\n\n\nindented\n"[:-1]),
        ("<script>alert(1)</script>\n\ntext<br>more <b>bold</b>", "text\nmore bold"),
        ("<div>in <i>it</i></div>\n\nout", "in it\n\nout"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n\n1 | 2"),
        ("above\n\n***\n\nbelow", "above\n\nbelow"),
        ("It cost $5_000 in snake_case.", "It cost $5_000 in snake_case."),
    ],
)
def test_marks_go_and_words_stay(source: str, text: str) -> None:
    assert [block.strip() for block in plain(source, Facts()).split("\n\n") if block.strip()] == [
        block.strip() for block in text.split("\n\n") if block.strip()
    ]


@given(st.lists(st.text("abcXYZ019äé ,.’“”", min_size=1, max_size=40), max_size=6))
def test_plain_paragraphs_lose_no_letter(paragraphs: list[str]) -> None:
    source = "\n\n".join(paragraphs)
    assert [c for c in plain(source, Facts()) if c.isalnum()] == [c for c in source if c.isalnum()]
