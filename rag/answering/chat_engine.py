"""Messages that ask nothing of the articles, such as a greeting or a request that is not for us: one honest line each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from rag.answering.compose import Draft, compose, count
from rag.answering.engine import Task
from rag.types import Answer, Kind, Searched

SURE = 0.7  # of the reader, that nothing is asked of the articles: to pass over a question is worse
_LINES: dict[Kind, str] = {
    "smalltalk": "I am glad to help. Ask what somebody said, who said something, what happened, or for a summary.",
    "help": "Ask in your own words: what somebody said about something, who said it, whether they did, what happened, "
    "what is new, where reports differ, or for a summary. Every sentence of an answer cites the paragraph that proves it.",
    "not_for_us": "Sorry, I can only tell what the articles report. Ask me who said what, or what happened.",
    "unclear": "Sorry, I do not understand that. Name a person or a topic, and what you want to know of it.",
}


class ChatEngine:
    """Answers what is no question to the articles; leaves everything else to the others."""

    name = "chat"

    def __call__(self, task: Task) -> Iterator[Answer]:
        """One line, where the reader is sure."""
        question = task.question
        if question.kind in _LINES and question.kinds[question.kind] >= SURE:
            line = f"{_LINES[question.kind]} {_holds(task.searched)}"
            yield _spoken(compose(question.asked, [Draft("note", words=line)], task.searched, self.name), line)


def _spoken(answer: Answer, line: str) -> Answer:
    """The answer without a word on what was searched: nothing was."""
    return dataclasses.replace(answer, text=line)


def _holds(searched: Searched) -> str:
    return (
        f"There {'is' if searched.articles == 1 else 'are'} {count(searched)} here."
        if searched.articles
        else ("There are no articles here yet: add some first.")
    )
