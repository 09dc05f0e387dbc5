"""A follow-up -> a question that can be understood alone: names, topic and time out of the conversation. No model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.conversation import Kind, Referent, Talk, Turn, read_turns
from rag.matching import STOP_WORDS, stem, topic_words
from rag.quotes import lexicon
from rag.saying import is_speech, read_sayings

MAX_CHARACTERS = 2000

_AUX = r"(?:did|does|do|has|have|had|was|is|were|are|would|will|could|can|should)"
_OPENER = re.compile(
    r"^(?:(?:and|but|so|also|ok|okay|then|well|yes|no|if so|if not|otherwise|in that case)\b[,.]?\s+)+(?=\S)", re.I
)
_EVENT = re.compile(
    rf"^(?P<wh>why|when|where|how|since when|how long|how come|by whom)(?:\s+(?:exactly|then))?"
    rf"(?:\s+{_AUX}\s+(?:that|this|it)(?:\s+(?:so|happen|happened|be))?|\s+(?:that|so)"
    rf"|\s+{_AUX}\s+(?:he|she|they|it)\s+(?:say|said|claim|think|want|do|done|ask|call for)\s+(?:that|this|so|it))?\s*\?*$",
    re.I,
)
_IDENTITY = re.compile(r"^[Ww]ho\s+(?:is|was|are|were)\s+(?:the\s+)?[A-Z][\w'’.-]*(?:\s+[A-Z][\w'’.-]*)*\s*\?*$")
_INSTEAD = re.compile(r"^(?:(?:what|how) about|and)\s+(?P<phrase>.+?)\s*\?*$", re.I)
_PREPOSITION = re.compile(
    r"^(about|on|against|for|with|by|at|from|to|of|in|during|since|after|before|between)\s+\S", re.I
)
_VERB = re.compile(rf"\b(?:{_AUX}|said|says|say)\b", re.I)
_TIME = re.compile(
    r"(?:\b(?:in|on|during|since|at|for) )?\b(?:"
    r"(?:(?:early|late|last|this|next) )?(?:\d{1,2}(?:st|nd|rd|th)? )?(?:january|february|march|april|may|june|july|august|"
    r"september|october|november|december)(?: \d{1,2}(?!\d))?(?:,? \d{4})?|(?:19|20)\d\d|(?:last |this |next )?"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:last|this|next) (?:week|month|year|night)|today|yesterday)\b",
    re.I,
)
_PERSON = re.compile(r"\b(he|she|him|her|his|hers)\b", re.I)
_PEOPLE = re.compile(r"\b(they|them|their|theirs)\b", re.I)
_THING = re.compile(
    r"\b(its|it|(?:that|this)(?=\s*(?:[?.,]|$)|\s+(?:is|was|are|were|has|had|have|did|does|will|in|on|at|to|for|by|of|from|with|about|happen\w*)\b))(?!['’])\b",
    re.I,
)
_EXPLETIVE = re.compile(
    r"\b(?:is|was|be) it (?:\w+ (?:to|that|for)|that|true|right|correct|possible|likely|safe|rain\w*|snow\w*|not)\b"
    r"|\bit (?:is|was|be|seem\w*|appear\w*) (?:true|right|possible|likely|that)\b|\bwhat time is it\b",
    re.I,
)
_THERE = re.compile(
    r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!that )\bthere\b(?!\s+(?:is|are|was|were|be|been|any|an?|no)\b)", re.I
)
_OWN_SUBJECT = re.compile(
    rf"^(?:who|(?:which|what|how many) \w+)\s+(?:{_AUX}\s+)?(?!{_AUX}\b)[a-z]+\s+(?:his|its|their|her(?=\s+[a-z]))\b",
    re.I,
)
_POINTING = re.compile(
    r"(?:^|\b(?:about|of|in|on|at|for|from|with|by|to|after|before)\s+)(?:that|this)\s+[a-z]+"
    r"|\b(?:those|these|ones|one(?=\s*(?:[?.,]|$))|else|another|the other)\b",
    re.I,
)
_SENTENCE = re.compile(rf"\b(?:who|whom|whose|what|which|when|where|why|how|{_AUX})\b", re.I)
_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’.-]*")
_NOUN_BEFORE = re.compile(r"\bthe\s+[a-z]+", re.I)
_SPEAKERS = lexicon.ROLES | lexicon.INSTITUTIONS
FEW = 1  # topic words of a question that can hardly stand alone
FRAGMENT = 4  # words of one that is no sentence
CARRIED = 300  # characters of a question and of those that it leans on, that the next one may lean on


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it is taken: ``text`` reads as one; ``about`` is the earlier question it leans on where that is all."""

    text: str
    about: str = ""

    @property
    def searched(self) -> str:
        """The words that are searched for."""
        return f"{self.text} {self.about}".strip()[:MAX_CHARACTERS]

    @property
    def shown(self) -> str:
        """What is shown of it."""
        return f"{self.text} (about: {self.about})" if self.about else self.text


