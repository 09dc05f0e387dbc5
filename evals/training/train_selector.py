"""Train the selector that finds the sentence that answers; `export_selector` then writes it as ONNX.

``python -m evals.training.train_selector --cases build/selector-data`` reads what `selector_data` wrote, fine-tunes the
packaged MiniLM and writes ``selector.pt`` after every 50 steps. All sentences of a sample and "nothing here answers"
share one softmax (shared normalization and no-answer option of Clark and Gardner, ACL 2018). Learned beside it are the
answer's phrase within its sentence. With
``--fold`` one part of newsqa's articles is left out, and measured at the end.

The model runs in bfloat16 where the processor multiplies it faster, and is updated in 32 bits. Several
processes, one a core, waste less than one process with several threads: ``torchrun --nproc-per-node 2 -m
evals.training.train_selector``; they average their weights now and then (local SGD, Stich, ICLR 2019).
"""

from __future__ import annotations

import argparse
import itertools
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from torch import nn

from evals.training.graph import read_state
from evals.training.measure_selector import reading
from evals.training.minilm import Columns, MiniLM, run
from evals.training.selector_cases import Cases, Sample, Sampler, View
from evals.training.updating import Updater
from rag.models.selector import Window

POOL = 240
"""Questions whose samples are drawn at once and put into batches by their length."""

WARM_UP = 60
SHARE = 16
"""Steps after which the processes average their weights."""


class SentenceSelector(MiniLM):
    """Two scores a piece: that it is the answer's first, and its last."""

    def __init__(self, layers: int = 6, dropout: float = 0.0) -> None:
        super().__init__(outputs=2, marks=9, layers=layers, dropout=dropout)
        nn.init.constant_(self.heads.bias, -6.0)  # a sentence has some thirty pieces, a sample some fifteen sentences


