"""Lines for a terminal: nothing from an article moves the cursor or breaks a line."""

from __future__ import annotations

import csv
import json
import unicodedata
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rag.printing import (
    article_lines,
    articles_table,
    json_text,
    plain,
    quotes_csv,
    quotes_table,
    report_lines,
    sources_lines,
    understood_lines,
)
from rag.types import AddReport, Answer, Article, Citation, Failure, Naming, Part, Quote, Searched, Sentence, Speaker

EVIL = "a\x1b[31mred\x1b]0;title\x07\x9b2J\u202eevil\u2066\r\x00\udcff"


def harmless(text: str) -> bool:
    return not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in "\n\t\u00ad" for c in text)


@given(st.text())
def test_plain_text_is_harmless_and_otherwise_the_same(text: str) -> None:
    shown = plain(text)
    assert harmless(shown)
    assert plain(shown) == shown
    assert [c for c in text if unicodedata.category(c)[0] in "LNPS"] == [
        c for c in shown if unicodedata.category(c)[0] in "LNPS"
    ]


@given(st.text())
def test_json_is_harmless_and_means_the_same(text: str) -> None:
    document = {text: [text, 1, None]}
    shown = json_text(document)
    assert harmless(shown)
    shown.encode()
    assert json.loads(shown) == document


def test_json_keeps_letters_readable() -> None:
    assert json_text({"a": "“Ångström” 漢字"}) == '{\n  "a": "“Ångström” 漢字"\n}'
    assert json_text("\U000e0001\x9b\udcff") == '"\\udb40\\udc01\\u009b\\udcff"'


def evil() -> Article:
    return Article.from_text(f"First {EVIL}.\n\nSecond.", title=f"T\n{EVIL}", source=EVIL, author=EVIL, url=EVIL)


def test_a_table_has_one_line_an_article(bridge: Article) -> None:
    lines = articles_table([evil(), bridge])
    assert len(lines) == 2
    assert all(harmless(line) and "\n" not in line for line in lines)
    assert lines[1].split("  ")[0] == bridge.id
    assert "2026-03-04" in lines[1]
    assert lines[1].endswith("Tolland Bridge closed")
    (empty,) = articles_table([])
    assert "whosaid add" in empty


def test_an_article_to_read_has_its_paragraphs_counted_from_one(bridge: Article) -> None:
    lines = article_lines(bridge)
    assert lines[0] == "Tolland Bridge closed"
    assert lines[1].startswith("The Harbour Gazette · 2026-03-04")
    assert [line[:3] for line in lines if line[:3].strip().isdigit()] == ["  1", "  2", "  3"]
    assert "".join("".join(lines[2:]).split()) == "".join(
        f"{p.index + 1}{''.join(bridge.paragraph_text(p.index).split())}" for p in bridge.paragraphs
    )
    assert all(len(line) <= 101 for line in lines)
    assert all(harmless(line) for line in article_lines(evil()))


def cited(article: Article, marker: int, paragraph: int) -> Citation:
    return Citation(
        marker, article.id, None, f"T\n{EVIL}", f"\n{EVIL}", article.date, None, paragraph, 0, 5, f"{EVIL}\n" * 99
    )


def test_sources_of_an_answer_are_one_line_an_article(bridge: Article) -> None:
    citations = (cited(bridge, 1, 1), cited(evil(), 2, 0), cited(bridge, 3, 2), cited(bridge, 4, 1))
    _, heading, first, second = sources_lines(Answer("Q", "answered", "x [1]", (), citations, Searched(1), "test", 0.1))
    assert heading == "Sources"
    assert first.startswith("[1] [3] [4] ")
    assert first.endswith(f"paragraphs 2, 3 (whosaid show {bridge.id})")
    assert second.startswith("[2] ")
    assert second.endswith(f"paragraph 1 (whosaid show {evil().id})")
    assert all(harmless(line) and "\n" not in line for line in (first, second))


def test_passages_that_come_close_are_named_as_such_and_shown_with_whose_words_they_are(bridge: Article) -> None:
    closest = (cited(bridge, 1, 1), cited(bridge, 2, 2))
    parts = (Part("closest", (Sentence(closest[1].text, "verbatim", (2,)),), f"Ada\n{EVIL}"),)
    refusal = Answer("Q", "abstained", "no", parts, (), Searched(1), "test", 0.1, closest=closest)
    _, heading, *lines = sources_lines(refusal)
    assert "do not answer" in heading
    assert [line[:4] for line in lines] == ["[1] ", "    ", "[2] ", "    "]
    assert lines[1].startswith("    “")
    assert lines[3].startswith("    Ada ")
    assert all(harmless(line) and "\n" not in line for line in lines)
    assert sources_lines(Answer("Q", "abstained", "no", (), (), Searched(0), "test", 0.1)) == []


def test_a_report_counts_and_names_failures() -> None:
    report = AddReport(("a", "b"), (), ("c",), (Failure(f"x{EVIL}", "is empty", "Do it."),))
    head, failure = report_lines(report)
    assert head == "2 added, 1 unchanged, 1 failed."
    assert failure.endswith("is empty. Do it.")
    assert harmless(failure)
    assert report_lines(AddReport()) == ["Nothing to add."]


def test_what_a_question_was_taken_for_is_one_plain_line() -> None:
    answer = Answer("And she?", "answered", "x", (), (), Searched(1), "test", 0.1)
    assert understood_lines(answer) == []
    hostile = replace(answer, understood="What did\nthe \x1b[31mmayor say?")
    assert understood_lines(hostile) == ["Understood as: What did the [31mmayor say?", ""]


# ---------------------------------------------------------------------- statements


CLERKS = Article.from_text(
    "Jonas Brandt came.\n\nHe said no. A clerk, who feared for his job, said yes.", title="Clerks", source="The Gazette"
)


def said(words: str, mention: str, name: str, **rest: Any) -> Quote:
    start, end = CLERKS.text.index(words), CLERKS.text.index(words) + len(words)
    at = CLERKS.text.index(mention)
    speaker = Speaker(name, mention, at, at + len(mention), **rest)
    return Quote(CLERKS.id, None, 1, words, start, end, ((start, end),), "indirect", speaker)


QUOTES = [
    said("no", "He", "Jonas Brandt", resolved_by="pronoun", type="person", named_at=Naming("Jonas Brandt", 0, 12, 0)),
    said("yes", "A clerk", "A clerk", type="anonymous", reason="who feared for his job", reason_at=(41, 63)),
    replace(said("no", "He", "He"), speaker=None),
]


def test_statements_as_a_table_tell_the_type_and_the_reason() -> None:
    lines = quotes_table(QUOTES, {CLERKS.id: CLERKS})
    assert lines[0] == "Jonas Brandt (person, indirect)"
    assert lines[3:5] == ["A clerk (anonymous, indirect)", "    not named: “who feared for his job”"]
    assert "not named (indirect)" in lines


def test_statements_as_csv_tell_type_reason_and_where_the_name_stands() -> None:
    rows = list(csv.DictReader(quotes_csv(QUOTES, {CLERKS.id: CLERKS})))
    facts = [(row["speaker"], row["type"], row["reason"], row["mention"], row["resolved_by"]) for row in rows]
    assert facts == [
        ("Jonas Brandt", "person", "", "He", "pronoun"),
        ("A clerk", "anonymous", "who feared for his job", "A clerk", ""),
        ("", "", "", "", ""),
    ]
    assert [row["named_in_paragraph"] for row in rows] == ["1", "", ""]
