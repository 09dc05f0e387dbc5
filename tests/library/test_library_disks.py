"""Folders that cannot be used, a broken catalog, and full disks."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.errors import LibraryError, StorageFullError
from rag.library import Library
from rag.types import Article

Open = Callable[..., Library]
Check = Callable[[Library], None]
Make = Callable[..., Article]


def ids(articles: list[Article]) -> set[str]:
    return {article.id for article in articles}


def test_a_folder_that_is_a_file(tmp_path: Path, open_library: Open) -> None:
    path = tmp_path / "file"
    path.write_text("mine", encoding="utf-8")
    for wrong in (path, path / "deeper"):
        with pytest.raises(LibraryError, match=r"is not a folder.*--library"):
            open_library(path=wrong)
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_folder_that_cannot_be_made(open_library: Open) -> None:
    if not Path("/proc/self").exists():
        pytest.skip("needs /proc")
    with pytest.raises(LibraryError, match=r"cannot be made.*--library"):
        open_library(path=Path("/proc/whosaid"))


def test_a_broken_catalog_frees_the_lock(tmp_path: Path, open_library: Open, folder: Path) -> None:
    folder.mkdir()
    (folder / "catalog.sqlite3").write_bytes(b"not a database " * 100)
    for _ in range(2):
        with pytest.raises(LibraryError, match="is damaged"):
            open_library()
    (folder / "catalog.sqlite3").unlink()
    assert open_library().writable


def test_a_catalog_that_is_full(
    library: Library, open_library: Open, articles: list[Article], check_whole: Check, numbered: Make
) -> None:
    library.add_articles(articles)
    db = library._catalog._db
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageFullError, match=r"no space left.*Free some space"):
        library.add_articles([numbered(n) for n in range(500)])
    assert set(articles) <= set(library.articles())
    library.close()
    again = open_library()
    check_whole(again)
    again.add_articles([numbered(n) for n in range(40)])
    assert len(again.articles()) == 43
    check_whole(again)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2M", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this user cannot mount a small disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_loses_nothing(
    small_disk: Path, open_library: Open, encoder: Any, check_whole: Check, numbered: Make
) -> None:
    library = open_library(path=small_disk / "library")
    texts = "\n\n".join(f"Sentence {n} fills the disk." for n in range(300))
    added: list[str] = []
    many = (Article.from_text(f"Number {number}.\n\n{texts}") for number in range(200))

    def fill() -> None:
        for article in many:
            added.extend(library.add_articles([article]).added)

    with pytest.raises(StorageFullError):
        fill()
    library.close()
    subprocess.run(["mount", "-o", "remount,size=64M", str(small_disk)], check=True)
    again = open_library(path=small_disk / "library")
    assert added
    assert set(added) <= ids(again.articles())
    check_whole(again)
    again.add_articles([numbered(1)])
    check_whole(again)
