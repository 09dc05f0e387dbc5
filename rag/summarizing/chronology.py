"""What happened in order: by the days of the reports, or by the clock if it is asked for hour by hour; and views over time."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from rag.answering.compose import Draft, Passage, compose
from rag.answering.engine import Task
from rag.catalog import Catalog
from rag.question import read_question
from rag.retrieval import HybridRetriever
from rag.summarizing.chat import answer_with, length_in
from rag.summarizing.listing import NAME
from rag.summarizing.summarizer import Summarizer
from rag.summarizing.topic import articles_on
from rag.summarizing.units import Unit, read_units
from rag.types import Answer, Article, Chunk

MOMENTS = 16
NEARBY = 25  # characters in which the next time of day stands
NIGHT, EVENING, DAY = 6 * 60, 18 * 60, 24 * 60  # minutes: what is before six in the morning may follow an evening
_BY_THE_CLOCK = re.compile(r"\b(?:hour by hour|hourly|by the hour|minute by minute|by the clock)\b", re.I)
_CLOCK = re.compile(
    r"(?<![\d.:,])(?P<hour>\d{1,2})(?:[:.](?P<minute>[0-5]\d))?\s?(?:(?P<half>[ap])\.?m\b\.?)(?!\w)"
    r"|(?<![\d.:,])(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)\b(?!\s?per)",
    re.I,
)


class Chronology:
    """Tells a topic, or a speaker's views, in order of time."""

    def __init__(self, summarizer: Summarizer, retriever: HybridRetriever, catalog: Catalog) -> None:
        self._summarizer = summarizer
        self._retriever = retriever
        self._catalog = catalog

    def __call__(self, task: Task) -> Iterator[Answer]:
        """The answer as it grows; nothing where neither speaker nor topic is named, or there is nothing on them."""
        question, length = task.question, length_in(task.question.asked)
        if question.topic and _BY_THE_CLOCK.search(question.asked) and (moments := self._moments(task)):
            yield compose(question.asked, [Draft("evidence", tuple(moments))], task.searched, NAME)
            return
        if question.speakers:
            within = dataclasses.replace(task.filters, speaker=None)
            parts = self._summarizer.speaker(question.speakers[0], question.topic or None, within, length)
        elif question.topic:
            parts = self._summarizer.topic(question.topic, task.filters, length)
        else:
            return
        yield from (answer_with(task, one, NAME) for one in parts if one.sentences)

    def _moments(self, task: Task) -> list[Passage]:
        """The sentences on the topic that tell the time of the day, in its order."""
        found: dict[tuple[str, int], tuple[int, Passage]] = {}
        question = read_question(task.question.topic)
        for article, chunks in articles_on(question, task.filters, self._retriever, self._catalog):
            for minutes, passage in _timed(article, chunks):
                found.setdefault((article.id, passage.start), (minutes, passage))
        times = [minutes for minutes, _ in found.values()]
        night = any(one >= EVENING for one in times) and any(one < NIGHT for one in times)
        ordered = sorted(found.values(), key=lambda one: one[0] + (DAY if night and one[0] < NIGHT else 0))
        return [passage for _, passage in ordered[:MOMENTS]]


def _timed(article: Article, chunks: list[Chunk]) -> list[tuple[int, Passage]]:
    """Sentences with the minute of the day that each tells first; one that leans comes with the sentence before it."""
    indices = sorted({index for chunk in chunks for index in chunk.paragraphs})
    found: list[tuple[int, Passage]] = []
    before: Unit | None = None
    for unit in read_units(article, (), [article.paragraphs[index] for index in indices]):
        leant_on = before if unit.leans and before and before.paragraph == unit.paragraph else None
        match, before = _CLOCK.search(unit.text), unit
        if not match or (unit.leans and not leant_on):
            continue
        if leant_on and found and found[-1][1].end == leant_on.end:
            found[-1] = found[-1][0], dataclasses.replace(found[-1][1], end=unit.end)
        else:
            start = leant_on.start if leant_on else unit.start
            at = unit.start + match.start(), unit.start + match.end()
            found.append((_minutes(match), Passage(article, unit.paragraph, start, unit.end, phrase=at)))
    return found


def _minutes(match: re.Match[str]) -> int:
    """The minute of the day; "12:40 and 1:15 a.m." are both in the morning."""
    half = match["half"]
    if half is None:
        following = _CLOCK.search(match.string, match.end(), match.end() + NEARBY)
        half = following["half"] if following and int(match["hour24"]) <= 12 else None
    if half is None:
        return int(match["hour24"]) * 60 + int(match["minute24"])
    hour = int(match["hour"] or match["hour24"]) % 12 + (12 if half.lower() == "p" else 0)
    return hour * 60 + int(match["minute"] or match["minute24"] or 0)
