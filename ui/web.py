"""The web application: the Gradio page behind its guard, over a library that it opens and closes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import gradio as gr
from fastapi import FastAPI

from rag.settings import Settings
from ui.app import create_page
from ui.assets import script
from ui.gate import LibraryGate
from ui.guard import Guard, is_loopback
from ui.model_desk import ModelDesk
from ui.theme import theme

if TYPE_CHECKING:
    from rag.library import Library

MAX_FILE_SIZE = "100mb"


def create_app(library_opener: Callable[[], Library], settings: Settings) -> FastAPI:
    """The application. The library is opened in the background once it serves, and closed when it stops."""
    gate = LibraryGate(library_opener)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        gate.start()
        try:
            yield
        finally:
            gate.close()

    no_docs = {"docs_url": None, "redoc_url": None, "openapi_url": None}
    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, local=is_loopback(settings.host))
    page = create_page(gate, ModelDesk(gate, settings)).queue(default_concurrency_limit=2)
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        page,
        path="/",
        app_kwargs=no_docs,
        theme=theme(),
        # As `css` Gradio would rewrite every selector, and break those that hold a comma.
        head=f"<style>{script('style.css')}</style>",
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        max_file_size=MAX_FILE_SIZE,
        show_error=True,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
    )
    return mounted
