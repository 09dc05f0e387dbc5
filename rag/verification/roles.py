"""Who did what to whom: a sentence of true names and deeds can put them together wrongly. Told by the order of the words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.language.speech import is_speech
from rag.language.words import normalise
from rag.quotes.lexicon import (
    FEMALE_NAMES,
    FUNCTION_WORDS,
    INSTITUTIONS,
    MALE_NAMES,
    PLURAL_PEOPLE,
    ROLES,
    TITLES,
)
from rag.verification.clauses import Deed, around, deeds, is_verb
from rag.verification.evidence import Evidence, Said, topic_stem
from rag.verification.names import HERS, HIS, is_same_people
from rag.verification.quantities import is_number

_INVERTED = frozenset(topic_stem(word) for word in "say said tell told add added reply replied write wrote".split())
"""Verbs of saying, which may stand before their speaker: who speaks is checked with the sayings."""
_CONVERSE = [
    ("buy bought", "sell sold"),
    ("beat defeat defeated beaten", "lose lost"),
    ("lend lent", "borrow borrowed"),
]
_CONVERSES = {
    topic_stem(word): frozenset(topic_stem(other) for other in others.split())
    for pair in _CONVERSE
    for words, others in (pair, pair[::-1])
    for word in words.split()
}
_PREPOSITIONS = frozenset(
    "of in at on to from by with for into over against because after before than as if that".split()
)
_COMMON = ROLES | INSTITUTIONS | PLURAL_PEOPLE | FUNCTION_WORDS
_PARTING = frozenset("and but or said says told he she they".split())
"""Words with which something else begins behind a verb."""
_HE, _SHE = frozenset({"he", "him"}), frozenset({"she"})
REACH = 12
"""Words between a verb and the name that does it."""
Name = tuple[str, ...]


def turned_to_another(said: Said, evidence: Evidence) -> str | None:
    """Why a sentence gives a deed to another, or to another's object, than its source does; None if it does not."""
    sources = evidence.best(said.topics)
    for mine in deeds(said):
        if mine.stem in _INVERTED:
            continue
        there = [one for source in sources for one in deeds(source)]
        same = [one for one in there if one.stem == mine.stem]
        if reason := next(_faults(mine, same, there), None):
            return reason
    return None


def _faults(mine: Deed, same: Sequence[Deed], there: Sequence[Deed]) -> Iterator[str]:
    """What is wrong with a deed, given the same deeds of the source, and all of them."""
    alike = [one for one in same if one.passive == mine.passive]
    turned = [alike == same and all(fault(mine, one) for one in alike) for fault in (_crossed, _does_what_it_suffered)]
    turned.append(all(_made_agent(mine, one) or _made_agent(one, mine) for one in same))
    if same and any(turned):
        yield f"the cited paragraph has it the other way round: who, and whom, “{mine.word.text}”"
    for part in (_agents, _patients):
        claimed, found = part(mine), [part(one) for one in same]
        if (
            claimed
            and found
            and all(found)
            and not any(_is_one(one, name) for one in claimed for row in found for name in row)
        ):
            yield f"in the cited paragraph “{mine.word.text}” goes with {' '.join(found[0][0])}, not {' '.join(claimed[0])}"
    if same and all(_went_back(mine, one) for one in same):
        yield f"the cited paragraph has from where and to where “{mine.word.text}” the other way round"
    converse = [name for one in there if one.stem in _CONVERSES.get(mine.stem, ()) for name in _agents(one)[:1]]
    if not same and any(_is_one(agent, name) for agent in _agents(mine)[:1] for name in converse):
        yield f"the cited paragraph has it the other way round: who “{mine.word.text}”"


def _crossed(mine: Deed, theirs: Deed) -> bool:
    """Whether what stands on either side of a verb stands on the other one in the source."""
    left, right = around(mine)
    before, after = around(theirs)
    return bool(left & (after - before)) and bool(right & (before - after)) and not left & before


def _does_what_it_suffered(mine: Deed, theirs: Deed) -> bool:
    """Whether somebody does to another what is done to them; "the bridge closed" has no other."""
    after = mine.said.word_at(mine.place + 1)
    agent = next(iter(_agents(mine)), None)
    if agent is None or not after or after in _PREPOSITIONS or mine.passive:
        return False
    suffers = any(_is_one(agent, name) for name in _patients(theirs))
    return suffers and not any(_is_one(agent, name) for name in _agents(theirs))


def _made_agent(active: Deed, passive: Deed) -> bool:
    """Whether the one by whom a deed is done in the passive has it done to them in the active."""
    if active.passive or not passive.passive:
        return False
    left, right = around(active)
    by = _after(passive, "by") - _after(active, "by")  # both may be done by Tuesday
    return bool(by & (right - left)) and not by & left


