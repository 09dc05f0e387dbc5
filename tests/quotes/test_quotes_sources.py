"""What kind of source a speaker is, where the article names it, and why it does not."""

from __future__ import annotations

import pytest

from rag.language.doc import analyse
from rag.quotes import extract_quotes
from rag.quotes.anonymity import Anonymity
from rag.quotes.features import Looker
from rag.quotes.names import Inventory
from rag.quotes.regions import quoted_regions
from rag.quotes.scene import Scene
from rag.quotes.sources import describe_sources
from rag.types import Article, Quote, ResolvedBy, Speaker


def look(article: Article) -> Looker:
    doc = analyse(article.text, [(paragraph.start, paragraph.end) for paragraph in article.paragraphs])
    return Looker(Scene(article, doc, Inventory(article, doc)))


def described(text: str, *mentions: tuple[str, str | None, ResolvedBy | None]) -> list[Speaker]:
    """The speakers of statements at these mentions, each found after the one before; given are name and how it was found."""
    article, quotes, position = Article.from_text(text), list[Quote](), 0
    for mention, name, by in mentions:
        start = text.index(mention, position)
        position = start + len(mention)
        speaker = Speaker(name or mention, mention, start, position, by)
        quotes.append(Quote(article.id, None, 0, "x", 0, 1, ((0, 1),), "indirect", speaker))
    found = describe_sources(look(article), quoted_regions(text, article.paragraphs), quotes)
    speakers = [quote.speaker for quote in found if quote.speaker]
    for one in speakers:
        assert one.reason is None or (one.reason_at and text[slice(*one.reason_at)] == one.reason)
        assert one.named_at is None or text[one.named_at.start : one.named_at.end] == one.named_at.text
        assert one.named_at is None or one.named_at.paragraph == article.paragraph_at(one.named_at.start)
    return speakers


def open_ones(text: str, *mentions: str) -> list[Speaker]:
    return described(text, *((mention, None, None) for mention in mentions))


# ---------------------------------------------------------------------- types


@pytest.mark.parametrize(
    ("text", "mention", "expected"),
    [
        ("The prosecutor said the fine was fair.", "The prosecutor", "person"),
        ("Her lawyer said the fine was fair.", "Her lawyer", "person"),
        ("A spokeswoman for the port said it was closed.", "A spokeswoman for the port", "person"),
        ("Then she said it was closed.", "she", "person"),
        ("Then they said it was closed.", "they", "group"),
        ("Two officials said it was closed.", "Two officials", "group"),
        ("Residents said it was closed.", "Residents", "group"),
        ("The family said he was kind.", "The family", "group"),
        ("The companies said it was closed.", "The companies", "group"),
        ("The police said it was closed.", "The police", "organisation"),
        ("The company said it was closed.", "The company", "organisation"),
        ("The ministry of works said it was closed.", "The ministry of works", "organisation"),
        ("The report on the pier said it was rotten.", "The report on the pier", "document"),
        ("Court documents say it was rotten.", "Court documents", "document"),
        ("A senior official said it was closed.", "A senior official", "anonymous"),
        ("One worker at the yard said it was closed.", "One worker at the yard", "anonymous"),
        ("Sources said it was closed.", "Sources", "anonymous"),
        ("People familiar with the talks said it was closed.", "People familiar with the talks", "anonymous"),
        ("The unnamed engineer said it was closed.", "The unnamed engineer", "anonymous"),
    ],
)
def test_the_type_of_a_speaker_without_a_name(text: str, mention: str, expected: str) -> None:
    (speaker,) = open_ones(text, mention)
    assert (speaker.type, speaker.named_at) == (expected, None)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("Mayor Ada Brandt came. Ada Brandt said no.", "Ada Brandt", "person"),
        ("The Lindal Port Authority said no.", "Lindal Port Authority", "organisation"),
        ("Norlund University said no.", "Norlund University", "organisation"),
    ],
)
def test_the_type_of_a_named_speaker(text: str, name: str, expected: str) -> None:
    (speaker,) = described(text, (name, name, "name"))
    assert speaker.type == expected
    assert speaker.named_at
    assert speaker.named_at.text == name


def test_several_who_speak_together_are_a_group() -> None:
    text = "Ada Brandt and Karl Winter said no."
    (speaker,) = described(text, ("Ada Brandt and Karl Winter", "Ada Brandt and Karl Winter", "name"))
    assert speaker.type == "group"


# ---------------------------------------------------------------------- the mention that names them


def test_the_naming_mention_is_the_last_in_full_before_the_statement() -> None:
    text = (
        "Jonas Brandt came on Monday.\n\nMayor Jonas Brandt stayed. He said no.\n\n"
        "Brandt said yes.\n\nLater Jonas Brandt left."
    )
    he, brandt = described(text, ("He", "Jonas Brandt", "pronoun"), ("Brandt", "Jonas Brandt", "name"))
    assert he.named_at == brandt.named_at
    assert he.named_at
    assert (he.named_at.text, he.named_at.paragraph) == ("Jonas Brandt", 1)


