"""The command ``whosaid``: its JSON, exit codes, and the one line that tells what went wrong."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from rag import cli, library
from rag.answering import ranking
from rag.coverage import Coverage
from rag.library import Library
from rag.settings import Settings
from rag.types import Article

EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e"


class Done(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], make_encoder: Any
) -> Run:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"WHOSAID_{name.upper()}", raising=False)
    monkeypatch.setenv("WHOSAID_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("WHOSAID_LIBRARY", str(folder))
    monkeypatch.setattr(library, "SentenceTransformerEncoder", lambda name: make_encoder(name or "fake"))

    def run_one(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["whosaid", *arguments])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        out, err = capsys.readouterr()
        return Done(int(caught.value.code or 0), out, err)

    return run_one


@pytest.fixture
def news(tmp_path: Path, articles: list[Article]) -> Path:
    """A dump of the hand-built articles."""
    path = tmp_path / "news.jsonl"
    lines = [
        {
            "text": article.text,
            "title": article.title,
            "date": article.date and article.date.isoformat(),
            "source": article.source,
            "url": article.url,
            "doc_id": article.external_id,
        }
        for article in articles
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def failed(done: Done, words: str) -> None:
    assert done.code == 1
    assert done.out == ""
    assert done.err.count("\n") == 1
    assert done.err.startswith("Error: ")
    assert words in done.err
    assert "Traceback" not in done.err


# ---------------------------------------------------------------------- every command


def test_add(run: Run, news: Path) -> None:
    done = run("add", str(news))
    assert (done.code, done.out) == (0, "3 added.\n")
    done = run("add", str(news), "--json")
    assert done.code == 0
    assert done.json.keys() == {"added", "updated", "unchanged", "older", "failed"}
    assert len(done.json["unchanged"]) == 3


def test_add_goes_on_past_what_cannot_be_read(run: Run, news: Path, tmp_path: Path) -> None:
    done = run("add", str(tmp_path / "missing.txt"), str(news))
    assert done.code == 1
    assert done.out.startswith("3 added, 1 failed.\n")
    assert "missing.txt" in done.out
    assert done.err.count("\n") == 1
    assert done.err.startswith("Error: 1 source could not be added")
    done = run("add", "--json", str(tmp_path / "missing.txt"), str(news))
    assert done.code == 1
    assert done.json["failed"][0].keys() == {"source", "reason", "help"}


def test_ask(run: Run, news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "chance", lambda *_: 1.0)
    run("add", str(news))
    question = "What is the size of the crack found in the Tolland Bridge closed on Tuesday?"
    done = run("ask", question, "--json")
    assert (done.code, done.err) == (0, "")
    assert done.json.keys() >= {
        "question", "understood", "status", "verdict", "text", "parts", "sentences", "citations", "quotes", "closest",
        "searched", "engine", "seconds",
    }  # fmt: skip
    assert done.json["question"] == question
    assert done.json["status"] == "answered"
    assert done.json["searched"] == {"articles": 3, "since": "2025-12-04", "until": "2026-03-04", "source": None}
    for sentence in done.json["sentences"]:
        assert sentence.keys() == {"text", "support", "citations", "phrase"}
        assert sentence["support"] in ("verbatim", "supported")
    for citation in done.json["citations"]:
        assert citation.keys() == {
            "marker", "article_id", "external_id", "title", "source", "date", "url", "paragraph", "start", "end", "text",
        }  # fmt: skip
        text = run("show", citation["article_id"], "--json").json["text"]
        assert text[citation["start"] : citation["end"]] == citation["text"]
    human = run("ask", question)
    assert human.code == 0
    assert "17 centimetres" in human.out
    assert "[1] The Harbour Gazette, 4 March 2026 · Tolland Bridge closed · paragraph 1" in human.out


def test_ask_says_when_the_articles_do_not_say(run: Run, news: Path) -> None:
    empty = run("ask", "Who won the chess championship?")
    assert empty.code == 0
    assert "No article was searched" in empty.out
    run("add", str(news))
    done = run("ask", "Who won the chess championship in Quito?", "--json")
    assert (done.code, done.json["status"]) == (0, "abstained")
    assert done.json["sentences"] == done.json["citations"] == []


def test_ask_with_filters(run: Run, news: Path) -> None:
    run("add", str(news))
    question = "What is known of the Tolland Bridge, the strike, and the honey?"
    for flags, count in [
        (["--source", "eskerby courier"], 1),
        (["--since", "2026-01-01"], 1),
        (["--until", "2025-12-31"], 1),
        (["--since", "2025-01-01", "--until", "2026-12-31"], 2),
        (["--source", "Nobody"], 0),
    ]:
        assert run("ask", question, "--json", *flags).json["searched"]["articles"] == count, flags
    article_ids = [article["id"] for article in run("articles", "--json").json]
    both = [flag for article_id in article_ids[:2] for flag in ("--article", article_id)]
    assert run("ask", question, "--json", *both).json["searched"]["articles"] == 2


def test_articles_show_and_remove(run: Run, news: Path, bridge: Article) -> None:
    assert run("articles").out.startswith("The library is empty.")
    assert run("articles", "--json").json == []
    run("add", str(news))
    listed = run("articles", "--json").json
    assert [article.keys() for article in listed] == [bridge.to_dict().keys()] * 3
    assert {"id", "external_id", "title", "date", "source", "url"} <= listed[0].keys()
    first = listed[0]
    assert run("articles").out.count("\n") == 3
    shown = run("show", first["id"], "--json").json
    assert shown["text"] == bridge.text
    assert shown["title"] == bridge.title
    assert [p["paragraph"] for p in shown["paragraphs"]] == [0, 1, 2]
    human = run("show", first["id"]).out
    assert human.startswith("Tolland Bridge closed\nThe Harbour Gazette · 2026-03-04")
    assert "\n  2  “We will not" in human
    assert run("remove", first["id"], "--json").json == {"removed": [first["id"]]}
    assert len(run("articles", "--json").json) == 2
    assert run("remove", *(article["id"] for article in listed[1:])).out == "Removed 2.\n"


def test_doctor(run: Run, news: Path, folder: Path) -> None:
    run("add", str(news))
    done = run("doctor", "--json")
    assert (done.code, done.err) == (0, "")
    assert done.json["problems"] == []
    assert done.json["articles"] == 3
    assert done.json["library"] == str(folder)
    assert run("doctor").out.count("\n") > 5
    with Library.open(folder, settings=Settings()) as opened:
        index = opened._indexer.chroma().chunks
        index.delete(sorted(index.ids())[:1])
    # opening Chroma to add or ask would mend it; the doctor looks at it as it is
    done = run("doctor")
    assert done.code == 1
    assert done.err == "Problem: 1 chunks are missing from Chroma\n"
    assert run("doctor", "--json").code == 1
    assert run("doctor", "--repair").code == 0
    assert run("doctor").code == 0


def test_doctor_tells_of_an_older_reader_and_reads_again(run: Run, news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("add", str(news))
    assert run("doctor", "--json").json["outdated"] == 0
    monkeypatch.setattr("rag.ledger.reader_version", lambda: "another")
    done = run("doctor")
    assert (done.code, done.err) == (0, f"Note: {Coverage(outdated=3).told_outdated}\n")
    assert run("doctor", "--json").json["outdated"] == 3
    done = run("doctor", "--repair", "--json")
    assert (done.code, done.err, done.json["outdated"]) == (0, "", 0)


def test_quotes_tell_of_what_is_not_read(run: Run, folder: Path, make_encoder: Any) -> None:
    german = "Die Brücke bleibt geschlossen, sagte die Bürgermeisterin am Montag vor dem Rathaus in Lindal."
    with Library.open(folder, settings=Settings(), encoder=make_encoder()) as opened:
        opened.add_articles([Article.from_text(german, source="Lindal Post")])
    for flags in ([], ["--json"], ["--format", "csv"]):
        done = run("quotes", *flags)
        assert (done.code, done.err) == (0, f"Note: {Coverage(foreign=1).told}\n")
    assert run("quotes", "--source", "Another").err == ""


def test_serve_starts_the_page_with_the_settings(run: Run, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    served: list[Any] = []

    class Page:
        @staticmethod
        def load() -> Callable[..., None]:
            return lambda settings, **options: served.append((settings, options))

    monkeypatch.setattr(cli.importlib.metadata, "entry_points", lambda **_: [Page])
    assert run("serve", "--port", "9999", "--host", "127.0.0.9", "--no-browser").code == 0
    settings, options = served[0]
    assert (settings.port, settings.host, settings.library) == (9999, "127.0.0.9", folder)
    assert options == {"open_browser": False}
    monkeypatch.setattr(cli.importlib.metadata, "entry_points", lambda **_: [])
    failed(run("serve"), "make install")


@pytest.mark.parametrize("command", ["add", "ask", "articles", "show", "remove", "serve", "doctor"])
def test_help(run: Run, command: str) -> None:
    done = run(command, "--help")
    assert done.code == 0
    assert "--library" in done.out
    assert "--library" in run("--help").out
    assert command in run("--help").out


def test_library_option(run: Run, news: Path, tmp_path: Path, folder: Path) -> None:
    run("add", str(news), "--library", str(tmp_path / "other"))
    assert len(run("articles", "--library", str(tmp_path / "other"), "--json").json) == 3
    assert not folder.exists()


def test_library_option_before_the_command(run: Run, news: Path, tmp_path: Path, folder: Path) -> None:
    other, third = str(tmp_path / "other"), str(tmp_path / "third")
    run("--library", other, "add", str(news))
    assert len(run("articles", "--library", other, "--json").json) == 3
    assert len(run("--library", other, "articles", "--json").json) == 3
    assert run("--library", other, "articles", "--library", third, "--json").json == [], (
        "the one after the command wins"
    )
    assert not folder.exists()
    failed(run("--library", "/dev/null", "articles"), "is not a folder")


@pytest.mark.parametrize("before", [True, False])
def test_library_option_of_every_command(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    monkeypatch.setenv("WHOSAID_MODELS", str(tmp_path / "models"))
    flag = ["--library", str(tmp_path / "other")]
    for command in (["articles"], ["quotes"], ["doctor"], ["ask", "Who?"], ["model", "list"]):
        assert run(*flag, *command, "--json").code == 0 if before else run(*command, *flag, "--json").code == 0, command


# ---------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["bogus"], "No such command"),
        (["ask"], "Missing argument"),
        (["ask", "q?", "--bogus"], "No such option"),
        (["ask", ""], "question is empty"),
        (["ask", " ?! "], "question is empty"),
        (["ask", "long " * 20_000], "the limit is 20,000"),
        (["ask", "Who?", "--since", "4 March"], "--since cannot be '4 March'"),
        (["ask", "Who?", "--until", "2026-02-30"], "--until cannot be"),
        (["ask", "Who?", "--article", "nope"], "no article 'nope'"),
        (["show", "nope"], "no article 'nope'"),
        (["show", f"no\n{EVIL}pe"], "no article"),
        (["remove", "nope"], "no article 'nope'"),
        (["articles", "--library", "/dev/null"], "is not a folder"),
        (["serve", "--port", "99999"], "'port' cannot be 99999"),
    ],
)
def test_a_mistake_is_one_line(run: Run, arguments: list[str], words: str) -> None:
    done = run(*arguments)
    failed(done, words)
    assert not any(mark in done.err for mark in "\x1b\x07\x9b\u202e")


def test_a_bad_setting_or_library_is_one_line(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    (folder / "catalog.sqlite3").write_bytes(b"no database " * 99)
    for command in (["articles"], ["ask", "Who?"], ["doctor"], ["doctor", "--repair"], ["add", "x"]):
        failed(run(*command), "is damaged")
    monkeypatch.setenv("WHOSAID_PORT", "many")
    failed(run("articles"), "'port' cannot be 'many'")


def test_the_library_is_in_use(
    run: Run, news: Path, folder: Path, make_encoder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "_open", lambda path, wait=0.0, **flags: Library.open(folder))
    with Library.open(folder, settings=Settings(), encoder=make_encoder()):
        failed(run("add", str(news)), "in use by another process")
        failed(run("remove", "x"), "in use by another process")
        failed(run("doctor", "--repair"), "in use by another process")
        assert run("articles").code == 0
        assert run("ask", "Who closed it?").code == 0
        assert run("doctor", "--json").json["writable"] is False


def test_another_encoder(run: Run, news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("add", str(news))
    monkeypatch.setenv("WHOSAID_ENCODER", "other")
    failed(run("ask", "Who closed the bridge?"), "doctor --repair")
    assert run("doctor", "--repair").code == 0
    assert run("ask", "Who closed the bridge?").code == 0


def test_ctrl_c(run: Run, news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Library, "add", stop)
    failed(run("add", str(news)), "Interrupted")


def test_a_folder_that_may_not_be_written_to(run: Run) -> None:
    if not Path("/proc/self").exists():
        pytest.skip("needs /proc")
    failed(run("articles", "--library", "/proc/whosaid"), "cannot be made")


# ---------------------------------------------------------------------- the terminal


def test_control_characters_of_an_article_never_reach_the_terminal(run: Run, folder: Path, make_encoder: Any) -> None:
    text = f"The {EVIL} bridge was closed on Tuesday by the mayor of {EVIL} Tolland."
    article = Article.from_text(
        text, title=f"Bridge {EVIL}\nclosed", source=f"The {EVIL} Gazette", metadata={"x": EVIL}
    )
    with Library.open(folder, settings=Settings(), encoder=make_encoder()) as opened:
        opened.add_articles([article])
    question = f"Was the bridge {EVIL} closed on Tuesday by the mayor of Tolland?"
    for arguments in (["articles"], ["show", article.id], ["ask", question], ["ask", "Who ate the cake?"], ["doctor"]):
        for flags in ([], ["--json"]):
            done = run(*arguments, *flags)
            assert done.code == 0, done.err
            assert not any(mark in done.out + done.err for mark in "\x1b\x07\x9b\u202e")
    assert run("show", article.id, "--json").json["text"] == text


def test_letters_the_terminal_has_not(
    run: Run, folder: Path, make_encoder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library.open(folder, settings=Settings(), encoder=make_encoder()) as opened:
        opened.add_articles([Article.from_text("漢字 “x”.", title="漢字", source="Ölblatt")])

    def on_latin(*arguments: str) -> bytes:
        written = io.BytesIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="latin-1", write_through=True))
            assert run(*arguments).code == 0
        return written.getvalue()

    assert b"\xd6lblatt  ??" in on_latin("articles")
    assert json.loads(on_latin("articles", "--json"))[0]["title"] == "漢字"


def test_bytes_that_are_no_text(run: Run, news: Path) -> None:
    run("add", str(news))
    failed(run("show", "\udcff"), "no text")
    failed(run("remove", "\udcff"), "no text")
    assert run("ask", "Who closed \udcff the bridge?", "--json").code == 0
    assert run("add", "\udcff.txt").code == 1


@pytest.mark.slow
def test_a_closed_pipe_is_no_error(folder: Path, make_encoder: Any) -> None:
    many = [Article.from_text(f"Report {n}.", title="A long title " * 20) for n in range(400)]
    with Library.open(folder, settings=Settings(), encoder=make_encoder()) as opened:
        opened.add_articles(many)
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-c", "from rag.cli import main; main()", "articles", "--library", str(folder)],
        stdout=write,
        stderr=subprocess.PIPE,
        timeout=120,
        check=False,
        cwd=Path(__file__).resolve().parent.parent,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_summarize(run: Run, news: Path, bridge: Article) -> None:
    run("add", str(news))
    article_id = next(one["id"] for one in run("articles", "--json").json if one["title"] == bridge.title)
    done = run("summarize", article_id, "--sentences", "2", "--json")
    assert done.code == 0
    assert done.json.keys() == {"text", "sentences", "citations", "quotes", "note", "searched", "seconds"}
    assert len(done.json["sentences"]) == 2
    for citation in done.json["citations"]:
        text = run("show", article_id, "--json").json["text"]
        assert text[citation["start"] : citation["end"]] == citation["text"]
    human = run("summarize", "--about", "the strike of tram drivers")
    assert human.code == 0
    assert "Tram drivers in Eskerby voted for a strike on Monday. [1]" in human.out
    assert "[1] Eskerby Courier, 4 December 2025" in human.out
    spoken = run("summarize", "--speaker", "Ines Okafor", "--until", "2026-12-31")
    assert "We will not reopen it before May" in spoken.out
    failed(run("summarize"), "nothing to summarise")
    failed(run("summarize", "0" * 16), "no article")
