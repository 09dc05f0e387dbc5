"""Write a trained selector as one ONNX file: ``python -m evals.training.export_selector --checkpoint FILE --out DIR``.

The graph takes one window (no batch, no padding) and is put together as the tagger's is: matrices quantized dynamically,
word embeddings as int8 with one scale a row. With ``--cases`` the sentences that the file chooses are compared with those
that 32-bit weights choose.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from evals.training.graph import layers_of, write
from evals.training.measure_selector import onnx_run, sentence_scores
from evals.training.minilm import build
from evals.training.selector_cases import Cases
from evals.training.train_selector import SentenceSelector, starts_of


def export(checkpoint: Path, out: Path, precise: bool = False, lower: float = 0.0) -> Path:
    """Write ``selector.onnx`` to the folder ``out``; with 32-bit weights if ``precise``, its log odds ``lower`` than trained.

    Training has its own share of questions without an answer: an offset adjusts the odds to another (Saerens et al. 2002).
    """
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    state["heads.bias"][0] -= lower
    heads = {name: slice(row, row + 1) for row, name in enumerate(("starts", "ends"))}
    return write(build(state, heads), out / "selector.onnx", precise)


def compare(checkpoint: Path, target: Path, cases: Cases, count: int) -> tuple[float, float]:
    """Share of newsqa questions whose best sentence is the same in the file and in PyTorch; mean gap of the scores."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    model = SentenceSelector(layers_of(state))
    model.load_state_dict(state)
    run = onnx_run(target)
    same, gaps = [], []
    asked = [one for one in cases.asked if one.set == "newsqa"]
    for one in asked[:: max(1, len(asked) // count)]:
        plain = sentence_scores(cases, one.question, one.documents[0], lambda windows: starts_of(model, windows))
        small = sentence_scores(cases, one.question, one.documents[0], run)
        same.append(plain.argmax() == small.argmax())
        gaps.append(np.abs(plain - small).mean())
    return float(np.mean(same)), float(np.mean(gaps))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("rag/models/weights"))
    parser.add_argument("--precise", action="store_true", help="32-bit weights (larger; to measure what 8 bits cost)")
    parser.add_argument("--lower", type=float, default=0.0, help="what the log odds of an answer are lowered by")
    parser.add_argument("--cases", type=Path, help="what selector_data wrote, to compare on")
    parser.add_argument("--count", type=int, default=100, help="questions to compare on")
    options = parser.parse_args()
    target = export(options.checkpoint, options.out, options.precise, options.lower)
    print(target, f"{target.stat().st_size / 1e6:.1f} MB")
    if options.cases:
        same, gap = compare(options.checkpoint, target, Cases(options.cases), options.count)
        print(f"the same best sentence for {same:.1%} of {options.count} questions, mean gap of a score {gap:.3f}")


if __name__ == "__main__":
    main()
