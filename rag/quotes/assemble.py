"""From the tagger's guesses and the quotation marks to whole statements with their source and cue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.quotes.regions import Region
from rag.quotes.retag import Retagger
from rag.quotes.statements import Statement, overlap
from rag.quotes.tagger import Candidate, Tagged
from rag.types import Article

ACCEPT = 0.28
"""A candidate with a lower score is no statement ..."""
ACCEPT_QUOTED = 0.12
"""... unless it is a quotation of at least ``LONG`` words, nearly all of which are statements."""
LONG = 4

_TELLING = re.compile(r"(?i)\b(?:tell|tells|told|telling|remind|assur|inform|warn|promis|convinc|persuad)\w*$")
_PARTY_THAT = re.compile(r"(?!that\b)(?:[\w’'.&\-]+ ){1,7}that ")
_PARTY_CLAUSE = re.compile(
    r"(?:(?:[A-Z][\w.’'\-]*\s){1,4}|[a-z]{4,}s\s)"
    r"(?=(?:the|a|an|his|her|their|its|it|he|she|they|there|we|this|these|those)\s(?:\w+\s){2})"
)
_WORD = re.compile(r"\w+(?:[’'\-.,]\w+)*")


def assemble(article: Article, tagged: Tagged, regions: Sequence[Region]) -> list[Statement]:
    """The statements of an article, by position. No two of them share a word."""
    double = [region for region in regions if region.double]
    accepted: list[tuple[int, int, Candidate]] = []
    for candidate in sorted(_with_quotes(article, tagged, double), key=lambda found: -found[2].score):
        start, end = _free(candidate[0], candidate[1], accepted)
        if _WORD.search(article.text, start, end):
            accepted.append((start, end, candidate[2]))
    accepted.sort(key=lambda found: found[0])
    statements = [_without_addressee(article.text, _statement(*found)) for found in accepted]
    return join([_confined(article, one) for one in Retagger(article, tagged, regions).retag(statements)])


def _with_quotes(article: Article, tagged: Tagged, regions: Sequence[Region]) -> list[tuple[int, int, Candidate]]:
    """Candidates good enough, with borders moved to the quotation marks they nearly reach."""
    found = []
    opening = {region.start: region for region in regions}
    for candidate in pooled(article.text, tagged.candidates):
        region = opening.get(candidate.start)
        start, end = snap(article, candidate.start, candidate.end, regions)
        if candidate.score >= ACCEPT:
            found.append((start, end, candidate))
        elif region is not None and candidate.score >= ACCEPT_QUOTED and _words(article, *region.inner) >= LONG:
            found.append((start, max(end, region.end), candidate))
        elif region is not None and _words(article, *region.inner) >= 3 * LONG:
            found.append((region.start, region.end, replace(candidate, begins=ACCEPT_QUOTED)))
    return found


def pooled(text: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Candidates whose starts no word parts share their likelihood: ", no talks" and "no talks" are one guess."""
    made: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda found: found.start):
        before = made[-1] if made else None
        if before is not None and before.end == candidate.end and not _WORD.search(text, before.start, candidate.start):
            best = max(before, candidate, key=lambda found: found.begins)
            made[-1] = replace(best, begins=min(1.0, before.begins + candidate.begins))
        else:
            made.append(candidate)
    return made


def snap(article: Article, start: int, end: int, regions: Sequence[Region]) -> tuple[int, int]:
    """A quotation is said as a whole: borders inside one move to its marks; outer white space goes."""
    for region in regions:
        if region.end <= start or region.start >= end:
            continue
        inner_start, inner_end = region.inner
        if region.start <= start and (start <= inner_start or end > inner_end):
            start = region.start
        if start <= region.start < inner_start < end or end >= inner_end:
            end = max(end, region.end)
    while start < end and article.text[start].isspace():
        start += 1
    while start < end and article.text[end - 1].isspace():
        end -= 1
    return start, end


