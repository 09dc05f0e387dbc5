"""The whole way in a real browser, with the real library and the real models: add, ask, open the cited paragraph."""

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
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from rag.llm import ChatModel

SEEDS = Path(__file__).parents[2] / "seeds"
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
WAIT = 120_000  # milliseconds; the first answer waits for the models


class Site(NamedTuple):
    address: str
    first_reply: bytes
    seconds: float
    """From starting the program to the first reply."""


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., ChatModel]) -> Iterator[Site]:
    """The program as a person starts it, over an empty library, with a scripted model in the settings."""
    folder = tmp_path_factory.mktemp("whosaid")
    model = serve(write_of_the_kiln)
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


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
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
    upload(page, FIRST, CLOSED, VOTE, dump, empty)
    expect(page.locator("#report")).to_contain_text("Added: 4 articles", timeout=WAIT)
    expect(page.locator("#report")).to_contain_text("Not added: 1 source")
    expect(page.locator("#report .is-failed")).to_contain_text("empty.txt")

    page.get_by_role("tab", name="Paste a text").locator("visible=true").click()
    fill(page, "#paste-title input, #paste-title textarea", "A kiln burns on")
    fill(page, "#paste-publisher input, #paste-publisher textarea", "Clay Weekly")
    fill(page, "#paste-date input", "2031-05-02")
    fill(page, "#paste-text textarea", PASTED)
    page.locator("#add-text").click()
    expect(page.locator("#report")).to_contain_text("Added: 1 article", timeout=WAIT)
    expect(page.locator(".masthead .scope")).to_contain_text("5 articles · 17 Nov 2024 – 2 May 2031")
    expect(page.locator("#articles tbody tr")).to_have_count(5)
    expect(page.locator("#articles tbody tr").first).to_contain_text("Clay Weekly")
    choose_engine(page, "The articles' own sentences")
    page.close()
    return site


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


def kiln_citation(page: Page):
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


def test_the_port_answers_before_anything_is_loaded(site: Site):
    assert b"Whosaid is starting" in site.first_reply
    assert site.seconds < 15  # seconds; under three when the machine has nothing else to do


def test_a_citation_opens_its_paragraph_and_stays_right(filled: Site, visit):
    page = visit()
    ask(page, KILN)
    link = kiln_citation(page)
    expect(link).to_have_attribute("title", "Clay Weekly, 2 May 2031, paragraph 2")
    reference = link.get_attribute("href")
    link.click()
    expect_kiln_opened(page)
    assert page.url.endswith(reference)

    # A follow-up, and citations of other articles, leave it as it was.
    ask(page, "When had Scholz and Putin last talked before?")
    sentence = page.locator(".turn").nth(1).locator(".answer-text .sentence").first
    sentence.locator("a.cite").first.click()
    expect(page.locator("#source-title")).to_have_text(re.compile("Scholz"))
    words = sentence.evaluate("node => node.textContent.slice(0, -node.querySelector('.cites').textContent.length)")
    expect(page.locator("#source-panel mark")).to_have_text(words.strip().rstrip("\N{WORD JOINER}"))
    expect(page.locator("#source-panel mark")).to_be_in_viewport()
    assert kiln_citation(page).get_attribute("href") == reference
    kiln_citation(page).click()
    expect_kiln_opened(page)

    # A reload keeps the conversation and reopens what the address names.
    page.reload()
    expect(page.locator(".turn")).to_have_count(2, timeout=WAIT)
    expect_kiln_opened(page)
    page.locator("#source-panel .source-close").click()
    expect(page.locator("#source-panel mark")).to_have_count(0)
    assert "#" not in page.url
    kiln_citation(page).click()
    expect_kiln_opened(page)
    page.go_back()
    expect(page.locator("#source-panel mark")).to_have_count(0)

    page.locator("#clear").click()
    expect(page.locator(".turn")).to_have_count(0)
    page.reload()
    expect(page.locator(".welcome")).to_be_visible(timeout=WAIT)
    expect(page.locator(".turn")).to_have_count(0)


def test_who_he_is_opens_where_he_is_named(filled: Site, visit):
    page = visit()
    ask(page, "List all quotes by Olaf Scholz")
    link = page.locator(".told-how a.cite", has_text="named in paragraph").first
    expect(link).to_be_visible()
    told = re.search(r"named in paragraph (\d+)", link.text_content())
    link.click()
    expect(page.locator("#source-panel mark")).to_have_text("Olaf Scholz")
    expect(page.locator("#source-panel mark")).to_be_in_viewport()
    expect(page.locator("#source-panel p.cited")).to_have_attribute("data-number", told[1])