def batches(samples: list[Sample], budget: int, generator: random.Random) -> list[list[Sample]]:
    """Samples of like length together, ``budget`` pieces a batch, in random order."""
    ordered = sorted(samples, key=lambda sample: (_longest([sample]) // 12, generator.random()))
    grouped: list[list[Sample]] = [[]]
    for sample in ordered:
        more = [*grouped[-1], sample]
        if grouped[-1] and _longest(more) * sum(map(len, more)) > budget:
            grouped.append([])
        grouped[-1].append(sample)
    generator.shuffle(grouped)
    return grouped


def _longest(samples: list[Sample]) -> int:
    return max(len(view.window.ids) for sample in samples for view in sample)


def pooled(values: torch.Tensor, segments: torch.Tensor, count: int) -> torch.Tensor:
    """The log of the sum of the powers of each segment's values, (count,)."""
    tops = torch.full((count,), -1e4).scatter_reduce(0, segments, values.detach(), "amax")
    sums = torch.zeros(count).index_add(0, segments, (values - tops[segments]).exp())
    return tops + sums.clamp_min(1e-9).log()


def loss_of(model: SentenceSelector, batch: list[Sample], phrase_weight: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean loss of choosing the sentence, or none; and of the phrase within it."""
    views = [(number, view) for number, sample in enumerate(batch) for view in sample]
    scores = run(model, [columns(view.window) for _, view in views])
    owners: list[int] = []
    labels: list[int] = []
    segments = torch.full(scores.shape[:2], -1, dtype=torch.long)
    phrases: list[torch.Tensor] = []
    for row, (number, view) in enumerate(views):
        sentence = torch.from_numpy(view.window.sentence)
        for index, label in zip(view.chosen, view.labels, strict=True):
            segments[row, : len(sentence)][sentence == index] = len(owners)
            owners.append(number)
            labels.append(label)
        ends = [view.phrase] if view.phrase else []
        if view.phrase is None and labels[-1:] and 1 in view.labels and view.labels.count(1) == 1:
            marker = first_of(view, view.chosen[view.labels.index(1)])
            ends = [(marker, marker)]
        for first, last in ends:
            inside = segments[row] == segments[row, first]
            for head, place in enumerate((first, last)):
                within = scores[row, :, head]
                phrases.append(within[inside].logsumexp(0) - within[place])
    flat = segments.view(-1)
    known = torch.tensor(labels)
    by_sentence = pooled(scores[..., 0].reshape(-1)[flat >= 0], flat[flat >= 0], len(owners))
    by = torch.tensor(owners)
    nothing, all_numbers = torch.zeros(len(batch)), torch.arange(len(batch))
    whole = pooled(torch.cat([by_sentence[known >= 0], nothing]), torch.cat([by[known >= 0], all_numbers]), len(batch))
    answered = set(by[known == 1].tolist())
    empty = torch.tensor([number for number in range(len(batch)) if number not in answered], dtype=torch.long)
    right = pooled(torch.cat([by_sentence[known == 1], nothing[empty]]), torch.cat([by[known == 1], empty]), len(batch))
    beside = phrase_weight * torch.stack(phrases).mean() if phrases else torch.zeros(())
    return (whole - right).mean(), beside


def first_of(view: View, index: int) -> int:
    """The place of a sentence's marker in its window."""
    return int(np.flatnonzero(view.window.sentence == index)[0])


def train(options: argparse.Namespace) -> None:
    """Train until the epochs or the minutes are over; linear warm-up and decay by whichever ends first."""
    several = dist.is_torchelastic_launched()
    if several:
        dist.init_process_group("gloo")
    number = dist.get_rank() if several else 0
    torch.manual_seed(options.seed + number)
    torch.set_num_threads(options.threads)
    cases = Cases(options.cases)
    left_out = cases.outside(options.fold, options.folds)
    sampler = Sampler(cases, left_out, random.Random(options.seed + number))
    model = SentenceSelector(options.layers, options.dropout)
    if options.weights:
        model.load_state_dict(weights_at(options.weights))
    model.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    options.out.mkdir(parents=True, exist_ok=True)
    updater = Updater(model, options.rate, fresh=5)
    began, step, done, pieces = time.monotonic(), 0, 0.0, np.zeros(2, dtype=int)
    running = np.zeros(3)
    model.train()
    for samples, drawn in drawn_from(sampler, options.epochs, options.batch):
        minutes = (time.monotonic() - began) / 60
        done = max(done, drawn, minutes / options.minutes if options.minutes else 0)
        if several and step % SHARE == 0:
            done = updater.average(done)
        if step % 50 == 0 and number == 0:
            losses = np.round(running[:2] / max(1, running[2]), 3)
            print(f"{done:.3f} step {step} loss {losses} {pieces} pieces {minutes:.1f} min", flush=True)
            running[:] = 0
            torch.save(updater.state(), options.out / "selector.pt")
        if done >= 1 and (step % SHARE == 0 or not several):
            break
        sentence_loss, phrase_loss = loss_of(model, samples, options.phrase_weight)
        updater.step(sentence_loss + phrase_loss, min(1.0, (step + 1) / WARM_UP) * max(0.0, 1 - done))
        step += 1
        pieces += _longest(samples) * sum(map(len, samples)), sum(len(v.window.ids) for one in samples for v in one)
        running += (sentence_loss.item(), phrase_loss.item(), 1)
    if number == 0:
        print(f"{step} steps, {pieces} pieces", flush=True)
        torch.save(updater.state(), options.out / "selector.pt")
        if left_out:
            print(reading(cases, left_out, lambda windows: starts_of(model.float(), windows)), flush=True)


def weights_at(path: Path) -> dict[str, torch.Tensor]:
    """Weights to go on from: a checkpoint, or the file that ships."""
    return read_state(path) if path.suffix == ".onnx" else torch.load(path, weights_only=True)


def drawn_from(sampler: Sampler, epochs: int, budget: int) -> Iterator[tuple[list[Sample], float]]:
    """Batches without end, and which share of the epochs is over."""
    for epoch in itertools.count():
        order = sampler.order()
        for first in range(0, len(order), POOL):
            pool = [sample for one in order[first : first + POOL] if (sample := sampler.sample(one))]
            for batch in batches(pool, budget, sampler.generator):
                yield batch, (epoch + first / len(order)) / epochs


def columns(window: Window) -> Columns:
    """A window as the network takes it."""
    return window.ids, window.marks, window.cases


def starts_of(model: SentenceSelector, windows: Sequence[Window]) -> list[np.ndarray]:
    """The scores for being the answer's first piece, one array a window."""
    model.eval()
    with torch.no_grad():
        scores = run(model, [columns(window) for window in windows])[..., 0].numpy()
    return [row[: len(window.ids)] for row, window in zip(scores, windows, strict=True)]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path, default=Path("build/selector-data"))
    parser.add_argument("--out", type=Path, default=Path("build/selector"))
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--minutes", type=float, help="end the decay after so long, whatever the epoch")
    parser.add_argument("--batch", type=int, default=3200, help="pieces a step")
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--phrase-weight", type=float, default=0.3)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--weights", type=Path, help="a checkpoint, or the ONNX file that ships, to go on from")
    parser.add_argument("--fold", type=int, help="the part of newsqa's articles to leave out and measure")
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
