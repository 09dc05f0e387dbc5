"""The source panel: the article to the letter, the slice marked to the letter, links only to the web."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Article
from ui.reference import Reference, parse_reference
from ui.source_view import is_web_address, notice_html, source_html

ARTICLE = Article.from_text(
    "Rain fell.\n\n“We wait,” said Ada Quill.\n\nThe river rose & rose.",
    title="Rain",
    date="2031-05-02",
    source="Shore News",
    author="Bo Tarn",
    url="https://shore.example/rain?a=1&b=2",
)


class Source(HTMLParser):
    """The paragraphs of a rendered article, and the marked words of each."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[str] = []
        self.marked: list[str] = []
        self.numbers: list[int] = []
        self.cited: list[int] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._in_text = self._in_mark = False
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag == "p" and "data-number" in attributes:
            self._in_text = True
            self.paragraphs.append("")
            self.marked.append("")
            self.numbers.append(int(attributes["data-number"]))
            if attributes.get("class") == "cited":
                self.cited.append(self.numbers[-1])
        elif tag == "mark":
            self._in_mark = True

    def handle_endtag(self, tag):
        if tag == "p":
            self._in_text = False
        elif tag == "mark":
            self._in_mark = False

    def handle_data(self, data):
        if self._in_text:
            self.paragraphs[-1] += data
            if self._in_mark:
                self.marked[-1] += data


PIECES = st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from("\n\n .<>&\"'{}$`"), max_size=80)


@given(PIECES, st.data())
def test_the_article_is_shown_to_the_letter_and_the_slice_is_marked_to_the_letter(text, data):
    article = Article.from_text(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    source = Source(source_html(article, Reference(article.id, start, end)))
    assert source.paragraphs == [article.paragraph_text(one.index) for one in article.paragraphs]
    expected = [text[max(start, one.start) : max(start, one.start, min(end, one.end))] for one in article.paragraphs]
    assert source.marked == expected
    assert source.numbers == list(range(1, len(article.paragraphs) + 1))
    assert source.cited == [number for number, words in zip(source.numbers, expected, strict=True) if words]


def test_the_cited_paragraph_is_the_one_that_holds_the_words():
    start = ARTICLE.text.index("“We wait,”")
    source = Source(source_html(ARTICLE, Reference(ARTICLE.id, start, start + 10)))
    assert source.cited == [2]
    assert source.marked[1] == "“We wait,”"


def test_the_head_tells_title_publisher_date_author_and_address():
    html = source_html(ARTICLE, Reference(ARTICLE.id))
    for told in ("Rain", "Shore News · 2 May 2031", "Bo Tarn", "https://shore.example/rain?a=1&amp;b=2"):
        assert f">{told}</" in html
    [link] = [attributes for tag, attributes in Source(html).tags if tag == "a"]
    assert link == {
        "href": "https://shore.example/rain?a=1&b=2",
        "target": "_blank",
        "rel": "noopener noreferrer nofollow",
    }


def test_an_article_without_any_facts_still_has_a_head():
    html = source_html(Article.from_text("Rain fell."), Reference("0" * 16))
    assert "Unnamed publisher" in html
    assert "Untitled article" in html


def test_an_empty_slice_marks_nothing():
    assert "<mark" not in source_html(ARTICLE, Reference(ARTICLE.id))


def test_a_slice_beyond_the_text_is_refused():
    with pytest.raises(ValueError, match="outside"):
        source_html(ARTICLE, Reference(ARTICLE.id, 0, len(ARTICLE.text) + 1))


def test_a_replaced_version_says_so():
    assert "replaced" not in source_html(ARTICLE, Reference(ARTICLE.id))
    assert "replaced" in source_html(ARTICLE, Reference(ARTICLE.id), current=False)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>hit()</script>",
        "file:///etc/passwd",
        "//shore.example/rain",
        "https://",
        "https:shore.example",
        "https://shore.example/a b",
        "http://[bad",
        "ftp://shore.example/",
    ],
)
def test_only_web_addresses_become_links(url):
    assert not is_web_address(url)
    article = Article.from_text("Rain fell.", url=url)
    source = Source(source_html(article, Reference(article.id)))
    assert not [tag for tag, _ in source.tags if tag == "a"]


@pytest.mark.parametrize(
    "url", ["https://shore.example/rain", "http://shore.example:8080/?a=b#c", "HTTPS://shore.example"]
)
def test_web_addresses_become_links(url):
    assert is_web_address(url)


def test_no_text_of_an_article_becomes_markup():
    hostile = "\"'><script>hit()</script><img src=x onerror=hit()>${hit()}{{hit}}</p></mark>"
    article = Article.from_text(
        hostile, title=hostile, source=hostile, author=hostile, url="https://a.example/" + hostile.replace(" ", "/"),
        metadata={"note": hostile},
    )  # fmt: skip
    source = Source(source_html(article, Reference(article.id, 3, 30)))
    assert {tag for tag, _ in source.tags} == {"article", "header", "div", "h2", "p", "mark", "a", "button"}
    allowed = {
        "class",
        "aria-labelledby",
        "id",
        "tabindex",
        "data-number",
        "href",
        "target",
        "rel",
        "type",
        "data-article",
        "aria-live",
    }
    assert all(set(attributes) <= allowed for _, attributes in source.tags)
    assert source.paragraphs == [hostile]
    assert "<script" not in notice_html(hostile, hostile)


def test_a_reference_is_read_back_from_its_link():
    reference = Reference("0123456789abcdef", 7, 12, 3)
    assert parse_reference(reference.href) == reference
    assert parse_reference("#cite/0123456789abcdef/7/12") == Reference("0123456789abcdef", 7, 12)


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        ["#cite/0123456789abcdef/0/1/1"],
        {"id": 1},
        "",
        "#cite/",
        "#cite/0123456789abcde/0/1/1",
        "#cite/0123456789ABCDEF/0/1/1",
        "#cite/../../etc/passwd/0/1/1",
        "#cite/0123456789abcdef/-1/1/1",
        "#cite/0123456789abcdef/2/1/1",
        "#cite/0123456789abcdef/0/1/1\n",
        "#cite/0123456789abcdef/0/9999999999/1",
        "#cite/0123456789abcdef/0/1/1/1",
        "#cite/0123456789abcdef/٣/٤/1",
        "x#cite/0123456789abcdef/0/1/1",
    ],
)
def test_anything_else_is_no_reference(value):
    assert parse_reference(value) is None
