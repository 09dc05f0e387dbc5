"""Interviews without labels: who asks and who answers, by what introduces them; questions by their form or bold letters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.language.doc import analyse
from rag.quotes.layout.lines import Line, is_close, is_question, outside_quotes, spoken
from rag.quotes.layout.said import Said
from rag.quotes.names import Inventory
from rag.types import Article

_TALKED = re.compile(
    r"(?i)\b(?:interview\w*|spoke|talked|conversation|sat down|chatted|met|asked|questions)\b",
)
_ASKS = re.compile(
    r"(?:\b(?:our|[Bb]y|[Ii]nterview(?:ed)? by|[Qq]uestions(?: by)?|[Rr]eporter|[Cc]orrespondent|[Ee]ditor|[Ww]riter|"
    r"[Cc]ritic|[Jj]ournalist|[Ii]nterviewer)(?: [a-z]+){0,2})[ :]+$"
)
_ASKS_AFTER = re.compile(
    r",?(?: of [^,.]{2,40},?)? (?:recently |then |also )?(?:spoke|speaks|talked|talks|sat down|sits down|met|meets|asked|asks|"
    r"interviewed|interviews|visited|visits|caught up|catches up|went to see)\b"
)
_WITH = re.compile(
    r"(?:\b(?:with|to|met|interviewed|interviews|visited|visits|asked|asks|joined by|between)|[Ii]nterview:) +$"
)
_FEW = 3  # questions
_LONGEST = 90  # words of a question
_CLOSE_SHARE = 1 / 2  # of the answers, in which somebody speaks of himself; those of explainers never do
_ANSWER = 4  # paragraphs on average, and
_LONG_ANSWER = 12  # at most
_MYSELF = re.compile(r"\b(?:I|me|my|mine|myself)\b|\bI[’']\w+")


class People:
    """Who talks in an interview, by the article's author, title and introduction: the lines before ``first``."""

    def __init__(self, article: Article, lines: Sequence[Line], first: int) -> None:
        self.article = article
        end = lines[first].start
        self.text = article.text[:end]
        introduced = Article.from_text(self.text)
        doc = analyse(self.text, [(one.start, one.end) for one in introduced.paragraphs])
        places = {(one.start, one.end) for one in doc.entities if one.label == "PERSON"}
        for entity in Inventory(introduced, doc).entities:
            places |= {(one.start, one.end) for one in entity.mentions if entity.person}
        self.places = sorted(place for place in places if _is_whole(self.text[slice(*place)]))
        self.names = list(dict.fromkeys(_bare(self.text[start:end]) for start, end in self.places))
        self._after = " ".join(line.text for line in lines[first:])
        self.asks = self._interviewer()
        self.answers = self._interviewee()

    def are_told_to_talk(self) -> bool:
        """Whether the introduction names the two and tells that they talked."""
        return len({self.asks, self.answers} & {*self.names, self.article.author}) == 2 and bool(
            _TALKED.search(self.text)
        )

    def place(self, name: str | None) -> tuple[int, int] | None:
        """Where the introduction names somebody."""
        return next((place for place in self.places if _bare(self.article.text[slice(*place)]) == name), None)

    def _interviewer(self) -> str | None:
        author = self.article.author
        for start, end in self.places:
            before = self.article.text[max(0, start - 40) : start].rpartition("\n")[2]
            after = self.article.text[end : end + 60].partition("\n")[0]
            name = _bare(self.article.text[start:end])
            if _ASKS.search(before) or (_ASKS_AFTER.match(after) and len(self.names) > 1) or name == author:
                return name
        return author or self.article.source

    def _interviewee(self) -> str | None:
        """The only person who is introduced; of several who is named with the interviewer or most often."""
        others = [name for name in self.names if name != self.asks]
        if len(others) < 2:
            return others[0] if others else None
        told = " ".join([self.article.title or "", self.text, self._after])
        for start, end in self.places:
            name = _bare(self.article.text[start:end])
            if name in others and _WITH.search(self.article.text[max(0, start - 30) : start].rpartition("\n")[2]):
                return name
        counts = Counter({name: len(re.findall(rf"\b{re.escape(name.split()[-1])}\b", told)) for name in others})
        (best, most), (_, second) = counts.most_common(2)
        return best if most > second else None


def _bare(name: str) -> str:
    return re.sub(r"[’']s$", "", re.sub(r"\s+", " ", name)).strip()


def _is_whole(name: str) -> bool:
    """Whether a name has a given name and a surname."""
    words = _bare(name).split()
    capitals = all(word[:1].isupper() for word in words[:1] + words[-1:])
    capitals = capitals and not any(character.isdigit() for character in name)
    return 2 <= len(words) <= 4 and capitals and words[0].lower() not in ("the", "a", "an") and "\n" not in name


def alternating(article: Article, lines: Sequence[Line]) -> list[Said]:
    """Questions and answers that follow each other after an introduction; none where that is no interview."""
    asked = _questions(lines)
    if len(asked) < _FEW or asked[0] == 0:
        return []
    first, last = asked[0], asked[-1]
    groups = [range(one + 1, after) for one, after in zip(asked, [*asked[1:], _end(lines, last)], strict=True)]
    answered = [group for group in groups if len(group)]
    if len(answered) < _FEW or len(answered) < 0.75 * len(groups):
        return []
    own = sum(any(_MYSELF.search(outside_quotes(lines[number].text)) for number in group) for group in answered)
    size = sum(map(len, answered)) / len(answered)
    if own < _CLOSE_SHARE * len(answered) or size > _ANSWER or max(map(len, answered)) > _LONG_ANSWER:
        return []
    people = People(article, lines, first)
    if people.answers is None or not (lines[first].all_bold or people.are_told_to_talk()):
        return []
    asks, answers = people.place(people.asks), people.place(people.answers)
    said = []
    for number in range(first, answered[-1][-1] + 1):
        line, question = lines[number], number in asked
        spans = () if line.is_stage else spoken(line, line.start)
        if spans:
            said.append(
                Said(spans, asks if question else answers, people.asks if question else people.answers, None, question)
            )
    return said


def _questions(lines: Sequence[Line]) -> list[int]:
    """The lines that ask: the bold ones where these mostly do, else those that end with a question mark."""
    bold = [line.number for line in lines if line.all_bold and line.number]
    if len(bold) >= _FEW and sum(is_question(lines[number].text) for number in bold) >= len(bold) / 2:
        asking = [number for number in bold if is_question(lines[number].text)]
        return [number for number in bold if asking[0] <= number <= asking[-1]]
    return [
        line.number
        for line in lines
        if line.number and is_question(line.text) and len(line.text.split()) <= _LONGEST and line.text[0] not in '“"‘'
    ]


def _end(lines: Sequence[Line], last: int) -> int:
    """The end of the last answer: its first paragraph, and those after it in which somebody speaks of himself."""
    number = last + 2
    while number < len(lines) and is_close(lines[number].text) and not lines[number].is_heading:
        number += 1
    return min(number, len(lines))
