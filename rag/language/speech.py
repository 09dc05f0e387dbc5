"""The verbs and nouns of saying: whether a word tells that something was said."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.language.words import normalise

_SPEECH = """accuse acknowledge add admit advise advocate agree allege announce answer apologise apologize argue ask assert
    attack
    blame boast brag call caution cite claim comment compare complain concede conclude condemn confirm contend contrast
    criticise criticize declare decline defend demand denounce deny describe differ dismiss disclose discuss dispute
    emphasise emphasize endorse estimate explain express give hint hope imply insist joke liken make mean mention mock name
    note offer oppose order pledge plead praise predict promise propose put question quip rate react recall recommend refuse
    reject relay remark repeat reply report request respond reveal say see sound speak stand state stress suggest support
    swear take tell testify thank think threaten tweet underline underscore urge view voice vow want warn weigh wish
    write draw lay""".split()
_PAST = {"said": "say", "told": "tell", "thought": "think", "wrote": "write", "spoke": "speak", "gave": "give", "saw": "see",
         "meant": "mean", "made": "make", "swore": "swear", "drew": "draw", "stood": "stand", "took": "take"}  # fmt: skip
_VERBS = frozenset(_SPEECH) | frozenset(_PAST)
_SAYING_NOUNS = re.compile(
    r"\b(?:words?|line|view|views|opinion|position|stance|reaction|response|reply|answer|comeback|objection|advice|promise|"
    r"pledge|warning|denial|statement|claim|excuse|reason|reasons|argument|criticism|complaint|comment|comments|assessment|"
    r"verdict|explanation|demand|demands|impression)\b"
)


@lru_cache(20_000)
def is_speech(word: str) -> bool:
    """Whether a word is a form of a verb of saying."""
    return bool(_base_forms(word) & _VERBS)


def is_of_saying(word: str) -> bool:
    """Whether a word tells that something was said, and nothing of what: "said", "reply", "reason"."""
    return is_speech(word) or bool(_SAYING_NOUNS.fullmatch(word))


def _base_forms(word: str) -> frozenset[str]:
    """What a form may be a form of: "admitted" of "admit"; and the form itself."""
    lower = normalise(word).lower().strip("'")
    lower = _PAST.get(lower, lower)
    stems = {lower.removesuffix(end) for end in ("s", "d", "ed", "es", "ing")} | {
        lower.removesuffix("ed") + "e",
        lower.removesuffix("ing") + "e",
    }
    stems |= {stem[:-1] for stem in stems if len(stem) > 4 and stem[-1] == stem[-2]}  # "admitted"
    if lower.endswith(("ied", "ies")):
        stems.add(lower[:-3] + "y")
    return frozenset(stems | {lower})
