"""The engine that writes with a language model: what it writes is shown only as far as code finds it borne out.

The model never decides what is true, nor whether there is an answer. It reads a few numbered paragraphs and writes sentences
with their numbers; code checks each against the paragraphs it names, cites the exact slices, and otherwise leaves it out.
What the other engines found stays as the proof.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from rag.answering import ranking
from rag.answering.compose import Draft, cite_all, compose
from rag.answering.engine import Engine, Task
from rag.answering.exhibits import Exhibit, Place, gather
from rag.answering.model_check import CheckedSentence, Refused, whole_of
from rag.answering.model_prompt import write_prompt
from rag.answering.model_reply import Claim, read_reply
from rag.answering.sentence_engine import Read, SentenceEngine, draft
from rag.errors import ModelError
from rag.llm import ChatModel
from rag.types import WRITTEN_BY, Answer, Article, Quote

INSTEAD = "The articles' own sentences are shown instead."
TOLD_REASONS = 2
"""Reasons that a notice gives; the others are counted."""
WITH_MODEL = 0.6
"""Of the chance from which a question is answered, what is enough where a model's checked sentence answers it, too."""


class Checker(Protocol):
    """Holds claims against paragraphs."""

    def check(self, claim: Claim, exhibits: Sequence[Exhibit], question: str) -> CheckedSentence | Refused:
        """The claim as it may be shown, or why it may not."""
        ...


class ModelEngine:
    """Answers with a chat model, within what the other engines and the verifier let through."""

    def __init__(
        self,
        model: ChatModel,
        checker: Checker,
        summaries: Engine,
        sentences: SentenceEngine,
        article_of: Callable[[str], Article],
        quotes_in: Callable[[str], tuple[Quote, ...]],
    ) -> None:
        self.name = f"{WRITTEN_BY}{model.name}"
        self._model = model
        self._checker = checker
        self._summaries = summaries
        self._sentences = sentences
        self._article_of = article_of
        self._quotes_in = quotes_in

    def __call__(self, task: Task) -> Iterator[Answer]:
        """The answer as it grows, the last of them whole: what the other engines answer, or what the model makes of it.

        A model that fails, or writes what is not borne out, costs nothing but a notice. A premise that an article says is
        wrong is no matter for a model.
        """
        read, made = None, None
        for made in self._summaries(task):
            yield made
        if made is None:
            read = self._sentences.read(task)
            made = self._sentences.answer(task, read)
        exhibits = gather(made, read.ranked if read else (), self._article_of, self._quotes_in)
        corrects = made.status == "abstained" and made.citations
        if not exhibits or corrects or (made.status == "abstained" and not _may_answer(read)):
            yield made
            return
        yield from self._write(_Reading(task, made, read, exhibits))

    def _write(self, reading: _Reading) -> Iterator[Answer]:
        exhibits, asked = reading.exhibits, reading.task.question.text
        yield self._so_far(reading)
        try:
            for claim in read_reply(self._model.stream(write_prompt(asked, exhibits)), len(exhibits)):
                if reading.take(self._checker.check(claim, exhibits, asked)):
                    yield self._so_far(reading)
        except ModelError as error:
            yield dataclasses.replace(reading.draft, notice=f"{error.args[0]} {INSTEAD} {error.help_message}")
            return
        yield self._whole(reading)

    def _so_far(self, reading: _Reading) -> Answer:
        """What can be shown while the model writes: what is checked so far, and the paragraphs that are being read.

        A refusal may still become an answer, and is not told as one.
        """
        answer = reading.answer()
        if answer.status == "abstained":
            answer = dataclasses.replace(answer, status="answered", text="", parts=(), verdict=None)
        closest = cite_all([whole_of(exhibit) for exhibit in reading.exhibits], len(answer.citations) + 1)
        return dataclasses.replace(answer, closest=closest, engine=self.name)

    def _whole(self, reading: _Reading) -> Answer:
        """The answer when the model has ended, with what was left out of what it wrote."""
        if reading.failed:
            notice = f"What the model {self._model.name} wrote is not borne out by the articles."
            told = f"{notice} {INSTEAD}" if reading.draft.status == "answered" else notice
            return dataclasses.replace(reading.draft, notice=told)
        if not reading.told:
            return reading.draft
        return dataclasses.replace(reading.answer(), engine=self.name, notice=reading.notice)


