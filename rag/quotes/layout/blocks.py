"""Parts of a page: what is nobody's statement in a press release, and the entries of a live blog."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.quotes.layout.lines import Line, time_of

_FEW = 3  # entries
_SELF = re.compile(r"(?:About|ABOUT) (?:[Tt]he |THE )?(?P<who>[^\W\d_a-z][^\n.!?:]{1,60})(?P<more>:|\s+[-–—]\s+)?")
_CONTACT = re.compile(
    r"(?i)(?:(?:media|press|investor|news|public relations|pr|further)? ?"
    r"(?:contacts?|enquir(?:y|ies)|inquir(?:y|ies)|relations|information)(?: information| details| for (?:media|press))?|"
    r"notes? (?:to|for) (?:the )?editors?|editors?[’'] notes?|"
    r"for (?:more|further|additional) information|cautionary (?:note|statement).*|safe harbou?r.*|"
    r"forward[- ]looking statements?|"
    r"disclaimer|boilerplate|source|follow us|ends|images?)(?::.*|\.)?"
)
_ADDRESS = re.compile(
    r"^\s*(?:\S+@\S+\.\S+|\+?[\d() .\-]{7,20}|(?:https?://|www\.)\S+|(?:tel|phone|e-?mail|web) ?:.*)$", re.I
)
_CAUTION = re.compile(r"(?i)\bforward[- ]looking statements?\b")
_END = re.compile(r"(?:#\s?#\s?#|-?\s?(?:ENDS?|30)\s?-?)")


def silent_parts(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """The slices that are nobody's statement: "About Norvik", contacts, notes to editors, cautions, what follows the end."""
    until: int | None = None
    for line in lines:
        if opens := _opens(line, lines):
            until = line.start if until is None else until
            if opens == "line":
                yield line.start, line.end
                until = None
                continue
        elif until is not None and line.is_heading and line.apart and not _ADDRESS.search(line.text) and line.bold:
            yield until, line.start
            until = None
        elif _ADDRESS.search(line.text) or _CAUTION.search(line.text):
            yield line.start, line.end
    if until is not None:
        yield until, lines[-1].end


def _opens(line: Line, lines: Sequence[Line]) -> str | None:
    """Whether a line begins a part that is nobody's ("part"), or is one by itself ("line")."""
    about = _SELF.match(line.text)
    following = lines[line.number + 1].text if line.number + 1 < len(lines) else ""
    if about and line.number > 0:
        who = about["who"].split()[0]
        if about.end() == len(line.text) and who in following[:120]:
            return "part"
        if about["more"] and who in line.text[about.end() :]:
            return "line"
    if _END.fullmatch(line.text) and line.number > 2:
        return "part"
    return "part" if line.number > 2 and _CONTACT.fullmatch(line.text) else None


def entries(lines: Sequence[Line]) -> list[int]:
    """Where the entries of a live blog begin: at their time stamps; empty for anything else."""
    stamped = [line.start for line in lines if time_of(line.text)]
    return stamped if len(stamped) >= _FEW else []