def understand(question: str, history: Sequence[object]) -> Understood:
    """A follow-up such as "And when was that?" made self-contained; any other question as it is. Raises QuestionError."""
    turns: list[Turn] = []
    for turn in read_turns(history):
        earlier = _understand(turn.question, turns)
        asked = earlier.searched[:CARRIED] if earlier.about else earlier.text
        turns.append(Turn(_by_name(asked, turn.speaker), turn.answer, turn.speaker))
    return _understand(question, turns)


def _by_name(question: str, speaker: str | None) -> str:
    """A question about what "the mayor" said, with the name of the one mayor whose words were the answer."""
    roles = [saying.speaker for saying in read_sayings(question) if saying.speaker]
    if speaker is None or len(roles) != 1 or not roles[0][0].islower():
        return question
    if speaker.lower().removeprefix("the ") == roles[0]:  # "the company", whom nobody calls otherwise
        return question
    return _by(speaker, roles[0], question)


def _understand(question: str, turns: Sequence[Turn]) -> Understood:
    if not turns:
        return Understood(question)
    bare = _OPENER.sub("", question)
    talk = Talk(turns)
    before = talk.last.question
    if match := _EVENT.match(bare):  # "Who is she?", "When was that?": not her, but what she did
        before = next((turn.question for turn in reversed(turns) if not _IDENTITY.match(turn.question)), before)
        return _event(match["wh"], before) or Understood(_capital(bare), before)
    opened = bare != question
    if phrase := _ellipsis(question, bare):
        return _instead(phrase, before) or Understood(_capital(bare), before)
    resolved = _resolve(bare, talk)
    if resolved is not None:
        # "the trams" says less than the question that named the city
        unnamed = _first_own(resolved) == len(resolved) and _first_own(before) < len(before)
        return Understood(_capital(resolved), before if unnamed else "")
    if _leans(bare, opened, talk):
        return Understood(_capital(bare), before)
    return Understood(question)


# ---------------------------------------------------------------- "Why?", "When was that?"


def _event(wh: str, before: str) -> Understood | None:
    """The earlier question with another question word: "Who closed the bridge?", "When?"; None where it cannot be turned."""
    bare = before.rstrip("?!. ")
    wh = "why" if wh.lower() == "how come" else wh.lower()
    if match := re.match(rf"^(?:who|what)\s+(?!{_AUX}\b)(?=\w+(?:ed|d|t|ke|ve|n|w|m)\b)(.+)$", bare, re.I):
        somebody = "somebody" if bare[:3].lower() == "who" else "something"
        return Understood(f"{_capital(wh)} was it that {somebody} {match[1]}?")
    match = re.match(
        rf"^(?:(?P<wh>who|whom|what|when|where|why|how|how long|since when)\s+)?(?P<aux>{_AUX})\s+(?P<rest>\S.*)$",
        bare,
        re.I,
    )
    if not match:
        return None
    rest = match["rest"]
    asked = (match["wh"] or "").lower()
    if asked == "who" or (asked == "what" and len(rest.split()) < 2):
        return Understood(f"{_capital(wh)} {match['aux'].lower()} somebody {rest}?") if asked == "who" else None
    if asked in ("what", "whom"):
        if (spoken := _spoken(rest)) is None:
            return None
        rest = spoken
    return Understood(f"{_capital(wh)} {match['aux'].lower()} {rest}?")


def _spoken(rest: str) -> str | None:
    """The clause of a question that asked what was said, its object filled in: "Lind say that about the raise"."""
    found = rest.split()
    for number, word in enumerate(found[1:], start=1):
        if is_speech(word) and word.islower():
            return " ".join([*found[: number + 1], "that", *found[number + 1 :]])
    return None


# ---------------------------------------------------------------- "What about Norway?", "And in 2023?"


def _ellipsis(question: str, bare: str) -> str | None:
    """The phrase that takes another's place, of a question that is nothing but it."""
    match = _INSTEAD.match(question) or (_PREPOSITION.match(bare) and re.match(r"^(?P<phrase>.+?)\s*\?*$", bare))
    if not match:
        return None
    phrase = _OPENER.sub("", match["phrase"])
    if (
        _VERB.search(phrase)
        or len(phrase.split()) > 6
        or re.match(r"(?:who|what|when|where|why|how|which)\b", phrase, re.I)
    ):
        return None
    return phrase


def _instead(phrase: str, before: str) -> Understood | None:
    """The earlier question with the phrase in the place of what it answers to; None where that is not clear."""
    bare = before.rstrip("?!. ")
    if (found := _TIME.search(phrase)) and len(found.group()) >= len(phrase) - 4:
        # the sentence's own time is replaced, whatever stands before it: "in March 2025" by "in 2023"
        timed = _TIME.sub("", bare, count=1) if _TIME.search(bare) else bare
        return Understood(f"{' '.join(timed.split())} {phrase}?")
    if preposition := _PREPOSITION.match(phrase):
        word = preposition[1].lower()
        swapped, times = re.subn(rf"\b{word}\s+(?:\S+\s*){{1,4}}$", lambda _: phrase, bare, count=1, flags=re.I)
        return Understood(f"{swapped if times else f'{bare} {phrase}'}?")
    name = re.sub(r"^the\s+", "", phrase)
    speakers = [saying.speaker for saying in read_sayings(before) if saying.speaker]
    if len(speakers) == 1 and (name[:1].isupper() or name.split()[-1].lower() in _SPEAKERS):
        return Understood(f"{_by(phrase, speakers[0], bare)}?")
    return _swap(phrase, bare) if name[:1].isupper() else None


