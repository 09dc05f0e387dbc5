"""A speaker's statements -> their positions over time by topic, how often each was repeated, and where two do not agree."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rag.answering.compose import Passage
from rag.answering.statements import ArticleQuote
from rag.language.speech import is_speech
from rag.language.words import STOP_WORDS, normalise, stem, words
from rag.summarizing.article import stems
from rag.summarizing.contradiction import contradict, read_claims
from rag.summarizing.figures import differing, figures, value_of
from rag.summarizing.shortening import shorten
from rag.summarizing.telling import SummarySentence, manner, sentences_of, whole
from rag.summarizing.units import is_told_whole
from rag.types import Article, Quote, told_day

TOPICS = 4
OF_TOPIC = 3  # statements told of one topic
ONE_TOPIC = 0.5  # mean cosine from which on two groups of statements are of one topic
REPEATED = 0.65  # of the words of two statements, those that they share (Dice), from which on one repeats the other
HELD = 0.8  # the same, of the words of the shorter one, where it has FEW or more
FEW = 4
NAMES = 0.12  # of a topic's statements, from which on a word names it
NAMED_BY = 3  # words that a topic is named by
FEWEST_WORDS = 4
CLOSELY = 300  # statements, the newest, that are put in order
# A word behind an article or a preposition, or with a capital inside a sentence, names a thing more often than not.
_THING = re.compile(
    r"\b(?:the|an?|this|his|her|its|our|their|my|of|for|on|about|from|with|in|against|over)\s+([^\W\d_]+)\b"
    r"|(?<=[a-z,] )([A-Z][^\W\d_]+)\b"
)
_DAY = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun|to|yester)day|january|february|march|april|june|july|august|"
    r"september|october|november|december",
    re.I,
)
_QUOTATION = re.compile(r"\"([^\"]+)\"")
_NOT = re.compile(
    r"\b(?:not|never|no longer|no|nor|nothing|cannot|without|unwilling|unable|unlikely|"
    r"refus\w+|reject\w+|rul\w+ out|oppos\w+)\b|n't\b",
    re.I,
)


@dataclass(slots=True)
class Position:
    """A statement and those that repeat it, the oldest first."""

    statements: list[ArticleQuote]

    @property
    def date(self) -> dt.date:
        """The day it was first reported; undated ones come first."""
        return self.statements[0].article.date or dt.date.min

    def tell(self, name: str) -> SummarySentence:
        """The sentences that hold it, with the citations of every repetition; ``name`` is the speaker's.

        Who spoke together with another is named as the article has it.
        """
        first = self.statements[0]
        others = (sentences_of(one) for one in self.statements[1:])
        here = self.passage
        passages = (here, *(one for one in others if one))
        opens = here.start == here.article.paragraphs[here.paragraph].start
        return SummarySentence(
            passages,
            shorten(here.text, opens=opens) if opens else whole(here),
            lead=f"{first.speaker if ' and ' in (first.speaker or '') else name}{manner(first.quote)}",
        )

    @property
    def passage(self) -> Passage:
        """The sentences that hold it where it was first reported."""
        found = sentences_of(self.statements[0])
        assert found, "a position is made only of statements that can be told"
        return found


@dataclass(slots=True)
class Topic:
    """Positions on one topic, in order of time, and what the topic is called."""

    positions: list[Position] = field(default_factory=list)
    name: str = ""
    changes: list[tuple[Position, Position]] = field(default_factory=list)
    """Two that contradict each other, the earlier first."""

    @property
    def size(self) -> int:
        """How many statements it holds."""
        return sum(len(position.statements) for position in self.positions)


def topics_of(
    quotes: Mapping[str, Quote], articles: Mapping[str, Article], vectors: Mapping[str, NDArray[np.float32]]
) -> list[Topic]:
    """A speaker's statements by topic, quotes and vectors by the quotes' ids.

    First those in which a position changed, then those of which most is said.
    """
    known = [
        (quote_id, ArticleQuote(quote, articles[quote.article_id]))
        for quote_id, quote in quotes.items()
        if quote.article_id in articles and quote_id in vectors and len(quote.text.split()) >= FEWEST_WORDS
    ]
    # "did not respond to a request" is no position, unless there is no other
    spoken = [one for one in known if one[1].quote.polarity != "not_said"] or known
    known = [one for one in spoken[:CLOSELY] if _can_be_told(one[1])]
    groups = _grouped(np.array([vectors[quote_id] for quote_id, _ in known])) if known else []
    everything = Counter(one for _, statement in known for one in stems(statement.quote.text))
    found = []
    for group in groups:
        statements = [known[number][1] for number in group]
        positions = _positions(statements)
        found.append(Topic(positions, _name(statements, everything), _changes(positions)))
    return sorted(found, key=lambda topic: (not topic.changes, -topic.size))


def _can_be_told(statement: ArticleQuote) -> bool:
    """Whether there are whole sentences that hold it, no caption, and its words are not about the speaker by name."""
    passage = sentences_of(statement)
    if passage is None or not is_told_whole(statement.article.text[passage.start : passage.end]):
        return False
    quote = statement.quote
    name = (quote.speaker and quote.speaker.name) or ""
    return not (quote.kind == "direct" and " " in name and name in quote.text)


def _grouped(rows: NDArray[np.float32]) -> list[list[int]]:
    """Numbers of rows put together by average linkage: the two nearest groups are one, until none are near enough."""
    groups = [[number] for number in range(len(rows))]
    sums = rows.astype(np.float64)
    near = sums @ sums.T
    np.fill_diagonal(near, -1.0)
    sizes = np.ones(len(rows))
    while True:
        means = near / np.outer(sizes, sizes)
        first, second = divmod(int(means.argmax()), len(rows))
        if means[first, second] < ONE_TOPIC:
            return [group for group in groups if group]
        groups[first] += groups[second]
        groups[second] = []
        near[first] += near[second]
        near[:, first] += near[:, second]
        near[second] = near[:, second] = -np.inf
        near[first, first] = -1e9
        sizes[first] += sizes[second]


def _distinct(positions: Sequence[Position]) -> list[Position]:
    """Positions whose sentences are not told yet: one sentence can hold two statements."""
    seen: set[tuple[str, int]] = set()
    found = []
    for position in positions:
        passage = position.passage
        if (passage.article.id, passage.start) not in seen:
            seen.add((passage.article.id, passage.start))
            found.append(position)
    return found


def _positions(statements: Sequence[ArticleQuote]) -> list[Position]:
    """The statements in order of time, each with those of other articles that repeat it."""
    ordered = sorted(statements, key=lambda one: (one.article.date or dt.date.min, one.quote.start))
    found: list[Position] = []
    for statement in ordered:
        for position in found:
            if _repeats(position.statements[0], statement):
                if all(one.article.id != statement.article.id for one in position.statements):
                    position.statements.append(statement)
                break
        else:
            found.append(Position([statement]))
    return _distinct(found)


def _name(statements: Sequence[ArticleQuote], everything: Counter[str]) -> str:
    """What a topic is called: words that several of its statements share, and few others of the speaker's hold."""
    counted: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for statement in statements:
        held = dict[str, str]()
        things = {(one[1] or one[2]).lower() for one in _THING.finditer(normalise(statement.quote.text))}
        for word in words(statement.quote.text):
            if (
                len(word) > 3
                and word not in STOP_WORDS
                and not is_speech(word)
                and word in things
                and not _DAY.fullmatch(word)
                and value_of(word) is None
            ):
                held.setdefault(stem(word), word)
        counted.update(held.keys())
        shown = held | shown
    worth = {
        one: number * number / everything[one]
        for one, number in counted.items()
        if number > 1 and number >= NAMES * len(statements) and everything[one]
    }
    best = sorted(worth, key=lambda one: (-worth[one], one))[:NAMED_BY]
    return ", ".join(_as_written(shown[one], statements) for one in best)


