"""Answer -> HTML: order, markers, escaping, and what must never look like something else."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from rag.answering.compose import Draft, Passage, compose
from rag.types import Answer, Article, Citation, Part, Quote, Searched, Sentence, Speaker
from ui.conversation import Turn
from ui.reference import Reference, parse_reference
from ui.render import answer_html, conversation_html, error_html, turn_html

ONE = Article.from_text(
    "The ferry sank.\n\n“Nobody was hurt,” said Ada Quill. The hull lies in nine metres of water.",
    title="Ferry sinks",
    date="2031-05-02",
    source="Shore News",
)
TWO = Article.from_text("The ferry was old. It had leaked before.", title="An old ferry", source="Tide Post")
HURT = "“Nobody was hurt,” said Ada Quill."
SEARCHED = Searched(2, dt.date(2031, 5, 2), dt.date(2031, 5, 9))
HOSTILE = "<script>hit()</script><img src=x onerror=hit()>\"'`${hit()} {{hit}} [a](javascript:hit()) & </a></p>"


def blocks(html: str) -> list[tuple[str, str]]:
    """The paragraphs of an answer that hold sentences or notes: the first class of each, and what it holds."""
    return re.findall(r'<p class="(answer-(?:lead|line|note|text))[^"]*">(.*?)</p>', html)


def passage(article: Article, words: str, **rest) -> Passage:
    start = article.text.index(words)
    return Passage(article, article.paragraph_at(start), start, start + len(words), **rest)


def made(*drafts: Draft, **rest) -> Answer:
    return compose("Why?", drafts, SEARCHED, "sentences", **rest)


def of(*parts: Part, citations=(), status="answered", **rest) -> Answer:
    return Answer("Why?", status, "", parts, citations, SEARCHED, "sentences", 0.25, **rest)


SANK, OLD = passage(ONE, "The ferry sank."), passage(TWO, "The ferry was old.")


@pytest.fixture
def answer(say) -> Answer:
    """A lead, then three sentences: two of one article, one of them somebody's words, and one that two articles hold."""
    hurt = passage(ONE, HURT, speaker="Ada Quill")
    deep = passage(ONE, "The hull lies in nine metres of water.", same=(OLD,))
    lead = Draft("lead", (SANK,), "It sank.", quoted=False)
    return made(lead, Draft("evidence", (SANK, hurt, deep)), quotes=[say(ONE, "“Nobody was hurt,”", "Ada Quill")])


def test_an_answer_says_what_was_asked_for_first_and_each_sentence_once(answer, parse):
    html = answer_html(answer)
    assert [kind for kind, _ in blocks(html)] == ["answer-lead", *["answer-text"] * 3]
    assert re.search(r'<div class="answer"><p class="answer-lead', html)
    text = parse(html).text
    assert [text.count(sentence.text) for sentence in answer.sentences] == [1, 1, 1, 1]


def test_each_sentence_is_followed_by_its_own_citations(answer, parse):
    sentences = re.findall(r'<span class="sentence is-(\w+)">(.*?)</span></span>', answer_html(answer))
    assert [support for support, _ in sentences] == ["supported", "verbatim", "verbatim", "verbatim"]
    for (_, drawn), sentence in zip(sentences, answer.sentences, strict=True):
        page = parse(drawn)
        numbers = "".join(str(marker) for marker in sentence.citations)
        assert page.text == f"{sentence.text}\N{WORD JOINER}{numbers}"
        pointed = [parse_reference(link["href"]) for link in page.links()]
        cited = [answer.citations[marker - 1] for marker in sentence.citations]
        assert pointed == [Reference(one.article_id, one.start, one.end, one.marker) for one in cited]


def test_a_citation_tells_its_place_and_takes_the_keyboard(answer, parse):
    link = parse(answer_html(answer)).links()[2]
    assert link["class"] == "cite"
    assert link["title"] == "Shore News, 2 May 2031, paragraph 2"
    assert link["href"].startswith("#cite/")  # a link with an address is reached by Tab and opened by Enter
    assert "tabindex" not in link


def test_sources_have_one_row_an_article_with_a_link_for_each_number(answer, parse):
    rows = re.findall(r'<li class="source-row">(.*?)</li>', answer_html(answer))
    assert len(rows) == 2
    whole, *cited = [parse_reference(link["href"]) for link in parse(rows[0]).links()]
    assert whole == Reference(ONE.id)
    assert cited == [Reference(ONE.id, one.start, one.end, one.marker) for one in answer.citations[:3]]
    assert parse(rows[0]).text.startswith("Ferry sinks Shore News, 2 May 2031 1 paragraph 1")
    assert parse(rows[1]).text == "An old ferry Tide Post 4 paragraph 1"


