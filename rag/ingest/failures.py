"""Errors of a source as failures that are safe to print."""

from __future__ import annotations

import os
from pathlib import Path

from rag.errors import SourceError
from rag.types import Failure

_SHOWN = 500


def printable(text: str) -> str:
    """``text`` on one line, control characters and bytes that are no text written out, at most 500 long.

    File names and web pages are untrusted: they must not move the cursor or break a table.
    """
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text[:_SHOWN])
    return shown + "…" if len(text) > _SHOWN else shown


def failure(source: str | Path, error: SourceError) -> Failure:
    """The failure that tells ``error``."""
    return Failure(printable(str(source)), printable(str(error.args[0])), error.help_message)


def storable(path: Path) -> str:
    """The whole path of a file as a posix string that can be stored: bytes that are not UTF-8 are written out."""
    whole = Path(os.path.realpath(path)).as_posix()
    return os.fsencode(whole).decode("utf-8", "backslashreplace")
