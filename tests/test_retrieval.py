"""Retrieval: two searches fused by rank, as a LangChain retriever."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage

from rag.errors import QuestionError
from rag.fusion import RANK_CONSTANT, fuse
from rag.language.words import stem
from rag.library import Library
from rag.question import read_question
from rag.types import Article, Filters, article_of

IDS = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)


@given(st.lists(IDS, max_size=4))
def test_fusion_by_reciprocal_rank(rankings: list[list[str]]) -> None:
    fused = fuse(rankings)
    assert {one for one, _ in fused} == {one for ranking in rankings for one in ranking}
    assert [score for _, score in fused] == sorted((score for _, score in fused), reverse=True)
    for one, score in fused:
        expected = sum(1 / (RANK_CONSTANT + ranking.index(one) + 1) for ranking in rankings if one in ranking)
        assert score == pytest.approx(expected)


def test_both_searches_count() -> None:
    assert [one for one, _ in fuse([["a", "b", "c"], ["c", "b", "d"]])][:2] in (["c", "b"], ["b", "c"])


def test_results_are_slices_of_their_articles_best_first(library: Library, articles: list[Article]) -> None:
    library.add_articles(articles)
    results = library.retrieve("Who closed the Tolland Bridge?")
    assert results[0].article == articles[0]
    assert [result.score for result in results] == sorted((result.score for result in results), reverse=True)
    for result in results:
        assert result.article.text[result.chunk.start : result.chunk.end] == result.chunk.text
        assert result.chunk.article_id == result.article.id
        assert result.article.paragraphs[result.chunk.last].end >= result.chunk.end
    assert len({result.chunk.id for result in results}) == len(results)
    assert library.retrieve("Who closed the Tolland Bridge?", k=1) == results[:1]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(source="Eskerby COURIER"), {1}),
        (Filters(since=dt.date(2026, 1, 1)), {0}),
        (Filters(until=dt.date(2026, 1, 1)), {1}),
        (Filters(source="Nobody"), set()),
        (Filters(article_ids=["nope"]), set()),
        (Filters(since=dt.date(2030, 1, 1)), set()),
        (Filters(), {0, 1, 2}),
    ],
)
def test_filters_hold_in_both_searches(
    library: Library, articles: list[Article], filters: Filters, expected: set[int]
) -> None:
    library.add_articles(articles)
    results = library.retrieve("bridge strike honey harvest", filters=filters)
    assert {articles.index(result.article) for result in results} == expected


@pytest.mark.parametrize("swapped", [Filters(since=dt.date(2026, 5, 1), until=dt.date(2026, 4, 1))])
def test_days_the_wrong_way_round_are_an_error(library: Library, articles: list[Article], swapped: Filters) -> None:
    library.add_articles(articles)
    for asked in (library.ask, library.retrieve):
        with pytest.raises(QuestionError, match=r"starts on 2026-05-01, after it ends on 2026-04-01.*Swap"):
            asked("bridge strike honey harvest", filters=swapped)
    with pytest.raises(QuestionError):
        library.quotes(filters=swapped)


def test_as_many_results_as_are_asked_for(library: Library) -> None:
    texts = [f"The council of Tolland met for the {number}th time and talked of the bridge." for number in range(150)]
    library.add_articles([Article.from_text(text, title=text) for text in texts])
    assert len(library.retrieve("What did the council of Tolland talk of?", k=140)) == 140
    assert library.retrieve("What did the council of Tolland talk of?", k=-1) == []


def test_a_copy_takes_no_second_place_and_another_number_is_no_copy(library: Library) -> None:
    told = "The fire at the Tolland mill burned for two days and was put out by crews from three towns on Sunday, when "
    texts = [f"{told} {rest}" for rest in ("12 people were hurt.", "12 people were hurt!", "14 people were hurt.")]
    library.add_articles([Article.from_text(text, source=f"Paper {number}") for number, text in enumerate(texts)])
    found = [result.chunk.text for result in library.retrieve("Who was hurt in the fire at the Tolland mill?")]
    assert len(found) == 2
    assert any("14 people" in text for text in found)
    assert len(library.retrieve("Who was hurt in the fire at the Tolland mill?", k=1)) == 1


def test_articles_of_the_time_asked_for_come_first(library: Library) -> None:
    text = "The council of Tolland met and talked of the bridge."
    old, new = (Article.from_text(f"{text} {year}", date=f"{year}-03-04") for year in (2024, 2026))
    library.add_articles([old, new])
    question = "What did the council of Tolland say of the bridge"
    assert library.retrieve(f"{question} in March 2024?")[0].article == old
    assert library.retrieve(f"{question} in March 2026?")[0].article == new
    assert library.retrieve(f"{question}?", today=dt.date(2026, 3, 9))[0].article == new
    assert library.retrieve(f"{question}?", today=dt.date(2024, 3, 9))[0].article == old


def test_news_that_looks_back_counts_half_as_much_as_that_of_the_day_named(library: Library) -> None:
    text = "The council of Tolland met and talked of the bridge that fell."
    days = ("2024-03-05", "2026-03-08", "2025-06-01")
    library.add_articles([Article.from_text(f"{text} {day}", date=day) for day in days])
    question = read_question("Why did the bridge of Tolland fall on 4 March 2024?", today=dt.date(2026, 3, 9))
    found = {one.chunk_id.split(":")[0]: one for one in library.retriever.candidates_for(question, Filters())}
    by_day = {str(article.date): found[article.id] for article in library.articles()}
    assert [by_day[day].within for day in days] == [1, 0.5, 0]
    assert by_day[days[0]].near == 1
    assert by_day[days[1]].near == 0.5
    assert by_day[days[2]].near < 0.01


def test_names_are_counted_by_themselves(library: Library) -> None:
    library.add_articles(
        [
            Article.from_text("The harbour master closed the bridge.", external_id="neither", title="Holm"),
            Article.from_text("Okafor closed the bridge.", external_id="both", title="Tolland"),
        ]
    )
    question = read_question("Why did Okafor close the bridge of Tolland?")
    ids = {article.id: article.external_id for article in library.articles()}
    shares = {ids[article_of(one.chunk_id)]: one.names for one in library.retriever.candidates_for(question, Filters())}
    assert shares == {"neither": 0, "both": 1}


def test_a_title_is_looked_at_for_names_and_where_its_share_is_asked_for(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add_articles(
        [
            Article.from_text("The council met.", title="The bridge of Tolland", external_id="most"),
            Article.from_text("The council of Tolland met on the bridge.", title="Council", external_id="some"),
            Article.from_text("A bridge fell.", external_id="none"),
        ]
    )
    looked: list[str] = []
    look = library._catalog.holding

    def holding(word: str, column: Any, numbers: Sequence[int]) -> tuple[int, set[int]]:
        if column == "title":
            looked.append(word)
        return look(word, column, numbers)

    monkeypatch.setattr(library._catalog, "holding", holding)
    question = read_question("Did the council walk on the bridge of Tolland?")
    found = library.retriever.candidates_for(question, Filters())
    assert looked == ["tolland"]
    shares = library.retriever.title_shares(question, [one.number for one in found])
    assert sorted(set(looked)) == ["bridge", "council", "tolland", "walk"]
    ids = {article.id: article.external_id for article in library.articles()}
    by_id = {ids[article_of(one.chunk_id)]: shares.get(one.number, 0.0) for one in found}
    rare = library.retriever.rarities(question)
    whole = sum(rare.values())
    assert by_id == {
        "most": pytest.approx((rare[stem("bridge")] + rare[stem("tolland")]) / whole),
        "some": pytest.approx(rare[stem("council")] / whole),
        "none": 0,
    }


def test_a_word_tells_the_more_the_fewer_chunks_hold_it(library: Library) -> None:
    texts = [f"The council of ward {number} met." for number in range(9)]
    library.add_articles([Article.from_text(text) for text in [*texts, "The council of Tolland met."]])
    found = library.retriever.rarities(read_question("Did the council of Tolland say something of penguins?"))
    assert list(found) == [stem(word) for word in ("council", "tolland", "something", "penguins")]
    assert 0 < found[stem("council")] < found[stem("tolland")] < found[stem("penguins")]


def test_an_article_as_a_whole_speaks_for_its_chunks(library: Library) -> None:
    ferry = "The ferry to Holm Island stays in the harbour because its engine failed."
    others = (
        "A bakery in Marrow Lane sells pies of pumpkin and leek again, after two years behind closed shutters.",
        "The orchestra plays Haydn on Sunday, under a conductor who has never stood on that stage before.",
        "Snow fell on the northern hills, and farmers brought the last of their sheep down to the valley.",
    )
    whole = Article.from_text("\n\n".join([ferry] * 4), title="Monday", external_id="whole")
    round_up = Article.from_text(
        "\n\n".join([ferry, *(text * 5 for text in others)]), title="Monday", external_id="mixed"
    )
    library.add_articles([round_up, whole])
    question = read_question("Why does the ferry stay in the harbour?")
    found = {one.article: one.whole for one in library.retriever.candidates_for(question, Filters())}
    best = library.retrieve(question.text)[0].article
    assert len(found) == 2
    assert best.external_id == "whole"
    assert max(found.values()) > min(found.values()) + 0.05


def test_a_follow_up_searches_what_it_leans_on(library: Library, articles: list[Article]) -> None:
    library.add_articles(articles)
    history = [{"role": "user", "content": "How much honey did the beekeepers near Marrow Hill harvest?"}]
    assert library.retrieve("And why is that?", history=history)[0].article == articles[2]
    messages = [HumanMessage(history[0]["content"]), AIMessage("90 kilos.")]
    assert library.retrieve("And why is that?", history=messages)[0].article == articles[2]
    with pytest.raises(QuestionError, match="The history holds a int"):
        library.ask("And why is that?", history=[7])


def test_it_is_a_langchain_retriever(library: Library, articles: list[Article]) -> None:
    library.add_articles(articles)
    documents = library.retriever.invoke("Who closed the Tolland Bridge?")
    results = library.retrieve("Who closed the Tolland Bridge?")
    assert [document.id for document in documents] == [result.chunk.id for result in results]
    first = documents[0]
    article = library.article(first.metadata["article_id"])
    assert article.text[first.metadata["start"] : first.metadata["end"]] == first.page_content
    assert first.metadata["source"] == "The Harbour Gazette"
    assert first.metadata["date"] == "2026-03-04"
    assert [document.id for document in (library.retriever | (lambda found: found)).invoke("Tolland Bridge?")]


def test_nothing_to_search(library: Library) -> None:
    assert library.retrieve("Who closed the Tolland Bridge?") == []
    for asked in (" ? ", {}, {"question": None}):
        with pytest.raises(QuestionError):
            library.chain.invoke(asked)
