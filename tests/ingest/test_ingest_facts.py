"""Header blocks, front matter and fields."""

from __future__ import annotations

import datetime as dt

import pytest

from rag.ingest.facts import Facts, take_front_matter, take_header

BODY = "The bridge over the river opens in spring, the town said."


def test_a_header_block_becomes_facts_and_leaves_the_text() -> None:
    facts = Facts()
    header = (
        "TITLE: Bridge: the opening\nDate: 17 November 2024\nBy: A. Writer\npublisher: Example Post\n"
        "Link: https://news.example/bridge\nNote: made up.\nSection: Local\nEditor’s note: shortened."
    )
    assert take_header(f"{header}\n\n{BODY}", facts) == BODY
    assert facts == Facts(
        title="Bridge: the opening",
        date=dt.date(2024, 11, 17),
        source="Example Post",
        author="A. Writer",
        url="https://news.example/bridge",
        metadata={"note": "made up.", "section": "Local", "editor's note": "shortened."},
    )


@pytest.mark.parametrize(
    "header",
    ["Title: Bridge opens", "Date: 2024-11-17", "Source: newsfeed", "URL: https://news.example/", "By: Ann O."],
)
def test_one_convincing_line_is_a_header(header: str) -> None:
    assert take_header(f"{header}\n\n{BODY}", Facts()) == BODY


@pytest.mark.parametrize(
    "start",
    [
        "Update: the talks failed.",
        "Note: this story has been corrected.",
        "Source: Town wants to sell the old bridge",
        "Source: the mayor said on Friday that she would not sell the bridge.",
        "Date: to be announced",
        "Link: see below",
        "By: the river stands a bridge",
        "Title: Talk\nMayor: We shall build it.\nTitle: Talk",
        "Title: Talk\nThe mayor said nothing.",
        "Breaking: Title: none",
        "Title:",
    ],
)
def test_an_article_that_begins_with_a_colon_sentence_loses_nothing(start: str) -> None:
    facts = Facts()
    text = f"{start}\n\n{BODY}"
    assert take_header(text, facts) == text
    assert facts == Facts()


@pytest.mark.parametrize("text", ["", "Title: Only a header", "Title: Only a header\n", "Title: x\n\n", "\n\nTitle: x"])
def test_without_a_body_there_is_no_header(text: str) -> None:
    assert take_header(text, Facts()) == text


def test_front_matter_values_may_be_quoted_folded_or_end_in_an_apostrophe() -> None:
    facts = Facts()
    assert (
        take_front_matter(
            f"---\ntitle: >\n  The workers’\n  bridge\nsource: the Workers'\nauthor: 'Ann'\n---\n{BODY}", facts
        )
        == BODY
    )
    assert (facts.title, facts.source, facts.author) == ("The workers’ bridge", "the Workers'", "Ann")


def test_front_matter_becomes_facts() -> None:
    facts = Facts()
    block = 'title: "Bridge: opening"\n# a comment\ndate: 2024-11-17\nauthor:\n  - Ann\n  - Bob\ntags: [a, b]\n'
    assert take_front_matter(f"---\n{block}---\n{BODY}", facts) == BODY
    assert (facts.title, facts.date, facts.author) == ("Bridge: opening", dt.date(2024, 11, 17), "Ann, Bob")
    assert facts.metadata == {"tags": "[a, b]"}


@pytest.mark.parametrize(
    "text", ["---\nThe bridge opens.\n---\nMore.", "--- dashes", "---\ntitle: never closed\n", BODY]
)
def test_lines_between_rules_that_are_no_pairs_stay(text: str) -> None:
    facts = Facts()
    assert take_front_matter(text, facts) == text
    assert facts == Facts()


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/hosts", "www.news.example", "https://a b", 7, ["x"]]
)
def test_only_a_web_address_becomes_a_link(url: object) -> None:
    facts = Facts()
    facts.put("url", url)
    assert (facts.url, facts.metadata) == (None, {"url": url})


def test_values_that_do_not_fit_are_kept_as_metadata() -> None:
    facts = Facts()
    for key, value in {
        "title": {"rendered": "x"},
        "date": "last week",
        "author": ["Ann", "Bob"],
        "source": 7,
        "url": "",
        "rank": None,
        "tags": ["a"],
    }.items():
        facts.put(key, value)
    assert facts == Facts(
        author="Ann, Bob",
        source="7",
        metadata={"title": {"rendered": "x"}, "date_text": "last week", "tags": ["a"]},
    )


def test_a_second_value_does_not_replace_the_first() -> None:
    facts = Facts()
    facts.put("source", "First")
    facts.put("source", "Second")
    assert (facts.source, facts.metadata) == ("First", {"source": "Second"})
