"""Transcripts, debates and labelled interviews: whose turn each line is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.quotes.layout.cast import Cast
from rag.quotes.layout.interviews import People
from rag.quotes.layout.labels import Label
from rag.quotes.layout.lines import Line, is_close, is_question, spoken
from rag.quotes.layout.said import Said
from rag.quotes.regions import Region
from rag.types import Article

FEW = 3  # labels; two where their form is seen in transcripts alone
_CLOSE_SHARE = 1 / 6  # of the turns of people who talk with each other; tables and comparisons have none
_DENSE = 1 / 5  # labels a line, from the first to the last
_PROCEDURE = re.compile(
    r"(?:Question|Motion|Amendment|Bill|Clause|Resolution|Ordered|Resolved|Debate|Sitting|Several|Hon\. Members?|Division|"
    r"The (?:House|Committee|Council|Senate|Clerk|witness|jury|court|meeting)) .*\b(?:put|agreed|read|rose|adjourned|divided|"
    r"proceeded|negatived|withdrawn|added|ordered|resumed|sworn|met|passed|lost|reported|interrupted|suspended|excused)\b.*|"
    r"\(?(?:[Ww]hereupon|[Tt]he (?:following|proceedings)|[Pp]roceedings)\b.*",
)
_EDITED = re.compile(
    r"(?i)\b(?:edited|condensed|shortened|abridged|translated)\b.*\b(?:length|clarity|brevity|interview|conversation|transcript)|"
    r"\b(?:interview|conversation|transcript)\b.*\b(?:edited|condensed|shortened|abridged|conducted)\b"
)


@dataclass(frozen=True, slots=True)
class _Turn:
    label: Label
    name: str
    asks: bool


def labelled(article: Article, lines: Sequence[Line], labels: Sequence[Label], regions: Sequence[Region]) -> list[Said]:
    """The words of each turn, a paragraph at a time; none where the labels are no dialogue's."""
    people = People(article, lines, labels[0].line) if labels else None
    if people is None:
        return []
    cast = Cast(article, labels, people.names)
    kept = _dialogue(lines, labels, cast)
    if not kept:
        return []
    asking = _who_asks(article, lines, kept, cast)
    turns = {}
    for label in kept:
        name = cast.name(label) if label.part == "name" else people.asks if label.part == "asks" else people.answers
        asks = label.part == "asks" or (asking is not None and name == asking)
        turns[label.line] = _Turn(label, name or label.words, asks)
    return list(_said(lines, turns, regions))


def _dialogue(lines: Sequence[Line], labels: Sequence[Label], cast: Cast) -> list[Label]:
    """The labels that are turns of a dialogue: several speakers, some of them again, who speak to each other."""
    labels = _of_one_kind(labels)
    known = Counter(_key(label, cast) for label in labels)
    strong = {_key(label, cast) for label in labels if label.strong}
    kept = []
    for label in labels:
        key = _key(label, cast)
        sure = label.strong or key in strong or label.part != "name"
        if label.colon is None and label.part == "name" and not (sure or (known[key] > 1 and lines[label.line].bold)):
            continue
        if sure or known[key] > 1 or len(label.core) > 1 or not label.core or label.words.isupper():
            kept.append(label)
    certain = sum(label.strong for label in kept)
    if len({_key(label, cast) for label in kept}) < 2 or len(kept) < (2 if certain >= 2 else FEW):
        return []
    if certain < 2 and max(Counter(_key(label, cast) for label in kept).values()) < 2:
        return []
    if len(kept) < _DENSE * (kept[-1].line - kept[0].line + 1):
        return []
    texts = [lines[label.line].text[label.body - lines[label.line].start :] for label in kept]
    close = sum(is_close(text) or is_question(text) for text in texts)
    return kept if certain >= 2 or close >= _CLOSE_SHARE * len(kept) else []


def _of_one_kind(labels: Sequence[Label]) -> list[Label]:
    """Without a Q that nobody answers, or one letter that is no label."""
    parts = Counter(label.part for label in labels)
    questions = parts["asks"] and (parts["answers"] or parts["name"] > 1)
    return [label for label in labels if label.part == "name" or (questions if label.part == "asks" else parts["asks"])]


def _key(label: Label, cast: Cast) -> str:
    return cast.name(label).lower() if label.part == "name" else label.part


def _who_asks(article: Article, lines: Sequence[Line], labels: Sequence[Label], cast: Cast) -> str | None:
    """Of two who talk the one who asks: the paper, or else who nearly always ends with a question mark."""
    names = list(dict.fromkeys(cast.name(label) for label in labels if label.part == "name"))
    if len(names) != 2:
        return None
    publisher = (article.source or "").lower()
    for name in names:
        bare = re.sub(r"(?i)^the ", "", name).lower()
        if bare and (bare in publisher or name == article.author):
            return name
    shares = []
    for name in names:
        mine = [lines[label.line] for label in labels if label.part == "name" and cast.name(label) == name]
        shares.append(sum(is_question(line.text) for line in mine) / len(mine))
    best = max(shares)
    return names[shares.index(best)] if best >= 0.5 and min(shares) <= best / 3 else None


def _said(lines: Sequence[Line], turns: dict[int, _Turn], regions: Sequence[Region]) -> Iterator[Said]:
    turn: _Turn | None = None
    last, quoted, loose = max(turns), False, False
    for line in lines[min(turns) :]:
        start = line.start
        if line.number in turns:
            turn, loose = turns[line.number], line.number == last
            start, quoted = turn.label.body, False
            if start >= line.end:
                continue
            quoted = line.text[start - line.start] in '“"„«'
        elif line.is_stage:
            turn = turn if _goes_on_after(line.text) else None
            continue
        elif turn is None or _PROCEDURE.fullmatch(line.text) or _EDITED.search(line.text):
            continue
        elif line.is_heading and (line.all_bold or not is_close(line.text)) and line.number - 1 != turn.label.line:
            loose = True
            continue
        elif (quoted and line.text[0] not in '“"„«') or (loose and not _opens(turn, line) and not is_close(line.text)):
            turn = None
            continue
        spans = _in_quotes(line, start, regions) if quoted else spoken(line, start)
        if spans:
            first = line.number == turn.label.line or _opens(turn, line)
            cue = (turn.label.colon, turn.label.colon + 1) if first and turn.label.colon is not None else None
            question = turn.asks or is_question(line.text)
            yield Said(spans, turn.label.name, turn.name, cue, question)


def _opens(turn: _Turn, line: Line) -> bool:
    """Whether a line is the first of a turn whose label stands on a line of its own."""
    return (
        line.number == turn.label.line + 1
        and turn.label.body >= turn.label.name[1]
        and turn.label.body >= line.start - 2
    )


def _goes_on_after(direction: str) -> bool:
    """Whether who spoke goes on after it: after laughter, not after a clip or the end."""
    return not re.search(r"(?i)\b(?:begin|end|ends|commercial|break|recess)\b|^[#*]|^[\-–—_=]+$", direction)


def _in_quotes(line: Line, start: int, regions: Sequence[Region]) -> tuple[tuple[int, int], ...]:
    return tuple((one.start, one.end) for one in regions if one.double and start <= one.start and one.end <= line.end)
