"""What the resolver is told of the candidates for a speaker without a name."""

from __future__ import annotations

from rag.language.doc import analyse
from rag.quotes.asked import Asked, Turn
from rag.quotes.features import NAMES, Looker
from rag.quotes.names import Inventory
from rag.quotes.scene import Scene
from rag.types import Article

TEXT = "Mayor Ilse Brook opened the clinic.\n\nA nurse met reporters on Monday. She said the ward had been closed."


def look(text: str, mention: str, turns: tuple[str, ...] = ()) -> dict[str, dict[str, float]]:
    """The numbers of each candidate by its name, for the last place that has the ``mention``."""
    article = Article.from_text(text)
    doc = analyse(text, [(paragraph.start, paragraph.end) for paragraph in article.paragraphs])
    looker = Looker(Scene(article, doc, Inventory(article, doc)))
    start = text.rindex(mention)
    told = [Turn(text.index(words), words, None, "person") for words in turns]
    numbers, rows = looker.look(Asked(text, start, start + len(mention)), told)
    return {
        looker.entities[number].name: dict(zip(NAMES, row.tolist(), strict=True))
        for number, row in zip(numbers, rows, strict=True)
    }


def test_a_person_without_a_name_is_a_rival() -> None:
    told = look(TEXT, "She")
    assert [name for name in told if told[name]["stranger"]] == ["nurse"]
    assert told["nurse"]["new"] == 1
    assert told["nurse"]["sentences"] < told["Ilse Brook"]["sentences"]
    assert told["nurse"]["rank near"] < told["Ilse Brook"]["rank near"]


def test_a_person_without_a_name_has_spoken_where_the_words_tell_of_him() -> None:
    told = look(TEXT, "She", ("A nurse",))
    assert (told["nurse"]["turns"], told["Ilse Brook"]["turns"]) == (1, 0)


def test_a_thing_has_no_people_for_rivals() -> None:
    assert not any(row["stranger"] for row in look(TEXT.replace("She", "It"), "It").values())


def test_no_candidates_have_no_rows() -> None:
    assert look("He said no.", "He") == {}
