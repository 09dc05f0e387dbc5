"""Summaries: what they are made of is in the articles, to the letter; what cannot stand alone is not told alone."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import NotFoundError, QuestionError
from rag.library import Library
from rag.settings import Settings
from rag.summarizing.article import summarize_article
from rag.summarizing.figures import bounds, differing, figures, value_of
from rag.summarizing.scoring import choose, salience
from rag.summarizing.shortening import shorten
from rag.summarizing.telling import compose_summary, said_by
from rag.summarizing.topic import Report, developments, disagreements
from rag.summarizing.units import read_units
from rag.types import Answer, Article, Filters, Quote, Searched, Speaker, Summary

WEIR = Article.from_text(
    "LINDAL (Post) -- The weir at Lindal burst on Monday and flooded 40 houses in the lower town.\n\n"
    "Mayor Ada Brandt, who has led the town since the spring, said that nobody was hurt by the flood.\n\n"
    "She will visit the flooded houses on Wednesday.\n\n"
    "But engineers found a second crack in the weir at noon.\n\n"
    "“We heard a noise like a train. Then the water came,” Otto Winter said.\n\n"
    "However, Lindal has paid for a new weir of 3 million crowns, the council announced.\n\n"
    "Read more: What to do when the water rises.",
    title="Weir at Lindal bursts",
    date="2026-02-03",
    source="The Lindal Post",
)
WIRE = Article.from_text(
    "The weir at Lindal burst on Monday and flooded 40 houses in the lower town of Lindal.\n\n"
    "Divers looked for the cause of the burst weir until the evening.",
    title="Flood in Lindal",
    date="2026-02-03",
    source="Stage Weekly",
)
OTHER = Article.from_text(
    "The burst weir flooded 60 houses in the lower town of Lindal on Monday, firefighters said.",
    title="Weir floods Lindal",
    date="2026-02-03",
    source="Northline Herald",
)
REPAIR = Article.from_text(
    "Masons closed the weir at Lindal on Friday, eleven days after it burst.\n\n"
    "Ada Brandt said that the town would not pay for the new weir at Lindal.",
    title="Weir at Lindal closed again",
    date="2026-02-13",
    source="The Lindal Post",
)
PROMISE = Article.from_text(
    "Ada Brandt said that the town would pay for the new weir at Lindal.",
    title="Town to pay for weir",
    date="2026-02-05",
    source="The Lindal Post",
)


def check(library: Library, summary: Summary) -> None:
    """What holds for every summary."""
    known = {citation.marker: citation for citation in summary.citations}
    assert list(known) == list(range(1, len(known) + 1))
    for citation in summary.citations:
        article = library.article(citation.article_id)
        assert article.text[citation.start : citation.end] == citation.text
        assert article.paragraph_at(citation.start) == citation.paragraph
    for sentence in summary.sentences:
        assert sentence.citations
        first = known[sentence.citations[0]].text
        if sentence.support == "verbatim":
            assert sentence.text == first
        elif not sentence.text.endswith(":"):
            rest = iter(first)
            assert all(letter in rest for letter in sentence.text), "only deletions"


@pytest.fixture(scope="module")
def lindal(tmp_path_factory: pytest.TempPathFactory, shared_encoder: Any) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("summaries")
    with Library.open(folder, settings=Settings(library=folder), encoder=shared_encoder) as library:
        library.add_articles([WEIR, WIRE, OTHER, REPAIR, PROMISE])
        yield library


def test_an_article_is_told_in_its_own_words_and_order(lindal: Library) -> None:
    summary = lindal.summarize([WEIR.id])
    check(lindal, summary)
    texts = [sentence.text for sentence in summary.sentences]
    assert texts[0] == "The weir at Lindal burst on Monday and flooded 40 houses in the lower town."
    assert summary.sentences[0].support == "supported"
    assert [one.start for one in summary.citations[: len(texts)]] == sorted(
        one.start for one in summary.citations[: len(texts)]
    )
    assert not any(text.startswith(("“We heard", "Then", "Read more")) for text in texts)
    leaning = [number for number, text in enumerate(texts) if text.startswith(("She ", "But "))]
    for number in leaning:
        before = texts[number - 1]
        assert before.startswith("Mayor Ada Brandt" if texts[number].startswith("She ") else "She ")


def test_who_said_what_names_the_speaker(lindal: Library) -> None:
    summary = lindal.summarize([WEIR.id], sentences=1)
    assert len(summary.sentences) == 1
    assert {quote.speaker.name for quote in summary.quotes if quote.speaker} & {"Ada Brandt", "Otto Winter"}
    assert "Who said what" in summary.text


@pytest.mark.parametrize("words", [8, 30, 60])
def test_words_limit_the_length(lindal: Library, words: int) -> None:
    summary = lindal.summarize([WEIR.id], words=words)
    total = sum(len(sentence.text.split()) for sentence in summary.sentences)
    assert total <= words or len(summary.sentences) == 1


def test_the_summary_grows_piece_by_piece(lindal: Library) -> None:
    pieces = list(lindal.summarize_stream([WEIR.id, REPAIR.id]))
    lengths = [len(piece.sentences) for piece in pieces]
    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[-1]
    assert {one.article_id for one in pieces[-1].citations} == {WEIR.id, REPAIR.id}


def test_a_topic_is_told_in_order_of_time_and_reports_are_merged(lindal: Library) -> None:
    summary = lindal.summarize(about="the burst weir at Lindal")
    check(lindal, summary)
    told = [one for one in summary.sentences if not one.text.endswith(":")]
    days = [summary.citations[one.citations[0] - 1].date for one in told]
    clash = [number for number, one in enumerate(summary.sentences) if one.text == "Reports differ:"]
    first = days[: clash[0]] if clash else days
    assert first == sorted(first, key=lambda day: day or dt.date.min)
    merged = next(one for one in told if "flooded 40 houses" in one.text)
    assert {summary.citations[marker - 1].article_id for marker in merged.citations} == {WEIR.id, WIRE.id}
    newest = lindal.summarize(about="the burst weir at Lindal", newest_first=True)
    assert newest.citations[0].date == dt.date(2026, 2, 13)


def test_reports_that_differ_stand_side_by_side(lindal: Library) -> None:
    summary = lindal.summarize(about="weir flooded houses lower town")
    texts = [one.text for one in summary.sentences]
    at = texts.index("Reports differ:")
    assert {word for word in ("40", "60") if any(word in text for text in texts[at + 1 : at + 3])} == {"40", "60"}


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("Twelve miners died in the fire at the Eskerby mine.", "The fire at the Eskerby mine killed 14 miners.", True),
        (
            "At least 12 miners died in the fire at the Eskerby mine.",
            "The fire at the Eskerby mine killed 14 miners.",
            False,
        ),
        (
            "The fire at the Eskerby mine cost 12 miners their pay.",
            "Divers brought 14 miners and a dog to Osterby.",
            False,
        ),
    ],
)
def test_only_two_counts_of_one_thing_differ(one: str, other: str, differ: bool) -> None:
    texts = [one, other, "The Eskerby mine is the oldest of Norlund.", "The council of Eskerby met after the fire."]
    articles = [
        Article.from_text(text, date="2026-03-03", source=f"Paper {number}") for number, text in enumerate(texts)
    ]
    reports = [Report(article, read_units(article)[0], 1.0) for article in articles]
    assert bool(disagreements(reports)) is differ


def test_reports_of_two_things_on_one_topic_are_not_merged() -> None:
    texts = [
        "The mayor of Eskerby, Ada Brandt, died on Monday after a fall at the Eskerby mine.",
        "Ada Brandt, the mayor of Eskerby, died on Monday after she fell at the mine.",
        "Ada Brandt, the mayor of Eskerby, has not died after her fall at the mine on Monday.",
        "The mayor of Eskerby wanted to close the mine.",
    ]
    articles = [
        Article.from_text(text, date="2026-03-03", source=f"Paper {number}") for number, text in enumerate(texts)
    ]
    found = developments([Report(article, read_units(article)[0], 1.0) for article in articles], 8)
    merged = {frozenset(texts.index(report.article.text) for report in one.reports) for one in found}
    assert frozenset({0, 1}) in merged
    assert all(len(one) == 1 for one in merged if 2 in one or 3 in one)


def test_a_topic_is_told_by_sentences_that_share_most_of_its_words(lindal: Library) -> None:
    assert not lindal.summarize(about="weir elections postponed").sentences


def test_a_repeated_statement_is_counted_and_another_is_not(tmp_path: Path, shared_encoder: Any) -> None:
    said = [
        "the ferry to Osterby would sail again in May",
        "the ferry to Osterby would sail again in May",
        "she liked the month of May",
    ]
    articles = [
        Article.from_text(f"Ines Okafor said that {words}.", date=f"2026-02-0{day}", source=f"Paper {day}")
        for day, words in enumerate(said, 1)
    ]
    with Library.open(tmp_path, settings=Settings(library=tmp_path), encoder=shared_encoder) as library:
        library.add_articles(articles)
        summary = library.summarize(speaker="Ines Okafor")
    assert "one of them in 2 articles" in summary.text


def test_a_speakers_change_of_position_is_shown(lindal: Library) -> None:
    summary = lindal.summarize(speaker="Ada Brandt")
    check(lindal, summary)
    texts = [one.text for one in summary.sentences]
    at = texts.index("Compare these two statements, which differ:")
    assert texts[at + 1 : at + 3] == [PROMISE.text, REPAIR.paragraph_text(1)]
    since = lindal.summarize(speaker="Ada Brandt", filters=Filters(since=dt.date(2026, 2, 10)))
    assert {one.date for one in since.citations} == {dt.date(2026, 2, 13)}


def test_silence_is_told(lindal: Library) -> None:
    assert "not reported to have said" in lindal.summarize(speaker="Nils Ekhorn").note
    nothing = lindal.summarize(about="beekeeping")
    assert not nothing.sentences
    assert "nothing that is clearly on this" in nothing.note


@pytest.mark.parametrize(
    "wrong", [{}, {"about": " "}, {"article_ids": [WEIR.id], "sentences": 0}, {"about": "weir", "words": -1}]
)
def test_bad_input_is_one_clear_error(lindal: Library, wrong: dict[str, Any]) -> None:
    with pytest.raises(QuestionError):
        lindal.summarize(**wrong)
    with pytest.raises(NotFoundError):
        lindal.summarize(["0" * 16])


def test_filters_hold_for_named_articles_too(lindal: Library) -> None:
    both = lindal.summarize([WEIR.id, WIRE.id], filters=Filters(source="Stage Weekly"))
    assert {one.article_id for one in both.citations} == {WIRE.id}
    with pytest.raises(QuestionError, match="let none of these articles through"):
        lindal.summarize([WEIR.id], filters=Filters(source="Stage Weekly"))


def test_a_name_that_is_none_is_one_clear_error(lindal: Library) -> None:
    endless = "Ab Cd " * 2000
    for do in (
        lambda: lindal.summarize(speaker=endless),
        lambda: lindal.quotes(endless),
        lambda: lindal.ask("What did they say?", filters=Filters(speaker=endless)),
    ):
        with pytest.raises(QuestionError, match="limit is 200"):
            do()


def test_a_bare_surname_beside_father_and_son_is_not_told_as_the_sons(tmp_path: Path, shared_encoder: Any) -> None:
    article = Article.from_text(
        "Olaf Lund Jr. said that the mill of Osterby would be sold in spring. Lund said that the weir of Lindal would stay."
    )

    def quote(words: str, mention: str) -> Quote:
        start, name = article.text.index(words), article.text.index(f"{mention} said")
        return Quote(
            article_id=article.id,
            external_id=None,
            paragraph=0,
            text=words,
            start=start,
            end=start + len(words),
            spans=((start, start + len(words)),),
            kind="indirect",
            speaker=Speaker("Olaf Lund Jr", mention, name, name + len(mention), "name"),
        )

    said = [
        quote("the mill of Osterby would be sold in spring", "Olaf Lund Jr."),
        quote("the weir of Lindal would stay", "Lund"),
    ]
    settings = Settings(library=tmp_path)
    with Library.open(tmp_path, settings=settings, encoder=shared_encoder, extract=lambda _: said) as library:
        library.add_articles([article])
        told = [one.text for one in library.summarize(speaker="Olaf Lund Jr").sentences if not one.text.endswith(":")]
    assert told == ["Olaf Lund Jr. said that the mill of Osterby would be sold in spring."]


def test_words_limit_what_a_speaker_said(lindal: Library) -> None:
    whole, short = lindal.summarize(speaker="Ada Brandt"), lindal.summarize(speaker="Ada Brandt", words=15)
    told = [one for one in short.sentences if not one.text.endswith(":")]
    assert len(told) < sum(not one.text.endswith(":") for one in whole.sentences)
    assert sum(len(one.text.split()) for one in told) <= 15 + max(len(one.text.split()) for one in told)


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
        st.sampled_from(
            [
                "He left.",
                "The mayor Ada Brandt opened the bridge on Monday.",
                "But 40 houses were flooded.",
                "“No.",
                "Then rain fell on the town again.",
            ]
        ),
        max_size=12,
    )
)
def test_a_sentence_that_leans_is_never_told_alone(sentences: list[str]) -> None:
    units = read_units(Article.from_text(" ".join(sentences)))
    chosen = {unit.number for unit in choose(units, salience(units))}
    assert all(number - 1 in chosen for number in chosen if units[number].leans)
    assert all(units[number].fit for number in chosen)


@pytest.mark.parametrize(
    "line",
    [
        "9:30 a.m.",
        "You can have all the news of Lindal sent to your door.",
        "Nobody told me why the weir at Lindal burst.",
        "People queue for bread at the town hall of Lindal on February 4.",
        "Mayor Ada Brandt opens the new weir in the town of Lindal, March 4, 2026.",
        "Flood in Lindal:Read how the weir burst and what the town will do.",
        "Hit play on the player above to hear of the weir at Lindal.",
        "JUST WATCHED The weir at Lindal bursts and floods the town.",
    ],
)
def test_what_is_not_the_news_is_not_told(line: str) -> None:
    (unit,) = read_units(Article.from_text(line))
    assert not unit.fit


@pytest.mark.parametrize(
    "line",
    [
        "The weir is among the oldest dams on our planet, engineers of Lindal say.",
        "Brandt told the council: “You will have to wait for the weir until spring.”",
        "The miller of Lindal calls his boat 'All for you' and sails it to Osterby.",
    ],
)
def test_what_is_said_to_others_than_the_reader_is_told(line: str) -> None:
    (unit,) = read_units(Article.from_text(line))
    assert unit.fit


def test_a_pronoun_behind_anothers_name_is_not_told() -> None:
    text = "Otto Winter mended the weir of Lindal on Monday. She had promised to pay for the weir of Lindal. {}"
    units = read_units(Article.from_text(text.format("He went home to Osterby.")))
    chosen = [unit.text for unit in choose(units, [3.0, 2.0, 1.0], sentences=3)]
    assert chosen == ["Otto Winter mended the weir of Lindal on Monday."]
    units = read_units(Article.from_text(text.replace("She", "He").format("He went home to Osterby.")))
    assert len(choose(units, [3.0, 2.0, 1.0], sentences=3)) == 3


def test_what_the_ledger_takes_a_pronoun_for_is_told_only_behind_that_name() -> None:
    article = Article.from_text(
        "Kim Lund mended the weir of Lindal. They said on Friday that the town would pay for it."
    )
    start = article.text.index("that the town")
    mention = article.text.index("They")
    for name, count in (("Ines Okafor", 1), ("Kim Lund", 2)):
        quote = Quote(
            article_id=article.id,
            external_id=None,
            paragraph=0,
            text=article.text[start:-1],
            start=start,
            end=len(article.text) - 1,
            spans=((start, len(article.text) - 1),),
            kind="indirect",
            speaker=Speaker(name, "They", mention, mention + 4, "pronoun"),
        )
        units = read_units(article, [quote])
        assert len(choose(units, [2.0, 1.0], sentences=2)) == count


def test_a_pronoun_in_the_first_sentence_means_what_follows() -> None:
    text = "Before she opened the weir, Ada Brandt called the miller. Before she left, the miller paid."
    first, second = read_units(Article.from_text(text))
    assert not first.leans
    assert second.leans
    article = Article.from_text("The weir burst.\n\nShe has led the town since the spring.")
    (later,) = read_units(article, paragraphs=article.paragraphs[1:])
    assert later.leans


def test_a_statement_with_anothers_pronoun_is_told_with_the_name() -> None:
    article = Article.from_text(
        "Otto Winter spoke for the mayor on Monday. He said Ada Brandt had promised to pay for the new weir.\n\n"
        "She said on Friday that Ada Brandt would visit the town in spring."
    )
    quotes = [
        Quote(
            article_id=article.id,
            external_id=None,
            paragraph=article.paragraph_at(start),
            text=words,
            start=start,
            end=start + len(words),
            spans=((start, start + len(words)),),
            kind="indirect",
            speaker=Speaker("Ada Brandt", "Ada Brandt", name, name + len("Ada Brandt"), "name"),
            cue=None,
        )
        for words in ("had promised to pay for the new weir", "would visit the town in spring")
        for start in [article.text.index(words)]
        for name in [start - len("Ada Brandt ")]
    ]
    told = [said_by(quote, article) for quote in quotes]
    assert told[0] is not None
    assert told[1] is None
    assert article.text[told[0].passage.start : told[0].passage.end] == article.paragraph_text(0)


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


def test_figures_differ_only_for_the_same_thing() -> None:
    counted = figures("The flood hit 1,200 houses and two million people.")
    assert (counted["hous"], counted["peopl"]) == (1200.0, 2e6)
    assert differing(figures("It flooded 40 houses."), figures("It flooded 60 houses.")) == ["hous"]
    assert not differing(figures("It flooded 40 houses."), figures("It flooded forty streets and 40 houses."))
    assert not figures("It became a Category 4 storm.")
    assert bounds("At least 12 people and about 40 cows died.") == {"at least", "about"}
    assert "peopl" not in figures("The weir was weak, two people familiar with the matter said.")


@given(st.text(alphabet="0123456789,.:$%stx²½", max_size=8))
def test_any_word_is_a_number_or_none(word: str) -> None:
    assert value_of(word) is None or float(word.strip("$%").replace(",", "")) == value_of(word)
    figures(f"{word} houses were flooded")


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("Summarise the article about the second crack that engineers found", "The weir at Lindal burst"),
        ("Give me the gist of the article on the weir closed again", "Masons closed the weir"),
    ],
)
def test_the_chat_summarises_an_article(lindal: Library, question: str, start: str) -> None:
    answer = lindal.ask(question)
    assert (answer.engine, answer.status) == ("summary", "answered")
    assert any(sentence.text.startswith(start) for sentence in answer.sentences)


def test_a_summary_grows_in_the_chat(lindal: Library) -> None:
    *grew, whole = lindal.ask_stream("Summarise what happened at the weir in Lindal")
    assert len(whole.sentences) > 2
    counts = [len(one.sentences) for one in grew]
    assert counts == sorted(counts)
    assert counts[0] == 1
    assert all(whole.sentences[: len(one.sentences)] == one.sentences for one in grew)


def test_the_chat_summarises_this_and_asks_which(lindal: Library) -> None:
    assert lindal.ask("Summarise this", filters=Filters(article_ids=[REPAIR.id])).citations[0].article_id == REPAIR.id
    asked = lindal.ask("Summarise this")
    assert asked.status == "abstained"
    assert "Which article" in asked.text
    history = [{"role": "user", "content": "When did masons close the weir at Lindal?"}]
    assert lindal.ask("Summarize this article", history=history).citations[0].article_id == REPAIR.id
    elsewhere = [{"role": "user", "content": "When did masons close the weir at Eskerby?"}]
    assert lindal.ask("Summarise this", history=elsewhere).status == "abstained"


def test_this_is_what_the_answer_before_cites_first(lindal: Library) -> None:
    asked = {"role": "user", "content": "How many houses did the weir at Lindal flood?"}

    def summarised(*articles: object) -> Answer:
        told = {"role": "assistant", "content": "60 houses.", "articles": list(articles)}
        return lindal.ask("Summarise this", history=[asked, told])

    answer = summarised(OTHER.id, WEIR.id)
    assert {one.article_id for one in answer.citations} == {OTHER.id}
    assert answer.understood == "Summarise “Weir floods Lindal”"
    assert {one.article_id for one in summarised("gone", WEIR.id).citations} == {WEIR.id}
    assert summarised("gone").status == "abstained"
    assert summarised(7, None).citations[0].article_id


def test_a_topic_that_is_named_needs_no_conversation(lindal: Library) -> None:
    history = [{"role": "user", "content": "What did Ada Brandt promise?"}, {"role": "assistant", "content": "To pay."}]
    answer = lindal.ask("Give me the gist of the burst weir at Lindal", history=history)
    assert answer.status == "answered"
    assert answer.understood is None


def test_the_newest_day_comes_first_and_an_article_keeps_its_order(lindal: Library) -> None:
    told = lindal.summarize(about="the burst weir at Lindal", newest_first=True)
    known = {one.marker: one for one in told.citations}
    places = [known[one.citations[0]] for one in told.sentences if not one.text.endswith(":")]
    clash = [one.text for one in told.sentences].count("Reports differ:")
    places = places[: len(places) - 2 * clash]
    assert [one.date for one in places] == sorted(
        (one.date for one in places), reverse=True, key=lambda day: day or dt.date.min
    )
    for one, other in itertools.pairwise(places):
        assert one.article_id != other.article_id or one.start < other.start


def test_the_chat_summarises_words_since_a_day(lindal: Library) -> None:
    answer = lindal.ask("Summarise what Ada Brandt said about the weir since 10 February", today=dt.date(2026, 3, 1))
    assert answer.engine == "summary"
    assert {one.date for one in answer.citations} == {dt.date(2026, 2, 13)}


def test_a_reader_of_the_library_can_summarise(open_library: Callable[..., Library], bridge: Article) -> None:
    library = open_library()
    library.add_articles([bridge])
    summary = library.summarize(bridge.id)
    check(library, summary)
    assert summary.to_dict()["note"] == summary.note
