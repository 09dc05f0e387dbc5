"""Which speakers of the ledger a name or a role in a question can mean. Pure: names in, names out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rag.errors import QuestionError
from rag.language.speech import is_speech
from rag.language.words import STOP_WORDS, normalise
from rag.quotes.lexicon import FEMALE_NAMES, FEMALE_TITLES, MALE_NAMES, MALE_TITLES

LONGEST = 200  # characters of a speaker's name in a question

_TITLES = frozenset(
    """mr mrs ms miss dr sir lord lady dame adm admiral ambassador commissioner sheriff bishop archbishop cardinal
    sen senator rep representative gov governor gen general col colonel lt sgt capt
    captain president chancellor prime minister premier mayor king queen prince princess pope rev reverend prof professor
    judge justice chief secretary congressman congresswoman chairman chairwoman director former retired deputy vice first
    then late pollster economist spokesman spokeswoman spokesperson""".split()
)
# What is no single person: "the campaign" is none of its people.
_BODIES = frozenset(
    "campaign team office family administration camp staff foundation organization ministry government party".split()
)
# A name with one of these is somebody around that person, not the person.
_OTHERS = _BODIES | frozenset(
    """spokesman spokeswoman spokesperson aide aides adviser advisor advisers lawyer lawyers attorney supporters supporter
    father mother wife husband son daughter brother sister widow manager allies ally""".split()
)
_LINKS = frozenset("to of for from by with against about in".split())
_RELATIVES = frozenset("who whose that which including".split())
# What somebody says in one of these is said by him: "a statement from Lund".
_SAYINGS = frozenset(
    """statement statements data report reports release releases tweet tweets email emails letter post posts message video
    interview figures survey poll study analysis account memo filing dashboard""".split()
)
_GENERATIONS = frozenset("jr sr ii iii".split())
_AROUND = frozenset(word.removesuffix("s") for word in _OTHERS)
_NICKNAMES = {
    "joe": "joseph", "bill": "william", "will": "william", "bob": "robert", "rob": "robert", "jim": "james", "mike": "michael",
    "tom": "thomas", "tim": "timothy", "dick": "richard", "rick": "richard", "ted": "edward", "ed": "edward",
    "ben": "benjamin",
    "dan": "daniel", "dave": "david", "steve": "steven", "stephen": "steven", "tony": "anthony", "chris": "christopher",
    "matt": "matthew", "nick": "nicholas", "alex": "alexander", "andy": "andrew", "jeff": "jeffrey", "ken": "kenneth",
    "liz": "elizabeth", "beth": "elizabeth", "kate": "katherine", "kathy": "katherine", "sue": "susan", "debbie": "deborah",
    "bernie": "bernard", "chuck": "charles", "charlie": "charles", "larry": "lawrence", "ron": "ronald", "don": "donald",
    "sam": "samuel", "pat": "patrick", "mitch": "mitchell", "jon": "jonathan", "josh": "joshua", "vlad": "vladimir",
}  # fmt: skip
_SHORT = frozenset("mr mrs ms dr sen rep gov gen col lt sgt capt rev prof".split())
_LESSER = frozenset("deputy vice assistant associate".split())
_ACRONYM = re.compile(r"\b(?:C[EFOT]O|PM)s?\b")
"""Roles that are written in capitals, as names are. Others are parts of names as often: "Siemens AG", "VP Bank"."""
_PLAIN = r"(?:[\w'-]+|(?:\w{1,3}\.)+)"
"""A word, maybe an abbreviation, with no full stop that ends its sentence."""
_ROLE_OF = re.compile(r"(?:the |an? )?((?:[a-z'-]+ )+)(?:of|for|at|in) (?:the )?[A-Z]")
_SMALL = frozenset("the a an of for from at in de von van der de la le del al bin and its his her their".split())


def check_speaker(name: str | None) -> str | None:
    """The name as it is. Raises QuestionError if no name is that long."""
    if name is not None and len(name) > LONGEST:
        raise QuestionError(
            f"The speaker's name is {len(name):,} characters long; the limit is {LONGEST}.",
            help_message="Give a name or a role.",
        )
    return name


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart: its capitalised words without titles, and its lower-case ones."""

    proper: tuple[str, ...]
    roles: frozenset[str]
    whole: str
    titled: bool = False
    """Whether the role stands before the capitalised words, as a title: "Senator Orlov", not "the German chancellor"."""


