"""The command ``whosaid``. Answers go to stdout, progress and errors to stderr; exit 0, or 1 with one clear line."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from rag.errors import RagError, SettingsError
from rag.local_models import DEFAULT, KNOWN, ModelStore, get_model
from rag.printing import (
    article_lines,
    articles_table,
    json_text,
    model_lines,
    models_lines,
    one_line,
    plain,
    quotes_csv,
    quotes_table,
    report_lines,
    sources_lines,
    summary_sources,
    understood_lines,
)
from rag.settings import Settings, load_settings
from rag.types import Filters

if TYPE_CHECKING:
    from rag.library import Library

INTERRUPTED = 130  # what typer makes of Ctrl-C
_UsageError: Any = typer.BadParameter.__base__  # typer carries a click of its own

app = typer.Typer(
    name="whosaid",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

models = typer.Typer(help="Local chat models: bring one here, list them, remove one.", no_args_is_help=True)
app.add_typer(models, name="model")


def _library(context: typer.Context, library: Path | None) -> Path | None:
    """The folder given after the command, else the one given before it."""
    return library or context.find_root().params.get("library")


LibraryOption = Annotated[
    Path | None,
    typer.Option("--library", metavar="DIR", callback=_library, help="Where the library lies (or WHOSAID_LIBRARY)."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
SpeakerOption = Annotated[
    str | None, typer.Option("--speaker", metavar="NAME", help="Only what this person, office or body said.")
]
SourceOption = Annotated[str | None, typer.Option("--source", help="Only articles of this publisher.")]
SinceOption = Annotated[str | None, typer.Option("--since", metavar="DATE", help="Only articles of this day or later.")]
UntilOption = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="Only articles of this day or earlier.")
]


class Form(StrEnum):
    """How statements are printed."""

    table = "table"
    csv = "csv"
    json = "json"


@app.callback()
def whosaid(library: LibraryOption = None) -> None:
    """Ask news articles who said what; every sentence of an answer cites the paragraph that proves it."""


@app.command()
def add(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Files, folders, .jsonl dumps, addresses, feeds.")
    ],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add articles. What is here already is left alone; a changed text at a known address becomes a new version."""
    with _open(library, wait=10.0) as opened, _bar() as bar:
        report = opened.add(sources, progress=bar)
    _print(as_json, report.to_dict(), report_lines(report))
    if report.failed:
        few = len(report.failed) == 1
        _fail(f"{'1 source' if few else f'{len(report.failed)} sources'} could not be added; the rest was.")
        raise typer.Exit(1)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="A question, in quotes.")],
    speaker: SpeakerOption = None,
    source: SourceOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    article: Annotated[
        list[str] | None, typer.Option("--article", metavar="ID", help="Only this article (repeatable).")
    ] = None,
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="PROVIDER:NAME", help="The chat model that writes (or WHOSAID_MODEL)."),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question from the articles, with citations."""
    filters = Filters(tuple(article or ()), speaker, source, _date("--since", since), _date("--until", until))
    with _open(library, model=model) as opened:
        for article_id in filters.article_ids:
            opened.article(article_id)
        answer = opened.ask(question, filters=filters)
    _note(answer.notice)
    _print(as_json, answer.to_dict(), [*understood_lines(answer), plain(answer.text), *sources_lines(answer)])


@app.command()
def quotes(
    speaker: SpeakerOption = None,
    about: Annotated[str | None, typer.Option("--about", metavar="TOPIC", help="Only statements on this.")] = None,
    source: SourceOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    form: Annotated[Form, typer.Option("--format", help="How they are printed.")] = Form.table,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List who said what: the statements of a speaker, on a topic, or all of them."""
    filters = Filters(source=source, since=_date("--since", since), until=_date("--until", until))
    with _open(library) as opened:
        found = opened.quotes(speaker, about, filters=filters)
        articles = {one: opened.article(one) for one in {quote.article_id for quote in found}}
        unread = opened.coverage(filters).told
    lines = quotes_csv(found, articles) if form is Form.csv else quotes_table(found, articles)
    _print(as_json or form is Form.json, [quote.to_dict() for quote in found], lines)
    _note(unread)


