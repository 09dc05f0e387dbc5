"""The suite of speakers without a name: what counts as a right name, a wrong one and none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from evals.data import read_jsonl
from evals.results import Result
from evals.suites.speakers import Resolved, resolve, speaker_rows
from evals.training import train_resolver
from evals.training.resolver_cases import MORE, Mention, key_of, meant, read_more, same_person, unnamed
from rag.quotes import lexicon
from rag.quotes.extract import Found
from rag.quotes.names import Inventory
from rag.quotes.scene import Place, Stranger
from rag.quotes.statements import Statement
from rag.types import Article, Quote, ResolvedBy, Speaker

TEXT = "Ines Okafor came. She spoke. The harbour master, he said, was late."
SHE, MASTER, HE = (TEXT.index(word) for word in ("She", "The harbour", "he said"))


def quote(name: str | None, start: int, end: int, resolved_by: ResolvedBy | None = "pronoun") -> Quote:
    """A statement by whoever stands at these offsets."""
    return Quote("a", "a", 0, "x", 0, 1, ((0, 1),), "indirect", Speaker(name, TEXT[start:end], start, end, resolved_by))


def she(*people: str) -> Mention:
    return Mention("a", SHE, SHE + 3, people)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Ines Okafor", "Okafor", True),
        ("Dr. Ines Okafor", "Ines Okafor", True),
        ("the Bank of Lindal", "Bank Lindal", True),
        ("Tomas Okafor", "Ines Okafor", True),  # the last word decides
        ("Ines", "Ines Okafor", True),
        ("Tomas Lind", "Ines Okafor", False),
        ("the", "Ines Okafor", False),
    ],
)
def test_names_of_one_person(first: str, second: str, same: bool) -> None:
    assert same_person(first, second) is same
    assert same_person(second, first) is same


@pytest.mark.parametrize(
    ("name", "resolved_by", "became"),
    [
        ("Ines Okafor", "pronoun", "right"),
        ("Tomas Lind", "title", "wrong"),
        ("Ines Okafor", None, "open"),  # not resolved from the mention
        ("the harbour master", "title", "open"),  # a description
        ("She", "pronoun", "open"),  # the mention itself
        (None, "pronoun", "open"),
        ("Bank of Lindal", "name", "wrong"),  # "of" is no description
    ],
)
def test_what_becomes_of_a_mention(name: str | None, resolved_by: ResolvedBy | None, became: str) -> None:
    assert resolve(she("Ines Okafor"), TEXT, [quote(name, SHE, SHE + 3, resolved_by)]).became == became


def test_a_mention_is_found_only_where_a_speaker_overlaps_it() -> None:
    beside = quote("Ines Okafor", SHE + 3, SHE + 5)
    nowhere = Quote("a", "a", 0, "x", 0, 1, ((0, 1),), "direct", Speaker("Ines Okafor"))
    assert resolve(she("Ines Okafor"), TEXT, [beside, nowhere]).became == "not found"
    assert resolve(she("Ines Okafor"), TEXT, [beside, quote("Ines Okafor", SHE + 2, SHE + 5)]).became == "right"


def test_a_name_for_somebody_unnamed_is_wrong_and_no_name_is_right() -> None:
    named = resolve(she(), TEXT, [quote("Ines Okafor", SHE, SHE + 3)])
    left_open = resolve(she(), TEXT, [quote("She", SHE, SHE + 3, None)])
    assert (named.became, named.right) == ("wrong", False)
    assert (left_open.became, left_open.right) == ("open", True)
    assert resolve(she("Ines Okafor"), TEXT, [quote("She", SHE, SHE + 3, None)]).right is False
    assert resolve(she(), TEXT, None).right is False, "extraction failed"


def test_rows_count_each_form_apart() -> None:
    pronoun, role = she("Ines Okafor"), Mention("a", MASTER, MASTER + 18, ("Ines Okafor",))
    somebody = Mention("a", HE, HE + 2, ())
    resolved = [
        Resolved(pronoun, "pronouns", "right", "Ines Okafor"),
        Resolved(pronoun, "pronouns", "not found", None),
        Resolved(somebody, "pronouns", "wrong", "Tomas Lind"),
        Resolved(somebody, "pronouns", "open", None),
        Resolved(role, "roles", "right", "Okafor"),
        Resolved(role, "roles", "wrong", "Tomas Lind"),
        Resolved(role, "roles", "open", None),
        Resolved(role, "roles", "failed", None),
    ]
    rows = {row.measure: (row.value, row.n) for row in speaker_rows(resolved)}
    assert rows["precision"] == (50.0, 4)
    assert rows["resolved right of named"] == (40.0, 5)
    assert rows["open wrongly named"] == (50.0, 2)
    assert rows["precision, pronouns"] == (50.0, 2)
    assert rows["resolved right of named, pronouns"] == (100.0, 1)
    assert rows["resolved right of named, roles"] == (25.0, 4)
    assert rows["open wrongly named, roles"] == (None, 0)
    assert rows["mentions with a statement"] == (87.5, 8)


def test_texts_of_all_three_sets_are_read_and_a_crash_is_never_right(
    monkeypatch: pytest.MonkeyPatch,
    run: Callable[..., int],
    write: Callable[..., Path],
    result_of: Callable[[str, str], Result],
    figures_of: Callable[[str, str], dict[str, tuple[float | None, int]]],
) -> None:
    write("polnear/train.jsonl", [{"id": "a", "text": TEXT}])
    write("rtqa2022/documents.jsonl", [{"doc_id": "b", "text": TEXT}, {"doc_id": "unmarked", "text": "broken"}])
    write("newsqa/documents.jsonl", [{"doc_id": "c", "text": f"{TEXT} broken"}])
    at = {"start": SHE, "end": SHE + 3}
    data = write(
        "newsroom/speakers.jsonl",
        [
            {"doc_id": "a", **at, "people": ["Ines Okafor"], "open": None, "speaker": True},
            {"doc_id": "b", **at, "people": [], "open": "a woman", "speaker": True},
            {"doc_id": "c", **at, "people": [], "open": "a woman", "speaker": True},
        ],
    )

    def find(article: Article) -> Found:
        if "broken" in article.text:
            raise ValueError("broken")
        statement = Statement(((HE + 9, len(TEXT)),), (SHE, SHE + 3), None, 1.0)
        return Found([statement], [], {}, [])

    monkeypatch.setattr(train_resolver, "find_statements", find)
    assert run("speakers", "--data", data) == 0
    figures = figures_of("speakers", "newsroom")
    assert figures["precision"] == (None, 0), "of two articles nothing is learned, and so nobody is named"
    assert figures["open wrongly named"] == (0.0, 2)
    assert figures["failed"] == (1.0, 3)
    cases = result_of("speakers", "newsroom").cases
    assert list(cases.values()) == [0, 1, 0]
    assert {case.split(":")[1] for case in cases} == {str(SHE)}


def test_whom_a_name_means_of_an_article() -> None:
    text = "Ines Okafor met Tomas Lind. Mr. Lind and Rosa Lind left. The Bank of Lindal is shut."
    entities = Inventory(Article.from_text(text)).entities
    assert {entities[number].name for number in meant(entities, ["Ines Okafor"])} == {"Ines Okafor"}
    assert "Rosa Lind" not in {entities[number].name for number in meant(entities, ["Tomas Lind"])}
    assert meant(entities, []) == meant(entities, ["Ines Okafor", "Rosa Lind"]) == set()


def test_whom_without_a_name_the_words_mean() -> None:
    place = Place(2, 8, 0, 0, "subject", True, False)
    strangers = [Stranger(place, "doctor", True), Stranger(place, "nurse", True), Stranger(place, "surgeon", False)]
    mention = Mention("a", 20, 22, (), "a surgeon of Lindal")
    assert unnamed(strangers, mention) == {0, 2}, "a surgeon is a doctor"
    assert unnamed(strangers, Mention("a", 1, 2, (), "a nurse")) == set(), "who is told of later is not meant"


def test_more_mentions_are_found_by_the_keys_of_their_documents(tmp_path: Path) -> None:
    more, texts = tmp_path / "more.jsonl", tmp_path / "texts.jsonl"
    row = {"start": SHE, "end": SHE + 3, "people": ["Ines Okafor"], "open": None, "speaker": True}
    more.write_text("".join(json.dumps({**row, "document": key_of(name)}) + "\n" for name in ("a", "nowhere")))
    texts.write_text("".join(json.dumps({"id": name, "text": TEXT}) + "\n" for name in ("a", "b")))
    assert read_more([texts], more) == ({"a": [she("Ines Okafor")]}, {"a": TEXT})


def test_the_mentions_that_ship_hold_no_words_of_articles() -> None:
    for row in read_jsonl(MORE):
        assert set(row) == {"document", "start", "end", "people", "open", "speaker"}
        assert set((row["open"] or "").split()) <= lexicon.ROLES
