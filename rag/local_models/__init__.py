"""Chat models on one's own disk: fetched once, checked, kept in a folder, served on loopback."""

from __future__ import annotations

from rag.local_models.getting import get_model
from rag.local_models.packaged import DEFAULT, KNOWN, PackagedModel
from rag.local_models.serving import Served, serve_model, stop_serving
from rag.local_models.store import LocalModel, ModelStore

__all__ = [
    "DEFAULT",
    "KNOWN",
    "LocalModel",
    "ModelStore",
    "PackagedModel",
    "Served",
    "get_model",
    "serve_model",
    "stop_serving",
]
