"""The whole extractor with the shipped tagger: who said what, in invented articles, and offsets on any text."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.quotes import extract_quotes
from rag.types import Article, Quote

ARTICLE = """The council of Lindau met on Tuesday to vote on the new bridge.

“We will build it before the winter,” said Anna Berg, the mayor of Lindau. “Nobody should doubt that.”

Tom Hale, who leads the opposition, said that the plan was “far too expensive” for a small town. He told reporters \
that the bank had already refused a loan.

According to the Lindau Chronicle, the bridge will cost 40 million euros.

The mayor denied that the town was in debt. The building company declined to comment."""


def quotes_of(text: str) -> list[Quote]:
    article = Article.from_text(text, external_id="x")
    found = extract_quotes(article)
    check(article, found)
    return found


def check(article: Article, quotes: list[Quote]) -> None:
    for quote in quotes:
        assert quote.article_id == article.id
        assert quote.spans
        assert (quote.start, quote.end) == (quote.spans[0][0], quote.spans[-1][1])
        assert quote.text == " ".join(article.text[start:end] for start, end in quote.spans)
        for start, end in quote.spans:
            assert 0 <= start < end <= len(article.text)
        for before, after in zip(quote.spans, quote.spans[1:], strict=False):
            assert before[1] <= after[0]
        assert quote.paragraph == article.paragraph_at(quote.start)
        assert 0 <= quote.confidence <= 1
        if quote.cue is not None:
            assert article.text[quote.cue.start : quote.cue.end] == quote.cue.text
        if quote.speaker is not None and quote.speaker.start is not None:
            assert article.text[quote.speaker.start : quote.speaker.end] == quote.speaker.mention


def saying(quotes: list[Quote], words: str) -> Quote:
    (found,) = [quote for quote in quotes if words in quote.text and quote.via is None]
    return found


def test_an_article_in_full() -> None:
    quotes = quotes_of(ARTICLE)
    split = saying(quotes, "We will build it")
    assert split.text == "“We will build it before the winter,” “Nobody should doubt that.”"
    assert (split.kind, split.paragraph, len(split.spans)) == ("direct", 1, 2)
    assert split.speaker is not None
    assert split.speaker.name == "Anna Berg"
    mixed = saying(quotes, "far too expensive")
    assert mixed.kind == "mixed"
    assert mixed.speaker is not None
    assert mixed.speaker.name == "Tom Hale"
    told = saying(quotes, "refused a loan")
    assert told.speaker is not None
    assert (told.speaker.name, told.speaker.resolved_by, told.addressee) == ("Tom Hale", "pronoun", "reporters")
    paper = saying(quotes, "40 million")
    assert paper.speaker is not None
    assert paper.speaker.name == "Lindau Chronicle"
    denied = saying(quotes, "in debt")
    assert denied.speaker is not None
    assert (denied.polarity, denied.speaker.name, denied.speaker.resolved_by) == ("denied", "Anna Berg", "title")


def test_a_refusal_is_no_statement() -> None:
    refusals = [quote for quote in quotes_of(ARTICLE) if quote.paragraph == 4 and quote.polarity == "not_said"]
    assert [quote.speaker and quote.speaker.mention for quote in refusals] == ["The building company"]


def test_quotes_continued_over_paragraphs_have_one_speaker() -> None:
    quotes = quotes_of(
        "Mayor Anna Berg spoke to the council on Monday.\n\n“We will not look away,” Berg said. “We never have.\n\n"
        "“And we never will. Our friends know it.\n\n“That is the promise of this town.”\n\nThe council applauded."
    )
    direct = [quote for quote in quotes if quote.kind == "direct"]
    assert {quote.speaker and quote.speaker.name for quote in direct} == {"Anna Berg"}
    assert "That is the promise of this town" in " ".join(quote.text for quote in direct)


def test_scare_quotes_are_no_statements() -> None:
    assert quotes_of("The so-called “free” market in Lindau opens at eight, next to the “Old Bridge” hotel.") == []


def test_two_bare_quotes_without_source_name_nobody() -> None:
    quotes = quotes_of("“Nobody will ever know what really happened on the bridge that night.”")
    assert all(quote.speaker is None for quote in quotes)


@pytest.mark.parametrize(
    "text", ["", " \n\n ", "“", "”“”“", "''", "“\n\n“\n\n“", "a" * 5000, "“" * 600, "\x00\ud800 “x” said", "．" * 50]
)
def test_broken_texts_lose_nothing(text: str) -> None:
    quotes_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "Bürgermeisterin Anna Berg sagte am Montag: „Wir bauen die Brücke.“ Das Geld sei da.",
        "« Nous construirons le pont », a déclaré Anna Berg lundi.",
        "Мэр Анна Берг заявила: «Мы построим мост».",
        "安娜·贝格市长星期一说：“我们要建这座桥。”",
        "قالت رئيسة البلدية: «سنبني الجسر».",
    ],
)
def test_other_languages_do_no_harm(text: str) -> None:
    quotes_of(text)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["“", "”", '"', "‘", "’", "''", "„", "«", "»", "\n", "\n\n", " ", ". ", ", ", "Anna Berg", "he", "said",
             "told", "that", "the mayor", "We go", "never", "😀", "日本", "e\u0301", "\xa0"]
        ),
        max_size=60,
    ).map(" ".join)
)  # fmt: skip
def test_offsets_slice_on_generated_text(text: str) -> None:
    quotes_of(text)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=200))
def test_offsets_slice_on_any_text(text: str) -> None:
    quotes_of(text)


def test_many_threads_may_ask_at_once() -> None:
    results: list[int] = []
    threads = [threading.Thread(target=lambda: results.append(len(quotes_of(ARTICLE)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert len(set(results)) == 1


def test_nesting_names_who_reports_it() -> None:
    quotes = quotes_of("Town spokesman Tom Hale said that Mayor Anna Berg had promised a new bridge to the council.")
    inner = [quote for quote in quotes if quote.via]
    assert [(quote.speaker and quote.speaker.name, quote.via) for quote in inner] == [("Anna Berg", "Tom Hale")]


def test_quoted_words_inside_a_report_belong_to_whom_it_reports() -> None:
    quotes = quotes_of(
        "Council spokesman Tom Hale stated that Berg underscored the town’s “steady resolve” to build the bridge. "
        "Mayor Anna Berg left early."
    )
    inner = [quote for quote in quotes if quote.via]
    assert [(quote.speaker and quote.speaker.name, quote.via) for quote in inner] == [("Anna Berg", "Tom Hale")]
    assert "“steady resolve”" in inner[0].text


@pytest.mark.parametrize(
    "text",
    [
        "Mara Lindqvist praised the documentary “Thirteen Bridges” on Monday.",
        "The spot, titled “Arrogant,” features a report on the ferry.",
        "In her 2002 book, “Make Your Harbour Pay,” Mara Lindqvist wrote about the toll.",
    ],
)
def test_the_name_of_a_work_is_no_statement(text: str) -> None:
    assert [quote.text for quote in extract_quotes(Article.from_text(text)) if quote.kind == "direct"] == []


def test_words_on_a_work_are_statements() -> None:
    (quote,) = extract_quotes(Article.from_text("Mara Lindqvist said of the film, “It is about all of us.”"))
    assert quote.text == "“It is about all of us.”"


def test_words_after_the_tag_are_the_statements_and_not_the_speakers() -> None:
    (quote,) = extract_quotes(Article.from_text('"The toll is gone," said Otto Krall, "for ever."'))
    assert quote.text == '"The toll is gone," "for ever."'
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speaker.mention) == ("Otto Krall", "Otto Krall")


def test_who_is_shown_speaking_is_the_speaker() -> None:
    text = "The ad ends with footage of Mara Lindqvist asking, “Why is the bridge not open?”"
    (quote,) = extract_quotes(Article.from_text(text))
    assert quote.speaker is not None
    assert quote.speaker.name == "Mara Lindqvist"
