"""An article -> its sentences as a summary sees them: what each leans on, and which can stand in no summary. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rag.language.sentences import split_sentences
from rag.language.words import STOP_WORDS, normalise, stem, words
from rag.quotes.lexicon import (
    FEMALE_NAMES,
    FEMALE_PRONOUNS,
    MALE_NAMES,
    MALE_PRONOUNS,
    NEUTER_PRONOUNS,
    PLURAL_PRONOUNS,
    is_speech_word,
)
from rag.summarizing.shortening import Kept, shorten
from rag.types import Article, Paragraph, Quote

FEWEST_WORDS = 4
MOST_WORDS = 90  # a "sentence" of more is a table or a list without marks
FRONT = 6  # words that can stand before the subject
LONG_QUOTE = 3  # words in quotation marks from which on somebody has to be named for them

_PERSONAL = MALE_PRONOUNS | FEMALE_PRONOUNS
_OTHERS = NEUTER_PRONOUNS | PLURAL_PRONOUNS
_POINTING = frozenset("this that these those such both neither either others another here there so then".split())
# After one of these a pronoun at the head stands for what follows: "It is raining", "There were 40 people", "This week".
_EMPTY_SUBJECT = re.compile(
    r"^(?:it(?:'s| is| was| will be| has been) (?:not |also |still |now )?(?:\w+ly )?(?:clear|unclear|possible|likely|"
    r"unlikely|important|hard|difficult|easy|time|raining|snowing|unknown|uncertain|expected|estimated|believed|thought|"
    r"said)\b|it (?:takes|took|costs?|appears|seems|remains)\b"
    r"|there(?:'s| is| are| was| were| has| have| will| would| may)\b"
    r"|(?:this|that|these|those) (?:morning|afternoon|evening|week|weekend|month|year|season|summer|winter|spring|autumn|"
    r"fall)\b|(?:those|both) (?:who|of the)\b)",
    re.I,
)
_QUOTE_OPENS = re.compile(r"^[\s\"'`(\[-]+")
_JOINS = re.compile(r"^(?:and|but|so|or|yet|then|nor|still),?\s", re.I)
_LEANING_WORDS = re.compile(
    r"^(?:however|instead|therefore|thus|nevertheless|nonetheless|moreover|furthermore|similarly|likewise|consequently|"
    r"in (?:addition|contrast|response|turn|fact|other words)|as a result|for (?:example|instance)|on the other hand|"
    r"that said|after that|since then|(?:later|earlier) that|the same (?:day|night|week)|"
    r"(?:a few|several|two|three|four|\d+|hours|days|weeks) (?:(?:minutes|hours|days|weeks|months|years) )?"
    r"(?:later|earlier|after that)|"
    # "Eleven were wounded": of whom?
    r"(?:some|many|most|several|few|all|none|one|another|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) "
    r"(?:was|were|is|are|had|have|has|did|of (?:them|those|these|whom))|"
    r"the (?:former|latter|pair|duo|same|two|three)|like(?:wise)? (?:him|her|them)|too|also|"
    r"even so|hence)\b",
    re.I,
)
_PREPOSITIONS = frozenset(
    "under in on at after before for with by during since until despite according from to".split()
)
_PERSON = re.compile(
    r"[a-z]{2}(?:er|or|ist|man|men|ian|eer|wife|father|mother)$|^(?:husband|brother|sister|boy|girl|president|patient|student|"
    r"resident|citizen|victim|king|queen|pope|chief|judge|coach|pilot|aunt|uncle|child|teen|captain|guard|parent|agent|star|"
    r"suspect)$",
    re.I,
)
_NO_PERSON = frozenset(
    """over under after never ever other another number water power order paper winter summer letter matter whether rather
    however together later earlier former further center river weather dollar september october november december per
    quarter chapter border answer remember consider offer enter cover discover dinner murder gender shoulder member finger
    for nor floor door error terror horror major minor favor labor honor color behavior harbor either neither altogether
    hammer trigger computer anger danger hunger better lower higher greater fewer longer older younger larger smaller
    ladder fever exist list twist insist resist assist specimen women""".split()
)
_CASED = re.compile(r"[a-z]\s+[A-Z]")
_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_DOUBLE = re.compile(r"[\"“”„«»]|``|''")
_ENDS = re.compile(r"[.!?…。！？][\s\"'“”‘’»)\]]*$")
_NO_NEWS = re.compile(
    r"^(?-i:[A-Z][\w '’.,-]{1,50}:(?=[A-Z‘“'\"]))"  # "Flood in Lindal:Read how it began", a link without a space
    r"|^(?:\W*(?:read (?:more|also|next|the full|our)|see also|"
    r"corrections?(?: and clarifications?)?:|click (?:here|to)|sign up|subscribe|follow (?:us|@|him on|her on)|"
    r"just watched|must watch|(?:hit|press) play|listen to|(?:photos?|hide caption)\b.{0,12}:|hide caption\b|image:|"
    r"video:|watch:|related:|more:|advertisement|copyright|©|share this|scroll down|"
    r"(?:contact|email|e-mail|reach) (?:the )?(?:reporter|author|us)|this (?:article|story) (?:was|has been|originally)|"
    r"(?:this|the) (?:page|post) (?:was|has been|will be)|associated press writers?|updated?\b.{0,40}\d))"
    r"|\bcontributed to this (?:report|story|article)\b|\ball rights reserved\b|\bcontribut(?:ed|ing):?\s|\bnewsletter\b|"
    r"https?://|\bwww\.",
    re.I,
)
_ABOUT_AUTHOR = re.compile(
    r"\b(?:views|opinions) expressed (?:in this|here|are)|\bview more opinions?\b|\bfollow (?:him|her|them|me) on\b|"
    r"\bsign up (?:for free )?here\b|\bto get it in your inbox\b",
    re.I,
)
# The author's own "I" has no name in the sentence, and what is said to "you" is a host's greeting, an advertisement or advice.
_AUTHOR_OR_READER = re.compile(
    r"\bI(?:'(?:m|ve|d|ll))?\b(?![.-])|\b(?:my|me|you|your|[Yy]ou(?:'re|'ll|'ve)|You|Your|My)\b"
    # what is everybody's is not the author's: "our planet"
    r"|\bour\b(?! (?:solar|planet|galaxy|world|sun|moon|oceans?|seas|species|own|time|age|lives|ancestors|universe)\b)"
)
_SINGLE = re.compile(r"(?<![\w'])'(?=\w)[^']*(?:\w'\w[^']*)*'(?!\w)")
_CREDIT = re.compile(
    r"\b[A-Z][\w-]+ ?/ ?(?:AP|AFP|Reuters|Getty|Redux|Shutterstock|Zuma|EPA|Bloomberg|Pool|Anadolu|Sipa|Alamy|Visum|Imago|"
    r"ANP|TASS|Xinhua|Abaca|USA TODAY|The New York Times|The Washington Post|PA)\b",
    re.I,
)
_CAPTION = re.compile(
    r"^\W*an? (?:\w+ )?photo(?:graph)? shows\b|"
    r"^\W*(?:pictured|left|right|above|below|file photo)\b.{0,3}[:,]|\bgetty images\b|\bap photo\b"
    r"|^\W*in this (?:\w+,? )?(?:photo|image|picture)\b"
    # "People queue outside a bank in Lindal on 3 March": the present tense, and a day
    r"|^(?:[\w'’.-]+,? ){1,5}?(?:sits?|stands?|queues?|walks?|celebrates?|holds?|gathers?|carry|carries|waits?|looks?|watch|"
    r"watches|march|marches|poses?|arrives?|search|searches|speaks?|waves?|attends?|are seen|is seen|is sworn[ -]in)\b"
    r".{0,160}\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.? \d{1,2}(?:, \d{4})?\.?$"
    r"|^(?-i:(?:[A-Z][\w'’.-]*,? ){1,8}[a-z]{3,}(?<!wa|ha)s )[^\"“]*(?:, | on )"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"\w*\.? \d{1,2}, \d{4}\.?$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence of an article. ``stems`` are those of its topic words, in order, repetitions included."""

    start: int
    end: int
    paragraph: int
    number: int
    text: str
    stems: tuple[str, ...]
    kept: Kept
    """What is told of it: slices of ``text``, put together as they are."""
    length: int
    """Of what is told, in words."""
    leans: bool
    """Whether it opens with a pronoun or points back: it follows the sentence before it, or is not told."""
    fit: bool
    """Whether it can be told at all: running text, with no quotation cut through and nobody's words without a name."""
    quoted: bool
    quotes: tuple[Quote, ...] = ()
    """Statements of the ledger that begin in it."""

    @property
    def told(self) -> str:
        """What is told of it."""
        return "".join(self.text[start:end] for start, end in self.kept)


