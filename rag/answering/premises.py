"""What a question takes for granted and an article does not: somebody it never names, a deed that it says was not done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.answering.evidence import Evidence
from rag.matching import STOP_WORDS, normalise, stem, words
from rag.question import Question
from rag.quotes import lexicon
from rag.saying import is_speech
from rag.speakers import take_apart
from rag.types import Article, Searched, told_day
from rag.when import days_of_asking

_RUN = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'-]+(?:\s+[A-ZÀ-ÖØ-Þ][\w'-]+)+")
_OPENERS = STOP_WORDS | lexicon.FUNCTION_WORDS
_GIVEN = lexicon.MALE_NAMES | lexicon.FEMALE_NAMES
_DEED = re.compile(
    r"^(?:why|when|where|how)\s+(?:(?P<aux>did|has|have|had|was|is|were|are|does|do|will)\s+)(?P<rest>.+?)\s*\?*$", re.I
)
_NOT_DONE = (
    r"(?:(?:did|does|do|has|have|had|was|were|is|are|will|would)\s+(?:not|never)"
    r"|(?:did|does|do|has|have|had|was|were|is|are|would)n't|won't|never"
    r"|denied\s+(?:an?|the|any)?\s*(?:rumou?rs?|reports?|claims?|suggestions?)\s+that"
    r"|denied\s+(?:that\s+)?(?:\w+\s+){0,3}?(?:having|had|has|was|were|is))"
)
_NEGATIVE = re.compile(r"\b(?:not|never|n't|no|den(?:y|ies|ied)|refus\w+|fail\w*)\b|n't\b", re.I)
_CLAUSES = frozenset("why how when where what who whether if because that say said tell told".split())
_QUOTED = re.compile(r'"[^"]*"?')
_TAGS = frozenset("said says added adds wrote writes explained replied answered argued warned".split())
TO_THE_VERB = 8  # words between an office and the verb that it speaks by
NEAR = 4  # words between "did not" and the deed
LIGHT = frozenset(
    map(stem, "say tell do be have make take get give go come put see think call ask happen need want".split())
)
"""Verbs that say too little of what is done."""


def comes_too_late(question: Question, searched: Searched) -> str:
    """Why no article can answer, if all are from before the days that the question calls "today" or "this week"; else ""."""
    days = question.period and days_of_asking(question.text, question.period[1])
    if not days or searched.undated or searched.until is None or searched.until >= days[0]:
        return ""
    return f"The articles do not say: the newest is of {told_day(searched.until)}, the question is about later days."


def names_whom(question: Question, article: Article) -> bool:
    """Whether an article names everybody whom the question calls by more than one name.

    Only full names count: of 1,189 answerable questions of rtqa2022, newsqa and clapnq (dev) three have one that their own
    article lacks; a single capitalised word is too often written another way.
    """
    names = full_names(question.text)
    return not names or all(_is_named(name, _words(article)) for name in names)


def lets_speak(question: Question, evidence: Evidence) -> bool:
    """Whether the office or whoever else is asked about speaks in a sentence, in an article that has its other words, too."""
    asked = [one.speaker for one in question.sayings if one.speaker and one.plain]
    if not asked or len(asked) < len(question.sayings):
        return True
    said, there = words(_QUOTED.sub(" ", normalise(evidence.text))), _words(evidence.article)
    return any(_speaks_in(take_apart(office).whole.split(), said, there) for office in asked)


def _speaks_in(office: Sequence[str], said: Sequence[str], there: frozenset[str]) -> bool:
    """Whether what one is ("manager") speaks in a sentence, and what one is it of ("harbour") stands in its article."""
    own = [word for word in office if word not in STOP_WORDS]
    heads = {stem(word) for word in own if word in lexicon.ROLES} or set(map(stem, own[-1:]))
    speaks = (
        _goes_on_to_speak(said[number + 1 :]) or (number and _tags(said[:number]))
        for number, word in enumerate(said)
        if stem(word) in heads
    )
    return any(speaks) and all(_is_there(word, there) for word in own)


def _goes_on_to_speak(after: Sequence[str]) -> bool:
    """Whether a verb of saying follows, and it is no other clause's: "the manager, Ada Brandt, said"."""
    for word in after[:TO_THE_VERB]:
        if is_speech(word):
            return True
        if word in _CLAUSES or word in ("to", "and", "but", "or", "which"):
            return False
    return False