def _as_written(word: str, statements: Sequence[ArticleQuote]) -> str:
    """A word with its capital, where it has one everywhere."""
    for statement in statements:
        match = re.search(rf"(?<=[a-z,] ){re.escape(word)}\b", normalise(statement.quote.text), re.I)
        if match:
            return match.group()
    return word


def _changes(positions: Sequence[Position]) -> list[tuple[Position, Position]]:
    """Pairs, the earlier first, of which the one denies what the other affirms, or plans another number."""
    claims = [read_claims(position.statements[0].quote) for position in positions]
    return [
        (one, other)
        for index, one in enumerate(positions)
        for number, other in enumerate(positions[index + 1 :], index + 1)
        if one.statements[0].article.date and one.date < other.date and contradict(claims[index], claims[number])
    ]


def _differ(one: ArticleQuote, other: ArticleQuote) -> bool:
    """Whether of two statements in like words one may say no where the other does not, or each has another number.

    Enough not to take one for the other's repetition, and much too little to say that they contradict each other.
    """
    denies = (one.quote.polarity == "denied") != (other.quote.polarity == "denied")
    mine, theirs = (normalise(statement.quote.text) for statement in (one, other))
    negates = (_NOT.search(mine) is None) != (_NOT.search(theirs) is None)
    return negates != denies or bool(differing(figures(mine), figures(theirs)))


