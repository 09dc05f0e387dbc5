"""Articles, paragraphs and the JSON of the contract."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import (
    Answer,
    Article,
    Citation,
    Naming,
    Part,
    Quote,
    Searched,
    Sentence,
    Span,
    Speaker,
    Summary,
    article_of,
    split_paragraphs,
    told_day,
)

ODD = "“”‘’\xa0\u2009\u200b\u00ad\u2028\x85\x1c\r\n\t .!?…。！„«»éÅ漢字ع🙂👩‍👩‍👧e\u0301\x00'\"-–abcABC019"
TEXTS = st.text(st.sampled_from(ODD) | st.characters(blacklist_categories=["Cs"]), max_size=400)


@given(TEXTS)
def test_paragraphs_are_slices_in_order_and_lose_no_word(text: str) -> None:
    article = Article.from_text(text)
    assert article.text == text
    end = 0
    for number, paragraph in enumerate(article.paragraphs):
        assert paragraph.index == number
        assert end <= paragraph.start < paragraph.end <= len(text)
        words = text[paragraph.start : paragraph.end]
        assert words == words.strip() == article.paragraph_text(number)
        assert not text[end : paragraph.start].strip()
        end = paragraph.end
    assert not text[end:].strip()


def test_every_line_is_a_paragraph() -> None:
    text = "One line.\nAnother line.\n\n \n  A third, set in.  \n"
    assert [text[p.start : p.end] for p in split_paragraphs(text)] == ["One line.", "Another line.", "A third, set in."]


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    text = (
        "The council met in the old town hall for the third time and\nagain it could not agree on who should pay for the"
        "\nnew roof of the school.\n\nIt meets again in May."
    )
    assert len(split_paragraphs(text)) == 2


def test_paragraph_at_offset(bridge: Article) -> None:
    for paragraph in bridge.paragraphs:
        assert bridge.paragraph_at(paragraph.start) == paragraph.index
        assert bridge.paragraph_at(paragraph.end - 1) == paragraph.index
    assert bridge.paragraph_at(len(bridge.text) + 5) == 2


def test_id_depends_on_content_and_facts_but_not_on_the_file() -> None:
    base = {"title": "T", "date": "2026-03-04", "source": "S", "author": "A", "url": "u", "external_id": "e"}
    one = Article.from_text("text", **base)
    assert one.id == Article.from_text("text", **base, origin="/elsewhere", metadata={"x": 1}).id
    for name in base:
        assert one.id != Article.from_text("text", **{**base, name: "2026-03-05"}).id
    assert one.id != Article.from_text("text ", **base).id


@pytest.mark.parametrize(
    "date", ["2026-03-04", dt.date(2026, 3, 4), dt.datetime(2026, 3, 4, 23, 59), "2026-03-04T10:00"]
)
def test_dates(date: object) -> None:
    assert Article.from_text("x", date=date).date == dt.date(2026, 3, 4)  # type: ignore[arg-type]


@pytest.mark.parametrize("date", ["yesterday", "2026-13-01", "04.03.2026"])
def test_other_dates_raise(date: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Article.from_text("x", date=date)


def test_address() -> None:
    assert Article.from_text("x").address is None
    assert Article.from_text("x", url="u").address == "u"
    assert Article.from_text("x", origin="o").address == "o"
    assert Article.from_text("x", url="u", origin="o", external_id="7").address == "u#7"
    assert Article.from_text("x", external_id="7").address == "#7"


def citation() -> Citation:
    return Citation(1, "a", None, "T", "The Gazette", dt.date(2026, 3, 4), None, 0, 0, 3, "One")


def test_byline() -> None:
    assert citation().byline == "The Gazette, 4 March 2026"
    assert Citation(1, "a", None, None, None, None, None, 0, 0, 1, "x").byline == ""


def an_answer() -> Answer:
    return Answer(
        question="Q?",
        status="answered",
        text="One [1]",
        parts=(
            Part("lead", (Sentence("One.", "supported", (1,)),), "Ada Brandt"),
            Part("evidence", (Sentence("One", "verbatim", (1,), (0, 3)),), "Ada Brandt"),
            Part("note", (Sentence("More in the list.", "supported"),)),
            Part("closest", (Sentence("Two", "verbatim", (2,)),), "Karl Winter"),
        ),
        citations=(citation(),),
        searched=Searched(2, dt.date(2026, 1, 1), dt.date(2026, 3, 4)),
        engine="sentences",
        seconds=0.12345,
        verdict="denied",
    )


def test_json_of_an_answer_is_the_contract() -> None:
    one, told = (
        {"text": text, "support": how, "citations": [1]} for text, how in (("One.", "supported"), ("One", "verbatim"))
    )
    sentences = [{**one, "phrase": None}, {**told, "phrase": [0, 3]}]
    assert json.loads(json.dumps(an_answer().to_dict())) == {
        "question": "Q?",
        "understood": None,
        "status": "answered",
        "verdict": "denied",
        "text": "One [1]",
        "parts": [
            {"kind": "lead", "speaker": "Ada Brandt", "sentences": sentences[:1]},
            {"kind": "evidence", "speaker": "Ada Brandt", "sentences": sentences[1:]},
            {
                "kind": "note",
                "speaker": None,
                "sentences": [{"text": "More in the list.", "support": "supported", "citations": [], "phrase": None}],
            },
            {
                "kind": "closest",
                "speaker": "Karl Winter",
                "sentences": [{"text": "Two", "support": "verbatim", "citations": [2], "phrase": None}],
            },
        ],
        "sentences": sentences,
        "citations": [
            {
                "marker": 1,
                "article_id": "a",
                "external_id": None,
                "title": "T",
                "source": "The Gazette",
                "date": "2026-03-04",
                "url": None,
                "paragraph": 0,
                "start": 0,
                "end": 3,
                "text": "One",
            }
        ],
        "quotes": [],
        "closest": [],
        "searched": {"articles": 2, "since": "2026-01-01", "until": "2026-03-04", "source": None},
        "engine": "sentences",
        "notice": "",
        "seconds": 0.123,
    }


def test_what_answers_is_apart_from_what_comes_close() -> None:
    answer = an_answer()
    assert [one.text for one in answer.sentences] == ["One.", "One"]
    assert answer.notes == ("More in the list.",)
    assert answer.closest_speakers == {2: "Karl Winter"}
    assert answer.model is None
    assert replace(answer, engine="model: openai:small").model == "openai:small"


def test_days_and_ids_are_told() -> None:
    assert told_day(dt.date(2026, 3, 4)) == "4 March 2026"
    assert article_of("abc:q3") == article_of("abc:0-2") == "abc"


def test_json_of_a_quote_is_the_contract() -> None:
    speaker = Speaker("N", "m", 5, 6, "pronoun", "person", named_at=Naming("N", 20, 21, 2))
    quote = Quote("a", None, 0, "One", 0, 3, ((0, 3),), "direct", speaker, Span("said", 7, 11))
    assert json.loads(json.dumps(quote.to_dict())) == {
        "article_id": "a",
        "external_id": None,
        "paragraph": 0,
        "text": "One",
        "start": 0,
        "end": 3,
        "spans": [[0, 3]],
        "kind": "direct",
        "speaker": {
            "name": "N",
            "mention": "m",
            "start": 5,
            "end": 6,
            "resolved_by": "pronoun",
            "type": "person",
            "reason": None,
            "reason_at": None,
            "named_at": {"text": "N", "start": 20, "end": 21, "paragraph": 2},
        },
        "cue": {"text": "said", "start": 7, "end": 11},
        "polarity": "asserted",
        "addressee": None,
        "via": None,
        "question": False,
        "confidence": 1.0,
    }
    bare = Quote("a", None, 0, "One", 0, 3, ((0, 3),), "direct").to_dict()
    assert bare["speaker"] is None
    assert bare["cue"] is None


def test_a_speaker_comes_back_from_its_json() -> None:
    named = Speaker("N", "m", 5, 6, "pronoun", "person", named_at=Naming("N", 20, 21, 2))
    anonymous = Speaker("a clerk", "a clerk", 0, 7, None, "anonymous", "who may not speak", (8, 25))
    for speaker in (named, anonymous, Speaker(None)):
        assert Speaker.from_dict(json.loads(json.dumps(speaker.to_dict()))) == speaker
    before = {"name": "N", "mention": "m", "start": 5, "end": 6, "resolved_by": None}
    assert Speaker.from_dict(before) == Speaker("N", "m", 5, 6), "as an earlier version stored it"


def test_json_of_a_summary() -> None:
    document = Summary("x", (), (), Searched(0)).to_dict()
    assert document.keys() == {"text", "sentences", "citations", "quotes", "note", "searched", "seconds"}
