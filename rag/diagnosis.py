"""What is installed, which models there are, and whether the library is whole."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import sqlite3
from typing import Any

from rag.embedding import packaged_model
from rag.errors import ModelError
from rag.library import Library
from rag.llm import ChatModel
from rag.local_models import ModelStore
from rag.reranking import CrossEncoderReranker


def diagnose(library: Library) -> dict[str, Any]:
    """Facts by name, and under ``problems`` all that is wrong; an empty list means that all is well."""
    problems = library.problems()
    encoder = library.settings.encoder
    if encoder is None:
        try:
            encoder = f"all-MiniLM-L6-v2 in {packaged_model()}"
        except ModelError as error:
            encoder = "missing"
            problems.append(str(error))
    reranker = library.settings.reranker
    if reranker:
        try:
            CrossEncoderReranker(reranker).load()
        except ModelError as error:
            problems.append(str(error))
    try:
        if model := ChatModel.from_settings(library.settings):
            model.warm_up()
    except ModelError as error:
        problems.append(str(error))
    local = ModelStore(library.settings.models).models()
    searched = library.searched()
    return {
        "whosaid": _version("whosaid-news"),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "chromadb": _version("chromadb"),
        "torch": _version("torch"),
        "encoder": encoder,
        "reranker": reranker or "none",
        "model": library.settings.model or "none",
        "local models": ", ".join(one.name for one in local) or "none",
        "library": str(library.folder),
        "vectors": library.settings.chroma_url or str(library.folder / "chroma"),
        "writable": library.writable,
        "articles": searched.articles,
        "outdated": library.coverage().outdated,
        "free space": f"{shutil.disk_usage(library.folder).free / 1e9:.1f} GB",
        "problems": problems,
    }


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
