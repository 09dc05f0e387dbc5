"""The tab where one asks: filters, the conversation, the box for the question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from rag.errors import RagError
from rag.types import Filters
from ui.asking import read_answers
from ui.assets import BARE, script
from ui.conversation import Turn, dump_turns, history, load_turns
from ui.date_field import date_field, read_day
from ui.gate import LibraryGate, told
from ui.render import conversation_html
from ui.words import count

INTERRUPTED = "The page was left before the answer came. Ask again."
STOPPED = "Stopped before the answer was whole. Ask again to have it."
QUESTION_KEPT = 2_000
EVERYTHING = "All publishers"


@dataclass(frozen=True, slots=True)
class AskTab:
    """The components of the tab that the rest of the page fills."""

    stored: gr.BrowserState
    welcome: gr.HTML
    conversation: gr.HTML
    publisher: gr.Dropdown
    cleared: Any


def build_ask_tab(gate: LibraryGate) -> AskTab:
    """Lay out the tab and wire its events. Must be called inside ``gr.Blocks``."""
    # The secret only keeps the stored text out of plain sight; with a fixed one it can be read after a restart.
    stored = gr.BrowserState([], storage_key="whosaid-conversation", secret="whosaid")
    with gr.Row(elem_id="ask-tools"):
        with gr.Accordion("Filters", open=False, elem_id="filters") as filters, gr.Row():
            publisher = gr.Dropdown([EVERYTHING], value=EVERYTHING, label="Publisher", elem_id="publisher")
            since = date_field("From", "since")
            until = date_field("To", "until")
        clear = gr.Button("New conversation", size="sm", elem_id="clear", scale=0)
    welcome = gr.HTML(js_on_load=script("welcome.js"), elem_id="welcome", **BARE)
    conversation = gr.HTML(conversation_html([]), js_on_load=script("conversation.js"), elem_id="conversation", **BARE)
    with gr.Column(elem_id="ask-box"):
        question = gr.Textbox(
            "",
            show_label=False,
            label="Your question",
            placeholder="Ask who said what",
            lines=1,
            max_lines=6,
            submit_btn="Ask",
            elem_id="question",
            autofocus=True,
        )

    def ask(asked: str, data: object, source: str, first: str | None, last: str | None) -> Iterator[tuple[Any, ...]]:
        turns = load_turns(data)
        asked = asked.strip()
        if not asked:
            gr.Warning("Type a question first.")
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        # An error about a question that is far too long need not keep all of it.
        shown = asked[:QUESTION_KEPT]
        # What is stored now is what a reload in the middle of answering would show.
        interrupted = dump_turns([*turns, Turn(shown, error=INTERRUPTED)])
        gate.start()  # if the library could not be opened before, perhaps it can now
        for note in _until_ready(gate):
            yield stoppable(), conversation_html([*turns, Turn(shown)], note=note), interrupted, ""
        for turn in answer_turns(gate, asked, turns, source, first, last):
            if turn is None:  # lets a reader who has left be noticed
                yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
                continue
            drawn = conversation_html([*turns, turn])
            if turn.growing:
                yield gr.skip(), drawn, gr.skip(), ""
            else:
                yield askable(), drawn, dump_turns([*turns, turn]), ""

    def stop(data: object) -> tuple[Any, ...]:
        turns = load_turns(data)
        if turns and turns[-1].error == INTERRUPTED:
            turns[-1] = Turn(turns[-1].question, error=STOPPED)
        return askable(), conversation_html(turns), dump_turns(turns)

    def ask_example(
        event: gr.EventData, data: object, source: str, first: str | None, last: str | None
    ) -> Iterator[tuple[Any, ...]]:
        yield from ask(str(getattr(event, "question", "")), data, source, first, last)

    asking: dict[str, Any] = {
        "outputs": [question, conversation, stored, welcome],
        "show_progress": "hidden",
        "concurrency_limit": 2,
        "concurrency_id": "ask",
        "api_visibility": "private",
    }
    asked_now = question.submit(ask, [question, stored, publisher, since, until], **asking)
    example_now = welcome.example(ask_example, [stored, publisher, since, until], **asking)
    question.stop(
        stop,
        [stored],
        [question, conversation, stored],
        cancels=[asked_now, example_now],
        show_progress="hidden",
        queue=False,
        api_visibility="private",
    )
    cleared = clear.click(
        lambda: ([], conversation_html([])),
        outputs=[stored, conversation],
        show_progress="hidden",
        queue=False,
        api_visibility="private",
    )
    gr.on(
        [publisher.change, since.change, until.change],
        lambda *chosen: gr.Accordion(label=filters_label(*chosen)),
        inputs=[publisher, since, until],
        outputs=[filters],
        show_progress="hidden",
        queue=False,
        api_visibility="private",
    )
    return AskTab(stored, welcome, conversation, publisher, cleared)


def stoppable() -> gr.Textbox:
    """The box for the question while an answer is on its way: empty, and its button stops that."""
    return gr.Textbox("", submit_btn=False, stop_btn="Stop")


def askable() -> gr.Textbox:
    """The box for the question, whatever has been typed into it, with the button that asks."""
    return gr.Textbox(submit_btn="Ask", stop_btn=False)


def _until_ready(gate: LibraryGate) -> Iterator[str]:
    """What to tell while waiting: a note at once, another when it changes; ends when asking is possible."""
    told_last = ""
    ready = gate.wait_ready(0)
    while True:
        note = "Searching the articles …" if ready else "Getting ready: loading the search model …"
        if note != told_last:
            yield note
        if ready:
            return
        told_last, ready = note, gate.wait_ready(1.0)


def answer_turns(
    gate: LibraryGate,
    asked: str,
    turns: Sequence[Turn],
    source: str | None,
    since: str | None,
    until: str | None,
) -> Iterator[Turn | None]:
    """Ask the library: the turn as it grows, the last of them whole. Whatever goes wrong is an error that says so.

    None comes between them while there is nothing new.
    """
    try:
        filters = Filters(
            source=None if source in (None, "", EVERYTHING) else source,
            since=read_day(since, "From"),
            until=read_day(until, "To"),
        )
        library, last = gate.library(), None
        for answer in read_answers(lambda: library.ask_stream(asked, history=history(turns), filters=filters)):
            last = answer or last
            if answer is None:
                yield None
            elif answer.model:  # the others give theirs whole
                yield Turn(asked, answer=answer, growing=True)
        yield Turn(asked, answer=last)
    except RagError as error:
        yield Turn(asked[:QUESTION_KEPT], error=str(error))
    except Exception as error:
        yield Turn(asked[:QUESTION_KEPT], error=told(error, "The question could not be answered"))


def filters_label(source: str | None, since: str | None, until: str | None) -> str:
    """``Filters``, with what is set, so that it shows while they are folded away."""
    chosen = [
        source if source not in (None, "", EVERYTHING) else "",
        since and f"from {since}",
        until and f"to {until}",
    ]
    words = [part for part in chosen if part]
    return f"{count(len(words), 'filter')}: {', '.join(words)}" if words else "Filters"
