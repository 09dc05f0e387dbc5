"""What a model wrote, as far as it is borne out, put before what the other engines found: one answer, counted by code."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator, Sequence

from rag.answering.composing import Passage, cite, tell
from rag.answering.model_check import Told
from rag.answering.model_evidence import Place
from rag.types import Answer, Citation, Sentence

Slice = tuple[str, int, int]


def merge(
    draft: Answer,
    told: Sequence[Told],
    lead: Callable[[Passage], str],
    settled: Sequence[str] = (),
    within: Sequence[Told] | None = None,
) -> Answer:
    """The answer that begins with what is told. Paragraphs that the draft does not cite follow it in their own words.

    A draft that answers stays, but for the ``settled`` of its reasons why a part is not answered. Only those of its
    sentences stay that stand in the paragraphs of ``within``, where it is given. ``lead`` says whose words a slice holds.
    Without anything told it is the draft.
    """
    if not told:
        return draft
    base = _without(draft, settled) if draft.status == "answered" else _emptied(draft)
    if within is not None:
        base = _within(base, {(one.article.id, one.paragraph) for sentence in within for one in sentence.passages})
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


def _within(draft: Answer, places: Collection[Place]) -> Answer:
    """An answer with only its sentences of these paragraphs, in the order that they have, its markers counted anew."""
    cited = {one.marker: one for one in draft.citations}
    kept = [one for one in draft.sentences if any(_place(cited[marker]) in places for marker in one.citations)]
    markers = {old: new for new, old in enumerate(sorted({marker for one in kept for marker in one.citations}), 1)}
    sentences = {one: dataclasses.replace(one, citations=tuple(markers[old] for old in one.citations)) for one in kept}
    blocks = [
        block[: block.index(mine[0].text)] + _marked([sentences[one] for one in mine if one in sentences])
        for block, mine in _by_block(draft)
        if any(one in sentences for one in mine)
    ]
    return dataclasses.replace(
        draft,
        text="\n\n".join(blocks),
        sentences=tuple(sentences.values()),
        citations=tuple(dataclasses.replace(cited[old], marker=new) for old, new in markers.items()),
    )


def _by_block(answer: Answer) -> Iterator[tuple[str, list[Sentence]]]:
    """Each block of an answer's text with the sentences in it."""
    left = list(answer.sentences)
    for block in answer.text.split("\n\n"):
        mine, at = [], 0
        while left and (at := block.find(left[0].text, at)) >= 0:
            mine.append(left.pop(0))
            at += len(mine[-1].text)
        yield block, mine


def _place(citation: Citation) -> Place:
    return citation.article_id, citation.paragraph


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
