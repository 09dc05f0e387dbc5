"""Candidates: sentences of the best chunks and statements of the ledger, in one list, each with what speaks for it."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.answering.candidates import CHUNKS, ON_TOPIC, READ, SHORTEST, Candidate, Found
from rag.answering.ranking import shortlist
from rag.library import Library
from rag.question import Question, read_question
from rag.types import Article, Filters, Quote, Speaker

Ask = Callable[..., Question]
MILL = Article.from_text(
    "The old mill of Lindal stays open until the end of June.\n\n"
    "“We owe it to the people who work there,” said Ada Brandt. She left the hall.\n\n"
    "“The land is worth a fair price,” said Karl Winter. “Nobody asked me,” said Ada Brandt. Will it last?",
    title="Old mill stays open",
    date="2026-02-03",
    source="The Lindal Post",
)


def noise(number: int) -> Article:
    """Says more of what is asked about than the statement that is looked for, in another's words."""
    return Article.from_text(
        f"“The people and the work at the mill made Ada Brandt of ward {number} say so,” said Karl Winter."
        f" The choir of ward {number} sang to Ada Brandt of the mill, the people and the work there."
    )


@pytest.fixture
def mill(library: Library) -> Library:
    library.add_articles([MILL])
    return library


def find(library: Library, question: Question, filters: Filters | None = None) -> Found:
    return library.candidates.find(question, filters or Filters())


def by_text(found: Found) -> dict[str, Candidate]:
    return {one.text: one for one in found.candidates}


def test_every_candidate_is_a_whole_sentence_of_its_article(mill: Library, question: Ask) -> None:
    found = find(mill, question("Who works at the mill?"))
    texts = [one.text for one in found.candidates]
    assert len(texts) == len(set(texts))
    assert set(texts) >= {"The old mill of Lindal stays open until the end of June.", "Will it last?"}
    for one in found.candidates:
        assert one.article == MILL
        assert one.text == MILL.text[one.start : one.end].strip()
        assert one.paragraph == MILL.paragraph_at(one.start)
        assert one.end - one.start >= SHORTEST
        assert (one.passage().start, one.passage().end, one.passage().paragraph) == (one.start, one.end, one.paragraph)


PARTS = st.sampled_from(
    [
        "The mill burns.",
        "“We owe it,” said Ada Brandt.",
        "No.",
        "桥关闭了。市长说。",
        "🙂 It ran e\u0301very day.",
        "\n\n",
        "\u2028",
        " ",
    ]
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.lists(PARTS | st.text(max_size=20), max_size=8).map("".join), min_size=1, max_size=3))
def test_whatever_the_articles_hold_candidates_are_slices(texts: list[str], library: Library) -> None:
    library.remove([article.id for article in library.articles()])
    library.add_articles([Article.from_text(text, title="The mill") for text in texts])
    known = {article.id: article.text for article in library.articles()}
    for one in find(library, read_question("What did Ada Brandt say about the mill?")).candidates:
        assert known[one.article.id][one.start : one.end] == one.text
        assert 0 <= one.own <= 1 + 1e-9
        assert 0 <= one.nearby <= 1 + 1e-9
        assert one.own + one.nearby <= 1 + 1e-9


# ---------------------------------------------------------------------- whose words


def test_whose_words_a_sentence_holds(mill: Library, question: Ask) -> None:
    found = find(mill, question("What did Ada Brandt say?", "said_about", "Ada Brandt"))
    assert found.names == {"Ada Brandt": ("Ada Brandt",)}
    one = by_text(found)
    owe = one["“We owe it to the people who work there,” said Ada Brandt."]
    land = one["“The land is worth a fair price,” said Karl Winter."]
    plain = one["The old mill of Lindal stays open until the end of June."]
    assert [each.theirs for each in (owe, land, plain)] == [1, -1, 0]
    assert [each.speaker for each in (owe, land, plain)] == ["Ada Brandt", "Karl Winter", ""]
    assert (owe.passage().speaker, land.passage().speaker) == ("Ada Brandt", "Karl Winter")
    assert one["Will it last?"].asks == 1
    assert plain.asks == 0


def test_words_are_nobodys_in_particular_where_nobody_is_asked_for(mill: Library, question: Ask) -> None:
    found = find(mill, question("Who said that the land is worth a fair price?", "who_said"))
    assert {one.theirs for one in found.candidates} == {0}
    assert found.names == {}


