"""Chroma deleted, damaged or changed behind our back, and another encoder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.errors import LibraryError, ModelError
from rag.index import ChromaIndex
from rag.library import Library
from rag.types import Article

Open = Callable[..., Library]
Check = Callable[[Library], None]
Make = Callable[..., Article]


def ids(articles: list[Article]) -> set[str]:
    return {article.id for article in articles}


def test_a_chroma_folder_deleted_by_hand_is_made_again_without_encoding(
    library: Library, open_library: Open, make_encoder: Any, articles: list[Article], folder: Path, check_whole: Check
) -> None:
    library.add_articles(articles)
    expected = [result.chunk for result in library.retrieve("Tolland Bridge")]
    library.close()
    shutil.rmtree(folder / "chroma")
    encoder = make_encoder()
    again = open_library(encoder)
    assert [result.chunk for result in again.retrieve("Tolland Bridge")] == expected
    assert encoder.encoded == []
    check_whole(again)


def test_asking_mends_even_after_the_doctor_has_looked(
    library: Library, open_library: Open, articles: list[Article], folder: Path, check_whole: Check
) -> None:
    library.add_articles(articles)
    library.close()
    shutil.rmtree(folder / "chroma")
    again = open_library()
    assert again.problems() == [
        f"{again.count_chunks()} chunks are missing from Chroma",
        "1 quotes are missing from Chroma",
    ]
    again.retrieve("Tolland Bridge")
    check_whole(again)


@pytest.mark.parametrize("reopened", [True, False])
def test_the_doctor_sees_what_chroma_lacks_and_has_too_much(
    library: Library, open_library: Open, make_encoder: Any, articles: list[Article], reopened: bool, check_whole: Check
) -> None:
    library.add_articles(articles)
    index = library._indexer.chroma().chunks
    gone = sorted(index.ids())[0]
    index.delete([gone])
    index.upsert([("stranger:0-3", articles[0])], library._encoder.encode_documents(["stranger"]))
    encoder = library._encoder
    if reopened:
        library.close()
        encoder = make_encoder()
        library = open_library(encoder)
    assert library.problems() == ["1 chunks are missing from Chroma", "1 chunks in Chroma belong to no article"]
    before = list(encoder.encoded)
    library.repair()
    assert encoder.encoded == before, "the vectors come from the catalog"
    check_whole(library)


@pytest.mark.parametrize("damage", ["database", "file", "vectors"])
def test_damaged_files_of_chroma_are_made_again_by_repair(
    library: Library, open_library: Open, articles: list[Article], folder: Path, damage: str, check_whole: Check
) -> None:
    library.add_articles(articles)
    library.close()
    chroma = folder / "chroma"
    if damage == "database":
        (chroma / "chroma.sqlite3").write_bytes(b"no database " * 500)
    elif damage == "file":
        shutil.rmtree(chroma)
        chroma.write_text("a file in its place", encoding="utf-8")
    else:
        for path in chroma.glob("*/*"):
            path.write_bytes(b"\xff" * 100)
    again = open_library()
    assert again.articles() == articles, "the catalog needs no Chroma"
    again.repair()
    check_whole(again)
    assert again.ask("Who closed the Tolland Bridge?").searched.articles == 3


def test_another_encoder_is_told_and_repair_embeds_again(
    library: Library,
    open_library: Open,
    make_encoder: Any,
    articles: list[Article],
    folder: Path,
    check_whole: Check,
    numbered: Make,
) -> None:
    library.add_articles(articles)
    library.close()
    other = make_encoder("other")
    other.dimension = 64
    again = open_library(other)
    for action in (
        lambda: again.ask("Who?"),
        lambda: again.retrieve("Who?"),
        lambda: again.add_articles([numbered(1)]),
    ):
        with pytest.raises(LibraryError, match=r"embedded with 'fake'.*'other'.*doctor --repair"):
            action()
    assert again.problems()[0].startswith("the vectors were made by 'fake'")
    told: list[object] = []
    again.repair(progress=lambda *step: told.append(step))
    assert told
    assert len(other.encoded) == again.count_chunks()
    check_whole(again)


def test_pending_work_is_not_finished_with_another_encoder(
    library: Library,
    open_library: Open,
    make_encoder: Any,
    articles: list[Article],
    monkeypatch: pytest.MonkeyPatch,
    check_whole: Check,
    numbered: Make,
) -> None:
    library.add_articles(articles)
    with monkeypatch.context() as patch:
        patch.setattr(ChromaIndex, "upsert", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            library.add_articles([numbered(1)])
    library.close()
    other = make_encoder("other")
    other.dimension = 64
    again = open_library(other)
    assert other.encoded == []
    with pytest.raises(LibraryError, match="embedded with"):
        again.ask("Who?")
    again.repair()
    check_whole(again)
    assert len(again.articles()) == 4


def test_asking_an_empty_library_does_not_bind_it_to_an_encoder(
    open_library: Open, make_encoder: Any, numbered: Make
) -> None:
    first = open_library()
    assert first.ask("Who closed the bridge?").status == "abstained"
    first.close()
    assert open_library(make_encoder("other")).add_articles([numbered(1)]).added


def test_a_model_that_is_missing_leaves_the_articles_readable(
    library: Library,
    open_library: Open,
    make_encoder: Any,
    articles: list[Article],
    monkeypatch: pytest.MonkeyPatch,
    check_whole: Check,
    numbered: Make,
) -> None:
    library.add_articles(articles)
    with monkeypatch.context() as patch:
        patch.setattr(make_encoder, "encode_documents", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            library.add_articles([numbered(1)])
    library.close()

    class Missing(make_encoder):  # type: ignore[misc]
        def encode_documents(self, texts: Any) -> Any:
            raise ModelError("The encoder cannot be loaded.")

    again = open_library(Missing())
    assert again.articles() == articles
    assert again.problems() == ["1 articles wait for their vectors"]
    again.close()
    whole = open_library()
    assert len(whole.articles()) == 4
    check_whole(whole)
