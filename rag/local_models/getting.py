"""Bringing a model here: out of packages, from a file, or from an address; whole and checked, or not at all.

What comes is appended to ``NAME.gguf.part``, and how far it got is written down after each part in ``NAME.gguf.state``, so
that an interrupted command goes on where it stopped. The file gets its name only when it is whole and checked.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import SplitResult, unquote, urlsplit

from filelock import FileLock, Timeout

from rag.errors import ModelError, StorageFullError, first_line, shown_address
from rag.local_models.gguf import DAMAGED, check_magic, check_whole
from rag.local_models.packaged import KNOWN, RESUME, PackagedModel, fetch_part
from rag.local_models.store import SUFFIX, LocalModel, ModelStore

Progress = Callable[[int, int | None, str], None]
"""Bytes that are here, bytes in all (None if unknown), and what is going on. It may raise, to interrupt."""
BLOCK = 1 << 20
SPARE = 300_000_000
"""Bytes that must be left on the disk."""


def get_model(
    what: str, store: ModelStore, progress: Progress, known: dict[str, PackagedModel] | None = None
) -> LocalModel:
    """Bring a model and give it: ``what`` is the name of a known one, a .gguf file, or an https address of one.

    Safe to interrupt and to run again. Raises ModelError, StorageFullError.
    """
    known = KNOWN if known is None else known
    if packaged := known.get(what):
        name, fetch = packaged.name, _packaged(packaged)
    elif "://" in what:
        name, fetch = _stem(unquote(Path(_parts(what).path).name)), _address(what)
    elif Path(what).suffix.lower() == SUFFIX:
        name, fetch = _stem(Path(what).name), _file(Path(what).expanduser())
    else:
        raise ModelError(
            f"There is no model {what!r}.",
            help_message=f"Give one of {', '.join(known)}, a .gguf file, or the https address of one.",
        )
    path = store.path(name)
    with _alone(store.folder, name):
        if path.exists():
            return _same(store.model(name), packaged, progress)
        coming = _Coming(path, what)
        try:
            sha256 = coming.finish(fetch(coming, progress), progress)
        except OSError as error:
            if error.errno == 28:
                raise StorageFullError("There is no space left for the model.") from error
            raise ModelError(f"The model cannot be stored: {error.strerror or error}.", help_message=RESUME) from error
    return dataclasses.replace(store.model(name), sha256=sha256)


def _same(model: LocalModel, packaged: PackagedModel | None, progress: Progress) -> LocalModel:
    """The model that is here, if it is the one that is meant: another may have its name. Raises ModelError."""
    if packaged and model.size == packaged.size and _digest(model.path, progress) == packaged.sha256:
        return model
    raise ModelError(
        f"A model named {model.name} is here already" + (", and it is another one." if packaged else "."),
        help_message=f"`whosaid model remove {model.name}` makes room for this one.",
    )


class _Coming:
    """A model on its way: the part that is here, and how far that goes."""

    def __init__(self, path: Path, source: str) -> None:
        self._path = path
        self.part = path.with_name(f"{path.name}.part")
        self._state = path.with_name(f"{path.name}.state")
        self._source = hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()  # an address may hold a key
        self.done, self.bytes, self.etag = self._read()

    def _read(self) -> tuple[int, int, str]:
        """How many parts and bytes are trusted, and which version they are of; nothing, if they are of another source."""
        try:
            state = json.loads(self._state.read_text(encoding="utf-8"))
            if state["source"] == self._source and self.part.stat().st_size >= int(state["bytes"]):
                return int(state["parts"]), int(state["bytes"]), str(state["etag"])
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return 0, 0, ""

    @contextmanager
    def appending(self) -> Iterator[IO[bytes]]:
        """The file, open behind what is trusted."""
        with self.part.open("r+b" if self.part.exists() else "w+b") as stream:
            stream.truncate(self.bytes)
            stream.seek(self.bytes)
            yield stream

    def keep(self, stream: IO[bytes], parts: int = 0, etag: str = "") -> None:
        """Trust all that was written up to now."""
        stream.flush()
        os.fsync(stream.fileno())
        self.done, self.bytes, self.etag = parts, stream.tell(), etag
        state = {"source": self._source, "parts": parts, "bytes": self.bytes, "etag": etag}
        written = self._state.with_name(f"{self._state.name}.new")
        written.write_text(json.dumps(state), encoding="utf-8")
        os.replace(written, self._state)

    def finish(self, sha256: str | None, progress: Progress) -> str:
        """Check what is here and give it its name; what fails the check is deleted. Returns its checksum."""
        try:
            check_magic(self.part, "What came")
            if sha256 is None:  # a server that gives no length can end early unnoticed
                check_whole(self.part)
            digest = _digest(self.part, progress)
            if sha256 not in (None, digest):
                raise ModelError(
                    "The model that came is not the one that was meant: its checksum differs.",
                    help_message=DAMAGED,
                )
        except ModelError:
            self.part.unlink(missing_ok=True)
            self._state.unlink(missing_ok=True)
            raise
        os.replace(self.part, self._path)
        self._state.unlink(missing_ok=True)
        return digest


Fetch = Callable[[_Coming, Progress], str | None]
"""Appends what is missing, and gives the checksum it has to have, if that is known."""


def _packaged(model: PackagedModel) -> Fetch:
    def fetch(coming: _Coming, progress: Progress) -> str:
        _check_space(coming.part.parent, model.size - coming.bytes)
        with coming.appending() as stream:

            def show() -> None:
                progress(stream.tell(), model.size, f"{model.name}: part {coming.done + 1} of {len(model.packages)}")

            def append(block: bytes) -> None:
                stream.write(block)
                show()

            for done, package in enumerate(model.packages[coming.done :], start=coming.done + 1):
                show()
                fetch_part(package, append, show)
                coming.keep(stream, done)
        return model.sha256

    return fetch


def _file(path: Path) -> Fetch:
    def fetch(coming: _Coming, progress: Progress) -> None:
        try:
            check_magic(path, f"The file {path}")
            with path.open("rb") as source, coming.appending() as stream:
                size = os.fstat(source.fileno()).st_size
                _check_space(coming.part.parent, size)
                stream.truncate(0)
                stream.seek(0)  # a file may have changed: it is copied anew
                while block := source.read(8 * BLOCK):
                    stream.write(block)
                    progress(stream.tell(), size, path.name)
        except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
            raise ModelError(
                f"The file {path} cannot be read: {error.strerror}.", help_message="Give a .gguf file that can."
            ) from error

    return fetch


def _address(address: str) -> Fetch:
    _check_safe(address)

    def fetch(coming: _Coming, progress: Progress) -> None:
        import httpx  # takes a while to import, and is needed here alone

        asked = {"Range": f"bytes={coming.bytes}-", "If-Range": coming.etag} if coming.bytes and coming.etag else {}
        asked |= {"Accept-Encoding": "identity"}  # or lengths and ranges would be of something else
        checked = {"request": [lambda request: _check_safe(str(request.url))]}  # redirects too
        try:
            with (
                httpx.Client(follow_redirects=True, timeout=30, event_hooks=checked) as client,
                client.stream("GET", address, headers=asked) as reply,
            ):
                answered = reply.headers.get("Content-Range", "")
                if reply.status_code == 416 and answered == f"bytes */{coming.bytes}":  # nothing is missing
                    return
                if reply.is_error:  # httpx's own words for it hold the whole address
                    raise ModelError(f"{shown_address(address)} answers {reply.status_code}.", help_message=RESUME)
                if reply.status_code != 206:
                    coming.bytes = 0
                elif not answered.startswith(f"bytes {coming.bytes}-"):
                    raise ModelError(f"{shown_address(address)} sends another part of the model.", help_message=RESUME)
                _stream(reply, coming, progress)
        except httpx.InvalidURL as error:
            raise _no_address() from error
        except httpx.HTTPError as error:
            reason = type(error).__name__ if "://" in str(error) else first_line(error)
            raise ModelError(f"The model cannot be fetched: {reason}.", help_message=RESUME) from error

    return fetch


def _check_safe(address: str) -> None:
    """Raise ModelError for an address whose answer could be changed on its way here."""
    parts = _parts(address)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise ModelError(
            f"The model's address {shown_address(address)} is not safe.", help_message="Give an https address."
        )


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port  # a wrong one is found only when it is asked for
    except ValueError as error:
        raise _no_address() from error
    return parts


def _no_address() -> ModelError:
    return ModelError("What was given is no web address.", help_message="Give the https address of a .gguf file.")


def _stream(reply: Any, coming: _Coming, progress: Progress) -> None:
    """Append the body of a reply; it is trusted as it comes, where the server says which version it is of."""
    etag = reply.headers.get("ETag", "")
    etag = "" if etag.startswith("W/") else etag  # a weak one does not stand for the same bytes
    length = reply.headers.get("Content-Length")
    total = coming.bytes + int(length) if length else None
    _check_space(coming.part.parent, int(length or 0))
    kept = coming.bytes
    with coming.appending() as stream:
        try:
            for block in reply.iter_raw(BLOCK):
                stream.write(block)
                progress(stream.tell(), total, coming.part.name.removesuffix(".part"))
                if stream.tell() - kept >= 32 * BLOCK:
                    coming.keep(stream, etag=etag)
                    kept = stream.tell()
        finally:
            coming.keep(stream, etag=etag)


def _stem(name: str) -> str:
    return name[: -len(SUFFIX)] if name.lower().endswith(SUFFIX) else name


def _check_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE:
        raise StorageFullError(
            f"The model needs {needed / 1e9:.1f} GB in {folder}; {max(0, free - SPARE) / 1e9:.1f} GB are free."
        )


def _digest(path: Path, progress: Progress) -> str:
    total, size = hashlib.sha256(), path.stat().st_size
    with path.open("rb") as stream:
        while block := stream.read(8 * BLOCK):
            total.update(block)
            progress(stream.tell(), size, "Checking")
    return total.hexdigest()


@contextmanager
def _alone(folder: Path, name: str) -> Iterator[None]:
    """Keep others from bringing the same model at the same time."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f".{name}.lock", timeout=0)
        with lock:
            yield
    except Timeout as error:
        raise ModelError(
            f"The model {name} is being brought by another process.", help_message="Wait for it, or stop it."
        ) from error
    except PermissionError as error:
        raise ModelError(
            f"The folder {folder} cannot be written to.", help_message="Set WHOSAID_MODELS to another folder."
        ) from error
