"""The page: header, the three tabs, the source panel beside them, and what keeps them in step with the library."""

from __future__ import annotations

from typing import Any

import gradio as gr

from rag.errors import NotFoundError
from rag.types import Filters
from ui.articles_tab import build_articles_tab, draw_table, summarise
from ui.ask_tab import EVERYTHING, build_ask_tab
from ui.assets import BARE, script
from ui.conversation import load_turns
from ui.examples import welcome_html
from ui.gate import LibraryGate, told
from ui.model_desk import ModelDesk
from ui.model_tab import build_model_tab
from ui.reference import parse_reference
from ui.render import conversation_html
from ui.source_view import EMPTY, notice_html, source_html
from ui.words import count, escape, period

NAME = "Whosaid"
_PANEL = '<button type="button" class="source-close" aria-label="Close the source">Close</button>${value}'


def create_page(gate: LibraryGate, desk: ModelDesk) -> gr.Blocks:
    """The page over the library behind ``gate``, with the models of ``desk``."""
    page: gr.Blocks
    with gr.Blocks(title=NAME, analytics_enabled=False, delete_cache=(3600, 3600), fill_width=True) as page:
        header = gr.HTML(header_html(gate), elem_id="header", **BARE)
        status = gr.HTML(status_html(gate), elem_id="status", **BARE)
        with gr.Row(elem_id="layout"):
            with gr.Column(elem_id="main"), gr.Tabs(elem_id="tabs"):
                with gr.Tab("Ask", elem_id="ask-tab"):
                    ask = build_ask_tab(gate)
                with gr.Tab("Articles", elem_id="articles-tab"):
                    articles = build_articles_tab(gate)
                with gr.Tab("Model", elem_id="model-tab"):
                    model_outputs, draw_model = build_model_tab(desk)

            def read_source(reference: object) -> str:
                return read_source_html(gate, reference)

            def read_summary(article_id: object) -> str:
                *_, last = summarise(gate, article_id)
                return last

            gr.HTML(
                EMPTY,
                html_template=_PANEL,
                js_on_load=script("source_panel.js"),
                server_functions=[read_source, read_summary],
                elem_id="source-panel",
                **BARE,
            )
        timer = gr.Timer(1.0)

        def refresh(data: object, chosen: str | None, words: str, number: int) -> tuple[Any, ...]:
            timed = gr.Timer(active=gate.stage in ("opening", "warming"))
            try:
                table = draw_table(gate, words, number)
                return (
                    header_html(gate),
                    status_html(gate),
                    _welcome(gate, data),
                    _publishers(gate, chosen),
                    table,
                    timed,
                )
            except Exception as error:
                skipped = gr.skip()
                return skipped, error_status_html(told(error)), skipped, skipped, skipped, timed

        def load(data: object, chosen: str | None, words: str, number: int) -> tuple[Any, ...]:
            gate.start()  # after a failure, a reload tries again
            return conversation_html(load_turns(data)), *refresh(data, chosen, words, number)

        inputs = [ask.stored, ask.publisher, articles.query, articles.page]
        outputs = [header, status, ask.welcome, ask.publisher, articles.table, timer]
        wiring: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": 4}
        page.load(load, inputs, [ask.conversation, *outputs], **wiring)
        page.load(draw_model, None, model_outputs, **wiring)
        timer.tick(refresh, inputs, outputs, **wiring)
        for event in (*articles.changed, ask.cleared):
            event.then(refresh, inputs, outputs, **wiring)
    return page


def header_html(gate: LibraryGate) -> str:
    """The name, and how many articles of which dates are searched."""
    library = gate.opened()
    searched = library.searched(Filters()) if library is not None else None
    scope = ""
    if searched is not None:
        parts = (count(searched.articles, "article"), period(searched))
        scope = f'<p class="scope">{escape(" · ".join(part for part in parts if part))}</p>'
    return f'<div class="masthead"><h1>{NAME}</h1><p class="claim">Who said what, with the proof</p>{scope}</div>'


def status_html(gate: LibraryGate) -> str:
    """What is being got ready, what went wrong with it, or that articles can be read again; empty when all is well."""
    if gate.error:
        return error_status_html(gate.error)
    notes = {
        "closed": "Getting ready: opening the library …",
        "opening": "Getting ready: opening the library …",
        "warming": "Getting ready: loading the search model … You can ask already; the answer comes when it is loaded.",
    }
    note = notes.get(gate.stage)
    library = gate.opened()
    if note is None and library is not None and not library.writable:
        note = "Another program is writing to this library: asking works, adding and removing do not."
    if note is None and library is not None and (older := library.coverage().told_outdated):
        return f'<p class="status is-quiet" role="status">{escape(older)}</p>'
    return f'<p class="status" role="status">{escape(note)}</p>' if note else ""


def error_status_html(line: str) -> str:
    """A failure of the whole page, in the place of the status."""
    return f'<p class="status is-error" role="alert">{escape(line)}</p>'


def _welcome(gate: LibraryGate, data: object) -> str:
    library = gate.opened()
    if library is None or load_turns(data):
        return ""
    return welcome_html(library.articles())


def _publishers(gate: LibraryGate, chosen: str | None) -> Any:
    library = gate.opened()
    if library is None:
        return gr.skip()
    known = [EVERYTHING, *library.sources()]
    return gr.Dropdown(choices=known, value=chosen if chosen in known else EVERYTHING)


def read_source_html(gate: LibraryGate, reference: object) -> str:
    """What the source panel shows for a citation link: the article, or why it cannot be shown."""
    cited = parse_reference(reference)
    if cited is None:
        return notice_html("This link is no citation", "Choose a number at the end of a sentence.", error=True)
    try:
        library = gate.library(timeout=60)
        article = library.article(cited.article_id)
        current = library.searched(Filters(article_ids=[article.id])).articles == 1
        return source_html(article, cited, current=current)
    except NotFoundError:
        return notice_html("This article is gone", "It was removed from the library after the answer was given.")
    except ValueError:
        return notice_html("This link does not fit the article", "It points outside of its text.", error=True)
    except Exception as error:
        return notice_html("The article could not be opened", told(error), error=True)
