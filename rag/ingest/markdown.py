"""Markdown -> plain text, by the token stream of a CommonMark parser."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.ingest.facts import Facts
from rag.ingest.html import fragment_text


def plain(text: str, facts: Facts) -> str:
    """The blocks of ``text`` set apart by blank lines, without marks, link targets and images.

    The first ``# heading`` becomes ``facts.title`` if that is unset, and leaves the text. Code and the numbers of
    lists stay; bullets go. A line broken inside a paragraph is joined, as Markdown means it.
    """
    blocks: list[str] = []
    opening, number, cells = "", "", []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type == "list_item_open":
            number = f"{token.info}{token.markup} " if token.info else ""
        elif token.type == "inline":
            words = _inline(token)
            if opening == "h1" and facts.title is None:
                facts.put("title", words)
            elif opening in ("th", "td"):
                cells.append(words)
            else:
                blocks.append(number + words)
            number = ""
        elif token.type in ("fence", "code_block"):
            blocks.append(number + token.content)
            number = ""
        elif token.type == "html_block":
            blocks.append(fragment_text(token.content))
        elif token.type == "tr_close":
            blocks.append(" | ".join(cells))
            cells = []
        opening = token.tag if token.nesting == 1 else ""
    return "\n\n".join(blocks)


def _inline(token: Token) -> str:
    parts = []
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak" or child.content.lower().startswith("<br"):
            parts.append("\n")
    return "".join(parts)
