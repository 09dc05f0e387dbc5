"""A cross-encoder from the settings: a tiny one with random weights, made here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.diagnosis import diagnose
from rag.errors import ModelError
from rag.library import Library
from rag.question import read_question
from rag.reranking import CrossEncoderReranker
from rag.retrieval import HybridRetriever
from rag.settings import Settings
from rag.types import Article
from tests.conftest import FakeEncoder

TEXTS = ["the bridge is closed", "the trams strike for a raise", "honey"]


def save_model(folder: Path, labels: int = 1) -> Path:
    """A cross-encoder of one layer over a few dozen word pieces."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast, set_seed

    folder.mkdir()
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    (folder / "vocab.txt").write_text("\n".join(pieces), encoding="utf-8")
    set_seed(7)
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=128, num_labels=labels, initializer_range=1.0,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(tmp_path_factory.mktemp("models") / "tiny")


def test_scores_are_the_models_own_one_a_text(model: Path) -> None:
    reranker = CrossEncoderReranker(str(model))
    assert not reranker.loaded
    assert reranker.score("Which bridge?", []).shape == (0,)
    assert not reranker.loaded
    scores = reranker.score("Which bridge?", [*TEXTS, "half a \ud83d pair"])
    assert scores.shape == (4,)
    assert len(set(scores)) == 4
    assert not ((scores > 0) & (scores < 1)).all()  # no sigmoid
    assert np.allclose(reranker.score("Which bridge?", TEXTS[1:2]), scores[1], atol=1e-4)


@pytest.mark.parametrize("labels", [0, 3])
def test_what_is_no_reranker_is_told_in_one_line(tmp_path: Path, labels: int) -> None:
    named = save_model(tmp_path / "many", labels) if labels else tmp_path / "nothing-here"
    with pytest.raises(ModelError, match=r"reranker .*WHOSAID_RERANKER") as told:
        CrossEncoderReranker(str(named)).score("Which bridge?", TEXTS)
    assert "\n" not in str(told.value)


def test_the_setting_reranks_what_is_found(
    tmp_path: Path, settings: Settings, model: Path, articles: list[Article]
) -> None:
    chosen = settings.model_copy(update={"reranker": str(model)})
    with Library.open(tmp_path / "library", settings=chosen, encoder=FakeEncoder(), extract=lambda _: []) as library:
        library.add_articles(articles)
        results = library.retrieve("Which bridge was closed?", k=10)
        assert len({result.chunk.id for result in results}) == library.count_chunks()
        facts = diagnose(library)
        assert facts["reranker"] == str(model)
        assert facts["problems"] == []
        broken = HybridRetriever(
            catalog=library.retriever.catalog, index=library.retriever.index, encoder=library.retriever.encoder,
            reranker=CrossEncoderReranker(str(tmp_path / "gone")),
        )  # fmt: skip
        with pytest.raises(ModelError, match="gone"):
            broken.search(read_question("Which bridge was closed?"))


class LastFirst:
    """A reranker that turns the order round."""

    def score(self, question: str, texts: list[str]) -> np.ndarray:
        assert all(text for text in texts)
        return np.arange(len(texts), dtype=float)


def test_both_orders_count(library: Library, articles: list[Article]) -> None:
    library.add_articles(articles)
    question = read_question("Which bridge was closed after a crack?")
    plain = library.retriever.search(question)
    turned = HybridRetriever(**{**dict(library.retriever), "reranker": LastFirst()}).search(question)
    assert {result.chunk.id for result in plain} == {result.chunk.id for result in turned}
    # fused by rank, the first and the last of opposite orders are equal, and both before the middle
    assert {turned[0].chunk.id, turned[1].chunk.id} == {plain[0].chunk.id, plain[-1].chunk.id}
    assert library.retriever.reranker is None


def test_doctor_tells_of_a_reranker_that_cannot_be_loaded(library: Library, tmp_path: Path) -> None:
    assert diagnose(library)["reranker"] == "none"
    library.settings = library.settings.model_copy(update={"reranker": str(tmp_path / "gone")})
    assert any("The reranker" in problem for problem in diagnose(library)["problems"])