def test_a_model_writes_what_the_article_bears_out(filled: Site, visit):
    page = visit()
    choose_engine(page, "Written by openai:scripted", "written by openai:scripted")
    PAUSE.clear()
    page.locator("#question textarea").fill(KILN)
    page.locator("#question textarea").press("Enter")
    turn = page.locator(".turn").first
    expect(turn).to_contain_text("nine days & nights")  # the evidence is there before the model has said a word
    expect(turn.locator(".is-pending")).to_be_visible()
    PAUSE.set()
    expect(turn.locator(".is-pending")).to_have_count(0, timeout=WAIT)
    written = turn.locator(".answer-lead .sentence")
    expect(written).to_have_count(1)
    expect(written).to_contain_text("Ida Brandt said the kiln at Ulmhaven burned for nine days")
    expect(turn.locator(".answer-foot")).to_contain_text("Written by openai:scripted, every sentence checked")
    expect(turn.locator(".answer-notice")).to_contain_text("1 sentence of the model left out")
    expect(turn).not_to_contain_text("twelve days.")
    written.locator("a.cite").first.click()
    expect_kiln_opened(page)

    # An answer that is on its way can be stopped.
    PAUSE.clear()
    page.locator("#question textarea").fill(KILN)
    page.locator("#question textarea").press("Enter")
    page.locator("#question .stop-button").click()
    expect(page.locator(".turn").nth(1)).to_contain_text("Stopped before the answer was whole")
    expect(page.locator("#question .submit-button")).to_be_visible()
    PAUSE.set()
    choose_engine(page, "The articles' own sentences")
    ask(page, KILN)
    expect(page.locator(".turn").nth(2).locator(".answer-foot")).to_contain_text("In the articles’ own sentences")


@pytest.mark.parametrize("leave", [False, True])
def test_a_model_writes_no_longer_than_somebody_waits(filled: Site, visit, browser: Browser, leave: bool):
    page = visit()
    choose_engine(page, "Written by openai:scripted", "written by openai:scripted")
    LEFT.clear()
    other = browser.new_context()
    reader = other.new_page() if leave else page
    reader.goto(filled.address)
    reader.locator("#question textarea").fill(POTTERS)
    reader.locator("#question textarea").press("Enter")
    expect(reader.locator(".turn")).to_contain_text("old customs house", timeout=WAIT)
    if leave:
        reader.close()
    else:
        page.locator("#question .stop-button").click()
    assert LEFT.wait(60)
    other.close()
    choose_engine(page, "The articles' own sentences")


def test_an_article_is_summarised_in_the_list_and_beside_the_source(filled: Site, visit):
    page = visit()
    page.get_by_role("tab", name="Articles").click()
    page.get_by_role("button", name="Summarise: A kiln burns on").click()
    summary = page.locator("#summary .summary")
    expect(summary.locator(".sentence", has_text="nine days & nights")).to_be_visible(timeout=WAIT)
    summary.locator(".sentence", has_text="nine days & nights").locator("a.cite").click()
    expect_kiln_opened(page)
    page.locator("#source-panel button.summarise").click()
    expect(page.locator("#source-panel .source-summary .sentence").first).to_be_visible(timeout=WAIT)


def test_the_keyboard_is_enough(filled: Site, visit):
    page = visit()
    page.locator("#question textarea").press_sequentially(KILN)
    page.keyboard.press("Enter")
    kiln_citation(page).wait_for()
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if kiln_citation(page).evaluate("node => node === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect_kiln_opened(page)
    expect(page.locator("#source-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#source-panel mark")).to_have_count(0)
    expect(kiln_citation(page)).to_be_focused()


def test_a_phone_shows_the_source_as_a_sheet(filled: Site, visit):
    page = visit(width=390, height=844)
    no_sideways = "document.documentElement.scrollWidth <= innerWidth"
    example = page.locator("button.example").first
    expect(example).to_have_text("What did Olaf Scholz tell Putin?")
    assert page.evaluate(no_sideways)
    expect(page.locator("#source-panel")).not_to_be_in_viewport()
    example.click()
    expect(page.locator(".turn .answer:not(.is-pending)")).to_have_count(1, timeout=WAIT)
    expect(page.locator(".question")).to_have_text("What did Olaf Scholz tell Putin?")
    expect(page.locator(".welcome")).to_have_count(0)
    ask(page, KILN)
    assert page.evaluate(no_sideways)
    boxes = [link.bounding_box() for link in page.locator(".turn .answer a.cite").locator("visible=true").all()]
    assert boxes
    assert min(side for box in boxes for side in (box["width"], box["height"])) >= 24  # pixels, for a finger
    kiln_citation(page).click()
    expect_kiln_opened(page)
    box = page.locator("#source-panel").bounding_box()
    assert (box["x"], box["width"]) == (0, 390)
    assert page.evaluate(no_sideways)
    page.locator("#source-panel .source-close").click()
    expect(page.locator("#source-panel")).not_to_be_in_viewport()
    expect(page.locator("#question textarea")).to_be_in_viewport()
    open_tab(page, "Articles")
    expect(page.locator("#articles tbody tr").first).to_be_visible()
    assert page.evaluate(no_sideways)


CONTRAST = """
(selector) => {
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const level = part / 255;
      return level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const node = document.querySelector(selector);
  let behind = node;
  while (behind && /rgba\\(.*, 0\\)|transparent/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
  const front = luminance(getComputedStyle(node).color);
  const back = luminance(getComputedStyle(behind).backgroundColor);
  return (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
}
"""
SEEN = [
    *(".masthead .scope", ".answer-text .sentence", ".answer-text a.cite", ".proof", ".told-by", ".source-where"),
    *(".source-row .title-link", ".source-cite", ".source-marker"),
    *(".answer-foot", "#source-panel mark", ".source-kicker", ".source-text p", ".source-close"),
    *("#question textarea", "#question .submit-button", "#clear", "#tabs button.selected"),
]


@pytest.mark.parametrize("dark", [False, True])
def test_light_and_dark_can_be_read(filled: Site, visit, dark: bool):
    page = visit(dark=dark)
    ask(page, KILN)
    kiln_citation(page).click()
    expect_kiln_opened(page)
    page.mouse.move(2, 2)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(int(part) for part in re.findall(r"\d+", paper)[:3]) < 120) == dark
    poor = {selector: contrast for selector in SEEN if (contrast := page.evaluate(CONTRAST, selector)) < 4.5}
    assert poor == {}


