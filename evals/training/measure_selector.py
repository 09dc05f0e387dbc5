"""How well a selector reads and refuses: ``python -m evals.training.measure_selector --cases DIR --fold 0``.

``reading``: newsqa with the gold article given, on the articles left out in training; ``clapnq`` with the gold passage
given, and ``rtqa2022`` over the blocks that BM25 finds, on the questions kept for measuring; milliseconds a question.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from evals.training.selector_cases import Cases
from evals.training.selector_data import BLOCK, Asked
from rag.models.pieces import cut_up
from rag.models.selector import MAX_PIECES, Window, groups, make_window

Run = Callable[[Sequence[Window]], list[np.ndarray]]
"""Windows -> the scores for being the answer's first piece, one array a window."""


def reading(cases: Cases, articles: set[str], run: Run, limit: int | None = None) -> dict[str, float]:
    """How often the best sentence, or one of the best three, of the gold article contains the gold answer, in percent.

    ``alone`` counts the questions that make sense without their article.
    """
    hits: dict[bool, list[tuple[bool, bool]]] = {True: [], False: []}
    asked = [one for one in cases.asked if one.documents and set(one.documents) <= articles]
    for one in asked[:limit]:
        best = np.argsort(-sentence_scores(cases, one.question, one.documents[0], run))[:3].tolist()
        right = {index for _, index in (*one.gold, *one.maybe)}
        hits[one.alone].append((best[0] in right, bool(right & set(best))))
    result: dict[str, float] = {}
    for name, part in (("alone", hits[True]), ("all", hits[True] + hits[False])):
        first, three = np.mean(part, axis=0) * 100
        result |= {f"{name}_n": len(part), f"{name}_first": round(first, 1), f"{name}_three": round(three, 1)}
    return result


def sentence_scores(cases: Cases, text: str, id_: str, run: Run, only: Sequence[int] | None = None) -> np.ndarray:
    """The score of every sentence of a document, or of a stretch of them (the others -inf)."""
    question = cut_up(cases.tokenizer, [text])[0]
    told, pieces, spans = cases.cut(id_)
    wanted = range(len(spans)) if only is None else only
    parts = [[wanted[i] for i in group] for group in groups([spans[i] for i in wanted], MAX_PIECES)]
    opens = cases.documents[id_].opens
    speakers = cases.speakers(id_)
    windows = [make_window(question, told, pieces, spans, part, opens, speakers) for part in parts]
    scores = np.full(len(spans), -np.inf)
    for part, window, starts in zip(parts, windows, run(windows), strict=True):
        for index in part:
            scores[index] = np.logaddexp.reduce(starts[window.sentence == index])
    return scores


def surest(cases: Cases, one: Asked, run: Run) -> float:
    """The best score over the question's passage, or over the blocks that BM25 finds where it has none."""
    if one.set != "rtqa2022":
        return max(float(sentence_scores(cases, one.question, id_, run).max()) for id_ in one.documents)
    found = []
    for id_, first in one.recent:
        last = min(first + BLOCK, len(cases.documents[id_].sentences))
        found.append(float(sentence_scores(cases, one.question, id_, run, range(first, last)).max()))
    return max(found, default=-np.inf)


def refusal(cases: Cases, name: str, run: Run) -> tuple[np.ndarray, np.ndarray]:
    """The surest scores of a set's answerable and of its unanswerable questions that were kept for measuring."""
    kept = [one for one in cases.asked if one.set == name and one.held]
    scores = [surest(cases, one, run) for one in kept]
    answerable = np.array([bool(one.gold) for one in kept])
    return np.array(scores)[answerable], np.array(scores)[~answerable]


def curve(answerable: np.ndarray, unanswerable: np.ndarray, thresholds: Sequence[float]) -> list[tuple[float, ...]]:
    """Threshold, share of the answerable that is answered, share of the unanswerable that is, balanced accuracy."""
    made = []
    for threshold in thresholds:
        true, false = float((answerable > threshold).mean()), float((unanswerable > threshold).mean())
        made.append((threshold, true, false, (true + 1 - false) / 2))
    return made


def onnx_run(path: Path) -> Run:
    """Runs a file as the product does."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return lambda windows: [
        session.run(["starts"], {"ids": one.ids, "marks": one.marks, "cases": one.cases})[0] for one in windows
    ]


def speed(cases: Cases, run: Run, count: int = 40) -> float:
    """Median milliseconds a question over six blocks of five sentences, tokenizing included."""
    taken = []
    for one in [one for one in cases.asked if len(one.recent) == 6][:count]:
        cases.forget()
        began = time.perf_counter()
        surest(cases, one, run)
        taken.append(time.perf_counter() - began)
    return float(np.median(taken) * 1000)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path, default=Path("build/selector-data"))
    parser.add_argument("--model", type=Path, default=Path("rag/models/weights/selector.onnx"))
    parser.add_argument(
        "--fold", type=int, help="the fold of newsqa that was left out; without it, reading is not measured"
    )
    parser.add_argument("--folds", type=int, default=3)
    options = parser.parse_args()
    cases, run = Cases(options.cases), onnx_run(options.model)
    if options.fold is not None:
        print("reading", reading(cases, cases.outside(options.fold, options.folds), run))
    for name in ("clapnq", "rtqa2022"):
        answerable, unanswerable = refusal(cases, name, run)
        print(
            f"{name}: {len(answerable)} answerable, {len(unanswerable)} not; threshold, answered, wrongly answered, balanced"
        )
        for row in curve(answerable, unanswerable, np.arange(-3, 5.1, 0.5).tolist()):
            print("  {:5.1f} {:6.1%} {:6.1%} {:6.1%}".format(*row))
    print(f"{speed(cases, run):.0f} ms a question")


if __name__ == "__main__":
    main()
