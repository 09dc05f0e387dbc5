"""What a figure depends on, and its digest: settings, package versions, model files, weights and thresholds."""

from __future__ import annotations

import hashlib
import importlib
import json
import pkgutil
import re
import sqlite3
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any

import rag
from rag.embedding import packaged_model
from rag.settings import Settings

PACKAGES = (
    "chromadb", "ir-measures", "langchain-core", "numpy", "onnxruntime", "sentence-transformers", "tokenizers", "torch",
    "transformers",
)  # fmt: skip
TUTORIAL_PACKAGES = ("langchain-chroma", "langchain-huggingface", "langchain-text-splitters")
PLACES = {"library", "models", "chroma_url", "host", "port", "model_url", "model_key"}
"""Settings that say where, not how."""
NOT_MEASURED = ("rag.cli", "rag.printing", "rag.diagnosis", "rag.ingest")
PACKAGED = Path(rag.__file__).parent / "models" / "weights"
WEIGHTS = {".onnx", ".safetensors", ".bin", ".json", ".txt"}


def configuration(settings: Settings) -> dict[str, Any]:
    """Settings, packages, model files and constants of Whosaid, as JSON."""
    behaviour = settings.model_dump(mode="json", exclude=PLACES)
    encoder = Path(settings.encoder) if settings.encoder else packaged_model()
    models = {"encoder": folder_digest(encoder) if encoder.is_dir() else settings.encoder}
    models |= {path.stem: file_digest(path) for path in sorted(PACKAGED.iterdir()) if path.suffix in WEIGHTS}
    if behaviour.get("encoder"):
        behaviour["encoder"] = encoder.name
    if settings.reranker:
        reranker = Path(settings.reranker)
        models["reranker"] = folder_digest(reranker) if reranker.is_dir() else settings.reranker
        behaviour["reranker"] = reranker.name
    return {"settings": behaviour, "packages": versions(PACKAGES), "models": models, "constants": rag_constants()}


def tutorial_configuration() -> dict[str, Any]:
    """The same of the tutorial pipeline."""
    from evals.baselines import tutorial

    return {
        "packages": versions(PACKAGES + TUTORIAL_PACKAGES),
        "models": {"encoder": folder_digest(packaged_model())},
        "constants": dict(constants(tutorial)),
    }


def digest(described: Mapping[str, Any]) -> str:
    """Twelve hexadecimal digits that stand for a configuration."""
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:12]


def code_digest() -> str:
    """Ten digits that stand for the library's source: two runs of one configuration can still be of different code."""
    total = hashlib.sha256()
    for path in sorted(Path(rag.__file__).parent.rglob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()[:10]


def versions(names: tuple[str, ...]) -> dict[str, str | None]:
    """The installed versions, SQLite's too, which ranks by words."""
    found: dict[str, str | None] = {"sqlite": sqlite3.sqlite_version}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


@cache
def folder_digest(folder: Path) -> str:
    """A digest of a model's files, by their names and contents."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in WEIGHTS:
            total.update(f"{path.relative_to(folder).as_posix()} {file_digest(path)}".encode())
    return total.hexdigest()[:12]


@cache
def file_digest(path: Path) -> str:
    """A digest of a file's contents."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:12]


def rag_constants() -> dict[str, Any]:
    """Every module constant of the library that can bear on an answer, by its full name."""
    found: dict[str, Any] = {}
    for module in _modules():
        found |= {f"{module.__name__}.{name}": value for name, value in constants(module)}
    return found


def constants(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """Names in capitals that the module itself sets, with their values as JSON."""
    for name, value in sorted(vars(module).items()):
        if re.fullmatch(r"_?[A-Z][A-Z0-9_]*", name) and (plain := _plain(value)) is not None:
            yield name, plain


def _modules() -> Iterator[ModuleType]:
    for info in pkgutil.walk_packages(rag.__path__, "rag."):
        if not any(info.name == one or info.name.startswith(f"{one}.") for one in NOT_MEASURED):
            yield importlib.import_module(info.name)


def _plain(value: Any) -> Any:
    """A value as JSON; None for what is no plain value, such as a lock or a logger."""
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, re.Pattern):
        return value.pattern
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in sorted(value.items(), key=str)}
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return str(value) if type(value).__module__ == "datetime" else None
