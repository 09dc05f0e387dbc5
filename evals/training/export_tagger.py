"""Write a trained tagger as an ONNX graph with 8-bit weights: ``python -m evals.training.export_tagger``.

The graph takes one window (no batch, no padding) and is put together by hand from the weights, so that nothing but
``onnx`` is needed and the shipped file holds exactly the operations that run. Matrices are quantized dynamically by
onnxruntime's own tool (per channel); word embeddings are stored as int8 with one scale a row.
"""

from __future__ import annotations

import argparse
import math
import shutil
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper

from evals.training.graph import OPSET, Graph, embed, layer, layers_of, write
from evals.training.train_tagger import BASE, LAYERS, POINTERS, read_weights, tagger_of


def build(state: dict[str, torch.Tensor], size: int = 64, reach: int = 256) -> onnx.ModelProto:
    """The float graph: inputs ids, marks, cases (length,); outputs tags (length, 9), pointers (5, length, length)."""
    graph = Graph()
    length = graph.op("Shape", "ids")
    zero, one = graph.constant(np.int64(0)), graph.constant(np.int64(1))
    steps = graph.op("Range", zero, graph.op("Squeeze", length), one)
    x = graph.op("Unsqueeze", embed(graph, state, steps), graph.constant(np.array([0])))
    for number in range(layers_of(state)):
        x = layer(graph, state, x, f"encoder.encoder.layer.{number}")
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


def export(state: dict[str, torch.Tensor], out: Path, precise: bool = False) -> Path:
    """Write ``tagger.onnx`` and ``tokenizer.json`` to the folder ``out``; with 32-bit weights if ``precise``."""
    target = write(build(state), out / "tagger.onnx", precise)
    shutil.copyfile(BASE / "tokenizer.json", out / "tokenizer.json")
    return target


def difference(state: dict[str, torch.Tensor], target: Path) -> float:
    """The largest gap between the tags of the graph and of PyTorch on a made-up window (a check of the export)."""
    import onnxruntime

    model = tagger_of(state).eval()
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
    parser.add_argument("--checkpoint", type=Path, action="append", required=True, help="(repeatable: their mean)")
    parser.add_argument("--out", type=Path, default=Path("rag/models/weights"))
    parser.add_argument("--precise", action="store_true", help="32-bit weights (larger; to measure what 8 bits cost)")
    options = parser.parse_args()
    state = read_weights(*options.checkpoint)
    target = export(state, options.out, options.precise)
    print(target, f"{target.stat().st_size / 1e6:.1f} MB, largest gap {difference(state, target):.4f}")


if __name__ == "__main__":
    main()
