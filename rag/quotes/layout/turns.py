"""Transcripts, debates and labelled interviews: whose turn each line is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.quotes.layout.cast import Cast
from rag.quotes.layout.interviews import People
from rag.quotes.layout.labels import Label
from rag.quotes.layout.lines import Line, is_close, is_own, is_question, spoken
from rag.quotes.layout.said import Said
from rag.quotes.regions import Region
from rag.types import Article

FEW = 3  # labels; two where their form is seen in transcripts alone
_CLOSE_SHARE = 1 / 4  # of the turns of people who talk with each other; tables and comparisons have none
_OWN_SHARE = 1 / 4  # of the answers; those of explainers speak of no self
_DENSE = 1 / 5  # labels a line, from the first to the last; where they are not sure
_DENSER = 1 / 4
_PROCEDURE = re.compile(
    r"(?:Question|Motion|Amendment|Bill|Clause|Resolution|Ordered|Resolved|Debate|Sitting|Several|Hon\. Members?|Division|"
    r"The (?:House|Committee|Council|Senate|Clerk|witness|jury|court|meeting)) .*\b(?:put|made|"
    r"proposed|agreed|read|rose|adjourned|divided|"
    r"proceeded|negatived|withdrawn|added|ordered|resumed|sworn|met|passed|lost|reported|interrupted|suspended|excused)\b.*|"
    r"\(?(?:[Ww]hereupon|[Tt]he (?:following|proceedings)|[Pp]roceedings)\b.*",
)
_RUBRIC = re.compile(r"[^.!?:]{1,40}:")
_EDITED = re.compile(
    r"(?i)\b(?:edited|condensed|shortened|abridged|translated)\b.*\b(?:length|clarity|brevity|interview|conversation|transcript)|"
    r"\b(?:interview|conversation|transcript)\b.*\b(?:edited|condensed|shortened|abridged|conducted)\b"
)


@dataclass(frozen=True, slots=True)
class _Turn:
    label: Label
    name: str
    asks: bool
    opens: int
    """The line of its first words: the label's, or the next where the label has a line of its own."""


def labelled(article: Article, lines: Sequence[Line], labels: Sequence[Label], regions: Sequence[Region]) -> list[Said]:
    """The words of each turn, a paragraph at a time; none where the labels are no dialogue's."""
    kept = _dialogue(lines, labels, Cast(article, labels)) if len(labels) > 1 else []
    if not kept:
        return []
    people = People(article, lines, kept[0].line)
    cast = Cast(article, kept, people.names)
    asking = _who_asks(article, lines, kept, cast)
    answered = any(label.part == "answers" for label in kept)
    several = len({cast.name(label) for label in kept if label.part == "name"}) > 1
    asker = None if several or not answered else people.asks
    turns: dict[int, _Turn | None] = {}
    for label in kept:
        if label.part == "examines":
            asker, turns[label.line] = cast.name(label), None
            continue
        name = cast.name(label) if label.part == "name" else asker if label.part == "asks" else people.answers
        asks = label.part == "asks" or (asking is not None and name == asking)
        opens = label.line + (label.body >= lines[label.line].end)
        turns[label.line] = _Turn(label, name or label.words, asks, opens)
    return list(_said(lines, turns, regions))


