"""Whether two statements of one speaker contradict each other: affirmed and denied, or two numbers for one plan. Pure.

A denied proposition contradicts one that holds all of its words and more ("will not run" and "will run in May"), never one
that holds fewer ("will not run in May" and "will run"). Told by words alone, it is made to miss rather than to be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.language.speech import is_speech
from rag.language.words import STOP_WORDS, normalise, stem
from rag.speakers import take_apart
from rag.summarizing.figures import SCALES, value_of
from rag.types import Quote

SHARED = 0.5  # of the words of two propositions, those they have in common (Dice): with less they are on two things
PLANNED = 0.75  # the same for two plans with two numbers, whose other words have to be the same nearly
FEWEST = 2  # words that a proposition has, without those that say yes or no


def _stems(text: str) -> frozenset[str]:
    return frozenset(map(stem, text.split()))


_NEGATORS = frozenset("not never no nor nobody neither nothing none".split())
_NONE = frozenset(["no", "none"])
_AGAINST = _stems(
    "deny refuse reject oppose unwilling unable unlikely dismiss veto rule_out dispute refute rebut repudiate disavow "
    "contradict decline"
)
_FOR = _stems(
    "support back favor favour accept agree approve admit confirm acknowledge concede willing able likely endorse"
)
# Words of opposite meaning, the first of each pair standing for both.
_OPPOSITES = {
    stem(word): (stem(pair.split("/")[0].split()[0]), number == 1)
    for pair in (
        "rise grow increase climb/fall drop shrink decrease",
        "raise/lower cut reduce",
        "open reopen/close shut",
        "start begin/stop end halt",
        "guilty/innocent",
        "safe/unsafe dangerous",
        "legal/illegal",
        "true/false untrue",
        "possible/impossible",
        "win/lose",
        "stay remain/leave quit resign",
        "allow legalize/ban prohibit outlaw",
        "necessary/unnecessary",
        "permanent/temporary transitory",
        "constitutional/unconstitutional",
        "strong/weak",
    )
    for number, side in enumerate(pair.split("/"))
    for word in side.split()
}
_CLAUSES = re.compile(
    r"(?<=[.;:!?,])(?:\"\s+\"?|\s+\")|(?<=[.;:!?])\s+|[()]|\s--?\s|,?\s(?=(?:but|while|although|though|because|whereas|when|after|before|since)\s)"
    r"|,\s(?=(?:and|which|who|where|adding|saying)\s)"
)
# What is thought, asked, or true for now only is no position.
_OPEN = re.compile(
    r"\?|\b(?:once|again|now|if|unless|"
    r"until|without|whether|yet|so far|as of|suppose|perhaps|maybe|might|may|could|except|only|just|than|"
    r"enough|longer than|used to|too|how|why|what|who)\b",
    re.I,
)
_PLAN = re.compile(
    r"\b(?:will|would|shall|should|must|'ll|'d|plans?|planned|expects?|expected|intends?|forecasts?|predicts?|aims?|"
    r"promis\w+|wants?|demand\w*|going to|propos\w+|pledg\w+|vow\w*)\b",
    re.I,
)
_TOKEN = re.compile(r"[$€£]?\d+(?:,\d{3})*(?:\.\d+)?%?|[^\W\d_]+(?:-[^\W\d_]+)*")
_IS_AGAINST = r"\b(?:am|is|are|was|were|be|been) (?:\w+ly )?against\b|'(?:s|m|re) against\b"
_PLAINER = (
    (re.compile(r"\bwon't\b", re.I), "will not"),
    (re.compile(r"\bcan(?:'t|not)\b", re.I), "can not"),
    (re.compile(r"n't\b", re.I), " not"),
    (re.compile(r"\bno longer\b", re.I), "not"),
    (re.compile(rf"\brul\w+ out\b|{_IS_AGAINST}", re.I), "rule_out"),
    (re.compile(r"\b(?:no (?:doubt|question|matter|wonder)|not only)\b", re.I), ""),
    (re.compile(r"\b(vot\w+) against\b", re.I), r"\1 rule_out"),
    (re.compile(r"'\w+\b"), ""),
)
_VERBS = frozenset("is are was were be been am has have had do does did will would shall should can must not".split())
_SELF, _GROUP = frozenset("i he she we".split()), frozenset("we they".split())
_SUBJECTS = (_SELF, _GROUP, frozenset(["it"]), frozenset(["you"]), frozenset(["there"]))
_PRONOUNS = frozenset().union(*_SUBJECTS)
_DAYS = re.compile(r"(?:mon|tues|wednes|thurs|fri|satur|sun|to|yester)day?i?|tomorrow|tonight", re.I)
_FURTHER = frozenset("more other further additional".split())
_YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class Claim:
    """A clause: stems of its topic words in order, whether it says no to them, and what it counts.

    Words of opposite meaning have one stem; ``sides`` tells which was used. ``numbers`` are values with what they count;
    ``subject`` is the pronoun it begins with.
    """

    stems: tuple[str, ...]
    denied: bool
    sides: Mapping[str, bool]
    numbers: tuple[tuple[float, str], ...]
    subject: str
    is_plan: bool
    counts_none: bool
    """Whether it says that there is none of something: "no new cases"."""
    is_whole: bool
    """Whether it holds a verb that tells a clause from a heading: "would", "is", "opposes"."""


def contradict(one: Sequence[Claim], other: Sequence[Claim]) -> bool:
    """Whether two statements of one speaker, as :func:`read_claims` gives them, cannot both be meant."""
    return any(_opposed(mine, theirs) or _replanned(mine, theirs) for mine in one for theirs in other)


def read_claims(quote: Quote) -> list[Claim]:
    """The clauses of a statement that commit its speaker; none of what a crowd or an office says with many mouths."""
    name = (quote.speaker and quote.speaker.name) or ""
    if quote.polarity in ("not_said", "conditional") or not take_apart(name).proper:
        return []
    own = frozenset(map(stem, _tokens(name)))
    found = []
    for number, sentence in enumerate(re.split(r"(?<=[.!?])\s+", _plain(quote.text))):
        if _OPEN.search(sentence):
            continue
        for place, clause in enumerate(part for part in _CLAUSES.split(sentence) if part.strip()):
            # how it was said belongs to what was said: "denied taking the money"
            cue = _plain(quote.cue.text) if quote.cue and number == place == 0 else ""
            claim = _claim(cue, clause, own)
            if claim and len(set(claim.stems)) >= (FEWEST if claim.is_whole else FEWEST + 1):
                found.append(claim)
    return found


def _plain(text: str) -> str:
    plain = normalise(text)
    for pattern, plainer in _PLAINER:
        plain = pattern.sub(plainer, plain)
    return plain


def _tokens(text: str) -> list[str]:
    return [token.lower() for token in re.findall(r"rule_out|" + _TOKEN.pattern, text)]


def _claim(cue: str, clause: str, own: frozenset[str]) -> Claim | None:
    """A clause without the stems of the speaker's ``own`` name; None if it says no twice, as who knows what to."""
    kept: list[str] = []
    sides: dict[str, bool] = {}
    numbers: list[tuple[float, str]] = []
    noes = 0
    tokens = _tokens(f"{cue} {clause}")
    for place, token in enumerate(tokens):
        root = stem(token)
        if token in _NEGATORS or root in _AGAINST:
            noes += 1
        elif value_of(token) is not None:
            numbers += _number(tokens, place)
        elif root in _OPPOSITES:
            name, sides[name] = _OPPOSITES[root]
            kept.append(name)
        elif not (token in STOP_WORDS or token in SCALES or is_speech(token) or root in own | _FOR):
            kept.append(root)
    if noes > 1:
        return None
    return Claim(
        stems=tuple(kept),
        denied=noes == 1,
        sides=sides,
        numbers=tuple(numbers),
        subject=next((one for one in _tokens(clause) if one in _PRONOUNS), ""),
        is_plan=bool(_PLAN.search(f"{cue} {clause}")),
        counts_none=bool(_NONE & set(tokens)),
        is_whole=any(token in _VERBS or stem(token) in _AGAINST | _FOR for token in tokens),
    )


