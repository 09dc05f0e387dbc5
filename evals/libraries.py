"""The libraries that suites ask: one a data set, opened once a run and, with a cache, kept for the next one."""

from __future__ import annotations

import hashlib
import json
import logging
import sys
import tempfile
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from pathlib import Path

from evals.configuration import PACKAGED, file_digest
from evals.data import read_seeds
from rag import Article, Library
from rag.adding import Extract
from rag.chunking import chunk_article, embedding_text
from rag.embedding import Encoder, SentenceTransformerEncoder
from rag.errors import LibraryError
from rag.quotes import extract_quotes
from rag.settings import Settings

STAMP = "evals.json"
log = logging.getLogger("evals")


class Libraries:
    """A context manager that closes what it has opened. Embedding takes long: a ``cache`` folder keeps the libraries."""

    def __init__(
        self,
        settings: Settings,
        cache: Path | None = None,
        limit: int | None = None,
        encoder: Encoder | None = None,
        extract: Extract = extract_quotes,
    ) -> None:
        self.settings = settings
        self.cache = cache
        self.limit = limit
        self.encoder: Encoder = encoder or SentenceTransformerEncoder(settings.encoder)
        self.extract = extract
        self._stack = ExitStack()
        self._opened: dict[str, Library] = {}

    def __enter__(self) -> Libraries:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.clear()
        self._stack.close()

    def get(self, name: str, read: Callable[[], Sequence[Article]], needed: Collection[str] = ()) -> Library:
        """The library of a data set, filled with what ``read`` gives.

        A limited run takes the cached library as it is, or makes a small one of the ``needed`` articles (by
        ``external_id``) and ``limit`` others. Raises LibraryError for a cached library whose chunks are not today's.
        """
        key = name if self.limit is None else f"{name}:{hash(frozenset(needed))}"
        if key not in self._opened:
            self._opened[key] = self._open(name, read, needed)
        return self._opened[key]

    def folder(self, name: str) -> Path:
        """A folder that is kept if there is a cache, else until the run ends."""
        return self.cache / name if self.cache else self.scratch() / name

    def scratch(self) -> Path:
        """An empty folder that is deleted when the run ends."""
        return Path(self._stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))

    def _open(self, name: str, read: Callable[[], Sequence[Article]], needed: Collection[str]) -> Library:
        cached = self.cache is not None and (self.cache / name).exists()
        small = self.limit is not None and not cached
        folder = self.scratch() if small else self.folder(name)
        if cached:
            self._check(folder)
        opened = Library.open(folder, settings=self.settings, encoder=self.encoder, extract=self.extract)
        library = self._stack.enter_context(opened)
        if cached:
            for problem in library.problems():
                log.warning("%s: %s; `whosaid doctor --repair --library %s` mends it", name, problem, folder)
        if cached and self.limit is not None:
            return library
        have = {article.id for article in library.articles()}
        articles = [article for article in read() if article.id not in have]
        if small:
            others = [article for article in articles if article.external_id not in needed][: self.limit]
            articles = [article for article in articles if article.external_id in needed] + others
        if articles:
            if not cached and not small:
                (folder / STAMP).write_text(json.dumps(stamp(self.settings)), encoding="utf-8")
            library.add_articles(articles, progress=lambda done, total, _: _show(name, done, total))
        return library

    def _check(self, folder: Path) -> None:
        path = folder / STAMP
        if path.is_file() and json.loads(path.read_text(encoding="utf-8")) != stamp(self.settings):
            raise LibraryError(
                f"The library {folder} was made with other chunks, or another extraction of statements, than today's.",
                help_message="Delete it, or name another folder with --library-cache.",
            )


def stamp(settings: Settings) -> dict[str, str]:
    """Digests of what is fixed when articles are added: what the encoder is given, and the model that finds statements.

    The first is taken of our sample articles, so that it stands for what chunking does and not for how it is written.
    """

    def count(texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    texts = [
        embedding_text(article, chunk)
        for article in read_seeds()
        for chunk in chunk_article(article, count, settings.chunk_tokens)
    ]
    chunks = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]
    return {"chunks": chunks, "statements": file_digest(PACKAGED / "tagger.onnx")}


def _show(name: str, done: int, total: int | None) -> None:
    if done % 16 == 0 or done == total:
        print(f"\r{name}: {done} of {total} articles added", end="\n" if done == total else "", file=sys.stderr)
