"""Which reader reads statements: an article that an older one has read can be read again."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from rag.errors import ModelError

READING = 2
"""The version of the code that reads statements (`rag/quotes`, `rag/language`). Raise it where articles are read otherwise."""
MODELS = ("tagger.onnx", "resolver.json")


@cache
def reader_version() -> str:
    """The code's version, and a digest of the models' files. Raises ModelError if one of these is missing."""
    total = hashlib.sha256()
    try:
        for name in MODELS:
            total.update((files("rag.models") / "weights" / name).read_bytes())
    except OSError as error:
        raise ModelError(f"The models of the reader cannot be read: {error}.") from error
    return f"{READING}-{total.hexdigest()[:12]}"
