"""The first page, and citations in a browser: they open their paragraph, by mouse and by keys, and stay right."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.ui.browser.acting import (
    CLOSED,
    CLOSED_UPDATE,
    KILN,
    WAIT,
    Site,
    ask,
    expect_kiln_opened,
    kiln_citation,
    open_tab,
    upload,
)

pytestmark = pytest.mark.slow


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
