"""An article told in a few of its sentences: what cannot stand alone is not told alone, and what is left out is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.summarizing.article import summarize_article
from rag.summarizing.shortening import shorten
from rag.summarizing.telling import compose_summary
from rag.types import Article, Searched


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("The ferry to Osterby runs again from Monday.", "one sentence"),
        ("Milk\nBread\nTwo candles\nA rope of nine yards", "a list"),
        ("Town\t2024\t2025\nLindal\t40\t41\nEskerby\t12\t15\nOsterby\t3\t4", "a table"),
        (" \n ", "no text"),
        ("drift " * 5000, "cannot be summarised"),
        (
            "Der Bürgermeister von Lindal hat am Montag die neue Brücke eröffnet. Die alte Brücke wurde im Winter gesperrt. "
            "Viele Einwohner kamen zum Fest am Ufer. Im Sommer soll auch der Hafen erneuert werden.",
            "not in English",
        ),
        (
            "\n".join(
                f"{hour}:15 p.m.\nCrews pumped water from street number {hour} of the town." for hour in range(1, 9)
            ),
            "live blog",
        ),
    ],
)
def test_what_is_no_plain_article_is_told_so(text: str, note: str) -> None:
    told, _, said = summarize_article(Article.from_text(text), ())
    assert note in said
    assert bool(told) == bool(text.strip())


DIGEST = """Wake up with the news of Lindal in your inbox, every day.

{one}

The weir at Lindal burst on Monday and flooded 40 houses. Divers look for the cause.

{two}

It was the longest strike yet. The tram drivers of Eskerby ended their strike after nine days.

JUST WATCHED The strike ends

{three}

Osterby will have a new ferry in May, its council announced. The old one is 60 years old.

{four}

The price of bread rose by a tenth in Norlund this year. Bakers blame the harvest."""
NUMBERED = ["1. The weir", "2. The trams", "3. The ferry", "4. Bread"]


@pytest.mark.parametrize("headings", [NUMBERED, [one[3:] for one in NUMBERED]])
def test_a_digest_is_told_a_sentence_an_item(headings: list[str]) -> None:
    article = Article.from_text(DIGEST.format(**dict(zip(["one", "two", "three", "four"], headings, strict=True))))
    told, _, note = summarize_article(article, ())
    items = [
        "The weir at Lindal burst on Monday and flooded 40 houses.",
        "The tram drivers of Eskerby ended their strike after nine days.",
        "Osterby will have a new ferry in May, its council announced.",
        "The price of bread rose by a tenth in Norlund this year.",
    ]
    assert [one.text for one in told] == items
    assert "digest of 4 items" in note
    assert [one.text for one in summarize_article(article, (), sentences=2)[0]] == items[:2]
    assert [one.text for one in summarize_article(article, (), limit=20)[0]] == items[:1]


def test_an_article_with_headings_is_no_digest() -> None:
    text = "\n\n".join(
        f"The part {number}\n\nThe weir of ward {number} burst.\n\nDivers of ward {number} came.\n\nMasons closed it."
        for number in range(6)
    )
    assert "digest" not in summarize_article(Article.from_text(text), ())[2]


def test_a_very_long_article_says_that_not_all_was_read() -> None:
    text = "\n\n".join(
        f"The council of ward {number} planted {number} trees on the bank of the river." for number in range(4000)
    )
    told, _, note = summarize_article(Article.from_text(text), ())
    assert len(told) >= 3
    assert "paragraphs" in note


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ESKERBY — The tram drivers of the city went on strike.", "The tram drivers of the city went on strike."),
        (
            "Lindal (CNN) The tram drivers of the city (all of them) went on strike.",
            "The tram drivers of the city went on strike.",
        ),
        ("But Brandt told the council to wait for spring.", "Brandt told the council to wait for spring."),
        ("But the council wants to wait for the spring.", "But the council wants to wait for the spring."),
        ("The mill (above) burned for two days in May.", "The mill burned for two days in May."),
        ("The mill, which stands by the river, burned for two days.", "The mill burned for two days."),
        (
            "The town, where shops are shut, trains stand still and nobody works, waits for rain.",
            "The town, where shops are shut, trains stand still and nobody works, waits for rain.",
        ),
        (
            "Brandt, who denied the charge, left the hall at noon.",
            "Brandt, who denied the charge, left the hall at noon.",
        ),
        (
            "“The mill (above) is ours,” Brandt told the council.",
            "“The mill (above) is ours,” Brandt told the council.",
        ),
    ],
)
def test_what_is_left_out_changes_no_claim(text: str, left: str) -> None:
    assert "".join(text[start:end] for start, end in shorten(text, opens=True)) == left


@given(st.text(alphabet='Ab ,.()–—“”who said"', max_size=200))
def test_shortening_only_deletes(text: str) -> None:
    kept = shorten(text, opens=True)
    places = [place for span in kept for place in span]
    assert places == sorted(places)
    assert all(0 <= start <= end <= len(text) for start, end in kept)


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    "LINDAL (Post) -- The weir, which stood for a year, burst on Monday and flooded 40 houses.",
                    "But Brandt (above) told the council that the town would wait for the spring.",
                    "“We heard it,” Otto Winter said. “Then the water came.”",
                    "► Masons – all of them from Osterby – closed the weir again at noon.\n\nA list\nof lines",
                    "a\tb\tc",
                ]
            ),
            st.text(max_size=60),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_words_are_those_of_the_cited_slice_whatever_the_text(parts: list[str]) -> None:
    article = Article.from_text("\n\n".join(parts))
    told, said, _ = summarize_article(article, ())
    summary = compose_summary(told, said, Searched(1))
    slices = {citation.marker: citation for citation in summary.citations}
    for citation in summary.citations:
        assert article.text[citation.start : citation.end] == citation.text
    for sentence in summary.sentences:
        cited = slices[sentence.citations[0]].text
        rest = iter(cited.split())
        assert all(word in rest for word in sentence.text.split())
        assert sentence.support != "verbatim" or sentence.text == cited
