"""The names in a sentence, and whether the cited slices hold them: whole, shortened, or as people of a country."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.language.speech import is_speech
from rag.language.words import STOP_WORDS, normalise
from rag.quotes.lexicon import FEMALE_NAMES, FEMALE_TITLES, FUNCTION_WORDS, MALE_NAMES, MALE_TITLES, TITLES
from rag.speakers import holds_role, take_apart
from rag.verification.dates import read_days
from rag.verification.evidence import Evidence, Said, Word, words_of

_MANNERS = frozenset("mr mrs ms miss dr sir dame lord lady i i'm i've i'd i'll nobody none nothing".split())
_OPENS = re.compile(r"(?:^|[.!?:]\s|\"|(?<!\w)'|[(\[-]\s?)[\"'(\[\s-]*$")
_ADDRESS = re.compile(r"\b(?:https?:|www\.)[^\s\")]+|\S+@[^\s\")]+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b")
_AUXILIARIES = frozenset("is was has had will would can could did does may might must should were are have".split())
_COMMON_ENDINGS = ("s", "ing", "ion", "ment", "ity", "ness", "ers", "ly", "ance", "ence", "ship", "ism")
_PEOPLES = [
    frozenset(one.split())
    for one in """france french|spain spanish|netherlands dutch holland|britain british uk kingdom|us usa u.s america american
    americans|germany german germans|poland polish|greece greek|china chinese|switzerland swiss|denmark danish|sweden swedish|
    finland finnish|turkey turkish|ireland irish|scotland scottish|wales welsh|norway norwegian|europe european eu|
    portugal portuguese|russia russian russians|ukraine ukrainian|england english|japan japanese|iraq iraqi|israel israeli|
    belgium belgian|hungary hungarian|czechia czech|croatia croatian|brazil brazilian|mexico mexican|canada canadian|
    argentina argentine argentinian|peru peruvian|philippines filipino philippine|democrat democrats democratic|
    republican republicans gop""".replace("\n", " ").split("|")
]  # fmt: skip
_ENDINGS = frozenset("n an ian ean ish ese i ns ans ians s".split())


HERS, HIS = FEMALE_NAMES - MALE_NAMES | FEMALE_TITLES, MALE_NAMES - FEMALE_NAMES | MALE_TITLES
"""Words by which somebody goes as "she", and as "he"."""


def missing_names(sentence: str, evidence: Evidence) -> list[str]:
    """The names of a tidy sentence that the cited slices do not hold, as written."""
    return [word.text for word, beside in names_in(sentence) if not _is_known(word, beside, evidence)]


def unknown_address(said: Said, evidence: Evidence) -> str | None:
    """Why a sentence sends its reader to a web or mail address that no slice has; None if it does not."""
    for match in _ADDRESS.finditer(said.text):
        if not any(match.group() in text for text in evidence.texts):
            return f"the address “{match.group()}” does not occur in the cited paragraph"
    return None


@lru_cache(1024)
def name_stems(said: Said) -> frozenset[str]:
    """The stems of the names in a sentence."""
    return frozenset(word.stem for word, _ in names_in(said.text))


def names_in(sentence: str) -> Iterator[tuple[Word, list[Word]]]:
    """The capitalised words of a tidy sentence, each with those right beside it; days and manners are no names.

    A word that opens the sentence is one only if it stands where nothing but a name can.
    """
    words = words_of(sentence)
    days = read_days(sentence)
    capitals = [_is_capital(word) and not any(day.start <= word.start < day.end for day in days) for word in words]
    if len(words) > 4 and sum(map(_is_capital, words)) > 0.8 * len(words):
        return  # a headline
    for number, word in enumerate(words):
        if not capitals[number] or word.low in _MANNERS:
            continue
        after = words[number + 1] if number + 1 < len(words) else None
        joined = after is not None and capitals[number + 1] and sentence[word.end : after.start].strip(".") == " "
        if _OPENS.search(sentence[: word.start]) and not _is_name_at_start(sentence, word, after, joined):
            continue
        beside = [words[number + 1]] if joined else []
        if number and capitals[number - 1] and sentence[words[number - 1].end : word.start].strip(".") == " ":
            beside.append(words[number - 1])
        yield word, beside


def _is_capital(word: Word) -> bool:
    return word.text[0].isupper()


def _is_name_at_start(sentence: str, word: Word, after: Word | None, joined: bool) -> bool:
    """Whether a word that opens a sentence is a name: before another one, before "'s", before a verb with no article."""
    if word.low in STOP_WORDS or word.low in FUNCTION_WORDS:
        return False
    if word.low in MALE_NAMES or word.low in FEMALE_NAMES or sum(map(str.isupper, word.text)) > 1:
        return True
    if joined or sentence[word.end : word.end + 2] == "'s":
        return True
    if after is None or word.low.endswith(_COMMON_ENDINGS):
        return False
    return after.low in _AUXILIARIES or (is_speech(after.low) and not _is_capital(after))


def _is_known(word: Word, beside: Sequence[Word], evidence: Evidence) -> bool:
    low = word.low.replace(".", "")
    held = evidence.words | evidence.names
    forms = {word.low, low, low.removesuffix("s"), f"{low}s", *re.split(r"[-&]", word.low)}
    if forms & held or _is_initials(word.text, evidence) or any(is_same_people(low, one) for one in held):
        return True
    known = [one for one in beside if one.low in held]
    if low in TITLES:
        return any(
            holds_role(take_apart(f"{word.text} {one.text}"), normalise(article.text), take_apart(one.text))
            for one in beside
            for article in evidence.articles
        )
    if any(_stands_beside(word, one, evidence) for one in known):
        return True
    return len(word.text) > 1 and _spells_out(word, beside, evidence)


def _stands_beside(word: Word, known: Word, evidence: Evidence) -> bool:
    """Whether the article elsewhere gives the full name: "Ines Feld", where the slice has "Feld" only."""
    pair = (word, known) if word.start < known.start else (known, word)
    pattern = rf"\b{re.escape(pair[0].text)}\.?\s+{re.escape(pair[1].text)}\b"
    return any(re.search(pattern, normalise(article.text)) for article in evidence.articles)


def _is_initials(word: str, evidence: Evidence) -> bool:
    """Whether a slice spells out an abbreviation: "EU", "European Union"."""
    letters = word.replace(".", "")
    if not 2 <= len(letters) <= 6 or not letters.isupper():
        return False
    pattern = r"\b" + r"[\w'-]*\W+(?:(?:of|the|and|for|on)\s+)*".join(letters) + r"[\w'-]*"
    return any(re.search(pattern, text) for text in evidence.texts)


def _spells_out(word: Word, beside: Sequence[Word], evidence: Evidence) -> bool:
    """Whether a word is part of a name that the slice abbreviates by its initials."""
    letters = {f"{one.text[0]}{two.text[0]}" for one in (word, *beside) for two in (word, *beside) if one != two}
    return any(
        pair.lower() in held.lower()
        for pair in letters
        for text in evidence.texts
        for held in re.findall(r"\b[A-Z]{2,6}\b", text.replace(".", ""))
    )


def is_same_people(one: str, other: str) -> bool:
    """Whether two words name one country: "Iran", "Iranian"; "France", "French"."""
    if any(one in people and other in people for people in _PEOPLES):
        return True
    short, long = sorted((one, other), key=len)
    if len(short) < 4 or len(long) - len(short) > 3:
        return False
    root = short[:-1] if short[-1] in "aey" else short
    return long.startswith(root) and long[len(root) :] in _ENDINGS
