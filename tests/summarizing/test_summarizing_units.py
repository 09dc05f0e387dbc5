"""The sentences of an article as they can be told: what leans on the one before, what is not the news."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.summarizing.scoring import choose, salience
from rag.summarizing.telling import said_by
from rag.summarizing.units import read_units
from rag.types import Article, Quote, Speaker


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