def test_a_speaker_nobody_quotes_has_no_name_and_no_words(mill: Library, question: Ask) -> None:
    found = find(mill, question("What did Zelda Quennell say?", "said_about", "Zelda Quennell"))
    assert found.names == {"Zelda Quennell": ()}
    assert all(one.theirs <= 0 for one in found.candidates)


def test_a_follow_up_passes_over_names_that_are_no_speakers(mill: Library, question: Ask) -> None:
    asked = question("And what did she say?", "said_about", "Ada Brandt", "Lindal", leans=True)
    assert find(mill, asked).names == {"Ada Brandt": ("Ada Brandt",)}


def test_a_filter_by_speaker_is_who_is_asked_for(mill: Library, question: Ask) -> None:
    found = find(mill, question("What of the land?"), Filters(speaker="Karl Winter"))
    assert list(found.names) == ["Karl Winter"]
    assert by_text(found)["“The land is worth a fair price,” said Karl Winter."].theirs == 1


# ---------------------------------------------------------------------- what no chunk brings


def test_statements_of_whom_is_asked_for_are_there_although_no_chunk_brings_them(
    library: Library, question: Ask
) -> None:
    letter = Article.from_text("“Rain is no excuse,” said Ada Brandt. The hall was full.", title="Letter")
    library.add_articles([letter, *(noise(number) for number in range(3 * CHUNKS))])
    asked = question("What did Ada Brandt say of the people and the work at the mill?", "said_about", "Ada Brandt")
    searched = {result.article.id for result in library.retriever.search(asked, CHUNKS, Filters())}
    assert letter.id not in searched
    found = by_text(find(library, asked))
    assert sum("Karl Winter" in text for text in found) > ON_TOPIC, "nor are they near the topic"
    said = found["“Rain is no excuse,” said Ada Brandt."]
    assert (said.theirs, said.rank) == (1, CHUNKS)
    assert "The hall was full." not in found, "of what only the ledger knows of, the statements alone"
    assert {one.rank for text, one in found.items() if "choir" in text} <= set(range(CHUNKS))


def test_filters_hold_for_statements_too(library: Library, question: Ask) -> None:
    other = Article.from_text("“We owe it to no one,” said Ada Brandt.", source="Stage Weekly")
    library.add_articles([MILL, other])
    asked = question("What did Ada Brandt say we owe?", "said_about", "Ada Brandt")
    found = find(library, asked, Filters(source="stage weekly"))
    assert {one.article.id for one in found.candidates} == {other.id}
    assert find(library, asked, Filters(source="Nobody")).candidates == ()


def test_nothing_is_found_in_an_empty_library(library: Library, question: Ask) -> None:
    found = find(library, question("What did Ada Brandt say?", "said_about", "Ada Brandt"))
    assert (found.candidates, found.names) == ((), {"Ada Brandt": ()})
    assert library.candidates.read(question("Who?"), []) == []


# ---------------------------------------------------------------------- what the selector reads


def test_the_selector_reads_every_candidate_and_its_phrase_lies_in_the_sentence(mill: Library, question: Ask) -> None:
    asked = question("How long does the old mill of Lindal stay open?")
    candidates = find(mill, asked).candidates
    assert all(one.selected == -math.inf for one in candidates)
    read = mill.candidates.read(asked, candidates)
    assert {(one.article.id, one.start) for one in read} == {(one.article.id, one.start) for one in candidates}
    for one in read:
        assert math.isfinite(one.selected)
        assert one.phrase
        assert one.start <= one.phrase[0] < one.phrase[1] <= one.end
        assert 0 <= one.phrase_chance <= 1
    assert max(read, key=lambda one: one.selected).text == "The old mill of Lindal stays open until the end of June."


def test_an_interview_with_a_speaker_of_a_long_name_can_be_read(open_library: Callable[..., Library]) -> None:
    """Every sentence has the speaker's name in front of it; together they have to fit the model."""
    name = "Hadiza Osei-Bonsu Quennellwright"
    words = " ".join(f"We paid for ship {number}." for number in range(READ))
    article = Article.from_text(
        f"“{words}” {name} said.", title="Interview with the harbour master of Lindal", source="Post"
    )
    said = Speaker(name, name, len(words) + 3, len(words) + 3 + len(name), "name")
    quote = Quote(article.id, None, 0, f"“{words}”", 0, len(words) + 2, ((0, len(words) + 2),), "direct", said)
    library = open_library(extract=lambda _: [quote])
    library.add_articles([article])
    question = read_question("How much did the town of Lindal pay for the ships that it bought from its harbour?")
    read = library.candidates.read(question, shortlist(find(library, question).candidates))
    assert len(read) == READ
