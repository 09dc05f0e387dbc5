"""Kinds of text that readers reported as misread: for each kind, texts of our own with the speaker of some words in them."""

from __future__ import annotations

import pytest

from rag.quotes import extract_quotes
from rag.types import Article


def speakers_of(text: str, words: str) -> list[str | None]:
    """Whom the words are given to, once for each statement that holds them."""
    quotes = extract_quotes(Article.from_text(text))
    return [quote.speaker.name if quote.speaker else None for quote in quotes if words in quote.text]


LEFT_OPEN = [
    (
        "“We heard the ice before we saw it,” said Captain Ulla Brandvold. “It sounded like furniture.\n\n"
        "“Nobody slept that night, and nobody wanted to.”\n\nThe owner, Piet Maas, was in bed. “I heard nothing,” he said.",
        "Nobody slept",
        "Ulla Brandvold",
    ),
    (
        'Farmer Enok Lie told the hearing: "My father dug that ditch in 1961.\n\n"I have cleaned it every spring.'
        '\n\n"If you close it, my cellar is a lake."\n\nGeologist Mona Dahl said the ditch was useless.',
        "my cellar is a lake",
        "Enok Lie",
    ),
    (
        "“The second act was too long,” the director, Sana Holt, admitted. “We cut it on the train.\n\n"
        "“The singers learned it over breakfast.”\n\nTenor Karl Oster saw it otherwise. “I never learned it,” he said.",
        "over breakfast",
        "Sana Holt",
    ),
]
RELEASES = [
    (
        "“We are proud of this bridge, and prouder of those who built it.” - Governor Elin Marsh\n\n"
        "And from Mayor Dag Sund:\n\n“Ostley has waited forty years for it.”",
        "waited forty years",
        "Dag Sund",
    ),
    (
        "The prize goes to the choir of Tarn.\n\nFrom Rector Ines Vold:\n\n“They have sung in every weather.”\n\n"
        "“And in every key.” – Ludo Frey, organist",
        "in every weather",
        "Ines Vold",
    ),
    (
        "“A fine ship, and a dry one.” -- Admiral Hugo Stern\n\nFrom the office of Karin Aldous, minister for ports:\n\n"
        "“She will serve the islands well.”\n\nThe ship sails in May.",
        "serve the islands",
        "Karin Aldous",
    ),
]
MANNERS = [
    (
        "“It is only a scratch,” muttered driver Leo Arndt.\n\n“The car is new,” said owner Beate Hauk bitterly from the "
        "pavement.\n\nThen Leo Arndt said softly: “It was.”",
        "The car is new",
        "Beate Hauk",
    ),
    (
        "“We shall be back,” said coach Nils Roth calmly as the lights went out.\n\nNobody believed him.",
        "We shall be back",
        "Nils Roth",
    ),
    (
        "“I have lost my keys again,” said librarian Fay Orme cheerfully at the door.\n\nThe readers waited in the rain.",
        "lost my keys",
        "Fay Orme",
    ),
]
TRANSCRIPTS = [
    (
        "DORIT SAND, HOST: The dam has held.\n\nEMIL KROG, DAM KEEPER (ph): We opened both gates at two.\n\n"
        "MAYOR LIV ASP (through translator): Nobody slept.\n\nKROG: I did.",
        "opened both gates",
        "Emil Krog",
    ),
    (
        "TARA QUIST, CORRESPONDENT (voice-over): This is the market.\n\nUNIDENTIFIED MALE: The fish is gone.\n\n"
        "(END VIDEO CLIP)\n\nQUIST: It has been gone since May.",
        "since May",
        "Tara Quist",
    ),
    (
        "JUDGE ROALD BECK, PRESIDING: Call the next case.\n\nMINA FOSS, PROSECUTOR: The town against the goose.\n\n"
        "BECK: Is it present?\n\nFOSS: It is in the hall.",
        "in the hall",
        "Mina Foss",
    ),
]
QUESTIONS = [
    (
        "Selma Rist has repaired clocks in Tarn for fifty years. We asked her about the tower.\n\nQ: Why is it late?\n\n"
        "A: Because of the pigeons. I have told them.",
        "Because of the pigeons",
        "Selma Rist",
    ),
    (
        "Olaf Menk is the last basket maker of Orrin. He spoke to us in his shed.\n\nQ. Who buys your baskets?\n\n"
        "A. My sister, mostly.\n\nQ. And who else?\n\nA. Her friends.",
        "My sister, mostly",
        "Olaf Menk",
    ),
    (
        "Judge Petra Holm retires in June. She talked with us about her first trial.\n\nQuestion: Were you afraid?\n\n"
        "Answer: I was sick in the corridor. We all were.",
        "sick in the corridor",
        "Petra Holm",
    ),
]
POSTS = [
    (
        "The pool opens at ten. Bring your own towel.\n\n— Tarn Baths (@tarnbaths) June 2, 2025",
        "your own towel",
        "Tarn Baths",
    ),
    (
        "The council met until midnight.\n\nWe voted for the trees. I am tired.\n\n— Mayor Jens Lund (@jenslund) May 3, 2025"
        "\n\nThe trees are to be planted in spring.",
        "voted for the trees",
        "Jens Lund",
    ),
    (
        "What the singers wrote:\n\nAlma Reis @almareis · Oct 12\nI forgot the third verse.\n\nThe tour goes on.",
        "forgot the third verse",
        "Alma Reis",
    ),
]
DONE_TO = [
    ("Lars Fink, a baker, is accused of fraud. Nora Pell lost her savings.", "fraud"),
    ("The former mayor, Egon Rusk, was charged with perjury on Monday. His trial begins in May.", "perjury"),
    ("Ada Munk has been convicted of arson. She worked at the mill.", "arson"),
]
SAID_BY_NAME = [*LEFT_OPEN, *RELEASES, *MANNERS, *TRANSCRIPTS, *QUESTIONS, *POSTS]


