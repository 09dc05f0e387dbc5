"""The page: a Gradio chat over a library, with the cited article beside it. The only package that imports gradio.

Gradio reads these variables when it is imported, so they are set before any module of this package can do that:
nothing about the use of the page leaves the machine.
"""

from __future__ import annotations

import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
