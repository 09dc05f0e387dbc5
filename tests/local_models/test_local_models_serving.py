"""Serving a local model: a file that is none is told; the real one answers where it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from rag.errors import ModelError
from rag.library import Library
from rag.llm import ChatModel
from rag.local_models import LocalModel, ModelStore, serve_model, stop_serving
from rag.settings import load_settings


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF" + bytes(200))
    with pytest.raises(ModelError, match="broken cannot be started"):
        serve_model(LocalModel("broken", path, 204))


def test_local_without_a_model_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="whosaid model get"):
        ChatModel.from_settings(load_settings(model="local", models=tmp_path))


def test_the_server_starts_at_the_first_question(tmp_path: Path) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"GGUF" + bytes(200))
    model = ChatModel.from_settings(load_settings(model="local", models=tmp_path))
    assert model is not None
    assert model.name == "local:broken"
    with pytest.raises(ModelError, match="cannot be started"):
        model.complete([("human", "Who closed the bridge?")])


@pytest.mark.skipif(not ModelStore(load_settings().models).models(), reason="no local model is here")
def test_the_real_model_answers_nobody_without_the_key() -> None:
    model = ModelStore(load_settings().models).models()[0]
    served = serve_model(model)
    assert serve_model(model) is served
    asked = {"messages": [{"role": "user", "content": "Say yes."}], "max_tokens": 3}
    assert httpx.post(f"{served.url}/chat/completions", json=asked, timeout=60).status_code == 401
    chat = ChatModel.from_settings(load_settings(model=f"local:{model.name}"))
    assert chat is not None
    assert chat.complete([("human", "Say yes.")]).strip()
    chat.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(served.url, timeout=5)
    assert chat.complete([("human", "Say yes.")]).strip(), "a stopped server is started again"
    stop_serving()


class Closable:
    """A model that tells whether it was closed."""

    closed = False

    def close(self) -> None:
        self.closed = True


def test_a_library_stops_the_model_it_no_longer_asks(open_library: Callable[..., Library]) -> None:
    library, first, second = open_library(), Closable(), Closable()
    for model in (first, first, second):
        assert not model.closed
        library.use_model(model)
    assert (first.closed, second.closed) == (True, False)
    library.close()
    assert second.closed
