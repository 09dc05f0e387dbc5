"""``make bench``: speed and size, as ratios against the tutorial pipeline in the same run."""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from rag import Article, Library, Quote
from rag.ingest import read_source

BARS = {
    "add_ratio": 1.0, "ledger_ratio": 1.6, "retrieve_ms": 100.0, "answer_ms": 400.0, "saying_ms": 100.0, "memory_gb": 1.5,
}  # fmt: skip


def main() -> None:
    """Run the parts that are asked for and print one table."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of a data set with documents.jsonl and questions.jsonl")
    parser.add_argument("--articles", type=int, default=60, help="articles that both pipelines add (default 60)")
    parser.add_argument("--library", type=Path, help="a library that holds the data set already; else it is made")
    parser.add_argument("--questions", type=int, default=60, help="questions that are timed (default 60)")
    parser.add_argument(
        "--part", choices=["add", "ledger", "ask"], action="append", help="only this part (default all)"
    )
    options = parser.parse_args()
    articles, questions = _load(options.data)
    parts = options.part or ["add", "ledger", "ask"]
    rows: dict[str, Any] = {}
    if "add" in parts:
        rows |= add_ratio(random.Random(1).sample(articles, min(options.articles, len(articles))))
    if "ledger" in parts:
        rows |= ledger_ratio(random.Random(2).sample(articles, min(options.articles, len(articles))))
    if "ask" in parts:
        rows |= ask_times(options.library, articles, questions[: options.questions])
    print(f"\n{'measure':<28}{'value':>10}{'bar':>8}")
    for name, value in rows.items():
        bar = BARS.get(name)
        verdict = "" if bar is None else f"{bar:>8.1f}  {'ok' if value <= bar else 'MISSED'}"
        print(f"{name:<28}{value:>10.3f}{verdict}")


def ledger_ratio(articles: list[Article]) -> dict[str, float]:
    """Seconds an article to add with the statement ledger and without, in turns."""
    seconds = {"with": 0.0, "without": 0.0}
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        Library.open(Path(folder) / "with") as whole,
        Library.open(Path(folder) / "without", extract=_no_statements) as bare,
    ):
        whole.warm_up()
        bare.warm_up()
        whole.add_articles([Article.from_text("“Go,” said Ada Brandt.")])
        for start in range(0, len(articles), 15):
            turn = articles[start : start + 15]
            for name, library in (("with", whole), ("without", bare)):
                seconds[name] += _timed(partial(library.add_articles, turn))
            print(f"ledger {start + len(turn)}: with {seconds['with']:.1f} s, without {seconds['without']:.1f} s")
    count = len(articles)
    return {
        "with_ledger_s_per_article": seconds["with"] / count,
        "without_s_per_article": seconds["without"] / count,
        "ledger_ratio": seconds["with"] / seconds["without"],
    }


def add_ratio(articles: list[Article]) -> dict[str, float]:
    """Seconds an article to add, ours and the tutorial's, in turns so that a noisy machine is noisy to both.

    Without the statement ledger, which the tutorial has nothing like; what that costs is the part ``ledger``.
    """
    from evals.baselines.tutorial import TutorialPipeline

    ours, theirs = 0.0, 0.0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        tutorial = TutorialPipeline(Path(folder) / "tutorial")
        tutorial.embeddings.embed_query("warm up")
        with Library.open(Path(folder) / "library", extract=_no_statements) as library:
            library.warm_up()
            turns = [articles[start : start + 15] for start in range(0, len(articles), 15)]
            for number, turn in enumerate(turns):
                steps: list[tuple[str, Callable[[], Any]]] = [
                    ("ours", partial(library.add_articles, turn)),
                    ("theirs", partial(tutorial.add, turn)),
                ]
                for name, step in steps if number % 2 else reversed(steps):
                    seconds = _timed(step)
                    ours, theirs = (ours + seconds, theirs) if name == "ours" else (ours, theirs + seconds)
                print(f"add {(number + 1) * 15}: ours {ours:.1f} s, tutorial {theirs:.1f} s", flush=True)
    count = len(articles)
    return {"add_s_per_article": ours / count, "tutorial_s_per_article": theirs / count, "add_ratio": ours / theirs}


def ask_times(folder: Path | None, articles: list[Article], questions: list[str]) -> dict[str, float]:
    """Median and worst milliseconds of a retrieval and of a whole answer, once warm, and the memory of the process."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made, Library.open(folder or made) as library:
        library.add_articles(articles)
        library.warm_up()
        for question in questions[:5]:
            library.ask(question)
        retrieve = [1000 * _timed(partial(library.retrieve, question)) for question in questions]
        answer = [1000 * _timed(partial(library.ask, question)) for question in questions]
        speakers = [quote.speaker.name for quote in library.quotes()[::7] if quote.speaker and quote.speaker.name]
        sayings = [f"What did {name} say about the decision?" for name in speakers[: len(questions)]]
        said = [1000 * _timed(partial(library.ask, question)) for question in sayings]
        return {
            "articles": float(library.searched().articles),
            "chunks": float(library.count_chunks()),
            "retrieve_ms": statistics.median(retrieve),
            "retrieve_p95_ms": statistics.quantiles(retrieve, n=20)[-1],
            "answer_ms": statistics.median(answer),
            "answer_p95_ms": statistics.quantiles(answer, n=20)[-1],
            "saying_ms": statistics.median(said) if said else 0.0,
            "memory_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        }


def _no_statements(_: Article) -> list[Quote]:
    return []


def _timed(step: Callable[[], Any]) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def _load(data: Path | None) -> tuple[list[Article], list[str]]:
    """The data set's articles and questions; without one, our own sample articles and cases."""
    root = Path(__file__).parent.parent
    source = data / "documents.jsonl" if data else root / "seeds"
    asked = data / "questions.jsonl" if data else root / "evals" / "cases" / "seeds.jsonl"
    articles = [item for item in read_source(source) if isinstance(item, Article)]
    questions = [
        json.loads(line)["question"] for line in asked.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    random.Random(1).shuffle(questions)
    return articles, questions


if __name__ == "__main__":
    main()
