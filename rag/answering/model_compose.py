"""What a model wrote, as far as it is borne out, put before what the other engines found: one answer, counted by code."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from rag.answering.composing import Passage, cite, tell
from rag.answering.model_check import Told
from rag.types import Answer, Sentence

Slice = tuple[str, int, int]


def merge(draft: Answer, told: Sequence[Told], lead: Callable[[Passage], str], settled: Sequence[str] = ()) -> Answer:
    """The answer that begins with what is told. Paragraphs that the draft does not cite follow it in their own words.

    A draft that answers stays, but for the ``settled`` of its reasons why a part is not answered; its markers are kept.
    ``lead`` says whose words a slice holds. Without anything told it is the draft.
    """
    if not told:
        return draft
    base = _without(draft, settled) if draft.status == "answered" else _emptied(draft)
    citations = list(base.citations)
    shown = {(one.article_id, one.paragraph) for one in citations}
    cited = {_slice(one): one for sentence in told for one in sentence.passages}
    known = {(one.article_id, one.start, one.end): one.marker for one in citations}
    for where, passage in cited.items():
        if where not in known:
            citations.append(cite(len(citations) + 1, passage))
            known[where] = len(citations)
    front = [Sentence(one.text, one.support, tuple(known[_slice(part)] for part in one.passages)) for one in told]
    already = {one.text for one in front}
    more = [
        dataclasses.replace(passage, lead=lead(passage))
        for passage in cited.values()
        if (passage.article.id, passage.paragraph) not in shown and passage.text not in already
    ]
    groups = [(citations[known[_slice(passage)] - 1],) for passage in more]
    return dataclasses.replace(
        base,
        status="answered",
        text="\n\n".join(block for block in (_marked(front), base.text, *tell(more, groups)) if block),
        sentences=(
            *front,
            *base.sentences,
            *(Sentence(group[0].text, "verbatim", (group[0].marker,)) for group in groups),
        ),
        citations=tuple(citations),
        closest=(),
    )


def _without(draft: Answer, reasons: Sequence[str]) -> Answer:
    """An answer without some of its reasons why a part is not answered."""
    blocks = [block for block in draft.text.split("\n\n") if block not in reasons]
    unanswered = tuple(one for one in draft.unanswered if one not in reasons)
    return dataclasses.replace(draft, text="\n\n".join(blocks), unanswered=unanswered)


def _emptied(draft: Answer) -> Answer:
    return dataclasses.replace(draft, text="", sentences=(), citations=(), unanswered=(), closest=(), quotes=())


def _marked(sentences: Sequence[Sentence]) -> str:
    return " ".join(f"{one.text}{''.join(f' [{marker}]' for marker in one.citations)}" for one in sentences)


def _slice(passage: Passage) -> Slice:
    return passage.article.id, passage.start, passage.end
