"""What a figure depends on, as a digest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.configuration import configuration, digest
from rag.settings import Settings


def test_the_configuration_covers_what_a_figure_depends_on(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = configuration(settings)
    assert described["packages"]["torch"]
    assert described["models"]["tagger"]
    assert described["constants"]["rag.fusion.RANK_CONSTANT"] == 60
    before = digest(described)
    assert digest(configuration(settings.model_copy(update={"library": tmp_path / "other", "port": 1}))) == before
    assert digest(configuration(settings.model_copy(update={"candidates": 7}))) != before
    monkeypatch.setattr("rag.fusion.RANK_CONSTANT", 61)
    assert digest(configuration(settings)) != before
    monkeypatch.undo()
    folder = tmp_path / "encoder"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"one")
    own = settings.model_copy(update={"encoder": str(folder)})
    first = configuration(own)
    assert str(tmp_path) not in json.dumps(first)
    (folder / "model.onnx").write_bytes(b"two")
    monkeypatch.setattr("evals.configuration.folder_digest", configuration.__globals__["folder_digest"].__wrapped__)
    assert digest(configuration(own)) != digest(first)
