"""How far the articles of a library have been read for who said what, told with what is found; and reading them again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rag.coverage import Coverage
from rag.ledger import Ledger
from rag.library import Library
from rag.quotes.reader import READING, reader_version
from rag.quotes.transcripts import is_missed
from rag.types import Article, Filters, Quote, Speaker

Open = Callable[..., Library]

ROAD = Article.from_text(
    "“The coast road stays closed,” said Ines Holm.\n\n“Nobody asked the farmers,” said Jonas Reet.",
    title="Coast road",
    date="2026-03-01",
    source="Stage Weekly",
)
MILL = Article.from_text(
    "“The mill stays open,” said Ada Brandt.", title="Mill", date="2026-03-02", source="Lindal Post"
)
STRASSE = Article.from_text(
    "Die Küstenstraße bleibt geschlossen, sagte die Bürgermeisterin am Montag vor dem Rathaus in Lindal.",
    title="Straße",
    date="2026-03-03",
    source="Stage Weekly",
)
LINES = [
    "Q: Is the road open?",
    "A: It is shut.",
    "Q: Since when?",
    "A: Since Monday.",
    "Q: Who shut it?",
    "A: We did.",
]
TALK = Article.from_text("\n\n".join(LINES), title="Talk", date="2026-03-04", source="Talk Weekly")


def another_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.ledger.reader_version", lambda: "another")


# ---------------------------------------------------------------------- the words


def test_what_is_left_out_is_told_by_how_many_and_why() -> None:
    assert Coverage().told == Coverage().told_outdated == Coverage(outdated=2).told == ""
    for coverage, words in (
        (Coverage(foreign=2), "2 articles not in English"),
        (Coverage(unread=1), "1 article "),
        (Coverage(unknown_form=1200), "1,200 articles"),
    ):
        assert words in coverage.told
    everything = Coverage(1, 2, 3, 4).told
    assert all(Coverage(**{name: number}).told in everything for name, number in [("unread", 1), ("foreign", 2)])
    assert Coverage(outdated=1).told_outdated.startswith("1 article was")
    assert "doctor --repair" in Coverage(outdated=3).told_outdated


# ---------------------------------------------------------------------- transcripts


def spoken(article: Article, *lines: int) -> list[Quote]:
    places = [article.paragraphs[number] for number in lines]
    return [
        Quote(article.id, None, p.index, "x", p.start + 3, p.end, ((p.start + 3, p.end),), "direct", Speaker("A"))
        for p in places
    ]


def test_a_dialogue_under_labels_is_missed_unless_its_lines_are_read() -> None:
    assert is_missed(TALK, [])
    assert is_missed(TALK, spoken(TALK, 0, 1))
    assert not is_missed(TALK, spoken(TALK, 0, 1, 2))


@pytest.mark.parametrize(
    "text",
    [
        ROAD.text,
        "Date: Monday\n\nPlace: Lindal\n\nPrice: 4 crowns\n\nTickets: at the door",
        "Note: it rains.\n\n" + "\n\n".join(f"The road was shut for the {n}th time." for n in range(20)),
        "Q: Is it open?\n\nA: No.\n\n" + "\n\n".join(f"The road was shut for the {n}th time." for n in range(20)),
    ],
)
def test_labels_that_are_no_dialogue_miss_nothing(text: str) -> None:
    assert not is_missed(Article.from_text(text), [])


# ---------------------------------------------------------------------- told with the answer


def test_articles_are_counted_by_how_they_could_be_read(library: Library) -> None:
    library.add_articles([ROAD, MILL, STRASSE, TALK])
    assert library.coverage() == Coverage(foreign=1, unknown_form=1)
    assert library.coverage(Filters(source="Lindal Post")) == Coverage()
    assert library.coverage(Filters(source="talk weekly")) == Coverage(unknown_form=1)


def test_what_is_not_read_is_told_with_lists_and_summaries(library: Library, question: Any) -> None:
    library.add_articles([ROAD, STRASSE])
    told = Coverage(foreign=1).told
    summary = library.summarize(speaker="Ines Holm")
    assert (summary.note, bool(summary.sentences)) == (told, True)
    assert library.summarize(speaker="Karl Winter").note.endswith(told)
    assert library.summarize(speaker="Ines Holm", filters=Filters(until=ROAD.date)).note == ""
    assert library.ask("List all quotes by Ines Holm").notes == (told,)
    assert library.ask("List all quotes by Karl Winter").notes[0].endswith(told)


# ---------------------------------------------------------------------- reading again


def test_the_version_holds_the_code_and_the_models() -> None:
    number, _, digest = reader_version().partition("-")
    assert number == str(READING)
    assert len(digest) == 12


def test_articles_of_an_older_reader_are_told_and_read_again(
    open_library: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = open_library(extract=lambda article: [])
    old.add_articles([ROAD, MILL])
    assert old.coverage().outdated == 0
    old.close()
    another_reader(monkeypatch)
    library = open_library()
    library.add_articles([TALK])
    assert library.coverage().outdated == 2
    assert library.problems() == [], "such a library is whole"
    steps: list[tuple[int, int | None]] = []
    library.repair(progress=lambda done, total, label: steps.append((done, total)))
    assert (0, 2) in steps
    assert (1, 2) in steps
    assert library.coverage().outdated == 0
    assert {quote.speaker and quote.speaker.name for quote in library.quotes()} == {
        "Ines Holm",
        "Jonas Reet",
        "Ada Brandt",
    }
    check_whole(library)


@pytest.mark.parametrize("when", [0, 1, 2, 3])
def test_reading_again_may_be_interrupted_at_any_moment(
    open_library: Open, monkeypatch: pytest.MonkeyPatch, when: int
) -> None:
    library = open_library()
    library.add_articles([ROAD, MILL])
    before = {quote.text for quote in library.quotes()}
    another_reader(monkeypatch)
    read_again, mark_ready, calls = Ledger.read_again, type(library._catalog).mark_ready, []

    def stop(work: Callable[..., None]) -> Callable[..., None]:
        def step(*arguments: Any) -> None:
            calls.append(work)
            if len(calls) == when + 1:
                raise KeyboardInterrupt
            work(*arguments)

        return step

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "read_again", stop(read_again))
        patch.setattr(type(library._catalog), "mark_ready", stop(mark_ready))
        if when < 3:
            with pytest.raises(KeyboardInterrupt):
                library.repair()
        else:
            library.repair()
    library.close()
    again = open_library()
    assert {article.id for article in again.articles()} == {ROAD.id, MILL.id}, "what was interrupted is finished"
    assert {quote.text for quote in again.quotes()} == before
    assert again.coverage().outdated == max(0, 2 - when)
    check_whole(again)
    again.repair()
    assert again.coverage().outdated == 0
    check_whole(again)


def check_whole(library: Library) -> None:
    """Catalog and Chroma hold the same statements, each with the vector of its words."""
    assert library.problems() == []
    ids, vectors = library._ledger.vectors()
    quotes = library._ledger.quotes(ids)
    assert len(ids) == library._ledger.count() == len(quotes)
    for one, vector in zip(ids, vectors, strict=True):
        (best, _), *_ = library._indexer.indexes().quotes.search(vector, 1, Filters())
        assert best == one
