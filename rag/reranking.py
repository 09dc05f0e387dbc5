"""A cross-encoder that reads question and chunk together: the slow, exact last step of a search. None unless one is set."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError, first_line
from rag.language.encodable import encodable

BATCH = 8


class Reranker(Protocol):
    """Says how well texts answer a question."""

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """One number a text, shape ``(len(texts),)``; higher is better, comparable within one question only."""
        ...


class CrossEncoderReranker:
    """A sentence-transformers CrossEncoder: a folder or a hub name, loaded on first use. Thread-safe."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._model: Any = None
        self._lock = threading.Lock()

    @property
    def loaded(self) -> bool:
        """Whether the weights are in memory."""
        return self._model is not None

    def load(self) -> Any:
        """Load the model once. Raises ModelError if it is not there, or is no model that gives one score a pair."""
        with self._lock:
            if self._model is None:
                self._model = _load(self.name)
            return self._model

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """The model's own numbers, before any sigmoid, which would make the best ones equal."""
        if not texts:
            return np.zeros(0)
        model = self.load()
        from torch import nn

        pairs = [(encodable(question), encodable(text)) for text in texts]
        with self._lock:
            scores = model.predict(pairs, batch_size=BATCH, activation_fn=nn.Identity(), show_progress_bar=False)
        return np.asarray(scores, dtype=np.float64)


def _load(name: str) -> Any:
    local = Path(name).exists()
    if local:  # private by default: a model on this disk never needs to ask a hub
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        from sentence_transformers import CrossEncoder

        model = CrossEncoder(name, local_files_only=local)
    except Exception as error:  # the packages raise types of their own
        told = first_line(error)
        raise _unusable(f"The reranker {name!r} cannot be loaded: {told}.") from error
    if model.num_labels != 1:
        raise _unusable(f"The reranker {name!r} gives {model.num_labels} numbers for a pair, not one.")
    return model


def _unusable(problem: str) -> ModelError:
    return ModelError(
        problem, help_message="Name a CrossEncoder's folder or hub name in WHOSAID_RERANKER, or leave it empty."
    )
