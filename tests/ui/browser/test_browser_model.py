"""A language model that writes, in a browser: what it may say, and for how long."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.ui.browser.acting import KILN, LEFT, PAUSE, POTTERS, WAIT, Site, ask, choose_engine, expect_kiln_opened

pytestmark = pytest.mark.slow


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
