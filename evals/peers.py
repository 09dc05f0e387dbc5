"""Figures of other systems, measured elsewhere, in per cent: what a table sets beside ours. Each names its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peers:
    """Figures for one set: ``figures[system][measure]``, over ``n`` cases, which need not be the cases we measure."""

    n: str
    source: str
    figures: Mapping[str, Mapping[str, float]]


TUTORIAL = "tutorial pipeline"

_RANKING = "the project's notes on measuring; same definitions, both halves of the set"
_QUOTES = "the project's notes on measuring; same scorer, the other half of the set"
_READING = "the project's notes on measuring; same definition"

PEERS: Mapping[tuple[str, str], Peers] = {
    ("retrieval", "rtqa2022"): Peers(
        "183",
        _RANKING,
        {
            TUTORIAL: {"hit@1": 37.2, "hit@5": 69.9, "MRR@10": 51.6},
            "BM25": {"hit@1": 48.6, "hit@5": 73.2, "MRR@10": 59.9},
            "BM25 + dense, two weeks first": {"hit@1": 67.8, "hit@5": 91.8, "MRR@10": 77.6},
        },
    ),
    ("retrieval", "newsqa"): Peers(
        "638 articles",
        _RANKING,
        {TUTORIAL: {"hit@1": 67.9, "hit@5": 85.0}, "BM25": {"hit@1": 78.0, "hit@5": 92.0}},
    ),
    ("retrieval", "mtragun"): Peers(
        "both halves",
        _RANKING,
        {
            "BM25, last turn": {"hit@1": 67.5, "hit@5": 84.0},
            "BM25, all user turns": {"hit@1": 74.4, "hit@5": 91.3},
        },
    ),
    ("reading", "newsqa"): Peers(
        "the other half; MiniLM: 400",
        _READING,
        {
            "selector probe": {"first sentence": 68.0, "first three": 84.2},
            "MiniLM + words": {"first sentence": 51.0, "first three": 73.0},
        },
    ),
    ("whosaid", "whosaid"): Peers(
        "110 like questions",
        "the project's notes on measuring; same scorer, the other half of the articles, Qwen2.5-Coder-1.5B writes",
        {
            TUTORIAL: {
                "fully right": 32.7,
                "citation recall": 65.0,
                "citation precision": 31.0,
                "abstention F1": 34.0,
            }
        },
    ),
    ("quotes", "polnear"): Peers(
        "84 articles",
        _QUOTES,
        {
            "textacy": {"all": 41.0, "direct": 83.9},
            "GenderGapTracker": {"all": 49.6},
            "Citron, retrained": {"all": 56.0, "attribution unit": 49.2},
            "plain MiniLM tagger": {
                "all": 72.8,
                "direct": 89.0,
                "mixed": 75.6,
                "indirect": 63.8,
                "attribution unit": 62.4,
            },
            "human": {"all": 85.0, "direct": 98.0, "attribution unit": 83.7},
        },
    ),
    ("quotes", "resolved"): Peers("the other half", _QUOTES, {"best peer": {"end to end": 50.4}}),
    ("quotes", "hardcases"): Peers(
        "15",
        "the project's notes on measuring; same scorer, same cases",
        {
            "textacy": {"end to end": 22.6},
            "GenderGapTracker": {"end to end": 46.9},
            "Citron, retrained": {"end to end": 52.9},
        },
    ),
    ("summaries", "realsumm"): Peers(
        "all 100",
        "the project's notes on measuring; same definition, both halves of the set",
        {
            "lead-3": {"ROUGE-1": 41.2, "ROUGE-2": 17.5, "ROUGE-Lsum": 37.4},
            "T5-base": {"ROUGE-1": 43.7, "ROUGE-2": 20.3, "ROUGE-Lsum": 37.6},
            "BART-large": {"ROUGE-1": 46.1, "ROUGE-2": 22.0, "ROUGE-Lsum": 38.9},
            "extractive BART": {"ROUGE-1": 47.1, "ROUGE-2": 23.0, "ROUGE-Lsum": 39.5},
        },
    ),
    ("refusal", "clapnq"): Peers(
        "the whole set",
        "the project's notes on measuring; the gold passage given",
        {"T5-large, fine-tuned": {"unanswerable refused": 89.2}, "GPT-4": {"unanswerable refused": 18.0}},
    ),
}
