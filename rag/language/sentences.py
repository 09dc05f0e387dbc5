"""A slice of text -> its sentences, by offsets. Rules, not a model: fast, the same everywhere, never in the way of a quote."""

from __future__ import annotations

import re

_CLOSERS = "\"'”’»)]"
# A sentence mark (an ellipsis may be spaced), whatever closes after it, then white space. Only the first mark of a row is
# tried, so that a long row of dots takes no longer than other text.
_BOUNDARY = re.compile(
    rf"(?<![.!?…])(?:\.\s\.\s\.(?:\s\.)?|[.!?…]++)[{re.escape(_CLOSERS)}]*+(?=\s)|[。！？]+[」』”’]*"
)
# In a text whose words and marks were set apart (" . ''"), as taggers and data sets do, that is where a sentence ends.
_SET_APART = re.compile(r"(?<=[^\s.!?] )[.!?](?: (?:''|\)))*(?= (?![.!?])|$)")
_ABBREVIATIONS = frozenset(
    """mr mrs ms dr prof profs st sen sens rep reps gov govs gen gens col lt sgt capt cmdr adm maj rev hon pres sec supt
    det jr sr vs etc inc ltd co corp bros no nos vol pp p fig eds ed est approx dept univ assn jan feb mar apr jun
    jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun ave blvd rd mt ft al cf e.g i.e viz
    calif ariz ark colo conn del fla ga ill ind kan ky la md mass mich minn miss mo mont neb nev okla ore pa tenn
    tex va wash wis wyo""".split()
)
_COMMA = re.compile(r"[^\W\d_], ")
# These end a sentence as often as not; a capital after them decides nothing, so they never do before a lower-case word.
# The letter after an apostrophe ("didn't.") is no initial.
_INITIAL = re.compile(r"(?:^|[\s(“\"‘.-]|(?<!\w)')[^\W\d_]$")


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Offsets of the sentences in ``text[start:end]``, without white space around them, in order.

    A mark inside a quotation ends a sentence only where the next word begins one; abbreviations, initials, decimals
    and an ellipsis before a lower-case word do not.
    """
    stop = len(text) if end is None else end
    spans: list[tuple[int, int]] = []
    begin = start
    apart = list(_SET_APART.finditer(text, start, stop)) if _is_set_apart(text, start, stop) else []
    known = {match.start() for match in apart}
    # a mark that stands alone is told by the first pattern; one on its word, as in "D.C.", by the second
    others = (
        one
        for one in _BOUNDARY.finditer(text, start, stop)
        if not (apart and text[one.start() - 1 : one.start()] == " ")
    )
    for match in sorted([*apart, *others], key=lambda one: one.start()) if apart else others:
        if match.start() in known or _ends_sentence(text, match, begin, stop):
            _append(spans, text, begin, match.end())
            begin = match.end()
    _append(spans, text, begin, stop)
    return spans


def _is_set_apart(text: str, start: int, stop: int) -> bool:
    """Whether a text has its marks set apart from its words: commas too, which nobody writes."""
    return (
        text.find(" , ", start, stop) >= 0
        and text.find(" . ", start, stop) >= 0
        and not _COMMA.search(text, start, stop)
    )


def _ends_sentence(text: str, match: re.Match[str], begin: int, stop: int) -> bool:
    mark = match.group()
    if mark[0] in "。！？":
        return True
    following = text[match.end() : min(stop, match.end() + 40)].lstrip()
    if not following:
        return True
    first = following.lstrip("\"'“‘«„([-–— ")[:1]
    if first.islower():
        return False
    if not mark.startswith(".") or mark[1:2] == "." or mark[1:2].isspace():
        return True
    before = text[max(begin, match.start() - 64) : match.start()]  # no abbreviation is longer
    word = re.search(r"[^\s(\[“\"‘'„«]+$", before)
    if word is None:
        return True
    token = word.group().lower()
    if mark == "." and token.rstrip(".") in _ABBREVIATIONS:
        # "in Jan. 3" and "No. 5" go on; "of Acme Co. The" ends.
        return (
            token in {"inc", "ltd", "co", "corp", "etc", "jr", "sr"} and first.isupper() and _starts_clause(following)
        )
    if _INITIAL.search(before) and token not in {"i"} and mark == ".":
        return bool("." in token and _starts_clause(following))  # "U.S. The" ends, "J. Smith" and "U.S. Senate" do not
    return True


_STARTERS = frozenset(
    """the a an he she it they we i you but and in on at for his her their its this that these those there when while
    after before as if so then some many most one two both no not what who why how where meanwhile however""".split()
)


def _starts_clause(following: str) -> bool:
    word = re.match(r"[\"'“‘«„(\[]*([^\W\d_]+)", following)
    return bool(word and word.group(1).lower() in _STARTERS)


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    words = piece.strip()
    if words:
        left = start + len(piece) - len(piece.lstrip())
        spans.append((left, left + len(words)))
