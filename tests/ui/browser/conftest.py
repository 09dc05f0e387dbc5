"""One browser and one site for all tests in a browser: the program as a person starts it, with the real models."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from rag.llm import ChatModel
from tests.ui.browser.acting import (
    CLOSED,
    FIRST,
    HIT,
    HOSTILE,
    LEFT,
    PASTED,
    PAUSE,
    POTTERS,
    SEEDS,
    WAIT,
    Site,
    choose_engine,
    fill,
    upload,
)

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SERVE = (
    "import sys; from pathlib import Path; from rag.settings import Settings; from ui.serve import serve; "
    "serve(Settings(library=Path(sys.argv[1]), port=0), open_browser=False)"
)
# What Gradio itself complains of when a page that listens to the server is left.
LEAVING = re.compile(r"AbortError: signal is aborted|errored out")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        told = "Chromium is not installed: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


def write_of_the_kiln(handler: Any) -> None:
    """A model's reply about the kiln: a sentence that its passage bears out, and one that it does not.

    Asked about the potters it goes on for half a minute.
    """
    if POTTERS in handler.asked["messages"][-1]["content"]:
        try:
            handler.say(*["word "] * 600, pause=0.05)
        except OSError:
            LEFT.set()
        return
    PAUSE.wait(60)
    number = re.search(r"\[(\d+)\][^\n]*kiln at Ulmhaven burned", handler.asked["messages"][-1]["content"])[1]
    handler.say(
        f"Ida Brandt said the kiln at Ulmhaven burned for nine days [{number}]. ",
        f"Ida Brandt said the kiln at Ulmhaven burned for twelve days [{number}].",
    )


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, serve_all: Callable[..., ChatModel]) -> Iterator[Site]:
    """The program as a person starts it, over an empty library, with a scripted model in the settings."""
    folder = tmp_path_factory.mktemp("whosaid")
    model = serve_all(write_of_the_kiln)
    settings = {
        "WHOSAID_MODEL": model.name,
        "WHOSAID_MODEL_URL": str(model.url),
        "WHOSAID_MODELS": str(folder / "models"),
    }
    began = time.monotonic()
    program = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(folder / "library")],
        cwd=SEEDS.parent,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **settings, "GRADIO_TEMP_DIR": str(folder / "uploads")},
    )
    assert program.stderr is not None
    line = program.stderr.readline()
    address = re.search(r"http://\S+", line)
    assert address, line
    threading.Thread(target=program.stderr.read, daemon=True).start()  # or a full pipe would stop the program
    with urllib.request.urlopen(address.group(), timeout=20) as reply:
        first = reply.read()
    yield Site(address.group(), first, time.monotonic() - began)
    program.terminate()
    program.wait(20)


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One for all tests, so that the files of the page are fetched once."""
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(WAIT)
    yield context
    context.close()


@pytest.fixture
def visit(context: BrowserContext, site: Site) -> Iterator[Callable[..., Page]]:
    """Opens the page as a new reader; at the end nothing may have failed, run, or gone anywhere else."""
    troubles: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: troubles.append(request.url) if _is_foreign(request.url, site) else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: troubles.append(dialog.message))
    page.on("console", lambda told: troubles.append(told.text) if told.type == "error" else None)

    def visit(width: int = 1400, height: int = 900, dark: bool = False) -> Page:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.goto(site.address + "/robots.txt")  # an address of the site, to forget what another test asked
        page.evaluate("localStorage.clear()")
        page.goto(site.address)
        page.locator("#question textarea").wait_for()
        return page

    yield visit
    assert page.evaluate("window.hit") is None
    page.close()
    assert [trouble for trouble in troubles if not LEAVING.search(trouble)] == []


def _is_foreign(url: str, site: Site) -> bool:
    return not url.startswith((site.address, "data:", "blob:"))


@pytest.fixture(scope="session")
def filled(context: BrowserContext, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site with articles, all of them added through the page."""
    page = context.new_page()
    page.goto(site.address)
    expect(page.locator("#welcome")).to_contain_text("No articles yet", timeout=WAIT)
    hostile = {"title": HOSTILE, "author": HOSTILE, "source": HOSTILE, "url": f"javascript:{HIT}", "text": HOSTILE}
    folder = tmp_path_factory.mktemp("files")
    dump, empty = folder / "one.jsonl", folder / "empty.txt"
    dump.write_text(json.dumps(hostile))
    empty.touch()
    upload(page, FIRST, CLOSED, dump, empty)
    expect(page.locator("#report")).to_contain_text("Added: 3 articles", timeout=WAIT)
    expect(page.locator("#report")).to_contain_text("Not added: 1 source")
    expect(page.locator("#report .is-failed")).to_contain_text("empty.txt")

    page.get_by_role("tab", name="Paste a text").locator("visible=true").click()
    fill(page, "#paste-title input, #paste-title textarea", "A kiln burns on")
    fill(page, "#paste-publisher input, #paste-publisher textarea", "Clay Weekly")
    fill(page, "#paste-date input", "2031-05-02")
    fill(page, "#paste-text textarea", PASTED)
    page.locator("#add-text").click()
    expect(page.locator("#report")).to_contain_text("Added: 1 article", timeout=WAIT)
    expect(page.locator(".masthead .scope")).to_contain_text("4 articles · 17 Nov 2024 – 2 May 2031")
    expect(page.locator("#articles tbody tr")).to_have_count(4)
    expect(page.locator("#articles tbody tr").first).to_contain_text("Clay Weekly")
    choose_engine(page, "The articles' own sentences")
    page.close()
    return site
