"""What the parts of the page share: the style sheet and scripts, read once, and the look of bare HTML."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

BARE: dict[str, Any] = {"apply_default_css": False, "elem_classes": ["bare"]}
"""How every ``gr.HTML`` of the page is made: without the frame and the prose style that Gradio gives it."""


@cache
def script(name: str) -> str:
    """The text of a script or style sheet of this package."""
    return files("ui").joinpath(name).read_text(encoding="utf-8")
