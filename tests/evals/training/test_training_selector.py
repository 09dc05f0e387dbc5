"""The selector's training: a file that ships can be trained further, and what questions about statements are made of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from evals.training.export_selector import export
from evals.training.graph import layers_of, read_state
from evals.training.selector_data import keywords

WIDTH, PIECES, LAYERS = 24, 40, 2


def weights() -> dict[str, torch.Tensor]:
    """Those of a model far smaller than MiniLM."""
    generator = torch.Generator().manual_seed(1)

    def drawn(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator)

    state = {
        "encoder.embeddings.word_embeddings.weight": drawn(PIECES, WIDTH),
        "encoder.embeddings.position_embeddings.weight": drawn(16, WIDTH),
        "encoder.embeddings.token_type_embeddings.weight": torch.zeros(2, WIDTH),
        "marks.weight": drawn(9, WIDTH),
        "cases.weight": drawn(4, WIDTH),
        "heads.weight": drawn(2, WIDTH),
        "heads.bias": drawn(2),
    }
    shapes = {
        **{f"attention.self.{part}": (WIDTH, WIDTH) for part in ("query", "key", "value")},
        "attention.output.dense": (WIDTH, WIDTH),
        "intermediate.dense": (4 * WIDTH, WIDTH),
        "output.dense": (WIDTH, 4 * WIDTH),
    }
    norms = ["encoder.embeddings.LayerNorm"]
    for number in range(LAYERS):
        layer = f"encoder.encoder.layer.{number}"
        norms += [f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
        for name, shape in shapes.items():
            state |= {f"{layer}.{name}.weight": drawn(*shape), f"{layer}.{name}.bias": drawn(shape[0])}
    for name in norms:
        state |= {f"{name}.weight": drawn(WIDTH), f"{name}.bias": drawn(WIDTH)}
    return state


def test_the_file_that_ships_gives_its_weights_back(tmp_path: Path) -> None:
    written = weights()
    torch.save(written, tmp_path / "selector.pt")
    read = read_state(export(tmp_path / "selector.pt", tmp_path))
    assert read.keys() == written.keys()
    assert layers_of(read) == LAYERS
    for name, value in written.items():
        step = 2 * value.abs().max() / 127  # half of the 8 bits' range is left to the sums
        np.testing.assert_allclose(read[name], value, atol=float(step), err_msg=name)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("we will not accept the second offer of the company", ["accept", "second offer", "company"]),
        ("It is up to you", []),
    ],
)
def test_a_statement_is_asked_about_by_its_keywords(text: str, found: list[str]) -> None:
    assert keywords(text) == found
