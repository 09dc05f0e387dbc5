"""The one loader of weights: an ONNX file of ``weights`` as a session, and the tokenizer that all of them share."""

from __future__ import annotations

import threading
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import onnxruntime
from tokenizers import Tokenizer

from rag.errors import ModelError

CLS, SEP, COLON = 101, 102, 1024
"""Ids of BERT's [CLS] and [SEP], and of ":"."""

THREADS = 2
_LOCK = threading.Lock()


def load_session(name: str) -> Any:
    """The ONNX session of the weights of that name, loaded once. Raises ModelError if the file is missing or broken."""
    with _LOCK:
        return _session(name)


def load_tokenizer() -> Tokenizer:
    """MiniLM's tokenizer, which neither cuts nor pads. Raises ModelError if its file is missing or broken."""
    with _LOCK:
        return _tokenizer()


@cache
def _session(name: str) -> Any:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = THREADS
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        model = (files("rag.models") / "weights" / f"{name}.onnx").read_bytes()
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises types of its own
        raise ModelError(f"The model {name} cannot be loaded: {error}.") from error


@lru_cache(maxsize=1)
def _tokenizer() -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_str((files("rag.models") / "weights" / "tokenizer.json").read_text(encoding="utf-8"))
    except Exception as error:  # tokenizers raises plain Exceptions
        raise ModelError(f"The tokenizer cannot be loaded: {error}.") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