def procedure(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """The lines of a dialogue that tell what was done and how it was written down: "Question put and agreed to."."""
    for line in lines:
        if _PROCEDURE.fullmatch(line.text) or _EDITED.search(line.text):
            yield line.start, line.end


def _dialogue(lines: Sequence[Line], labels: Sequence[Label], cast: Cast) -> list[Label]:
    """The labels that are turns of a dialogue: several speakers, some of them again, who speak to each other."""
    labels = _of_one_kind(labels)
    known = Counter(_key(label, cast) for label in labels)
    strong = {_key(label, cast) for label in labels if label.strong}
    alone = sum(label.strong and label.alone for label in labels) > 1
    kept = []
    for label in labels:
        key = _key(label, cast)
        sure = label.strong or key in strong or label.part != "name"
        if label.colon is None and label.part == "name" and not (sure or _stands(label, lines, known[key], alone)):
            continue
        if sure or known[key] > 1 or len(label.core) > 1 or not label.core or label.words.isupper():
            kept.append(label)
    return kept if _talk(lines, kept, [_key(label, cast) for label in kept]) else []


def _talk(lines: Sequence[Line], labels: Sequence[Label], keys: Sequence[str]) -> bool:
    """Whether labels are those of people who talk with each other: closely set, again and again, in the first person."""
    turns = Counter(keys)
    strong = {key for key, label in zip(keys, labels, strict=True) if label.strong and not label.alone}
    unnamed = [label for label in labels if not label.core and label.words.isupper()]
    certain = bool(strong) and sum(key in strong for key in keys) + len(unnamed) > 1
    if len(turns) < 2 or len(labels) < (2 if certain or set(turns) == {"asks", "answers"} else FEW):
        return False
    if len(labels) < (_DENSE if certain else _DENSER) * (labels[-1].line - labels[0].line + 1):
        return False
    if certain:
        return True
    again = sum(count > 1 for count in turns.values())
    if set(turns) <= {"asks", "answers"}:
        answers = [_first_words(lines, label) for label in labels if label.part == "answers"]
        return sum(is_own(text) for text in answers) >= _OWN_SHARE * len(answers)
    texts = [_first_words(lines, label) for label in labels]
    close = sum(is_close(text) or is_question(text) for text in texts)
    return again > (0 if any(label.strong for label in labels) else 1) and close >= _CLOSE_SHARE * len(labels)


def _first_words(lines: Sequence[Line], label: Label) -> str:
    """The first paragraph of a turn."""
    line = lines[label.line]
    if label.body < line.end:
        return line.text[label.body - line.start :]
    return lines[label.line + 1].text if label.line + 1 < len(lines) else ""


def _stands(label: Label, lines: Sequence[Line], often: int, alone: bool) -> bool:
    """Whether a label without a colon is one: again and again in bold, or like others of the article on its own line."""
    if alone and label.alone:
        return often > 1 or lines[label.line].bold > 0
    return lines[label.line].bold > 0 and (often > 1 or (label.alone and label.courteous))


def _of_one_kind(labels: Sequence[Label]) -> list[Label]:
    """Without a Q that nobody answers, or one letter that is no label."""
    parts = Counter(label.part for label in labels)
    questions = parts["asks"] and (2 * parts["answers"] >= parts["asks"] or 2 * parts["name"] >= parts["asks"])
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


def _said(lines: Sequence[Line], turns: dict[int, _Turn | None], regions: Sequence[Region]) -> Iterator[Said]:
    turn: _Turn | None = None
    last, quoted, loose = max(turns), False, False
    for line in lines[min(turns) :]:
        start = line.start
        if line.number in turns:
            turn, loose = turns[line.number], line.number == last
            if turn is None or turn.opens > line.number:
                quoted = False
                continue
            start = turn.label.body
            quoted = line.text[start - line.start] in '“"„«'
        elif line.is_stage:
            turn = turn if _goes_on_after(line.text) else None
            continue
        elif turn is None or _PROCEDURE.fullmatch(line.text) or _EDITED.search(line.text):
            continue
        elif (
            (line.is_heading or _RUBRIC.fullmatch(line.text))
            and (line.all_bold or not is_close(line.text))
            and line.number != turn.opens
        ):
            loose = True
            continue
        elif (quoted and line.text[0] not in '“"„«') or (
            loose and line.number != turn.opens and not is_close(line.text)
        ):
            turn = None
            continue
        spans = _in_quotes(line, start, regions) if quoted else spoken(line, start)
        if spans:
            colon = turn.label.colon if line.number == turn.opens else None
            cue = None if colon is None else (colon, colon + 1)
            question = turn.asks or is_question(line.text)
            yield Said(spans, turn.label.name, turn.name, cue, question)


def _goes_on_after(direction: str) -> bool:
    """Whether who spoke goes on after it: after laughter, not after a clip or the end."""
    return not re.search(r"(?i)\b(?:begin|end|ends|commercial|break|recess)\b|^[#*]|^[\-–—_=]+$", direction)


def _in_quotes(line: Line, start: int, regions: Sequence[Region]) -> tuple[tuple[int, int], ...]:
    return tuple((one.start, one.end) for one in regions if one.double and start <= one.start and one.end <= line.end)
