"""Who a line begins with: "JOE LINDEN, CHAIRMAN (ph):", "Q:", "Mr Aldous (Waveford) (Con):", "The Herald:"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from rag.quotes import lexicon
from rag.quotes.layout.lines import STAGE, Line, time_of
from rag.quotes.tokens import PARTICLES, is_title

Part = Literal["asks", "answers", "name", "examines"]
"""What a label tells: Q, A, a name, or who asks the questions that follow ("BY MR. BELL:")."""

_BULLET = re.compile(r"\s*(?:[-–—•*·▪>]\s+)?")
_ASKED = re.compile(r"(Q|A|Question|Answer|QUESTION|ANSWER)(?:\s?:|\.(?=\s)|(?=\s{2}|\t|$))\s*")
_BARE_ASKED = re.compile(r"(Q)\s+(?=[^\W\d_a-z“\"])")
_EXAMINING = re.compile(r"(?:BY|By) ((?:MR|MS|MRS|MISS|THE|Mr|Ms|Mrs|Miss|The)\b[^:\n]{2,40}):")
_COLON = re.compile(r":(?=\s|$|[“\"])")
_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]{1,70})[)\]]")
_BESIDE = re.compile(r",\s+|\s+[-–—]{1,2}\s+")
_HONOURS = frozenset(
    "mr mrs ms miss mx dr sir dame lord lady baroness rt hon right honourable honorable prof professor madam".split()
)
_JOINTS = frozenset("for of and the in to at on &".split())
_COURTESY = re.compile(r"(?i)(?:the|madam|mr|mrs|ms|acting|temporary)\.? ")
_NO_SPEAKERS = frozenset(
    "note notes update updated correction clarification source sources photo photos picture image video watch read related "
    "more editor facts fact verdict conclusion background context analysis summary when where why what who how price tickets "
    "date time location address contact contacts phone tel email e-mail website web breaking exclusive live opinion "
    "warning example result results score ayes noes house first second third finally also but and however meanwhile "
    "prepared questions remarks participants attendees present appearances duration subject re from to cc copyright "
    "disclaimer caption credit credits topics tags file embargo embargoed media press "
    "ingredients method serves rating out listen subscribe headline question answer day step option part chapter "
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday".split()
)  # fmt: skip
_UNNAMED = re.compile(
    r"(?i)(?:unidentified|unknown|unnamed|male|female|multiple|several|many|all|both|some|hon\.?|the|another|first|second)\b.*"
    r"\b(?:males?|females?|m[ae]n|wom[ae]n|persons?|people|speakers?|voices?|reporters?|participants?|members?|children|child|"
    r"court|witness(?:es)?|clerk|crowd|audience)|operator|moderator|interviewer|host|narrator|audience|crowd|reporter|journalist"
)
_LONGEST = 130
_NAME_WORDS = 7
_BESIDE_WORDS = 12


@dataclass(frozen=True, slots=True)
class Label:
    """The speaker as a line names him. ``name`` is the slice of the name, ``core`` its words without titles.

    ``office`` is what the name holds or, where there is only an office, all of it, in small letters. ``body`` is where the
    words begin: at the line's end where they follow on the next. ``strong`` ones are seen in transcripts alone; one that
    stands ``alone`` has a line of its own and no colon.
    """

    line: int
    name: tuple[int, int]
    words: str
    core: tuple[str, ...]
    office: str | None
    body: int
    part: Part
    strong: bool
    colon: int | None
    alone: bool = False

    @property
    def courteous(self) -> bool:
        """Whether it begins as one speaks of somebody: "Mr Deputy Speaker"."""
        return self.words.split()[0].lower().rstrip(".") in _HONOURS


def label_of(line: Line) -> Label | None:
    """The label with which a line begins, if it may be one."""
    bullet = _BULLET.match(line.text)
    first = bullet.end() if bullet else 0
    first += time_of(line.text[first:])
    asked = _ASKED.match(line.text, first) or _BARE_ASKED.match(line.text, first)
    if asked:
        return _asked(line, asked)
    if examining := _EXAMINING.fullmatch(line.text, first):
        label = _named(line, examining.start(1), examining.end(1), len(line.text))
        return replace(label, part="examines", strong=True) if label else None
    colon = next((one.start() for one in _COLON.finditer(line.text, first, first + _LONGEST)), None)
    if colon is not None and (label := _named(line, first, colon, colon + 1)):
        return label
    if line.bold > first and not line.all_bold:
        return _named(line, first, line.bold, line.bold)
    return _alone(line, first)


def _asked(line: Line, asked: re.Match[str]) -> Label:
    part: Part = "asks" if asked[1][0] == "Q" else "answers"
    name = (line.start + asked.start(1), line.start + asked.end(1))
    colon = line.start + asked.end(1) if line.text[asked.end(1) : asked.end(1) + 1] in (":", ".") else None
    return Label(line.number, name, asked[1], (), None, line.start + asked.end(), part, colon is not None, colon)


def _alone(line: Line, first: int) -> Label | None:
    """A line that is nothing but a label: "Sir Alan Pell (Norbury) (Lab)", "Dana Quill -- Chief Executive"."""
    if len(line.text) - first > _LONGEST or (not line.is_heading and not line.text.endswith((")", "]"))):
        return None
    return _named(line, first, len(line.text), len(line.text))


def _named(line: Line, first: int, end: int, body: int) -> Label | None:
    head = line.text[first:end].rstrip(" :")
    brackets = list(_BRACKETS.finditer(head))
    outside = head
    for bracket in reversed(brackets):
        outside = outside[: bracket.start()] + outside[bracket.end() :]
    if re.search(r"[“”\"?!;\d]|\bvs?\b|\.\s*$", outside) and not re.search(r"\b(?:Jr|Sr)\.$", outside):
        return None
    beside = _BESIDE.search(outside)
    name = (outside[: beside.start()] if beside else outside).strip()
    after = outside[beside.end() :] if beside else ""
    words = name.split()
    if not 0 < len(words) <= _NAME_WORDS or len(after.split()) > _BESIDE_WORDS or not _is_name(words):
        return None
    inner = [one for one in brackets if not STAGE.fullmatch(one.group().strip()) and one[1][:1].isupper()]
    start = line.start + first + head.index(words[0])
    slot = (start, start + len(name)) if line.text[start - line.start :].startswith(name) else (start, line.start + end)
    core, office = core_of(words), None
    person = next(
        (one for one in inner if _is_office(words) and len(one[1].split()) > 1 and _is_name(one[1].split())), None
    )
    if person:
        office, name = _COURTESY.sub("", name.lower()), person[1]
        slot = (line.start + first + person.start(1), line.start + first + person.end(1))
        core = core_of(name.split())
    caps = name.isupper() and len(name) > 1
    strong = bool(inner) or (caps and (after.isupper() or bool(brackets)))
    colon = line.start + end if line.text[end : end + 1] == ":" else None
    alone = colon is None and end == len(line.text)
    strong = strong or (alone and beside is not None and "," not in beside.group() and len(core) > 1)
    while body < len(line.text) and line.text[body].isspace():
        body += 1
    return Label(line.number, slot, name, core, office, line.start + body, "name", strong, colon, alone)


def _is_name(words: list[str]) -> bool:
    low = [word.lower().rstrip(".,") for word in words]
    if low[0] in _NO_SPEAKERS or not words[0][:1].isupper() or any(word[:1].isdigit() for word in words):
        return False
    if _UNNAMED.fullmatch(" ".join(words)):
        return True
    if any(word.endswith(".") and len(word) > 5 for word in words[:-1]):
        return False
    if len(words) == 1 and (lexicon.is_speech_word(low[0]) or low[0] in lexicon.FUNCTION_WORDS):
        return False
    if words[-1][:1].islower():
        return False
    joints = _JOINTS if _is_office(words) else PARTICLES
    return all(word[:1].isupper() or word in joints for word in words) or _described(words)


def _described(words: list[str]) -> bool:
    """Whether words are a role in small letters, then a name: "Fire chief Lena Strand"; no verb among them."""
    small = [word for word in words if word[:1].islower()]
    at_end = len(words) >= 3 and all(word[:1].isupper() for word in words[-2:])
    return (
        at_end
        and len(small) <= 3
        and not any(lexicon.is_speech_word(word) or word in lexicon.VERBISH for word in small)
    )


def _is_office(words: list[str]) -> bool:
    return words[0].lower() in ("the", "madam") or any(word.lower().rstrip(".") in lexicon.ROLES for word in words[:3])


def _is_titling(words: list[str]) -> bool:
    """Whether the first of these words is a title and no given name: "Secretary Achter", not "Dean Holt"."""
    low = words[0].lower().rstrip(".")
    given = low in lexicon.MALE_NAMES or low in lexicon.FEMALE_NAMES
    return low in _HONOURS or is_title(words[0]) or (low in lexicon.ROLES and not given)


def core_of(words: list[str]) -> tuple[str, ...]:
    """The words of a name without titles before it."""
    kept = list(words)
    if _UNNAMED.fullmatch(" ".join(words)):
        return ()
    while len(kept) > 1 and _is_titling(kept):
        kept = kept[1:]
    small = max(
        (number for number, word in enumerate(kept) if word[:1].islower() and word not in PARTICLES), default=-1
    )
    if all(word.lower().rstrip(".") in lexicon.ROLES for word in kept[small + 1 :]):
        return ()  # an office
    return tuple(kept[small + 1 :])