def test_no_text_of_an_article_runs(filled: Site, visit):
    page = visit()
    ask(page, "Who lit the lantern of Osterby at dusk?")
    sentence = page.locator(".answer-text .sentence", has_text="Osterby").first
    expect(sentence).to_contain_text(f"<script>{HIT}</script>")
    sentence.locator("a.cite").first.click()
    panel = page.locator("#source-panel")
    expect(panel.locator("mark")).to_contain_text(f"${{{HIT}}} {{{{{HIT}}}}}")
    assert panel.locator(".source-text p").text_content() == HOSTILE
    expect(panel.locator("#source-title")).to_contain_text(f"<script>{HIT}</script>")
    assert panel.locator("a[href^='javascript']").count() == 0
    assert page.locator(".turn img, .turn script, #source-panel img, #source-panel script").count() == 0
    ask(page, f"<img src=x onerror={HIT}> ${{{HIT}}}?")
    expect(page.locator(".question").last).to_have_text(f"<img src=x onerror={HIT}> ${{{HIT}}}?")
    open_tab(page, "Articles")
    expect(page.locator("#articles")).to_contain_text(f"<script>{HIT}</script>")


def test_what_goes_wrong_is_told_as_an_error(filled: Site, visit):
    page = visit()
    ask(page, "x" * 20_001)
    expect(page.locator(".answer.is-error")).to_contain_text("20,000")
    page.locator("#filters button").first.click()
    page.locator("#since input").press_sequentially("12")
    page.locator("#since input").press("Shift+Tab")
    ask(page, KILN)
    expect(page.locator(".answer.is-error").last).to_contain_text("“From” holds no whole date")
    page.locator("#since input").fill("2031-06-01")
    page.locator("#since input").press("Tab")
    expect(page.locator("#filters button").first).to_contain_text("1 filter: from 2031-06-01")
    ask(page, KILN)
    expect(page.locator(".answer").last).to_contain_text("No article was searched")


def test_a_citation_of_a_version_that_was_replaced_stays_right(filled: Site, visit):
    page = visit()
    ask(page, "Why was the Saltgate Bridge closed to all traffic?")
    link = page.locator(".sentence a.cite[title*='4 Mar 2026']").first
    link.click()
    words = page.locator("#source-panel mark").text_content()
    assert words in CLOSED.read_text(encoding="utf-8")
    upload(page, CLOSED_UPDATE)
    expect(page.locator("#report")).to_contain_text("Updated: 1 article", timeout=WAIT)
    open_tab(page, "Ask")
    page.locator("#source-panel .source-close").click()
    link.click()
    expect(page.locator("#source-panel mark")).to_have_text(words)
    expect(page.locator(".source-stale")).to_contain_text("replaced")


def test_removing_asks_first_and_the_citation_then_says_so(filled: Site, visit):
    page = visit()
    ask(page, "What pay rise has Corvane offered?")
    link = page.locator(".sentence a.cite[title*='Eskerby Courier']").first
    link.wait_for()
    open_tab(page, "Articles")
    rows = page.locator("#articles tbody tr")
    expect(rows).to_have_count(5)
    rows.first.locator("input[name=pick]").check()
    expect(page.locator("#remove")).to_have_text("Remove selected (1)")
    page.locator("#find input").fill("corvane")
    expect(rows).to_have_count(1)
    expect(page.locator("#remove")).to_have_text("Remove selected")  # what is out of sight is not removed
    page.locator("#find input").fill("")
    expect(rows).to_have_count(5)
    rows.filter(has_text="Corvane").locator("input[name=pick]").check()
    page.locator("#remove").click()
    expect(page.locator("#confirm")).to_contain_text("Corvane workers vote to strike")
    page.locator("#keep").click()
    expect(page.locator("#confirm")).to_be_hidden()
    page.locator("#remove").click()
    page.locator("#really").click()
    expect(rows).to_have_count(4, timeout=WAIT)
    expect(page.locator("#articles input[name=pick]:checked")).to_have_count(0)
    expect(page.locator(".masthead .scope")).to_contain_text("4 articles")
    open_tab(page, "Ask")
    link.click()
    expect(page.locator("#source-title")).to_have_text("This article is gone")