@lru_cache(50_000)
def take_apart(name: str) -> Name:
    """Proper words, and words for a role, of a name as written: "Chancellor Olaf Scholz", "the Trump campaign"."""
    plain = re.sub(r"['’]s?(?=\s|$)", "", normalise(name))
    plain = _ACRONYM.sub(lambda role: role[0].lower(), plain)
    plain = (
        re.split(r"\s+of\s+the\s+|\s+of\s+(?=[A-Z])|,", plain)[0]
        if re.match(r"(?:\w+\.?\s+){0,2}[A-Z]", plain)
        else plain
    )
    proper: list[str] = []
    before: list[str] = []
    roles: set[str] = set()
    found = re.findall(r"[\w'-]+", plain)
    for number, word in enumerate(found):
        lower = word.lower()
        if lower in _SMALL:
            continue
        if (
            lower in _TITLES and word[0].isupper() and number == len(found) - 1 and _is_first_name(proper)
        ):  # "Jim Justice"
            proper.append(lower)
        elif lower in _TITLES or lower in _OTHERS or not word[0].isupper():
            roles.add(lower.removesuffix("s") if lower in _OTHERS else lower)
            before, proper = proper or before, []  # "French President Hollande": what stands before a title is no name
        else:
            proper.append(lower)
    titled = bool(proper and roles)
    if proper:  # "Clinton campaign manager Robby Mook" is a person, with a role
        roles -= _AROUND
    else:
        proper = before
    return Name(tuple(proper), frozenset(roles), " ".join(re.findall(r"[\w'-]+", plain.lower())), titled)


def is_role_of(asked: str) -> bool:
    """Whether words are one person's role in a place or body, "the mayor of Lindal", and not somebody who speaks for it."""
    match = _ROLE_OF.match(normalise(asked))
    return match is not None and not set(match[1].split()) & _OTHERS


def _is_first_name(words: Sequence[str]) -> bool:
    return bool(words) and words[-1] in MALE_NAMES | FEMALE_NAMES


def may_be(asked: Name, name: Name) -> bool:
    """Whether a name in a question can mean a speaker: same last name, and first names that do not clash.

    "Scholz" can mean "Olaf Scholz"; "Bill Clinton" cannot mean "Hillary Clinton", nor "Trump" the Trump campaign.
    """
    if not asked.proper or not name.proper:
        return bool(asked.whole) and asked.whole == name.whole
    if (asked.roles & _AROUND) != (name.roles & _AROUND):
        return False
    if asked.roles & _AROUND:
        return bool(set(asked.proper) & set(name.proper))
    asked_words, name_words = _person(asked.proper), _person(name.proper)
    if asked_words[-1] != name_words[-1]:
        # an institution is named by its first words as often as by its last, a person by one word of a long name
        return set(asked_words) <= set(name_words) or (len(name_words) > 1 and set(name_words) <= set(asked_words))
    if len(asked_words) == 1 or len(name_words) == 1:
        return not (len(name_words) > 1 and _clash(asked.roles, name_words[0]))
    first, other = asked_words[0], name_words[0]
    return (
        first == other
        or _NICKNAMES.get(first, first) == _NICKNAMES.get(other, other)
        or (first[0] == other[0] and min(len(first), len(other)) == 1)
        or first in name_words
        or other in asked_words
    )


def _clash(titles: frozenset[str], first: str) -> bool:
    """Whether a title and a given name are of two genders: "Mrs. West" is not Robert West."""
    he = bool(titles & MALE_TITLES) or first in MALE_NAMES - FEMALE_NAMES
    she = bool(titles & FEMALE_TITLES) or first in FEMALE_NAMES - MALE_NAMES
    return he and she


def names_another(speaker: str) -> bool:
    """Whether a speaker as written is what stands beside the person it names: "aides to President Lund", "Lund's plan"."""
    found = re.findall(r"[\w'.-]+", normalise(speaker))
    lower = [number for number, word in enumerate(found) if word[0].islower()]
    if any(word.endswith(("'s", "s'")) for word in found[:-1]) and lower and lower[-1] == len(found) - 1:
        return found[-1] not in _TITLES | _OTHERS
    pairs = [(found[number - 1].lower(), found[number - 1][0].islower(), found[number]) for number in lower if number]
    return any(
        word in _RELATIVES or (word in _LINKS and head not in _TITLES | _SAYINGS and (is_common or head in _OTHERS))
        for head, is_common, word in pairs
    )


