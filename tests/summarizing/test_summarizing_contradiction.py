"""Two statements of one speaker that contradict each other, and those that only look so."""

from __future__ import annotations

import pytest

from rag.summarizing.contradiction import contradict, read_claims
from rag.types import Quote, Span, Speaker


def said(text: str, speaker: str = "Ada Brandt") -> Quote:
    """A statement of a speaker; its cue stands before a bar."""
    cue, _, words = text.rpartition(" | ")
    return Quote(
        article_id="a",
        external_id=None,
        paragraph=0,
        text=words,
        start=0,
        end=len(words),
        spans=((0, len(words)),),
        kind="indirect",
        speaker=Speaker(speaker),
        cue=Span(cue, 0, len(cue)) if cue else None,
    )


CHANGES = [
    ("denied | that she had taken money from the quarry", "admitted | that she had taken money from the quarry"),
    ("she will not run for mayor of Lindal", "she will run for mayor of Lindal in the spring"),
    ("“I will never sell the ferries,”", "“I will sell the ferries to the port,”"),
    ("she opposes the tram line to Osterby", "she supports the tram line to Osterby"),
    ("the ticket tax would rise by 5 percent next year", "the ticket tax would rise by 7 percent next year"),
    ("the weir would cost 3 million crowns", "the weir would cost 5 million crowns"),
    ("the bridge was safe for heavy lorries", "the bridge was not safe for heavy lorries"),
    ("the hospital was safe", "the hospital was unsafe"),
    ("“We won't close the harbour school,”", "“We will close the harbour school,”"),
    ("ruled out | a merger with the Osterby mill", "confirmed | a merger with the Osterby mill"),
    ("the town would cut the water tax", "the town would raise the water tax"),
    ("she would stay as head of the ferries", "she would leave as head of the ferries"),
    ("he is against the sale of the mill", "he is in favour of the sale of the mill"),
    ("she voted for the dam law", "she voted against the dam law"),
    ("the fire was an accident", "the fire was no accident"),
    ("the mill will not cut jobs in Lindal", "the mill will cut 40 jobs in Lindal"),
    ("the festival would not be held", "the festival would be held in June"),
]
NO_CHANGES = [
    ("no new cases have been reported in Norlund", "40 new cases have been reported in Norlund"),
    ("she will not run for mayor in the spring", "she will run for mayor"),
    ("she would not run for mayor of Lindal", "Otto Winter would run for mayor of Lindal"),
    ("the ferry would not sail on Monday", "the ferry would sail on Friday"),
    ("the ferry will not sail if the wind is strong", "the ferry will sail"),
    ("the council had not yet signed the contract", "the council had signed the contract"),
    ("“It is not only a bridge for the town,”", "“It is a bridge for the town,”"),
    ("there is no doubt that the mill will open", "the mill will open"),
    ("40 volunteers were called to the weir", "60 volunteers were called to the weir"),
    ("there will be seven more fairs in Lindal", "there will be six more fairs in Lindal"),
    ("the tax would bring 3 million crowns this year", "the tax would bring 5 million crowns over ten years"),
    ("the old bridge is not safe for lorries", "the new bridge is safe for lorries"),
    ("the town will plant 40 trees in May", "the town will plant 60 trees in June"),
    ("the road was closed", "the road was open again"),
    ("the road is not open", "the road is closed"),
    ("denied | that the weir was unsafe", "the weir was safe"),
    ("“They will not sell the ferries,”", "“I will sell the ferries,”"),
    ("“I will not sell the ferries,”", "“Will you sell the ferries?”"),
    ("“I do not oppose the ban on lorries,”", "“I support the ban on lorries,”"),
]


@pytest.mark.parametrize(("one", "other"), CHANGES)
def test_a_change_of_position_is_found(one: str, other: str) -> None:
    assert contradict(read_claims(said(one)), read_claims(said(other)))
    assert contradict(read_claims(said(other)), read_claims(said(one)))


@pytest.mark.parametrize(("one", "other"), NO_CHANGES)
def test_what_only_looks_like_a_change_is_none(one: str, other: str) -> None:
    assert not contradict(read_claims(said(one)), read_claims(said(other)))
    assert not contradict(read_claims(said(other)), read_claims(said(one)))


def test_a_statement_does_not_contradict_itself_and_a_crowd_nobody() -> None:
    for text in {text for pair in CHANGES + NO_CHANGES for text in pair}:
        assert not contradict(read_claims(said(text)), read_claims(said(text)))
    assert not read_claims(said("the tram line will not be built", "the protesters"))
