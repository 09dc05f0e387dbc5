"""Words with their speaker set beside them: "…" – NAME, posts with an author's line, block quotes with a signature."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from rag.quotes import lexicon
from rag.quotes.layout.labels import label_of
from rag.quotes.layout.lines import Line, previous_words, spoken
from rag.quotes.layout.said import Said
from rag.quotes.regions import Region
from rag.quotes.tokens import PARTICLES

_DASH = r"[―—–‒‐−-]{1,3}|~"
_NAME = r"[^\W\d_a-z][^\n“”\"@:;?!]{1,110}?"
_SIGNATURE = re.compile(rf"(?P<dash>{_DASH})\s*(?P<name>{_NAME})\s*\.?")
_SIGNED = re.compile(rf"\s*(?P<dash>{_DASH})\s*(?P<name>{_NAME})\s*\.?$")
_HANDLE = r"\(?@\w{2,30}\)?"
_DAY = (
    r"(?:\d{1,2} )?(?:[A-Z][a-z]{2,8}\.? )?(?:\d{1,2},? )?(?:\d{4}|\d{1,2}[hm]|[A-Z][a-z]{2,8}\.? \d{1,2})"
    r"(?:,? (?:at )?\d{1,2}[:.]\d\d.*)?"
)
_POSTED = re.compile(rf"(?P<dash>{_DASH})?\s*(?P<name>{_NAME})\s+{_HANDLE}(?:\s*[·•|,–—-]?\s*(?:{_DAY}))?")
_POSTS = re.compile(rf"(?P<name>{_NAME})\s+{_HANDLE}(?:\s*[·•|]\s*(?:{_DAY}))?(?P<colon>:)\s+(?=\S)")
_INTRODUCED = re.compile(
    r"(?:(?:[Aa]nd|[Tt]hen|[Aa]lso|[Tt]his|[Tt]hese|[Nn]ext|[Ff]inally|[Mm]ore|[Ww]ords|[Cc]omes?|[Ii]s),? )*"
    rf"[Ff]rom (?:the (?:desk|office|pen) of )?(?P<name>{_NAME}):"
)
_LINKS = re.compile(r"(?:\s+(?:https?://\S+|pic\.\w+\S*|\w+\.\w+/\S+|(?:https?:)?/\S+))+\s*$")
_NAME_WORDS = 7
_UNQUOTED = 0.1  # of what is signed may stand outside the marks, which people mistype
_SIGNATURE_WORDS = 16


def signed(lines: Sequence[Line], regions: Sequence[Region]) -> Iterator[Said]:
    """Quotations, block quotes and posts that a name stands beside, after a dash, a line further, or before them."""
    done, headed, bylines = -1, _headed(lines, regions), _has_bylines(lines, regions)
    for line in lines:
        if line.number <= done:
            continue
        following = lines[line.number + 1] if line.number + 1 < len(lines) else None
        if found := _in_line(line, regions) or _post_in_line(line):
            yield found
        elif (post := _POSTED.fullmatch(line.text)) and (name := _name(line, post)):
            if post["dash"] or not _heads(line, post, following):
                yield from _before(lines, line, name, post)
            elif following is not None:
                done = following.number
                while (
                    done + 1 < len(lines) and not lines[done + 1].apart and not _POSTED.fullmatch(lines[done + 1].text)
                ):
                    done += 1
                yield from _words_of(lines[following.number : done + 1], name, None)
        elif following is not None and (name := headed.get(line.number) or _introduced(line)):
            if _all_quoted(following, regions):
                cue = (line.end - 1, line.end) if line.text.endswith(":") else None
                yield from _words_of(_quoted_on(lines, following, regions), name, cue)
        elif signature := _SIGNATURE.fullmatch(line.text):
            before = lines[line.number - 1] if line.number else None
            told = before is not None and (before.quoted or (not bylines and _all_quoted(before, regions)))
            if before is not None and told and (name := _name(line, signature)):
                cue = (line.start + signature.start("dash"), line.start + signature.end("dash"))
                yield from _words_of(_together(lines, before, regions), name, cue)
        elif _ends_block(line, lines) and (name := _signature_in_block(line)):
            yield from _words_of(_together(lines, lines[line.number - 1], regions), name, None)


def _in_line(line: Line, regions: Sequence[Region]) -> Said | None:
    """“…” – Anna Berg, mayor: nothing but a quotation and who said it."""
    if not _SIGNED.search(line.text, len(line.text) // 4):
        return None
    inside = [one for one in regions if line.start <= one.start and one.end < line.end]
    if not inside or inside[0].start > line.start + 3:
        return None
    end = inside[-1].end
    match = _SIGNED.fullmatch(line.text, end - line.start)
    outside = sum(after.start - before.end for before, after in itertools.pairwise(inside))
    if match is None or outside > _UNQUOTED * (end - line.start) or (name := _name(line, match)) is None:
        return None
    return Said(
        ((inside[0].start, end),), name, None, (line.start + match.start("dash"), line.start + match.end("dash"))
    )


def _post_in_line(line: Line) -> Said | None:
    """A post after its author's name and handle: "Hanna Weiss (@hannaweiss): …"."""
    match = _POSTS.match(line.text)
    name = _name(line, match) if match else None
    if match is None or name is None:
        return None
    spans = _without_links(spoken(line, line.start + match.end()), line)
    return (
        Said(spans, name, None, (line.start + match.start("colon"), line.start + match.end("colon"))) if spans else None
    )


