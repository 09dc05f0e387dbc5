"""What a model writes, as it comes, -> sentences, each with the numbers of the passages that it names, in whatever form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.language.sentences import split_sentences

MOST_SENTENCES = 4
"""A reply is read no further: a small model that goes on repeats itself."""
AGAIN = 1.05
"""What has come is read again when it has grown by so much: a reply of nothing but full stops would be read for minutes."""
_NUMBERS = r"\d{1,3}(?:\s*(?:,|;|and|&|-|–|[\]\)】]\s*[,;]?\s*[\[\(【])\s*\d{1,3})*"
_WORD = r"(?:(?:passages?|sources?|paragraphs?|no\.?)\s*)?"
_SQUARE = re.compile(
    rf"\s*[\[【]{{1,2}}\s*[\^#]?{_WORD}(?P<numbers>{_NUMBERS})\s*(?:[\]】]{{1,2}}|(?=[\s.,;:!?]|$))", re.I
)
_ROUND = re.compile(rf"\s*\(\s*{_WORD}(?P<numbers>{_NUMBERS})\s*\)", re.I)
_NAMED = re.compile(
    rf"(?:\s*[(\[]?\s*(?:according to|as (?:stated|said|reported|described) in|in|from|see|per)\s+|\s*\(?|^)"
    rf"(?:the\s+)?passages?\s+(?P<numbers>{_NUMBERS})(?:\s*[)\]])?(?:\s+(?:says|states|reports|mentions|tells)\s+that\b|,|:)?",
    re.I,
)
_OPEN = re.compile(
    r"(?:[\[【(][^\]】)]{0,12}|\bpassages?\s*\d*|\b(?:according to|in|from|see|per)\s*(?:the\s*)?)$", re.I
)
"""The beginning of a marker that may still be going on."""
_NONE = re.compile(r"[\W_]*(?:none|n/a|0|no passage(?: answers(?: the question| it)?)?)[\W_]*", re.I)
_OPENING = re.compile(
    r"^[^\S\n]*(?:[-*•>]\s+|\d{1,2}[.)]\s+(?=\D)|(?:answer|response|a)\s*:\s*|(?:yes|no)[,.]\s+(?=\w))+", re.I | re.M
)
_SPACES, _LINES = re.compile(r"[^\S\n]+"), re.compile(r"(?: ?\n)+ ?")
_DRESSING = re.compile(r"\*\*|__|`{1,3}|^#{1,6}\s+", re.M)
_ENDS = re.compile(r"[.!?…\n。！？]")
_HIDDEN, _HIDES = "\ue000", re.compile("[\ue000-\ue001]")
_INITIALS = re.compile(r"(?<=\b[A-Z]\.) (?=[A-Z]\.)")
"""The space in "U. S.", as small models write it."""
_AFTER = re.compile(rf"([.!?…][\"”’)]*\s*{_HIDDEN}\s*)(\w)")


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that a model wrote, without its markers, and the passages that these name, in order, each once."""

    text: str
    numbers: tuple[int, ...] = ()


def read_reply(pieces: Iterable[str], passages: int) -> Iterator[Claim]:
    """The claims of a reply, each as soon as the next one begins; none for a reply that says that nothing answers.

    ``passages`` is how many there are: "(2016)" is a marker only where there are so many. A reply is left, and its iterator
    closed where it can be, after ``MOST_SENTENCES``.
    """
    text, told, due = "", 0, 0.0
    for piece in pieces:
        text += piece
        if len(text) < due or not (_ENDS.search(piece) or _ENDS.search(text[-40:])):
            continue
        due = AGAIN * len(text)
        claims = read_claims(_OPEN.sub("", text), passages)
        for claim in claims[told:-1]:
            yield claim
            told += 1
            if told == MOST_SENTENCES:
                _close(pieces)
                return
    yield from read_claims(text, passages)[told:MOST_SENTENCES]


def _close(pieces: Iterable[str]) -> None:
    close = getattr(pieces, "close", None)
    if close is not None:
        close()


def read_claims(text: str, passages: int) -> list[Claim]:
    """The claims of a text that is there."""
    if _NONE.fullmatch(text):
        return []
    text = _DRESSING.sub("", _HIDES.sub("", text))
    text = _LINES.sub("\n", _SPACES.sub(" ", text))  # the other patterns look ahead over spaces, however many there are
    text = _OPENING.sub("", text)
    plain, markers = _without_markers(text, passages)
    before = bool(re.match(rf"\s*{_HIDDEN}", plain))  # "[1] He said so. [2] She did not."
    found: list[Claim] = []
    waiting: list[int] = []
    for start, end in _sentences(plain):
        part = plain[start:end]
        numbers = [number for _ in re.findall(_HIDDEN, part) for number in markers.pop(0)]
        words = " ".join(part.replace(_HIDDEN, " ").split())
        words = _INITIALS.sub("", re.sub(r"\s+([.,;:!?])", r"\1", words)).lstrip(" ,;:")
        if not re.search(r"\w", words):  # markers behind the full stop
            if before or not found:
                waiting += numbers
            else:
                found[-1] = Claim(found[-1].text, _once([*found[-1].numbers, *numbers]))
            continue
        found.append(Claim(words[0].upper() + words[1:], _once([*waiting, *numbers])))
        waiting = []
    return [claim for claim in found if not _NONE.fullmatch(claim.text)]


def _without_markers(text: str, passages: int) -> tuple[str, list[list[int]]]:
    """The text with a stand-in for every marker, and the numbers of each."""
    markers: list[list[int]] = []

    def hide(match: re.Match[str]) -> str:
        numbers = _numbers(match["numbers"])
        if match.re is _ROUND and not all(1 <= number <= passages for number in numbers):
            return match.group()  # a year, an age
        markers.append(numbers)
        return f" {_HIDDEN} "

    either = re.compile(f"{_SQUARE.pattern}|{_ROUND.pattern}|{_NAMED.pattern}".replace("?P<numbers>", ""), re.I)

    def hide_any(match: re.Match[str]) -> str:
        for pattern in (_SQUARE, _ROUND, _NAMED):
            if found := pattern.fullmatch(match.group()):
                return hide(found)
        return match.group()

    return _AFTER.sub(lambda match: match[1] + match[2].upper(), either.sub(hide_any, text)), markers


def _numbers(text: str) -> list[int]:
    """The numbers of a marker; "1-3" is three of them."""
    found: list[int] = []
    for part in re.finditer(r"(\d+)(?:\s*[-–]\s*(\d+))?", text):
        first, last = int(part[1]), int(part[2] or part[1])
        found += range(first, last + 1) if first <= last <= first + 10 else [first, last]
    return found


def _sentences(plain: str) -> list[tuple[int, int]]:
    """Sentences line by line; a marker behind a full stop makes one of its own."""
    found: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n]+", plain):
        for start, end in split_sentences(plain, line.start(), line.end()):
            at = start
            while at < end and plain[at] in f"{_HIDDEN} ":
                at += 1
            found += [(start, at), (at, end)] if start < at < end else [(start, end)]
    return found


def _once(numbers: list[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(numbers))
