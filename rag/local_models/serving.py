"""A local model on loopback: llama.cpp's server, in this process, with an OpenAI-compatible interface."""

from __future__ import annotations

import atexit
import os
import secrets
import threading
from dataclasses import dataclass, field
from typing import Any

from rag.errors import ModelError
from rag.local_models.store import LocalModel

CONTEXT = 8192
"""Word pieces that prompt and answer may have together."""
QUIET = 1
"""Only errors are told, on stderr."""
REPEATED = 4, 12
"""After so many word pieces that stand in the prompt the next ones are guessed from it, and kept if the model agrees.

Answers keep the articles' words: a sixth less time for the same words (3 and 8: an eighth).
"""
_LOCK = threading.Lock()
_RUNNING: dict[str, tuple[Served, Any]] = {}
"""By the model's path. Nothing else holds a server: it stops when it is dropped here."""


@dataclass(frozen=True, slots=True)
class Served:
    """Where a model answers. The key keeps other users of the machine out."""

    url: str
    key: str = field(repr=False)


def serve_model(model: LocalModel) -> Served:
    """Start a server for the model, or give the one that runs; it stops with the program. Raises ModelError.

    Another model's server is stopped first: two rarely fit into memory. Takes seconds the first time; safe to call from
    several threads.
    """
    with _LOCK:
        here = str(model.path)
        if here not in _RUNNING:
            _RUNNING.clear()
            _RUNNING[here] = _start(model)
        return _RUNNING[here][0]


def stop_serving() -> None:
    """Stop what runs, also in the middle of an answer; the next question starts it again."""
    with _LOCK:
        _RUNNING.clear()


def _start(model: LocalModel) -> tuple[Served, Any]:
    try:
        import xllamacpp
    except ImportError as error:
        raise ModelError(
            "The package xllamacpp is not installed, which serves local models.",
            help_message="Run `make install`, or `pip install xllamacpp`.",
        ) from error
    key = secrets.token_urlsafe(24)
    params = xllamacpp.CommonParams()
    params.model.path = str(model.path)
    params.hostnames, params.port = ["127.0.0.1"], 0  # any free one
    params.api_keys = [key]
    params.n_ctx, params.n_parallel = CONTEXT, 1
    params.cache_ram_mib = 256
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = os.cpu_count() or 1
    params.ui, params.endpoint_slots = False, False
    params.warmup, params.fit_params = False, False  # both read the model once more before the first word
    params.verbosity = QUIET
    params.speculative.types = [xllamacpp.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE]
    params.speculative.ngram_simple.size_n, params.speculative.ngram_simple.size_m = REPEATED
    try:
        server = xllamacpp.Server(params)
    except RuntimeError as error:
        raise ModelError(
            f"The local model {model.name} cannot be started.",
            help_message=f"Remove it with `whosaid model remove {model.name}` and bring it again; it also needs memory.",
        ) from error
    return Served(f"{server.listening_address}/v1", key), server


atexit.register(stop_serving)
