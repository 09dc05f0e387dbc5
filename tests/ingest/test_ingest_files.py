"""Files and folders as sources."""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path

import pytest

from rag.ingest import count_hint, read_source
from rag.types import Article, Failure

BODY = "The bridge over the river opens in spring, the town said. Nobody was asked, a neighbour complained."


def one(path: Path, content: str | bytes) -> Article:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (article,) = read_source(path)
    assert isinstance(article, Article), article
    return article


def refused(source: str | Path) -> Failure:
    (failure,) = read_source(source)
    assert isinstance(failure, Failure), failure
    assert failure.help_message
    return failure


def test_a_feed_article_comes_out_clean(tmp_path: Path) -> None:
    text = (
        " date 2024-11-17 (MENAFN) The bridge opens, the mayor said on Friday in the town hall.\n\n\n\n"
        "The town paid “nearly nothing” for it.\n\n\n\nMENAFN17112024000012345678ID1234567890\n"
    )
    article = one(tmp_path / "feed.txt", text)
    assert article.text == (
        "The bridge opens, the mayor said on Friday in the town hall.\n\nThe town paid “nearly nothing” for it."
    )
    assert (article.date, article.source) == (dt.date(2024, 11, 17), "MENAFN")
    assert article.title == "The bridge opens, the mayor said on Friday in the town hall."
    assert len(article.paragraphs) == 2
    assert article.origin == str(tmp_path / "feed.txt")


def test_a_headline_is_the_title_and_stays_out_of_the_text(tmp_path: Path) -> None:
    article = one(tmp_path / "a.txt", f"Bridge opens in spring\n\n(MENAFN- Example Times) {BODY}")
    assert (article.title, article.text, article.source) == ("Bridge opens in spring", BODY, "Example Times")


def test_a_headline_of_a_hard_wrapped_article_is_the_title(tmp_path: Path) -> None:
    wrapped = (
        "The bridge over the river opens in spring, as the town\nhas said in a note that it sent to all of its people\n"
        "this week."
    )
    article = one(
        tmp_path / "a.txt", f"Bridge opens in spring after two years of delay and many complaints\n\n{wrapped}"
    )
    assert article.title == "Bridge opens in spring after two years of delay and many complaints"
    assert article.text == wrapped
    assert len(article.paragraphs) == 1


@pytest.mark.parametrize(
    "first",
    [
        "The bridge is open.",
        "“The bridge is open!”",
        "What we know:",
        "RIVERTOWN —",
        "By A. Writer",
        "https://news.example/bridge",
        "word " * 30,
        "The bridge over the river opens in spring, and this first\nparagraph is wrapped",
    ],
)
def test_a_first_paragraph_that_is_no_headline_stays(tmp_path: Path, first: str) -> None:
    assert one(tmp_path / "a.txt", f"{first}\n\n{BODY}").text == f"{first.strip()}\n\n{BODY}"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Mr. Hill of the U.S. Navy met the mayor. They talked.", "Mr. Hill of the U.S. Navy met the mayor."),
        ("“Is it open?” asked a child. Yes.", "“Is it open?” asked a child."),
        ("word " * 60, " ".join(["word"] * 20)[:99].rpartition(" ")[0] + " word…"),
        ("RIVERTOWN (AP) — The bridge opens. It is new.", "The bridge opens."),
        ("***\n\nThe bridge opens. It is new.", "The bridge opens."),
        ("By A. Writer\n\nThe bridge opens. It is new.", "The bridge opens."),
    ],
)
def test_without_a_headline_the_title_is_the_first_sentence(tmp_path: Path, text: str, title: str) -> None:
    article = one(tmp_path / "a.txt", text)
    assert article.title == title
    assert len(title) <= 100
    assert article.text == text.strip()


@pytest.mark.parametrize(
    ("start", "source"),
    [
        ("LONDON, England (CNN) -- ", "CNN"),
        ("RIVERTOWN (Reuters) - ", "Reuters"),
        ("RIVERTOWN (REUTERS) - ", "Reuters"),
        ("Berlin (dpa) – ", "dpa"),
        ("WASHINGTON, D.C. (AP) — ", "AP"),
        ("The mayor (AP) ", None),
        ("The band (AC/DC) -- ", None),
        ("The club (FC) - ", None),
    ],
)
def test_a_dateline_names_the_source_and_stays(tmp_path: Path, start: str, source: str | None) -> None:
    article = one(tmp_path / "a.txt", start + BODY)
    assert (article.source, article.text) == (source, start + BODY)


def test_what_the_header_says_comes_before_dateline_feed_and_file_name(tmp_path: Path) -> None:
    header = "Title: Bridge\nDate: 2024-11-16\nSource: Example Post\n\n"
    article = one(tmp_path / "2024-11-18.txt", f"{header}date 2024-11-17 (NEWSFEED) RIVERTOWN (AP) -- {BODY}")
    assert (article.title, article.date, article.source) == ("Bridge", dt.date(2024, 11, 16), "Example Post")
    assert article.text == f"RIVERTOWN (AP) -- {BODY}"


def test_the_file_name_tells_the_date_when_nothing_else_does(tmp_path: Path) -> None:
    assert one(tmp_path / "bridge-20241117.txt", BODY).date == dt.date(2024, 11, 17)


