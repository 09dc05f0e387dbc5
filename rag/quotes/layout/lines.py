"""An article line by line, with what its page showed of each: bold words, block quotes, blank lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.types import Article

_STAGE = (
    r"laugh|chuckl|applau|cheer|crosstalk|cross-talk|inaudible|unintelligible|indiscernible|through\b.*(?:translat|interpret)|"
    r"translat|interpret|voice-?over|on[- ]camera|off[- ](?:camera|mic)|videotape|video clip|audio|begin |end |commercial|"
    r"music|pause|silence|sigh|smil|grin|interruption|interject|foreign language|speaking|via (?:tele)?phone|by phone|"
    r"gestur|nod|shrug|shakes|cries|crying|weep|whisper|recess|break\b|ph\b|sic\b|live\b|on the phone|on screen"
)
STAGE = re.compile(rf"[(\[](?=[^()\[\]]{{0,40}}\b(?:{_STAGE}))[^()\[\]\n]{{1,60}}[)\]]\.?", re.I)
"""A direction in brackets inside of speech: "(laughs)", "[Interruption.]", "(through translator)"."""
_SPELT = re.compile(r"[(\[](?:ph|sic)\.?[)\]]", re.I)
_STAGE_LINE = re.compile(
    r"[(\[][^()\[\]\n]{1,90}[)\]]\.?|[#*\-–—_=•·\s]+|(?:-\s?)?ends?(?:\s?-)?|"
    r"[A-Z ]{0,30}(?:VIDEO ?TAPE|VIDEO CLIP|AUDIO CLIP)|"
    r"(?:COMMERCIAL|END OF) [A-Z ]{1,30}"
)
_TIME = re.compile(
    r"[\[(]?(?:updated (?:at )?)?(?:[01]?\d|2[0-3])(?:[:.h][0-5]\d(?::[0-5]\d)?(?: ?[ap]\.?m\.?)?|(?: ?[ap]\.?m\.?))"
    r"(?: ?(?:GMT|BST|CET|CEST|UTC|E[DS]?T|P[DS]?T|C[DS]T|AEST|IST))?[\])]?(?![\w%])",
    re.I,
)
_AFTER_A_TIME = re.compile(r"\s*(?:$|\n|[-–—:|•·]\s*|(?=[^\W\d_a-z]))")
_ENDED = re.compile(r"[.!?:;,…\"'”’»)\]]$")
_HEADING = 14  # words at most
_QUOTED = re.compile(r"“[^”\n]*(?:”|$)|\"[^\"\n]*(?:\"|$)|‘[^’\n]*’(?!\w)")
_CLOSE = re.compile(r"\b(?:I|me|my|mine|myself|we|us|our|ours|you|your|yours)\b|\b(?:I|[Ww]e|[Yy]ou)[’']\w+", re.I)
_OWN = re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Mm]ine|[Mm]yself|[Ww]e|us|[Oo]urs?)\b")
_NOT_CLOSE = re.compile(r"\bUS\b")


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: its slice of the text, how many of its first characters are bold, whether it is in a block quote.

    ``apart`` says whether a blank line stands before it.
    """

    number: int
    start: int
    end: int
    text: str
    bold: int
    quoted: bool
    apart: bool

    @property
    def all_bold(self) -> bool:
        """Whether nothing but bold words stands in it."""
        return self.bold >= len(self.text.rstrip())

    @property
    def is_heading(self) -> bool:
        """Whether it is short and ends like no sentence."""
        return len(self.text.split()) <= _HEADING and not _ENDED.search(self.text)

    @property
    def is_stage(self) -> bool:
        """Whether it tells what happens and no words: "(CROSSTALK)", "***", "[19:00:12]", "END"."""
        return bool(_STAGE_LINE.fullmatch(self.text)) or time_of(self.text) == len(self.text)


def lines_of(article: Article) -> list[Line]:
    """The paragraphs of an article, with what reading its page has kept in ``metadata["layout"]``."""
    kept = article.metadata.get("layout")
    bold, quoted = (_words(kept.get(key)) if isinstance(kept, dict) else [] for key in ("bold", "quoted"))
    in_quotes, before = frozenset(quoted), 0
    lines: list[Line] = []
    for paragraph in article.paragraphs:
        text = article.text[paragraph.start : paragraph.end]
        length = max((len(words) for words in bold if text.startswith(words)), default=0)
        apart = "\n\n" in article.text[before : paragraph.start]
        lines.append(Line(paragraph.index, paragraph.start, paragraph.end, text, length, text in in_quotes, apart))
        before = paragraph.end
    return lines


def _words(kept: object) -> list[str]:
    return [one for one in kept if isinstance(one, str) and one] if isinstance(kept, list) else []


def time_of(text: str) -> int:
    """How many characters the time takes with which a line begins: "17:42", "[19:00:12]", "5.42pm GMT –"; 0 if none."""
    match = _TIME.match(text)
    after = _AFTER_A_TIME.match(text, match.end()) if match else None
    return after.end() if after else 0


def spoken(line: Line, start: int) -> tuple[tuple[int, int], ...]:
    """The slices of a line from ``start`` on that are words, without the directions in brackets between them."""
    pieces, position = [], start
    for match in STAGE.finditer(line.text, start - line.start):
        if not _SPELT.fullmatch(match.group()):
            pieces.append((position, line.start + match.start()))
            position = line.start + match.end()
    pieces.append((position, line.end))
    return tuple(piece for left, right in pieces if (piece := _trimmed(line, left, right)))


def _trimmed(line: Line, start: int, end: int) -> tuple[int, int] | None:
    words = line.text[start - line.start : end - line.start]
    if not any(character.isalnum() for character in words):
        return None
    return start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())


def outside_quotes(text: str) -> str:
    """A text without what stands in quotation marks."""
    return _QUOTED.sub(" ", text)


def is_close(text: str) -> bool:
    """Whether somebody speaks of himself or to somebody: "I", "our", "you", outside of quotation marks."""
    return bool(_CLOSE.search(_NOT_CLOSE.sub(" ", outside_quotes(text))))


def is_own(text: str) -> bool:
    """Whether somebody speaks of himself, alone or with others, outside of quotation marks."""
    return bool(_OWN.search(_NOT_CLOSE.sub(" ", outside_quotes(text))))


def is_question(text: str) -> bool:
    """Whether a text ends with a question mark."""
    return text.rstrip(" \n”\"’')]").endswith("?")


def previous_words(lines: Sequence[Line], number: int) -> int:
    """The number of the first of the lines that stand together, without a blank line, up to ``number``."""
    while number > 0 and not lines[number].apart and not lines[number - 1].is_stage:
        number -= 1
    return number
