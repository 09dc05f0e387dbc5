"""What was said before a question: earlier questions and answers as plain text, and whom and what they name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rag.errors import QuestionError
from rag.quotes import lexicon
from rag.quotes.names import Entity, Inventory
from rag.saying import is_speech, read_sayings
from rag.types import Article

Kind = Literal["male", "female", "people", "thing"]

_MARKER = re.compile(r"\s*\[\d+\]")
_LEAD = re.compile(r"^(?P<lead>[^\n:.“\"]{0,120}?),? ?\d{1,2} [A-Z][a-z]+ \d{4}: ", re.M)
_REFUSAL = re.compile(r"^(?:The articles do not say|In the (?:[\d,]+ )?articles? searched|No article was searched)")
_SEARCHED = re.compile(r"Searched [\d,]+ articles?\b.*$", re.S)
_ROLE = re.compile(
    r"\b[Tt]he (?:[A-Za-z]+(?: |-)){0,2}?(?:" + "|".join(sorted(lexicon.ROLES)) + r")\b"
    r"\b(?: of (?:the )?[A-Z]\w+(?: [A-Z]\w+)?)?(?!\s+[A-Z])"
)
_LINK = r"(?:of|at|in|into|on|by|over|for|with|between|to|about|against|near|from)"
_HEAD = re.compile(
    rf"\b(?:the|an?|its|his|her|their)\s+(?:(?!{_LINK}\b)[a-z][\w-]*\s+){{1,3}}{_LINK}\s+(?:the\s+)?$", re.I
)
_BARE = re.compile(
    rf"\bthe\s+([a-z][\w-]+)(?=\s*[?.,]|\s*$|\s+(?:{_LINK}|is|was|are|were|will|has|have|had|did|does)\b)"
)
_ASKS_WHAT = re.compile(r"^(?:what|which)\b(?!.*\b(?:say|said|do|done|happen\w*|think)\b)", re.I)
_COUNTED = re.compile(r"^how many ((?:[a-z]+ )?[a-z]+s|people)\b", re.I)
_TITLED = re.compile(r"\bthe\s+([“\"][^”\"]+[”\"]\s+[a-z]+)", re.I)
_PLACE = re.compile(r"\b(?:in|at|near|from|outside|to)\s+(?:the\s+)?$")
MOST = 8  # earlier questions that are read


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question and the answer to it, without markers and bylines; ``answer`` is empty for a refusal."""

    question: str
    answer: str = ""
    speaker: str | None = None
    """Whose words alone the answer holds, by name."""


def read_turns(history: Sequence[object]) -> list[Turn]:
    """The last turns of a conversation, the newest last. Raises QuestionError for what is no message."""
    turns: list[Turn] = []
    for message in history:
        role, content = _role_and_content(message)
        text = text_of(content)
        if role in ("user", "human") and text:
            turns.append(Turn(text))
        elif role in ("assistant", "ai") and turns and isinstance(content, str | list | tuple):
            answer = content if isinstance(content, str) else text
            turns[-1] = Turn(turns[-1].question, _told(answer), _only_speaker(answer))
    return turns[-MOST:]


def _only_speaker(answer: str) -> str | None:
    """The name that every byline of an answer begins with, if there is one."""
    led = {match["lead"].rpartition(", ")[0].partition(", as ")[0] for match in _LEAD.finditer(answer)}
    return led.pop() or None if len(led) == 1 else None


def _told(answer: str) -> str:
    """An answer's words: no markers, and of a byline only whose words they are."""
    if _REFUSAL.match(answer):
        return ""

    def speaker(match: re.Match[str]) -> str:
        named = match["lead"].split(", ")[:-1]  # the last is the publisher
        return f"{named[0]} said: " if named else ""

    plain = _LEAD.sub(speaker, _SEARCHED.sub("", _MARKER.sub("", answer)))
    return " ".join(plain.split())


@dataclass(frozen=True, slots=True)
class Referent:
    """What a pronoun may stand for, as it is to be written in its place."""

    text: str
    kind: Kind | None
    sure: bool
    """Whether it is known to be a person (or, for a thing, not to be one)."""
    place: bool = False
    opens: bool = False
    """Whether it is what an answer begins with."""
    speaks: bool = False
    """Whether it is whose words a question asks for."""


