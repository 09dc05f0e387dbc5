"""The marked speakers without a name, the articles that they stand in, and whom of an article's people they mean."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.data import read_jsonl
from rag.quotes.entities import Entity
from rag.quotes.scene import Stranger
from rag.quotes.tokens import plain

MENTIONS = "newsroom/speakers.jsonl"
DOCUMENTS = ("polnear/train.jsonl", "rtqa2022/documents.jsonl", "newsqa/documents.jsonl")
MORE = Path(__file__).with_name("speakers.jsonl")
"""More mentions, which only teach: of other articles of the same files, by the keys of these, without a word of theirs."""
NOT_COMPARED = frozenset("the of a mr mrs ms dr".split())


@dataclass(frozen=True, slots=True)
class Mention:
    """A marked speaker without a name: ``people`` are those it stands for, empty where the article names nobody.

    ``open`` are words for somebody without a name.
    """

    document: str
    start: int
    end: int
    people: tuple[str, ...]
    open: str = ""

    @property
    def id(self) -> str:
        """The document as eight hexadecimal digits, for its own id tells its headline; and where the mention starts."""
        return f"{key_of(self.document)}:{self.start}"


def key_of(document: str) -> str:
    """The key of a document."""
    return hashlib.sha256(document.encode()).hexdigest()[:8]


def read_mention(row: Mapping[str, Any]) -> Mention:
    """One line of the file."""
    return Mention(row["doc_id"], row["start"], row["end"], tuple(row["people"]), row.get("open") or "")


def by_document(mentions: Iterable[Mention]) -> dict[str, list[Mention]]:
    """The mentions of each document."""
    found: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        found[mention.document].append(mention)
    return dict(found)


def read_more(files: Iterable[Path], path: Path = MORE) -> tuple[dict[str, list[Mention]], dict[str, str]]:
    """The mentions of ``path`` by document, and the texts of those documents that the ``files`` hold."""
    rows: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in read_jsonl(path):
        rows[row["document"]].append(row)
    texts: dict[str, str] = {}
    mentions: dict[str, list[Mention]] = {}
    for file in files:
        for read in read_jsonl(file):
            name = read.get("id") or read["doc_id"]
            if found := rows.get(key_of(name)):
                texts[name] = read["text"]
                mentions[name] = [read_mention({**row, "doc_id": name}) for row in found]
    return mentions, texts


def read_texts(files: Iterable[Path], documents: Collection[str]) -> dict[str, str]:
    """The texts of these documents, by their ids."""
    found: dict[str, str] = {}
    for file in files:
        for row in read_jsonl(file):
            name = row.get("id") or row["doc_id"]
            if name in documents:
                found[name] = row["text"]
    return found


def same_person(first: str, second: str) -> bool:
    """Whether two names can be one person's: the same last word, or all words of one in the other."""
    one, other = _compared(first), _compared(second)
    if not one or not other:
        return False
    return one[-1] == other[-1] or set(one) <= set(other) or set(other) <= set(one)


def meant(entities: Sequence[Entity], people: Sequence[str]) -> set[int]:
    """The numbers of the entities that are the one person meant; nobody where several are.

    Somebody known by a surname alone is meant only where nobody else of that surname has a fuller name.
    """
    if len(people) != 1:
        return set()
    person = _compared(people[0])
    names = [_compared(entity.name) for entity in entities]
    whole = {n for n, name in enumerate(names) if name and (set(name) <= set(person) or set(person) <= set(name))}
    full = {number for number in whole if len(names[number]) > 1}
    others = {name[-1] for number, name in enumerate(names) if len(name) > 1 and number not in full}
    bare = {number for number in whole - full if names[number][-1] not in others or not full}
    last = {number for number, name in enumerate(names) if name and person and name[-1] == person[-1]}
    return full | bare or last


def unnamed(strangers: Sequence[Stranger], mention: Mention) -> set[int]:
    """The numbers of the strangers told of before a mention by the role that its ``open`` words tell."""
    words = {plain(word) for word in re.findall(r"[\w-]+", mention.open)}
    return {n for n, one in enumerate(strangers) if plain(one.role) in words and one.start < mention.start}


def _compared(name: str) -> list[str]:
    return [word for word in re.sub(r"[^\w\s]", " ", name.lower()).split() if word not in NOT_COMPARED]
