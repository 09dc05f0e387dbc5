"""What a reader does on the page, and what there is to read: for the tests in a real browser."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Locator, Page, expect

SEEDS = Path(__file__).parents[3] / "seeds"
FIRST = SEEDS / "2024-11-17-sample-newswire-scholz-putin.txt"
CLOSED = SEEDS / "2026-03-04-harbour-gazette-bridge-closed.txt"
CLOSED_UPDATE = SEEDS / "2026-03-05-harbour-gazette-bridge-closed-update.txt"
VOTE = SEEDS / "2025-12-04-eskerby-courier-strike-vote.txt"

PASTED = (
    "The potters of Ulmhaven met on Monday in the old customs house.\n\n"
    "The kiln at Ulmhaven burned for nine days & nights, potter Ida Brandt said.\n\n"
    "Nobody expects a second firing before the autumn."
)
PAUSE = threading.Event()
"""Until it is set, the scripted model says nothing."""
LEFT = threading.Event()
"""Set when the page no longer listens to the scripted model."""
POTTERS = "Where did the potters of Ulmhaven meet?"
KILN = "How long did the kiln at Ulmhaven burn?"
HIT = "window.hit=1"
HOSTILE = (
    f"The lantern <img src=x onerror={HIT}> of Osterby <script>{HIT}</script> was lit at dusk by ${{{HIT}}} {{{{{HIT}}}}} "
    f"[keeper](javascript:{HIT}) \"Tove\" 'Lund'."
)
WAIT = 120_000  # milliseconds; the first answer waits for the models


class Site(NamedTuple):
    address: str
    first_reply: bytes
    seconds: float
    """From starting the program to the first reply."""


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).locator("visible=true").click()


def settle(page: Page) -> None:
    """Give the page the frames it needs to take notice: a program is faster than anybody's hands."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def fill(page: Page, field: str, text: str) -> None:
    """Type, and see that it stands there."""
    page.locator(field).fill(text)
    settle(page)
    expect(page.locator(field)).to_have_value(text)


def upload(page: Page, *files: Path) -> None:
    open_tab(page, "Articles")
    page.locator("#articles-tab input[type=file]").set_input_files(files)
    page.locator("#articles-tab .file-preview").wait_for()
    page.locator("#add-files").click()


def ask(page: Page, question: str) -> None:
    """Ask, and wait for what comes of it."""
    done = page.locator(".turn .answer:not(.is-pending)")
    before, turns = done.count(), page.locator(".turn").count()
    settle(page)
    fill(page, "#question textarea", question)
    page.locator("#question textarea").press("Enter")
    try:
        expect(page.locator(".turn")).to_have_count(turns + 1, timeout=15_000)
    except AssertionError:  # on a busy machine the page may still be taking note of a stop: whoever asks presses again
        page.locator("#question textarea").press("Enter")
    expect(done).to_have_count(before + 1, timeout=WAIT)


def choose_engine(page: Page, name: str, told: str = "the articles’ own sentences") -> None:
    open_tab(page, "Model")
    expect(page.get_by_label(name, exact=True)).to_be_enabled(timeout=WAIT)  # the page has been told what can answer
    settle(page)
    page.get_by_label(name, exact=True).check()
    expect(page.locator("#model-state")).to_contain_text(f"From now on answers are {told}.", timeout=WAIT)
    open_tab(page, "Ask")


def kiln_citation(page: Page) -> Locator:
    """The citation of the sentence about the kiln, in the first answer that has it."""
    return page.locator(".answer-text .sentence", has_text="nine days & nights").first.locator("a.cite").first


def expect_kiln_opened(page: Page) -> None:
    panel = page.locator("#source-panel")
    expect(panel.locator("#source-title")).to_have_text("A kiln burns on")
    expect(panel.locator(".source-kicker")).to_have_text("Clay Weekly · 2 May 2031")
    expect(panel.locator("mark")).to_have_text(PASTED.split("\n\n")[1])
    expect(panel.locator("p.cited")).to_have_attribute("data-number", "2")
    expect(panel.locator("mark")).to_be_in_viewport()
    assert [" ".join(text.split()) for text in panel.locator(".source-text p").all_text_contents()] == PASTED.split(
        "\n\n"
    )