def test_a_name_that_comes_later_is_where_it_comes() -> None:
    text = "“He was worried,” his lawyer, Brandt, said.\n\nJonas Brandt came on Monday."
    (speaker,) = described(text, ("his lawyer, Brandt", "Jonas Brandt", "name"))
    assert speaker.named_at
    assert speaker.named_at.paragraph == 1


def test_a_full_name_names_itself() -> None:
    text = "Jonas Brandt came.\n\nJonas Brandt said no."
    first, again = described(text, *[("Jonas Brandt", "Jonas Brandt", "name")] * 2)
    for speaker in (first, again):
        assert speaker.named_at
        assert speaker.named_at.start == speaker.start


# ---------------------------------------------------------------------- why it has no name


@pytest.mark.parametrize(
    ("text", "mention", "reason"),
    [
        (
            "A clerk, who asked not to be named because he may not speak to papers, said no.",
            "A clerk",
            "who asked not to be named because he may not speak to papers",
        ),
        (
            "“They knew,” said a porter at the clinic, speaking on condition of anonymity out of fear for her job.",
            "a porter at the clinic",
            "speaking on condition of anonymity out of fear for her job",
        ),
        (
            "An aide declined to be identified, citing fear of reprisal. The budget was a mess, the aide said.",
            "An aide",
            "declined to be identified, citing fear of reprisal",
        ),
        ("A porter whose name has been withheld said no.", "A porter", "whose name has been withheld"),
        (
            "One guard, who was not authorised to discuss the matter, said no.",
            "One guard",
            "who was not authorised to discuss the matter",
        ),
        (
            "She told the paper on condition of anonymity, because she feared for her job, that it was closed.",
            "She",
            "on condition of anonymity, because she feared for her job",
        ),
    ],
)
def test_the_reason_for_anonymity_in_the_words_of_the_article(text: str, mention: str, reason: str) -> None:
    (speaker,) = open_ones(text, mention)
    assert (speaker.type, speaker.reason) == ("anonymous", reason)


def test_a_reason_told_in_another_sentence_holds_for_the_same_source_alone() -> None:
    text = (
        "A guard said the gate was open. The guard refused to give his full name.\n\n"
        "The guard said nobody came. Another guard said it was shut. A clerk said it was late."
    )
    first, same, again, other, clerk = open_ones(text, "A guard", "The guard", "The guard", "Another guard", "A clerk")
    assert first.reason == same.reason == again.reason == "refused to give his full name"
    assert again.type == "anonymous"
    assert (other.reason, clerk.reason) == (None, None)


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("The mayor said the boy, who asked not to be named, was safe.", "The mayor"),
        ("A clerk said: “My uncle asked not to be named in the will.”", "A clerk"),
        ("A clerk said no.", "A clerk"),
    ],
)
def test_somebody_elses_anonymity_is_no_reason(text: str, mention: str) -> None:
    (speaker,) = open_ones(text, mention)
    assert speaker.reason is None


def test_who_is_named_is_not_anonymous() -> None:
    text = "Jonas Brandt, who asked not to be named at first, said no."
    (speaker,) = described(text, ("Jonas Brandt", "Jonas Brandt", "name"))
    assert (speaker.type, speaker.reason) == ("person", None)


def test_a_text_without_words_has_no_reasons() -> None:
    article = Article.from_text("…")
    anonymity = Anonymity(look(article).scene, [])
    assert anonymity.reasons([Speaker("x", "x", 0, 1)]) == {}


def test_statements_of_an_article_have_their_sources() -> None:
    text = (
        "Jonas Brandt, who runs the ferry, came late on Monday. He said the boats were safe.\n\n"
        "A senior official, who asked not to be named because he was not allowed to speak, said the port would close.\n\n"
        "According to the report, the pier is rotten."
    )
    quotes = extract_quotes(Article.from_text(text))
    found = {quote.text: quote.speaker for quote in quotes}
    he, official = _of(found, "the boats were safe"), _of(found, "the port would close")
    assert (he.name, he.type, he.named_at and he.named_at.paragraph) == ("Jonas Brandt", "person", 0)
    assert official.type == "anonymous"
    assert official.reason == "who asked not to be named because he was not allowed to speak"
    assert not any("named" in text for text in found), "that a source asked for it is no statement"
    assert _of(found, "the pier is rotten").type == "document"


def _of(found: dict[str, Speaker | None], words: str) -> Speaker:
    (speaker,) = [speaker for text, speaker in found.items() if words in text]
    assert speaker
    return speaker


@pytest.mark.parametrize("text", ["", " ", "He said.\n\nWho?", "猫が言った。"])
def test_an_article_without_statements_has_no_sources(text: str) -> None:
    assert describe_sources(look(Article.from_text(text)), [], []) == []
