"""Summaries of a library: of articles, of a topic over many, of what a speaker said."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.errors import NotFoundError, QuestionError
from rag.library import Library
from rag.settings import Settings
from rag.types import Article, Filters, Quote, Speaker

Check = Callable[[Library, Any], None]


def test_an_article_is_told_in_its_own_words_and_order(lindal: Library, news: Any, check: Check) -> None:
    summary = lindal.summarize([news.weir.id])
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


def test_who_said_what_names_the_speaker(lindal: Library, news: Any) -> None:
    summary = lindal.summarize([news.weir.id], sentences=1)
    assert len(summary.sentences) == 1
    assert {quote.speaker.name for quote in summary.quotes if quote.speaker} & {"Ada Brandt", "Otto Winter"}
    assert "Who said what" in summary.text


@pytest.mark.parametrize("words", [8, 30, 60])
def test_words_limit_the_length(lindal: Library, news: Any, words: int) -> None:
    summary = lindal.summarize([news.weir.id], words=words)
    total = sum(len(sentence.text.split()) for sentence in summary.sentences)
    assert total <= words or len(summary.sentences) == 1


def test_the_summary_grows_piece_by_piece(lindal: Library, news: Any) -> None:
    pieces = list(lindal.summarize_stream([news.weir.id, news.repair.id]))
    lengths = [len(piece.sentences) for piece in pieces]
    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[-1]
    assert {one.article_id for one in pieces[-1].citations} == {news.weir.id, news.repair.id}


def test_a_topic_is_told_in_order_of_time_and_reports_are_merged(lindal: Library, news: Any, check: Check) -> None:
    summary = lindal.summarize(about="the burst weir at Lindal")
    check(lindal, summary)
    told = [one for one in summary.sentences if not one.text.endswith(":")]
    days = [summary.citations[one.citations[0] - 1].date for one in told]
    clash = [number for number, one in enumerate(summary.sentences) if one.text == "Reports differ:"]
    first = days[: clash[0]] if clash else days
    assert first == sorted(first, key=lambda day: day or dt.date.min)
    merged = next(one for one in told if "flooded 40 houses" in one.text)
    assert {summary.citations[marker - 1].article_id for marker in merged.citations} == {news.weir.id, news.wire.id}
    newest = lindal.summarize(about="the burst weir at Lindal", newest_first=True)
    assert newest.citations[0].date == dt.date(2026, 2, 13)


def test_reports_that_differ_stand_side_by_side(lindal: Library) -> None:
    summary = lindal.summarize(about="weir flooded houses lower town")
    texts = [one.text for one in summary.sentences]
    at = texts.index("Reports differ:")
    assert {word for word in ("40", "60") if any(word in text for text in texts[at + 1 : at + 3])} == {"40", "60"}


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


def test_a_speakers_change_of_position_is_shown(lindal: Library, news: Any, check: Check) -> None:
    summary = lindal.summarize(speaker="Ada Brandt")
    check(lindal, summary)
    texts = [one.text for one in summary.sentences]
    at = texts.index("Compare these two statements, which differ:")
    assert texts[at + 1 : at + 3] == [news.promise.text, news.repair.paragraph_text(1)]
    since = lindal.summarize(speaker="Ada Brandt", filters=Filters(since=dt.date(2026, 2, 10)))
    assert {one.date for one in since.citations} == {dt.date(2026, 2, 13)}


def test_silence_is_told(lindal: Library) -> None:
    assert "not reported to have said" in lindal.summarize(speaker="Nils Ekhorn").note
    nothing = lindal.summarize(about="beekeeping")
    assert not nothing.sentences
    assert "nothing that is clearly on this" in nothing.note


@pytest.mark.parametrize(
    "wrong",
    [{}, {"about": " "}, {"speaker": ""}, {"about": "weir", "sentences": 0}, {"about": "weir", "words": -1}],
)
def test_bad_input_is_one_clear_error(lindal: Library, wrong: dict[str, Any]) -> None:
    with pytest.raises(QuestionError):
        lindal.summarize(**wrong)
    with pytest.raises(NotFoundError):
        lindal.summarize(["0" * 16])


def test_filters_hold_for_named_articles_too(lindal: Library, news: Any) -> None:
    both = lindal.summarize([news.weir.id, news.wire.id], filters=Filters(source="Stage Weekly"))
    assert {one.article_id for one in both.citations} == {news.wire.id}
    with pytest.raises(QuestionError, match="let none of these articles through"):
        lindal.summarize([news.weir.id], filters=Filters(source="Stage Weekly"))


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


def test_a_reader_of_the_library_can_summarise(
    open_library: Callable[..., Library], bridge: Article, check: Check
) -> None:
    library = open_library()
    library.add_articles([bridge])
    summary = library.summarize(bridge.id)
    check(library, summary)
    assert summary.to_dict()["note"] == summary.note