def test_a_headline_that_repeats_the_title_is_cut(tmp_path: Path) -> None:
    assert one(tmp_path / "a.txt", f"Title: Bridge opens\n\nBridge opens\n\n{BODY}").text == BODY


def test_markdown_with_front_matter(tmp_path: Path) -> None:
    article = one(tmp_path / "a.MD", f"---\r\ndate: 2024-11-17\r\n---\r\n# Bridge opens\r\n\r\n{BODY} **Really.**\r\n")
    assert (article.title, article.date, article.text) == ("Bridge opens", dt.date(2024, 11, 17), f"{BODY} Really.")


@pytest.mark.parametrize("content", [b"", b" \r\n\t\n", b"\xef\xbb\xbf\n", b"\0", b"date 2024-11-17 (NEWSFEED) "])
@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_an_empty_file_is_a_failure(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    assert refused(path).reason in ("is empty", "is not text" if content == b"\0" else "is empty")


def test_a_binary_file_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(300))
    assert refused(tmp_path / "a.txt").reason == "is not text"


@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_one_endless_line_is_refused_quickly(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"word " * 10_000_000)
    start = time.perf_counter()
    assert "longer than an article can be" in refused(path).reason
    assert time.perf_counter() - start < 5


def test_a_text_just_too_long_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * 5_000_001)
    assert "longer than an article can be" in refused(tmp_path / "a.txt").reason


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    with path.open("wb") as file:
        file.truncate(100_000_001)
    assert refused(path).reason == "is larger than 100 MB"


def test_what_is_no_readable_file_is_a_failure(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.txt").reason == "is not there"
    assert refused("").reason == "is no source"
    assert "cannot be read" in refused("a\0b.txt").reason
    assert "cannot be read" in refused(tmp_path / ("x" * 300 + ".txt")).reason
    assert refused("ftp://news.example/a.txt").reason == "is not an http(s) address"
    (tmp_path / "a.docx").write_text("x")
    assert refused(tmp_path / "a.docx").reason == "is not a kind of file Whosaid reads"
    os.mkfifo(tmp_path / "pipe.txt")
    assert refused(tmp_path / "pipe.txt").reason == "is not a regular file"
    (tmp_path / "round.txt").symlink_to(tmp_path / "round.txt")
    assert "cannot be read" in refused(tmp_path / "round.txt").reason


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_read_permission_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BODY)
    (tmp_path / "a.txt").chmod(0)
    assert refused(tmp_path / "a.txt").reason == "may not be read"


def test_a_folder_is_read_in_order_and_goes_on_after_failures(tmp_path: Path) -> None:
    for name in ("b.txt", "a/2.txt", "a/1.md", "c.html", ".hidden.txt", ".git/x.txt", "d.pdf", "e.TXT"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{name} says that {BODY}")
    (tmp_path / "a" / "broken.txt").write_bytes(bytes(50))
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "a" / "round.txt").symlink_to(tmp_path / "a" / "round.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    results = list(read_source(tmp_path))
    names = [Path(r.origin or "").name if isinstance(r, Article) else f"!{Path(r.source).name}" for r in results]
    assert names == ["1.md", "2.txt", "!broken.txt", "b.txt", "c.html", "e.TXT", "!gone.txt"]


def test_a_folder_without_articles_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "notes.pdf").write_text("x")
    assert refused(tmp_path).reason == "has no articles"


def test_names_that_are_no_text_do_not_break_output(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/bad\n\x1b[2J\xff\xe2\x80\xae.txt"
    Path(os.fsdecode(path)).write_bytes(b"")
    failure = refused(tmp_path)
    assert failure.source.isprintable()
    assert failure.source.endswith("bad\\n\\x1b[2J\\udcff\\u202e.txt")
    article = one(Path(os.fsdecode(path)), BODY)
    assert article.origin is not None
    assert article.origin.encode("utf-8").endswith(b"bad\n\x1b[2J\\xff\xe2\x80\xae.txt")


def test_articles_are_read_one_by_one(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(BODY)
    results = read_source(str(tmp_path))
    assert isinstance(next(results), Article)
    (tmp_path / "b.txt").unlink()
    assert isinstance(next(results), Failure)


def test_count_hint(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BODY)
    (tmp_path / "b.jsonl").write_text("{}\n{}\n{}")
    (tmp_path / "c.pdf").write_text("x")
    assert count_hint(tmp_path) == 4
    assert count_hint(tmp_path / "a.txt") == 1
    assert count_hint(tmp_path / "b.jsonl") == 3
    assert count_hint(tmp_path / "none") is None
    assert count_hint("https://news.example/") is None
    assert count_hint("a\0b") is None


def test_a_folders_readme_is_no_article_unless_it_is_named(tmp_path):
    (tmp_path / "README.md").write_text("# Clippings\n\nThese are clippings of the week.", encoding="utf-8")
    (tmp_path / "a.txt").write_text("Title: A\n\nThe bridge was closed on Tuesday.", encoding="utf-8")
    assert [item.title for item in read_source(tmp_path) if isinstance(item, Article)] == ["A"]
    assert [item.title for item in read_source(tmp_path / "README.md") if isinstance(item, Article)] == ["Clippings"]
