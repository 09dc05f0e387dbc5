"""Speech that layout alone marks: labels, turns, interviews, signatures, posts, and what is nobody's statement."""

from __future__ import annotations

from typing import Any

import pytest

from rag.quotes.layout import Layout, read_layout
from rag.quotes.layout.lines import lines_of, spoken, time_of
from rag.quotes.regions import quoted_regions
from rag.types import Article


def layout_of(text: str, **facts: Any) -> tuple[Article, Layout]:
    article = Article.from_text(text, **facts)
    return article, read_layout(article, quoted_regions(article.text, article.paragraphs))


def told(text: str, **facts: Any) -> list[tuple[str, str]]:
    """Each statement's speaker (the name, or else the slice that names them) and its words."""
    article, layout = layout_of(text, **facts)
    return [
        (
            one.name or (article.text[slice(*one.source)] if one.source else "-"),
            " ".join(article.text[start:end] for start, end in one.spans),
        )
        for one in layout.said
    ]


def test_a_surname_alone_is_the_speaker_named_before_and_unlabelled_paragraphs_stay_with_them() -> None:
    text = (
        "GRETA MOSS, ANCHOR: Good evening.\n\nTonight we talk about the dam.\n\nPER AAS, ENGINEER (ph): It holds.\n\n"
        "(CROSSTALK)\n\nI looked at it myself.\n\nMOSS: Are you sure?\n\nAAS: (through translator) Quite sure."
    )
    assert told(text) == [
        ("Greta Moss", "Good evening."),
        ("Greta Moss", "Tonight we talk about the dam."),
        ("Per Aas", "It holds."),
        ("Per Aas", "I looked at it myself."),
        ("Greta Moss", "Are you sure?"),
        ("Per Aas", "Quite sure."),
    ]


def test_a_name_in_capitals_is_written_as_the_text_writes_it_elsewhere() -> None:
    text = (
        "Tonight: Ida McAvoy on the ferry.\n\nRUNE DAL, HOST: Welcome.\n\nIDA MCAVOY, CAPTAIN: Thank you.\n\nDAL: Is it safe?"
        "\n\nMCAVOY: It is."
    )
    assert [name for name, _ in told(text)] == ["Rune Dal", "Ida McAvoy", "Rune Dal", "Ida McAvoy"]


def test_unnamed_voices_stay_as_they_are_written() -> None:
    text = "PIA LUND, REPORTER: Who saw it?\n\nUNIDENTIFIED MALE: I did.\n\nUNIDENTIFIED FEMALE: We all did.\n\nLUND: Thanks."
    assert [name for name, _ in told(text)] == ["Pia Lund", "unidentified male", "unidentified female", "Pia Lund"]


def test_an_office_is_who_holds_it() -> None:
    text = (
        "The Minister for Roads (Bo Frank): I beg to move.\n\nMs Eva Stein (Northam) (Lab): Will he give way?\n\n"
        "The Deputy Speaker (Mr Ole Rask): Order.\n\nThe Minister: I will not.\n\nMr Deputy Speaker: Order."
    )
    names = [name for name, _ in told(text)]
    assert names == ["Bo Frank", "Eva Stein", "Ole Rask", "Bo Frank", "Ole Rask"]


def test_what_a_house_does_is_nobodys_words() -> None:
    text = (
        "Mr Hal Berg (Northam) (Con): I object.\n\nSeveral hon. Members rose—\n\nQuestion put and agreed to.\n\n"
        "Ms Eva Stein (Ostley) (Lab): So do I."
    )
    article, layout = layout_of(text)
    assert [words for _, words in told(text)] == ["I object.", "So do I."]
    assert any("agreed to" in article.text[start:end] for start, end in layout.silent)


INTRODUCTION = "Runa Falk has led the rescue station at Ostley since May. Our reporter Jon Tveit talked to her."


def test_questions_are_the_interviewers_and_are_marked() -> None:
    text = f"{INTRODUCTION}\n\nQ: Is the boat old?\n\nA: I am older.\n\nI like it.\n\nQ: You sank.\n\nA: Not by choice."
    _, layout = layout_of(text)
    assert [one.name for one in layout.said] == ["Jon Tveit", "Runa Falk", "Runa Falk", "Jon Tveit", "Runa Falk"]
    assert [one.question for one in layout.said] == [True, False, False, True, False]


def test_plain_questions_alternate_only_after_an_introduction_that_names_the_two() -> None:
    talk = "Is the boat old?\n\nI was born after it.\n\nWhat do you fear?\n\nMy own cooking.\n\nWill you stay?\n\nI think so."
    assert [name for name, _ in told(f"{INTRODUCTION}\n\n{talk}")] == ["Jon Tveit", "Runa Falk"] * 3
    assert told(f"The boat of Ostley is old, and people ask many things.\n\n{talk}") == []


def test_an_explainer_is_no_interview() -> None:
    text = (
        "Our reporter Jon Tveit asked Runa Falk, who leads the agency, about the new toll.\n\nWho pays it?\n\n"
        "Drivers of cars pay it.\n\nWhen does it start?\n\nIt starts in June.\n\nHow much is it?\n\nIt is four crowns."
    )
    assert told(text) == []


