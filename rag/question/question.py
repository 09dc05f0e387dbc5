"""The type of a question as it is answered."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from rag.language.dates import Period
from rag.language.words import STOP_WORDS, normalise
from rag.types import Kind

_MORE = re.compile(r"\b(?:else|other|more)\b", re.I)
_RUN = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’.-]*(?:\s+[A-ZÀ-ÖØ-Þ][\w'’.-]*)*")


@dataclass(frozen=True, slots=True)
class Question:
    """A question: what is asked for, of whom, about what, and the days whose articles are meant."""

    asked: str
    text: str
    """What is searched for: the question, with the turn before it where it leans on that."""
    kind: Kind
    kinds: Mapping[Kind, float]
    """The chance of each kind."""
    speakers: tuple[str, ...]
    """Whose words are asked for, as written; of a follow-up also those of the turn before."""
    topic: str
    """What it is about, as written; "" where the reader finds none."""
    names: tuple[str, ...]
    topics: tuple[str, ...]
    """Stems of the words that carry the topic."""
    period: Period | None
    """The days whose articles are preferred."""
    focus: Period | None
    """Those of them that are likeliest meant."""
    names_days: bool = False
    """Whether it names these days itself, and they are not only those around the day of asking."""
    since: dt.date | None = None
    """The first of the days up to the day of asking that it names, "today", "this week": what is older answers nothing."""
    looking_back: Period | None = None
    """The last days before a given day of asking, whose news may look back on the days that are named."""
    understood: str | None = None
    """How a follow-up was understood, to be shown; None where the question was taken as it was asked."""
    sources: tuple[str, ...] = ()
    """The library's publishers that it names."""
    cited: tuple[str, ...] = ()
    """Ids of the articles that the answer before cites: what "this article" is."""
    told: tuple[tuple[str, int, int], ...] = ()
    """The slices of articles that it shows: an id, start and end."""
    leans: bool = False
    halves: tuple[Question, ...] = ()
    """The two questions that it asks one after the other, if it does; the second is read as a follow-up to the first."""

    @property
    def source(self) -> str | None:
        """The publisher whose articles alone are asked for; None where it names none, or several."""
        return self.sources[0] if len(self.sources) == 1 else None

    @property
    def asks_for_more(self) -> bool:
        """Whether it asks for what the answer before does not tell: "What else did she say?"."""
        return self.leans and bool(_MORE.search(self.asked))


def name_runs(text: str) -> tuple[str, ...]:
    """Names as they are written, mostly: runs of capitalised words, without the stop words that open or end them."""
    found: list[str] = []
    for match in _RUN.finditer(normalise(text)):
        run = [re.sub(r"'s?$", "", word.rstrip(".-")) for word in match.group().split()]
        while run and run[0].lower() in STOP_WORDS:
            run = run[1:]
        if run:
            found.append(" ".join(run))
    return tuple(dict.fromkeys(found))


def names_in(text: str) -> tuple[str, ...]:
    """The words of the names of a text, lower-cased, in order."""
    return tuple(dict.fromkeys(word.lower() for run in name_runs(text) for word in run.split()))