def test_reports_that_differ_stand_under_a_line_of_ours():
    html = answer_html(made(Draft("differs", (SANK, OLD), "The reports differ:"), verdict="differs"))
    assert [kind for kind, _ in blocks(html)] == ["answer-line", "answer-text", "answer-text"]
    assert "is-abstained" not in html


def test_a_correction_is_a_line_of_ours_and_the_passage_that_proves_it(parse):
    words = passage(ONE, HURT, speaker="Ada Quill")
    answer = made(Draft("correction", (words,), "Bo Tarn is not reported to have said that."), verdict="other_speaker")
    assert answer.status == "abstained"
    html = answer_html(answer)
    assert [kind for kind, _ in blocks(html)] == ["answer-line", "answer-text"]
    assert "No answer in these articles" not in html
    assert parse(html).text.count("Searched 2 articles") == 1
    assert parse_reference(parse(blocks(html)[1][1]).links()[0]["href"]) == Reference(ONE.id, words.start, words.end, 1)


@pytest.mark.parametrize("citations", [(), (1,), (9,)])
@pytest.mark.parametrize("kind", ["lead", "evidence", "correction", "differs"])
def test_an_unsupported_sentence_is_never_part_of_the_answer(answer, kind, citations):
    loose = Part(kind, (Sentence("The captain was drunk.", "unsupported", citations),))
    html = answer_html(replace(answer, parts=(loose, *answer.parts)))
    before, details = html.split('<details class="left-out">')
    assert "drunk" not in before
    assert "1 sentence left out" in details
    assert "drunk" not in html.split("</details>")[1]


def test_a_sentence_whose_citations_do_not_exist_is_no_fact_either(answer):
    cold = Part("evidence", (Sentence("It was a cold day.", "supported", (7,)),))
    html = answer_html(replace(answer, parts=(cold,), quotes=()))
    assert "It was a cold day." not in html.split("<details")[0]
    assert blocks(html) == []


def test_a_refusal_is_calm_and_tells_what_was_searched_and_what_comes_close(parse):
    spoken = passage(ONE, HURT, speaker="Ada Quill")
    html = answer_html(made(Draft("note", words="The articles do not say."), Draft("closest", (OLD, spoken))))
    page = parse(html)
    assert "is-abstained" in html
    assert "is-error" not in html
    assert [kind for kind, _ in blocks(html)] == ["answer-note"]
    assert page.text.count("Searched 2 articles, 2 May 2031 – 9 May 2031.") == 1
    assert re.search(r'<details class="closest"><summary>[^<]*do not answer[^<]*</summary>', html)
    assert [parse_reference(link["href"]).marker for link in page.having("passage")] == [1, 2]
    assert "Ada Quill · Shore News, 2 May 2031, paragraph 2" in page.text
    assert "source-row" not in html


def test_one_passage_that_comes_close_is_not_folded_away(parse):
    html = answer_html(made(Draft("note", words="The articles do not say."), Draft("closest", (OLD,))))
    assert "<details" not in html
    assert len(parse(html).having("passage")) == 1


@pytest.mark.parametrize("searched", [SEARCHED, Searched(0), Searched(3)])
def test_what_was_searched_is_told_once(searched):
    silent = Part("note", (Sentence("The articles do not say.", "supported"),))
    answer = replace(of(silent, status="abstained"), searched=searched)
    told = answer_html(answer)
    assert told.count('<p class="answer-foot">') == told.count("earched") == 1


def test_a_line_of_talk_is_no_refusal(parse):
    hello = replace(made(Draft("note", words="Hello <you>.")), engine="chat")
    html = answer_html(hello)
    assert [parse(html).text] == ["Hello <you>."]
    assert "is-abstained" not in html
    assert "answer-label" not in html


@pytest.mark.parametrize("status", ["answered", "abstained"])
def test_a_note_stands_where_its_part_stands(answer, status, parse):
    note = Part("note", (Sentence("Bo Tarn <is> not reported to have said anything.", "supported"),))
    html = answer_html(replace(answer, status=status, parts=(*answer.parts, note)))
    assert parse(html).text.count("Bo Tarn <is> not reported to have said anything.") == 1
    assert [kind for kind, _ in blocks(html)][-1] == "answer-note"


def test_an_error_is_no_abstention():
    html = turn_html(Turn("Why?", error="The disk is full. Free some space."))
    assert "is-error" in html
    assert 'role="alert"' in html
    assert "is-abstained" not in html
    assert "Searched" not in html


