"""The vectors in Chroma. The only file that imports chromadb; all it holds can be rebuilt from the catalog."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import threading
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from rag.catalog import Catalog
from rag.database import storage_errors
from rag.embedding import Vectors
from rag.errors import LibraryError, RagError, SettingsError, StorageFullError
from rag.types import Article, Filters, article_of

MIN_FREE = 1_000_000  # bytes; with less than this, what fails fails for want of space


class VectorIndex(Protocol):
    """Finds the chunks, or the quotes, whose vectors are nearest to a question's."""

    def search(self, vector: Vectors, k: int, filters: Filters) -> list[tuple[str, float]]:
        """Ids with their cosine, the nearest first. ``vector`` has shape ``(dimension,)``."""
        ...


class ChromaStore:
    """Chroma, embedded in the library folder, or on a Chroma server. One process owns an embedded one."""

    def __init__(self, folder: Path, server: str | None = None) -> None:
        self._folder = folder
        self._server = server
        with self.errors():
            self.client = _connect(folder, server)
            self.batch = int(self.client.get_max_batch_size())

    def close(self) -> None:
        """Close the client, which gives up Chroma's files."""
        with contextlib.suppress(Exception):
            self.client.close()

    @contextlib.contextmanager
    def errors(self) -> Iterator[None]:
        """Turn what Chroma fails with into errors that say what to do."""
        try:
            yield
        except RagError:
            raise
        except Exception as error:  # Chroma raises plain ValueError, RuntimeError, httpx and its own errors alike
            text = str(error)
            if "is full" in text or "No space left" in text or (not self._server and _is_full(self._folder)):
                raise StorageFullError(f"There is no space left for the vectors in {self._folder}.") from error
            what = (text.splitlines() or [type(error).__name__])[0].rstrip(".")
            if self._server:
                raise LibraryError(
                    f"The Chroma server {self._server} failed: {what}.", help_message="Check that it runs."
                ) from error
            raise LibraryError(
                f"Chroma failed: {what}.",
                help_message="Run `whosaid doctor --repair`: the vectors are rebuilt from the catalog.",
            ) from error


class ChromaIndex:
    """A collection of a store."""

    def __init__(self, store: ChromaStore, name: str) -> None:
        self._store = store
        self._name = name
        with store.errors():
            self._collection = self._get()

    def _get(self) -> Any:
        # an explicit None: Chroma's default embedding function would download a model
        return self._store.client.get_or_create_collection(
            self._name, embedding_function=None, configuration={"hnsw": {"space": "cosine", "ef_search": 200}}
        )

    def upsert(self, entries: Sequence[tuple[str, Article]], vectors: Vectors) -> None:
        """Write vectors by id; doing it twice changes nothing. ``vectors`` has shape ``(len(entries), dimension)``."""
        for start in range(0, len(entries), self._store.batch):
            part = entries[start : start + self._store.batch]
            with self._store.errors():
                self._collection.upsert(
                    ids=[one for one, _ in part],
                    embeddings=vectors[start : start + self._store.batch],
                    metadatas=[_metadata(article) for _, article in part],
                )

    def delete(self, ids: Sequence[str]) -> None:
        """Take vectors out; ids that are not there do not matter."""
        for start in range(0, len(ids), self._store.batch):
            with self._store.errors():
                self._collection.delete(ids=list(ids[start : start + self._store.batch]))

    def search(self, vector: Vectors, k: int, filters: Filters) -> list[tuple[str, float]]:
        """Ids with their cosine, the nearest first. ``vector`` has shape ``(dimension,)``."""
        with self._store.errors():
            found = self._collection.query(
                query_embeddings=[vector], n_results=k, where=_where(filters), include=["distances"]
            )
        return [(one, 1.0 - float(far)) for one, far in zip(found["ids"][0], found["distances"][0], strict=True)]

    def ids(self) -> set[str]:
        """All ids."""
        with self._store.errors():
            return set(self._collection.get(include=[])["ids"])

    def count(self) -> int:
        """How many vectors there are."""
        with self._store.errors():
            return int(self._collection.count())

    def reset(self) -> None:
        """Drop everything, so that the HNSW file is built anew."""
        with self._store.errors():
            self._store.client.delete_collection(self._name)
            self._collection = self._get()