def is_junior(name: str) -> bool:
    """Whether a name tells the generation: "Olaf Lund Jr."."""
    return bool(set(take_apart(name).proper) & _GENERATIONS)


def _of_generation(asked: Name, found: Sequence[str]) -> list[str]:
    """Those of the asked one's generation: "Olaf Lund" and "Olaf Lund Jr" are two, "Joe Lund" and "Joseph Lund Jr" are one."""
    juniors = [one for one in found if is_junior(one)]
    named = {one: words for one in found if len(words := _person(take_apart(one).proper)) > 1}
    if set(asked.proper) & _GENERATIONS:
        return [one for one in found if one in juniors or (one in named and asked.proper[0] not in named[one])]
    seniors = {word for one, words in named.items() if one not in juniors for word in words[:-1]}
    sons = {one for one in juniors if one in named and named[one][0] in seniors}
    return [one for one in found if one not in sons and not (sons and one in juniors and one not in named)]


def sharing_a_word(asked: str, speakers: Iterable[str]) -> list[str]:
    """The speakers that share a word with a name, whatever its case: all that it can mean, and few more."""
    pieces = [piece for piece in re.split(r"[\W_]+", normalise(asked).lower()) if len(piece) > 1]
    pattern = re.compile("|".join(map(re.escape, pieces)) or r"\S", re.I)
    return [one for one in speakers if pattern.search(one)]


def only_theirs(asked: Name, found: Sequence[str], known: Iterable[str]) -> list[str]:
    """Of the names that one in full can mean, those that can mean nobody else: "Lomund" is no "Tore Lomund" beside Else's."""
    found = _of_generation(asked, found)
    if len(asked.proper) < 2 or asked.roles & _AROUND:
        return list(found)
    others = (take_apart(one) for one in known if one not in found)
    if not any(len(one.proper) > 1 and one.proper[-1] == asked.proper[-1] for one in others):
        return list(found)
    return [one for one in found if len(take_apart(one).proper) > 1]


def people(names: Iterable[str]) -> list[list[str]]:
    """Names grouped by who they can only be: bare last names join the one person who has it, or stand alone."""
    groups: list[list[str]] = []
    for name in sorted(dict.fromkeys(names), key=lambda one: -len(take_apart(one).proper)):
        fitting = [group for group in groups if all(may_be(take_apart(name), take_apart(one)) for one in group)]
        if len(fitting) == 1:
            fitting[0].append(name)
        elif not fitting:
            groups.append([name])
    return groups


def namesakes(names: Iterable[str]) -> tuple[str, ...]:
    """Who is meant by names that share a surname, each in full and by the alphabet: those of whom a first name is known.

    "Ada Brandt and Otto Winter", who spoke together, are no third.
    """
    found = (fullest(group) for group in people(name for name in names if " and " not in name))
    return tuple(sorted(name for name in found if len(take_apart(name).proper) > 1))


def fullest(names: Sequence[str]) -> str:
    """The fullest of several forms of one name."""
    return max(names, key=lambda name: (len(take_apart(name).proper), len(name)))


def holds_role(role: Name, text: str, name: Name) -> bool:
    """Whether an article's own words give a role to a name: "Chancellor Olaf Scholz", "Scholz, the German chancellor"."""
    if not role.roles or not name.proper or role.roles <= _BODIES or set(name.proper) <= set(role.proper):
        return False  # in "the president of Norlund" nobody is called Norlund
    if name.roles and not name.titled:
        return False  # "Norlund media" is nobody's name
    if name.proper[-1] not in text.lower():
        return False
    for word in role.roles:
        if not any(_first_names_fit(first, name) for first in _first_names(word, text, name.proper[-1], role)):
            return False
    return all(re.search(rf"\b{re.escape(word)}", text, re.I) for word in role.proper)


