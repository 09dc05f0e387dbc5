"""The library behind the page: opened once, in the background, with its failures told."""

from __future__ import annotations

import threading

import pytest

from rag.errors import LibraryError, ModelError, RagError
from ui.gate import LibraryGate


def test_the_library_is_opened_once_and_its_models_loaded(fake_library):
    opened = []
    gate = LibraryGate(lambda: opened.append(fake_library()) or opened[-1])
    assert gate.opened() is None
    gate.start()
    gate.start()
    assert gate.wait_ready(5)
    assert gate.library() is opened[0] is gate.opened()
    assert gate.stage == "ready"
    assert opened[0].ready
    assert len(opened) == 1


def test_whoever_comes_early_waits(fake_library):
    release = threading.Event()

    def opener():
        release.wait(5)
        return fake_library()

    gate = LibraryGate(opener)
    with pytest.raises(LibraryError, match="still being opened"):
        gate.library(timeout=0.01)
    assert gate.stage == "opening"
    assert not gate.wait_ready(0)
    release.set()
    assert gate.library(timeout=5) is not None


def test_articles_can_be_read_while_the_models_load(fake_library):
    library, release = fake_library(), threading.Event()
    library.warm_up = lambda: release.wait(5)
    gate = LibraryGate(lambda: library)
    assert gate.library(timeout=5) is library
    assert gate.stage == "warming"
    assert not gate.wait_ready(0)
    release.set()
    assert gate.wait_ready(5)


def test_a_library_that_cannot_be_opened_tells_why_and_is_tried_again(fake_library):
    attempts = iter([LibraryError("The folder is gone."), fake_library()])

    def opener():
        one = next(attempts)
        if isinstance(one, Exception):
            raise one
        return one

    gate = LibraryGate(opener)
    gate.start()
    assert gate.wait_ready(5)
    assert gate.stage == "failed"
    assert gate.error == "The folder is gone. Run `whosaid doctor` to see what is wrong."
    with pytest.raises(LibraryError, match=r"^The folder is gone. Run `whosaid doctor` to see what is wrong.$"):
        gate.library(timeout=5)
    gate.start()
    assert gate.library(timeout=5) is not None
    assert gate.wait_ready(5)
    assert gate.error is None


def test_any_other_failure_is_one_line_too(caplog):
    def opener():
        raise ZeroDivisionError("by zero")

    gate = LibraryGate(opener)
    gate.start()
    assert gate.wait_ready(5)
    assert "ZeroDivisionError: by zero" in gate.error
    assert "\n" not in gate.error
    assert "Traceback" in caplog.text


def test_without_a_model_the_articles_can_still_be_read(fake_library):
    library = fake_library()

    def warm_up():
        raise ModelError("The encoder is missing.")

    library.warm_up = warm_up
    gate = LibraryGate(lambda: library)
    gate.start()
    assert gate.wait_ready(5)
    assert gate.stage == "ready"
    assert gate.library() is library
    assert "The encoder is missing." in gate.error


def test_closing_closes_the_library_and_frees_whoever_waits(fake_library):
    library = fake_library()
    gate = LibraryGate(lambda: library)
    gate.library(timeout=5)
    gate.close()
    assert library.closed
    assert gate.leaving
    with pytest.raises(RagError, match="being closed"):
        gate.library(timeout=5)


def test_a_library_that_opens_too_late_is_closed_at_once(fake_library):
    library, release, done = fake_library(), threading.Event(), threading.Event()
    library.close = done.set

    def opener():
        release.wait(5)
        return library

    gate = LibraryGate(opener)
    gate.start()
    gate.close()
    release.set()
    assert done.wait(5)
    assert gate.opened() is None
