"""A fine-tuned MiniLM as an ONNX graph put together by hand from its weights, written with 8-bit ones, and read again."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

OPSET = 20
HEADS = 12
_LAYER = re.compile(r"encoder\.encoder\.layer\.(\d+)\.")


class Graph:
    """Nodes and weights of the graph under construction; every method returns the name of its result."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def constant(self, values: Any, name: str | None = None) -> str:
        """A weight or a constant."""
        name = name or f"c{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def op(self, kind: str, *inputs: str, domain: str = "", outputs: int = 1, **attributes: Any) -> Any:
        """A node; its result's name, or the names of several."""
        names = [f"{kind}_{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def linear(self, x: str, weight: torch.Tensor, bias: torch.Tensor) -> str:
        """``x @ weight.T + bias``."""
        product = self.op("MatMul", x, self.constant(weight.numpy().T))
        return str(self.op("Add", product, self.constant(bias.numpy())))

    def norm(self, x: str, state: dict[str, torch.Tensor], name: str) -> str:
        """Layer normalization with the weights ``name``."""
        scale, bias = self.constant(state[f"{name}.weight"].numpy()), self.constant(state[f"{name}.bias"].numpy())
        return str(self.op("LayerNormalization", x, scale, bias, axis=-1, epsilon=1e-12))


def layers_of(state: dict[str, torch.Tensor]) -> int:
    """How many transformer layers the weights have."""
    return 1 + max(int(match[1]) for match in map(_LAYER.match, state) if match)


def embed(graph: Graph, state: dict[str, torch.Tensor], steps: str) -> str:
    """The pieces' embeddings, normalised; ``steps`` are their positions. Inputs ids, marks and cases are the graph's."""
    words = state["encoder.embeddings.word_embeddings.weight"].numpy()
    scale = np.maximum(np.abs(words).max(1, keepdims=True), 1e-8) / 127
    rows = graph.op("Gather", graph.constant(np.round(words / scale).astype(np.int8), "words"), "ids")
    factors = graph.op("Gather", graph.constant(scale.astype(np.float32)), "ids")
    x = graph.op("Mul", graph.op("Cast", rows, to=TensorProto.FLOAT), factors)
    positions = state["encoder.embeddings.position_embeddings.weight"]
    positions = positions + state["encoder.embeddings.token_type_embeddings.weight"][0]
    tables = (positions, state["marks.weight"], state["cases.weight"])
    for table, index in zip(tables, (steps, "marks", "cases"), strict=True):
        x = graph.op("Add", x, graph.op("Gather", graph.constant(table.numpy()), index))
    return graph.norm(x, state, "encoder.embeddings.LayerNorm")


def layer(graph: Graph, state: dict[str, torch.Tensor], x: str, name: str) -> str:
    """One transformer layer with the weights ``name``."""
    parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
    weight = torch.cat([state[f"{part}.weight"] for part in parts])
    bias = torch.cat([state[f"{part}.bias"] for part in parts])
    query, key, value = graph.op("Split", graph.linear(x, weight, bias), outputs=3, axis=-1, num_outputs=3)
    seen = graph.op("MultiHeadAttention", query, key, value, domain="com.microsoft", num_heads=HEADS)
    output = f"{name}.attention.output"
    seen = graph.linear(seen, state[f"{output}.dense.weight"], state[f"{output}.dense.bias"])
    x = graph.norm(graph.op("Add", x, seen), state, f"{output}.LayerNorm")
    inner = graph.linear(x, state[f"{name}.intermediate.dense.weight"], state[f"{name}.intermediate.dense.bias"])
    outer = graph.linear(
        graph.op("Gelu", inner), state[f"{name}.output.dense.weight"], state[f"{name}.output.dense.bias"]
    )
    return graph.norm(graph.op("Add", x, outer), state, f"{name}.output.LayerNorm")


def read_state(path: Path) -> dict[str, torch.Tensor]:
    """The weights of a file that `write` made of a graph of single scores, as 8 bits left them: to train it further."""
    kept = {one.name: numpy_helper.to_array(one) for one in onnx.load(path).graph.initializer}
    numbers = sorted({int(match[1]) for match in map(re.compile(r"c(\d+)(?:_quantized)?$").match, kept) if match})
    values = (_value(kept, f"c{number}") for number in numbers)
    parts = iter([value for value in values if value.dtype == np.float32])
    state = {"encoder.embeddings.word_embeddings.weight": kept["words"].astype(np.float32) * next(parts)}
    state["encoder.embeddings.token_type_embeddings.weight"] = np.zeros((2, kept["words"].shape[1]), np.float32)
    for name in ("encoder.embeddings.position_embeddings", "marks", "cases"):
        state[f"{name}.weight"] = next(parts)
    _put(state, parts, "encoder.embeddings.LayerNorm")
    for number in range((len(numbers) - 12) // 12):
        layer_ = f"encoder.encoder.layer.{number}"
        query_key_value = [np.split(next(parts), 3) for _ in range(2)]
        for part, *both in zip(("query", "key", "value"), *query_key_value, strict=True):
            _put(state, iter(both), f"{layer_}.attention.self.{part}")
        output = f"{layer_}.attention.output"
        _put(state, parts, f"{output}.dense")
        _put(state, parts, f"{output}.LayerNorm")
        for name in ("intermediate.dense", "output.dense", "output.LayerNorm"):
            _put(state, parts, f"{layer_}.{name}")
    heads = list(parts)
    rows, biases = heads[::2], heads[1::2]
    state |= {"heads.weight": np.stack(rows), "heads.bias": np.concatenate(biases)}
    return {name: torch.from_numpy(value.copy()) for name, value in state.items()}


def _value(kept: dict[str, Any], name: str) -> Any:
    """A constant, or a matrix in the layout of `torch.nn.Linear`."""
    if name in kept:
        return kept[name]
    steps = kept[f"{name}_quantized"].astype(np.float32) - kept[f"{name}_zero_point"].astype(np.float32)
    return (steps * kept[f"{name}_scale"]).T


def _put(state: dict[str, Any], parts: Iterator[Any], name: str) -> None:
    state[f"{name}.weight"], state[f"{name}.bias"] = next(parts), next(parts)


def write(model: onnx.ModelProto, target: Path, precise: bool) -> Path:
    """Write a graph to a file, whose folder is made; matrices with 8-bit weights, one scale a channel, unless ``precise``."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx"
        onnx.save(model, str(plain))
        if precise:
            shutil.copyfile(plain, target)
        else:
            quantize_dynamic(
                plain,
                target,
                op_types_to_quantize=["MatMul"],
                per_channel=True,
                weight_type=QuantType.QInt8,
                reduce_range=True,
                extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
            )
    return target
