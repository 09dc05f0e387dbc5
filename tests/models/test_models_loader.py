"""Weights: every packaged file loads, once; a missing or broken one is one clear error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.models import loader
from rag.models.loader import load_session, load_tokenizer
from rag.models.question_reader import read_message
from rag.models.selector import Excerpt, Selector
from rag.quotes import extract_quotes
from rag.types import Article

USES: dict[str, Callable[[], object]] = {
    "question_reader": lambda: read_message("Who closed the bridge?"),
    "selector": lambda: Selector().score("Who?", [Excerpt("It rained.", ((0, 10),))]),
    "tagger": lambda: extract_quotes(Article.from_text("“Go,” said Ines Okafor.")),
}


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder that the loader takes for that of the weights."""
    folder = tmp_path / "weights"
    folder.mkdir()
    monkeypatch.setattr(loader, "files", lambda package: tmp_path)
    caches = (loader._session, loader._tokenizer)
    for cache in caches:
        cache.cache_clear()
    yield folder
    for cache in caches:
        cache.cache_clear()


@pytest.mark.parametrize("name", USES)
def test_a_model_is_loaded_once_for_all_threads(name: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        sessions = list(pool.map(lambda _: load_session(name), range(4)))
    assert all(one is sessions[0] for one in sessions)


def test_the_tokenizer_neither_cuts_nor_pads() -> None:
    short, long = load_tokenizer().encode_batch(["a", "bridge " * 2000], add_special_tokens=False)
    assert (len(short.ids), len(long.ids)) == (1, 2000)
    assert load_tokenizer() is load_tokenizer()


@pytest.mark.parametrize(
    "content", [None, b"", b"no model", b"\x08\x07" * 500], ids=["missing", "empty", "text", "bytes"]
)
@pytest.mark.parametrize("name", USES)
def test_a_missing_or_broken_model_is_one_clear_error(weights: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (weights / f"{name}.onnx").write_bytes(content)
    with pytest.raises(ModelError, match=f"The model {name} cannot be loaded") as caught:
        USES[name]()
    assert caught.value.help_message


@pytest.mark.parametrize("content", [None, "", "{}", '{"model": 3}'])
def test_a_missing_or_broken_tokenizer_is_one_clear_error(weights: Path, content: str | None) -> None:
    if content is not None:
        (weights / "tokenizer.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match="The tokenizer cannot be loaded"):
        load_tokenizer()


def test_what_failed_is_tried_again(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError):
        load_session("question_reader")
    monkeypatch.undo()
    assert load_session("question_reader")
