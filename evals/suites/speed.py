"""How long a search and a whole answer take once the models are loaded. `evals.bench` compares adding with the tutorial."""

from __future__ import annotations

import random
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from evals.baselines.cached import tutorial_over
from evals.data import Case, read_articles, read_cases, read_seeds
from evals.seedcases import read_seed_cases
from evals.suite import EvalSet, Outcome, Row, Run, Suite
from rag import Article, Library
from rag.embedding import Encoder, Spans, Vectors
from rag.indexing import groups

QUESTIONS = 60
WARM = 5  # questions asked before the clock runs
ANSWER_BARS = {"rtqa2022": 500.0, "rtqa2022-large": 600.0}
LARGE = 100_000  # chunks


def _seeds(run: Run) -> Outcome:
    cases = [
        Case(case.qid, case.question, case.answerable, frozenset(), history=case.history) for case in read_seed_cases()
    ]
    return _outcome("seeds", run.libraries.get("seeds", read_seeds), _some(run, cases))


def _rtqa2022(run: Run) -> Outcome:
    cases = _some(run, read_cases(run.file("rtqa2022/questions.jsonl")))
    read = partial(read_articles, run.file("rtqa2022/documents.jsonl"))
    return _outcome("rtqa2022", run.libraries.get("rtqa2022", read), cases)


class FillingEncoder:
    """Gives documents vectors of chance, for a library whose size alone matters; questions are encoded as ever."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._chance = np.random.default_rng(1)
        self.name, self._dimension = encoder.name, encoder.encode_queries(["any"]).shape[1]
        self.count_tokens, self.encode_queries = encoder.count_tokens, encoder.encode_queries

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of length one, (n, dimension)."""
        vectors = self._chance.standard_normal((len(texts), self._dimension)).astype(np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def encode_slices(self, texts: Sequence[str], slices: Sequence[Sequence[Spans]]) -> tuple[Vectors, list[Vectors]]:
        """The same for texts and for their slices."""
        return self.encode_documents(texts), [self.encode_documents([""] * len(one)) for one in slices]


def _large(run: Run) -> Outcome:
    """The articles of rtqa2022 and copies of them, with the paragraphs in another order, until there are enough chunks."""
    read = partial(read_articles, run.file("rtqa2022/documents.jsonl"))
    folder = run.libraries.scratch() / "large"
    shutil.copytree(run.libraries.get("rtqa2022", read).folder, folder, ignore=shutil.ignore_patterns(".lock"))
    encoder = FillingEncoder(run.libraries.encoder)
    with Library.open(folder, settings=run.settings, encoder=encoder, extract=lambda _: []) as library:
        copies = groups(_copies(read()), 64)
        while run.limit is None and library.count_chunks() < LARGE:
            library.add_articles(next(copies))
            print(f"\rlarge: {library.count_chunks():,} chunks", end="", file=sys.stderr)
        return _outcome("rtqa2022-large", library, _some(run, read_cases(run.file("rtqa2022/questions.jsonl"))))


def _copies(articles: Sequence[Article]) -> Iterator[Article]:
    order = random.Random(1)
    while True:
        for article in articles:
            paragraphs = [article.paragraph_text(paragraph.index) for paragraph in article.paragraphs]
            order.shuffle(paragraphs)
            yield Article.from_text(
                "\n\n".join(paragraphs), title=article.title, date=article.date, source=article.source
            )


def _tutorial(run: Run) -> Outcome:
    """The tutorial pipeline's search; without a language model it has no answers."""
    cases = _some(run, read_cases(run.file("rtqa2022/questions.jsonl")))
    read = partial(read_articles, run.file("rtqa2022/documents.jsonl"))
    pipeline = tutorial_over(run.libraries, "rtqa2022", read)
    for case in cases[:WARM]:
        pipeline.chunks(case.question)
    return Outcome(_rows("retrieve", _times(cases, lambda case: pipeline.chunks(case.question))), len(cases))


def _some(run: Run, cases: Sequence[Case]) -> list[Case]:
    """The same questions in every run."""
    return run.cut(random.Random(1).sample(list(cases), min(QUESTIONS, len(cases))))


def _outcome(name: str, library: Library, cases: Sequence[Case]) -> Outcome:
    library.warm_up()
    for case in cases[:WARM]:
        library.ask(case.question)
    retrieve = _times(cases, lambda case: library.retrieve(case.question, history=case.history, today=case.date))
    answer = _times(cases, lambda case: library.ask(case.question, history=case.history, today=case.date))
    rows = (*_rows("answer", answer, ANSWER_BARS.get(name)), *_rows("retrieve", retrieve))
    size = f"{library.searched().articles:,} articles, {library.count_chunks():,} chunks."
    return Outcome(rows, len(cases), note=size)


def _times(cases: Sequence[Case], step: Callable[[Case], object]) -> list[float]:
    """Milliseconds for each case. A failure is no time: it is raised."""
    times = []
    for case in cases:
        began = time.perf_counter()
        step(case)
        times.append(1000 * (time.perf_counter() - began))
    return times


def _rows(what: str, times: Sequence[float], bar: float | None = None) -> tuple[Row, ...]:
    n = len(times)
    slow = statistics.quantiles(times, n=20)[-1] if n > 1 else max(times)
    return (
        Row(f"{what}, median", round(statistics.median(times), 1), n, bar, "ms", at_most=True),
        Row(f"{what}, 95th percentile", round(slow, 1), n, unit="ms", at_most=True, headline=False),
    )


SUITE = Suite(
    "speed",
    (
        EvalSet("seeds", _seeds),
        EvalSet("rtqa2022", _rtqa2022, ("rtqa2022/documents.jsonl", "rtqa2022/questions.jsonl"), _tutorial),
        EvalSet("rtqa2022-large", _large, ("rtqa2022/documents.jsonl", "rtqa2022/questions.jsonl")),
    ),
)