def read_units(
    article: Article, quotes: Sequence[Quote] = (), paragraphs: Sequence[Paragraph] | None = None
) -> list[Unit]:
    """The sentences of an article in order, or of some of its paragraphs; ``quotes`` are its statements in the ledger."""
    has_case = bool(_CASED.search(article.text))
    marked = sorted(quotes, key=lambda quote: quote.start)
    units: list[Unit] = []
    for paragraph in article.paragraphs if paragraphs is None else paragraphs:
        inside = False
        no_news = any(
            pattern.search(article.text, paragraph.start, paragraph.end) for pattern in (_ABOUT_AUTHOR, _CREDIT)
        )
        for start, end in split_sentences(article.text, paragraph.start, paragraph.end):
            opened, inside = inside, _is_open(article.text[start:end], inside)
            place = _Place(start, end, paragraph.index, len(units), start == paragraph.start)
            units.append(_unit(article.text[start:end], place, opened or inside or no_news, marked, has_case))
    return units


class _Place(NamedTuple):
    start: int
    end: int
    paragraph: int
    number: int
    opens: bool


def _unit(text: str, place: _Place, is_cut: bool, quotes: Sequence[Quote], has_case: bool) -> Unit:
    plain = normalise(text)
    stems = tuple(stem(word) for word in words(text) if word not in STOP_WORDS)
    kept = shorten(text, opens=place.opens, has_case=has_case)
    told = normalise("".join(text[start:end] for start, end in kept))
    tokens = _TOKEN.findall(told)
    held = [quote for quote in quotes if quote.start < place.end and place.start < quote.end]
    quoted = _quoted_words(text)
    spelled = sum(len(token) > 1 and token.isalpha() for token in tokens)  # "9:30 a.m." is no sentence
    is_text = FEWEST_WORDS <= len(tokens) <= MOST_WORDS and spelled > 1 and bool(_ENDS.search(text)) and len(stems) >= 2
    is_news = not is_boilerplate(text) and not plain.rstrip("\"' ").endswith("?")
    is_news = is_news and not _AUTHOR_OR_READER.search(_SINGLE.sub(" ", " ".join(_DOUBLE.split(plain)[::2])))
    names_speaker = len(quoted) < LONG_QUOTE or _is_attributed(plain, quoted, held, place, has_case)
    return Unit(
        start=place.start,
        end=place.end,
        paragraph=place.paragraph,
        number=place.number,
        text=text,
        stems=stems,
        kept=kept,
        length=len(tokens),
        # nothing stands before the first sentence: a pronoun in it means what follows ("Before he resigned, Brandt …")
        leans=not (place.number == 0 == place.paragraph) and leans(told, has_case=has_case),
        fit=is_text and is_news and not is_cut and names_speaker,
        quoted=bool(quoted),
        quotes=tuple(quote for quote in held if quote.start >= place.start),
    )


