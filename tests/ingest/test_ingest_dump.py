"""Dumps: one article a line."""

from __future__ import annotations

import datetime as dt
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.ingest import dump, read_source
from rag.types import Article, Failure

BODY = "The bridge over the river opens in spring, the town said."


def read(path: Path, *lines: Any) -> list[Article | Failure]:
    path.write_bytes(b"\n".join(x if isinstance(x, bytes) else json.dumps(x).encode() for x in lines))
    return list(read_source(path))


def test_a_line_becomes_an_article(tmp_path: Path) -> None:
    row = {"title": "Bridge", "date": "Sun, 17 Nov 2024 10:00:00 GMT", "source": "Example Post", "author": "A. Writer"}
    row |= {"url": "https://news.example/b", "text": BODY, "doc_id": 7, "section": "Local", "meta": {"a": [1]}}
    (article,) = read(tmp_path / "d.jsonl", row)
    assert isinstance(article, Article)
    expected = Article.from_text(
        BODY,
        title="Bridge",
        date="2024-11-17",
        source="Example Post",
        author="A. Writer",
        url="https://news.example/b",
        external_id="7",
        origin=str(tmp_path / "d.jsonl"),
        metadata={"section": "Local", "meta": {"a": [1]}},
    )
    assert article == expected
    assert article.address == "https://news.example/b#7"


@pytest.mark.parametrize(
    ("row", "address"),
    [
        ({"id": "x"}, "{path}#x"),
        ({"id": 0}, "{path}#0"),
        ({"id": "x", "doc_id": "y"}, "{path}#x"),
        ({"url": "https://news.example/b"}, "https://news.example/b"),
        ({}, None),
        ({"id": ""}, None),
        ({"id": None}, None),
        ({"id": True}, None),
        ({"id": ["x"]}, None),
    ],
)
def test_only_a_line_with_an_id_or_a_url_has_an_address(
    tmp_path: Path, row: dict[str, Any], address: str | None
) -> None:
    (article,) = read(tmp_path / "d.jsonl", row | {"text": BODY})
    assert isinstance(article, Article)
    assert article.address == (address and address.format(path=tmp_path / "d.jsonl"))


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        "Headline\n\n" + BODY,
        "one \n two\n\n  three\u00a0",
        "A\ttab and \u200b\u00ad marks that are not seen",
        "Title: not a header here\n\n" + BODY,
        "RIVERTOWN (CNN) -- " + BODY,
    ],
)
def test_clean_text_stays_to_the_letter(tmp_path: Path, text: str) -> None:
    text = text.strip()
    (article,) = read(tmp_path / "d.jsonl", {"text": text})
    assert isinstance(article, Article)
    assert article.text == text
    assert [article.text[p.start : p.end] for p in article.paragraphs] == [
        article.paragraph_text(p.index) for p in article.paragraphs
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
def test_any_clean_line_stays_to_the_letter(tmp_path: Path, text: str) -> None:
    (result,) = read(tmp_path / "d.jsonl", {"text": f"A{text}."})
    assert isinstance(result, Article)
    assert result.text == f"A{text}."


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (f"  {BODY}\n", BODY),
        (f"{BODY}\r\n\r\n{BODY}", f"{BODY}\n\n{BODY}"),
        (f"{BODY}\n\n\n\n{BODY}", f"{BODY}\n\n{BODY}"),
        (f"date 2024-11-17 (NEWSFEED) {BODY}\n\nNEWSFEED171120240000ID1234567890", BODY),
        (f"{BODY}\0", BODY),
        (f"{BODY} \ud83d", f"{BODY} \ufffd"),
    ],
)
def test_text_that_is_not_clean_is_cleaned(tmp_path: Path, text: str, cleaned: str) -> None:
    (article,) = read(tmp_path / "d.jsonl", {"text": text})
    assert isinstance(article, Article)
    assert article.text == cleaned


