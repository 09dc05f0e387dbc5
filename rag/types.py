"""The core types. Frozen, importing nothing of ours; every offset indexes ``Article.text``.

``article.text[x.start:x.end] == x.text`` holds for every paragraph, chunk and citation; for a quote it holds for each of
its ``spans``, whose slices, joined by a space, are its ``text`` (a tag in the middle is no part of the words).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Support = Literal["verbatim", "supported", "unsupported"]
Status = Literal["answered", "abstained"]
QuoteKind = Literal["direct", "indirect", "mixed"]
Polarity = Literal["asserted", "denied", "not_said", "conditional", "future"]
Kind = Literal[
    "fact", "said_about", "who_said", "did_say", "summary", "compare", "list_quotes", "overview", "inventory", "disagree",
    "timeline", "lookup", "check", "help", "smalltalk", "keywords", "unclear", "not_for_us",
]  # fmt: skip
"""What a message asks for."""
Verdict = Literal["reported", "denied", "declined", "not_reported", "other_speaker", "differs"]
PartKind = Literal["lead", "evidence", "correction", "differs", "note", "closest"]
MANNER: dict[Polarity, str] = {
    "asserted": "said",
    "denied": "denied",
    "not_said": "did not say",
    "conditional": "said, on a condition",
    "future": "announced",
}
"""How a statement is told, by its polarity."""
ResolvedBy = Literal["name", "pronoun", "title", "previous"]
SourceType = Literal["person", "organisation", "document", "group", "anonymous"]
"""What a speaker is. An anonymous one is a person whom the article neither names nor tells apart by an office."""

_LINE = re.compile(r"[^\n]+")
_BLOCK = re.compile(r"\S(?:(?!\n[^\S\n]*\n).)*", re.S)
_SITE = re.compile(r"https?://[^/?#]+/?")
_SENTENCE_END = re.compile(r"[.!?:;\"'”’»)\]…][^\S\n]*$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of an article: its number (from 0) and its slice of the text, without outer white space."""

    index: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """A news article. Make one with :meth:`from_text`, which sets ``id`` and ``paragraphs``.

    ``id`` is a digest of the content and its metadata, so the same article has the same id everywhere.
    ``source`` is the publisher, ``origin`` the file or address it was read from (not part of the id).
    """

    id: str
    text: str
    paragraphs: tuple[Paragraph, ...]
    title: str | None = None
    date: dt.date | None = None
    source: str | None = None
    author: str | None = None
    url: str | None = None
    external_id: str | None = None
    origin: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @classmethod
    def from_text(
        cls,
        text: str,
        *,
        title: str | None = None,
        date: dt.date | str | None = None,
        source: str | None = None,
        author: str | None = None,
        url: str | None = None,
        external_id: str | None = None,
        origin: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Article:
        """An article over ``text``, which is kept to the letter: offsets are the caller's own.

        ``date`` is a ``date`` or an ISO string such as ``2024-11-17``. Raises ``ValueError`` for any other date.
        """
        if isinstance(date, dt.datetime):
            date = date.date()
        elif isinstance(date, str):
            date = dt.date.fromisoformat(date[:10])
        identity = [text, title, date and date.isoformat(), source, author, url, external_id]
        digest = hashlib.sha256(json.dumps(identity, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        return cls(
            id=digest.hexdigest()[:16],
            text=text,
            paragraphs=split_paragraphs(text),
            title=title,
            date=date,
            source=source,
            author=author,
            url=url,
            external_id=external_id,
            origin=origin,
            metadata=dict(metadata or {}),
        )

    @property
    def address(self) -> str | None:
        """Where this article is published: a changed text at the same address is a new version of it.

        A site's front page is no article's address: what stands there changes by the hour.
        """
        base = ("" if _SITE.fullmatch(self.url or "") else self.url) or self.origin or ""
        return f"{base}#{self.external_id}" if self.external_id is not None else base or None

    def paragraph_text(self, index: int) -> str:
        """The text of paragraph ``index`` (from 0)."""
        paragraph = self.paragraphs[index]
        return self.text[paragraph.start : paragraph.end]

    def paragraph_at(self, offset: int) -> int:
        """The index of the paragraph that holds ``offset``, or the last one that starts before it."""
        found = 0
        for paragraph in self.paragraphs:
            if paragraph.start > offset:
                break
            found = paragraph.index
        return found

    def to_dict(self) -> dict[str, Any]:
        """What a list of articles shows of this one (no text)."""
        return {
            "id": self.id,
            "external_id": self.external_id,
            "title": self.title,
            "date": iso(self.date),
            "source": self.source,
            "author": self.author,
            "url": self.url,
            "paragraphs": len(self.paragraphs),
            "characters": len(self.text),
        }


def split_paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Paragraphs by offsets: every line is one, unless the text is hard-wrapped; then blank lines part them."""
    pattern = _BLOCK if _is_hard_wrapped(text) else _LINE
    paragraphs: list[Paragraph] = []
    for match in pattern.finditer(text):
        words = match.group().strip()
        if words:
            start = match.start() + match.group().index(words[0])
            paragraphs.append(Paragraph(len(paragraphs), start, start + len(words)))
    return tuple(paragraphs)


def _is_hard_wrapped(text: str) -> bool:
    """Lines broken at a fixed width: most line ends inside a block stand in the middle of a sentence."""
    inner = [block_line for block in re.split(r"\n[^\S\n]*\n", text) for block_line in block.strip().split("\n")[:-1]]
    if not inner:
        return False
    wrapped = sum(40 <= len(line) <= 120 and not _SENTENCE_END.search(line) for line in inner)
    return wrapped > len(inner) / 2


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole consecutive paragraphs of one article: what retrieval finds. ``last`` is included."""

    id: str
    article_id: str
    first: int
    last: int
    start: int
    end: int
    text: str

    @property
    def paragraphs(self) -> range:
        """Indices of the paragraphs this chunk is made of."""
        return range(self.first, self.last + 1)


def article_of(one: str) -> str:
    """The id of the article that a chunk or a statement belongs to, which its own id begins with."""
    return one.partition(":")[0]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A chunk that was found, with its article and its score (higher is better; comparable within one search only)."""

    article: Article
    chunk: Chunk
    score: float


@dataclass(frozen=True, slots=True)
class Span:
    """A slice of an article with its words."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Naming(Span):
    """Where an article gives a speaker's name: a slice with its words, and its paragraph (from 0)."""

    paragraph: int

    def to_dict(self) -> dict[str, Any]:
        """The JSON of a naming; ``paragraph`` counts from 0."""
        return {"text": self.text, "start": self.start, "end": self.end, "paragraph": self.paragraph}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who said it: the resolved ``name`` and the ``mention`` as written. ``name`` is None when nothing tells.

    ``reason`` is what the article gives for an anonymous speaker's anonymity, in its own words; ``reason_at`` its slice.
    ``named_at`` is the mention that names a resolved speaker: the fullest one before the statement, else after it.
    """

    name: str | None
    mention: str | None = None
    start: int | None = None
    end: int | None = None
    resolved_by: ResolvedBy | None = None
    type: SourceType | None = None
    reason: str | None = None
    reason_at: tuple[int, int] | None = None
    named_at: Naming | None = None

    def to_dict(self) -> dict[str, Any]:
        """The JSON of a speaker."""
        return {
            "name": self.name,
            "mention": self.mention,
            "start": self.start,
            "end": self.end,
            "resolved_by": self.resolved_by,
            "type": self.type,
            "reason": self.reason,
            "reason_at": list(self.reason_at) if self.reason_at else None,
            "named_at": self.named_at.to_dict() if self.named_at else None,
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Speaker:
        """A speaker from its JSON, of this version or an earlier one. Raises KeyError, TypeError."""
        reason_at, named_at = fields.get("reason_at"), fields.get("named_at")
        return cls(
            fields["name"],
            fields["mention"],
            fields["start"],
            fields["end"],
            fields["resolved_by"],
            fields.get("type"),
            fields.get("reason"),
            (reason_at[0], reason_at[1]) if reason_at else None,
            Naming(**named_at) if named_at else None,
        )


@dataclass(frozen=True, slots=True)
class Quote:
    """One statement: its words (``spans`` has several where the tag interrupts them), its speaker and its cue.

    ``speaker`` is None where the article names no source. Where it leaves open who is meant ("he", "Lomund" of two
    brothers) its name is the mention as written, with ``resolved_by`` None: never guessed. ``question`` marks what somebody
    asks in a dialogue.
    """

    article_id: str
    external_id: str | None
    paragraph: int
    text: str
    start: int
    end: int
    spans: tuple[tuple[int, int], ...]
    kind: QuoteKind
    speaker: Speaker | None = None
    cue: Span | None = None
    polarity: Polarity = "asserted"
    addressee: str | None = None
    via: str | None = None
    confidence: float = 1.0
    question: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The JSON of a quote."""
        speaker, cue = self.speaker, self.cue
        return {
            "article_id": self.article_id,
            "external_id": self.external_id,
            "paragraph": self.paragraph,
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "spans": [list(span) for span in self.spans],
            "kind": self.kind,
            "speaker": speaker and speaker.to_dict(),
            "cue": cue and {"text": cue.text, "start": cue.start, "end": cue.end},
            "polarity": self.polarity,
            "addressee": self.addressee,
            "via": self.via,
            "question": self.question,
            "confidence": round(self.confidence, 4),
        }


@dataclass(frozen=True, slots=True)
class Citation:
    """The slice of an article that proves a sentence. ``marker`` is the number people see; code assigns it."""

    marker: int
    article_id: str
    external_id: str | None
    title: str | None
    source: str | None
    date: dt.date | None
    url: str | None
    paragraph: int
    start: int
    end: int
    text: str

    @property
    def byline(self) -> str:
        """Who reported it and when: "The Harbour Gazette, 4 March 2026"; empty if neither is known."""
        day = told_day(self.date) if self.date else ""
        return ", ".join(part for part in (self.source, day) if part)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of a citation; ``paragraph`` counts from 0."""
        return {
            "marker": self.marker,
            "article_id": self.article_id,
            "external_id": self.external_id,
            "title": self.title,
            "source": self.source,
            "date": iso(self.date),
            "url": self.url,
            "paragraph": self.paragraph,
            "start": self.start,
            "end": self.end,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer, its support, and the markers of the citations that prove it."""

    text: str
    support: Support
    citations: tuple[int, ...] = ()
    phrase: tuple[int, int] | None = None
    """Where in ``text`` the words stand that were asked for: a name, a number, a date, a place; None where none stands out."""

    def to_dict(self) -> dict[str, Any]:
        """The JSON of a sentence."""
        phrase = list(self.phrase) if self.phrase else None
        return {"text": self.text, "support": self.support, "citations": list(self.citations), "phrase": phrase}


@dataclass(frozen=True, slots=True)
class Searched:
    """What was searched: how many articles, the dates of the oldest and the newest, and whose alone (None: everybody's).

    ``undated`` is how many of the articles have no date.
    """

    articles: int
    since: dt.date | None = None
    until: dt.date | None = None
    source: str | None = None
    undated: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The JSON of what was searched."""
        return {
            "articles": self.articles,
            "since": iso(self.since),
            "until": iso(self.until),
            "source": self.source,
        }


WRITTEN_BY = "model: "
"""How the engine of an answer begins that a language model wrote; the model's name follows."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an answer. ``speaker`` is whose words its sentences hold, where they hold somebody's.

    ``lead`` says the answer first, ``evidence`` proves it; ``correction`` tells what is so where the question takes something
    else for granted; ``differs`` sets reports side by side; ``note`` is a word of ours without a source; ``closest`` holds
    what comes near a question that is not answered.
    """

    kind: PartKind
    sentences: tuple[Sentence, ...]
    speaker: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The JSON of a part."""
        return {
            "kind": self.kind,
            "speaker": self.speaker,
            "sentences": [sentence.to_dict() for sentence in self.sentences],
        }


TOLD: frozenset[PartKind] = frozenset({"lead", "evidence", "correction", "differs"})
"""The parts of an answer that answer or correct."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question. Text and page are both drawn from its parts.

    ``citations`` prove the parts that answer or correct; ``closest`` are those of the passages that come near a question
    which the articles do not answer: shown as what they are, never as an answer.
    """

    question: str
    status: Status
    text: str
    parts: tuple[Part, ...]
    citations: tuple[Citation, ...]
    searched: Searched
    engine: str
    seconds: float
    verdict: Verdict | None = None
    quotes: tuple[Quote, ...] = ()
    closest: tuple[Citation, ...] = ()
    understood: str | None = None
    """The question that was searched for, where a follow-up was made self-contained."""
    notice: str = ""
    """Why the model that is set did not answer, or what it wrote that was left out; empty where there is nothing to tell."""

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the parts that answer or correct, in order."""
        return tuple(sentence for part in self.parts if part.kind in TOLD for sentence in part.sentences)

    @property
    def closest_speakers(self) -> dict[int, str]:
        """Whose words the closest passages hold, by their markers."""
        near = [part for part in self.parts if part.kind == "closest" and part.speaker]
        return {marker: part.speaker or "" for part in near for one in part.sentences for marker in one.citations}

    @property
    def notes(self) -> tuple[str, ...]:
        """What is told in words of ours: why something is not answered, what to ask instead."""
        return tuple(sentence.text for part in self.parts if part.kind == "note" for sentence in part.sentences)

    @property
    def model(self) -> str | None:
        """The language model that wrote it, or is writing it; None if none did."""
        return self.engine.removeprefix(WRITTEN_BY) if self.engine.startswith(WRITTEN_BY) else None

    def to_dict(self) -> dict[str, Any]:
        """The JSON of an answer."""
        return {
            "question": self.question,
            "understood": self.understood,
            "status": self.status,
            "verdict": self.verdict,
            "text": self.text,
            "parts": [part.to_dict() for part in self.parts],
            "sentences": [sentence.to_dict() for sentence in self.sentences],
            "citations": [citation.to_dict() for citation in self.citations],
            "quotes": [quote.to_dict() for quote in self.quotes],
            "closest": [citation.to_dict() for citation in self.closest],
            "searched": self.searched.to_dict(),
            "engine": self.engine,
            "notice": self.notice,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary of articles: cited sentences, then the main statements.

    A sentence is ``verbatim``, or ``supported``: an article's own with words deleted, or our words for what it cites
    ("Reports differ"). ``note`` says, in words, what the reader has to know: a list, another language, nothing found.
    """

    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    searched: Searched
    quotes: tuple[Quote, ...] = ()
    seconds: float = 0.0
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The JSON of a summary."""
        return {
            "text": self.text,
            "sentences": [sentence.to_dict() for sentence in self.sentences],
            "citations": [citation.to_dict() for citation in self.citations],
            "quotes": [quote.to_dict() for quote in self.quotes],
            "note": self.note,
            "searched": self.searched.to_dict(),
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles to look at. Empty means all. ``since`` and ``until`` are both included."""

    article_ids: Sequence[str] = ()
    speaker: str | None = None
    source: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that could not be added, why, and what to do."""

    source: str
    reason: str
    help_message: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The JSON of a failure."""
        return {"source": self.source, "reason": self.reason, "help": self.help_message}


@dataclass(frozen=True, slots=True)
class AddReport:
    """What an ``add`` did, by article id; nothing is left out."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    older: tuple[str, ...] = ()
    """Older than the version that is here, by their dates: kept, but not found."""

    def to_dict(self) -> dict[str, Any]:
        """The JSON of a report."""
        return {
            "added": list(self.added),
            "updated": list(self.updated),
            "unchanged": list(self.unchanged),
            "older": list(self.older),
            "failed": [failure.to_dict() for failure in self.failed],
        }


def told_day(date: dt.date) -> str:
    """A date as it stands in an answer: 4 March 2026."""
    return f"{date.day} {date:%B %Y}"


def iso(date: dt.date | None) -> str | None:
    """A date as ``2024-11-17``, or None."""
    return date.isoformat() if date else None