def _is_open(text: str, inside: bool) -> bool:
    """Whether a quotation is still open at the end of a sentence that began ``inside`` one or not."""
    for mark in _DOUBLE.findall(text):
        inside = True if mark in ("“", "„", "«", "``") else False if mark in ("”", "»", "''") else not inside
    return inside


def _quoted_words(text: str) -> list[str]:
    parts = _DOUBLE.split(text)
    return [word for part in parts[1::2] for word in part.split()]


def _is_attributed(plain: str, quoted: Sequence[str], held: Sequence[Quote], place: _Place, has_case: bool) -> bool:
    """Whether a sentence that quotes names who says so: by the ledger, or else by a verb of saying and a name."""
    for quote in held:
        speaker = quote.speaker
        if speaker and speaker.start is not None and place.start <= speaker.start < place.end:
            return True
    outside = " ".join(_DOUBLE.split(plain)[::2])
    tokens = _TOKEN.findall(outside)
    if not any(is_speech_word(token) for token in tokens):
        return len(quoted) < 2 * LONG_QUOTE and len(tokens) > 2 * len(quoted)  # a phrase in a sentence that says more
    named = tokens if _DOUBLE.match(plain) else tokens[1:]  # a capital at the head of a sentence tells nothing
    return not has_case or any(token[:1].isupper() for token in named) or bool(re.match(r"\W*the ", outside, re.I))


