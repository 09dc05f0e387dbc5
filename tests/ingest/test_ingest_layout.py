"""What reading a page keeps of its lines: bold beginnings and block quotes, told by their words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.ingest.files import read_path
from rag.ingest.html import read_fragment
from rag.ingest.layout import BOLD, QUOTE, unmarked
from rag.types import Article

PAGE = """<html><head><title>The ferry</title></head><body><article><h1>The ferry</h1>
<p>The ferry of Ostley has a new captain, and she has been on board for a long week already.</p>
<h3>On board</h3>
<p><strong>Is the sea  rough?</strong></p><p>It is, and I like it, and the crew will have to learn to like it too.</p>
<p><b>The Post:</b> You fell in once. <b>Twice</b>, we hear, and the water was cold on both of the days.</p>
<blockquote><p>I swim well.</p><footer>Runa Falk</footer></blockquote></article></body></html>"""
MARKDOWN = (
    "# The ferry\n\nIntro.\n\n### On board\n\n**Is the sea rough?**\n\nIt *is*.\n\n**The Post:** You fell in **once**.\n\n"
    "> I swim well.\n>\n> — Runa Falk\n"
)


@pytest.mark.parametrize(("name", "text"), [("a.html", PAGE), ("a.md", MARKDOWN)])
def test_bold_beginnings_and_block_quotes_are_kept(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    (article,) = read_path(tmp_path / name)
    assert isinstance(article, Article)
    shown = article.metadata["layout"]
    lines = [article.paragraph_text(paragraph.index) for paragraph in article.paragraphs]
    assert [one for one in shown["bold"] if one != "The ferry"] == ["On board", "Is the sea rough?", "The Post:"]
    assert shown["quoted"][0] == "I swim well."
    assert "Runa Falk" in shown["quoted"][-1]
    assert all(any(line.startswith(one) for line in lines) for one in shown["bold"] if one != "The ferry")
    assert set(shown["quoted"]) <= set(lines)
    json.dumps(shown)


def test_a_page_without_any_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("One.\n\nTwo and *three*.\n", encoding="utf-8")
    (article,) = read_path(tmp_path / "a.md")
    assert isinstance(article, Article)
    assert "layout" not in article.metadata


def test_signs_that_a_page_brings_along_show_nothing() -> None:
    text, shown = read_fragment(f"<p>{BOLD}One{QUOTE} two.</p>")
    assert (text, shown) == ("One two.", {})


def test_signs_left_open_or_closed_twice_do_no_harm() -> None:
    text, shown = unmarked(f"{BOLD}One\ntwo{QUOTE}")
    assert text == "One\ntwo"
    assert shown["bold"] == ["One", "two"]
