"""Every step of an add may fail or be killed: nothing that was finished is lost."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.catalog import Catalog
from rag.index import ChromaIndex
from rag.indexing import GROUP
from rag.library import Library
from rag.settings import Settings
from rag.types import Article

TESTS = Path(__file__).resolve().parents[1]
Open = Callable[..., Library]
Check = Callable[[Library], None]


def ids(articles: list[Article]) -> set[str]:
    return {article.id for article in articles}


def numbered(number: int, **facts: Any) -> Article:
    return Article.from_text(
        f"Report {number} tells of the harbour.\n\nIt has a second paragraph, number {number}.",
        title=f"Report {number}",
        source="The Gazette",
        date=dt.date(2026, 1, 1) + dt.timedelta(number % 300),
        **facts,
    )


def versions() -> tuple[Article, Article]:
    facts = {"url": "https://gazette.example/crack", "title": "Crack", "source": "The Gazette"}
    old = Article.from_text("The crack is four centimetres.", date="2026-03-04", **facts)
    return old, Article.from_text("The crack is nine centimetres.", date="2026-03-05", **facts)


STEPS: list[tuple[type | str, str]] = [
    ("encoder", "count_tokens"),
    (Catalog, "insert"),
    ("encoder", "encode_documents"),
    (Catalog, "set_vectors"),
    (ChromaIndex, "upsert"),
    (Catalog, "mark_ready"),
    (ChromaIndex, "delete"),
    (Catalog, "clear_stale"),
]
OLD, NEW = versions()
SECOND = [numbered(1), NEW, numbered(2), numbered(3)]


@pytest.fixture
def check_after_interruption(check_whole: Check) -> Callable[[Library, list[Article]], None]:
    """Nothing that was finished is lost; either version of the updated article is there, and each article is whole."""

    def check(library: Library, first: list[Article]) -> None:
        assert library.problems() == []
        there = ids(library.articles())
        assert ids(first) - {OLD.id} <= there
        assert len({OLD.id, NEW.id} & there) == 1
        check_whole(library)
        library.add_articles(SECOND)
        assert ids(library.articles()) == ids(first) - {OLD.id} | ids(SECOND)
        check_whole(library)

    return check


FAILURES = [(owner, step, "before", RuntimeError("broken")) for owner, step in STEPS]
FAILURES += [
    (owner, step, "after", KeyboardInterrupt()) for owner, step in STEPS if step in ("insert", "upsert", "delete")
]


@pytest.mark.parametrize(("owner", "step", "when", "error"), FAILURES, ids=lambda value: str(value).strip("<>"))
def test_a_step_that_fails(
    open_library: Open,
    make_encoder: Any,
    bridge: Article,
    monkeypatch: pytest.MonkeyPatch,
    owner: Any,
    step: str,
    when: str,
    error: BaseException,
    check_whole: Check,
    check_after_interruption: Callable[[Library, list[Article]], None],
) -> None:
    library = open_library()
    first = [OLD, bridge]
    library.add_articles(first)
    target = make_encoder if owner == "encoder" else owner
    work, calls = getattr(target, step), []

    def fail(*arguments: Any, **keywords: Any) -> Any:
        calls.append(step)
        if len(calls) == 2 or (len(calls) == 1 and step not in ("insert", "count_tokens")):
            if when == "after":
                work(*arguments, **keywords)
            raise error
        return work(*arguments, **keywords)

    monkeypatch.setattr(target, step, fail)
    with pytest.raises(type(error)):
        library.add_articles(SECOND)
    assert calls
    monkeypatch.undo()
    assert ids(first) - {OLD.id} <= ids(library.articles())
    library.add_articles([numbered(4)])  # the same process can go on
    check_whole(library)
    library.remove([numbered(4).id])
    check_after_interruption(library, first)


@pytest.mark.parametrize(
    ("owner", "step"), [(ChromaIndex, "delete"), (Catalog, "clear_stale")], ids=["delete", "clear"]
)
def test_a_removal_that_fails_and_an_article_that_comes_back(
    library: Library, bridge: Article, monkeypatch: pytest.MonkeyPatch, owner: Any, step: str, check_whole: Check
) -> None:
    library.add_articles([bridge, numbered(1)])

    def fail(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(owner, step, fail)
    with pytest.raises(RuntimeError):
        library.remove([bridge.id])
    monkeypatch.undo()
    library.add_articles([bridge])
    assert ids(library.articles()) == ids([bridge, numbered(1)])
    check_whole(library)


def test_ctrl_c_in_the_middle(library: Library, open_library: Open, check_whole: Check) -> None:
    articles = [numbered(n) for n in range(GROUP + 8)]

    def stop(done: int, total: int | None, label: str) -> None:
        if done == GROUP + 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.add_articles(articles, progress=stop)
    assert ids(library.articles()) == ids(articles[:GROUP]), "finished groups are there"
    library.close()
    again = open_library()
    assert ids(again.articles()) == ids(articles[: GROUP + 4]), "the rest is finished on opening"
    check_whole(again)


KILLED = """
import importlib.util, os, signal, sys, threading
spec = importlib.util.spec_from_file_location("helpers", sys.argv[1])
helpers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(helpers)
spec = importlib.util.spec_from_file_location("cases", sys.argv[2])
cases = importlib.util.module_from_spec(spec)
spec.loader.exec_module(cases)
import chromadb
cases.kill_each(helpers, sys.argv[3])
"""


def kill_each(helpers: Any, base: str) -> None:
    """In a process of its own: for each moment a fork adds articles and is killed at that moment, with no clean-up."""
    moments = [*((owner, step, "before") for owner, step in STEPS), (*STEPS[-1], "after")]
    moments += [(None, "", after) for after in ("0.05", "0.15")]
    for number, (owner, step, when) in enumerate(moments):
        if os.fork() == 0:
            _add_and_die(helpers, Path(base) / str(number), owner, step, when)
        _, status = os.wait()
        assert os.WIFSIGNALED(status), (step, when, status)
        assert os.WTERMSIG(status) == signal.SIGKILL, (step, when, status)


def _add_and_die(helpers: Any, folder: Path, owner: Any, step: str, when: str) -> None:
    try:
        encoder = helpers.FakeEncoder()
        # plain extraction, as in the other tests here: what is killed is the storing, and each fork would load the models
        library = Library.open(
            folder, settings=Settings(chunk_tokens=60), encoder=encoder, extract=helpers.plain_quotes
        )
        library.add_articles([OLD, numbered(0)])
        target = helpers.FakeEncoder if owner == "encoder" else owner
        if target:
            work, calls = getattr(target, step), []

            def die(*arguments: Any, **keywords: Any) -> Any:
                calls.append(step)
                last = len(calls) == 2 or (len(calls) == 1 and step not in ("insert", "count_tokens"))
                if last and when == "before":
                    os.kill(os.getpid(), signal.SIGKILL)
                result = work(*arguments, **keywords)
                if last:
                    os.kill(os.getpid(), signal.SIGKILL)
                return result

            setattr(target, step, die)
        else:
            threading.Timer(float(when), os.kill, (os.getpid(), signal.SIGKILL)).start()
        library.add_articles(SECOND)
        while True:
            library.add_articles([numbered(10)])
            library.remove([numbered(10).id])
    finally:
        os._exit(3)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_moment(
    tmp_path: Path, open_library: Open, check_after_interruption: Callable[[Library, list[Article]], None]
) -> None:
    command = [sys.executable, "-c", KILLED, str(TESTS / "conftest.py"), __file__, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False, cwd=TESTS.parent)
    assert done.returncode == 0, done.stderr
    folders = sorted(path for path in tmp_path.iterdir() if path.name.isdigit())
    assert len(folders) == len(STEPS) + 3
    for folder in folders:
        library = open_library(path=folder)
        assert library.writable, "the lock dies with its process"
        if numbered(10) in library.articles():
            library.remove([numbered(10).id])
        check_after_interruption(library, [OLD, numbered(0)])
        library.close()
