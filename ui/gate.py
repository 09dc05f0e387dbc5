"""The library, opened behind the page: importing and loading it takes seconds, and the page must not wait for that."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from rag.errors import LibraryError, RagError

if TYPE_CHECKING:
    from rag.library import Library

Stage = Literal["closed", "opening", "warming", "ready", "failed"]

log = logging.getLogger(__name__)


class LibraryGate:
    """Opens the library in a thread, then loads its models; whoever needs it early waits here."""

    def __init__(self, opener: Callable[[], Library]) -> None:
        self._opener = opener
        self._changed = threading.Condition()
        self._stage: Stage = "closed"
        self._library: Library | None = None
        self._error: str | None = None
        self._leaving = False

    @property
    def stage(self) -> Stage:
        """How far it is."""
        return self._stage

    @property
    def error(self) -> str | None:
        """Why the library could not be opened or its models not loaded: one line, with what to do."""
        return self._error

    @property
    def leaving(self) -> bool:
        """Whether the page is being closed: long work should stop."""
        return self._leaving

    def start(self, again: bool = True) -> None:
        """Begin to open the library, unless that was done; after a failure, try ``again``."""
        with self._changed:
            if self._leaving or not (self._stage == "closed" or (again and self._stage == "failed")):
                return
            self._stage, self._error = "opening", None
        threading.Thread(target=self._open, name="open-library", daemon=True).start()

    def opened(self) -> Library | None:
        """The library if it is open already."""
        return self._library

    def library(self, timeout: float | None = None) -> Library:
        """The library, waiting up to ``timeout`` seconds. Raises RagError if it cannot be opened, or not in time."""
        self.start(again=False)
        with self._changed:
            self._changed.wait_for(lambda: self._library is not None or self._stage == "failed", timeout)
            if self._library is not None:
                return self._library
            raise LibraryError(
                self._error or "The library is still being opened.",
                help_message="" if self._error else "Try again in a moment.",
            )

    def wait_ready(self, timeout: float) -> bool:
        """Wait up to ``timeout`` seconds until there is nothing left to wait for; whether that is so."""
        self.start(again=False)
        with self._changed:
            return self._changed.wait_for(lambda: self._stage in ("ready", "failed"), timeout)

    def close(self) -> None:
        """Close the library. Whoever waits gets an error."""
        with self._changed:
            self._leaving = True
            library, self._library = self._library, None
            self._stage, self._error = "failed", "The page is being closed."
            self._changed.notify_all()
        if library is not None:
            library.close()

    def _open(self) -> None:
        try:
            library = self._opener()
        except Exception as error:
            self._move("failed", told(error, "The library could not be opened"))
            return
        with self._changed:
            if not self._leaving:
                self._library, self._stage = library, "warming"
                self._changed.notify_all()
        if self._leaving:
            library.close()
            return
        try:
            library.warm_up()
        except Exception as error:
            # The articles can be read without a model, so the library stays open; asking will say what is missing.
            self._move("ready", told(error, "The search model could not be loaded"))
        else:
            self._move("ready")

    def _move(self, stage: Stage, error: str | None = None) -> None:
        with self._changed:
            if not self._leaving:
                self._stage, self._error = stage, error
                self._changed.notify_all()


def told(error: Exception, what: str = "That did not work") -> str:
    """One line for people; what is not one of our errors also goes to the log in full."""
    if isinstance(error, RagError):
        return str(error)
    log.error("%s", what, exc_info=error)
    return f"{what}: {type(error).__name__}: {error}. {RagError.help_message}"
