"""The page as a whole, without a browser: questions, citations, status, and what Gradio is told to serve."""

from __future__ import annotations

import datetime as dt
import re
import threading

import pytest
from starlette.testclient import TestClient

from rag.coverage import Coverage
from rag.errors import LibraryError, QuestionError
from rag.settings import Settings
from rag.types import Article
from ui.app import header_html, read_source_html, status_html
from ui.ask_tab import EVERYTHING, answer_turns, filters_label
from ui.conversation import Turn
from ui.date_field import read_day
from ui.examples import MOST, SAMPLE_QUESTIONS, example_questions, welcome_html
from ui.gate import LibraryGate
from ui.reference import Reference
from ui.theme import theme
from ui.web import create_app

RAIN = Article.from_text(
    "Rain fell on Monday.\n\nThe river rose.",
    title="Rain",
    date="2031-05-02",
    source="Shore News",
    url="https://a.example/",
)


@pytest.fixture
def library(fake_library):
    return fake_library([RAIN])


@pytest.fixture
def gate(library):
    gate = LibraryGate(lambda: library)
    assert gate.wait_ready(5)
    return gate


def last_turn(*asked):
    *_, last = answer_turns(*asked)
    assert not last.growing
    return last


def test_a_question_goes_to_the_library_with_its_history_and_filters(gate, library):
    first = last_turn(gate, "When was the rain?", [], EVERYTHING, None, "")
    assert first.answer.sentences[0].text == "Rain fell on Monday."
    last_turn(gate, "And the river?", [first, Turn("x", error="y")], "Shore News", "2031-05-01", "2031-05-31")
    question, history, filters = library.asked[1]
    assert question == "And the river?"
    assert history == [first.answer]
    assert (filters.source, filters.since, filters.until) == ("Shore News", dt.date(2031, 5, 1), dt.date(2031, 5, 31))
    assert library.asked[0][2].source is None


def test_whatever_goes_wrong_is_an_error_and_no_answer(gate, library, caplog):
    assert "more than 2,000" in last_turn(gate, "x" * 3000, [], None, None, None).error
    assert "“From” holds no whole date." in last_turn(gate, "Why?", [], None, "unfinished", None).error
    library.ask_stream = lambda *_, **__: 1 / 0
    turn = last_turn(gate, "Why?", [], None, None, None)
    assert turn.answer is None
    assert "ZeroDivisionError" in turn.error
    assert "ZeroDivisionError" in caplog.text


def test_a_question_to_a_library_that_cannot_be_opened_is_an_error():
    def opener():
        raise LibraryError("The folder is a file.", help_message="Name a folder.")

    assert last_turn(LibraryGate(opener), "Why?", [], None, None, None).error == "The folder is a file. Name a folder."


def test_days_are_read_strictly():
    assert read_day("2031-05-02", "To") == dt.date(2031, 5, 2)
    assert read_day("", "To") is read_day(None, "To") is None
    for wrong in ("2.5.2031", "unfinished", ["2031-05-02"], "2031-02-30", 7):
        with pytest.raises(QuestionError, match="“To” holds no whole date"):
            read_day(wrong, "To")


def test_filters_that_are_set_show_while_folded_away():
    assert filters_label(EVERYTHING, None, "") == "Filters"
    assert filters_label("Shore News", "2031-05-01", None) == "2 filters: Shore News, from 2031-05-01"


def test_a_citation_link_opens_its_article(gate):
    html = read_source_html(gate, Reference(RAIN.id, 8, 12, 1).href)
    assert "Rain fel<mark>l on</mark> Monday." in html
    assert "replaced" not in html


def test_a_citation_of_a_replaced_version_opens_that_version(gate, library):
    old = Article.from_text("Rain fell on Sunday.", title="Rain")
    current = library.article
    library.article = lambda article_id: old if article_id == old.id else current(article_id)
    library.searched = lambda filters: type("S", (), {"articles": int(old.id not in filters.article_ids)})()
    html = read_source_html(gate, Reference(old.id, 0, 4).href)
    assert "<mark>Rain</mark> fell on Sunday." in html
    assert "It has been replaced or removed since." in html


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("nonsense", "This link is no citation"),
        (None, "This link is no citation"),
        ({"a": 1}, "This link is no citation"),
        ("#cite/0123456789abcdef/0/1/1", "This article is gone"),
        (f"#cite/{RAIN.id}/0/99999/1", "does not fit the article"),
    ],
)
def test_a_link_that_leads_nowhere_says_so(gate, reference, told):
    html = read_source_html(gate, reference)
    assert told in html
    assert "<mark" not in html


def test_the_status_goes_away_when_all_is_ready(fake_library):
    library, release = fake_library([RAIN]), threading.Event()
    library.warm_up = lambda: release.wait(5)
    gate = LibraryGate(lambda: library)
    assert "opening the library" in status_html(gate)
    gate.library(timeout=5)
    assert "loading the search model" in status_html(gate)
    release.set()
    assert gate.wait_ready(5)
    assert status_html(gate) == ""
    library.covered = Coverage(outdated=2)
    assert "is-quiet" in status_html(gate)
    assert "2 articles were read by an older reader" in status_html(gate)
    library.writable = False
    assert "Another program is writing" in status_html(gate)


def test_the_header_tells_what_is_searched(gate):
    assert "1 article · 2 May 2031" in header_html(gate)


def test_a_failure_to_open_is_told_on_the_page():
    def opener():
        raise LibraryError("<b>Broken</b>.")

    gate = LibraryGate(opener)
    assert gate.wait_ready(5)
    html = status_html(gate)
    assert "&lt;b&gt;Broken" in html
    assert "is-error" in html


def test_examples_come_from_the_articles_that_are_there():
    sample = [Article.from_text("x", url=url) for url in SAMPLE_QUESTIONS]
    assert example_questions(sample[1:2]) == [SAMPLE_QUESTIONS[sample[1].url]]
    assert len(example_questions(sample)) == MOST
    assert example_questions([RAIN]) == ["What do the articles say about “Rain”?"]
    assert "Articles</strong> tab" in welcome_html([])
    assert "<script" not in welcome_html([Article.from_text("x", title="<script>")])


def test_the_theme_needs_nothing_from_elsewhere():
    look = theme()
    css = "".join(look._get_theme_css())
    loaded = re.findall(r"(?:url\(|@import)\s*['\"]?(.{5})", css)
    assert set(loaded) <= {"data:"}
    assert not [sheet for sheet in look._stylesheets if sheet]


def test_the_application_serves_the_page_and_no_files(library, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    settings = Settings(library=tmp_path / "library")
    with TestClient(create_app(lambda: library, settings), base_url="http://127.0.0.1:7860") as client:
        page = client.get("/")
        assert page.status_code == 200
        assert "<title>Whosaid" in page.text or '"title":"Whosaid"' in page.text
        assert "googleapis" not in page.text
        for path in (secret, "pyproject.toml", "ui/app.py"):
            assert client.get(f"/gradio_api/file={path}").status_code == 403
        for path in ("/docs", "/openapi.json", "/redoc", "/gradio_api/docs"):
            assert client.get(path).status_code == 404
        config = client.get("/config").json()
        assert config["footer_links"] == []
        assert config["max_file_size"] == 100 * 1024**2
        assert not config.get("analytics_enabled")
        named = client.get("/gradio_api/info").json()["named_endpoints"]
        assert named == {}
    assert library.closed
