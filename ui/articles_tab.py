"""The tab where articles are added, listed and removed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.errors import LibraryError, SourceError
from rag.types import AddReport, Article
from ui.articles_view import matching, message_html, removal_html, report_html, source_name, table_html
from ui.assets import BARE, script
from ui.date_field import date_field, read_day
from ui.gate import LibraryGate, told
from ui.reference import is_article_id
from ui.summary_view import summary_html

if TYPE_CHECKING:
    from rag.library import Library

Progress = Callable[[int, "int | None", str], None]

_PROGRESS = gr.Progress()
FILE_TYPES = [".txt", ".md", ".html", ".htm", ".jsonl"]


@dataclass(frozen=True, slots=True)
class ArticlesTab:
    """The components of the tab that the rest of the page fills, and the events after which articles have changed."""

    query: gr.Textbox
    table: gr.HTML
    page: gr.State
    changed: tuple[Any, ...]


def build_articles_tab(gate: LibraryGate) -> ArticlesTab:
    """Lay out the tab and wire its events. Must be called inside ``gr.Blocks``."""
    gr.HTML('<h2 class="tab-heading">Add articles</h2>', **BARE)
    with gr.Tabs(elem_id="add-ways"):
        with gr.Tab("Files"):
            files = gr.File(
                label="Text, Markdown, HTML or JSON lines", file_count="multiple", file_types=FILE_TYPES, height=150
            )
            add_files = gr.Button("Add files", variant="primary", elem_id="add-files")
        with gr.Tab("Web addresses"):
            addresses = gr.Textbox(
                "",
                label="Addresses of articles or feeds, one a line",
                lines=4,
                placeholder="https://",
                elem_id="addresses",
            )
            add_addresses = gr.Button("Add from the web", variant="primary", elem_id="add-addresses")
        with gr.Tab("Paste a text"):
            with gr.Row():
                title = gr.Textbox("", label="Title", elem_id="paste-title", scale=2)
                publisher = gr.Textbox("", label="Publisher", elem_id="paste-publisher")
                date = date_field("Date", "paste-date")
            text = gr.Textbox("", label="Text", lines=8, max_lines=20, elem_id="paste-text")
            add_text = gr.Button("Add text", variant="primary", elem_id="add-text")
    report = gr.HTML(elem_id="report", **BARE)

    gr.HTML('<h2 class="tab-heading">Articles</h2>', **BARE)
    with gr.Row(elem_id="list-tools"):
        query = gr.Textbox(
            "",
            show_label=False,
            label="Find articles",
            placeholder="Find by title, publisher or date",
            max_lines=1,
            container=False,
            elem_id="find",
        )
        remove = gr.Button("Remove selected", interactive=False, elem_id="remove", scale=0)
    with gr.Column(visible=False, elem_id="confirm") as confirm:
        removing = gr.HTML(**BARE)
        with gr.Row():
            really = gr.Button("Remove", variant="stop", elem_id="really", scale=0)
            keep = gr.Button("Keep them", elem_id="keep", scale=0)
    summary = gr.HTML(js_on_load=script("summary.js"), elem_id="summary", **BARE)
    table = gr.HTML(js_on_load=script("articles.js"), elem_id="articles", **BARE)
    page, picked = gr.State(0), gr.State([])

    def add_uploaded(paths: list[str] | None, progress: gr.Progress = _PROGRESS) -> tuple[Any, ...]:
        said, _ = add(gate, progress, lambda library, show: upload(library, show, paths))
        return said, None  # the copies of the files are gone either way

    def add_fetched(written: str, progress: gr.Progress = _PROGRESS) -> tuple[Any, ...]:
        said, whole = add(gate, progress, lambda library, show: fetch(library, show, written))
        return said, "" if whole else gr.skip()

    def add_pasted(
        text: str, title: str, publisher: str, date: str | None, progress: gr.Progress = _PROGRESS
    ) -> tuple[Any, ...]:
        said, whole = add(gate, progress, lambda library, show: paste(library, show, text, title, publisher, date))
        return (said, "", "") if whole else (said, gr.skip(), gr.skip())

    def list_page(words: str, event: gr.EventData) -> tuple[str, int]:
        number = getattr(event, "page", 0)
        number = number if isinstance(number, int) and number >= 0 else 0
        return draw_table(gate, words, number), number

    def summarise_one(event: gr.EventData) -> Iterator[str]:
        yield from summarise(gate, getattr(event, "article", None))

    def pick(event: gr.EventData) -> tuple[Any, list[str]]:
        ids = [one for one in getattr(event, "ids", []) if is_article_id(one)]
        label = f"Remove selected ({len(ids)})" if ids else "Remove selected"
        return gr.Button(label, interactive=bool(ids)), ids

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    query.change(lambda words: (draw_table(gate, words, 0), 0), [query], [table, page], **quiet)
    table.turn_page(list_page, [query], [table, page], **quiet)
    summarising: dict[str, Any] = {"concurrency_limit": 2, "concurrency_id": "ask", "api_visibility": "private"}
    table.summarise(summarise_one, None, [summary], show_progress="minimal", **summarising)
    table.pick(pick, None, [remove, picked], queue=False, **quiet)
    remove.click(
        lambda ids: (gr.Column(visible=bool(ids)), removal_html(_known(gate, ids))),
        [picked],
        [confirm, removing],
        **quiet,
    )
    keep.click(lambda: gr.Column(visible=False), None, [confirm], queue=False, **quiet)

    writing: dict[str, Any] = {
        "show_progress_on": report,
        "concurrency_limit": 1,
        "concurrency_id": "write",
        "api_visibility": "private",
    }
    changed = (
        add_files.click(add_uploaded, [files], [report, files], **writing),
        add_addresses.click(add_fetched, [addresses], [report, addresses], **writing),
        add_text.click(add_pasted, [text, title, publisher, date], [report, text, title], **writing),
        really.click(lambda ids: remove_articles(gate, ids), [picked], [report, confirm, remove, picked], **writing),
    )
    return ArticlesTab(query, table, page, changed)


def draw_table(gate: LibraryGate, words: str, page: int) -> str:
    """The list of the articles that match, from page ``page`` (from 0)."""
    library = gate.opened()
    if library is None:
        return message_html("The articles are listed here as soon as the library is open.")
    return table_html(matching(library.articles(), words), page, searched=bool(words.strip()))


def summarise(gate: LibraryGate, article_id: object) -> Iterator[str]:
    """The summary of one article as it grows, or why there is none."""
    if not is_article_id(article_id):
        yield message_html("This button belongs to no article.", error=True)
        return
    assert isinstance(article_id, str)
    try:
        yield message_html("Reading the article …")
        library = gate.library()
        article = library.article(article_id)
        summary = None
        for summary in library.summarize_stream([article_id]):
            yield summary_html(summary, article, whole=False)
        if summary is not None:
            yield summary_html(summary, article)
    except Exception as error:
        yield message_html(told(error, "The article could not be summarised"), error=True)


def _known(gate: LibraryGate, ids: Sequence[str]) -> list[Article]:
    wanted = set(ids)
    return [article for article in gate.library().articles() if article.id in wanted]


def remove_articles(gate: LibraryGate, ids: Sequence[str]) -> tuple[str, Any, Any, list[str]]:
    """Remove articles after they were confirmed; tells how it went."""
    try:
        removed = _writable(gate).remove([one for one in ids if is_article_id(one)])
        said = message_html(f"Removed {len(removed)} of {len(ids)} selected.")
    except Exception as error:
        said = message_html(told(error), error=True)
    return said, gr.Column(visible=False), gr.Button("Remove selected", interactive=False), []


def add(gate: LibraryGate, progress: gr.Progress, adder: Callable[[Library, Progress], AddReport]) -> tuple[str, bool]:
    """Run one way to add, showing its progress: the report as HTML, and whether everything was added."""

    def show(done: int, total: int | None, label: str) -> None:
        if gate.leaving:
            raise LibraryError("The page is being closed.", help_message="What was finished is kept.")
        counted = f"{done:,} of {total:,}" if total else f"{done:,} so far"
        progress((done, total), desc=f"{counted}. {source_name(label)}", unit="articles")

    try:
        progress(0, desc="Getting ready" if gate.opened() is None else "Reading")
        library = _writable(gate)
        report = adder(library, show)
        return report_html(report, {article.id: article for article in library.articles()}), not report.failed
    except Exception as error:
        return message_html(told(error), error=True), False


def _writable(gate: LibraryGate) -> Library:
    library = gate.library()
    if not library.writable:
        raise LibraryError(
            "Another program is writing to this library, so articles cannot be added or removed here.",
            help_message="Close it and start Whosaid again. Asking works meanwhile.",
        )
    return library


def upload(library: Library, progress: Progress, paths: Sequence[str] | None) -> AddReport:
    """Add uploaded files, then delete the copies Gradio made of them."""
    if not paths:
        raise SourceError("No file was chosen.", help_message="Drop files into the box above, then add them.")
    try:
        return library.add([Path(path) for path in paths], progress)
    finally:
        for path in paths:
            with contextlib.suppress(OSError):
                Path(path).unlink()


def fetch(library: Library, progress: Progress, written: str) -> AddReport:
    """Add web addresses, one a line. A path on this machine is none, whoever types it."""
    addresses = written.split()
    wrong = [address for address in addresses if not address.lower().startswith(("http://", "https://"))]
    if wrong or not addresses:
        told_wrong = f"{wrong[0][:80]!r} is no web address." if wrong else "No address was given."
        raise SourceError(told_wrong, help_message="An address begins with https:// or http://. Files go under Files.")
    return library.add(addresses, progress)


def paste(library: Library, progress: Progress, text: str, title: str, publisher: str, date: str | None) -> AddReport:
    """Add one pasted text as it is."""
    if not text.strip():
        raise SourceError("There is no text.", help_message="Paste the text of the article into the box above.")
    article = Article.from_text(
        text.strip().replace("\r\n", "\n"),
        title=title.strip() or None,
        source=publisher.strip() or None,
        date=read_day(date, "Date"),
    )
    return library.add_articles([article], progress)
