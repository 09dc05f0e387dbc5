"""The list of articles in a browser: summarised, found, removed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.ui.browser.acting import VOTE, WAIT, Site, ask, expect_kiln_opened, open_tab, upload

pytestmark = pytest.mark.slow


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


def test_removing_asks_first_and_the_citation_then_says_so(filled: Site, visit):
    page = visit()
    upload(page, VOTE)  # and takes it out again: the other tests know nothing of it
    expect(page.locator("#report")).to_contain_text("Added: 1 article", timeout=WAIT)
    open_tab(page, "Ask")
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
