"""Statements of the ledger, found by speaker, topic, source and date."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from rag.library import Library
from rag.types import Article, Filters, Quote


def statement(name: str, words: str, date: str, source: str = "The Lindal Post") -> Article:
    return Article.from_text(f"“{words},” said {name}.", title=f"On {date}", date=date, source=source)


@pytest.fixture
def many(library: Library) -> Library:
    """Statements on a well and a choir, of two spellings of one speaker and of another; one has no date."""
    whole = statement("Ada Brandt", "The well gives clean water", "2026-01-10")
    short = statement("Ada Brandt", "The choir sings in May", "2026-01-20", "Stage Weekly")
    other = statement("Nils Ekhorn", "The well is too deep", "2026-01-15", "Stage Weekly")
    undated = Article.from_text("“The choir needs a hall,” said Nils Ekhorn.", title="Choir")
    extract = library._extract
    library._adder._extract = lambda article: [
        # the way extraction stores a speaker whom an article never names in full
        replace(quote, speaker=replace(quote.speaker, name="Brandt")) if quote.speaker and article == short else quote
        for quote in extract(article)
    ]
    library.add_articles([undated, whole, other, short])
    return library


def texts(quotes: list[Quote]) -> list[str]:
    return [quote.text.strip("“,”") for quote in quotes]


WATER, DEEP, MAY, HALL = (
    "The well gives clean water",
    "The well is too deep",
    "The choir sings in May",
    "The choir needs a hall",
)


@pytest.mark.parametrize(
    ("speaker", "wanted"),
    [
        (None, [MAY, DEEP, WATER, HALL]),
        ("Brandt", [MAY, WATER]),
        ("Ada Brandt", [MAY, WATER]),
        ("Mayor Brandt", [MAY, WATER]),
        ("Otto Brandt", []),  # a bare "Brandt" is the one Brandt that is known
        ("ekhorn", [DEEP, HALL]),
        ("Nils Ekhorn", [DEEP, HALL]),
        ("Jonas Reet", []),
    ],
)
def test_statements_of_a_speaker_are_listed_the_newest_first_and_undated_last(
    many: Library, speaker: str | None, wanted: list[str]
) -> None:
    assert texts(many.quotes(speaker)) == wanted


def test_statements_on_a_topic_and_of_a_speaker_on_a_topic(many: Library) -> None:
    assert set(texts(many.quotes(about="the well"))) == {WATER, DEEP}
    assert texts(many.quotes(about="clean water in the well"))[0] == WATER, "the best first"
    assert texts(many.quotes(speaker="Brandt", about="the well")) == [WATER]
    assert texts(many.quotes(speaker="Brandt", about="the choir")) == [MAY]
    assert many.quotes(speaker="Jonas Reet", about="the well") == []
    assert many.quotes(about="penguins of Quito") == []


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (Filters(source="stage weekly"), [MAY, DEEP]),
        (Filters(source="Nobody's Paper"), []),
        (Filters(since=dt.date(2026, 1, 15)), [MAY, DEEP]),
        (Filters(until=dt.date(2026, 1, 15)), [DEEP, WATER]),
        (Filters(since=dt.date(2026, 1, 11), until=dt.date(2026, 1, 19)), [DEEP]),
        (Filters(source="Stage Weekly", until=dt.date(2026, 1, 15)), [DEEP]),
    ],
)
def test_filters_by_source_and_date(many: Library, filters: Filters, wanted: list[str]) -> None:
    assert texts(many.quotes(filters=filters)) == wanted
    wells = [one for one in wanted if "well" in one]
    assert sorted(texts(many.quotes(about="the well", filters=filters))) == sorted(wells)
    assert len(many._ledger.speakers(filters)) == len(wanted)
    brandts = [one for one in wanted if one in (WATER, MAY)]
    assert texts(many.quotes("Brandt", filters=filters)) == brandts


def test_filters_by_article(many: Library) -> None:
    newest = many.articles()[0]
    assert texts(many.quotes(filters=Filters(article_ids=[newest.id]))) == [MAY]
    assert many.quotes(filters=Filters(article_ids=["none"])) == []


def test_one_speaker_in_retrieve_and_ask(many: Library) -> None:
    brandt = Filters(speaker="Brandt")
    found = many.retrieve("well choir", filters=brandt)
    assert [article.title for article in many.articles() if article in {one.article for one in found}] == [
        "On 2026-01-20",
        "On 2026-01-10",
    ]
    weekly = many.retrieve("well choir", filters=Filters(speaker="Brandt", source="Stage Weekly"))
    assert [one.article.title for one in weekly] == ["On 2026-01-20"]
    assert many.retrieve("well choir", filters=Filters(speaker="Jonas Reet")) == []
    answer = many.ask("How deep is the well?", filters=brandt)
    assert {quote.speaker and quote.speaker.name for quote in answer.quotes} <= {"Ada Brandt", "Brandt"}
    shown = [one.text for one in (*answer.citations, *answer.closest)]
    assert any(WATER in text for text in shown)
    assert not any(DEEP in text for text in shown)
    other = many.ask("Does the well give clean water?", filters=Filters(speaker="Nils Ekhorn"))
    assert not any(WATER in one.text for one in (*other.citations, *other.closest))


def test_speakers_are_found_by_how_an_article_describes_them(library: Library) -> None:
    library.add_articles(
        [
            Article.from_text("“No,” said Ada Brandt.\n\nAda Brandt, who leads the opposition in Lindal, left early."),
            Article.from_text(
                "“Perhaps,” said Karl Winter.\n\nKarl Winter, who leads the choir, heard the opposition."
            ),
        ]
    )
    for asked in ("the opposition leader", "leader of the Lindal opposition"):
        assert texts(library.quotes(asked)) == ["No"]
    assert library.quotes("leader of the Tolland opposition") == []


def test_a_paper_is_quoted_by_others_alone(library: Library) -> None:
    paper = "Lindal Post"
    library.add_articles([Article.from_text(f"“Why?” said {paper}.", source=paper)])
    assert not library._ledger.is_quoted(paper, Filters())
    library.add_articles([Article.from_text(f"“It is so,” said {paper}.", source="Stage Weekly")])
    assert library._ledger.is_quoted(paper, Filters())
    assert not library._ledger.is_quoted(paper, Filters(source=paper))
    assert not library._ledger.is_quoted("Ada Brandt", Filters())


def test_a_role_of_a_place_is_nobody_else_of_that_place(library: Library) -> None:
    library.add_articles(
        [
            Article.from_text("“No,” said Ada Brandt.\n\nThe mayor of Lindal, Ada Brandt, left early."),
            Article.from_text("“Perhaps,” said Lindal Water. It runs the weir of the mayor."),
        ]
    )
    assert texts(library.quotes("the mayor of Lindal")) == ["No"]
    assert library.quotes("the bishop of Lindal") == []
    assert texts(library.quotes("the head of Lindal Water")) == ["Perhaps"]
    assert texts(library.quotes("a spokeswoman for Lindal Water")) == ["Perhaps"]