def _by(phrase: str, speaker: str, question: str) -> str:
    return re.sub(rf"\b(?:the\s+)?{re.escape(speaker)}\b", lambda _: phrase, question, count=1, flags=re.I)


def _swap(name: str, bare: str) -> Understood | None:
    """A name for a name: the one that a clause ends with ("about Ukraine"), or else the only one."""
    spots = [
        match
        for match in re.finditer(r"(?:\b[Tt]he\s+)?[A-ZÀ-ÖØ-Þ][\w'’-]*(?:\s+[A-ZÀ-ÖØ-Þ][\w'’-]*)*", bare)
        if match.start()
    ]
    if len(spots) != 1:
        return None
    spot = spots[0]
    possessive = re.search(r"['’]s$", spot.group())
    return Understood(f"{bare[: spot.start()]}{name}{possessive.group() if possessive else ''}{bare[spot.end() :]}?")


# ---------------------------------------------------------------- "What did she say about it?"


def _resolve(question: str, talk: Talk) -> str | None:
    """The question with what its pronouns stand for; None if it has none that point back, or one that nothing fits."""
    changes: list[tuple[int, int, str]] = []
    taken: set[str] = set()

    def put(match: re.Match[str], referent: Referent | None) -> bool:
        if referent is None:
            return False
        word = match.group().lower()
        owns = word in ("his", "its", "their", "hers", "theirs") or (word == "her" and _owns(question, match.end()))
        again = referent.text in taken
        taken.add(referent.text)
        if not again:
            text = f"{referent.text}’s" if owns else referent.text
            changes.append((match.start(), match.end(), text))
        return True

    own = 0 if _OWN_SUBJECT.match(question) else _first_own(question)
    if (match := _PERSON.search(question)) and match.start() < own:
        kind: Kind = "female" if match.group().lower() in ("she", "her", "hers") else "male"
        if not put(match, talk.person(kind)):
            return None
    if (match := _PEOPLE.search(question)) and match.start() < own and not put(match, talk.people()):
        return None
    match = _pointing_at_a_thing(question)
    if match and match.start() < own and not put(match, talk.thing(taken)):
        return None
    if (match := _THERE.search(question)) and match.start() < own and (where := talk.place()):
        changes.append((match.start(), match.end(), f"in {where.text}"))
    if not changes:
        return None
    for start, end, text in sorted(changes, reverse=True):
        question = question[:start] + text + question[end:]
    return question


def _pointing_at_a_thing(question: str) -> re.Match[str] | None:
    if _EXPLETIVE.search(question):
        return None
    return next((match for match in _THING.finditer(question) if not _is_relative(question, match)), None)


def _is_relative(question: str, match: re.Match[str]) -> bool:
    """Whether "that" joins a clause to the noun before it: "other towns that are in debt"."""
    before = re.search(r"([a-z]+)\s+$", question[: match.start()])
    follows = re.match(rf"\s+{_AUX}\b", question[match.end() :], re.I)
    return bool(before and follows and before[1] not in STOP_WORDS and not is_speech(before[1]))


def _first_own(question: str) -> int:
    """Where a question names somebody itself: what comes after can mean them."""
    for match in _NAME.finditer(question):
        if match.start() and match.group() != "I" and match.group().lower() not in STOP_WORDS:
            before = question[: match.start()].rstrip()
            if before[-1:] not in (".", "?", "!"):
                return match.start()
    return len(question)


def _owns(question: str, end: int) -> bool:
    """Whether "her" is a possessive: a noun follows."""
    following = re.match(r"\s+([a-z]+)", question[end:], re.I)
    return bool(following and following[1].lower() not in STOP_WORDS)


# ---------------------------------------------------------------- what leans without saying so


def _leans(question: str, opened: bool, talk: Talk) -> bool:
    """Whether a question that names nobody, or is none, is about what the conversation is about."""
    own = [word for word in topic_words(question) if word not in STOP_WORDS]
    is_fragment = len(question.split()) <= FRAGMENT and not _SENTENCE.search(question)
    if _first_own(question) < len(question):  # "The Tolland Bridge", after a question about it
        before = set(map(stem, topic_words(talk.last.question)))
        return is_fragment and any(stem(word) in before for word in own)
    if opened or len(own) <= FEW or is_fragment or _POINTING.search(question):
        return True
    pointing = _PERSON.search(question) or _PEOPLE.search(question) or _pointing_at_a_thing(question)
    if pointing and not _OWN_SUBJECT.match(question):
        return True
    told = {stem(word) for word in topic_words(f"{talk.last.question} {talk.last.answer}")}
    return any(stem(word) in told for word in own)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