def _went_back(mine: Deed, theirs: Deed) -> bool:
    """Whether a deed goes "from" where it goes "to" in the source, or the other way."""
    ways = [(_after(one, "from"), _after(one, "to")) for one in (mine, theirs)]
    (start, end), (start2, end2) = ways
    return bool(start & (end2 - start2) or end & (start2 - end2)) and not start & start2 and not end & end2


def _after(deed: Deed, preposition: str) -> frozenset[str]:
    """The stems right after a preposition that follows a verb, up to the next one."""
    said, found, inside = deed.said, set(), False
    for place in range(deed.place + 1, len(said.words)):
        word = said.words[place]
        if is_verb(said, place):
            break
        if word.low in _PREPOSITIONS - {"of", "in"}:
            inside = word.low == preposition
        elif inside and word.stem and not is_number(word.low):
            found.add(word.stem)
    return frozenset(found)


def _agents(deed: Deed) -> list[Name]:
    """The names, he or she, that can be who does it, the nearest first."""
    if deed.passive:
        by = next((at for at in range(deed.place + 1, deed.place + 4) if deed.said.word_at(at) == "by"), None)
        name = _name_at(deed.said, by + 1) if by is not None else None
        return [name] if name else []
    return _names_before(deed)


def _patients(deed: Deed) -> list[Name]:
    """The names, he or she, that can be whom it is done to."""
    if deed.passive:
        return _names_before(deed)
    said, found = deed.said, []
    for place in range(deed.place + 1, min(deed.place + 5, len(said.words))):
        word = said.words[place].low
        if is_verb(said, place) or word in _PREPOSITIONS | _PARTING or '"' in said.between(place - 1, place):
            break
        if (name := _name_at(said, place)) and name not in found:
            found.append(name)
    return found


def _names_before(deed: Deed) -> list[Name]:
    """The names in front of a verb that is nobody else's: none after "and" or "to", whose doer stands further off."""
    said, place, found = deed.said, deed.place - 1, []
    while place >= 0 and (not said.words[place].stem or said.words[place].low.endswith("ly")):
        if said.words[place].low == "who":  # "Tromm, who left"
            name = _name_at(said, place - 1)
            return [name] if name else []
        if said.words[place].low in ("and", "or", "but", "to", "that", "which"):
            return []
        if said.words[place].low in _HE | _SHE:
            break
        place -= 1
    for at in range(place, max(-1, place - REACH), -1):
        word = said.words[at]
        if is_verb(said, at) or is_speech(word.low) or word.low == "that" or '"' in said.between(at, at + 1):
            break
        name = _name_at(said, at)
        if name and name not in found:
            found.append(name)
        if name and len(name) == 1 and name[0] in _HE | _SHE:
            break
    return found


def _name_at(said: Said, place: int) -> Name | None:
    """The whole name of which a word is part, without titles; he or she; None where nobody is named."""
    if said.word_at(place) in _HE | _SHE:
        return (said.word_at(place),)
    if not _is_named(said, place):
        return None
    first = last = place
    while _is_named(said, first - 1) and said.between(first - 1, first) == " ":
        first -= 1
    while _is_named(said, last + 1) and said.between(last, last + 1) == " ":
        last += 1
    return tuple(word.text for word in said.words[first : last + 1] if word.low not in TITLES) or None


def _is_named(said: Said, place: int) -> bool:
    """Whether a word is capitalised, and neither a day nor a sentence's first word that may be no name."""
    if not 0 <= place < len(said.words):
        return False
    word = said.words[place]
    if not word.stem or not word.text[0].isupper() or any(day.start <= word.start < day.end for day in said.days):
        return False
    if place and not set(said.between(place - 1, place)) & set('.:"'):
        return True
    joined = place + 1 < len(said.words) and said.words[place + 1].text[0].isupper()
    acts = (
        place + 1 < len(said.words)
        and is_verb(said, place + 1)
        and word.low not in _COMMON
        and not word.low.endswith("s")
    )
    return joined or acts or word.low in MALE_NAMES | FEMALE_NAMES


def _is_one(one: Name, other: Name) -> bool:
    """Whether two names can be one's: one holds the other's words; he and she go by given names and titles."""
    mine, theirs = ({normalise(word).lower() for word in name} for name in (one, other))
    for pronouns, own in ((mine, theirs), (theirs, mine)):
        if pronouns & _HE:
            return not own & (_SHE | HERS)
        if pronouns & _SHE:
            return not own & (_HE | HIS)
    return mine <= theirs or theirs <= mine or _is_short_for(one, other) or _is_short_for(other, one)


def _is_short_for(one: Name, other: Name) -> bool:
    """Whether a name is another one's initials, or a people's: "EU", "French"."""
    initials = "".join(word[0] for word in other)
    return one == (initials,) or any(is_same_people(word.lower(), with_.lower()) for word in one for with_ in other)
