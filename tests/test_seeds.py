"""The sample articles and the questions about them: complete, consistent, and what they claim to exercise."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest

from rag.ingest import read_source
from rag.types import Article

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"
FILES = sorted(path for path in SEEDS.iterdir() if path.name != "README.md")
CASES = [json.loads(line) for line in (ROOT / "evals/cases/seeds.jsonl").read_text(encoding="utf-8").splitlines()]
REAL_EVENT = "2024-11-17-sample-newswire-scholz-putin.txt"
SUPERSEDED, UPDATE = (
    f"2026-03-{day}.txt" for day in ("04-harbour-gazette-bridge-closed", "05-harbour-gazette-bridge-closed-update")
)
WIRE, WIRE_COPY = "2026-03-09-northline-wire-bridge-bill.txt", "2026-03-10-vell-morning-post-bridge-bill.txt"
PLANNED = {"fact": 20, "who_said": 10, "said_about": 12, "did_say": 8, "multi": 5, "followup": 6, "unanswerable": 15}
MARKS = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "\u00a0": " "})


def normal(text: str) -> str:
    return re.sub(r"\s+", " ", text.translate(MARKS)).lower()


@pytest.fixture(scope="module")
def articles() -> dict[str, Article]:
    """Every article by its file name, those of the dump by ``name#id``."""
    found: dict[str, Article] = {}
    for path in FILES:
        for article in read_source(path):
            assert isinstance(article, Article), article
            key = f"{path.name}#{article.external_id}" if path.suffix == ".jsonl" else path.name
            assert key not in found
            found[key] = article
    return found


def passages(entry: dict[str, Any], articles: dict[str, Article]) -> str:
    """The text of the paragraphs that an entry of ``gold`` names."""
    name = entry["file"].removeprefix("seeds/")
    article = articles[f"{name}#{entry['external_id']}" if "external_id" in entry else name]
    assert entry["paragraphs"]
    assert all(0 <= index < len(article.paragraphs) for index in entry["paragraphs"]), entry
    return "\n".join(article.paragraph_text(index) for index in entry["paragraphs"])


