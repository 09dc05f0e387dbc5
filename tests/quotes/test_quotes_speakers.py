"""Names, pronouns, titles, institutions; and what must not be guessed."""

from __future__ import annotations

import pytest

from rag.quotes.names import Inventory
from rag.quotes.speakers import Speakers
from rag.types import Article, Speaker


def resolve(text: str, *mentions: str) -> list[Speaker | None]:
    """The speakers of mentions, each found after the one before."""
    article = Article.from_text(text)
    speakers = Speakers(article, Inventory(article), [])
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
        ("Anna Berg met Tom Hale. She said no.", ["She"], ("Anna Berg", "pronoun")),
        ("Anna Berg met Tom Hale. He said no.", ["He"], ("Tom Hale", "pronoun")),
        ("Mr. Sloan left early. He said no.", ["He"], ("Sloan", "pronoun")),
        (
            "“It is late,” said Paul Hale.\n\nShares rose.\n\nThe mill’s founder, Peter Ondar, will leave. He said no.",
            ["Paul Hale", "He"],
            ("Peter Ondar", "pronoun"),
        ),
        ("OSLO (Mill Wire) - Corvan Works said no.", ["OSLO (Mill Wire) - Corvan Works"], ("Corvan Works", "name")),
        ("NEW HAVEN, Conn. — Anna Berg said no.", ["NEW HAVEN, Conn. — Anna Berg"], ("Anna Berg", "name")),
        (
            "Chancellor Olaf Scholz met Emmanuel Macron. The chancellor said no.",
            ["The chancellor"],
            ("Olaf Scholz", "title"),
        ),
        (
            "Steffen Hebestreit, the government spokesperson, came. Olaf Scholz left. The spokesperson said no.",
            ["The spokesperson"],
            ("Steffen Hebestreit", "title"),
        ),
        ("Anna Berg, who leads the union, met Tom Hale. The leader said no.", ["The leader"], ("Anna Berg", "title")),
        ("The White House said no.", ["The White House"], ("White House", "name")),
        ("Petra Hale spoke. Petra Hale herself said no.", ["Petra Hale herself"], ("Petra Hale", "name")),
        ("According to the Kremlin, no.", ["the Kremlin"], ("Kremlin", "name")),
        ("The Election Commission met. The commission said no.", ["The commission"], ("Election Commission", "title")),
        ("Officials told the paper no.", ["Officials"], ("Officials", None)),
        ("Jon Hale and Ann Berg agreed. Hale and Berg said no.", ["Hale and Berg"], ("Jon Hale and Ann Berg", "name")),
        (
            "Hillary Clinton spoke while Bill Clinton toured. “She is ready,” Mr. Clinton said.",
            ["Mr. Clinton"],
            ("Bill Clinton", "name"),
        ),
    ],
)
def test_resolved(text: str, mentions: list[str], expected: tuple[str, str | None]) -> None:
    assert name(text, *mentions) == expected


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("Tom Hale left. Paul Berg stayed. “It was hard,” he said.", "It was hard", "Paul Berg"),
        ("Tom Hale left. Paul Berg stayed. “Berg was hard,” he said.", "Berg was hard", "Tom Hale"),
        ("Tom Hale left. Paul Berg stayed. He said Berg was hard.", "Berg was hard", "Tom Hale"),
        ("Tom Hale left. Paul Berg stayed. “I am Paul Berg,” he said.", "I am Paul Berg", "Paul Berg"),
        ("Tom Hale left. Paul Berg stayed. “I am Berg’s lawyer,” he said.", "I am Berg’s lawyer", "Tom Hale"),
        ("Tom Hale left. Paul Berg stayed. “Berg must resign,” he said.", "Berg must resign", "Tom Hale"),
        ("Tom Hale left. Paul Berg stayed. “The Berg campaign is on,” he said.", "The Berg campaign is on", "Paul Berg"),
        ("Tom Hale left. Paul Berg stayed. Berg was hard, he said.", "Berg was hard", "Paul Berg"),
    ],
)  # fmt: skip
def test_nobody_speaks_of_himself_by_name(text: str, said: str, expected: str) -> None:
    article = Article.from_text(text)
    pronoun = max(text.find(word, text.index("stayed")) for word in ("he ", "He "))
    start = text.rindex(said)
    found = Speakers(article, Inventory(article), []).resolve((pronoun, pronoun + 2), [(start, start + len(said))])
    assert found is not None
    assert found.name == expected


