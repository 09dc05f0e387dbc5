"""The articles tab: what is listed, what an addition reports, and what may be typed into it."""

from __future__ import annotations

import re
from pathlib import Path

import gradio as gr
import pytest

from rag.errors import RagError, SourceError
from rag.types import AddReport, Article, Failure
from ui.articles_tab import add, draw_table, fetch, paste, remove_articles, upload
from ui.articles_view import PAGE_SIZE, matching, removal_html, report_html, source_name, table_html
from ui.gate import LibraryGate

MANY = [
    Article.from_text(f"Text {number}.\n\nMore.", title=f"Title {number:03}", date="2031-05-02", source="Shore News")
    for number in range(60)
]
HOSTILE = "\"'><script>hit()</script><img src=x onerror=hit()>"


@pytest.fixture
def library(fake_library):
    return fake_library(MANY[:3])


@pytest.fixture
def gate(library):
    gate = LibraryGate(lambda: library)
    gate.library(timeout=5)
    return gate


class Told(list):
    """Stands in for gr.Progress: keeps what it is told."""

    def __call__(self, done, total=None, desc="", unit=""):
        self.append(done if not isinstance(done, tuple) else (*done, desc))


def test_the_list_is_shown_page_by_page():
    first, last = table_html(MANY, 0), table_html(MANY, 99)
    assert re.findall(r"Title \d+(?=</a>)", first) == [f"Title {number:03}" for number in range(PAGE_SIZE)]
    assert re.findall(r"Title \d+(?=</a>)", last) == [f"Title {number:03}" for number in range(50, 60)]
    assert "51–60 of 60" in last
    assert 'data-page="1">Older' in first
    assert "pager" not in table_html(MANY[:PAGE_SIZE], 0)
    for told in ("Shore News", "2 May 2031", ">2</td>", f'value="{MANY[0].id}"', f"#cite/{MANY[0].id}/0/0/0"):
        assert told in first


def test_articles_are_found_by_title_publisher_and_date():
    other = Article.from_text("x", title="Rain", source="Tide Post", date="2030-01-09")
    assert matching([*MANY, other], "tide RAIN") == [other]
    assert matching([*MANY, other], "2030-01") == [other]
    assert matching([*MANY, other], "9 jan") == [other]
    assert matching([other], "  ") == [other]
    assert "No article matches" in table_html([], 0, searched=True)


def test_a_report_leaves_nothing_out():
    known = {article.id: article for article in MANY}
    report = AddReport(
        added=tuple(known)[:20],
        updated=(MANY[30].id,),
        unchanged=("feed",),
        failed=(Failure("/var/tmp/upload/empty.txt", "is empty", "Give an article with text."),),
    )
    html = report_html(report, known)
    for told in (
        "Added: 20 articles",
        "and 12 more",
        "Updated: 1 article",
        "Already there: 1 article",
        "Not added: 1 source",
        "<strong>empty.txt</strong>: is empty. Give an article with text.",
    ):
        assert told in html
    assert "/var/tmp" not in html
    assert "nothing to add" in report_html(AddReport(), {})


def test_nothing_in_the_list_or_a_report_becomes_markup():
    article = Article.from_text(HOSTILE, title=HOSTILE, source=HOSTILE)
    html = table_html([article], 0) + removal_html([article])
    html += report_html(AddReport((article.id,), failed=(Failure(HOSTILE, HOSTILE, HOSTILE),)), {article.id: article})
    assert "<script" not in html
    assert "<img" not in html


def test_a_source_is_named_by_its_file_or_its_address():
    assert source_name("/a/b/story.txt") == "story.txt"
    assert source_name("https://a.example/b") == "https://a.example/b"
    assert source_name("") == ""


def test_uploaded_files_are_added_and_their_copies_deleted(library, tmp_path: Path):
    good, bad = tmp_path / "good.txt", tmp_path / "bad.bin"
    good.write_text("Rain fell.")
    bad.write_bytes(b"\0")
    report = upload(library, lambda *told: None, [str(good), str(bad)])
    assert len(report.added) == len(report.failed) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("paths", [None, []])
def test_adding_no_file_says_so(library, paths):
    with pytest.raises(SourceError, match="No file was chosen"):
        upload(library, lambda *told: None, paths)


@pytest.mark.parametrize(
    "written",
    ["/etc/passwd", "file:///etc/passwd", "notes.txt", "https://a.example/x ../b.txt", "ftp://a.example", " \n"],
)
def test_only_web_addresses_may_be_typed(library, written):
    with pytest.raises(SourceError, match="begins with https"):
        fetch(library, lambda *told: None, written)


def test_addresses_go_to_the_library_one_by_one(library):
    asked = []
    library.add = lambda sources, progress: asked.extend(sources) or AddReport()
    fetch(library, lambda *told: None, " https://a.example/x\n\nHTTP://b.example/feed ")
    assert asked == ["https://a.example/x", "HTTP://b.example/feed"]


def test_a_pasted_text_becomes_an_article(library):
    report = paste(library, lambda *told: None, " Rain fell.\r\n\r\nIt stopped. ", " Rain ", "Shore News", "2031-05-02")
    article = library.article(report.added[0])
    assert article.text == "Rain fell.\n\nIt stopped."
    assert (article.title, article.source, str(article.date)) == ("Rain", "Shore News", "2031-05-02")
    assert len(article.paragraphs) == 2


@pytest.mark.parametrize(
    ("text", "date", "told"), [(" ", "", "no text"), ("Rain.", "yesterday", "holds no whole date")]
)
def test_a_pasted_text_that_cannot_be_added_says_why(library, text, date, told):
    with pytest.raises(RagError, match=told):
        paste(library, lambda *told: None, text, "", "", date)


def test_adding_shows_its_progress_and_its_report(gate):
    progress = Told()
    html, whole = add(gate, progress, lambda library, show: library.add_articles(MANY[:5], show))
    assert whole
    assert "Added: 2 articles" in html
    assert "Already there: 3 articles" in html
    assert progress[0] == 0
    assert progress[-1] == (5, None, "5 so far. Title 004")


def test_a_failed_addition_is_an_error_and_no_report(gate, library):
    html, whole = add(gate, Told(), lambda library, show: upload(library, show, None))
    assert not whole
    assert "is-error" in html
    library.writable = False
    html, whole = add(gate, Told(), lambda library, show: library.add_articles(MANY, show))
    assert "Another program is writing to this library" in html
    assert len(library.articles()) == 3


def test_a_long_addition_stops_when_the_page_is_closed(gate, library):
    def adder(library, show):
        gate.close()
        return library.add_articles(MANY, show)

    html, _ = add(gate, Told(), adder)
    assert "The page is being closed." in html
    assert len(library.articles()) < 10


def test_removing_tells_how_many(gate, library):
    html, confirm, button, picked = remove_articles(gate, [MANY[0].id, MANY[1].id, "../x"])
    assert "Removed 2" in html
    assert [article.id for article in library.articles()] == [MANY[2].id]
    assert (confirm["visible"] if isinstance(confirm, dict) else confirm.visible) is False
    assert isinstance(button, gr.Button)
    assert picked == []


def test_the_list_waits_for_the_library(fake_library):
    assert "as soon as" in draw_table(LibraryGate(fake_library), "", 0)