@app.command()
def summarize(
    article_ids: Annotated[
        list[str] | None, typer.Argument(metavar="ARTICLE_ID...", help="Articles to summarise.")
    ] = None,
    about: Annotated[
        str | None, typer.Option("--about", metavar="TOPIC", help="What happened on this, over time.")
    ] = None,
    speaker: SpeakerOption = None,
    sentences: Annotated[
        int | None, typer.Option("--sentences", metavar="N", help="At most so many sentences.")
    ] = None,
    words: Annotated[int | None, typer.Option("--words", metavar="N", help="At most about so many words.")] = None,
    newest_first: Annotated[bool, typer.Option("--newest-first", help="The newest state first.")] = False,
    source: SourceOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Summarise articles, a topic over all of them, or what somebody said; every sentence cites its source."""
    filters = Filters(source=source, since=_date("--since", since), until=_date("--until", until))
    with _open(library) as opened, _bar() as bar:
        bar(0, None, "Reading")
        summary = opened.summarize(
            article_ids, about=about, speaker=speaker, sentences=sentences, words=words, newest_first=newest_first,
            filters=filters,
        )  # fmt: skip
    _print(as_json, summary.to_dict(), [plain(summary.text), *summary_sources(summary)])


@app.command()
def articles(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List the articles, the newest first."""
    with _open(library) as opened:
        found = opened.articles()
    _print(as_json, [article.to_dict() for article in found], articles_table(found))


@app.command()
def show(
    article_id: Annotated[str, typer.Argument(metavar="ID")], library: LibraryOption = None, as_json: JsonOption = False
) -> None:
    """Show an article with its paragraphs numbered."""
    with _open(library) as opened:
        article = opened.article(article_id)
    document = article.to_dict() | {
        "text": article.text,
        "paragraphs": [{"paragraph": p.index, "start": p.start, "end": p.end} for p in article.paragraphs],
        "metadata": dict(article.metadata),
    }
    _print(as_json, document, article_lines(article))


@app.command()
def remove(
    article_ids: Annotated[list[str], typer.Argument(metavar="ID...")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove articles and their earlier versions, for good."""
    with _open(library, wait=10.0) as opened:
        removed = opened.remove(article_ids)
    _print(as_json, {"removed": list(removed)}, [f"Removed {len(removed)}."])


@models.command("get")
def get(
    what: Annotated[
        str,
        typer.Argument(metavar="NAME|FILE|ADDRESS", help="A known model, a .gguf file, or the https address of one."),
    ] = DEFAULT,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring a model here; interrupted, the same command goes on where it stopped."""
    with _bar(DownloadColumn()) as bar:
        model = get_model(what, ModelStore(_settings(library).models), bar)
    _print(as_json, model.to_dict(), model_lines(model.to_dict()))


@models.command("list")
def list_models(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List the local models that are here, and those that can be brought by name."""
    there = ModelStore(_settings(library).models).models()
    names = {model.name for model in there}
    known = [
        {"name": one.name, "size": one.size, "about": one.about} for one in KNOWN.values() if one.name not in names
    ]
    document = {"here": [model.to_dict() for model in there], "known": known}
    _print(as_json, document, models_lines(document))


@models.command("remove")
def remove_model(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove a local model, for good."""
    model = ModelStore(_settings(library).models).remove(name)
    _print(as_json, {"removed": [model.name]}, [f"Removed {model.name}."])


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    library: LibraryOption = None,
) -> None:
    """Open the chat in the browser."""
    settings = _settings(library, host=host, port=port)
    # the page is a plugin: rag never imports ui, so the library can be used without gradio
    pages = importlib.metadata.entry_points(group="whosaid.pages")
    if not pages:
        raise SettingsError("The page is not installed.", help_message="Run `make install`.")
    next(iter(pages)).load()(settings, open_browser=browser)


@app.command()
def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="Read what is not read, or by an older reader; build the vectors anew.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is installed, which models there are, and whether the library is whole."""
    from rag.diagnosis import diagnose

    with _open(library, wait=10.0 if repair else 0.0) as opened:
        if repair:
            with _bar() as bar:
                opened.repair(progress=bar)
        diagnosis, older = diagnose(opened), opened.coverage().told_outdated
    _print(
        as_json,
        diagnosis,
        [f"{name:<12} {plain(str(value))}" for name, value in diagnosis.items() if name != "problems"],
    )
    _note(older)
    for problem in diagnosis["problems"]:
        typer.echo(f"Problem: {plain(problem)}", err=True)
    if diagnosis["problems"]:
        raise typer.Exit(1)


def main() -> None:
    """Run the command; every failure is one line on stderr and exit 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows a question mark
    try:
        code = app(standalone_mode=False)
    except RagError as error:
        code = _fail(str(error))
    except _UsageError as error:
        code = _fail(f"{error.format_message()} See `whosaid --help`.")
    except UnicodeEncodeError:
        code = _fail("An argument holds bytes that are no text.")
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    if code == INTERRUPTED:
        code = _fail("Interrupted. What was finished is kept; run the same command again to go on.")
    sys.exit(code or 0)


def _note(words: str) -> None:
    if words:
        typer.echo(f"Note: {one_line(words)}", err=True)


def _fail(line: str) -> int:
    typer.echo(f"Error: {one_line(line)}", err=True)
    return 1


def _settings(library: Path | None, **flags: Any) -> Settings:
    return load_settings(library=library, **flags)


def _open(library: Path | None, wait: float = 0.0, **flags: Any) -> Library:
    from rag.library import Library  # brings LangChain along; `serve` and `--help` do without

    with _bar() as bar:  # shown where an interrupted addition has to be finished first
        return Library.open(settings=_settings(library, **flags), wait=wait, progress=bar)


def _date(flag: str, text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise SettingsError(f"{flag} cannot be {text!r}.", help_message="Give a day such as 2026-03-04.") from error


def _print(as_json: bool, document: Any, lines: list[str]) -> None:
    try:
        typer.echo(json_text(document, sys.stdout.encoding) if as_json else "\n".join(lines))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `| head` has seen enough


class _Bar:
    """A progress callback that draws a bar on stderr."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=None, label="")

    def __call__(self, done: int, total: int | None, label: str) -> None:
        self._progress.update(self._task, completed=done, total=total, label=plain(label)[:50])


@contextmanager
def _bar(amount: ProgressColumn | None = None) -> Iterator[_Bar]:
    label = TextColumn("{task.fields[label]}", markup=False)
    columns = (BarColumn(), amount or MofNCompleteColumn(), TimeRemainingColumn(), label)
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield _Bar(progress)
