"""The library as a whole: adding, versions, removal, readers, interruptions, and everything that can break."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.catalog import Catalog
from rag.errors import LibraryError, LibraryInUseError, ModelError, NotFoundError, StorageFullError
from rag.index import ChromaIndex, ExactIndex
from rag.indexing import GROUP
from rag.library import Library
from rag.settings import Settings
from rag.types import Article, Filters

HERE = Path(__file__).resolve().parent
Open = Callable[..., Library]


def numbered(number: int, **facts: Any) -> Article:
    return Article.from_text(
        f"Report {number} tells of the harbour.\n\nIt has a second paragraph, number {number}.",
        title=f"Report {number}",
        source="The Gazette",
        date=dt.date(2026, 1, 1) + dt.timedelta(number % 300),
        **facts,
    )


def ids(articles: list[Article]) -> set[str]:
    return {article.id for article in articles}


def check_whole(library: Library) -> None:
    """Catalog and Chroma match, and every article can be found by both searches."""
    assert library.problems() == []
    expected = {chunk.id for article in library.articles() for chunk in library._catalog.chunks_of(article.id)}
    assert library._indexer.chroma().chunks.ids() == expected
    for article in library.articles()[:5]:
        results = library.retrieve(article.text[:200], k=5, filters=Filters(article_ids=[article.id]))
        assert {result.article for result in results} == {article}


# ---------------------------------------------------------------------- adding


def test_added_articles_are_found_and_stay(library: Library, open_library: Open, articles: list[Article]) -> None:
    report = library.add_articles(articles)
    assert report.added == tuple(article.id for article in articles)
    assert (report.updated, report.unchanged, report.failed) == ((), (), ())
    assert library.articles() == articles
    check_whole(library)
    library.close()
    again = open_library()
    assert again.articles() == articles
    check_whole(again)


def test_files_folders_and_failures(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "one.txt").write_text("The harbour opens in May.\n\nThe mayor said so.", encoding="utf-8")
    (folder / "dump.jsonl").write_text('{"text": "A dump line about trams.", "id": 7}\nbroken\n', encoding="utf-8")
    (folder / "empty.txt").write_text("", encoding="utf-8")
    report = library.add([folder, tmp_path / "missing.txt", str(folder / "one.txt")])
    assert len(report.added) == 2
    assert len(report.unchanged) == 1
    assert len(report.failed) == 3
    assert {article.external_id for article in library.articles()} == {None, "7"}
    check_whole(library)


def test_one_source_need_not_be_a_list(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_text("The harbour opens in May.", encoding="utf-8")
    assert len(library.add(str(path)).added) == 1
    assert len(library.add(path).unchanged) == 1


def test_the_same_article_twice_in_one_add(library: Library, encoder: Any, bridge: Article) -> None:
    report = library.add_articles([bridge, bridge])
    assert (report.added, report.unchanged) == ((bridge.id,), (bridge.id,))
    count = len(encoder.encoded)
    assert library.add_articles([bridge]).unchanged == (bridge.id,)
    assert len(encoder.encoded) == count, "what is here already is not embedded again"


def test_a_wire_copy_stays_an_article_of_its_own(library: Library) -> None:
    text = "The council passed the bill.\n\nIt cost nine votes."
    wire = Article.from_text(text, source="Northline Wire", url="https://wire.example/1")
    copy = Article.from_text(text, source="Morning Post", url="https://post.example/1")
    assert len(library.add_articles([wire, copy]).added) == 2
    assert library.searched().articles == 2
    check_whole(library)


@pytest.mark.parametrize("text", ["", " \n\t\n ", "\u2003\xa0"])
def test_an_article_without_paragraphs_is_a_failure(library: Library, bridge: Article, text: str) -> None:
    report = library.add_articles([Article.from_text(text, title="Empty"), bridge])
    assert [failure.source for failure in report.failed] == ["Empty"]
    assert report.added == (bridge.id,)


@pytest.mark.parametrize(
    "facts",
    [{"text": "half \ud83d pair"}, {"text": "x", "title": "\udcff"}, {"text": "x", "metadata": {"a": "\ud800"}}],
)
def test_what_no_file_can_hold_is_a_failure(library: Library, bridge: Article, facts: Any) -> None:
    report = library.add_articles([Article.from_text(**facts), bridge])
    assert len(report.failed) == 1
    assert report.added == (bridge.id,)
    json.dumps(report.to_dict()).encode()
    check_whole(library)


def test_odd_texts_come_back_to_the_letter(library: Library) -> None:
    texts = [
        "a\x00b\x1b[31m.",
        "\u202edesrever\u202c. End.",
        "漢字。これは。",
        "👩‍👩‍👧 said 🙂.",
        "e\u0301 \r\n\r\n x\x85y\u2028z",
    ]
    report = library.add_articles([Article.from_text(text) for text in texts])
    assert not report.failed
    assert {article.text for article in library.articles()} == set(texts)
    check_whole(library)


def test_five_thousand_paragraphs(library: Library) -> None:
    text = "\n\n".join(f"Paragraph {n} speaks of item {n}." for n in range(5000))
    library.add_articles([Article.from_text(text, title="Long")])
    (article,) = library.articles()
    assert len(article.paragraphs) == 5000
    results = library.retrieve("paragraph item 4321", k=3)
    assert any("item 4321" in result.chunk.text for result in results)
    assert library.problems() == []


def test_progress_is_told(library: Library) -> None:
    told: list[tuple[int, int | None, str]] = []
    library.add_articles([numbered(n) for n in range(3)], progress=lambda *step: told.append(step))
    assert told == [(0, 3, "Report 0"), (1, 3, "Report 1"), (2, 3, "Report 2"), (3, 3, "")]
    told.clear()
    library.add_articles(iter([numbered(9)]), progress=lambda *step: told.append(step))
    assert told == [(0, None, "Report 9"), (1, 1, "")]


# ---------------------------------------------------------------------- versions


def versions() -> tuple[Article, Article]:
    facts = {"url": "https://gazette.example/crack", "title": "Crack", "source": "The Gazette"}
    old = Article.from_text("The crack is four centimetres.", date="2026-03-04", **facts)
    return old, Article.from_text("The crack is nine centimetres.", date="2026-03-05", **facts)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_changed_text_at_a_known_address_is_a_new_version(library: Library, at_once: bool) -> None:
    old, new = versions()
    reports = [library.add_articles([old, new])] if at_once else [library.add_articles([one]) for one in (old, new)]
    assert sum((report.added for report in reports), ()) == (old.id,)
    assert sum((report.updated for report in reports), ()) == (new.id,)
    assert library.articles() == [new]
    assert library.article(old.id) == old, "old citations still open"
    assert [result.article for result in library.retrieve("How large is the crack?")] == [new]
    assert library.searched().articles == 1
    check_whole(library)
    assert library.add_articles([old, new]).unchanged == (old.id, new.id), "adding both again changes nothing"
    check_whole(library)


def test_an_older_version_that_comes_late_is_kept_but_not_found(library: Library) -> None:
    old, new = versions()
    library.add_articles([new])
    report = library.add_articles([old])
    assert (report.older, report.unchanged) == ((old.id,), ())
    assert library.articles() == [new]
    assert library.article(old.id) == old
    assert library.add_articles([old]).unchanged == (old.id,)
    check_whole(library)


def undated(words: str, name: str = "a.txt") -> Article:
    return Article.from_text(f"The Tarn bridge is closed for {words}.", title="Tarn bridge", origin=f"/news/{name}")


@pytest.mark.parametrize("at_once", [False, True])
def test_a_text_that_goes_back_to_what_it_was_is_found_again(library: Library, at_once: bool) -> None:
    first, second = undated("12 days"), undated("15 days")
    again = [first, second, first]
    reports = [library.add_articles(again)] if at_once else [library.add_articles([one]) for one in again]
    assert reports[-1].updated[-1] == first.id
    assert library.articles() == [first]
    assert library.article(second.id) == second
    answer = library.ask("How long is the Tarn bridge closed?")
    assert {one.text for one in (*answer.citations, *answer.closest)} == {first.text}
    check_whole(library)
    library.add_articles([first, second])
    assert library.articles() == [second], "the last one counts, whatever was there before"
    check_whole(library)


def test_a_text_at_two_addresses_stays_while_one_has_it(library: Library) -> None:
    library.add_articles([undated("12 days"), undated("12 days", "b.txt")])
    library.add_articles([undated("15 days"), undated("12 days", "b.txt")])
    assert {article.text for article in library.articles()} == {undated("12 days").text, undated("15 days").text}
    check_whole(library)


def test_a_text_that_another_address_has_already_takes_the_older_ones_place(library: Library) -> None:
    library.add_articles([undated("12 days"), undated("15 days", "b.txt")])
    assert library.add_articles([undated("12 days", "b.txt")]).updated == (undated("12 days").id,)
    assert library.articles() == [undated("12 days")]
    check_whole(library)


def test_what_stands_at_a_front_page_is_no_version_of_another(library: Library) -> None:
    texts = [Article.from_text(f"Story {number}.", url="https://post.example/") for number in range(3)]
    assert len(library.add_articles(texts).added) == 3
    assert len(library.articles()) == 3


def test_an_earlier_version_is_removed_without_the_later_ones(library: Library) -> None:
    one, two, three = (undated(words) for words in ("12 days", "15 days", "a year"))
    library.add_articles([one, two, three])
    library.remove([one.id])
    assert library.article(two.id) == two
    assert library.articles() == [three]
    library.remove([three.id])
    with pytest.raises(NotFoundError):
        library.article(two.id)
    check_whole(library)


@pytest.mark.parametrize("metadata", [{(1,): 2}, {"x": float("nan")}])
def test_metadata_that_cannot_be_stored_costs_only_its_article(
    library: Library, bridge: Article, metadata: dict[Any, Any]
) -> None:
    report = library.add_articles([bridge, Article.from_text("Odd.", metadata=metadata), undated("12 days")])
    assert len(report.added) == 2
    assert "metadata that JSON cannot hold" in report.failed[0].reason
    check_whole(library)


def test_questions_go_on_after_a_repair(library: Library, bridge: Article) -> None:
    library.add_articles([bridge])
    before = library.ask("Who closed the Tolland Bridge?")
    retriever = library.retriever
    library._indexer.close()
    shutil.rmtree(library.folder / "chroma")
    library.repair()
    assert library.ask("Who closed the Tolland Bridge?").text == before.text
    assert retriever.invoke("Who closed the Tolland Bridge?")


def test_removal_takes_the_versions_too(library: Library, bridge: Article) -> None:
    old, new = versions()
    library.add_articles([old, new, bridge])
    assert library.remove([new.id]) == (new.id,)
    assert library.articles() == [bridge]
    for gone in (old, new):
        with pytest.raises(NotFoundError):
            library.article(gone.id)
    check_whole(library)
    assert library.add_articles([old]).added == (old.id,), "nothing remembers it"
    check_whole(library)


def test_an_unknown_id_removes_nothing(library: Library, bridge: Article) -> None:
    library.add_articles([bridge])
    with pytest.raises(NotFoundError, match="nope"):
        library.remove([bridge.id, "nope"])
    assert library.articles() == [bridge]
    assert library.remove([]) == ()
    assert library.remove([bridge.id, bridge.id]) == (bridge.id,)
    check_whole(library)


# ---------------------------------------------------------------------- one writes, others read


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
    command = [sys.executable, "-c", script, str(HERE / "conftest.py"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, cwd=HERE.parent)
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
    open_library: Open, make_encoder: Any, bridge: Article
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


def test_many_threads_at_once(library: Library) -> None:
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


def test_a_closed_library_says_so(library: Library, bridge: Article) -> None:
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


# ---------------------------------------------------------------------- interruptions

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


def check_after_interruption(library: Library, first: list[Article]) -> None:
    """Nothing that was finished is lost; either version of the updated article is there, and each article is whole."""
    assert library.problems() == []
    there = ids(library.articles())
    assert ids(first) - {OLD.id} <= there
    assert len({OLD.id, NEW.id} & there) == 1
    check_whole(library)
    library.add_articles(SECOND)
    assert ids(library.articles()) == ids(first) - {OLD.id} | ids(SECOND)
    check_whole(library)


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
    library: Library, bridge: Article, monkeypatch: pytest.MonkeyPatch, owner: Any, step: str
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


def test_ctrl_c_in_the_middle(library: Library, open_library: Open) -> None:
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
        library = Library.open(folder, settings=Settings(chunk_tokens=60), encoder=encoder)
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


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_moment(tmp_path: Path, open_library: Open) -> None:
    command = [sys.executable, "-c", KILLED, str(HERE / "conftest.py"), __file__, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False, cwd=HERE.parent)
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


# ---------------------------------------------------------------------- Chroma behind our back


def test_a_chroma_folder_deleted_by_hand_is_made_again_without_encoding(
    library: Library, open_library: Open, make_encoder: Any, articles: list[Article], folder: Path
) -> None:
    library.add_articles(articles)
    expected = [result.chunk for result in library.retrieve("Tolland Bridge")]
    library.close()
    shutil.rmtree(folder / "chroma")
    encoder = make_encoder()
    again = open_library(encoder)
    assert [result.chunk for result in again.retrieve("Tolland Bridge")] == expected
    assert encoder.encoded == []
    check_whole(again)


def test_asking_mends_even_after_the_doctor_has_looked(
    library: Library, open_library: Open, articles: list[Article], folder: Path
) -> None:
    library.add_articles(articles)
    library.close()
    shutil.rmtree(folder / "chroma")
    again = open_library()
    assert again.problems() == [
        f"{again.count_chunks()} chunks are missing from Chroma",
        "1 quotes are missing from Chroma",
    ]
    again.retrieve("Tolland Bridge")
    check_whole(again)


@pytest.mark.parametrize("reopened", [True, False])
def test_the_doctor_sees_what_chroma_lacks_and_has_too_much(
    library: Library, open_library: Open, make_encoder: Any, articles: list[Article], reopened: bool
) -> None:
    library.add_articles(articles)
    index = library._indexer.chroma().chunks
    gone = sorted(index.ids())[0]
    index.delete([gone])
    index.upsert([("stranger:0-3", articles[0])], library._encoder.encode_documents(["stranger"]))
    encoder = library._encoder
    if reopened:
        library.close()
        encoder = make_encoder()
        library = open_library(encoder)
    assert library.problems() == ["1 chunks are missing from Chroma", "1 chunks in Chroma belong to no article"]
    before = list(encoder.encoded)
    library.repair()
    assert encoder.encoded == before, "the vectors come from the catalog"
    check_whole(library)


@pytest.mark.parametrize("damage", ["database", "file", "vectors"])
def test_damaged_files_of_chroma_are_made_again_by_repair(
    library: Library, open_library: Open, articles: list[Article], folder: Path, damage: str
) -> None:
    library.add_articles(articles)
    library.close()
    chroma = folder / "chroma"
    if damage == "database":
        (chroma / "chroma.sqlite3").write_bytes(b"no database " * 500)
    elif damage == "file":
        shutil.rmtree(chroma)
        chroma.write_text("a file in its place", encoding="utf-8")
    else:
        for path in chroma.glob("*/*"):
            path.write_bytes(b"\xff" * 100)
    again = open_library()
    assert again.articles() == articles, "the catalog needs no Chroma"
    again.repair()
    check_whole(again)
    assert again.ask("Who closed the Tolland Bridge?").searched.articles == 3


def test_another_encoder_is_told_and_repair_embeds_again(
    library: Library, open_library: Open, make_encoder: Any, articles: list[Article], folder: Path
) -> None:
    library.add_articles(articles)
    library.close()
    other = make_encoder("other")
    other.dimension = 64
    again = open_library(other)
    for action in (
        lambda: again.ask("Who?"),
        lambda: again.retrieve("Who?"),
        lambda: again.add_articles([numbered(1)]),
    ):
        with pytest.raises(LibraryError, match=r"embedded with 'fake'.*'other'.*doctor --repair"):
            action()
    assert again.problems()[0].startswith("the vectors were made by 'fake'")
    told: list[object] = []
    again.repair(progress=lambda *step: told.append(step))
    assert told
    assert len(other.encoded) == again.count_chunks()
    check_whole(again)


def test_pending_work_is_not_finished_with_another_encoder(
    library: Library, open_library: Open, make_encoder: Any, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add_articles(articles)
    with monkeypatch.context() as patch:
        patch.setattr(ChromaIndex, "upsert", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            library.add_articles([numbered(1)])
    library.close()
    other = make_encoder("other")
    other.dimension = 64
    again = open_library(other)
    assert other.encoded == []
    with pytest.raises(LibraryError, match="embedded with"):
        again.ask("Who?")
    again.repair()
    check_whole(again)
    assert len(again.articles()) == 4


def test_asking_an_empty_library_does_not_bind_it_to_an_encoder(open_library: Open, make_encoder: Any) -> None:
    first = open_library()
    assert first.ask("Who closed the bridge?").status == "abstained"
    first.close()
    assert open_library(make_encoder("other")).add_articles([numbered(1)]).added


def test_a_model_that_is_missing_leaves_the_articles_readable(
    library: Library, open_library: Open, make_encoder: Any, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add_articles(articles)
    with monkeypatch.context() as patch:
        patch.setattr(make_encoder, "encode_documents", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            library.add_articles([numbered(1)])
    library.close()

    class Missing(make_encoder):  # type: ignore[misc]
        def encode_documents(self, texts: Any) -> Any:
            raise ModelError("The encoder cannot be loaded.")

    again = open_library(Missing())
    assert again.articles() == articles
    assert again.problems() == ["1 articles wait for their vectors"]
    again.close()
    whole = open_library()
    assert len(whole.articles()) == 4
    check_whole(whole)


# ---------------------------------------------------------------------- folders and disks


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


def test_a_catalog_that_is_full(library: Library, open_library: Open, articles: list[Article]) -> None:
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


def test_a_full_disk_loses_nothing(small_disk: Path, open_library: Open, encoder: Any) -> None:
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


# ---------------------------------------------------------------------- looking


def test_what_the_page_shows(library: Library, articles: list[Article]) -> None:
    library.add_articles(articles)
    assert library.sources() == ["Eskerby Courier", "The Harbour Gazette"]
    assert library.searched(Filters(source="eskerby courier")).articles == 1
    assert library.article(articles[0].id) == articles[0]
    assert library.count_chunks() >= 3
    with pytest.raises(NotFoundError):
        library.article("nope")


def test_it_is_ready_once_it_is_warm(library: Library, bridge: Article) -> None:
    assert not library.ready
    library.warm_up()
    assert library.ready


def test_a_reader_never_opens_chroma(open_library: Open, articles: list[Article]) -> None:
    open_library().add_articles(articles)
    reader = open_library()
    reader.warm_up()
    assert isinstance(reader._indexer.indexes().chunks, ExactIndex)
    assert reader.problems() == []
