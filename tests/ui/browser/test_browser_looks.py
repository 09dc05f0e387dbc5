"""How the page looks in a browser: on a phone, by day and by night."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.ui.browser.acting import KILN, WAIT, Site, ask, expect_kiln_opened, kiln_citation, open_tab

pytestmark = pytest.mark.slow


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