@pytest.mark.parametrize(("text", "words", "name"), SAID_BY_NAME)
def test_the_words_are_given_to_who_said_them(text: str, words: str, name: str) -> None:
    (speaker,) = speakers_of(text, words)
    assert speaker is not None
    assert speaker.endswith(name)


@pytest.mark.parametrize(("text", "words"), DONE_TO)
def test_what_is_done_to_somebody_is_not_their_statement(text: str, words: str) -> None:
    assert set(speakers_of(text, words)) <= {None}


@pytest.mark.parametrize("subject", ["No group", "Neither side", "No one", "None of the parties", "No union"])
def test_what_nobody_said_is_no_statement(subject: str) -> None:
    assert (
        speakers_of(f"A bomb went off in Orrin. {subject} said that the bomb was theirs.", "the bomb was theirs") == []
    )


def test_what_stands_between_two_quotations_is_in_neither() -> None:
    text = "“We will not sell the mill.” She paused for a long while and looked at the river. “Not to them,” said Ada Lund."
    for quote in extract_quotes(Article.from_text(text)):
        assert "paused" not in quote.text


@pytest.mark.parametrize("text", [text for text, *_ in [*SAID_BY_NAME, *DONE_TO]])
def test_a_mention_is_no_part_of_the_words(text: str) -> None:
    for quote in extract_quotes(Article.from_text(text)):
        if quote.speaker is not None and quote.speaker.start is not None and quote.speaker.end is not None:
            assert all(quote.speaker.end <= start or end <= quote.speaker.start for start, end in quote.spans)


def test_a_pronoun_never_reaches_into_another_entry_of_a_live_blog() -> None:
    text = (
        "Live: the storm.\n\n17:42\nMayor Anna Berg has left the town hall. Berg was tired.\n\n16:20\nThe pier is gone.\n\n"
        "“I saw it go,” she said.\n\n15:10\nIt begins to rain."
    )
    assert speakers_of(text, "I saw it go") == ["she"]
