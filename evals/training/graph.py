"""A fine-tuned MiniLM as an ONNX graph put together by hand from its weights, and written with 8-bit ones."""

from __future__ import annotations

import re
import shutil
import tempfile
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
