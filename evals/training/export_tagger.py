"""Write a trained tagger as an ONNX graph with 8-bit weights: ``python -m evals.training.export_tagger``.

The graph takes one window (no batch, no padding) and is put together by hand from the weights, so that nothing but
``onnx`` is needed and the shipped file holds exactly the operations that run. Matrices are quantized dynamically by
onnxruntime's own tool (per channel); word embeddings are stored as int8 with one scale a row.
"""

from __future__ import annotations

import argparse
import math
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from evals.training.train_tagger import BASE, LAYERS, POINTERS, QuoteTagger, layers_of

OPSET = 20
HEADS = 12


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


def build(state: dict[str, torch.Tensor], size: int = 64, reach: int = 256) -> onnx.ModelProto:
    """The float graph: inputs ids, marks, cases (length,); outputs tags (length, 9), pointers (5, length, length)."""
    graph = Graph()
    length = graph.op("Shape", "ids")
    zero, one = graph.constant(np.int64(0)), graph.constant(np.int64(1))
    steps = graph.op("Range", zero, graph.op("Squeeze", length), one)
    x = graph.op("Unsqueeze", _embed(graph, state, steps), graph.constant(np.array([0])))
    for layer in range(layers_of(state)):
        x = _layer(graph, state, x, f"encoder.encoder.layer.{layer}")
    x = graph.op("Squeeze", x, graph.constant(np.array([0])))
    tags = graph.linear(x, state["tags.weight"], state["tags.bias"])
    shape = graph.constant(np.array([0, len(POINTERS), size]))
    query = graph.op("Reshape", graph.linear(x, state["query.weight"], state["query.bias"]), shape)
    key = graph.op("Reshape", graph.linear(x, state["key.weight"], state["key.bias"]), shape)
    scores = graph.op(
        "MatMul", graph.op("Transpose", query, perm=[1, 0, 2]), graph.op("Transpose", key, perm=[1, 2, 0])
    )
    scores = graph.op("Mul", scores, graph.constant(np.float32(1 / math.sqrt(size))))
    apart = graph.op(
        "Sub",
        graph.op("Unsqueeze", steps, graph.constant(np.array([0]))),
        graph.op("Unsqueeze", steps, graph.constant(np.array([1]))),
    )
    apart = graph.op("Clip", apart, graph.constant(np.int64(-reach)), graph.constant(np.int64(reach)))
    bias = graph.op(
        "Gather",
        graph.constant(state["distance.weight"].numpy()),
        graph.op("Add", apart, graph.constant(np.int64(reach))),
    )
    pointers = graph.op("Add", scores, graph.op("Transpose", bias, perm=[2, 0, 1]))
    graph.nodes.append(helper.make_node("Identity", [tags], ["tags"]))
    graph.nodes.append(helper.make_node("Identity", [pointers], ["pointers"]))
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["length"]) for name in ("ids", "marks", "cases")]
    outputs = [
        helper.make_tensor_value_info("tags", TensorProto.FLOAT, ["length", 3 * len(LAYERS)]),
        helper.make_tensor_value_info("pointers", TensorProto.FLOAT, [len(POINTERS), "length", "length"]),
    ]
    made = helper.make_graph(graph.nodes, "quote_tagger", inputs, outputs, graph.weights)
    imports = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(made, opset_imports=imports, ir_version=9)


def _embed(graph: Graph, state: dict[str, torch.Tensor], steps: str) -> str:
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


def _layer(graph: Graph, state: dict[str, torch.Tensor], x: str, name: str) -> str:
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


def export(checkpoint: Path, out: Path, precise: bool = False) -> Path:
    """Write ``tagger.onnx`` and ``tokenizer.json`` to the folder ``out``; with 32-bit weights if ``precise``."""
    out.mkdir(parents=True, exist_ok=True)
    target = out / "tagger.onnx"
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx"
        onnx.save(build(torch.load(checkpoint, map_location="cpu", weights_only=True)), str(plain))
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
    shutil.copyfile(BASE / "tokenizer.json", out / "tokenizer.json")
    return target


def difference(checkpoint: Path, target: Path) -> float:
    """The largest gap between the tags of the graph and of PyTorch on a made-up window (a check of the export)."""
    import onnxruntime

    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    model = QuoteTagger(layers_of(state))
    model.load_state_dict(state)
    model.eval()
    ids = torch.arange(1000, 1120)[None]
    marks, cases = ids % 6, ids % 4
    with torch.no_grad():
        tags, pointers = model(ids, marks, cases, torch.ones_like(ids))
    session = onnxruntime.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    feeds = {"ids": ids[0].numpy(), "marks": marks[0].numpy(), "cases": cases[0].numpy()}
    got = session.run(["tags", "pointers"], feeds)
    return float(max(np.abs(got[0] - tags[0].numpy()).max(), np.abs(got[1] - pointers[0].numpy()).max()))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("rag/quotes/model"))
    parser.add_argument("--precise", action="store_true", help="32-bit weights (larger; to measure what 8 bits cost)")
    options = parser.parse_args()
    target = export(options.checkpoint, options.out, options.precise)
    print(target, f"{target.stat().st_size / 1e6:.1f} MB, largest gap {difference(options.checkpoint, target):.4f}")


if __name__ == "__main__":
    main()