def _has_bylines(lines: Sequence[Line], regions: Sequence[Region]) -> bool:
    """Whether the article's own words are signed as well, as in pages that several have written for: "— Eve Lind"."""
    return any(
        not before.quoted
        and not _all_quoted(before, regions)
        and len(before.text.split()) > _SIGNATURE_WORDS
        and (match := _SIGNATURE.fullmatch(line.text))
        and _name(line, match)
        for before, line in itertools.pairwise(lines)
    )


def _headed(lines: Sequence[Line], regions: Sequence[Region]) -> dict[int, tuple[int, int]]:
    """The names of lines that are nothing but a name and who that is, above a quotation; one alone may be a photographer's."""
    found = {}
    for line, following in itertools.pairwise(lines):
        if line.is_heading and "," in line.text and line.apart and _all_quoted(following, regions):
            label = label_of(line)
            if label is not None and label.part == "name" and label.alone and len(label.core) > 1:
                found[line.number] = label.name
    return found if len(found) > 1 else {}


def _introduced(line: Line) -> tuple[int, int] | None:
    """The name in a line that is nothing but whose words come next: "And from Chairwoman Ruth Rosen:"."""
    match = _INTRODUCED.fullmatch(line.text)
    return _name(line, match) if match else None


def _quoted_on(lines: Sequence[Line], first: Line, regions: Sequence[Region]) -> Sequence[Line]:
    """The paragraphs of a quotation, which goes on where one is not closed."""
    last = first.number
    while last + 1 < len(lines) and any(not one.closed and one.end == lines[last].end for one in regions):
        last += 1
    return lines[first.number : last + 1]


def _heads(line: Line, post: re.Match[str], following: Line | None) -> bool:
    """Whether a line with a handle stands above its post, not below: what follows is closer than what is before."""
    return following is not None and (line.apart or not line.number) and not following.is_stage and "@" in post.group()


def _before(lines: Sequence[Line], line: Line, name: tuple[int, int], post: re.Match[str]) -> Iterator[Said]:
    if not line.number:
        return
    last = lines[line.number - 1]
    first = previous_words(lines, last.number)
    if last.quoted:
        first = last.number
        while first and lines[first - 1].quoted and not _POSTED.fullmatch(lines[first - 1].text):
            first -= 1
    cue = (line.start + post.start("dash"), line.start + post.end("dash")) if post["dash"] else None
    yield from _words_of(lines[first : line.number], name, cue)


def _words_of(lines: Sequence[Line], name: tuple[int, int], cue: tuple[int, int] | None) -> Iterator[Said]:
    for line in lines:
        if not line.is_stage and (spans := _without_links(spoken(line, line.start), line)):
            yield Said(spans, name, None, cue)


def _without_links(spans: tuple[tuple[int, int], ...], line: Line) -> tuple[tuple[int, int], ...]:
    kept = []
    for start, end in spans:
        words = _LINKS.sub("", line.text[start - line.start : end - line.start])
        if any(character.isalnum() for character in words):
            kept.append((start, start + len(words)))
    return tuple(kept)


def _together(lines: Sequence[Line], last: Line, regions: Sequence[Region]) -> Sequence[Line]:
    """The quoted paragraphs up to a signature: a block quote's, or those of a quotation that each begin with a mark."""
    first = last.number
    while first and (
        (last.quoted and lines[first - 1].quoted and not _SIGNATURE.fullmatch(lines[first - 1].text))
        or any(
            not one.closed and one.end == lines[first - 1].end and one.start == lines[first - 1].start
            for one in regions
        )
    ):
        first -= 1
    return lines[first : last.number + 1]


def _ends_block(line: Line, lines: Sequence[Line]) -> bool:
    """Whether a line is the last of a block quote of several."""
    after = lines[line.number + 1] if line.number + 1 < len(lines) else None
    return line.quoted and line.number > 0 and lines[line.number - 1].quoted and (after is None or not after.quoted)


def _all_quoted(line: Line, regions: Sequence[Region]) -> bool:
    return any(one.start <= line.start + 1 and one.end >= line.end - 1 for one in regions)


def _signature_in_block(line: Line) -> tuple[int, int] | None:
    """The name in the last line of a block quote: "Marion Keel, neighbour"."""
    match = re.fullmatch(rf"(?P<name>{_NAME})", line.text)
    return _name(line, match) if match and line.is_heading and len(line.text.split()) <= _SIGNATURE_WORDS else None


def _name(line: Line, match: re.Match[str]) -> tuple[int, int] | None:
    """The slice of a signature that may be a name, with what is told of it; None for anything else."""
    words = re.split(r"[,(]", match["name"])[0].split()
    if not 0 < len(words) <= _NAME_WORDS or len(match["name"].split()) > _SIGNATURE_WORDS:
        return None
    small = [word for word in words if word[:1].islower() and word not in PARTICLES]
    if len(small) > 2 or any(word in lexicon.VERBISH - {"of"} or lexicon.is_speech_word(word) for word in small):
        return None
    return line.start + match.start("name"), line.start + match.start("name") + len(match["name"].rstrip(" ."))