def _free(start: int, end: int, taken: Sequence[tuple[int, int, Candidate]]) -> tuple[int, int]:
    """The part of a slice that no better candidate holds; empty if it lies inside one or holds one."""
    for other_start, other_end, _ in taken:
        if other_start < end and start < other_end:
            if start < other_start:
                end = other_start
            else:
                start = max(start, other_end)
            if start >= end or end - start < 0.5 * (other_end - other_start):
                return start, start
    return start, max(start, end)


def _words(article: Article, start: int, end: int) -> int:
    return sum(1 for _ in _WORD.finditer(article.text, start, end))


def _statement(start: int, end: int, candidate: Candidate) -> Statement:
    source, cue = candidate.source.span, candidate.cue.span
    if cue is not None and cue[0] < end and start < cue[1]:
        cue = None
    if source is not None and start <= source[0] and source[1] <= end:
        source = None
    return Statement(((start, end),), source, cue, candidate.score, candidate.source.elsewhere)


def _without_addressee(text: str, statement: Statement) -> Statement:
    """In "told the paper that …" what was said starts with "that", in "told Mayor Grimm the wall …" with "the wall"."""
    start, end = statement.spans[0]
    if statement.cue is None or not 0 <= start - statement.cue[1] <= 1 or not _TELLING.search(text, *statement.cue):
        return statement
    party = _PARTY_THAT.match(text, start, min(end, start + 70))
    if party:
        return replace(statement, spans=((party.end() - 5, end), *statement.spans[1:]))
    clause = _PARTY_CLAUSE.match(text, start, min(end, start + 70))
    return replace(statement, spans=((clause.end(), end), *statement.spans[1:])) if clause else statement


def _confined(article: Article, statement: Statement) -> Statement:
    """The source and cue within one paragraph; none of a later one where the words' own paragraph goes on beside them."""
    text, own = article.text, article.paragraphs[article.paragraph_at(statement.spans[-1][1] - 1)]
    source, cue = _on_one_line(text, statement.source, own.end), _on_one_line(text, statement.cue, own.end)
    later = [part for part in (source, cue) if part is not None and part[0] >= own.end]
    if later and _WORD.search(_outside(text, own.start, own.end, statement.spans)):
        return replace(statement, source=None, cue=None, elsewhere=False)
    return replace(statement, source=source, cue=cue)


def _on_one_line(text: str, part: tuple[int, int] | None, end: int) -> tuple[int, int] | None:
    """A part of a tag without what belongs to another paragraph: the piece that lies in the one that ends at ``end``."""
    if part is None or "\n" not in text[slice(*part)]:
        return part
    pieces = [(part[0] + match.start(), part[0] + match.end()) for match in re.finditer(r"[^\n]+", text[slice(*part)])]
    return next((piece for piece in pieces if piece[1] <= end and "\n" not in text[piece[1] : end]), None)


def _outside(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> str:
    """What a slice holds beside some spans."""
    for first, last in spans:
        if start < last and first < end:
            text = text[:first] + " " * (min(last, end) - first) + text[min(last, end) :]
    return text[start:end]


def join(statements: Sequence[Statement]) -> list[Statement]:
    """One statement out of the pieces that share a tag (“A,” he said. “B.”), also over continued paragraphs."""
    joined: list[Statement] = []
    for statement in statements:
        previous = joined[-1] if joined else None
        if previous is not None and _same_tag(previous, statement):
            joined[-1] = replace(
                previous,
                spans=previous.spans + statement.spans,
                confidence=max(previous.confidence, statement.confidence),
            )
        else:
            joined.append(statement)
    return joined


def _same_tag(first: Statement, second: Statement) -> bool:
    """The same cue and the same source (or none at all, or one out of sight)."""
    if first.cue is None or second.cue is None or not overlap(first.cue, second.cue):
        return False
    if first.source is None or second.source is None:
        return first.source is second.source or second.elsewhere
    return overlap(first.source, second.source)