def test_feed_marks_tell_date_and_source_and_a_missing_title_is_the_first_sentence(tmp_path: Path) -> None:
    (article,) = read(tmp_path / "d.jsonl", {"text": f"date 2024-11-17 (NEWSFEED) {BODY} It is new.", "title": ""})
    assert isinstance(article, Article)
    assert (article.date, article.source, article.title) == (dt.date(2024, 11, 17), "NEWSFEED", BODY)


def test_an_unreadable_date_is_kept_as_text(tmp_path: Path) -> None:
    (article,) = read(tmp_path / "d.jsonl", {"text": BODY, "date": "last spring"})
    assert isinstance(article, Article)
    assert (article.date, article.metadata) == (None, {"date_text": "last spring"})


def test_half_characters_and_numbers_that_are_none_can_be_stored(tmp_path: Path) -> None:
    line = (
        b'{"text": "'
        + BODY.encode()
        + b'", "title": "a\\ud800b", "x\\udfff": {"k": "\\ud83d\\ude00"}, "n": NaN, "m": 1e999, "o": 1.5}'
    )
    (article,) = read(tmp_path / "d.jsonl", line)
    assert isinstance(article, Article)
    assert (article.title, article.metadata) == ("a\ufffdb", {"x\ufffd": {"k": "😀"}, "o": 1.5})


def test_a_bad_line_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    good = {"text": BODY, "id": "x"}
    deep, number = b"[" * 100_000, b'{"text": 1' + b"0" * 5000 + b"}"
    lines = [
        b"\xef\xbb\xbf" + json.dumps(good).encode(),
        b"",
        b"{",
        b"[]",
        {"title": "x"},
        {"text": 5},
        {"text": " \n"},
    ]
    results = read(tmp_path / "d.jsonl", *lines, deep, number, b'{"text": "\xff"}', good)
    told = [(r.source.rpartition(", ")[2], r.reason) for r in results if isinstance(r, Failure)]
    assert told == [
        ("line 3", "is not JSON"),
        ("line 4", "is not a JSON object"),
        ("line 5", 'has no "text"'),
        ("line 6", 'has no "text"'),
        ("line 7", "is empty"),
        ("line 8", "is not JSON"),
        ("line 9", "is not JSON"),
        ("line 10", "is not UTF-8"),
    ]
    assert isinstance(results[0], Article)
    assert isinstance(results[-1], Article)
    assert all(str(tmp_path / "d.jsonl") in r.source for r in results if isinstance(r, Failure))


def test_a_dump_of_nothing_is_a_failure(tmp_path: Path) -> None:
    (failure,) = read(tmp_path / "d.jsonl", b"\n \n")
    assert isinstance(failure, Failure)
    assert failure.reason == "is empty"


def test_an_endless_line_is_passed_over_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dump, "MAX_LINE", 1000)
    path = tmp_path / "d.jsonl"
    with path.open("wb") as file:
        file.write(json.dumps({"text": BODY}).encode() + b"\n")
        for _ in range(30):
            file.write(b"x" * 1_000_000)
        file.write(b"\n" + json.dumps({"text": BODY}).encode())
    tracemalloc.start()
    results = list(read_source(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [type(r) for r in results] == [Article, Failure, Article]
    assert isinstance(results[1], Failure)
    assert results[1].source.endswith("line 2")
    assert peak < 10_000_000


def test_a_line_of_exactly_the_limit_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = json.dumps({"text": BODY}).encode()
    monkeypatch.setattr(dump, "MAX_LINE", len(line) + 1)
    assert [type(r) for r in read(tmp_path / "d.jsonl", line, line, line + b"  ", line)] == [
        *(Article, Article, Failure, Article)
    ]


def test_a_dump_streams(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    path.write_text((json.dumps({"text": BODY}) + "\n") * 100_000)
    results: Iterator[Article | Failure] = read_source(path)
    tracemalloc.start()
    for _ in range(1000):
        assert isinstance(next(results), Article)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