def _first_names(word: str, text: str, last: str, role: Name) -> Iterator[str]:
    """What stands before a surname wherever a text gives the role's word to it."""
    before, apart, after = _beside(word, text)
    for names, stands_before in before:
        at = next((at for at, one in enumerate(names) if re.match(rf"{re.escape(last)}\b", one, re.I)), None)
        between = " ".join(names[:at])
        if at is not None and _is_one_phrase(between) and not is_lesser(stands_before, role):
            yield between
    for rest, names, stands_before in apart:
        between = " ".join(names[:-1])
        own = _is_rest_of(role, rest) and _is_one_phrase(between) and not is_lesser(stands_before, role)
        if own and names[-1].lower() == last:
            yield between
    for surname, between, stands_before in after:
        told = between.split()
        if surname == last and not any(is_speech(one) or one in ("met", "who") or is_lesser(one, role) for one in told):
            yield stands_before


def _is_rest_of(role: Name, rest: Sequence[str]) -> bool:
    """Whether words between a role's word and a comma belong to it: "of the economy", "of Norlund"; not "met Dahl"."""
    if not rest or rest[0].lower() not in role.roles | {"of", "for"}:
        return not rest
    return all(one.lower() in role.roles | _SMALL - {"and"} or one[0].isupper() for one in rest)


class _Beside(NamedTuple):
    """What a text has beside a role's word; with each the word before, for "deputy" makes less of it."""

    before: list[tuple[list[str], str]]
    """The words right after it, of which one may be a surname: "Chancellor Olaf Scholz said"."""
    apart: list[tuple[list[str], list[str], str]]
    """What goes on before a comma, and a name up to the next: "minister" "of the economy", "Erik Lund", "said"."""
    after: list[tuple[str, str, str]]
    """The surname that it comes after, and what stands between: "Scholz, the German chancellor"."""


@lru_cache(4_000)
def _beside(word: str, text: str) -> _Beside:
    """Read once for all speakers."""
    dot = r"\.?" if word in _SHORT else ""
    before = rf"\b{re.escape(word)}\b{dot}\s+(?=((?:{_PLAIN}\s+){{0,3}}{_PLAIN}))"
    ends = r"\s?[,;:()?!\"–—]|\.?$|\.[\s\"]"
    apart = rf"\b{re.escape(word)}\b{dot}((?:\s+[\w'-]+){{0,4}}),\s+(?=((?:{_PLAIN}\s+){{0,3}}[\w'-]+)(?:{ends}))"
    after = (
        rf"\b(?=([\w'-]+)(?:,|,?\s+(?:who\s+)?(?:is|was|became))\s+((?:{_PLAIN}\s+){{0,5}}?){re.escape(word)}\b"
        r"(?!\s+(?-i:[A-Z])))"  # "Dahl told King Harald" says nothing of Dahl
    )
    return _Beside(
        [(one[1].split(), _word_before(text, one.start())) for one in re.finditer(before, text, re.I)],
        [(one[1].split(), one[2].split(), _word_before(text, one.start())) for one in re.finditer(apart, text, re.I)],
        [(one[1].lower(), one[2], _word_before(text, one.start())) for one in re.finditer(after, text, re.I)],
    )


def is_lesser(word: str, role: Name) -> bool:
    """Whether a word makes less of a role than is asked for: the deputy mayor is not the mayor."""
    lower = word.strip().lower()
    return lower in _LESSER and lower not in role.roles


def _word_before(text: str, position: int) -> str:
    match = re.search(r"[\w.'-]+\s+$", text[max(0, position - 40) : position])
    return match[0] if match else ""


def _is_one_phrase(between: str) -> bool:
    """Whether words between a role and a name join them: "President of France Emmanuel", not "president, came with"."""
    words = between.split()
    if "and" in words and any(word.lower() not in _TITLES | _SMALL for word in words[: words.index("and")]):
        return False  # "President Anna Berg and Olaf Lund" are two
    return all(word[0].isupper() or word in _SMALL | _TITLES for word in words)


def _first_names_fit(before: str, name: Name) -> bool:
    """Whether the words before a surname leave it to this person: "Bill" in "Bill Clinton" is nobody else."""
    plain = [word.strip(".").lower() for word in before.split() if word[0].isupper()]
    first = [word for word in plain if word not in _TITLES | _OTHERS | STOP_WORDS]
    asked = [Name((word, name.proper[-1]), frozenset(), "") for word in first]
    return not first or len(name.proper) == 1 or any(may_be(one, name) for one in asked)


def _person(words: tuple[str, ...]) -> tuple[str, ...]:
    kept = tuple(word for word in words if word not in _GENERATIONS)
    return kept or words
