"""How well statements are extracted: words, speaker and both, scored by the data's scorer."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import partial
from types import ModuleType
from typing import Any

from evals.scorers import load_scorer
from evals.suite import EvalSet, Outcome, Row, Run, Suite, attempt, failed_row
from rag.quotes import extract_quotes
from rag.types import Article, Quote

KINDS: Mapping[str, Mapping[str, Any]] = {
    "all": {"unit": "span"},
    "direct": {"unit": "span", "types": {"direct"}},
    "mixed": {"unit": "span", "types": {"mixed"}},
    "indirect": {"unit": "span", "types": {"indirect"}},
    "attribution unit": {"unit": "attribution"},
}
FILES = {
    "polnear": "polnear/dev.jsonl",
    "resolved": "polnear/resolved.dev.jsonl",
    "hardcases": "hardcases/hardcases.jsonl",
}
BARS = {"all": 78.0, "direct": 95.0, "mixed": 81.0, "indirect": 68.0, "attribution unit": 72.0}
RESOLVED_BARS = {"end to end": 70.0, "pronouns": 75.0, "titles": 50.0}
HARDCASES_BARS = {"end to end": 85.0, "polarity right": 100.0}
PRONOUNS = frozenset("he she his her him it its they them their who which that whose i we you".split())


def _polnear(run: Run) -> Outcome:
    """Speech, by kind; a row each for the words alone, the speaker of what is found, and both (the kind's name)."""
    scorer = load_scorer(run, "score_quotes")
    gold, predicted, rows = _extract_all(scorer, run, "polnear")
    for kind, how in KINDS.items():
        score = scorer.score(gold, predicted, speech=True, **how)
        rows += _rows(score, kind, BARS[kind], f"{kind}, ")
    return Outcome(tuple(rows), len(gold))


def _resolved(run: Run) -> Outcome:
    """Speakers resolved to names, by the form of their mention."""
    scorer = load_scorer(run, "score_quotes")
    gold, predicted, rows = _extract_all(scorer, run, "resolved")
    pairs: list[Any] = []
    score = scorer.score(gold, predicted, unit="span", speech=True, resolved=True, detail=pairs)
    rows += _rows(score, "end to end", RESOLVED_BARS["end to end"])
    for form, rights in by_form(pairs).items():
        rows.append(Row(form, _percent(sum(rights), len(rights)), len(rights), RESOLVED_BARS.get(form)))
    return Outcome(tuple(rows), len(gold))


def _hardcases(run: Run) -> Outcome:
    """Whole attributions, speakers resolved, and polarity on those that are found."""
    scorer = load_scorer(run, "score_quotes")
    gold, predicted, rows = _extract_all(scorer, run, "hardcases")
    pairs: list[Any] = []
    score = scorer.score(gold, predicted, unit="attribution", resolved=True, detail=pairs)
    rows += _rows(score, "end to end", HARDCASES_BARS["end to end"])
    found = [(one, other) for _, one, other, _, _ in pairs if one and other and one.get("polarity")]
    right = sum(one["polarity"] == other["polarity"] for one, other in found)
    rows.append(Row("polarity right", _percent(right, len(found)), len(found), HARDCASES_BARS["polarity right"]))
    return Outcome(tuple(rows), len(gold), cases=texts_right(pairs, [record["id"] for record in gold]))


def _extract_all(scorer: ModuleType, run: Run, name: str) -> tuple[list[Any], list[Any], list[Row]]:
    """Gold records, the predictions for them in the scorer's form, and rows on time and failures."""
    gold = run.cut(scorer.load(run.file(FILES[name])))
    predicted, failed = [], 0
    began = time.perf_counter()
    for record in gold:
        article = Article.from_text(record["text"], external_id=record["id"])
        quotes = attempt(partial(extract_quotes, article), record["id"])
        failed += quotes is None
        predicted.append({"id": record["id"], "quotes": [as_record(quote) for quote in quotes or ()]})
    each = round((time.perf_counter() - began) / max(1, len(gold)), 2)
    return (
        gold,
        predicted,
        [Row("an article", each, len(gold), unit="s", headline=False), *failed_row(failed, len(gold))],
    )


def as_record(quote: Quote) -> dict[str, Any]:
    """A quote in the scorer's form."""
    speaker, cue = quote.speaker, quote.cue
    return {
        "text": quote.text,
        "start": quote.start,
        "end": quote.end,
        "spans": [list(span) for span in quote.spans],
        "speaker": speaker and (speaker.mention or speaker.name),
        "speaker_start": speaker and speaker.start,
        "speaker_end": speaker and speaker.end,
        "speaker_resolved": speaker and speaker.name,
        "cue": cue and cue.text,
        "cue_start": cue and cue.start,
        "cue_end": cue and cue.end,
        "type": quote.kind,
        "polarity": quote.polarity,
        "via": quote.via,
        "addressee": quote.addressee,
    }


def _rows(score: Mapping[str, Any], name: str, bar: float, prefix: str = "") -> list[Row]:
    """Words and speaker both right (F1), the words alone (F1), the speakers of what is found."""
    gold, matched = score["gold"], score["matched"]
    return [
        Row(name, round(100 * score["e2e_F1"], 1), gold, bar),
        Row(f"{prefix}words alone", round(100 * score["quote_F1"], 1), gold, headline=False),
        Row(f"{prefix}speakers", round(100 * score["spk_acc_head"], 1), matched, headline=False),
    ]


def by_form(pairs: list[Any]) -> dict[str, list[bool]]:
    """Of the statements found, whether the speaker got the right name: written as a pronoun, as a title, as a name."""
    found: dict[str, list[bool]] = {"pronouns": [], "titles": [], "names": []}
    for _, gold, predicted, _, right in pairs:
        if gold and predicted and right is not None and gold.get("speaker"):
            found[mention_form(gold["speaker"], gold["speaker_resolved"])].append(bool(right))
    return found


def texts_right(pairs: list[Any], ids: Sequence[str]) -> dict[str, int]:
    """1 for each text whose statements are all found, each with its speaker, and none beside them; else 0, by id."""
    wrong = {
        name
        for name, gold, predicted, head, resolved in pairs
        if not (gold and predicted and (head if resolved is None else resolved))
    }
    return {name: int(name not in wrong) for name in ids}


def mention_form(mention: str, name: str) -> str:
    """A pronoun; a title or role, where the mention shares no word with a capitalised name; else a name."""
    if mention.lower() in PRONOUNS:
        return "pronouns"
    words = {word.strip(".,’'s").lower() for word in mention.split()}
    capitals = {word.strip(".,").lower() for word in name.split() if word[:1].isupper()}
    return "titles" if capitals and not words & capitals else "names"


def _percent(right: int, n: int) -> float | None:
    return round(100 * right / n, 1) if n else None


SUITE = Suite(
    "quotes",
    tuple(
        EvalSet(name, measure, (FILES[name],))
        for name, measure in (("polnear", _polnear), ("resolved", _resolved), ("hardcases", _hardcases))
    ),
)
