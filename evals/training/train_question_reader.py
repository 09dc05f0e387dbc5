"""Train the question reader: ``python -m evals.training.train_question_reader --data DIR`` writes its ONNX file.

It learns from ``newsroom/train.jsonl`` (questions), ``newsroom/requests.jsonl`` (other requests) and
``requests.jsonl`` beside this file (both kinds, in our own words), with the words that name speakers, topic,
publisher and time. With ``--folds 5`` nothing is written: the requests are cross-validated, and the figures printed
that `requests` is measured by. What leans on the turn before it is read together with that turn; every other message
now and then with a turn of another conversation, so that the turn alone tells nothing.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import nn

from evals.results import FOLDER, OURS, make_result, save
from evals.suite import Outcome
from evals.suites.requests import BARS, Message, read_messages, rows_of
from evals.training.graph import write
from evals.training.minilm import MiniLM, build, run
from evals.training.updating import Updater
from rag.models.loader import load_tokenizer
from rag.models.pieces import cut_up
from rag.models.question_reader import (
    INSIDE,
    KINDS,
    LEANS,
    MAX_PIECES,
    OUTPUTS,
    SLOTS,
    Reading,
    arrange,
    decode,
)

WRITTEN = Path(__file__).with_name("requests.jsonl")
OFTEN = 2  # how often an epoch has each request
RENAMED = 0.4  # share of the messages with a name that get another one
PLAIN, TYPING = 0.15, 0.08  # share of the messages that lose capitals and marks, or get two letters the wrong way round
TURN = 0.5  # share of the messages that stand alone and are read with a turn all the same
WORDS = 10.0  # weight of the loss of the words: few of them are inside a slot, so most of it is small


def renamed(row: Message, names: Sequence[str], generator: random.Random) -> Message:
    """The message with another name in the place of one that it names as a speaker: names are what a reader sees fewest of."""
    own = [span for span in row.spans["speaker"] if " " in row.text[slice(*span)] and row.text[span[0]].isupper()]
    if not own or generator.random() > RENAMED:
        return row
    start, end = generator.choice(own)
    name = generator.choice(names)
    shift = len(name) - (end - start)

    def moved(span: tuple[int, int]) -> tuple[int, int]:
        return tuple(at + shift if at >= end else at for at in span)  # type: ignore[return-value]

    spans = {slot: [moved(span) for span in given] for slot, given in row.spans.items()}
    return replace(row, text=row.text[:start] + name + row.text[end:], spans=spans)


def worn(text: str, generator: random.Random) -> str:
    """A message as people also type it; of the same length, so that the slices hold."""
    if generator.random() < PLAIN:
        text = re.sub(r"[?!.,]$", " ", text.lower())
    if generator.random() < TYPING and len(text) > 12:
        at = generator.randrange(4, len(text) - 4)
        if text[at : at + 2].isalpha():
            text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text


class Trainer:
    """Trains one reader on messages."""

    def __init__(self, seed: int, rate: float) -> None:
        torch.manual_seed(seed)
        self.generator = random.Random(seed)
        self.names: list[str] = []
        self.tokenizer = load_tokenizer()
        self.model = MiniLM(OUTPUTS, marks=2, dropout=0.1)
        self.model.encoder.embeddings.word_embeddings.weight.requires_grad_(
            False
        )  # words that no message has keep theirs
        self.updater = Updater(self.model, rate, fresh=10)

    def train(self, rows: Sequence[Message], epochs: int, batch: int = 32) -> None:
        """Every message once an epoch, requests `OFTEN` times; linear warm-up and decay."""
        order = [row for row in rows for _ in range(OFTEN if row.id.startswith("r") else 1)]
        named = {row.text[slice(*span)] for row in rows for span in row.spans["speaker"]}
        self.names = sorted(name for name in named if re.fullmatch(r"[^\W\d_a-z].*\s[^\W\d_a-z]\S*", name))
        counts = Counter(row.kind for row in order)
        weights = torch.tensor([min(4.0, (len(order) / 18 / max(1, counts[kind])) ** 0.5) for kind in KINDS])
        steps, step, began, losses = epochs * (len(order) // batch), 0, time.monotonic(), []
        self.model.train()
        for _ in range(epochs):
            for part in self._batches(order, batch):
                loss = self._loss(part, order, weights)
                self.updater.step(loss, min(1, (step + 1) / 50) * max(0.02, 1 - step / steps))
                losses.append(loss.item())
                step += 1
                if step % 100 == 0:
                    print(
                        f"{step}/{steps} loss {np.mean(losses[-100:]):.3f} {time.monotonic() - began:.0f} s", flush=True
                    )
        self.model.float().load_state_dict(self.updater.state())
        with torch.no_grad():  # rare kinds weigh more in the loss so that they are learned, and not in what is read
            self.model.heads.bias[: len(KINDS)] -= weights.log()

    def _batches(self, order: list[Message], size: int) -> list[list[Message]]:
        """The messages in random batches of like length, which a processor reads in half the time."""
        self.generator.shuffle(order)
        ordered = sorted(order, key=lambda row: (len(row.before) + len(row.text)) // 40 + self.generator.random())
        made = [ordered[first : first + size] for first in range(0, len(ordered) - size + 1, size)]
        self.generator.shuffle(made)
        return made

    def _loss(self, part: Sequence[Message], others: Sequence[Message], weights: torch.Tensor) -> torch.Tensor:
        part = [renamed(row, self.names, self.generator) for row in part]
        texts = [worn(row.text, self.generator) for row in part]
        turns = [self._turn(row, others) for row in part]
        pieces = [one.cut(0, MAX_PIECES) for one in cut_up(self.tokenizer, texts)]
        arranged = [arrange(one, turn) for one, turn in zip(pieces, cut_up(self.tokenizer, turns), strict=True)]
        scores = run(self.model, arranged)
        kinds = torch.tensor([KINDS.index(row.kind) for row in part])
        loss = nn.functional.cross_entropy(scores[:, 0, : len(KINDS)], kinds, weight=weights, label_smoothing=0.05)
        leans = torch.tensor([float(row.leans) for row in part])
        loss = loss + nn.functional.binary_cross_entropy_with_logits(scores[:, 0, LEANS], leans)
        for number, (row, one) in enumerate(zip(part, pieces, strict=True)):
            if not len(one.ids):  # a message of marks that were taken off: there is nothing to tell of its words
                continue
            last = len(arranged[number][0]) - 1
            rows = scores[number, last - len(one.ids) : last, len(KINDS) + 1 :]
            wanted = torch.zeros(rows.shape)
            for slot in SLOTS:
                for start, end in row.spans[slot]:
                    inside = (one.starts < end) & (one.ends > start)
                    wanted[torch.from_numpy(inside), INSIDE[slot] - len(KINDS) - 1] = 1
            loss = loss + WORDS * nn.functional.binary_cross_entropy_with_logits(rows, wanted) / len(part)
        return loss

    def _turn(self, row: Message, others: Sequence[Message]) -> str:
        if row.leans:
            return row.before
        return self.generator.choice(others).text if self.generator.random() < TURN else ""

    @torch.no_grad()
    def read(self, row: Message) -> Reading:
        """What the reader says of a message."""
        self.model.eval()
        pieces, earlier = cut_up(self.tokenizer, [row.text, row.before])
        pieces = pieces.cut(0, MAX_PIECES)
        arranged = arrange(pieces, earlier)
        scores = run(self.model, [arranged])[0].numpy()
        return decode(scores[0], scores[len(scores) - 1 - len(pieces.ids) : -1], pieces)


def cross_validate(questions: list[Message], requests: list[Message], options: argparse.Namespace) -> None:
    """Print what readers say of requests that they have not seen, and save the figures."""
    order = random.Random(7).sample(requests, len(requests))
    seen: list[tuple[Message, Reading]] = []
    began = time.monotonic()
    for fold in range(options.folds):
        held = order[fold :: options.folds]
        ids = {row.id for row in held}
        trainer = Trainer(options.seed, options.rate)
        trainer.train([*questions, *(row for row in requests if row.id not in ids)], options.epochs)
        seen += [(row, trainer.read(row)) for row in held]
        print(
            fold, [(row.measure, row.value) for row in rows_of(*map(list, zip(*seen, strict=True)), BARS)], flush=True
        )
    wrong = Counter((row.kind, one.kind) for row, one in seen if row.kind != one.kind)
    print("kinds taken for others:", wrong.most_common(12))
    cases = {row.id: int(row.kind == one.kind) for row, one in seen}
    outcome = Outcome(rows_of(*map(list, zip(*seen, strict=True)), BARS), len(seen), cases=cases)
    described = {"folds": options.folds, "epochs": options.epochs, "rate": options.rate, "seed": options.seed}
    print(save(make_result("requests", "newsroom", OURS, outcome, described, time.monotonic() - began), FOLDER))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("rag/models/weights/question_reader.onnx"))
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--folds", type=int, default=0, help="cross-validate on so many parts of the requests instead")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    questions = read_messages(options.data / "newsroom" / "train.jsonl", "question")
    requests = read_messages(options.data / "newsroom" / "requests.jsonl", "message")
    written = read_messages(WRITTEN, "message")
    if options.folds:
        cross_validate([*questions, *written], requests, options)
        return
    trainer = Trainer(options.seed, options.rate)
    trainer.train([*questions, *written, *requests], options.epochs)
    state = {name: one.detach() for name, one in trainer.model.state_dict().items()}
    print(write(build(state, {"scores": slice(0, OUTPUTS)}), options.out, precise=False))


if __name__ == "__main__":
    main()