def _tags(before: Sequence[str]) -> bool:
    """Whether a tag ends here: "said the", "according to the"."""
    near = [word for word in before[-4:] if word not in ("the", "its", "a", "an")]
    return bool(near) and (near[-1] in _TAGS or near[-2:] == ["according", "to"])


def full_names(question: str) -> list[list[str]]:
    """The names of two words and more in a question, without the titles and question words before them, lower-cased."""
    found = []
    for run in _RUN.findall(normalise(question)):
        name = [re.sub(r"'s?$", "", word).lower() for part in run.split() for word in part.split("-") if word]
        while name and (name[0] in _OPENERS or name[0] in lexicon.TITLES):
            name = name[1:]
        if len(name) > 1:
            found.append(name)
    return found


def _is_named(name: Sequence[str], there: frozenset[str]) -> bool:
    """Whether an article holds a name: of a person the last word, of anything else at least one."""
    if len(name) == 2 and name[0] in _GIVEN:
        return _is_there(name[-1], there)
    return any(_is_there(word, there) for word in name)


def _is_there(word: str, there: frozenset[str]) -> bool:
    return not there.isdisjoint((word, f"{word}s", word.removesuffix("s")))


@lru_cache(64)
def _words(article: Article) -> frozenset[str]:
    # not their stems: those of a whole article take longer than all else that is done with it
    return frozenset(word.removesuffix("'s") for word in words(f"{article.title or ''} {article.text}"))


def find_denial(question: Question, evidence: Sequence[Evidence]) -> Evidence | None:
    """The sentence that says that what a "why" or "when" takes for granted was not done; None where none does.

    It has to deny the question's own verb of the question's own subject, and nothing as new may say that it was done.
    """
    deed = read_deed(question.text)
    if deed is None:
        return None
    verb, subject = deed
    denials = [one for one in evidence if _denies(one, verb, subject)]
    if not denials:
        return None
    newest = max(denials, key=lambda one: (one.article.date is not None, one.article.date, one.score))
    for one in evidence:
        if one in denials or not _tells(one, verb, subject):
            continue
        older = one.article.date and newest.article.date and one.article.date < newest.article.date
        if not older:
            return None
    return newest


def read_deed(question: str) -> tuple[str, frozenset[str]] | None:
    """The verb's stem, and those of the subject's words: "Why did the mayor resign?" is ("resign", {"mayor"})."""
    plain = normalise(question)
    match = _DEED.match(plain)
    if match is None or _NEGATIVE.search(plain):
        return None
    subject: list[str] = []
    rest = match["rest"].split()
    for number, word in enumerate(rest):
        bare = re.sub(r"'s?$", "", word.strip(",.")).lower()
        opens = number == 0 or bare in ("the", "a", "an", "of")
        if (
            opens
            or word[:1].isupper()
            or bare in lexicon.ROLES
            or not subject
            or rest[number - 1].lower() in ("the", "of")
        ):
            if bare not in STOP_WORDS:
                subject.append(stem(bare))
        else:
            verb = stem(bare)
            return (verb, frozenset(subject)) if subject and bare not in STOP_WORDS and verb not in LIGHT else None
    return None


def _denies(one: Evidence, verb: str, subject: frozenset[str]) -> bool:
    plain = normalise(one.text)
    if not _is_of(one, subject):
        return False
    for match in re.finditer(rf"\b{_NOT_DONE}\b", plain, re.I):
        rest = plain[match.end() :]
        for word in list(re.finditer(r"[\w']+", rest))[: NEAR + 1]:
            if word.group().lower() in _CLAUSES:
                break
            if stem(word.group().lower()) == verb and not re.search(r"[,;:.]", rest[: word.start()]):
                return True
    return False


def _tells(one: Evidence, verb: str, subject: frozenset[str]) -> bool:
    return verb in set(map(stem, words(one.text))) and _is_of(one, subject)


def _is_of(one: Evidence, subject: frozenset[str]) -> bool:
    """Whether a sentence is about the subject: it names it, or its paragraph does and the sentence says he, she or it."""
    own = {stem(word.removesuffix("'s")) for word in words(one.text)}
    if subject <= own:
        return True
    around = {stem(word.removesuffix("'s")) for word in words(one.article.paragraph_text(one.paragraph))}
    return subject <= around and bool(own & {"he", "she", "it", "they"})
