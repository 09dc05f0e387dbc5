"""What must not run, and what goes wrong, in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.ui.browser.acting import HIT, HOSTILE, KILN, Site, ask, open_tab

pytestmark = pytest.mark.slow


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
