"""The packaged model itself: the one place where the tests load it."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import numpy as np
import pytest

from rag.embedding import SentenceTransformerEncoder
from rag.errors import ModelError


@pytest.fixture(scope="module")
def model() -> SentenceTransformerEncoder:
    """Loaded once, without a network, and not before it is needed."""
    one = SentenceTransformerEncoder()
    assert one.name == "all-MiniLM-L6-v2"
    assert one.count_tokens([]) == []
    assert not one.loaded
    tried: list[str] = []

    def refuse(*arguments: object, **_: object) -> None:
        tried.append(str(arguments))
        raise OSError("no network")

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("HF_HUB_OFFLINE", raising=False)
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, refuse)
        patch.setattr(socket, "getaddrinfo", refuse)
        one.load()
        assert os.environ["HF_HUB_OFFLINE"] == "1"
    assert tried == []
    assert one.loaded
    return one


def test_vectors_have_length_one(model: SentenceTransformerEncoder) -> None:
    texts = ["The bridge is closed.", "", "漢字 🙂", "x" * 500, "word " * 300, "\x00\u200b\udcff"]
    for vectors, rows in ((model.encode_documents(texts), len(texts)), (model.encode_queries(texts[:3]), 3)):
        assert vectors.shape == (rows, 384)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_meaning_beats_words(model: SentenceTransformerEncoder) -> None:
    question = model.encode_queries(["How much will it cost to mend the bridge?"])[0]
    meaning, words = model.encode_documents(
        ["Repairs of the river crossing need four million crowns.", "How much will it rain over the hills next week?"]
    )
    assert float(meaning @ question) > float(words @ question)


def test_a_vector_does_not_depend_on_its_batch(model: SentenceTransformerEncoder) -> None:
    texts = [f"Report {number} tells of the harbour. " * (1 + number) for number in range(5)]
    together = model.encode_documents(texts)
    alone = np.concatenate([model.encode_documents([text]) for text in texts[:2]])
    np.testing.assert_allclose(together[:2], alone, atol=1e-4)


def test_tokens_are_counted_without_special_ones_and_without_a_limit(model: SentenceTransformerEncoder) -> None:
    text = "long " * 300  # the encoder cuts it at 256 tokens, before and after
    before = model.encode_documents([text])
    assert model.count_tokens(["The bridge is closed.", "", "word " * 1000, "漢字", "a \ud83d b"]) == [5, 0, 1000, 2, 2]
    np.testing.assert_allclose(model.encode_documents([text]), before, atol=1e-5)


def test_threads_may_share_it(model: SentenceTransformerEncoder) -> None:
    wrong: list[object] = []

    def work(number: int) -> None:
        try:
            assert model.count_tokens(["word " * number]) == [number]
            assert model.encode_queries(["word " * number]).shape == (1, 384)
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_folder_without_a_model_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        SentenceTransformerEncoder(str(tmp_path)).encode_queries(["x"])
    assert "\n" not in str(caught.value)