def test_bold_questions_need_no_question_mark() -> None:
    text = (
        f"{INTRODUCTION}\n\nIs it old?\n\nI think so.\n\nTell us why.\n\nMy father built it.\n\nIs it safe?\n\nI hope."
    )
    shown = {"layout": {"bold": ["Is it old?", "Tell us why.", "Is it safe?"]}}
    assert told(text, metadata=shown)[2] == ("Jon Tveit", "Tell us why.")
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "NEW YORK: The market fell.\n\nLONDON: The market rose.\n\nNEW YORK: Bonds were flat.\n\nPARIS: Closed.",
        "OSTLEY, NORLAND - MAY 03: A boat is seen.\n\nTARN, NORLAND - MAY 04: A bus is seen.\n\nOSTLEY, NORLAND - MAY 05: It.",
        "Note: Prices vary.\n\nUpdate: The road is open.\n\nNote: Bring a coat.\n\nSource: the council.",
        "Orrin vs. Tarn: Orrin in six.\n\nOstley vs. Hallen: Hallen in five.\n\nOrrin vs. Tarn: I take Orrin again.",
        "Tarn County — two adults\n\nOrrin County — one adult\n\nTarn County — one child\n\nThree more are ill.",
    ],
)
def test_what_only_looks_like_turns_is_nobodys(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize("dash", ["–", "—", "-", "--", "―"])
@pytest.mark.parametrize("gap", [" ", "\n", "\n\n"])
def test_a_quotation_is_signed_after_any_dash(dash: str, gap: str) -> None:
    text = (
        f"Voices from the quay.\n\n“I will miss it.”{gap}{dash} Ana Torv, baker\n\nThe quay is old and will be closed."
    )
    assert told(text) == [("Ana Torv, baker", "“I will miss it.”")]


def test_a_writers_own_signature_makes_no_quotation_theirs() -> None:
    text = (
        "The road was closed at noon, and the buses of the whole town stood still until late in the afternoon.\n\n"
        "— Eve Lind\n\n“It was chaos, and nobody told us why we could not go home.”\n\n— Ada Moe"
    )
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("We are shut till noon.\n\n— Ostley Ferries (@ostleyferries) March 3, 2025", "Ostley Ferries"),
        ("The ferry wrote:\n\nOstley Ferries @ostleyferries · Mar 3\nWe are shut till noon.", "Ostley Ferries"),
        ("The ferry wrote:\n\nOstley Ferries (@ostleyferries): We are shut till noon.", "Ostley Ferries"),
    ],
)
def test_a_post_is_its_authors(text: str, name: str) -> None:
    assert told(text) == [(name, "We are shut till noon.")]


def test_names_above_quotations_are_their_speakers_where_there_are_several() -> None:
    one = "Reactions.\n\nANA TORV, BAKER\n\n“I am glad.”"
    assert told(one) == []
    assert [name for name, _ in told(f"{one}\n\nPER AAS, MAYOR\n\n“So am I.”")] == ["ANA TORV", "PER AAS"]


def test_boilerplate_and_contacts_are_nobodys() -> None:
    text = (
        "Hallen Bikes opened a shop.\n\n“We are glad,” said Ana Torv.\n\nMore shops will follow.\n\nAbout Hallen Bikes\n\n"
        "Hallen Bikes says that it builds the best bikes.\n\nMedia contact:\n\nPer Aas, press@hallen.example"
    )
    article, layout = layout_of(text)
    silent = " ".join(article.text[start:end] for start, end in layout.silent)
    assert "builds the best" in silent
    assert "Per Aas" in silent
    assert "Ana Torv" not in silent


def test_entries_begin_at_their_times() -> None:
    text = "Live.\n\n17:42\nTrains run.\n\n5.10pm GMT\nBuses run.\n\n16:01 – Nothing runs.\n\n12 people wait."
    article, layout = layout_of(text)
    assert [article.text[place : place + 5] for place in layout.entries] == ["17:42", "5.10p", "16:01"]
    assert layout.entry_of(article.text.index("Buses")) == 2


@pytest.mark.parametrize(
    ("text", "length"),
    [("17:42", 5), ("[00:01:12] Anna: Hi", 11), ("10.25 per cent", 0), ("7 p.m.", 6), ("1984 was", 0)],
)
def test_a_time_is_read_at_a_lines_start(text: str, length: int) -> None:
    assert time_of(text) == length


def test_directions_are_no_words() -> None:
    (line,) = lines_of(Article.from_text("We won (laughs) twice [Applause.] and Tarn (ph) lost."))
    words = [line.text[start:end] for start, end in spoken(line, 0)]
    assert words == ["We won", "twice", "and Tarn (ph) lost."]


def test_what_a_dump_calls_layout_is_not_trusted() -> None:
    for shown in ("x", ["bold"], {"bold": "Is it?"}, {"bold": [1, None, ""], "quoted": {"a": 1}}):
        assert told("Nothing is said here.", metadata={"layout": shown}) == []
