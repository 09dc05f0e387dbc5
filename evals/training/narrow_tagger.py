"""Halve the tagger's feed-forward layers, which are two thirds of its work: ``python -m evals.training.narrow_tagger``.

Of each layer's inner units those are kept whose output varies most over training articles, each measured by the
standard deviation of its activation times the norm of its outgoing weights (the activation-aware magnitude of Sun et
al., Wanda, ICLR 2024, with the mean taken out); what the others give on average goes into the bias. `train_tagger
--start` then trains on from the narrowed weights.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn

from evals.training.train_tagger import BASE, QuoteTagger, examples, load, read_weights, tagger_of


def narrow(model: QuoteTagger, inner: int, means: list[torch.Tensor], deviations: list[torch.Tensor]) -> QuoteTagger:
    """A tagger with ``inner`` units a layer; ``means`` and ``deviations`` are of each layer's activations."""
    thin = QuoteTagger(inner)
    state = {name: weight for name, weight in model.state_dict().items() if ".intermediate." not in name}
    for number, layer in enumerate(model.encoder.encoder.layer):
        weight = layer.output.dense.weight
        worth = deviations[number] * weight.norm(dim=0)
        kept = worth.topk(inner).indices.sort().values
        gone = torch.ones(len(worth), dtype=torch.bool).index_fill(0, kept, False)
        name = f"encoder.encoder.layer.{number}"
        state[f"{name}.intermediate.dense.weight"] = layer.intermediate.dense.weight[kept]
        state[f"{name}.intermediate.dense.bias"] = layer.intermediate.dense.bias[kept]
        state[f"{name}.output.dense.weight"] = weight[:, kept]
        state[f"{name}.output.dense.bias"] = layer.output.dense.bias + weight[:, gone] @ means[number][gone]
    thin.load_state_dict(state)
    return thin


def activations(model: QuoteTagger, data: Path, count: int) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """Mean and standard deviation of every inner unit of every layer over ``count`` articles' pieces."""
    tokenizer = Tokenizer.from_file(str(BASE / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    seen: list[list[torch.Tensor]] = [[] for _ in model.encoder.encoder.layer]

    def keep(number: int) -> None:
        def hook(_: nn.Module, __: object, output: torch.Tensor) -> None:
            seen[number].append(output[0])

        model.encoder.encoder.layer[number].intermediate.register_forward_hook(hook)

    for number in range(len(seen)):
        keep(number)
    for labelled in load(data / "train.jsonl", tokenizer, count):
        for example in examples(labelled, random.Random(0), 230):
            columns = torch.from_numpy(example.columns)[:, None]
            model.hidden(columns[0], columns[1], columns[2], torch.ones_like(columns[0]))
    pooled = [torch.cat(parts) for parts in seen]
    return [one.mean(0) for one in pooled], [one.std(0) for one in pooled]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="as for train_tagger")
    parser.add_argument("--checkpoint", type=Path, action="append", required=True, help="(repeatable: their mean)")
    parser.add_argument("--inner", type=int, default=768, help="units a layer keeps")
    parser.add_argument("--articles", type=int, default=60, help="training articles to measure them on")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    with torch.no_grad():
        model = tagger_of(read_weights(*options.checkpoint)).eval()
        means, deviations = activations(model, options.data, options.articles)
        torch.save(narrow(model, options.inner, means, deviations).state_dict(), options.out)


if __name__ == "__main__":
    main()
