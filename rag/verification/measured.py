"""Which number or day goes with which deed: "closed on Monday, reopened on Saturday" has nothing closed on Saturday."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.language.speech import is_speech
from rag.verification.clauses import Deed, deeds, governors, is_verb
from rag.verification.evidence import Evidence, Said
from rag.verification.quantities import is_number

_ORDER = frozenset("later earlier sooner".split())
_COMPARED = re.compile(r"\b(?:than|as (?:much|many|\w+) as|compared (?:with|to)) (?:in|on|for|at) $")
_NEW = re.compile(r"[;:\"]|\b(?:and|but|while|because|that|than)\b")


def moved(said: Said, evidence: Evidence) -> str | None:
    """Why a number, a day or "later" stands with a deed that has another one in the source; None if none does."""
    sources = evidence.best(said.topics)
    for place in _measures(said):
        mine = governors(said, place)
        if len(mine) != 1 or _is_copied(said, place, mine[0], sources):
            continue
        stem = said.words[place].stem
        theirs = [(source, at) for source in sources for at in _measures(source) if source.words[at].stem == stem]
        if theirs and not _is_compared(said, place) and all(_is_compared(source, at) for source, at in theirs):
            return f"the cited paragraph only compares with “{said.words[place].text}”"
        if theirs and all(_is_anothers(mine[0], said, place, source, at, sources) for source, at in theirs):
            other = governors(*theirs[0])[0].word.text
            told = f"the cited paragraph has “{said.words[place].text}” with “{other}”"
            return f"{told}, the sentence with “{mine[0].word.text}”"
    return None


def _is_compared(said: Said, place: int) -> bool:
    """Whether a measure is only what something is compared with: "twice as much as in 2030"."""
    return _COMPARED.search(said.text[: said.words[place].start]) is not None


def _is_anothers(mine: Deed, said: Said, place: int, source: Said, at: int, sources: Sequence[Said]) -> bool:
    """Whether a measure of the source goes with a deed that the sentence leaves out, while its own deed has another."""
    known = governors(source, at)
    if not known or any(is_speech(one.word.low) or _stands_with(said, place, one.stem) for one in known):
        return False
    own = [one for one in sources for deed in deeds(one) if deed.stem == mine.stem]
    if source not in own:
        return bool(own)
    # "acquitted on Tuesday but convicted" may mean both; "closed on Monday and reopened on Saturday" does not
    kind = is_number(source.words[at].low)
    same = [other for other in _measures(source) if is_number(source.words[other].low) == kind]
    return any(deed.stem == mine.stem for other in same for deed in governors(source, other))


def _is_copied(said: Said, place: int, deed: Deed, sources: Sequence[Said]) -> bool:
    """Whether the words from a measure to its verb stand so in the source."""
    first, last = sorted((place, deed.place))
    run = " ".join(word.low for word in said.words[first : last + 1])
    return any(f" {run} " in f" {' '.join(word.low for word in source.words)} " for source in sources)


def _measures(said: Said) -> list[int]:
    """Places of numbers and days, and of "later"; ages and the like between commas stand with no verb."""
    days = said.days
    return [
        place
        for place, word in enumerate(said.words)
        if word.stem
        and (is_number(word.low) or word.low in _ORDER or any(day.start <= word.start < day.end for day in days))
        and not _is_apart(said, place)
    ]


def _is_apart(said: Said, place: int) -> bool:
    """Whether a word stands between two commas, and no verb with it."""
    before = re.search(r",[^,;:]*$", said.text[: said.words[place].start])
    after = re.match(r"[^,;:]*,", said.text[said.words[place].end :])
    if before is None or after is None:
        return False
    stop = said.words[place].end + after.end()
    inside = [at for at, word in enumerate(said.words) if before.start() < word.start < stop]
    return not any(is_verb(said, at) for at in inside)


def _stands_with(said: Said, place: int, stem: str) -> bool:
    """Whether a sentence has a verb of that stem beside a word, with no other verb and nothing new in between."""
    if any(one.stem == stem for one in governors(said, place)):
        return True
    for one in deeds(said):
        first, last = sorted((one.place, place))
        apart = any(is_verb(said, at) for at in range(first + 1, last)) or _NEW.search(said.between(first, last))
        if one.stem == stem and not apart:
            return True
    return False
