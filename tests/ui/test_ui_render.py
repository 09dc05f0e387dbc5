"""Answer -> HTML: order, markers, escaping, and what must never look like something else."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Answer, Article, Citation, Quote, Searched, Sentence, Speaker
from ui.conversation import Turn
from ui.reference import Reference, parse_reference
from ui.render import answer_html, conversation_html, error_html, turn_html
from ui.words import escape

ONE = Article.from_text(
    "The ferry sank.\n\n“Nobody was hurt,” said Ada Quill. The hull lies in nine metres of water.",
    title="Ferry sinks",
    date="2031-05-02",
    source="Shore News",
)
TWO = Article.from_text("The ferry was old. It had leaked before.", title="An old ferry", source="Tide Post")
SEARCHED = Searched(2, dt.date(2031, 5, 2), dt.date(2031, 5, 9))
HOSTILE = "<script>hit()</script><img src=x onerror=hit()>\"'`${hit()} {{hit}} [a](javascript:hit()) & </a></p>"


class Page(HTMLParser):
    """What a browser would see: text, tags with attributes, and the text inside each tag of interest."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def links(self) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == "a"]


def answered(*sentences, citations, **rest) -> Answer:
    text = " ".join(sentence.text for sentence in sentences)
    return Answer("Why?", "answered", text, sentences, citations, SEARCHED, "test", 0.25, **rest)


@pytest.fixture
def answer(cite) -> Answer:
    citations = (
        cite(ONE, "The ferry sank.", 1),
        cite(ONE, "“Nobody was hurt,” said Ada Quill.", 2),
        cite(TWO, "The ferry was old.", 3),
    )
    return answered(
        Sentence(citations[0].text, "verbatim", (1,)),
        Sentence(citations[1].text, "verbatim", (2,)),
        Sentence("Two papers call the ferry old and sunk.", "supported", (1, 3)),
        citations=citations,
    )


def test_each_sentence_is_followed_by_its_own_citations(answer):
    html = answer_html(answer)
    sentences = re.findall(r'<span class="sentence is-(\w+)">(.*?)</span></span>', html)
    assert [support for support, _ in sentences] == ["verbatim", "verbatim", "supported"]
    for (_, drawn), sentence in zip(sentences, answer.sentences, strict=True):
        page = Page(drawn)
        numbers = "".join(str(marker) for marker in sentence.citations)
        assert page.text == f"{sentence.text}\N{WORD JOINER}{numbers}"
        pointed = [parse_reference(link["href"]) for link in page.links()]
        cited = [answer.citations[marker - 1] for marker in sentence.citations]
        assert pointed == [Reference(one.article_id, one.start, one.end, one.marker) for one in cited]


def test_a_citation_tells_its_place_and_takes_the_keyboard(answer):
    link = Page(answer_html(answer)).links()[1]
    assert link["class"] == "cite"
    assert link["title"] == "Shore News, 2 May 2031, paragraph 2"
    assert link["href"].startswith("#cite/")  # a link with an address is reached by Tab and opened by Enter
    assert "tabindex" not in link


def test_exact_words_stand_under_their_publisher(answer):
    runs = re.findall(r'<p class="answer-text">(.*?)</p>', answer_html(answer))
    assert len(runs) == 2  # two sentences told by one article, and the program's own words
    assert Page(runs[0]).text.startswith("Shore News, 2 May 2031 exact wordsThe ferry sank.")
    assert Page(runs[1]).text.startswith("Two papers call the ferry old and sunk.")
    assert Page(runs[1]).text.endswith(" checked")
    assert runs[0].count('class="told-by"') == 1
    assert "told-by" not in runs[1]


def test_every_sentence_has_a_sign_that_is_explained_on_focus(answer):
    tags = Page(answer_html(answer)).tags
    signs = [attributes for _, attributes in tags if attributes.get("class", "").startswith("proof")]
    assert [sign["class"] for sign in signs] == ["proof is-verbatim", "proof is-verbatim", "proof is-supported"]
    assert all(sign["tabindex"] == "0" for sign in signs)
    assert "Exact words" in signs[0]["aria-label"]
    assert "names, numbers, dates" in signs[2]["aria-label"]


