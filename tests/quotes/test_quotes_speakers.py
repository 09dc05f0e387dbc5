"""Names by their words; and speakers without one, as somebody chooses or the trained resolver does."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rag.quotes import extract_quotes
from rag.quotes.asked import Asked, Turn
from rag.quotes.names import Inventory
from rag.quotes.resolver import NOBODY, Choice
from rag.quotes.speakers import Speakers
from rag.types import Article, Speaker


class Chosen:
    """Chooses the entity of that name for every speaker without a name, and remembers what it was asked."""

    def __init__(self, inventory: Inventory, name: str | None = None, certain: bool = True) -> None:
        names = [entity.name for entity in inventory.entities]
        self.choice = Choice(names.index(name), certain) if name else NOBODY
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def choose(self, asked: Asked, turns: Sequence[Turn]) -> Choice:
        self.asked.append((asked.words, tuple(turn.mention for turn in turns)))
        return self.choice


def resolve(text: str, *mentions: str, chosen: str | None = None, certain: bool = True) -> list[Speaker | None]:
    """The speakers of mentions, each found after the one before."""
    article = Article.from_text(text)
    inventory = Inventory(article)
    speakers = Speakers(article, inventory, Chosen(inventory, chosen, certain))
    found: list[Speaker | None] = []
    position = 0
    for mention in mentions:
        start = text.index(mention, position)
        position = start + len(mention)
        found.append(speakers.resolve((start, position)))
    return found


def name(text: str, *mentions: str) -> tuple[str | None, str | None]:
    speaker = resolve(text, *mentions)[-1]
    assert speaker is not None
    return speaker.name, speaker.resolved_by


@pytest.mark.parametrize(
    ("text", "mentions", "expected"),
    [
        ("Chancellor Olaf Scholz came. Scholz said no.", ["Scholz said"[:6]], ("Olaf Scholz", "name")),
        ("Olaf Scholz spoke. Later, Scholz said no.", ["Olaf Scholz", "Scholz"], ("Olaf Scholz", "name")),
        ("Tom Hale, who chairs the growers, said no.", ["Tom Hale, who chairs the growers"], ("Tom Hale", "name")),
        ("OSLO (Mill Wire) - Corvan Works said no.", ["OSLO (Mill Wire) - Corvan Works"], ("Corvan Works", "name")),
        ("NEW HAVEN, Conn. — Anna Berg said no.", ["NEW HAVEN, Conn. — Anna Berg"], ("Anna Berg", "name")),
        ("The White House said no.", ["The White House"], ("White House", "name")),
        ("Petra Hale spoke. Petra Hale herself said no.", ["Petra Hale herself"], ("Petra Hale", "name")),
        ("According to the Kremlin, no.", ["the Kremlin"], ("Kremlin", "name")),
        ("Officials told the paper no.", ["Officials"], ("Officials", None)),
        ("Jon Hale and Ann Berg agreed. Hale and Berg said no.", ["Hale and Berg"], ("Jon Hale and Ann Berg", "name")),
        (
            "Hillary Clinton spoke while Bill Clinton toured. “She is ready,” Mr. Clinton said.",
            ["Mr. Clinton"],
            ("Bill Clinton", "name"),
        ),
    ],
)
def test_names(text: str, mentions: list[str], expected: tuple[str, str | None]) -> None:
    assert name(text, *mentions) == expected


@pytest.mark.parametrize(("mention", "by"), [("He", "pronoun"), ("The minister", "title"), ("His lawyer", "title")])
def test_who_is_chosen_for_certain_is_the_speaker(mention: str, by: str) -> None:
    (speaker,) = resolve(f"Paul Berg came. {mention} said no.", mention, chosen="Paul Berg")
    assert speaker is not None
    assert (speaker.name, speaker.mention, speaker.resolved_by) == ("Paul Berg", mention, by)


@pytest.mark.parametrize("mention", ["He", "The minister", "His lawyer"])
@pytest.mark.parametrize("chosen", ["Paul Berg", None])
def test_who_is_not_certain_stays_as_written(mention: str, chosen: str | None) -> None:
    (speaker,) = resolve(f"Paul Berg came. {mention} said no.", mention, chosen=chosen, certain=False)
    assert speaker is not None
    assert (speaker.name, speaker.resolved_by) == (mention, None)


def test_the_resolver_is_told_who_spoke_before() -> None:
    text = "Paul Berg said no. He said yes. A guard said so too."
    article = Article.from_text(text)
    inventory = Inventory(article)
    chosen = Chosen(inventory, "Paul Berg", certain=False)
    speakers = Speakers(article, inventory, chosen)
    for mention in ("Paul Berg", "He", "A guard"):
        start = text.index(mention)
        speakers.resolve((start, start + len(mention)))
    assert chosen.asked == [("He", ("Paul Berg",)), ("A guard", ("Paul Berg", "He"))]


@pytest.mark.parametrize(
    ("best", "outer", "inner", "same"),
    [
        ("Anna Berg", "Anna Berg", "she", True),
        ("Ada Cole", "Anna Berg", "she", False),
        ("Anna Berg", "Anna Berg", "the mayor", False),
        ("Ada Cole", "She", "she", True),
        (None, "Anna Berg", "she", False),
    ],
)
def test_whether_who_is_quoted_by_somebody_may_be_that_one(
    best: str | None, outer: str, inner: str, same: bool
) -> None:
    text = f"Ada Cole met Anna Berg. {outer} said no and that {inner} had said no."
    article = Article.from_text(text)
    inventory = Inventory(article)
    chosen = Chosen(inventory, best, certain=False)
    chosen.choice = Choice(None, False, chosen.choice.number)
    speakers = Speakers(article, inventory, chosen)
    starts = text.index(f"{outer} said no and"), text.index(f"{inner} had")
    first, second = (
        speakers.resolve((start, start + len(words))) for start, words in zip(starts, (outer, inner), strict=True)
    )
    assert first is not None
    assert second is not None
    assert second.name == inner, "nobody is named"
    assert speakers.may_be_one(second, first) is same


def test_two_with_one_surname_are_not_guessed() -> None:
    text = "Hillary Clinton spoke while Bill Clinton toured. Clinton said no."
    assert name(text, "Hillary Clinton", "Bill Clinton", "Clinton") == ("Clinton", None)


def test_a_surname_after_its_bearers_words_is_theirs() -> None:
    text = "Hillary Clinton toured.\n\nBill Clinton said it was hot.\n\n“It is a long road,” Clinton said."
    assert name(text, "Bill Clinton", "Clinton said"[:7]) == ("Bill Clinton", "name")


def test_a_surname_after_words_that_are_only_likely_its_bearers_stays_open() -> None:
    text = "Hillary Clinton met Bill Clinton.\n\nShe said no. Clinton said yes."
    sure, unsure = (
        resolve(text, "She", "Clinton", chosen="Hillary Clinton", certain=certain)[-1] for certain in (True, False)
    )
    assert sure is not None
    assert unsure is not None
    assert (sure.name, unsure.name) == ("Hillary Clinton", "Clinton")


def test_the_campaign_is_not_the_candidate() -> None:
    assert name("Donald Hale spoke. The Hale campaign said no.", "The Hale campaign") != ("Donald Hale", "name")


def test_the_spokeswoman_of_somebody_is_somebody_else() -> None:
    text = "Anna Berg left. A spokeswoman for Anna Berg said no."
    assert name(text, "A spokeswoman for Anna Berg")[0] == "A spokeswoman for Anna Berg"


def test_no_source_is_nobody() -> None:
    article = Article.from_text("It was said that rain would fall.")
    inventory = Inventory(article)
    assert Speakers(article, inventory, Chosen(inventory)).resolve(None) is None


def test_the_fullest_form_is_the_name_and_offsets_are_the_mention() -> None:
    text = "Berg waited. Anna Berg came late, and Berg said no."
    speaker = resolve(text, "Berg waited"[:4], "Berg came", "Berg")[-1]
    assert speaker is not None
    assert speaker.name == "Anna Berg"
    assert speaker.start is not None
    assert text[speaker.start : speaker.end] == speaker.mention == "Berg"


def test_roles_and_genders_come_from_the_article() -> None:
    text = "Chancellor Olaf Scholz met Anna Berg, the head of the commission, and Mrs. Hale."
    entities = {entity.name: entity for entity in Inventory(Article.from_text(text)).entities}
    assert entities["Olaf Scholz"].roles["chancellor"] == 1
    assert entities["Anna Berg"].roles["leader"] == 1  # "head" and "leader" are one
    assert entities["Anna Berg"].gender == "female"
    assert entities["Hale"].gender == "female"


def said(text: str, words: str) -> tuple[str | None, str | None]:
    """The speaker of the statement with these words."""
    quote = next(quote for quote in extract_quotes(Article.from_text(text)) if words in quote.text)
    return (quote.speaker.name, quote.speaker.resolved_by) if quote.speaker else (None, None)


def test_a_pronoun_that_can_be_only_one_is_resolved() -> None:
    text = (
        "HARWICK — Mayor Anna Berg opened the new ferry on Monday.\n\n“We waited ten years for it,” Berg said.\n\n"
        "Berg has led the town since 2015. “Nobody will miss the bridge,” she said."
    )
    assert said(text, "Nobody will miss") == ("Anna Berg", "pronoun")


@pytest.mark.parametrize(
    ("text", "words", "as_written"),
    [
        (
            "Rob Tarn, a porter, was fined.\n\nThe police chief said he had been drunk.",
            "been drunk",
            "The police chief",
        ),
        ("The trial of Nora Wend began.\n\n“She did nothing,” her lawyer said.", "She did nothing", "her lawyer"),
        ("Ole Marn was shot on Sunday. “He was kind,” the widow said.", "He was kind", "the widow"),
        ("Rain fell for a week. “It is over,” she said.", "It is over", "she"),
    ],
)
def test_who_is_not_told_stays_as_written(text: str, words: str, as_written: str) -> None:
    assert said(text, words) == (as_written, None)


def test_who_is_told_of_in_a_clause_does_not_speak_too() -> None:
    text = "Karl Winter left. Ada Brandt, a former aide to Karl Winter and now a baker, said no."
    assert name(text, "Ada Brandt, a former aide to Karl Winter and now a baker") == ("Ada Brandt", "name")
