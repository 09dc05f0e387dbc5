"""An answer as it grows, read in a thread of its own, so that whoever waits for it can leave at any moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue

from rag.llm import until
from rag.types import Answer

BEAT = 0.5
"""Seconds after which one who waits is asked again whether they are still there."""


def read_answers(ask: Callable[[], Iterator[Answer]]) -> Iterator[Answer | None]:
    """What ``ask`` yields, and None whenever nothing came for ``BEAT`` seconds. Raises what it raises.

    When this generator is closed, a model that is writing is stopped at its next word: it would keep the processor, and
    the next question, waiting for an answer that nobody reads.
    """
    stopped = threading.Event()
    came: SimpleQueue[Answer | Exception | None] = SimpleQueue()

    def read() -> None:
        try:
            with until(stopped):
                for answer in ask():
                    came.put(answer)
                    if stopped.is_set():
                        break
            came.put(None)
        except Exception as error:
            came.put(error)

    threading.Thread(target=read, name="read-answer", daemon=True).start()
    try:
        while True:
            try:
                got = came.get(timeout=BEAT)
            except Empty:
                yield None
                continue
            if got is None:
                return
            if isinstance(got, Exception):
                raise got
            yield got
    finally:
        stopped.set()
