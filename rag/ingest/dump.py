"""A .jsonl dump -> articles, one a line; a dump of any size streams."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from rag.errors import SourceError
from rag.ingest.compose import compose
from rag.ingest.facts import Facts
from rag.ingest.failures import failure, storable
from rag.language.encodable import encodable
from rag.types import Article, Failure

MAX_LINE = 20_000_000  # bytes

_HALF_ESCAPED = re.compile(rb"\\u[dD][89a-fA-F]")
_FORM = 'A line is one article: {"title", "date", "source", "author", "url", "text"}; only "text" is required.'


def read_dump(path: Path) -> Iterator[Article | Failure]:
    """The articles of a dump, each with the failure of its line in its place; blank lines are passed over."""
    origin, number, empty = storable(path), 0, True
    with path.open("rb") as lines:
        while line := lines.readline(MAX_LINE + 1):
            number += 1
            if not line.strip(b" \t\r\n\xef\xbb\xbf"):
                continue
            empty = False
            try:
                if len(line) > MAX_LINE:
                    _skip_line(lines, line)
                    raise SourceError("is longer than a line can be (20 MB)", help_message=_FORM)
                result: Article | Failure = _article(line, origin)
            except SourceError as error:
                result = failure(f"{path}, line {number}", error)
            yield result
    if empty:
        yield failure(path, SourceError("is empty", help_message=_FORM))


def count_lines(path: Path) -> int:
    """How many lines a file has."""
    count, last = 0, b"\n"
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            count, last = count + piece.count(b"\n"), piece[-1:]
    return count + (last != b"\n")


def _skip_line(lines: BinaryIO, piece: bytes) -> None:
    while piece and not piece.endswith(b"\n"):
        piece = lines.readline(1 << 20)


def _article(line: bytes, origin: str) -> Article:
    row = _row(line)
    text = row.pop("text", None)
    if not isinstance(text, str):
        raise SourceError('has no "text"', help_message=_FORM)
    facts = Facts()
    external_id: str | None = None
    for key, value in row.items():
        if key in ("id", "doc_id") and external_id is None and type(value) in (str, int) and str(value).strip():
            external_id = str(value)
        else:
            facts.put(key, value)
    # without an address of its own a line has no versions: two such lines must not pass for one article
    own = external_id is not None or facts.url is not None
    return compose(text, facts, origin=origin if own else None, external_id=external_id, verbatim=True)


def _finite(digits: str) -> float | None:
    return number if math.isfinite(number := float(digits)) else None


def _row(line: bytes) -> dict[str, object]:
    try:
        # NaN and 1e999 are no JSON numbers: whoever writes the metadata out again could not be read
        row = json.loads(line.decode("utf-8-sig"), parse_constant=lambda name: None, parse_float=_finite)
        if _HALF_ESCAPED.search(line):
            # half of a surrogate pair can be neither stored nor shown; one character stands for it
            row = json.loads(encodable(json.dumps(row, ensure_ascii=False)))
    except UnicodeDecodeError as error:
        raise SourceError("is not UTF-8", help_message="Save the dump as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise SourceError("is not JSON", help_message=_FORM) from error
    if not isinstance(row, dict):
        raise SourceError("is not a JSON object", help_message=_FORM)
    return row
