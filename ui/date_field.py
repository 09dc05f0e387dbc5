"""A date to choose or type, as the browser's own date box: Gradio's drops what it cannot read without a word."""

from __future__ import annotations

import datetime as dt

import gradio as gr

from rag.errors import QuestionError
from ui.assets import BARE, script
from ui.words import escape


def date_field(label: str, elem_id: str) -> gr.HTML:
    """The field; its value is an ISO date, an empty text, or the word "unfinished"."""
    return gr.HTML(
        "",
        html_template=f'<label class="date-field"><span>{escape(label)}</span><input type="date"></label>',
        js_on_load=script("date_field.js"),
        elem_id=elem_id,
        **BARE,
    )


def read_day(written: object, what: str) -> dt.date | None:
    """The day chosen in a field called ``what``; None for nothing. Raises QuestionError for anything else."""
    if written is None or written == "":
        return None
    try:
        return dt.date.fromisoformat(str(written))
    except ValueError:
        raise QuestionError(
            f"“{what}” holds no whole date.", help_message="Write day, month and year, or clear the field."
        ) from None
