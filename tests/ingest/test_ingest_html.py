"""Saved web pages."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import SourceError
from rag.ingest import read_source
from rag.ingest.html import fragment_text, read_html
from rag.types import Article, Failure

FIRST = "The bridge over the river opens in spring, the mayor said on Friday, after two years of delay and dispute."
SECOND = "“We have waited long enough,” she told the town council, which had met to hear what the works had cost."
THIRD = "The neighbours were less glad: the traffic of the whole valley would now pass under their windows, they said."


def page(head: str = "", body: str = "", article: str = "") -> bytes:
    return (
        f"<!DOCTYPE html><html><head><title>Bridge opens | Example Post</title>{head}</head><body>"
        f"<nav><a href='/'>Home</a> <a href='/town'>Town</a></nav>{body}<article><h1>Bridge opens</h1>"
        f"<p>{FIRST}</p>{article}<p>{SECOND}</p><p>{THIRD}</p></article><footer>Imprint</footer></body></html>"
    ).encode()


def test_a_page_becomes_an_article(tmp_path: Path) -> None:
    head = (
        "<meta property='og:site_name' content='Example Post'><meta name='author' content='Ann Writer'>"
        "<meta property='article:published_time' content='2024-11-17T08:00:00Z'>"
        "<link rel='canonical' href='https://news.example/bridge'>"
    )
    (tmp_path / "a.html").write_bytes(page(head))
    (article,) = read_source(tmp_path / "a.html")
    assert isinstance(article, Article)
    assert article.text == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"
    assert (article.title, article.source, article.author) == ("Bridge opens", "Example Post", "Ann Writer")
    assert (article.date, article.url) == (dt.date(2024, 11, 17), "https://news.example/bridge")
    assert article.origin == str(tmp_path / "a.html")


@pytest.mark.parametrize(
    "unseen",
    [
        "<script>var UNSEEN = 1;</script>",
        "<style>.UNSEEN { color: red }</style>",
        "<!-- UNSEEN -->",
        f"<p hidden>UNSEEN {FIRST}</p>",
        f"<p style='color: red; DISPLAY : none'>UNSEEN {FIRST}</p>",
        f"<div style='visibility:hidden'><p>UNSEEN {FIRST}</p></div>",
        f"<template><p>UNSEEN {FIRST}</p></template>",
        f"<noscript><p>UNSEEN {FIRST}</p></noscript>",
        f'<script type=\'application/ld+json\'>{{"articleBody": "UNSEEN {FIRST}"}}</script>',
    ],
)
def test_what_a_reader_does_not_see_never_comes_in(unseen: str) -> None:
    for data in (page(article=unseen), page(body=unseen), page(head=unseen)):
        text, _ = read_html(data)
        assert "UNSEEN" not in text
        assert SECOND in text


def test_comments_stay_out() -> None:
    comments = f"<section id='comments'><div class='comment'><p>TROLL {FIRST}</p></div></section>"
    assert "TROLL" not in read_html(page().replace(b"<footer>", comments.encode() + b"<footer>"))[0]


def test_paragraphs_are_set_apart_and_source_line_ends_are_not() -> None:
    article = (
        f"<p>One\n  wrapped   line<br>and&nbsp;another, {FIRST}</p><ul><li>First item</li><li>Second item</li></ul>"
    )
    text, _ = read_html(page(article=article))
    assert f"One wrapped line\n\nand\u00a0another, {FIRST}\n\nFirst item\n\nSecond item\n\n{SECOND}" in text


@pytest.mark.parametrize(
    "head",
    [
        "<meta property='article:published_time' content='2024-11-17'><meta name='date' content='2023-01-01'>",
        "<meta itemprop='datePublished' content='17 November 2024'>",
        "<meta name='DC.date.issued' content='2024-11-17'>",
        "<meta name='date' content='nonsense'><meta name='pubdate' content='20241117'>",
        '<script type=\'application/ld+json\'>{"x": [{"datePublished": "2024-11-17T01:00"}, broken</script>',
        "<link rel='canonical' href='https://news.example/2024/11/17/bridge'>",
    ],
)
def test_the_date_comes_from_the_metadata(head: str) -> None:
    assert read_html(page(head))[1].date == dt.date(2024, 11, 17)


def test_a_date_stands_in_the_only_time_element_or_in_the_address() -> None:
    assert read_html(page(article="<time datetime='2024-11-17T09:00'>Sunday</time>"))[1].date == dt.date(2024, 11, 17)
    assert read_html(page(), address="https://news.example/2024/11/17/b")[1].date == dt.date(2024, 11, 17)


@pytest.mark.parametrize(
    "article",
    [
        "",
        "<p>On 3 May 2019 the old bridge had been closed to all traffic, and nobody knew for how long.</p>",
        "<time datetime='2024-11-17'></time><time datetime='2024-11-18'></time>",
        "<p>2024-11-17 10:00:00 was printed on the ticket, said a guest.</p><img src='/2020/01/02/x.png'>",
    ],
)
def test_a_date_is_never_guessed_from_text_or_from_today(article: str) -> None:
    assert read_html(page(article=article))[1].date is None


def test_a_page_cannot_pass_for_another_site() -> None:
    head = "<link rel='canonical' href='https://bank.example/news'>"
    assert read_html(page(head), address="https://news.example/b")[1].url == "https://news.example/b"
    same = "<link rel='canonical' href='https://www.news.example/bridge'>"
    assert read_html(page(same), address="https://news.example/b?x=1")[1].url == "https://www.news.example/bridge"
    assert read_html(page("<link rel='canonical' href='javascript:alert(1)'>"))[1].url is None


@pytest.mark.parametrize("declared", ["windows-1252", "iso-8859-1"])
def test_the_charset_that_a_page_declares_counts(declared: str) -> None:
    data = page(f"<meta charset='{declared}'>").decode().replace("The neighbours", "The café’s guests").encode("cp1252")
    text, _ = read_html(data)
    assert "The café’s guests" in text
    assert SECOND in text


@pytest.mark.parametrize(
    "data",
    [
        b"<html><body></body></html>",
        b"<html><body><nav><a href='/'>Home</a><a href='/a'>About us</a></nav><footer>Imprint</footer></body></html>",
        b"<html><body><script>run('It is a program.')</script></body></html>",
        b" ",
    ],
)
def test_a_page_without_an_article_is_a_failure(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.htm").write_bytes(data)
    (failure,) = read_source(tmp_path / "a.htm")
    assert isinstance(failure, Failure)
    assert failure.reason in ("is a page without an article", "is empty")


def test_a_short_page_keeps_its_paragraphs() -> None:
    text, facts = read_html(
        b"<html><title>Pool</title><body><h1>Pool</h1><p>The pool is shut.</p><p>Why?</p></body></html>"
    )
    assert text == "Pool\n\nThe pool is shut.\n\nWhy?"
    assert facts.title == "Pool"


def test_xhtml_and_fragments_are_read() -> None:
    assert SECOND in read_html(b"<?xml version='1.0' encoding='utf-8'?>" + page())[0]
    assert read_html(f"<p>{FIRST}</p>".encode())[0] == FIRST


def test_a_page_over_the_limit_is_refused() -> None:
    with pytest.raises(SourceError, match="larger than a page can be"):
        read_html(b" " * 20_000_001)


def test_the_text_of_a_fragment() -> None:
    assert fragment_text("<p>a <b>b</b>\nc<br>d</p><script>x</script><p hidden>y</p>e &amp; f") == "a b c\n\nd\n\ne & f"
    assert fragment_text("plain") == "plain"
    assert fragment_text("") == ""


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text("<>/!-[]abpdivscript &;\"'=\0\n", max_size=200).map(str.encode)))
def test_no_page_breaks_the_reader(data: bytes) -> None:
    text, reason = "text", ""
    try:
        text, _ = read_html(b"<html><body>" + data)
    except SourceError as error:
        reason = str(error)
    assert text.strip()
    assert "cannot be read" not in reason