def _may_answer(read: Read | None) -> bool:
    return read is not None and read.decision.chance >= WITH_MODEL * ranking.load_weights().answer


class _Reading:
    """What has come of a reply so far."""

    def __init__(self, task: Task, made: Answer, read: Read | None, exhibits: Sequence[Exhibit]) -> None:
        self.task = task
        self.draft = made
        self.exhibits = exhibits
        self.told: list[CheckedSentence] = []
        self._read = read
        self._good = 0
        self._refused: list[Refused] = []
        self._replaced = 0
        self._places = self._believed()

    def _believed(self) -> set[Place]:
        """The paragraphs that a model's sentence may rest on: those that answer; where none does, the likeliest one to."""
        if self.draft.status == "answered":
            return {(one.article_id, one.paragraph) for one in self.draft.citations}
        ranked = self._read.ranked if self._read else ()
        return {(one.article.id, one.paragraph) for one in ranked[:1] if one.selected > 0 and one.theirs >= 0}

    def take(self, checked: CheckedSentence | Refused) -> bool:
        """Keep what counts of a claim; whether there is something new to show."""
        if isinstance(checked, Refused):
            self._refused.append(checked)
        else:
            self._good += 1
        told = checked.instead if isinstance(checked, Refused) else checked
        shown = {one.text for one in self.told} | {one.text for one in self.draft.sentences}
        if told is None or told.text in shown:
            return False
        if not all((one.article.id, one.paragraph) in self._places for one in told.passages):
            return False
        self._replaced += isinstance(checked, Refused)
        self.told.append(told)
        return True

    @property
    def failed(self) -> bool:
        """Whether the reply lost so much that the rest of it is no better than nothing."""
        return len(self._refused) - self._replaced > self._good + self._replaced

    @property
    def notice(self) -> str:
        """What was left out, and why."""
        if not self._refused:
            return ""
        reasons = list(dict.fromkeys(one.reason for one in self._refused))[:TOLD_REASONS]
        count = "1 sentence" if len(self._refused) == 1 else f"{len(self._refused)} sentences"
        done = "replaced by the article's own" if self._replaced == len(self._refused) else "left out"
        return f"{count} of the model {done}: {'; '.join(reasons)}."

    def answer(self) -> Answer:
        """The draft with what is told so far in front of it."""
        if not self.told:
            return self.draft
        front = [Draft("lead", one.passages, one.text, one.support, quoted=False) for one in self.told]
        shown = {one.text for one in self.told}
        passages = (one for told in self.told for one in told.passages)
        proof = [Draft("evidence", tuple(one for one in passages if one.text not in shown))]
        if self._read is not None and self._read.decision.answers:
            drafts = [one for one in draft(self.task.question, self._read, self.task.searched) if one.kind != "lead"]
            proof = [
                dataclasses.replace(one, passages=tuple(p for p in one.passages if p.text not in shown))
                for one in drafts
            ]
        elif self._read is None:  # a summary: its sentences stay as they are
            return _before(front, self.draft, self.task)
        made = compose(self.task.question.asked, [*front, *proof], self.task.searched, "", self.draft.verdict)
        return dataclasses.replace(made, quotes=self.draft.quotes)


def _before(front: Sequence[Draft], summary: Answer, task: Task) -> Answer:
    """A summary with a model's sentences in front; its citations keep their numbers, the new ones go on counting."""
    lead = compose(task.question.asked, front, task.searched, "", first=summary.citations)
    return dataclasses.replace(
        summary,
        text=f"{lead.text}\n\n{summary.text}",
        parts=(*lead.parts, *summary.parts),
        citations=lead.citations,
    )