class Talk:
    """What a conversation names, the likeliest meant first: the last question, the last answer, then the ones before."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self.turns = turns
        parts = [part for turn in turns for part in (turn.question, turn.answer) if part]
        self._article = Article.from_text("\n\n".join(parts))

    @cached_property
    def _inventory(self) -> Inventory:
        return Inventory(self._article)

    @property
    def last(self) -> Turn:
        """The last turn."""
        return self.turns[-1]

    def person(self, kind: Kind) -> Referent | None:
        """Who "he" or "she" is: somebody of that gender, or of none that is known; None if nobody fits."""
        for part in self._found:
            people = [one for one in part if one.kind in (kind, None) and one.sure]
            if people:  # whose words were asked for is meant before whomever they were said to
                return next((one for one in people if one.kind == kind or one.speaks), people[0])
        # a bare name of a question may be a surname; one of an answer may be anything
        return next((one for one in self._found[0] if one.kind is None and not one.place), None)

    def thing(self, taken: Collection[str] = ()) -> Referent | None:
        """What "it" is: the first thing that the last question names, or that its answer does; none of ``taken``."""
        parts = self._found[:2]
        if len(parts) == 2 and _ASKS_WHAT.match(self.last.question) and parts[1] and parts[1][0].opens:
            return parts[1][0]
        for part in parts:
            for one in part:
                if one.text not in taken and (one.kind == "thing" or (one.kind is None and not one.sure)):
                    return one
        return None

    def people(self) -> Referent | None:
        """Who or what "they" are: the things that the last question counts, or whom it names first."""
        if counted := _COUNTED.search(self.last.question):
            return Referent(f"the {counted[1]}", "people", True)
        for part in self._found[:2]:
            if found := [one for one in part if one.kind in ("people", None)]:
                return found[0]
        return None

    def place(self) -> Referent | None:
        """Where "there" is."""
        return next((one for part in self._found[:2] for one in part if one.place), None)

    @cached_property
    def _found(self) -> list[list[Referent]]:
        text, position, found = self._article.text, 0, list[list[Referent]]()
        for turn in self.turns:
            pair = []
            for part, asked in ((turn.question, True), (turn.answer, False)):
                if part:
                    start = text.index(part, position)
                    position = start + len(part)
                    pair.append(self._named(start, position, asked))
            found = [*pair, *found]
        return found

    def _named(self, start: int, end: int, asked: bool) -> list[Referent]:
        """The referents of a stretch of the conversation, in its order; who speaks in a question comes first."""
        text = self._article.text[start:end]
        speakers = {saying.speaker for saying in read_sayings(text) if saying.speaker} if asked else set()
        found = [
            (mention.start - start, _referent(entity, text, mention.start - start, speakers, asked))
            for entity in self._inventory.entities
            for mention in entity.mentions
            if start <= mention.start < end
            and not _is_no_name(entity.name)
            and not _in_title(text, mention.start - start)
        ]
        found += [(match.start(), _role(match.group(), speakers)) for match in _ROLE.finditer(text)]
        if asked:
            bodies = (one for one in speakers if one.islower() and one.split()[-1] in lexicon.INSTITUTIONS)
            found += [(text.index(one), Referent(f"the {one}", "thing", True, speaks=True)) for one in bodies]
            found += [
                (match.start(), Referent(f"the {match[1]}", "thing", True))
                for pattern in (_BARE, _TITLED)
                for match in pattern.finditer(text)
                if match[1] not in lexicon.ROLES and not any(f"the {match[1]} " in one.text for _, one in found)
            ]
        ordered = [one for _, one in sorted(found, key=lambda pair: pair[0])]
        return [*(one for one in ordered if one.speaks), *ordered]


def _referent(entity: Entity, text: str, position: int, speakers: Collection[str], asked: bool) -> Referent:
    """What a name in a stretch of text stands for: a person, a thing, "the strike at Corvane", or who knows what."""
    before = text[:position]
    name = entity.name
    speaks = any(name.endswith(speaker) for speaker in speakers)
    if entity.person or speaks:
        return Referent(name, entity.gender, True, speaks=speaks)
    place = bool(_PLACE.search(before))
    head = _HEAD.search(before)
    if head and any(map(is_speech, head.group().split())):  # "the company say about", which is no thing
        head = None
    if head and (asked or head.start() == 0):
        phrase = re.sub(r"^\S+", "the", before[head.start() :], count=1)
        return Referent(phrase + name, "thing", True, place, opens=head.start() == 0)
    if re.search(r"\b[Tt]he\s+$", before):
        return Referent(f"the {name}", "thing", True, place)
    if place or any(word in lexicon.ORGANIZATION_WORDS for word in entity.words):
        return Referent(name, "thing", True, place)
    return Referent(name, None, False)


def _role(words: str, speakers: Collection[str]) -> Referent:
    """Somebody who is called by a role."""
    return Referent(_lower_the(words), _gender_of(words), True, speaks=words[len("the ") :] in speakers)


def _in_title(text: str, position: int) -> bool:
    """Whether a name stands inside "the “Four Gates” report"."""
    return any(match.start() <= position < match.end() for match in _TITLED.finditer(text))


def _is_no_name(name: str) -> bool:
    """Whether capitalised words name nobody and nothing: "I", "Can I", "Monday"."""
    if len(name) < 2 or all(word in lexicon.FUNCTION_WORDS | lexicon.AUTHOR_PRONOUNS for word in name.lower().split()):
        return True
    return bool(re.fullmatch(r"(?:\w+day|January|February|March|April|May|June|July|August|\w+ber)", name))


def _lower_the(text: str) -> str:
    return text[:1].lower() + text[1:]


def _gender_of(role: str) -> Kind | None:
    words = set(role.lower().split())
    if words & lexicon.FEMALE_TITLES:
        return "female"
    return "male" if words & lexicon.MALE_TITLES else None


def _role_and_content(message: object) -> tuple[object, object]:
    """Of a mapping with ``role`` and ``content``, or a LangChain message. Raises QuestionError for anything else."""
    if isinstance(message, Mapping):
        return message.get("role"), message.get("content")
    if hasattr(message, "type") and hasattr(message, "content"):
        return message.type, message.content
    raise QuestionError(
        f"The history holds a {type(message).__name__}.",
        help_message='Give each message as {"role": "user" or "assistant", "content": "…"}.',
    )


def text_of(content: object) -> str:
    """A message's text on one line: a string, or a list of blocks as chat models and Gradio give it."""
    if isinstance(content, str):
        return " ".join(content.split())
    if isinstance(content, Mapping):
        return text_of(content.get("text"))
    return " ".join(map(text_of, content)).strip() if isinstance(content, Sequence) else ""
