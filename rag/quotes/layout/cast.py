"""Who the speakers of a dialogue are: a label's whole name, the same for the surname or the office alone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from rag.quotes.layout.labels import Label, core_of
from rag.quotes.tokens import PARTICLES
from rag.types import Article

_SMALL = re.compile(r"[^\W\d_]+")
_CAPITAL = r"[^\W\d_a-z][\w’'\-]*\.?"
_RUN = re.compile(rf"\b{_CAPITAL}(?: (?:(?:{'|'.join(sorted(PARTICLES))}) )*{_CAPITAL})+")
_POSSESSIVE = re.compile(r"[’']s$|(?<=\w{3})\.$")
_SUFFIX = re.compile(r"(?:ii|iii|iv)", re.I)


class Cast:
    """The names behind the labels of one article. ``named`` are whole names that the rest of the text gives."""

    def __init__(self, article: Article, labels: Sequence[Label], named: Iterable[str] = ()) -> None:
        self.text = f"{article.title or ''}\n{article.text}"
        self._offices: dict[str, str] = {}
        self._by_word: dict[str, set[str]] = defaultdict(set)
        self._initials: dict[str, set[str]] = defaultdict(set)
        self._whole: dict[tuple[str, str], str] = {}
        self._written: dict[str, set[str]] | None = None
        self._named: dict[tuple[str, str | None], str] = {}
        for name in named:
            self._add(name.split())
        for label in labels:
            if len(label.core) > 1 and label.core[0].lower() != "the" and not self._office_of(label):
                self._add(label.core)
        for label in labels:
            if label.office and label.core:
                self._offices.setdefault(label.office, self._add(label.core) if len(label.core) > 1 else label.words)

    def name(self, label: Label) -> str:
        """The speaker's name: as whole as the article gives it, in small letters where the label has capitals only."""
        key = (label.words, label.office)
        if key not in self._named:
            self._named[key] = self._name(label)
        return self._named[key]

    def _name(self, label: Label) -> str:
        words = [_bare(word) for word in label.core]
        office = self._office_of(label)
        if office:
            return office
        if not words or label.words.lower().startswith("the "):
            return usual(self.text, label.words)
        if len(words) > 1:
            return self._whole.get((words[0].lower(), words[-1].lower()), usual(self.text, " ".join(label.core)))
        known = self._by_word.get(words[0].lower()) or self._in_text(words[0])
        if not known and words[0].isupper() and 1 < len(words[0]) <= 4:
            known = self._initials.get(words[0].replace(".", "").lower(), set())
        return next(iter(known)) if len(known) == 1 else usual(self.text, words[0])

    def _add(self, core: Sequence[str]) -> str:
        words = [_bare(word) for word in core]
        key = (words[0].lower(), words[-1].lower())
        name = self._whole.setdefault(key, usual(self.text, " ".join(words)))
        for word in {words[0], words[-1]}:
            self._by_word[word.lower()].add(name)
        self._initials["".join(word[0] for word in words if word not in PARTICLES).lower()].add(name)
        return name

    def _office_of(self, label: Label) -> str | None:
        """Who holds the office that a label names without a name: "Madam Deputy Speaker", "The Minister"."""
        if label.office is not None:
            return None
        words = re.sub(r"(?i)^(?:the|madam|mr|mrs|ms)\.? ", "", label.words).lower()
        if words in self._offices:
            return self._offices[words]
        held = {name for office, name in self._offices.items() if office.startswith(f"{words} ")}
        return next(iter(held)) if len(held) == 1 and label.words.lower().startswith(("the ", "madam ")) else None

    def _in_text(self, surname: str) -> set[str]:
        """The whole names of that surname in the running text."""
        if self._written is None:
            self._written = defaultdict(set)
            for match in _RUN.finditer(self.text):
                words = [_POSSESSIVE.sub("", word) for word in match.group().split()]
                for end in range(2, len(words) + 1):
                    name = core_of(words[max(0, end - 4) : end])
                    if len(name) > 1 and name[0] != "The" and not name[-1].isupper() and name[-1][:1].isupper():
                        self._written[name[-1].lower()].add(" ".join(name))
        return self._written.get(surname.lower(), set())


def _bare(word: str) -> str:
    return word.strip(".,") or word if len(word) > 2 else word


def usual(text: str, name: str) -> str:
    """A name that a label prints in capitals, as it is written elsewhere in the text, or else with one capital a word."""
    if not name.isupper() or len(name) < 3:
        return name
    if all(_UNNAMED_WORD.fullmatch(word) for word in name.split()):
        return name.lower()
    written = re.search(
        rf"\b{re.escape(name)}\b", re.sub(rf"\b{re.escape(name)}\b", lambda m: " " * len(m[0]), text), re.I
    )
    if written and not written.group().islower():
        return written.group()
    return " ".join(word if _SUFFIX.fullmatch(word) else _capital(word) for word in name.split())


_UNNAMED_WORD = re.compile(
    r"(?:un|identified|unknown|unidentified|male|female|man|woman|person|speaker|speakers|voice|reporter|question|others?|crowd|"
    r"audience|member|members|multiple|several|the|court|clerk|witness|operator|moderator|interviewer)",
    re.I,
)


def _capital(word: str) -> str:
    word = _SMALL.sub(lambda match: match.group().capitalize(), word)
    return re.sub(r"\b(Mc)([a-z])", lambda match: match[1] + match[2].upper(), word)