def is_boilerplate(text: str) -> bool:
    """Whether a text is the page's, not the article's: a caption, a link to more, an advertisement."""
    plain = normalise(text)
    return bool(_NO_NEWS.search(plain) or _CAPTION.search(plain))


def names_whom_it_means(unit: Unit, before: str) -> bool:
    """Whether what is told ``before`` a sentence can be what its pronoun stands for: the ledger, or a first name, may tell."""
    for quote in unit.quotes:
        speaker = quote.speaker
        if speaker and speaker.name and speaker.resolved_by == "pronoun" and speaker.name.split()[-1] not in before:
            return False
    found = next((word for word in map(str.lower, _TOKEN.findall(normalise(unit.text))) if word in _PERSONAL), None)
    first_names = {word.lower() for word in _TOKEN.findall(before) if word[:1].isupper()} & (FEMALE_NAMES ^ MALE_NAMES)
    theirs = FEMALE_NAMES if found in FEMALE_PRONOUNS else MALE_NAMES
    return not (found and first_names) or bool(first_names & theirs)


def is_told_whole(text: str) -> bool:
    """Whether a text ends as a sentence does and is the article's own, no heading and no caption."""
    return bool(_ENDS.search(text)) and not is_boilerplate(text)


def leans(text: str, *, has_case: bool = True) -> bool:
    """Whether a sentence needs the one before it: it opens with a pronoun or pointing word, or names nobody for "he"."""
    plain = normalise(text)
    opening = _QUOTE_OPENS.sub("", plain)
    if _JOINS.match(opening):
        return True
    if _EMPTY_SUBJECT.match(opening):
        return False
    if _LEANING_WORDS.match(opening):
        return True
    first = _TOKEN.search(opening)
    if first is None:
        return True
    word = first.group().lower().split("'")[0]
    if word in _PERSONAL | _OTHERS | _POINTING:
        return True
    return _names_nobody(_TOKEN.findall(plain), has_case)


def _names_nobody(tokens: Sequence[str], has_case: bool) -> bool:
    """Whether a pronoun stands before everything that it could mean in its own sentence."""
    for number, token in enumerate(tokens):
        word = token.lower().split("'")[0]
        before = tokens[:number]
        if word in _PERSONAL and not _can_be_meant(before, has_case, person=True):
            return True
        if word == "him" and has_case and _named(before) < 2:  # whoever does something to him is another
            return True
        if word in _OTHERS and not _can_be_meant(before, has_case, person=False):
            return True
    return False


def _named(before: Sequence[str]) -> int:
    """How many names stand before, a row of capitals being one."""
    capital = [word[:1].isupper() and word.lower() not in STOP_WORDS for word in before]
    return sum(one and not previous for one, previous in zip(capital, [False, *capital], strict=False))


def _can_be_meant(before: Sequence[str], has_case: bool, person: bool) -> bool:
    nouns = [word for word in before if word.lower() not in STOP_WORDS]
    if has_case and person:
        named = [word for word in before[1:] if word[:1].isupper() and word.lower() not in STOP_WORDS]
        return bool(named) or any(_PERSON.search(word) and word.lower() not in _NO_PERSON for word in nouns)
    if not person and before and before[0].lower() in _PREPOSITIONS and len(before) <= FRONT:
        return False  # "Under the deal it may …": whoever made it
    return len(nouns) >= 2 or (len(nouns) == 1 and len(before) >= 2)