class ExactIndex:
    """The catalog's own vectors, compared one by one: for a process that reads while another owns Chroma's files.

    As exact as can be and quick enough up to some hundred thousand chunks; read again when the catalog has changed.
    """

    def __init__(self, catalog: Catalog, load: Callable[[], tuple[list[str], Vectors]]) -> None:
        self._catalog = catalog
        self._read = load
        self._lock = threading.Lock()
        self._version: int | None = None
        self._ids: list[str] = []
        self._vectors: Vectors = np.zeros((0, 0), dtype=np.float32)

    def search(self, vector: Vectors, k: int, filters: Filters) -> list[tuple[str, float]]:
        """Ids with their cosine, the nearest first. ``vector`` has shape ``(dimension,)``."""
        ids, vectors = self._load()
        if filters != Filters():
            allowed = self._catalog.matching_ids(filters)
            rows = [row for row, one in enumerate(ids) if article_of(one) in allowed]
            ids, vectors = [ids[row] for row in rows], vectors[rows]
        if not ids:
            return []
        scores = vectors @ vector
        best = np.argpartition(-scores, min(k, len(ids)) - 1)[:k]
        return [(ids[row], float(scores[row])) for row in best[np.argsort(-scores[best], kind="stable")]]

    def _load(self) -> tuple[list[str], Vectors]:
        with self._lock:
            version = self._catalog.data_version()
            if version != self._version:
                self._ids, self._vectors = self._read()
                self._version = version
            return self._ids, self._vectors


def _connect(folder: Path, server: str | None) -> Any:
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings as ChromaSettings

    # said outright, because Chroma would otherwise obey a .env file in whatever folder this process was started in
    quiet = ChromaSettings(
        _env_file=None,
        anonymized_telemetry=False,
        chroma_otel_collection_endpoint="",
        chroma_api_impl="chromadb.api.rust.RustBindingsAPI" if server is None else "chromadb.api.fastapi.FastAPI",
    )
    if server is None:
        with storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
        try:
            return chromadb.PersistentClient(str(folder), settings=quiet)
        except Exception:
            # Chroma keeps what failed to start, and would hand it out again once the folder is mended
            SharedSystemClient._identifier_to_system.pop(str(folder), None)
            raise
    try:
        address = urllib.parse.urlsplit(server)
        host, port, secure = address.hostname, address.port, address.scheme == "https"
    except ValueError:  # a port that is no number
        host = None
    if not host or address.scheme not in ("http", "https"):
        raise SettingsError(f"The setting 'chroma_url' cannot be {server!r}: give an address such as http://host:8000.")
    return chromadb.HttpClient(host=host, port=port or (443 if secure else 8000), ssl=secure, settings=quiet)


def _is_full(folder: Path) -> bool:
    """Whether the disk is: Chroma often names what failed, and not why."""
    try:
        return shutil.disk_usage(folder).free < MIN_FREE
    except OSError:
        return False


def _metadata(article: Article) -> dict[str, str | int]:
    metadata: dict[str, str | int] = {"article": article.id}
    if article.source:
        metadata["source"] = article.source.lower()
    if article.date:
        metadata["date"] = _day(article.date)
    return metadata


def _where(filters: Filters) -> dict[str, Any] | None:
    conditions: list[dict[str, Any]] = []
    if filters.article_ids:
        conditions.append({"article": {"$in": list(filters.article_ids)}})
    if filters.source:
        conditions.append({"source": filters.source.lower()})
    if filters.since:
        conditions.append({"date": {"$gte": _day(filters.since)}})
    if filters.until:
        conditions.append({"date": {"$lte": _day(filters.until)}})
    return {"$and": conditions} if len(conditions) > 1 else conditions[0] if conditions else None


def _day(date: dt.date) -> int:
    return date.toordinal()  # comparisons in Chroma are numeric only
