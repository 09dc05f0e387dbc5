"""The libraries that are measured: kept between runs, and never used for another configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evals.baselines import cached
from evals.libraries import STAMP, Libraries
from rag.adding import Extract
from rag.settings import Settings
from rag.types import Article


def test_a_cached_library_is_not_embedded_again_and_not_used_with_other_chunks(
    tmp_path: Path, settings: Settings, encoder: Any, articles: list[Article], nothing_said: Extract
) -> None:
    with Libraries(settings, tmp_path / "cache", encoder=encoder, extract=nothing_said) as libraries:
        assert len(libraries.get("set", lambda: articles[:2]).articles()) == 2
    embedded = len(encoder.encoded)
    with Libraries(settings, tmp_path / "cache", encoder=encoder, extract=nothing_said) as libraries:
        library = libraries.get("set", lambda: articles)
        assert len(library.articles()) == 3  # only what it lacked was added
        assert libraries.get("set", list) is library
    assert len(encoder.encoded) == embedded + 1
    other = settings.model_copy(update={"chunk_tokens": 40})
    with (
        Libraries(other, tmp_path / "cache", encoder=encoder, extract=nothing_said) as libraries,
        pytest.raises(Exception, match="Delete"),
    ):
        libraries.get("set", lambda: articles)
    assert (tmp_path / "cache" / "set" / STAMP).is_file()


def test_a_limited_run_makes_a_small_library(
    settings: Settings, encoder: Any, articles: list[Article], nothing_said: Extract
) -> None:
    with Libraries(settings, limit=1, encoder=encoder, extract=nothing_said) as libraries:
        small = libraries.get("set", lambda: articles, {"strike-1"})
        assert {one.external_id for one in small.articles()} == {"strike-1", None}
        assert len(small.articles()) == 2


def test_the_tutorial_starts_afresh_where_it_was_interrupted(
    tmp_path: Path,
    settings: Settings,
    encoder: Any,
    articles: list[Article],
    monkeypatch: pytest.MonkeyPatch,
    nothing_said: Extract,
) -> None:
    class Pipeline:
        def __init__(self, folder: Path) -> None:
            self.file = folder / "added"
            folder.mkdir(parents=True, exist_ok=True)

        def add(self, some: list[Article]) -> None:
            with self.file.open("a", encoding="utf-8") as stream:
                stream.writelines(f"{one.id}\n" for one in some)

    fake = type("fake", (), {"TutorialPipeline": Pipeline})
    monkeypatch.setitem(__import__("sys").modules, "evals.baselines.tutorial", fake)
    folder = tmp_path / "cache" / "set-tutorial"
    Pipeline(folder).add(articles[:1])
    with Libraries(settings, tmp_path / "cache", encoder=encoder, extract=nothing_said) as libraries:
        for _ in range(2):
            cached.tutorial_over(libraries, "set", lambda: articles)
            assert (folder / "added").read_text(encoding="utf-8").split() == [one.id for one in articles]
