"""Markdown -> plain text, by the token stream of a CommonMark parser."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.ingest.facts import Facts
from rag.ingest.html import fragment_text
from rag.ingest.layout import BOLD, BOLD_END, QUOTE, QUOTE_END, unmarked, without


def plain(text: str, facts: Facts) -> str:
    """The blocks of ``text`` set apart by blank lines, without marks, link targets and images.

    The first ``# heading`` becomes ``facts.title`` if that is unset, and leaves the text. Code and the numbers of
    lists stay; bullets go. A line broken inside a paragraph is joined, as Markdown means it. What was bold or a block
    quote is told by ``facts.metadata["layout"]``.
    """
    blocks: list[str] = []
    cells: list[str] = []
    opening = number = ""
    depth = 0  # of block quotes
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        words = None
        depth += token.nesting if token.type.startswith("blockquote") else 0
        if token.type == "list_item_open" and token.info:
            number += f"{token.info}{token.markup} "
        elif token.type == "inline":
            words = _inline(token)
        elif token.type in ("fence", "code_block"):
            words = token.content
        elif token.type == "html_block":
            words = fragment_text(token.content)
        elif token.type == "tr_close":
            words, cells = " | ".join(cells), []
        elif token.type == "list_item_close" and number:
            words = ""  # an item of nothing but its number
        if words is not None:
            words, number = number + words, ""
            if opening == "h1" and facts.title is None:
                facts.put("title", unmarked(words)[0])
            elif opening in ("th", "td"):
                cells.append(words)
            else:
                words = f"{BOLD}{words}{BOLD_END}" if opening[:1] == "h" else words
                blocks.append(f"{QUOTE}{words}{QUOTE_END}" if depth else words)
        opening = token.tag if token.nesting == 1 else ""
    joined, shown = unmarked("\n\n".join(blocks))
    facts.put("layout", shown or None)
    return joined


def _inline(token: Token) -> str:
    parts = []
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            parts.append(without(child.content))
        elif child.type in ("strong_open", "strong_close"):
            parts.append(BOLD if child.nesting == 1 else BOLD_END)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak" or child.content.lower().startswith("<br"):
            parts.append("\n")
    return "".join(parts)