def test_sources_are_listed_in_the_order_of_their_numbers(answer):
    listed = re.findall(r'<span class="source-marker">(\d+)</span>.*?source-title">(.*?)</span>', answer_html(answer))
    assert listed == [("1", "Ferry sinks"), ("2", "Ferry sinks"), ("3", "An old ferry")]
    assert "Tide Post, paragraph 1" in Page(answer_html(answer)).text


def test_the_words_that_were_asked_for_are_bold(answer):
    first = replace(answer.sentences[0], text="It sank in <1871> off Lund.", phrase=(11, 17))
    assert "It sank in <strong>&lt;1871&gt;</strong> off Lund." in answer_html(replace(answer, sentences=(first,)))


@pytest.mark.parametrize("citations", [(), (1,), (9,)])
def test_an_unsupported_sentence_is_never_part_of_the_answer(answer, citations):
    loose = Sentence("The captain was drunk.", "unsupported", citations)
    html = answer_html(replace(answer, sentences=(*answer.sentences, loose)))
    before, details = html.split('<details class="left-out">')
    assert "drunk" not in before
    assert "1 sentence left out" in details
    assert "drunk" not in html.split("</details>")[1]


def test_a_sentence_whose_citations_do_not_exist_is_no_fact_either(answer):
    html = answer_html(replace(answer, sentences=(Sentence("It was a cold day.", "supported", (7,)),)))
    assert "It was a cold day." not in html.split("<details")[0]
    assert "answer-text" not in html


def test_an_abstention_is_calm_and_tells_what_was_searched(cite):
    closest = (cite(TWO, "The ferry was old.", 1),)
    answer = Answer("Why?", "abstained", "The articles do not say.", (), (), SEARCHED, "test", 0.1, closest=closest)
    html = answer_html(answer)
    page = Page(html)
    assert "is-abstained" in html
    assert "is-error" not in html
    assert "Searched 2 articles, 2 May 2031 – 9 May 2031." in page.text
    assert "Closest passages (they do not answer the question)" in page.text
    assert parse_reference(page.links()[0]["href"]) == Reference(TWO.id, 0, 18, 1)


def test_what_was_searched_is_told_once():
    told = "The articles do not say. Searched 2 articles, 2 May 2031 to 9 May 2031."
    assert (
        Page(answer_html(Answer("Why?", "abstained", told, (), (), SEARCHED, "test", 0.1))).text.count("Searched") == 1
    )


def test_an_abstention_may_cite_whose_words_they_are(cite):
    cited = cite(ONE, "“Nobody was hurt,” said Ada Quill.", 1)
    answer = Answer(
        "When did Bo Tarn say it?",
        "abstained",
        "Those are the words of Ada Quill.",
        (Sentence("Those are the words of Ada Quill.", "supported", (1,)),),
        (cited,),
        SEARCHED,
        "test",
        0.1,
    )
    page = Page(answer_html(answer))
    assert page.text.count("Those are the words of Ada Quill.") == 1
    assert parse_reference(page.links()[0]["href"]) == Reference(ONE.id, cited.start, cited.end, 1)


@pytest.mark.parametrize("status", ["answered", "abstained"])
def test_what_is_not_answered_is_told_beside_what_is(answer, status):
    html = answer_html(replace(answer, status=status, unanswered=("Bo Tarn <is> not reported to have said anything.",)))
    assert Page(html).text.count("Bo Tarn <is> not reported to have said anything.") == 1
    assert html.index("is-unanswered") > html.rindex("is-verbatim")


def test_an_error_is_no_abstention():
    html = turn_html(Turn("Why?", error="The disk is full. Free some space."))
    assert "is-error" in html
    assert 'role="alert"' in html
    assert "is-abstained" not in html
    assert "Searched" not in html


def test_a_statement_is_a_card_with_its_speaker_and_kind(answer):
    words = "“Nobody was hurt,”"
    start = ONE.text.index(words)
    quote = Quote(
        article_id=ONE.id,
        external_id=None,
        paragraph=1,
        text=words,
        start=start,
        end=start + len(words),
        spans=((start, start + len(words)),),
        kind="direct",
        speaker=Speaker("Ada Quill", "Ada Quill"),
        polarity="denied",
        addressee="reporters",
    )
    html = answer_html(replace(answer, quotes=(quote, replace(quote, speaker=None, polarity="asserted"))))
    first, second = re.findall(r'<li class="quote.*?</li>', html)
    assert Page(first).text.startswith(f"Ada Quill{words}Direct quote · denied · to reporters")
    assert "Shore News, 2 May 2031, paragraph 2" in first
    assert parse_reference(Page(first).links()[0]["href"]) == Reference(ONE.id, quote.start, quote.end)
    assert Page(second).text.startswith("Source not named")