def test_an_office_with_a_place_is_not_given_to_whoever_was_named_last() -> None:
    text = "Mike Lund spoke hours after Paul Berg wrote to voters. The Norlund governor said no."
    assert name(text, "The Norlund governor") == ("Norlund governor", None)


@pytest.mark.parametrize(
    "text",
    [
        "Ashmere Governor Ada Cole spoke. The Norlund governor said no.",
        "Ada Cole, the Ashmere governor, spoke. The Norlund governor said no.",
    ],
)
def test_the_governor_of_one_place_is_not_that_of_another(text: str) -> None:
    assert name(text, "The Norlund governor") == ("Norlund governor", None)


def test_a_people_may_be_of_the_country() -> None:
    text = "Emmanuel Macron, the president of France, came. The French president said no."
    assert name(text, "The French president") == ("Emmanuel Macron", "title")


def test_an_office_told_more_closely_is_not_given_to_whoever_was_named_last() -> None:
    assert name("Paul Berg was at the mill. The interior minister said no.", "The interior minister")[1] is None


def test_who_alone_holds_an_office_and_is_spoken_of_leaves_it_open() -> None:
    text = "Ada Cole came. Minister Paul Berg said no. The minister said Berg was hard."
    article = Article.from_text(text)
    start = text.index("The minister")
    said = text.index("Berg was")
    found = Speakers(article, Inventory(article), []).resolve((start, start + 12), [(said, len(text))])
    assert found is not None
    assert found.resolved_by is None


def test_two_with_one_surname_are_not_guessed() -> None:
    text = "Hillary Clinton spoke while Bill Clinton toured. Clinton said no."
    assert name(text, "Hillary Clinton", "Bill Clinton", "Clinton") == ("Clinton", None)


def test_a_surname_after_its_bearers_words_is_theirs() -> None:
    text = (
        "Former President Bill Clinton toured for his wife Hillary Clinton.\n\nThe former president said it was hot.\n\n"
        "“It is a long road,” Clinton said."
    )
    assert name(text, "The former president", "Clinton") == ("Bill Clinton", "name")


def test_the_campaign_is_not_the_candidate() -> None:
    text = "Donald Hale spoke. The Hale campaign said no. The campaign said yes."
    assert name(text, "The Hale campaign") != ("Donald Hale", "name")
    assert "Donald" not in (name(text, "The Hale campaign", "The campaign")[0] or "")


def test_the_spokeswoman_of_somebody_is_somebody_else() -> None:
    text = "Anna Berg left. A spokeswoman for Anna Berg said no."
    assert name(text, "A spokeswoman for Anna Berg")[0] == "A spokeswoman for Anna Berg"


def test_the_subject_is_meant_though_another_man_stands_nearer() -> None:
    text = (
        "Emmanuel Macron met Olaf Scholz in Paris. The French president welcomed him warmly. "
        "“Europe must be ready,” he told reporters, with Scholz at his side."
    )
    assert name(text, "he told"[:2]) == ("Emmanuel Macron", "pronoun")


def test_a_pronoun_with_nobody_to_mean_stays_as_written() -> None:
    assert name("Rain fell. She said no.", "She") == ("She", None)


def test_no_source_is_nobody() -> None:
    article = Article.from_text("It was said that rain would fall.")
    assert Speakers(article, Inventory(article), []).resolve(None) is None


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


@pytest.mark.parametrize("office", ["The president of Norlund", "The doctor", "The king"])
def test_who_holds_one_office_is_not_meant_by_another(office: str) -> None:
    assert name(f"Anna Berg, the interior minister, spoke on Monday. {office} said no.", office) == (office, None)
