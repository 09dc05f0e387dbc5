"""Who is tagged to a statement, where its form tells more than the pointers: transcripts, signatures, nearby tags."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rag.quotes import lexicon
from rag.quotes.regions import Region
from rag.quotes.statements import Statement, overlap
from rag.quotes.tagger import CUE, SOURCE, Tagged
from rag.types import Article

Slice = tuple[int, int]

_SIGNED = re.compile(r"\s*([―—–:]|--?)\s*([^\W\d_a-z][^\n“”\"]{1,90}?)[.,]?\s*$")
_TURN = re.compile(
    r"\s*(?:[-–—•*·▪]\s*)?[“\"'‘]?((?:[A-Z][A-Z.’'\-]+ ?){1,4}|(?:[^\W\d_a-z][\w.’'\-]+ ?){1,3})"
    r"(?:\([^()]{1,40}\))?(:)\s*[“\"'‘]?$"
)
# "Fire chief Lena Strand:", "Lena Strand, fire chief:"; no verb among the words
_DESCRIBED_TURN = re.compile(
    r"\s*(?:[-–—•*·▪]\s*)?((?:[^\W\d_]['’\w.\-]* ){1,5}[^\W\d_a-z][\w.’'\-]+(?:, [\w .’'\-]{3,40})?|"
    r"(?:[^\W\d_a-z][\w.’'\-]+ ?){1,3}, [\w .’'\-]{3,40})(:)\s*$"
)
_SPEAKING = re.compile(r"[“\"'‘]?((?:[A-Z][A-Z.’'\-]+ ?){1,4})(:)\s+(?=\S)")
_SENTENCE_END = re.compile(r"[.!?][”\"’]?\s+(?=[^\W\d_a-z“\"])")


def tagged_slices(tagged: Tagged, layer: int) -> list[Slice]:
    """The sources (or cues) that the token tags alone show, by position."""
    found: list[Slice] = []
    if not len(tagged.tags):
        return found
    kinds = tagged.tags[:, layer].argmax(-1)
    for place in np.flatnonzero(kinds):
        start, end = int(tagged.encoded.starts[place]), int(tagged.encoded.ends[place])
        if kinds[place] == 2 and place and kinds[place - 1] and found:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


class Retagger:
    """Gives statements of one article the source and cue that their surroundings show."""

    def __init__(self, article: Article, tagged: Tagged, regions: Sequence[Region]) -> None:
        self.article = article
        self.text = article.text
        self.regions = [region for region in regions if region.double]
        self.sources = tagged_slices(tagged, SOURCE)
        self.cues = tagged_slices(tagged, CUE)

    def retag(self, statements: Sequence[Statement]) -> list[Statement]:
        """The statements with better sources and cues; order and spans are kept."""
        done: list[Statement] = []
        for statement in statements:
            previous = done[-1] if done else None
            fixed = self._signed(statement) or self._turn(statement) or self._left_open(statement, previous)
            fixed = fixed or self._nearby(statement, statements) or self._continued(statement, previous)
            done.append(fixed or statement)
        return done

    def _paragraph(self, position: int) -> Slice:
        paragraph = self.article.paragraphs[self.article.paragraph_at(position)]
        return paragraph.start, paragraph.end

    def _quoted(self, statement: Statement) -> bool:
        return any(region.start <= statement.start and statement.end <= region.end for region in self.regions)

    def _signed(self, statement: Statement) -> Statement | None:
        """“…” — Anna Berg, at a paragraph's end."""
        match = _SIGNED.match(self.text, statement.end, self._paragraph(statement.start)[1])
        if match is None or not self._quoted(statement) or len(match.group(2).split(",")[0].split()) > 6:
            return None
        return replace(statement, source=match.span(2), cue=match.span(1), elsewhere=False)

    def _turn(self, statement: Statement) -> Statement | None:
        """BERG: …, at a paragraph's start."""
        start, end = self._paragraph(statement.start)
        spans = statement.spans
        head = _SPEAKING.match(self.text, start, end)
        if head is not None and statement.start < head.end() < spans[0][1]:
            spans = ((head.end(), spans[0][1]), *spans[1:])
        before = self.text[start : spans[0][0]]
        match = _TURN.match(before) or (_DESCRIBED_TURN.match(before) if self._quoted(statement) else None)
        if match is None or any(lexicon.is_speech_word(word.lower()) for word in match.group(1).split()):
            return None
        name = self.text[start + match.start(1) : start + match.end(1)].rstrip()
        source = (start + match.start(1), start + match.start(1) + len(name))
        cue = (start + match.start(2), start + match.end(2))
        return replace(statement, spans=spans, source=source, cue=cue, elsewhere=False)

    def _nearby(self, statement: Statement, statements: Sequence[Statement]) -> Statement | None:
        """A quotation whose pointers leave its paragraph: the tag in its own sentence, after it or before it."""
        start, end = self._paragraph(statement.start)
        inside = [part is not None and start <= part[0] < end for part in (statement.source, statement.cue)]
        if all(inside) or not self._quoted(statement):
            return None
        following = min([other.start for other in statements if other.start >= statement.end] + [end])
        stop = _SENTENCE_END.search(self.text, max(statement.start, statement.end - 2), following)
        after = (statement.end, stop.start() + 1 if stop and stop.start() >= statement.end else following)
        previous = max([other.end for other in statements if other.end <= statement.start] + [start])
        breaks = [match.end() for match in _SENTENCE_END.finditer(self.text, previous, statement.start)]
        before = (max([previous, *[place for place in breaks if place < statement.start]]), statement.start)
        for near in (after, before):
            cue = next((part for part in self.cues if near[0] <= part[0] and part[1] <= near[1]), None)
            source = next((part for part in self.sources if near[0] <= part[0] and part[1] <= near[1]), None)
            if cue and source:
                return replace(statement, source=source, cue=cue, elsewhere=False)
        return None

    def _left_open(self, statement: Statement, previous: Statement | None) -> Statement | None:
        """The next paragraph of a quotation that is not closed at a paragraph's end, unless it has a tag of its own."""
        if previous is None or not self._follows(statement, previous):
            return None
        opened = any(not region.closed and region.end == previous.end for region in self.regions)
        return replace(statement, source=previous.source, cue=previous.cue, elsewhere=False) if opened else None

    def _continued(self, statement: Statement, previous: Statement | None) -> Statement | None:
        """The next paragraph of a quotation whose tag lies before it."""
        if previous is None or not self._follows(statement, previous) or not self._quoted(statement):
            return None
        same_cue = statement.cue is not None and previous.cue is not None and overlap(statement.cue, previous.cue)
        if not (same_cue or (statement.source is None and self._quoted(previous))):
            return None
        return replace(statement, source=previous.source, cue=previous.cue)

    def _follows(self, statement: Statement, previous: Statement) -> bool:
        """Whether quoted words begin the paragraph after others, and their own paragraph has no tag for them."""
        gap = self.text[previous.end : statement.start]
        start, end = self._paragraph(statement.start)
        local = statement.cue is not None and start <= statement.cue[0] < end
        opens = any(region.start == statement.start for region in self.regions)
        return opens and not local and "\n" in gap and not re.search(r"\w", gap)