def pointers(case: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Everything in a case that points to paragraphs."""
    for entry in case["gold"]:
        yield entry
        yield from entry.get("or_else", [])
    yield from case.get("acceptable_paragraphs", [])
    yield from case.get("near_misses", [])


def test_every_article_is_read_whole(articles: dict[str, Article]) -> None:
    assert Counter(path.suffix for path in FILES) == {".txt": 12, ".md": 2, ".html": 2, ".jsonl": 1}
    assert len(articles) == 18
    for name, article in articles.items():
        assert all((article.title, article.date, article.source, article.url)), name
        assert ".example/" in article.url, name
        words = len(article.text.split())
        assert (100 if "#" in name else 250) <= words <= 600, (name, words)
        assert len(article.paragraphs) >= 5, name


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix in {".txt", ".md"}], ids=lambda path: path.name)
def test_header_stays_out_of_the_text(path: Path, articles: dict[str, Article]) -> None:
    header, body = path.read_text(encoding="utf-8").split("\n\n", 1)
    labels = dict(line.split(": ", 1) for line in header.splitlines())
    required = {"Title", "Date", "Source", "URL", "Note"}
    assert required <= labels.keys() <= required | {"Author"}
    article = articles[path.name]
    assert (article.title, str(article.date), article.source) == (labels["Title"], labels["Date"], labels["Source"])
    assert path.name.startswith(labels["Date"])
    assert len(article.paragraphs) == len(re.split(r"\n\n+", body.strip()))


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".html"], ids=lambda path: path.name)
def test_pages_lose_title_and_boilerplate(path: Path, articles: dict[str, Article]) -> None:
    article = articles[path.name]
    assert article.title is not None
    assert article.title not in article.text
    assert path.name.startswith(str(article.date))
    for boilerplate in ("Privacy", "newsletter", "All rights reserved", "Read more", "subscriber"):
        assert boilerplate not in article.text


def test_every_invented_article_says_so() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        for part in text.splitlines() if path.suffix == ".jsonl" else [text]:
            if path.name == REAL_EVENT:
                assert "the text was written for this project, and the publisher's name is made up" in part
            else:
                assert re.search(r"The people,? (companies )?and places in this article are invented\.", part), path


def test_readme_lists_every_file() -> None:
    readme = (SEEDS / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `([^`]+)` \|", readme, re.MULTILINE)) == [path.name for path in FILES]
    assert "written for this project" in readme


def test_each_story_runs_over_weeks_and_publishers(articles: dict[str, Article]) -> None:
    for subject in ("Saltgate Bridge", "Corvane", "Vell Valley Water"):
        story = [article for article in articles.values() if subject in article.text]
        dates = sorted(article.date for article in story if article.date)
        assert len(story) >= 5, subject
        assert len({article.source for article in story}) >= 3, subject
        assert (dates[-1] - dates[0]).days >= 28, subject


def test_update_shares_its_address_and_changes_numbers(articles: dict[str, Article]) -> None:
    first, second = articles[SUPERSEDED], articles[UPDATE]
    assert first.date
    assert second.date
    assert first.date < second.date
    assert first.url == second.url
    assert "17 centimetres" in second.text
    assert "17 centimetres" not in first.text
    others = Counter(article.url for name, article in articles.items() if name not in (SUPERSEDED, UPDATE))
    assert first.url not in others
    assert set(others.values()) == {1}


def test_wire_copy_is_nearly_identical(articles: dict[str, Article]) -> None:
    wire, copy = articles[WIRE], articles[WIRE_COPY]
    assert wire.source != copy.source
    assert wire.text != copy.text
    assert SequenceMatcher(None, wire.text, copy.text, autojunk=False).ratio() > 0.9


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        (
            "2025-10-29-vell-morning-post-ashmere-flood.txt",
            r"said\. “[^”\n]+\n+“[^”\n]+\n+“[^”\n]+”\n",
        ),  # over three paragraphs
        ("2025-12-04-eskerby-courier-strike-vote.txt", r"‘[^‘]+,’ said Tomas Lindqvist[^‘]+‘"),  # single, inverted
        ("2025-12-04-eskerby-courier-strike-vote.txt", r"‘[^‘]*“[^”]+”[^’]*"),  # a quote in a quote
        ("2025-12-04-eskerby-courier-strike-vote.txt", r"brief: ‘"),  # colon tag
        ("2025-11-06-northline-wire-dam-inquiry.txt", r'"[^"]+," Prew said\.'),  # straight
        ("2025-11-06-northline-wire-dam-inquiry.txt", r"Prew, said that Oskar Wynn, .+, had told him"),  # nested
        ("2025-11-06-northline-wire-dam-inquiry.txt", r"officials .+ on condition of anonymity"),
        ("2025-12-11-harbour-gazette-dam-hearing.md", r"Marchetti:\W+Who .+\?\s+\W*Wynn:"),  # question and answer
        ("2025-12-11-harbour-gazette-dam-hearing.md", r"“[^”]+,” Wynn said\. “[^”]+”"),  # split by its tag
        ("2026-02-19-vell-morning-post-interim-report.html", r"the report states: “"),  # a document speaks
        ("2026-01-15-harbour-gazette-strike-trams.txt", r"said Lindqvist,"),  # a bare surname of two bearers
        ("2026-01-16-eskerby-courier-second-offer.txt", r"The chief executive came .+ she said"),  # title, pronoun
        ("2026-02-03-northline-wire-strike-ends.txt", r"\nCorrection: "),
        ("2026-04-21-harbour-gazette-bridge-reopens.html", r"is expected to announce"),
        ("2025-11-18-northline-wire-corvane-merger.txt", r"If the company refused, Lindqvist said"),
    ],
)
def test_features_of_quoting(name: str, pattern: str, articles: dict[str, Article]) -> None:
    assert re.search(pattern, articles[name].text)


def test_two_lindqvists_in_one_article(articles: dict[str, Article]) -> None:
    both = [name for name, a in articles.items() if "Mara Lindqvist" in a.text and "Tomas Lindqvist" in a.text]
    assert "2026-01-15-harbour-gazette-strike-trams.txt" in both


def test_the_minister_is_named_and_never_speaks(articles: dict[str, Article]) -> None:
    naming = [article for article in articles.values() if "Castrane" in article.text]
    assert len(naming) >= 12
    speech = re.compile(r"Castrane (?:said|told|added|wrote)|(?:said|says) (?:Leonie )?Castrane|Castrane: ")
    assert not [article.title for article in naming if speech.search(article.text)]


def test_putin_is_not_given_words(articles: dict[str, Article]) -> None:
    text = articles[REAL_EVENT].text
    assert re.findall(r"“([^”]+)”", text) == ["unwavering determination", "as long as necessary"]
    assert not re.search(r"Putin (?:said|told|added|replied|answered)", text)


def test_questions_are_well_formed() -> None:
    assert len({case["qid"] for case in CASES}) == len(CASES) >= 76
    counts = Counter(case["type"] for case in CASES)
    assert counts.keys() == PLANNED.keys()
    assert all(counts[kind] >= number for kind, number in PLANNED.items()), counts
    for case in CASES:
        assert case["answerable"] == (case["type"] != "unanswerable"), case["qid"]
        assert bool(case["gold"]) == bool(case["key_facts"]) == case["answerable"], case["qid"]
        assert bool(case.get("history")) == (case["type"] == "followup"), case["qid"]
        assert [message["role"] for message in case.get("history", [])] in ([], ["user", "assistant"]), case["qid"]
        assert case.get("filters", {}).keys() <= {"speaker", "source", "since", "until"}, case["qid"]
        assert all(fact == fact.lower() for fact in case["key_facts"] + case["must_not"]), case["qid"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["qid"])
def test_gold_holds_the_key_facts(case: dict[str, Any], articles: dict[str, Article]) -> None:
    for entry in pointers(case):
        assert passages(entry, articles)
        assert SUPERSEDED not in entry["file"], "an updated article is no longer searched in its first version"
    facts = [normal(fact) for fact in case["key_facts"]]
    gold = [normal(passages(entry, articles)) for entry in case["gold"]]
    if case["answerable"]:
        assert all(any(fact in text for text in gold) for fact in facts)
        assert all(any(fact in text for fact in facts) for text in gold), "an entry that proves nothing"
    for entry in case["gold"]:
        for other in entry.get("or_else", []):
            text, own = normal(passages(other, articles)), normal(passages(entry, articles))
            assert all(fact in text for fact in facts if fact in own)
    assert not any(normal(bad) in normal(case["answer"]) for bad in case["must_not"])


def test_half_of_the_questions_use_other_words(articles: dict[str, Article]) -> None:
    """At most two fifths of a question's longer words stand in its gold paragraphs."""
    shares = []
    for case in CASES:
        if case["answerable"]:
            words = set(re.findall(r"[a-z0-9]{4,}", normal(case["question"]))) - {"what", "when", "which", "where"}
            gold = normal(" ".join(passages(entry, articles) for entry in case["gold"]))
            shares.append(len(words & set(re.findall(r"[a-z0-9]{4,}", gold))) / max(1, len(words)))
    assert sum(share <= 0.4 for share in shares) >= len(shares) / 2
