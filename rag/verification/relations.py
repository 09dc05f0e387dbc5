"""Words that set two things against each other, and whether a sentence keeps which is which: more than, because, before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.verification.evidence import Evidence, Said, words_of
from rag.verification.names import name_stems

_MORE = (
    "more greater higher larger bigger faster longer later better stronger older louder richer cheaper above".split()
)
_LESS = "less fewer lower smaller slower shorter earlier worse weaker younger quieter poorer dearer below".split()
_COMPARATIVE = re.compile(rf"\b(?P<word>{'|'.join(_MORE + _LESS)})\b(?P<mid>(?: \w+){{0,2}}) than\b", re.I)
_RATHER = re.compile(r"\brather (?P<one>[^.;:\"]{3,80}?) than\b", re.I)
_CAUSE = re.compile(
    r"\b(?:because(?: of)?|due to(?! be\b)|owing to|caused by|as a result of|thanks to|blamed on)\b", re.I
)
_EFFECT = re.compile(r"\b(?:led to|leads to|caused(?! by)|causes|resulted in|results in|triggered(?! by))\b", re.I)
_AFTER = re.compile(r"\bafter\b(?! all\b)", re.I)
_BEFORE = re.compile(r"\bbefore\b", re.I)
_MAY_BE_CAUSE = re.compile(
    r"\b(?:because|due|owing|caus\w+|result\w*|thanks|blam\w+|after|following|since|as|so|reasons?|why|led|leads?|over|from|"
    r"trigger\w+|forc\w+|meant|means|behind|attribut\w+|when|amid|by)\b", re.I
)  # fmt: skip
_BREAK = re.compile(r"[;:]|, (?:and|but|while) ")
_THAT = re.compile(r"\bthat \W*$")
"""A clause that only begins: "he said that after the storm the harbour closed"."""
_OPPOSITES = [
    (
        """rise rises rose risen rising grow grew grown increase increased climb climbed soar soared jump jumped raise raised
        gain gained""",
        """fall falls fell fallen falling drop dropped decrease decreased decline declined shrink shrank sink sank plunge
        plunged cut lowered slump slumped""",
    ),
    ("highest most largest biggest strongest longest best", "lowest least smallest weakest shortest worst"),
    ("first earliest", "last latest"),
    (
        "support supported supports back backed backs favour favoured welcome welcomed",
        "oppose opposed opposes protest protested protests criticise criticised criticize criticized condemn condemned",
    ),
    ("praise praised praises", "blame blamed blames criticise criticised criticize criticized condemn condemned"),
    ("accept accepted accepts approve approved", "reject rejected rejects refuse refused"),
    ("hire hired", "fire fired sack sacked"),
    ("open opened reopen reopened", "close closed shut"),
    ("arrive arrived", "leave left depart departed"),
    ("acquit acquitted cleared", "convict convicted"),
    ("always", "never"),
    ("unless", "if"),
    ("during", "before after"),
    ("earn earned earns gain gained", "lose lost loses"),
    ("win won wins", "lose lost loses"),
]
_COMPARED = [
    ("larger bigger higher greater more", "smaller lower lesser less fewer"),
    ("stronger", "weaker"),
    ("better", "worse"),
    ("faster quicker", "slower"),
    ("longer", "shorter"),
    ("earlier sooner", "later"),
]
"""Opposites that change with the order of what is compared, where there is a "than"."""
_SIDES = [tuple(frozenset(side.split()) for side in pair) for pair in _OPPOSITES + _COMPARED]
_UNDOING = re.compile(r"(?:un|in|il|im|ir|dis)(?=[a-z]{4})")
REACH = 5
"""Topic words on each side of such a word that are compared."""


@dataclass(frozen=True, slots=True)
class Link:
    """Two sides of a sentence, by the stems next to what links them; ``sign`` is -1 where it runs the other way."""

    sign: int
    left: frozenset[str]
    right: frozenset[str]
    text: str


def turned_round(said: Said, evidence: Evidence) -> str | None:
    """Why a sentence has two things the wrong way round, says the opposite, or adds a cause; None if it does none of these."""
    best = evidence.best(said.topics)
    if not best:
        return None
    for read in (_comparisons, _causes, _times):
        there = [link for source in best for link in read(source)]
        for mine in read(said):
            most = max((_shared(mine, one) for one in there), default=0)
            if most and all(_contradicts(mine, one) for one in there if _shared(mine, one) == most):
                return f"the cited paragraph has “{mine.text}” the other way round"
    return next((reason for source in best if (reason := _opposite(said, source, evidence))), None) or _added_cause(
        said, best
    )


def _comparisons(said: Said) -> Iterator[Link]:
    for match in _RATHER.finditer(said.text):
        sides = (said.text[match.start("one") : match.end("one")], said.text[match.end() :])
        left, right = (frozenset(word.stem for word in words_of(_BREAK.split(side)[0]) if word.stem) for side in sides)
        yield Link(1, left, right, "rather")
    for match in _COMPARATIVE.finditer(said.text):
        yield _link(said, match, 1 if match["word"].lower() in _MORE else -1)


def _causes(said: Said) -> Iterator[Link]:
    yield from (_link(said, match, 1) for match in _CAUSE.finditer(said.text))
    yield from (_link(said, match, -1) for match in _EFFECT.finditer(said.text))


def _times(said: Said) -> Iterator[Link]:
    yield from (_link(said, match, 1) for match in _AFTER.finditer(said.text))
    yield from (_link(said, match, -1) for match in _BEFORE.finditer(said.text))


def _link(said: Said, match: re.Match[str], sign: int) -> Link:
    before, after = said.text[: match.start()], said.text[match.end() :]
    start = max((one.end() for pattern in (_BREAK, _THAT) for one in pattern.finditer(before)), default=0)
    stop = next((match.end() + one.start() for one in _BREAK.finditer(after)), len(said.text))
    left = [word.stem for word in said.words if word.stem and start <= word.start < match.start()]
    right = [word.stem for word in said.words if word.stem and match.end() <= word.start < stop]
    if not left:  # "After the storm, the harbour closed" is "The harbour closed after the storm"
        inside, _, outside = said.text[match.end() : stop].partition(", ")
        cut = match.end() + len(inside)
        left = [word.stem for word in said.words if outside and word.stem and cut <= word.start < stop]
        right = [word.stem for word in said.words if word.stem and match.end() <= word.start < cut]
        return Link(sign, frozenset(left[:REACH]), frozenset(right[:REACH]), match.group())
    return Link(sign, frozenset(left[-REACH:]), frozenset(right[:REACH]), match.group())


def _shared(mine: Link, theirs: Link) -> int:
    return len((mine.left | mine.right) & (theirs.left | theirs.right))


def _contradicts(mine: Link, theirs: Link) -> bool:
    """Whether both link the same things, and one says of the left what the other says of the right."""
    same = len(mine.left & (theirs.left - theirs.right)) + len(mine.right & (theirs.right - theirs.left))
    there, back = mine.left & (theirs.right - theirs.left), mine.right & (theirs.left - theirs.right)
    if mine.sign != theirs.sign:
        return same > len(there) + len(back) + 1
    return bool(there and back) or len(there) + len(back) > same


def _opposite(said: Said, best: Said, evidence: Evidence) -> str | None:
    """A word of the sentence for which the source has the opposite, and not the word."""
    mine, theirs = {word.low for word in said.words}, {word.low for word in best.words}
    negated = {"not", "never", "no", "n't"} & (mine ^ theirs)
    content = said.topics - name_stems(said)
    if negated or len(content & best.topics) * 2 < len(content):
        return None
    ordered = any(_comparisons(said)) and any(_comparisons(best))
    sides = _SIDES[: len(_OPPOSITES)] if ordered else _SIDES
    for one, other in (each for pair in sides for each in (pair, pair[::-1])):
        if mine & one and theirs & other and not mine & other and not evidence.words & one:
            return f"the sentence says “{min(mine & one)}” where the cited paragraph says “{min(theirs & other)}”"
    for word in said.words:
        root = _UNDOING.sub("", word.low, count=1)
        if root != word.low and root in theirs and word.low not in evidence.words:
            return f"the sentence says “{word.text}” where the cited paragraph says “{root}”"
    return None


def _added_cause(said: Said, sources: Sequence[Said]) -> str | None:
    content = said.topics - name_stems(said)
    most = max(len(content & one.topics) for one in sources)
    sources = [one for one in sources if len(content & one.topics) == most]
    match = _CAUSE.search(said.text)
    if (
        match is None
        or said.text.count('"', 0, match.start()) % 2
        or any(_MAY_BE_CAUSE.search(source.text) for source in sources)
    ):
        return None
    return f"the cited paragraph gives no cause; the sentence says “{match.group()}”"
