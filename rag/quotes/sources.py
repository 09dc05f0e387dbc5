"""What kind of source each speaker is, where the article names it, and why an anonymous one is not named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.quotes import lexicon
from rag.quotes.anonymity import Anonymity
from rag.quotes.entities import Entity
from rag.quotes.features import Looker
from rag.quotes.regions import Region
from rag.types import Naming, Quote, SourceType, Speaker

_INDEFINITE = re.compile(r"(?i)(?:an?|one|another|some|other|any)\b")
_UNNAMED = re.compile(r"(?i)\b(?:anonymous|unnamed|unidentified)\b")
_KNOWING = re.compile(
    r"(?i)\b(?:familiar|briefed|privy|close to|(?:with|ha[sd]|have) (?:direct |first-?hand )?knowledge)\b"
)
"""How a report tells that somebody knows, whom it does not name: "people familiar with the matter"."""
_DOCUMENTS = lexicon.DOCUMENTS | lexicon.RECORDS | lexicon.SPEECH_NOUNS
_WORKS = frozenset({"WORK_OF_ART", "LAW"})
_BODIES = frozenset({"ORG", "GPE", "LOC", "FAC", "PRODUCT", "EVENT"})


def describe_sources(looker: Looker, regions: Sequence[Region], quotes: Sequence[Quote]) -> list[Quote]:
    """The statements of an article, by position, with what is told of their speakers; ``regions`` are its quotations.

    That a source "asked not to be named" is the article's reason, and none of its statements.
    """
    sources = Sources(looker)
    typed = [quote.speaker and sources.describe(quote.speaker) for quote in quotes]
    anonymity = Anonymity(looker.scene, regions)
    reasons = anonymity.reasons([one for one in typed if one and sources.may_be_anonymous(one)])
    described = [
        replace(quote, speaker=speaker and _with_reason(speaker, reasons.get(speaker.start), looker.scene.text))
        for quote, speaker in zip(quotes, typed, strict=True)
    ]
    return [quote for quote in described if not _is_reason(quote)]


def _is_reason(quote: Quote) -> bool:
    reason = quote.speaker.reason_at if quote.speaker else None
    return reason is not None and reason[0] <= quote.start and quote.end <= reason[1]


def _with_reason(speaker: Speaker, reason: tuple[int, int] | None, text: str) -> Speaker:
    if reason is None:
        return speaker
    return replace(speaker, type="anonymous", reason=text[slice(*reason)], reason_at=reason)


class Sources:
    """Tells the type of the speakers of one article, and the mention that names them."""

    def __init__(self, looker: Looker) -> None:
        self.scene, self.persons = looker.scene, looker.persons
        self._numbers = {entity.name: number for number, entity in reversed([*enumerate(looker.entities)])}

    def describe(self, speaker: Speaker) -> Speaker:
        """The speaker with a type and the mention that names it."""
        if speaker.start is None or speaker.end is None:
            return speaker
        number = self._numbers.get(speaker.name or "") if speaker.resolved_by else None
        if number is not None:
            naming = self._naming(self.scene.inventory.entities[number], speaker.start)
            return replace(speaker, type=self._type_of_entity(number), named_at=naming)
        place = self._place(speaker)
        return replace(
            speaker,
            type=self._type_of_words(*place) if place else "group",
            named_at=self._at(*place) if place and speaker.resolved_by else None,
        )

    def may_be_anonymous(self, speaker: Speaker) -> bool:
        """Whether a speaker is not named as a person or a body of the article."""
        return speaker.start is not None and not (speaker.resolved_by and speaker.name in self._numbers)

    def _place(self, speaker: Speaker) -> tuple[int, int] | None:
        """The slice that names or describes a speaker who is no entity; None where the name is that of several."""
        assert speaker.start is not None
        assert speaker.end is not None
        if not speaker.resolved_by or not speaker.name:
            return speaker.start, speaker.end
        if " and " in speaker.name and all(one in self._numbers for one in speaker.name.split(" and ")):
            return None
        start = self.scene.text.find(speaker.name, speaker.start, speaker.end)
        if start < 0:  # "the man", of "the man, who": it stands before
            start = self.scene.text.rfind(speaker.name, 0, speaker.start)
        return (start, start + len(speaker.name)) if start >= 0 else None

    # names -----------------------------------------------------------------------------------------------------

    def _naming(self, entity: Entity, start: int) -> Naming | None:
        """The mention of an entity that names it in full, the last that begins before ``start`` or there, else the next."""
        full = max((mention.end - mention.start for mention in entity.mentions), default=0)
        named = [one for one in entity.mentions if one.end - one.start >= min(full, len(entity.name))]
        if not named:
            return None
        before = [one for one in named if one.start <= start]
        within = [one for one in named if one.start < start + len(entity.name) and one.start >= start]
        mention = (within or before[-1:] or named)[0]
        return self._at(mention.start, mention.end)

    def _at(self, start: int, end: int) -> Naming:
        return Naming(self.scene.text[start:end], start, end, self.scene.paragraph_at(start))

    def _type_of_entity(self, number: int) -> SourceType:
        if self.persons[number]:
            return "person"
        labels = self.scene.labels[number]
        label = max((one for one in labels if one), key=lambda one: labels[one], default="")
        return self._type_of_name(self.scene.inventory.entities[number].words, label)

    def _type_of_name(self, words: Sequence[str], label: str) -> SourceType:
        """What a name is that no sign tells to be a person's, by its words and its label."""
        last = words[-1] if words else ""
        if last in _DOCUMENTS or label in _WORKS:
            return "document"
        if label == "NORP" or last in lexicon.PLURAL_PEOPLE:
            return "group"
        inner = lexicon.FUNCTION_WORDS.intersection(words[1:-1])  # "Breaking the Ice"
        if label in _BODIES or inner or lexicon.ORGANIZATION_WORDS.intersection(words):
            return "organisation"
        return "person"

    # speakers as written ---------------------------------------------------------------------------------------

    def _type_of_words(self, start: int, end: int) -> SourceType:
        words = self.scene.text[start:end]
        low = words.lower()
        if low in lexicon.PLURAL_PRONOUNS or low in ("we", "us"):
            return "group"
        if low in lexicon.NEUTER_PRONOUNS:
            return "organisation"
        head = self.scene.doc.words[number] if (number := self.scene.head_of(start, end)) is not None else None
        if head is None or head.tag.startswith(("PRP", "W")):
            return "person"
        if head.tag.startswith("NNP") and not _DOCUMENTS.intersection(low.split()):
            name = re.findall(r"\w+", self.scene.text[head.start : head.end].lower())
            known = self.scene.inventory.people(name[-1]) if name else []
            return "person" if known else self._type_of_name(name, head.label)
        return _type_of_noun(self.scene.text[head.start : head.end].lower(), head.tag == "NNS", words)


def _type_of_noun(noun: str, plural: bool, words: str) -> SourceType:
    """What a speaker is who is told of by a common noun, in a description such as "a doctor from the clinic"."""
    single = noun[:-3] + "y" if plural and noun.endswith("ies") else noun.removesuffix("s") if plural else noun
    if single in lexicon.UNNAMED or _UNNAMED.search(words) or _KNOWING.search(words):
        return "anonymous"
    if single in _DOCUMENTS:
        return "document"
    if noun in lexicon.INSTITUTIONS:  # "police" is one body, "companies" are several
        return "organisation"
    if plural or noun in lexicon.PLURAL_PEOPLE or noun in lexicon.COLLECTIVES:
        return "group"
    return "anonymous" if _INDEFINITE.match(words) and noun not in lexicon.SPOKESPEOPLE else "person"
