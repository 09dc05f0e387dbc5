"""The tab where one chooses what writes the answers, and brings or removes a local model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from rag.local_models import LocalModel
from ui.assets import BARE
from ui.model_desk import NO_MODEL, ModelDesk
from ui.words import escape

ABOUT = (
    "<p>Without a model, Whosaid answers in the articles’ own sentences: exact, fast, and good on its own. With one, it "
    "writes more fluently, from the same paragraphs; every sentence is checked against what it cites, and one that does "
    "not hold is left out.</p>"
)
PRIVATE = "<p>A local model runs on this machine: nothing leaves it.</p>"


def build_model_tab(desk: ModelDesk) -> tuple[list[Any], Any]:
    """Lay out the tab and wire its events; gives its outputs and the function that draws them, for loading the page."""
    gr.HTML(
        f'<h2 class="tab-heading">Who writes the answers</h2><div class="model-about">{ABOUT}{PRIVATE}</div>', **BARE
    )
    choice = gr.Radio(desk.choices(), value=desk.choice, label="Answers are", interactive=False, elem_id="engine")
    state = gr.HTML(model_html(desk), elem_id="model-state", **BARE)
    with gr.Row(elem_id="model-tools"):
        get = gr.Button("Get the local model", elem_id="model-get", scale=0)
        stop = gr.Button("Stop", elem_id="model-stop", visible=False, scale=0)
        remove = gr.Button("Remove the local model", elem_id="model-remove", visible=False, scale=0)
        really = gr.Button("Delete it", elem_id="model-really", variant="stop", visible=False, scale=0)
        keep = gr.Button("Keep it", elem_id="model-keep", visible=False, scale=0)
    named = gr.State("")  # the model that this reader is asked about: another may be the first one by then
    timer = gr.Timer(0.5, active=False)
    outputs = [choice, state, get, stop, remove, really, keep, named, timer]

    def draw(asked: str = "") -> tuple[Any, ...]:
        busy, here, offered = desk.fetching is not None, desk.models(), desk.offered
        size = f" ({offered.size / 1e9:.1f} GB)" if offered else ""
        return (
            gr.Radio(choices=desk.choices(), value=desk.choice, interactive=True),  # a click before this would be lost
            model_html(desk),
            gr.Button(f"Get the local model{size}", visible=bool(offered) and not busy),
            gr.Button(visible=busy),
            gr.Button(f"Remove {here[0].name}" if here else "Remove", visible=bool(here) and not busy and not asked),
            gr.Button(_delete(asked, here), visible=bool(asked)),
            gr.Button(visible=bool(asked)),
            asked,
            gr.Timer(active=busy),
        )

    def choose(name: str) -> tuple[Any, ...]:
        if name != desk.choice:
            desk.choose(name or NO_MODEL)
        return draw()

    def start() -> tuple[Any, ...]:
        desk.get()
        return draw()

    def halt() -> tuple[Any, ...]:
        desk.stop()
        return draw()

    def ask() -> tuple[Any, ...]:
        here = desk.models()
        return draw(here[0].name if here else "")

    def drop(name: str) -> tuple[Any, ...]:
        if name:
            desk.remove(name)
        return draw()

    wiring: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    choice.input(choose, [choice], outputs, **wiring)
    get.click(start, None, outputs, **wiring)
    stop.click(halt, None, outputs, **wiring)
    remove.click(ask, None, outputs, **wiring)
    really.click(drop, [named], outputs, **wiring)
    keep.click(lambda: draw(), None, outputs, **wiring)
    timer.tick(draw, [named], outputs, **wiring)
    return outputs, draw


def _delete(name: str, here: Sequence[LocalModel]) -> str:
    """What a click deletes for good."""
    size = next((f" ({one.size / 1e9:.1f} GB)" for one in here if one.name == name), "")
    return f"Delete {name}{size} for good"


def model_html(desk: ModelDesk) -> str:
    """How far a model is that is being brought, or what there is to say."""
    if fetching := desk.fetching:
        total = fetching.total or 0
        share = f"{100 * fetching.done / total:.0f} %" if total else ""
        bar = f'<progress max="{total or 1}" value="{fetching.done if total else 0}" aria-label="Progress"></progress>'
        told = f"{fetching.done / 1e9:.2f} of {total / 1e9:.2f} GB, {share}. {fetching.label}"
        return f'<div class="model-fetching" role="status">{bar}<p>{escape(told)}</p></div>'
    if desk.said:
        kind = " is-error" if desk.failed else ""
        return f'<div class="report{kind}" role="status"><p>{escape(desk.said)}</p></div>'
    return ""