def test_nothing_from_an_article_or_a_question_becomes_markup(parse):
    article = Article.from_text(HOSTILE, title=HOSTILE, source=HOSTILE, url="javascript:hit()", author=HOSTILE)
    from_article = {"article_id": article.id, "external_id": None, "paragraph": 0, "start": 0, "end": len(HOSTILE)}
    cited = Citation(marker=1, title=HOSTILE, source=HOSTILE, date=None, url=article.url, text=HOSTILE, **from_article)
    again, close = replace(cited, marker=2), replace(cited, marker=3)
    quote = Quote(
        text=HOSTILE, spans=(), kind="mixed", speaker=Speaker(HOSTILE), addressee=HOSTILE, via=HOSTILE, **from_article
    )
    own, loose = Sentence(HOSTILE, "supported", (1,), (3, 20)), Sentence(HOSTILE, "unsupported")
    shown = [
        Part(kind, (own, replace(own, support="verbatim", phrase=None), loose), HOSTILE)
        for kind in ("lead", "evidence", "differs")
    ]
    others = [
        Part("correction", (own,), HOSTILE),
        Part("note", (own,)),
        Part("closest", (replace(own, citations=(3,)),), HOSTILE),
    ]
    whole = Answer(
        HOSTILE,
        "answered",
        HOSTILE,
        (*shown, *others),
        (cited, again),
        Searched(2, source=HOSTILE),
        f"model: {HOSTILE}",
        0.1,
        quotes=(quote,),
        closest=(close, close),
        understood=HOSTILE,
        notice=HOSTILE,
    )
    turns = [
        Turn(HOSTILE, answer=one) for one in (whole, replace(whole, status="abstained"), replace(whole, engine="chat"))
    ]
    reading = replace(whole, parts=(), citations=())
    turns += [Turn(HOSTILE, answer=one, growing=True) for one in (whole, reading)]
    turns += [Turn(HOSTILE, error=HOSTILE), Turn(HOSTILE)]
    page = parse(conversation_html(turns, note=HOSTILE))
    assert {tag for tag, _ in page.tags} <= {
        *("div", "section", "h2", "h3", "p", "span", "strong", "a", "ul", "li", "details", "summary")
    }
    known = {"class", "href", "title", "aria-label", "aria-busy", "role", "tabindex"}
    for _, attributes in page.tags:
        assert set(attributes) <= known
    assert all(parse_reference(link["href"]) for link in page.links())
    assert page.text.count(HOSTILE) >= 40


def test_a_very_long_question_is_shown_in_part():
    html = turn_html(Turn("why " * 1000, error="Too long."))
    assert len(html) < 1000


def test_an_error_line_is_escaped():
    assert "<script" not in error_html(HOSTILE)


def test_how_a_follow_up_was_understood_is_shown_as_plain_text(answer, parse):
    assert not parse(answer_html(answer)).having("understood")
    page = parse(answer_html(replace(answer, understood=f"Who is {HOSTILE}")))
    assert page.having("understood")
    assert f"Who is {HOSTILE}" in page.text
    assert not [tag for tag, _ in page.tags if tag in ("script", "img")]


def test_a_growing_answer_shows_what_is_read_and_then_what_is_checked(answer, parse):
    read = replace(answer, parts=(), citations=(), closest=answer.citations, text="", engine="model: local:tiny")
    first = parse(turn_html(Turn("Why?", answer=read, growing=True)))
    assert len(first.having("passage")) == len(answer.citations)
    assert not first.having("sentence")
    assert first.having("is-pending")[0]["aria-busy"] == "true"
    assert "details" not in {tag for tag, _ in first.tags}  # it is drawn anew all the time, and would close again
    growing = replace(answer, closest=answer.citations, engine="model: local:tiny")
    second = parse(turn_html(Turn("Why?", answer=growing, growing=True)))
    assert not second.having("passage")
    assert len(second.having("sentence")) == len(answer.sentences)
    assert second.having("is-pending")


def test_what_answered_is_told(answer):
    assert "Written by local:&lt;tiny&gt;, every sentence checked" in answer_html(
        replace(answer, engine="model: local:<tiny>")
    )
    for engine in ("sentences", "summary", "requests"):
        assert "In the articles’ own sentences" in answer_html(replace(answer, engine=engine))


@pytest.mark.parametrize("status", ["answered", "abstained"])
def test_a_notice_is_shown_as_plain_text(answer, status):
    drawn = answer_html(replace(answer, status=status, notice="The model <b>x</b> cannot be reached."))
    assert '<p class="answer-notice">The model &lt;b&gt;x&lt;/b&gt; cannot be reached.</p>' in drawn
