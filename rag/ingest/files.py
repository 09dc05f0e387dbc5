"""Files and folders -> articles."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from rag.errors import SourceError
from rag.ingest.compose import compose
from rag.ingest.dump import count_lines, read_dump
from rag.ingest.facts import Facts
from rag.ingest.failures import failure, storable
from rag.ingest.html import read_html
from rag.ingest.texts import read_markdown, read_plain
from rag.types import Article, Failure

MAX_FILE = 100_000_000  # bytes; a dump may be longer

_READERS: dict[str, Callable[[bytes], tuple[str, Facts]]] = {
    ".txt": read_plain,
    ".md": read_markdown,
    ".html": read_html,
    ".htm": read_html,
}
_KINDS = {*_READERS, ".jsonl"}


def read_path(source: str | Path) -> Iterator[Article | Failure]:
    """The articles of a file, or of all files in a folder and its folders, in the order of their names."""
    path = Path(source)
    try:
        if not str(source):
            raise SourceError("is no source")
        folder = stat.S_ISDIR(path.stat().st_mode)
        if not folder and path.suffix.lower() not in _KINDS:
            raise SourceError("is not a kind of file Whosaid reads")
    except (OSError, ValueError, SourceError) as error:
        yield failure(source, _told(error))
        return
    if not folder:
        yield from _read_file(path)
        return
    found = False
    for item in _walk(path):
        found = True
        yield from [item] if isinstance(item, Failure) else _read_file(item)
    if not found:
        yield failure(source, SourceError("has no articles"))


def count_articles(source: str | Path) -> int | None:
    """About how many articles a path has, without reading them; None when it is not there."""
    path = Path(source)
    try:
        if not path.is_dir():
            return _count(path) if path.exists() else None
        return sum(_count(item) for item in _walk(path) if isinstance(item, Path))
    except (OSError, ValueError):
        return None


def _count(path: Path) -> int:
    if path.suffix.lower() != ".jsonl" or not path.is_file():
        return 1
    try:
        return count_lines(path)
    except OSError:
        return 1


def _walk(folder: Path) -> Iterator[Path | Failure]:
    """Files of the kinds read, depth first by name. A folder is entered once, however many links lead to it."""
    pending, entered = [folder], set()
    while pending:
        path = pending.pop()
        try:
            status = path.stat()
            if not stat.S_ISDIR(status.st_mode):
                if path.suffix.lower() in _KINDS and path.stem.lower() != "readme":  # a folder's own note is no article
                    yield path
            elif (identity := (status.st_dev, status.st_ino)) not in entered:
                entered.add(identity)
                names = sorted(name for name in os.listdir(path) if not name.startswith("."))
                pending.extend(path / name for name in reversed(names))
        except OSError as error:
            read = path.suffix.lower() in _KINDS or not path.is_symlink()
            if error.errno != errno.ELOOP and read:
                yield failure(path, _told(error))


def _read_file(path: Path) -> Iterator[Article | Failure]:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise SourceError("is not a regular file")
        if path.suffix.lower() == ".jsonl":
            yield from read_dump(path)
            return
        if status.st_size > MAX_FILE:
            raise SourceError("is larger than 100 MB", help_message="Split it, or make it a .jsonl dump.")
        text, facts = _READERS[path.suffix.lower()](path.read_bytes())
        article = compose(text, facts, name=path.name, origin=storable(path))
    except (OSError, SourceError) as error:
        yield failure(path, _told(error))
        return
    yield article


def _told(error: Exception) -> SourceError:
    if isinstance(error, SourceError):
        return error
    if isinstance(error, FileNotFoundError):
        return SourceError("is not there", help_message="Check the path: no file or folder has that name.")
    if isinstance(error, PermissionError):
        return SourceError("may not be read", help_message="Give yourself the right to read it, then add it again.")
    reason = (error.strerror or "") if isinstance(error, OSError) else "the name is not a path"
    return SourceError(f"cannot be read ({reason.lower()})", help_message="Check the path.")
