"""How well the ledger is filled: ``python -m evals.quotes --data DIR`` scores `extract_quotes` and prints a table.

``DIR`` holds ``polnear/dev.jsonl``, ``polnear/resolved.dev.jsonl`` and ``hardcases/hardcases.jsonl``. The scorer is the
one that comes with the data (``score_quotes.py`` in ``--tools``, by default ``DIR/../tools``); nothing is measured here
that it does not define, except whether polarity is right on the statements found.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import importlib.util
import json
import time
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

from rag.quotes import extract_quotes
from rag.types import Article, Quote

KINDS: dict[str, dict[str, Any]] = {
    "all": {"unit": "span"},
    "direct": {"unit": "span", "types": {"direct"}},
    "mixed": {"unit": "span", "types": {"mixed"}},
    "indirect": {"unit": "span", "types": {"indirect"}},
    "attribution unit": {"unit": "attribution"},
}
PEERS: dict[str, dict[str, float]] = {
    "all": {"best peer": 56.0, "plain tagger": 72.8, "human": 85.0},
    "direct": {"best peer": 83.9, "plain tagger": 89.0, "human": 98.0},
    "mixed": {"plain tagger": 75.6},
    "indirect": {"plain tagger": 63.8},
    "attribution unit": {"best peer": 49.2, "plain tagger": 62.4, "human": 83.7},
    "resolved": {"best peer": 50.4},
    "hardcases": {"best peer": 52.9},
}
"""End to end, on the other half of the data, with the same scorer."""
PRONOUNS = frozenset("he she his her him it they them their its who which that whose i we you".split())


def run(data: Path, tools: Path | None = None, limit: int | None = None) -> dict[str, Any]:
    """All figures as a JSON object: per kind gold, found, quote F1, speaker accuracy and end-to-end F1 (in %)."""
    scorer = load_scorer(tools or data.parent / "tools")
    began = time.perf_counter()
    gold, predicted = extract_all(scorer, data / "polnear" / "dev.jsonl", limit)
    seconds = time.perf_counter() - began
    kinds = {name: figures(scorer.score(gold, predicted, speech=True, **how)) for name, how in KINDS.items()}
    named, names = extract_all(scorer, data / "polnear" / "resolved.dev.jsonl", limit)
    details: list[Any] = []
    score = scorer.score(named, names, unit="span", speech=True, resolved=True, detail=details)
    kinds["resolved"] = figures(score) | {f"{k} right": v for k, v in by_mention(details).items()}
    hard, answers = extract_all(scorer, data / "hardcases" / "hardcases.jsonl", None)
    details = []
    score = scorer.score(hard, answers, unit="attribution", resolved=True, detail=details)
    kinds["hardcases"] = figures(score) | {"polarity right": polarity_right(details)}
    model = (files("rag.quotes") / "model" / "tagger.onnx").read_bytes()
    return {
        "kinds": kinds,
        "peers": PEERS,
        "articles": {"polnear/dev": len(gold), "polnear/resolved.dev": len(named), "hardcases": len(hard)},
        "seconds_per_article": round(seconds / max(1, len(gold)), 3),
        "configuration": hashlib.sha256(model).hexdigest()[:12],
        "date": dt.date.today().isoformat(),
    }


def load_scorer(tools: Path, name: str = "score_quotes") -> ModuleType:
    """The scorer's module, from its file."""
    spec = importlib.util.spec_from_file_location(name, tools / f"{name}.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(tools / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def extract_all(scorer: ModuleType, path: Path, limit: int | None) -> tuple[list[Any], list[Any]]:
    """Gold records, and the predictions for them in the scorer's own form. A failure predicts nothing."""
    gold = scorer.load(path)[:limit]
    predicted = []
    for record in gold:
        article = Article.from_text(record["text"], external_id=record["id"])
        predicted.append({"id": record["id"], "quotes": [as_record(quote) for quote in extract_quotes(article)]})
    return gold, predicted


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


def figures(score: dict[str, Any]) -> dict[str, Any]:
    """The figures of the scorer that the table shows, in per cent."""
    names = {"quote_F1": "quotes", "spk_acc_head": "speakers", "e2e_F1": "end to end"}
    shown = {new: round(100 * score[old], 1) for old, new in names.items()}
    return {"gold": score["gold"], "predicted": score["pred"], "matched": score["matched"]} | shown


def by_mention(details: list[Any]) -> dict[str, str]:
    """Of the statements found, how many speakers got the right name: written as a pronoun, as a title, as a name."""
    counts: dict[str, list[int]] = {"pronouns": [0, 0], "titles": [0, 0], "names": [0, 0]}
    for _, gold, predicted, _, right in details:
        if gold is None or predicted is None or right is None or not gold.get("speaker"):
            continue
        kind = mention_kind(gold["speaker"], gold["speaker_resolved"])
        counts[kind][0] += bool(right)
        counts[kind][1] += 1
    return {kind: f"{right} of {total}" for kind, (right, total) in counts.items()}


def mention_kind(mention: str, name: str) -> str:
    """A pronoun; a title or role, where the mention shares no word with a capitalised name; else a name."""
    words = {word.strip(".,’'s").lower() for word in mention.split()}
    if mention.lower() in PRONOUNS:
        return "pronouns"
    capitals = {word.strip(".,").lower() for word in name.split() if word[:1].isupper()}
    return "titles" if capitals and not words & capitals else "names"


def polarity_right(details: list[Any]) -> str:
    """On the statements found: how many have the gold's polarity."""
    found = [(gold, predicted) for _, gold, predicted, _, _ in details if gold and predicted and gold.get("polarity")]
    return f"{sum(gold['polarity'] == predicted['polarity'] for gold, predicted in found)} of {len(found)}"


def table(result: dict[str, Any]) -> str:
    """The figures as Markdown, beside the peers'."""
    lines = ["| kind | gold | quotes F1 | speakers right | end to end | best peer | plain tagger | human |"]
    lines.append("|---|---:|---:|---:|---:|---:|---:|---:|")
    for kind, row in result["kinds"].items():
        peers = [str(result["peers"].get(kind, {}).get(peer, "")) for peer in ("best peer", "plain tagger", "human")]
        cells = [kind, row["gold"], row["quotes"], row["speakers"], f"**{row['end to end']}**", *peers]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    resolved, hard = result["kinds"]["resolved"], result["kinds"]["hardcases"]
    rights = ", ".join(f"{kind} {resolved[f'{kind} right']}" for kind in ("pronouns", "titles", "names"))
    lines += [
        "",
        f"Resolved to the right name, of those found: {rights}. Polarity on hardcases: {hard['polarity right']}.",
    ]
    lines.append(
        f"Articles: {result['articles']}; {result['seconds_per_article']} s an article; "
        f"configuration {result['configuration']}; {result['date']}."
    )
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tools", type=Path)
    parser.add_argument("--limit", type=int, help="score only so many articles of each set")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    result = run(options.data, options.tools, options.limit)
    print(json.dumps(result, indent=1) if options.json else table(result))


if __name__ == "__main__":
    main()