def _number(tokens: Sequence[str], place: int) -> list[tuple[float, str]]:
    """What a number counts: per cent, money, or the word behind it; a year counts nothing."""
    token = tokens[place]
    value = value_of(token) or 0.0
    after = list(tokens[place + 1 : place + 3])
    scale = SCALES.get(after[0], 1.0) if after else 1.0
    unit = after[1:] if scale > 1 else after
    if unit[:1] and unit[0] in _FURTHER:
        return []  # "six more moons this year": how many are left is no plan
    if token[0] in "$€£":
        return [(value * scale, token[0])]
    if token[-1] == "%" or unit[:1] in (["percent"], ["per"]):
        return [(value, "%")]
    return [(value * scale, stem(unit[0]))] if unit and not (value in _YEARS and scale == 1) else []


def _opposed(one: Claim, other: Claim) -> bool:
    """Whether the one denies what the other affirms, or says the opposite of it."""
    opposite = sum(side != other.sides.get(name, side) for name, side in one.sides.items())
    if (one.denied == other.denied) != (opposite == 1) or not _same_subject(one, other):
        return False
    if (one.counts_none and other.numbers) or (other.counts_none and one.numbers):
        return False  # none one day and 40 the next
    first, second = set(one.stems), set(other.stems)
    no, yes = (first, second) if one.denied else (second, first)
    holds = no <= yes or (opposite == 1 and yes <= no)
    return holds and 2 * len(no & yes) >= SHARED * (len(no) + len(yes))


def _replanned(one: Claim, other: Claim) -> bool:
    """Whether both say how much there is to be, of the same thing, and not as much."""
    if not (one.is_plan and other.is_plan and one.denied == other.denied and _same_subject(one, other)):
        return False
    if not (len(one.numbers) == 1 == len(other.numbers)):
        return False
    (mine, unit), (theirs, counted) = one.numbers[0], other.numbers[0]
    first, second = set(one.stems), set(other.stems)
    alike = 2 * len(first & second) >= PLANNED * (len(first) + len(second))
    return unit == counted and mine != theirs and alike


def _same_subject(one: Claim, other: Claim) -> bool:
    """Whether they share words in the same order, and what stands before the first, the subject, is the same."""
    shared = set(one.stems) & set(other.stems)
    first, second = (list(dict.fromkeys(word for word in claim.stems if word in shared)) for claim in (one, other))
    if not shared or first != second:
        return False
    if any(_before(claim.stems, shared) for claim in (one, other)):
        return False
    if not (one.subject and other.subject):
        return "there" not in (one.subject, other.subject)
    return any({one.subject, other.subject} <= kind for kind in _SUBJECTS)


def _before(stems: Sequence[str], shared: set[str]) -> set[str]:
    first = next(place for place, one in enumerate(stems) if one in shared)
    return {one for one in stems[:first] if not _DAYS.fullmatch(one)}