def _repeats(one: ArticleQuote, other: ArticleQuote) -> bool:
    """Whether two statements say the same in nearly the same words, or put the same words in quotation marks."""
    first, second = stems(one.quote.text), stems(other.quote.text)
    shared, shorter = len(first & second), min(len(first), len(second))
    alike = 2 * shared >= REPEATED * (len(first) + len(second)) and shared > 2
    held = shorter >= FEW and shared >= HELD * shorter
    same = (alike or held or _same_quotation(one, other)) and not _differ(one, other)
    return same and not contradict(read_claims(one.quote), read_claims(other.quote))


def _same_quotation(one: ArticleQuote, other: ArticleQuote) -> bool:
    mine, theirs = (
        [" ".join(words(part)) for part in _QUOTATION.findall(normalise(statement.quote.text)) if len(stems(part)) > 2]
        for statement in (one, other)
    )
    return any(a in b or b in a for a in mine for b in theirs)


def tell_topic(topic: Topic, most: int, *, newest_first: bool) -> list[SummarySentence]:
    """A heading that says how often and when; then the positions, and two that do not agree side by side."""
    name = _speaker(topic)
    paired = [position for pair in topic.changes[:1] for position in pair]
    others = [position for position in topic.positions if position not in paired]
    # those that were repeated most, and the latest state of things
    kept = sorted(others, key=lambda one: (-len(one.statements), -one.date.toordinal()))[: max(0, most - len(paired))]
    ordered = sorted(kept, key=lambda one: one.date, reverse=newest_first)
    told = [position.tell(name) for position in ordered]
    if topic.changes:
        pair = sorted(topic.changes[0], key=lambda one: one.date, reverse=newest_first)
        proof = tuple(position.passage for position in pair)
        told += [
            SummarySentence(proof, None, "Compare these two statements, which differ:"),
            *(one.tell(name) for one in pair),
        ]
    proof = tuple(passage for one in told if one.kept is not None for passage in one.passages)
    return [SummarySentence(proof, None, _heading(topic, name)), *told]


def _speaker(topic: Topic) -> str:
    """The speaker's name as most of the statements have it."""
    names = Counter(one.speaker or "" for position in topic.positions for one in position.statements)
    return names.most_common(1)[0][0]


def _heading(topic: Topic, who: str) -> str:
    """Who speaks of what, how often and when: what stands below it needs no name."""
    days = sorted(one.article.date for position in topic.positions for one in position.statements if one.article.date)
    span = list(dict.fromkeys(told_day(day) for day in days[:1] + days[-1:]))
    count = f"{topic.size} statements" if topic.size > 1 else "1 statement"
    most = max(len(position.statements) for position in topic.positions)
    repeated = f", one of them in {most} articles" if most > 1 else ""
    told = ", ".join([count, " to ".join(span)] if span else [count]) + repeated
    return f"{who} on {topic.name} ({told}):" if topic.name else f"{who} ({told}):"
