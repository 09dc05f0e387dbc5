"""How long a GGUF file has to be, by its own header: a download that was cut short begins as a whole one does.

The format is described at https://github.com/ggml-org/ggml/blob/master/docs/gguf.md: counts, metadata, then for each tensor
its shape, its type and where its data begin.
"""

from __future__ import annotations

import math
import struct
from pathlib import Path
from typing import IO

from rag.errors import ModelError

MAGIC = b"GGUF"
DAMAGED = "It was deleted. Run the command again; if that does not help, the source is damaged."
_SCALARS = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
"""Bytes of a metadata value, by its type; 8 is a string and 9 an array."""
_STRING, _ARRAY, _UINT32 = 8, 9, 4
_TYPES = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36), 10: (256, 84),
    11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 16: (256, 66), 17: (256, 74),
    18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2),
    26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
}  # fmt: skip
"""Elements of a block and its bytes, by the type of a tensor. Of an unknown one only its beginning is required."""
_ALIGNMENT = 32
_MOST = 1 << 20
"""Tensors, metadata and elements of an array, or bytes of a string, that a header may tell of: a broken one tells of any."""


class _Header:
    """A file read from its beginning on. Raises ValueError for what ends early or cannot be."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def take(self, size: int) -> bytes:
        """The next bytes."""
        if size > 64 * _MOST:
            raise ValueError("too long")
        found = self._stream.read(size)
        if len(found) < size:
            raise ValueError("it ends early")
        return found

    def number(self, form: str) -> int:
        """The next number, in :mod:`struct`'s form."""
        return int(struct.unpack(f"<{form}", self.take(struct.calcsize(f"<{form}")))[0])

    def count(self) -> int:
        """The next number, of what a header may have many."""
        if (found := self.number("Q")) > _MOST:
            raise ValueError("too many")
        return found

    def value(self, kind: int) -> int:
        """Pass over a metadata value; gives it if it is a plain number."""
        if kind == _STRING:
            self.take(self.count())
        elif kind == _ARRAY:
            inner, length = self.number("I"), self.count()
            if inner in _SCALARS:
                self.take(_SCALARS[inner] * length)
            else:
                for _ in range(length):
                    self.value(inner)
        elif kind == _UINT32:
            return self.number("I")
        elif kind in _SCALARS:
            self.take(_SCALARS[kind])
        else:
            raise ValueError("an unknown kind of value")
        return 0

    @property
    def place(self) -> int:
        """How far it is read."""
        return self._stream.tell()


def needed_length(stream: IO[bytes]) -> int:
    """The bytes that a GGUF file has at least. Raises ValueError if not even its header is whole."""
    header = _Header(stream)
    if header.take(len(MAGIC)) != MAGIC or header.number("I") not in (2, 3):
        raise ValueError("no GGUF file of version 2 or 3")
    tensors, values = header.count(), header.count()
    alignment = _ALIGNMENT
    for _ in range(values):
        name, kind = header.take(header.count()), header.number("I")
        value = header.value(kind)
        if name == b"general.alignment" and value:
            alignment = value
    end = max((_tensor_end(header) for _ in range(tensors)), default=0)
    return math.ceil(header.place / alignment) * alignment + end


def _tensor_end(header: _Header) -> int:
    """Where the data of the next tensor end, counted from where all data begin."""
    header.take(header.count())
    dimensions = header.number("I")
    if dimensions > 8:
        raise ValueError("too many dimensions")
    elements = math.prod(header.number("Q") for _ in range(dimensions))
    block, size = _TYPES.get(header.number("I"), (1, 0))
    return header.number("Q") + elements // block * size


def check_magic(path: Path, what: str) -> None:
    """Raise ModelError unless the file begins as a GGUF file does."""
    with path.open("rb") as stream:
        if stream.read(len(MAGIC)) != MAGIC:
            raise ModelError(f"{what} is no GGUF file.", help_message="Give a model in llama.cpp's GGUF format.")


def check_whole(path: Path) -> None:
    """Raise ModelError for a GGUF file that is shorter than its own header says."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        try:
            needed = needed_length(stream)
        except (ValueError, RecursionError) as error:
            raise ModelError(
                "What came is no whole GGUF file: its header cannot be read.",
                help_message=DAMAGED,
            ) from error
    if size < needed:
        raise ModelError(
            f"What came is not the whole model: {size:,} of at least {needed:,} bytes.",
            help_message=DAMAGED,
        )
