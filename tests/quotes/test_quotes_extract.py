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
    assert denied.polarity == "denied"
    assert denied.speaker.name in ("Anna Berg", "The mayor"), "the right one, or as written"


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


TOLD_APART = {
    "a list": (
        'The council met.\n\n- Mayor Otto Grimm: "The wall held."\n\n- Fire chief Lena Strand: "We lost two boats."',
        [("Otto Grimm", '"The wall held."'), ("Lena Strand", '"We lost two boats."')],
    ),
    "quoted by a paper": (
        "The general was tired. Navarro was quoted by the daily El Faro as saying that the war was lost.",
        [("Navarro", "that the war was lost")],
    ),
    "a signature after a colon": (
        "The inspectors came on Monday.\n\n“The steel was fine when we left it”: Calder Works.\n\n"
        "Amir Sadeq, an engineer, said the steel had been bought cheaply.",
        [
            ("Calder Works", "“The steel was fine when we left it”"),
            ("Amir Sadeq", "the steel had been bought cheaply"),
        ],
    ),
    "a name after what it is": (
        "The mill burned down in May. The insurer, Alba Mutual, said it would not pay. The mechanic, Ivo Stan, said the "
        "boiler was old.",
        [("Alba Mutual", "it would not pay"), ("Ivo Stan", "the boiler was old")],
    ),
    "a president beside his predecessor": (
        "The club has money. His predecessor, Jan Tolle, who is no relation, said the roof leaked.\n\n"
        "The president of the club, Mara Wick, promised new seats.",
        [("Jan Tolle", "the roof leaked"), ("Mara Wick", "new seats")],
    ),
    "nobody": ("Nobody at the ministry confirmed the arrest. No one in the office said the list was lost.", []),
    "a lie is no statement": (
        "Hugo Brandt said Erik Moll had lied about the contract.",
        [("Hugo Brandt", "Erik Moll had lied about the contract")],
    ),
    "a pronoun after one of two brothers": (
        "Tore Lomund, a farmer, and Mayor Else Lomund live in one street. Lomund said the road was dangerous. "
        "He denied that it was his idea.",
        [("Lomund", "the road was dangerous"), ("He", "that it was his idea")],
    ),
    "a title tells brothers apart": (
        "President Milan Kolar met his brother Jan Kolar at the lake.\n\nJan Kolar runs the mill. Jan Kolar is 60.\n\n"
        "“We will not sell,” President Kolar said.",
        [("Milan Kolar", "“We will not sell,”")],
    ),
    "whom it was told": (
        "Prime Minister Ole Dahl told King Harald the talks had failed.",
        [("Ole Dahl", "the talks had failed")],
    ),
    "a name that no list holds": (
        "John Barlow opened the port on Monday.\n\nZbyszek Wron said the cranes were old. He warned that they could fall.",
        [("Zbyszek Wron", "the cranes were old"), ("Zbyszek Wron", "that they could fall")],
    ),
    "a first sentence full of names": (
        "Olaf Scholz met Emmanuel Macron in Paris on Monday.\n\nScholz said the talks had been warm.\n\n"
        "Britta Scholz, who is no relation, said the talks were useless.",
        [("Olaf Scholz", "the talks had been warm"), ("Britta Scholz", "the talks were useless")],
    ),
    "what comes after the full stop": (
        "According to the report, the company ignored three warnings. The Water Agency said it had not seen the document.",
        [("the report", "the company ignored three warnings."), ("Water Agency", "it had not seen the document")],
    ),
    "what is shown": ("Doctor Beil was shown the “evidence”.", []),
}


@pytest.mark.parametrize("case", TOLD_APART)
def test_who_is_told_apart(case: str) -> None:
    text, expected = TOLD_APART[case]
    assert [(quote.speaker and quote.speaker.name, quote.text) for quote in quotes_of(text)] == expected


def test_a_report_is_told_even_where_its_tag_comes_last() -> None:
    quotes = quotes_of("Mayor Olga Renn had called the plan “madness”, her spokesman Uli Kern said.")
    assert [(quote.speaker and quote.speaker.name, quote.via) for quote in quotes] == [
        ("Uli Kern", None),
        ("Olga Renn", "Uli Kern"),
    ]


def test_nothing_said_about_something_is_not_said() -> None:
    (quote,) = quotes_of("Berg said nothing about the money.")
    assert quote.polarity == "not_said"


@pytest.mark.parametrize(
    "text",
    [
        "„Wir haben keine andere Wahl, als zu gehen“, sagte Ministerin Ute Falk am Montag in Berlin.\n\n"
        "Der Bauunternehmer Jens Kolbe widersprach: „Das ist Unsinn.“",
        "«El puente es peligroso», dijo la alcaldesa Ana Ruiz el lunes. El portavoz no quiso hablar con la prensa.",
        "« C'est faux », a répondu Marc Petit lundi. Le maire a dit que le pont serait fermé jusqu'au printemps.",
    ],
)
def test_what_cannot_be_read_is_not_guessed(text: str) -> None:
    assert quotes_of(text) == []


def test_no_source_or_cue_crosses_a_paragraph() -> None:
    for quote in quotes_of(
        "Q: Why did you leave?\n\nA: Because they lied to me.\n\nAnchor Jill Moss: Is it true that you took the money?"
    ):
        assert quote.speaker is None or "\n" not in quote.speaker.mention
        assert quote.cue is None or "\n" not in quote.cue.text
