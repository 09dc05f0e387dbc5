"""The engine that writes with a language model: what it writes is shown only as far as code finds it borne out.

The model never decides what is true. It reads a few numbered paragraphs and writes sentences with their numbers; code checks
each against the paragraphs it names, cites the exact slices, and otherwise leaves it out. What the ledger or the extractive
engine is sure of stays in the answer; where they find nothing, a model's word alone does not make an answer.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence

from rag.answering.composing import Passage, cite_all, compose
from rag.answering.evidence import Evidence, by_words
from rag.answering.model_check import ClaimChecker, Refused, Told, whole_of
from rag.answering.model_choice import is_enough, likely_places, may_answer, may_join, statements_in, whose
from rag.answering.model_compose import merge
from rag.answering.model_evidence import Exhibit, Place, gather
from rag.answering.model_prompt import write_prompt
from rag.answering.model_reply import read_reply
from rag.answering.statement_fit import Statement
from rag.answering.statements import StatementFinder
from rag.answering.values import is_of_another_kind
from rag.errors import ModelError
from rag.llm import ChatModel
from rag.question import Question
from rag.types import WRITTEN_BY, Answer, Article, Filters, Searched, SearchResult

INSTEAD = "The articles' own sentences are shown instead."
OPENED = 5
"""Sentences that are shown as found, before they are read."""
TOLD_REASONS = 2
"""Reasons that a notice gives; the others are counted."""


class ModelEngine:
    """Answers with a chat model, within what the other engines and the verifier let through."""

    def __init__(
        self, model: ChatModel, checker: ClaimChecker, finder: StatementFinder, article: Callable[[str], Article]
    ) -> None:
        self.name = f"{WRITTEN_BY}{model.name}"
        self._model = model
        self._checker = checker
        self._finder = finder
        self._article = article

    def opening(
        self, question: Question, searched: Searched, told: Answer | None, results: Sequence[SearchResult]
    ) -> Answer:
        """What can be shown before anything is read: what the ledger told, or the paragraphs that were found."""
        if told is not None:
            return self._growing(told)
        found = {(one.article.id, one.paragraph): one for one in reversed(by_words(question, results)[:OPENED])}
        passages = [Passage(one.article, one.paragraph, one.start, one.end) for one in reversed(found.values())]
        return self._growing(compose(question.asked, [], searched, self.name, closest=passages))

    def _growing(self, answer: Answer) -> Answer:
        """An answer that is not whole yet: a refusal among them may still become one, and is not told as one."""
        open_yet = answer.status == "abstained" and not answer.sentences
        text, unanswered = ("", ()) if open_yet else (answer.text, answer.unanswered)
        return dataclasses.replace(answer, status="answered", text=text, unanswered=unanswered, engine=self.name)

    def nearest(self, question: Question, filters: Filters) -> list[list[Statement]]:
        """For each thing that is asked about sayings the statements that come near it, whether they answer or not."""
        return [self._finder.nearest(saying, question, filters) for saying in question.sayings]

    def answers(
        self,
        question: Question,
        draft: Answer,
        near: Sequence[Sequence[Statement]] = (),
        evidence: Sequence[Evidence] = (),
    ) -> Iterator[Answer]:
        """The answer as it grows, the last of them whole: the draft of the other engines, or what the model makes of it.

        The draft may be a summary: the model has nothing but the paragraphs that it cites, then.
        A model that fails, or writes what is not borne out, costs nothing but a notice. A premise that an article says is
        wrong is no matter for a model.
        """
        exhibits = gather(draft, near, evidence, self._article, self._finder.quotes_in)
        if not exhibits or (draft.status == "abstained" and draft.citations):
            yield draft
            return
        reading = _Reading(question, draft, exhibits, likely_places(question, near, evidence))
        yield self._so_far(reading)
        try:
            for claim in read_reply(self._model.stream(write_prompt(question.text, exhibits)), len(exhibits)):
                if reading.take(self._checker.check(claim, exhibits, question.text)):
                    yield self._so_far(reading)
        except ModelError as error:
            yield dataclasses.replace(draft, notice=f"{error.args[0]} {INSTEAD} {error.help_message}")
            return
        yield self._whole(reading)

    def _so_far(self, reading: _Reading) -> Answer:
        """What can be shown while the model writes: what is verified so far, and the paragraphs that are being read."""
        closest = cite_all([whole_of(exhibit) for exhibit in reading.exhibits])
        return dataclasses.replace(self._growing(reading.answer()), closest=closest)

    def _whole(self, reading: _Reading) -> Answer:
        """The answer when the model has ended, with what was left out of what it wrote."""
        if reading.failed:
            notice = f"What the model {self._model.name} wrote is not borne out by the articles."
            told = f"{notice} {INSTEAD}" if reading.draft.status == "answered" else notice
            return dataclasses.replace(reading.draft, notice=told)
        if not reading.told:
            return reading.draft
        return dataclasses.replace(reading.answer(whole=True), engine=self.name, notice=reading.notice)


class _Reading:
    """What has come of a reply so far."""

    def __init__(
        self, question: Question, draft: Answer, exhibits: Sequence[Exhibit], likely: Mapping[Place, float]
    ) -> None:
        self.question = question
        self.draft = draft
        self.exhibits = exhibits
        self.told: list[Told] = []
        self._likely = likely
        self._good = 0
        self._replaced = 0
        self._refused: list[Refused] = []
        self._repeated: list[Told] = []

    def take(self, checked: Told | Refused) -> bool:
        """Keep what counts of a claim; whether there is something new to show."""
        if isinstance(checked, Refused):
            self._refused.append(checked)
        else:
            self._good += 1
        told = checked.instead if isinstance(checked, Refused) else checked
        shown = {one.text for one in self.told} | {one.text for one in self.draft.sentences}
        if told is not None and told.text in shown:
            self._repeated.append(told)
        if told is None or told.text in shown or not self._counts(told, borne_out=told is checked):
            return False
        if isinstance(checked, Refused) and self._is_theirs:
            return False
        self._replaced += isinstance(checked, Refused)
        self.told.append(told)
        return True

    @property
    def _is_theirs(self) -> bool:
        """Whether words of somebody by name are missing: those of theirs that come nearest need not be on what is asked."""
        return self.draft.status == "abstained" and any(one.speaker for one in self.question.sayings)

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

    def answer(self, whole: bool = False) -> Answer:
        """The draft with what is told so far. Only a ``whole`` reply of which nothing was refused can be enough by itself."""
        enough = whole and not self._refused and is_enough(self.question, self.draft, self.told)
        within = [*self.told, *self._repeated] if enough else None
        return merge(self.draft, self.told, self._lead, self._settled(), within)

    def _counts(self, told: Told, borne_out: bool) -> bool:
        if is_of_another_kind(self.question, told.text):
            return False
        if self.draft.status == "answered":
            return may_join(self.question, self.draft, told, self.exhibits, self._likely)
        return may_answer(self.question, told, self.exhibits, self._likely, borne_out)

    def _lead(self, passage: Passage) -> str:
        """Whose words a passage holds, where the ledger names somebody."""
        for quote in statements_in(passage, self.exhibits):
            if quote.speaker and quote.speaker.resolved_by and quote.speaker.name:
                return quote.speaker.name
        return ""

    def _settled(self) -> list[str]:
        """Reasons of the draft why somebody's words are missing, of whom words are told now."""
        answered = [
            saying.speaker
            for told in self.told
            for passage in told.passages
            if (saying := whose(self.question, statements_in(passage, self.exhibits), passage)) and saying.speaker
        ]
        return [reason for reason in self.draft.unanswered if any(one in reason for one in answered)]
