"""One process writes, others read; and many threads do both."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.errors import LibraryError, LibraryInUseError
from rag.library import Library
from rag.types import Article

TESTS = Path(__file__).resolve().parents[1]
Open = Callable[..., Library]
Check = Callable[[Library], None]
Make = Callable[..., Article]


def test_the_second_one_reads_and_sees_what_the_first_writes(open_library: Open, articles: list[Article]) -> None:
    first, second = open_library(), open_library()
    assert first.writable
    assert not second.writable
    assert second.articles() == []
    first.add_articles(articles)
    assert second.articles() == articles
    for question in ("Who closed the Tolland Bridge?", "What did Tomas Lind say?", "honey harvest"):
        mine, theirs = first.retrieve(question), second.retrieve(question)
        assert [result.chunk for result in mine] == [result.chunk for result in theirs]
        assert first.ask(question).text == second.ask(question).text
    first.remove([articles[0].id])
    assert {result.article for result in second.retrieve("Tolland Bridge")} == set(articles[1:])
    for action in (lambda: second.add_articles(articles), lambda: second.remove(["x"]), second.repair):
        with pytest.raises(LibraryInUseError, match="in use by another process"):
            action()
    assert second.problems() == []
    first.close()
    third = open_library()
    assert third.writable


@pytest.mark.slow
def test_another_process_reads_the_same(library: Library, articles: list[Article], folder: Path) -> None:
    library.add_articles(articles)
    script = """
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("helpers", sys.argv[1])
helpers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(helpers)
from rag import Library, Settings
from rag.errors import LibraryInUseError
with Library.open(sys.argv[2], settings=Settings(chunk_tokens=60), encoder=helpers.FakeEncoder()) as library:
    found = [result.chunk.id for result in library.retrieve("Who closed the Tolland Bridge?")]
    try:
        library.add_articles(library.articles())
        error = None
    except LibraryInUseError as caught:
        error = str(caught)
    print(json.dumps([library.writable, found, error, "chromadb" in sys.modules]))
"""
    command = [sys.executable, "-c", script, str(TESTS / "conftest.py"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, cwd=TESTS.parent)
    writable, found, error, chroma = json.loads(done.stdout)
    assert not writable
    assert not chroma, "Chroma's files belong to one process"
    assert found == [result.chunk.id for result in library.retrieve("Who closed the Tolland Bridge?")]
    assert "in use by another process" in error


def test_waiting_for_the_other_one(open_library: Open) -> None:
    first = open_library()
    threading.Timer(0.3, first.close).start()
    assert open_library(wait=20.0).writable


def test_questions_are_answered_while_articles_are_added(
    open_library: Open, make_encoder: Any, bridge: Article, check_whole: Check, numbered: Make
) -> None:
    adding, go_on = threading.Event(), threading.Event()

    class Slow(make_encoder):  # type: ignore[misc]
        def encode_documents(self, texts: Any) -> Any:
            if any("Report" in text for text in texts):
                adding.set()
                assert go_on.wait(30)
            return super().encode_documents(texts)

    library = open_library(Slow())
    library.add_articles([bridge])
    library.warm_up()
    thread = threading.Thread(target=library.add_articles, args=([numbered(n) for n in range(3)],))
    thread.start()
    assert adding.wait(30)
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(library.retrieve("Tolland Bridge")[0].article))
    asking.start()
    asking.join(20)
    go_on.set()
    thread.join()
    assert answers == [bridge], "an add that goes on must not hold up the page"
    check_whole(library)


def test_many_threads_at_once(library: Library, check_whole: Check, numbered: Make) -> None:
    wrong: list[BaseException] = []

    def work(number: int) -> None:
        try:
            mine = [numbered(100 * number + n) for n in range(4)]
            library.add_articles(mine)
            assert library.retrieve(mine[0].text, k=3)
            library.ask(f"What does report {100 * number} tell?")
            library.remove([mine[0].id])
            library.articles()
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(library.articles()) == 12
    check_whole(library)


def test_a_closed_library_says_so(library: Library, bridge: Article, numbered: Make) -> None:
    library.add_articles([bridge])
    library.ask("Who closed the bridge?")
    library.close()
    library.close()
    actions: list[Callable[[], object]] = [
        library.articles,
        lambda: library.ask("Who closed the bridge?"),
        lambda: library.add_articles([numbered(1)]),
        lambda: library.remove([bridge.id]),
        library.problems,
    ]
    for action in actions:
        with pytest.raises(LibraryError, match="is closed"):
            action()
