"""How sure a sentence is of what it tells, against how sure its source is: what may be, is planned or was asked is no fact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from rag.language.speech import is_speech
from rag.verification.clauses import deeds
from rag.verification.evidence import Evidence, Said
from rag.verification.names import name_stems

_POSSIBLE = r"may(?! \d)|might|could|can|perhaps|maybe|possib\w+|potential\w*|risk\w*|threat\w*|consider\w*|mull\w*"
_DOUBTFUL = (
    r"suspect\w*|alleg\w+|accus\w+|believ\w+|think\w*|thought|fear\w*|suppos\w+|appear\w*|seem\w*|apparent\w*|reported(?:ly)?|"
    r"rumou?r\w*|suggest\w*|speculat\w+|doubt\w*|unconfirmed|claim\w*|estimat\w+"
)
_INTENDED = (
    r"plan(?:s|ned|ning)?|intend\w*|intention\w*|expect\w*|propos\w+|hop(?:e|es|ed|ing)|want(?:s|ed)?|aim(?:s|ed)?|seek\w*|sought|"
    r"likely|wish\w*|mean(?:s|t)? to|bid|ask(?:s|ed)? (?:for|to)|call(?:s|ed)? (?:for|on)|urg\w+|demand\w*|offer\w*|goal|"
    r"set to"
)
_COMING = (
    r"will|would|shall|won't|due|(?:is|are|was|were|has|have|had) to|to be|going to|promis\w+|vow\w*|pledg\w+|schedul\w+|"
    r"next|under a plan|agree\w* to"
)
_CONDITION = (
    r"if|unless|provided|in case|in the event|depend\w*|condition\w*|should|only when|as long as|otherwise|without"
)
_OPEN = r"whether|if|ask\w*|question\w*|wonder\w*|unclear|unknown|undecided|or not|what|how"
_ATTRIBUTED = r"according to|say|says|said"
_FACTIVE = frozenset(
    """confirm confirms confirmed admit admits admitted acknowledge acknowledged reveal reveals revealed know knows knew
    prove proves proved show shows showed establish established conclude concluded find finds found discover discovered
    announce announced concede conceded""".split()
)


def _pattern(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.I)


@dataclass(frozen=True, slots=True)
class Hedge:
    """What keeps the words after it (``whole``: those before it, too) from being facts, and what a sentence on them needs."""

    name: str
    cue: re.Pattern[str]
    needs: re.Pattern[str]
    whole: bool = False


HEDGES = (
    Hedge("a question", _pattern("whether", r"ask\w* if"), _pattern(_OPEN)),
    Hedge("a condition", _pattern("(?<!even )(?<!as )if", "unless", "provided that", "in case"),
          _pattern(_CONDITION, _POSSIBLE, _OPEN), whole=True),
    Hedge("not done yet", _pattern(r"yet to"), _pattern("yet", "not", "no", "never", "before", "remain\\w*")),
    Hedge("a possibility", re.compile(r"\b(?:may(?! \d)|might|could|perhaps|possibly)\b(?! not\b)"),
          _pattern(_POSSIBLE, _DOUBTFUL, "whether")),
    Hedge("something considered", _pattern("considers?", "considering", "mulls?", "mulling"),
          _pattern(_POSSIBLE, _INTENDED, _OPEN)),
    Hedge("a suspicion", _pattern(r"suspect(?:s|ed)?", r"alleg\w+", r"believ\w+", r"fear(?:s|ed)?", "thinks?", "reportedly",
                                  "appears? to", "appeared to", "seems? to", r"rumou?r\w*", "claims?", "claimed that"),
          _pattern(_POSSIBLE, _DOUBTFUL, _ATTRIBUTED)),
    Hedge("hearsay", _pattern(r"(?:was|were|been|being) told"),
          _pattern("told", "heard", "hear", "informed", "learned", "learnt", r"assur\w+", r"promis\w+")),
    Hedge("an intention", re.compile(
        r"\b(?:plan(?:s|ned)?|intend(?:s|ed)?|expect(?:s|ed)?|hop(?:e|es|ed|ing)|want(?:s|ed)?|aim(?:s|ed)?|likely|propos\w+) "
        r"(?=to\b|that\b|(?:him|her|it|them|the \w+|\w+) to\b)", re.I), _pattern(_INTENDED, _POSSIBLE, _OPEN)),
    Hedge("still to come", re.compile(
        r"\b(?:will|would|shall|due (?:to be|in|on|by)|(?:is|are|was|were) to (?=[a-z]+))\b(?! (?:not|have)\b)", re.I),
          _pattern(_COMING, _INTENDED, _POSSIBLE, _DOUBTFUL, _CONDITION)),
)  # fmt: skip
_BREAK = re.compile(
    r"[;:]|, (?:and|but|while|though|although|which|who) |\b(?:but|while|although|though|whereas)\b|\"(?= )"
)
_PART = re.compile(rf"{_BREAK.pattern}|, (?=[A-Z]|(?:he|she|it|they|the) )")
"""Where what a "may" reaches ends; an "if" reaches on, over the comma that parts it from its clause."""
_ASIDE = re.compile(r", (?:who|which) [^,]*,")
"""What is told by the way of somebody who may do something is no part of it."""
MOST = 0.5
"""The share of what a sentence and its source have in common, names aside, that has to stand under a hedge."""
_MAY, _FIRM = frozenset("may might could".split()), frozenset("will would shall must".split())
_DONE = frozenset(
    """managed began begun started continued helped forced had able used came went proved happened allowed made led got
    enough due is are was were""".split()
)
"""Words under which what is "to" be done is done, or which are judged as hedges."""
_SUPERLATIVE = re.compile(r"\b(?P<first>the|its|their|his|her|'s) (?P<word>worst|best|most|least|[a-z]{3,}est)\b")
_ONE_OF = re.compile(r"\b(?:one of|some of|among|part of) $", re.I)
_LESS = re.compile(r"second|third|fourth|fifth|sixth|one of the|some of the|among the|among|nearly|almost|joint")
_RANKS = [
    frozenset("no none neither nobody".split()),
    frozenset("few some several part parts partly half".split()),
    frozenset("many much".split()),
    frozenset("most majority mostly".split()),
    frozenset("all every everyone everybody entire whole each".split()),
]


def too_sure(said: Said, evidence: Evidence) -> str | None:
    """Why a sentence is surer than its source, or says it of more; None if it is not."""
    content = said.topics - name_stems(said) or said.topics
    best = evidence.best(content)
    most = len(content & best[0].topics) if best else 0
    compared = [one for one in best if 2 * len(content & one.topics) > most]
    for hedge in HEDGES:
        if _is_hedged(said, hedge):
            continue
        under = [_under(said, one, hedge) for one in compared]
        if under and under[0] is not None and all(one is not None for one in under if one != ""):
            return f"the cited paragraph has it as {hedge.name} (“{under[0]}”); the sentence as a fact"
    return _firmer(said, compared) or _of_more(said, compared) or _outright(said, evidence)


def _outright(said: Said, evidence: Evidence) -> str | None:
    """Why something is not the worst of all: in the source it is the second worst, or one of them."""
    for match in _SUPERLATIVE.finditer(said.text):
        if _ONE_OF.search(said.text[: match.start()]):
            continue
        pattern = rf"\b(?P<less>\w+(?: of the)?) {re.escape(match['word'])}\b"
        before = [found["less"].lower() for text in evidence.texts for found in re.finditer(pattern, text, re.I)]
        if before and all(_LESS.fullmatch(one) for one in before):
            return f"the sentence says “{match['word']}”, the cited paragraph “{before[0]} {match['word']}”"
    return None


def _firmer(said: Said, compared: Sequence[Said]) -> str | None:
    """Why a deed that may be done in the source, or is only tried or meant, will be or was done in the sentence."""
    for mine in deeds(said):
        theirs = [one for source in compared for one in deeds(source) if one.stem == mine.stem]
        if theirs and mine.modal in _FIRM and all(one.modal in _MAY for one in theirs):
            return f"the cited paragraph says “{theirs[0].modal}” of “{mine.word.text}”, the sentence “{mine.modal}”"
        is_past = not (mine.modal or mine.infinitive or mine.negated) and mine.word.low != mine.stem
        if theirs and is_past and all(one.infinitive and one.under not in _DONE for one in theirs):
            return f"the cited paragraph says “{theirs[0].under} to {theirs[0].word.text}”, the sentence “{mine.word.text}”"
    return None


def _is_hedged(said: Said, hedge: Hedge) -> bool:
    if hedge.needs.search(said.text):
        return True
    if hedge.name == "still to come":  # "it reopens on Saturday"
        return bool(said.days) and not any(said.words[one.place].low.endswith("ed") for one in deeds(said))
    return hedge.name == "a suspicion" and any(is_speech(one.low) and one.low not in _FACTIVE for one in said.words)


def _under(said: Said, source: Said, hedge: Hedge) -> str | None:
    """The word under which the source has what both say; None if it has no such word, or most of it stands elsewhere."""
    scopes = [(match.group().strip(), *_scope(source, match, hedge)) for match in hedge.cue.finditer(source.text)]
    names = name_stems(said)
    shared = [word for word in source.words if word.stem in said.topics and word.stem not in names]
    aside = [match.span() for match in _ASIDE.finditer(source.text)]
    for cue, start, end in scopes:
        inside = [
            word
            for word in shared
            if start <= word.start < end and word.text != cue and not any(a < word.start < b for a, b in aside)
        ]
        if len(inside) >= MOST * len(shared) > 0:
            return cue
    return None


def _scope(source: Said, match: re.Match[str], hedge: Hedge) -> tuple[int, int]:
    parting = _BREAK if hedge.whole else _PART
    stop = next((match.end() + one.start() for one in parting.finditer(source.text[match.end() :])), len(source.text))
    if not hedge.whole:
        return match.end(), stop
    return max((one.end() for one in parting.finditer(source.text[: match.start()])), default=0), stop


def _of_more(said: Said, compared: Sequence[Said]) -> str | None:
    """Why a sentence says of most or all what its source says of some."""
    for place, word in enumerate(said.words):
        mine = _rank(word.low)
        if not mine or not compared or said.word_at(place - 1) == "at":
            continue
        after = [one.stem for one in takewhile(lambda one: _rank(one.low) is None, said.words[place + 1 :]) if one.stem]
        theirs = list(_quantified(compared[0]))
        # what is said of them comes last: "some want it replaced, most want it repaired"
        last = next((stem for stem in reversed(after) if any(stem in rest for _, rest in theirs)), None)
        ranks = [rank for rank, rest in theirs if last in rest]
        if ranks and 2 * len(compared[0].topics & set(after)) >= len(after) and all(0 < rank < mine for rank in ranks):
            return f"the sentence says “{word.text}”; the cited paragraph does not say it of so many"
    return None


def _quantified(source: Said) -> Iterable[tuple[int, list[str]]]:
    """The quantifiers of a sentence, by rank, each with the stems that follow it in its part of the sentence."""
    for place, word in enumerate(source.words):
        rank = _rank(word.low)
        if rank is None:
            continue
        stop = next((word.end + one.start() for one in _BREAK.finditer(source.text[word.end :])), len(source.text))
        yield rank, [one.stem for one in source.words[place + 1 :] if one.stem and one.start < stop]


def _rank(word: str) -> int | None:
    return next((rank for rank, words in enumerate(_RANKS) if word in words), None)
