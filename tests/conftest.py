"""What the tests share: an encoder that needs no model, hand-built articles, and libraries in temporary folders."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pytest

from rag.embedding import Spans, Vectors
from rag.language.words import stem, words
from rag.library import Library
from rag.llm import ChatModel
from rag.models.question_reader import KINDS
from rag.question import Question, names_in
from rag.settings import Settings
from rag.types import Article, Quote, Speaker

os.environ.setdefault("HF_HUB_OFFLINE", "1")
BROWSER = "tests/ui/browser/"

# Quick and the same on every machine: the time of an example depends on who else uses the machine.
hypothesis.settings.register_profile("tests", deadline=None, max_examples=40, derandomize=True, database=None)
hypothesis.settings.load_profile("tests")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With several processes the tests of a file stay in one, where they share fixtures; so do all in a browser."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path: str = super()._split_scope(nodeid)
            return BROWSER if path.startswith(BROWSER) else path

    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow tests come first: with several processes the others fill the time behind them."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


class FakeEncoder:
    """A bag of stemmed words, hashed into 128 dimensions, as a unit vector. The same words give the same vector."""

    dimension = 128

    def __init__(self, name: str = "fake") -> None:
        self.name = name
        self.encoded: list[str] = []
        """Every document that was encoded."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        return self._encode(texts)

    def encode_slices(self, texts: Sequence[str], slices: Sequence[Sequence[Spans]]) -> tuple[Vectors, list[Vectors]]:
        said = [
            [" ".join(text[a:b] for a, b in spans) for spans in wanted]
            for text, wanted in zip(texts, slices, strict=True)
        ]
        return self.encode_documents(texts), [self._encode(one) for one in said]

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row, 0] = 0.01  # a text without words has a direction too
            for word in words(text):
                digest = hashlib.sha256(stem(word).encode("utf-8", "replace")).digest()
                vectors[row, int.from_bytes(digest[:4], "big") % self.dimension] += 1.0
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class ChatHandler(BaseHTTPRequestHandler):
    """An OpenAI-compatible server that does what its script says."""

    script: Callable[[ChatHandler], None]

    def do_POST(self) -> None:
        self.asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with contextlib.suppress(OSError):  # a client that has read enough closes the connection
            type(self).script(self)

    def say(self, *pieces: str, pause: float = 0.0) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for piece in pieces:
            delta = {"choices": [{"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}]}
            data = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "scripted", **delta}
            self.wfile.write(f"data: {json.dumps(data)}\n\n".encode())
            time.sleep(pause)  # seconds
        self.wfile.write(b"data: [DONE]\n\n")

    def fail(self, status: int, message: str) -> None:
        body = json.dumps({"error": {"message": message, "type": "error"}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Silent."""


@contextlib.contextmanager
def serving() -> Iterator[Callable[..., ChatModel]]:
    """Starts servers with scripts, each with a model that asks it, and stops them in the end."""
    pytest.importorskip("langchain_openai")
    servers: list[ThreadingHTTPServer] = []

    def start(script: Callable[[ChatHandler], None], **options: Any) -> ChatModel:
        handler = type("Scripted", (ChatHandler,), {"script": staticmethod(script)})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return ChatModel("openai:scripted", url=f"http://127.0.0.1:{server.server_port}/v1", **options)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[..., ChatModel]]:
    """Starts a server with a script and gives a model that asks it."""
    with serving() as start:
        yield start


@pytest.fixture(scope="session")
def serve_all() -> Iterator[Callable[..., ChatModel]]:
    """The same for servers that outlive a module."""
    with serving() as start:
        yield start


def plain_quotes(article: Article) -> list[Quote]:
    """Words in curly marks, said by whoever "said" is followed by; for tests that are not about extraction."""
    found: list[Quote] = []
    for match in re.finditer(r"“[^”]*”,? said ([A-Z]\w+ [A-Z]\w+)", article.text):
        start, end = match.start(), article.text.index("”", match.start()) + 1
        found.append(
            Quote(
                article_id=article.id,
                external_id=article.external_id,
                paragraph=article.paragraph_at(start),
                text=article.text[start:end],
                start=start,
                end=end,
                spans=((start, end),),
                kind="direct",
                speaker=Speaker(match[1], match[1], match.start(1), match.end(1), "name"),
            )
        )
    return found


def make_question(text: str, kind: Any = "fact", *speakers: str, **more: Any) -> Question:
    """A question of a kind that is sure."""
    facts = {
        "asked": text,
        "text": text,
        "kind": kind,
        "kinds": {one: float(one == kind) for one in KINDS},
        "speakers": speakers,
        "topic": "",
        "names": names_in(text),
        "topics": (),
        "period": None,
        "focus": None,
    }
    return Question(**{**facts, **more})


@pytest.fixture
def question() -> Callable[..., Question]:
    """Makes questions as if a reader had read them: the words, the kind, the speakers."""
    return make_question


@pytest.fixture
def make_encoder() -> type[FakeEncoder]:
    return FakeEncoder


@pytest.fixture(scope="session")
def shared_encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that no variable and no config file of this machine can change."""
    return Settings(library=tmp_path / "library", chunk_tokens=60)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def open_library(folder: Path, settings: Settings) -> Iterator[Callable[..., Library]]:
    """Opens libraries in ``folder``, by default with a fake encoder and plain extraction; closes them in the end."""
    opened: list[Library] = []

    def open_one(encoder: object = None, path: Path = folder, **keywords: object) -> Library:
        library = Library.open(
            path, settings=settings, encoder=encoder or FakeEncoder(), **{"extract": plain_quotes, **keywords}
        )
        opened.append(library)
        return library

    yield open_one
    for library in opened:
        library.close()


@pytest.fixture
def library(open_library: Callable[..., Library], encoder: FakeEncoder) -> Library:
    return open_library(encoder)


@pytest.fixture
def bridge() -> Article:
    return Article.from_text(
        "The Tolland Bridge was closed on Tuesday after engineers found a crack of 17 centimetres.\n\n"
        "“We will not reopen it before May,” said Ines Okafor, the harbour master. The repair costs 4.2 million"
        " crowns.\n\n"
        "Ferries carry passengers across the river every ten minutes until the repair is done.",
        title="Tolland Bridge closed",
        date="2026-03-04",
        source="The Harbour Gazette",
        author="P. Quill",
        url="https://gazette.example/bridge",
    )


@pytest.fixture
def strike() -> Article:
    return Article.from_text(
        "Tram drivers in Eskerby voted for a strike on Monday.\n\n"
        "Tomas Lind, their speaker, said the company had offered a raise of two percent.\n\n"
        "The company denied that it had threatened to dismiss anyone.",
        title="Tram drivers vote for strike",
        date="2025-12-04",
        source="Eskerby Courier",
        external_id="strike-1",
    )


@pytest.fixture
def undated() -> Article:
    return Article.from_text("Beekeepers near Marrow Hill report a poor harvest of honey this summer.")


@pytest.fixture
def articles(bridge: Article, strike: Article, undated: Article) -> list[Article]:
    return [bridge, strike, undated]
