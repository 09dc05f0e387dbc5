"""Speakers without a name ("he", "the minister"): whether the right person of the article is named, or nobody.

The resolver's weights were fitted on the same mentions, so each article is read with weights fitted without it (see
`evals.training.train_resolver`). The measure is that of the data's scorer, which can only be run as a whole. Of the
statements whose speaker is a marked mention, the first name given is held against the people the mention stands for. A name
that is a description ("a company spokesman"), or no more than the mention itself, leaves the speaker open.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from evals.data import read_jsonl
from evals.suite import EvalSet, Outcome, Row, Run, Suite, attempt, failed_row, share
from evals.training.resolver_cases import (
    DOCUMENTS,
    MENTIONS,
    Mention,
    by_document,
    read_mention,
    read_texts,
    same_person,
)
from evals.training.train_resolver import Setting, cross_validate, read_more_settings, read_setting
from rag.quotes.resolver import Resolver
from rag.types import Quote

BARS = {"precision": 97.0, "resolved right of named": 72.0, "open wrongly named": 2.0}
PRONOUN = re.compile(r"he|she|they|it|i|we|who|him|her|them|his|their", re.IGNORECASE)
LOWERCASE_IN_NAMES = frozenset("of the for and in on de von van der bin al la le to at".split())
RESOLVED_BY = frozenset({"pronoun", "title", "previous", "name"})

Became = Literal["right", "wrong", "open", "not found", "failed"]
Form = Literal["pronouns", "roles"]


@dataclass(frozen=True, slots=True)
class Resolved:
    """What became of a mention, and what it was called."""

    mention: Mention
    form: Form
    became: Became
    name: str | None

    @property
    def right(self) -> bool:
        """Whether somebody named was resolved rightly, or somebody unnamed was not given a name."""
        return self.became == "right" if self.mention.people else self.became in ("open", "not found")


def _measure(run: Run) -> Outcome:
    marked = run.cut([read_mention(row) for row in read_jsonl(run.file(MENTIONS))])
    mentions = by_document(marked)
    texts = read_texts([run.file(file) for file in DOCUMENTS], mentions)
    read = {
        document: attempt(partial(_read, document, text, mentions[document]), document)
        for document, text in texts.items()
    }
    settings = [setting for one in read.values() if one is not None for setting in one]
    more = [] if run.limit else read_more_settings([run.file(file) for file in DOCUMENTS])
    weights, _ = cross_validate([*settings, *more])
    quotes: dict[str, list[Quote] | None] = {document: None if one is None else [] for document, one in read.items()}
    for setting in settings:
        resolver = Resolver(setting.looker, weights[setting.document])
        quotes[setting.document] = attempt(partial(setting.quotes, resolver), setting.document)
    resolved = [resolve(mention, text, quotes[name]) for name, text in texts.items() for mention in mentions[name]]
    failed = sum(one is None for one in quotes.values())
    rows = (*speaker_rows(resolved), *failed_row(failed, len(texts)))
    details = [_detail(one, texts[one.mention.document]) for one in resolved]
    return Outcome(rows, len(resolved), details, cases={one.mention.id: int(one.right) for one in resolved})


def _read(document: str, text: str, mentions: Sequence[Mention]) -> list[Setting]:
    """The article read so far that its speakers are missing; empty where nothing is said in it."""
    setting = read_setting(document, text, mentions)
    return [] if setting is None else [setting]


def _detail(resolved: Resolved, text: str) -> dict[str, Any]:
    mention = resolved.mention
    return {
        "id": mention.id,
        "doc_id": mention.document,
        "start": mention.start,
        "mention": text[mention.start : mention.end],
        "people": list(mention.people),
        "form": resolved.form,
        "became": resolved.became,
        "name": resolved.name,
    }


def resolve(mention: Mention, text: str, quotes: Sequence[Quote] | None) -> Resolved:
    """What the statements of a text make of a mention; None where they could not be extracted, which is never right."""
    words = text[mention.start : mention.end]
    form: Form = "pronouns" if PRONOUN.fullmatch(words.strip()) else "roles"
    if quotes is None:
        return Resolved(mention, form, "failed", None)
    spoken = list(_spoken_by(mention, quotes))
    if not spoken:
        return Resolved(mention, form, "not found", None)
    name = next((quote.speaker.name for quote in spoken if quote.speaker and quote.speaker.name), None)
    if name is None or not _is_resolved(name, words, spoken):
        return Resolved(mention, form, "open", name)
    right = any(same_person(name, person) for person in mention.people)
    return Resolved(mention, form, "right" if right else "wrong", name)


def _spoken_by(mention: Mention, quotes: Sequence[Quote]) -> Iterator[Quote]:
    """The statements whose speaker, as written, overlaps the mention."""
    for quote in quotes:
        speaker = quote.speaker
        if speaker is None or speaker.start is None or speaker.end is None:
            continue
        if speaker.start < mention.end and mention.start < speaker.end:
            yield quote


def _is_resolved(name: str, words: str, spoken: Sequence[Quote]) -> bool:
    """Whether a name is somebody's, says more than the mention's ``words``, and was found by resolving these."""
    described = any(word[:1].islower() for word in name.split() if word not in LOWERCASE_IN_NAMES)
    found = any(quote.speaker is not None and quote.speaker.resolved_by in RESOLVED_BY for quote in spoken)
    return found and not described and name.lower() not in words.lower()


def speaker_rows(resolved: Sequence[Resolved]) -> list[Row]:
    """The figures over all mentions, over pronouns and over roles, and how many mentions have a statement."""
    rows = _rows(resolved)
    for form in ("pronouns", "roles"):
        rows += _rows([one for one in resolved if one.form == form], f", {form}")
    found = sum(one.became != "not found" for one in resolved)
    return [*rows, Row("mentions with a statement", share(found, len(resolved)), len(resolved), headline=False)]


def _rows(resolved: Sequence[Resolved], which: str = "") -> list[Row]:
    """Precision of the names given, and what became of mentions of people who are named and of others."""
    found = [one for one in resolved if one.became != "not found"]
    named = Counter(one.became for one in found if one.mention.people)
    others = Counter(one.became for one in found if not one.mention.people)
    right, wrong = named["right"], named["wrong"] + others["wrong"]

    def row(measure: str, part: int, n: int, at_most: bool = False) -> Row:
        bar = None if which else BARS[measure]
        return Row(f"{measure}{which}", share(part, n), n, bar, at_most=at_most, headline=not which)

    return [
        row("precision", right, right + wrong),
        row("resolved right of named", right, named.total()),
        row("open wrongly named", others["wrong"], others.total(), at_most=True),
    ]


SUITE = Suite("speakers", (EvalSet("newsroom", _measure, (MENTIONS, *DOCUMENTS)),))