def test_nothing_from_an_article_or_a_question_becomes_markup():
    article = Article.from_text(HOSTILE, title=HOSTILE, source=HOSTILE, url="javascript:hit()", author=HOSTILE)
    from_article = {"article_id": article.id, "external_id": None, "paragraph": 0, "start": 0, "end": len(HOSTILE)}
    cited = Citation(marker=1, title=HOSTILE, source=HOSTILE, date=None, url=article.url, text=HOSTILE, **from_article)
    quote = Quote(
        text=HOSTILE, spans=(), kind="mixed", speaker=Speaker(HOSTILE), addressee=HOSTILE, via=HOSTILE, **from_article
    )
    whole = Answer(
        HOSTILE,
        "answered",
        HOSTILE,
        (Sentence(HOSTILE, "verbatim", (1,)), Sentence(HOSTILE, "unsupported")),
        (cited,),
        SEARCHED,
        HOSTILE,
        0.1,
        quotes=(quote,),
        closest=(cited,),
    )
    turns = [Turn(HOSTILE, answer=one) for one in (whole, replace(whole, status="abstained"))]
    turns += [Turn(HOSTILE, error=HOSTILE), Turn(HOSTILE)]
    page = Page(conversation_html(turns, note=HOSTILE))
    assert {tag for tag, _ in page.tags} <= {
        *("div", "section", "h2", "h3", "p", "span", "a", "ul", "li", "blockquote", "details", "summary")
    }
    known = {"class", "href", "title", "aria-label", "aria-busy", "role", "tabindex"}
    for _, attributes in page.tags:
        assert set(attributes) <= known
    assert all(parse_reference(link["href"]) for link in page.links())
    assert page.text.count(HOSTILE) >= 12


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from("\t\n<>&\"'")))
def test_escaped_text_is_read_back_by_a_browser_as_it_was(text):
    assert Page(escape(text)).text == text
    assert Page(f'<p title="{escape(text)}">').tags == [("p", {"title": text})]


def test_characters_that_cannot_be_sent_show_as_a_mark():
    assert escape("a\0b\ud800c\x1bd\re") == "a\ufffdb\ufffdc\ufffdd\ne"


def test_a_very_long_question_is_shown_in_part():
    html = turn_html(Turn("why " * 1000, error="Too long."))
    assert len(html) < 1000


def test_an_error_line_is_escaped():
    assert "<script" not in error_html(HOSTILE)


def test_how_a_follow_up_was_understood_is_shown_as_plain_text(answer):
    assert "Understood as" not in answer_html(answer)
    page = Page(answer_html(replace(answer, understood=f"Who is {HOSTILE}")))
    assert f"Understood as: Who is {HOSTILE}" in page.text
    assert not [tag for tag, _ in page.tags if tag in ("script", "img")]


def test_a_growing_answer_shows_what_is_read_and_then_what_is_checked(answer):
    read = replace(answer, sentences=(), citations=(), closest=answer.citations, text="", engine="model: local:tiny")
    first = turn_html(Turn("Why?", answer=read, growing=True))
    assert "Reading these passages" in first
    assert "What is being read" in first
    assert 'aria-busy="true"' in first
    second = turn_html(Turn("Why?", answer=replace(answer, engine="model: local:tiny"), growing=True))
    assert "checking every sentence" in second
    assert "What is being read" not in second
    assert "The ferry sank." in second


def test_what_answered_is_told(answer):
    assert "Written by local:&lt;tiny&gt;, every sentence checked" in answer_html(
        replace(answer, engine="model: local:<tiny>")
    )
    assert "In the articles’ own sentences" in answer_html(replace(answer, engine="extractive"))
    assert "From the statements in the articles" in answer_html(replace(answer, engine="ledger"))


@pytest.mark.parametrize("status", ["answered", "abstained"])
def test_a_notice_is_shown_as_plain_text(answer, status):
    drawn = answer_html(replace(answer, status=status, notice="The model <b>x</b> cannot be reached."))
    assert '<p class="answer-notice">The model &lt;b&gt;x&lt;/b&gt; cannot be reached.</p>' in drawn
