"""What a sentence is checked against: the slices it cites, read once, with the ledger's statements that lie in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rag.language.sentences import split_sentences
from rag.language.words import STOP_WORDS, stem
from rag.types import Article, Citation, Quote
from rag.verification.dates import Day, is_loose, read_days, resolved
from rag.verification.quantities import Quantity, folded, plain, read_quantities

_WORD = re.compile(r"[^\W_]+(?:['.&-][^\W_]+)*")
_ODD_MARKS = str.maketrans({"`": "'"})
_PRESENT = dict(
    pair.split(":")
    for pair in """met:meet sold:sell bought:buy took:take taken:take spent:spend lost:lose won:win paid:pay held:hold
    kept:keep built:build rose:rise risen:rise fell:fall fallen:fall gave:give given:give began:begin begun:begin broke:break
    broken:break brought:bring chose:choose chosen:choose drove:drive driven:drive fought:fight flew:fly forgot:forget
    grew:grow grown:grow hid:hide hidden:hide knew:know known:know led:lead lent:lend rang:ring ran:run sank:sink sent:send
    shook:shake shot:shoot spoke:speak spoken:speak stole:steal stolen:steal stood:stand struck:strike swam:swim taught:teach
    threw:throw thrown:throw understood:understand withdrew:withdraw withdrawn:withdraw wrote:write written:write ate:eat
    caught:catch dealt:deal drew:draw drawn:draw heard:hear shrank:shrink sought:seek wore:wear thought:think""".split()
)
"""Past forms that no stem joins to their verb, but for those that are other words as well ("found", "left", "saw")."""
LONGEST = 60  # words of a sentence that are compared: a list or a table is no sentence


@dataclass(frozen=True, slots=True)
class Source:
    """A cited slice of an article, and the article's statements (those outside the slice are passed over)."""

    article: Article
    start: int
    end: int
    quotes: tuple[Quote, ...] = ()

    @classmethod
    def of(cls, citation: Citation, article: Article, quotes: Sequence[Quote] = ()) -> Source:
        """The slice that a citation shows."""
        return cls(article, citation.start, citation.end, tuple(quotes))

    @property
    def text(self) -> str:
        """The slice."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a plain text: as written, where, and its stem ("" if it carries no topic)."""

    text: str
    start: int
    end: int
    stem: str

    @property
    def low(self) -> str:
        """In small letters."""
        return self.text.lower()


def tidy(text: str) -> str:
    """Plain text with every kind of quotation mark made one of two: " and '."""
    return re.sub(r"''|``", '"', plain(text)).translate(_ODD_MARKS)


def words_of(text: str) -> list[Word]:
    """The words of a tidy text, possessive endings left off."""
    found = []
    for match in _WORD.finditer(text):
        word = re.sub(r"'s$", "", match.group())
        found.append(Word(word, match.start(), match.start() + len(word), topic_stem(word.lower())))
    return found


@lru_cache(50_000)
def topic_stem(word: str) -> str:
    """A small word's stem, or "" for one that carries no topic; numbers and units have one form each."""
    return "" if word in STOP_WORDS else stem(folded(_PRESENT.get(word, word)).replace(".", ""))


class Said:
    """A sentence of the cited slices: its words, and where it stands among the others."""

    def __init__(self, text: str, place: int) -> None:
        self.text = tidy(text)
        self.place = place

    @cached_property
    def words(self) -> list[Word]:
        """Its words."""
        return words_of(self.text)[:LONGEST]

    @cached_property
    def days(self) -> list[Day]:
        """The days that it names."""
        return read_days(self.text)

    def word_at(self, place: int) -> str:
        """The word at a place, in small letters; "" outside the sentence."""
        return self.words[place].low if 0 <= place < len(self.words) else ""

    def between(self, first: int, last: int) -> str:
        """What stands between two of its words, the first of them before the other."""
        return self.text[self.words[first].end : self.words[last].start]

    @cached_property
    def stems(self) -> list[str]:
        """The stems that carry the topic, in order."""
        return [word.stem for word in self.words if word.stem]

    @cached_property
    def topics(self) -> frozenset[str]:
        """The same, each once."""
        return frozenset(self.stems)


class Evidence:
    """The cited slices, read."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = tuple(sources)
        self.articles = list({source.article.id: source.article for source in sources}.values())
        self.texts = [tidy(source.text) for source in sources]
        sentences = [
            source.article.text[start:end]
            for source in sources
            for line in re.finditer(r"[^\n]+", source.text)
            for start, end in split_sentences(
                source.article.text, source.start + line.start(), source.start + line.end()
            )
        ]
        self.sentences = [Said(text, place) for place, text in enumerate(sentences)]
        self.quotes = [
            (quote, source.article)
            for source in sources
            for quote in source.quotes
            if any(start < source.end and source.start < end for start, end in quote.spans)
        ]

    @cached_property
    def words(self) -> frozenset[str]:
        """All words, in small letters; the parts of compounds too."""
        found: set[str] = set()
        for text in self.texts:
            for word in words_of(text):
                found.update((word.low, word.low.replace(".", "")), re.split(r"[-&]", word.low))
        return frozenset(found)

    @cached_property
    def stems(self) -> frozenset[str]:
        """All stems that carry the topic."""
        return frozenset(one for sentence in self.sentences for one in sentence.topics)

    @cached_property
    def article_stems(self) -> frozenset[str]:
        """All stems of the articles that the slices are of, titles among them."""
        texts = [text for article in self.articles for text in (article.title, article.text) if text]
        return frozenset(word.stem for text in texts for word in words_of(tidy(text)))

    @cached_property
    def quantities(self) -> list[Quantity]:
        """All quantities."""
        return [one for text in self.texts for one in read_quantities(text)]

    @cached_property
    def days(self) -> list[Day]:
        """All days that are named, in full where the article's date tells; its own day where time is counted from it."""
        found: list[Day] = []
        for source, text in zip(self.sources, self.texts, strict=True):
            published = source.article.date
            named = read_days(text)
            found += [one for day in named for one in resolved(day, published)]
            if published and is_loose(text):
                found.append(Day("", 0, 0, published.year, published.month))
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        """Words of the names under which the ledger knows who speaks here, in small letters."""
        told = [
            name
            for quote, _ in self.quotes
            for name in (quote.speaker and quote.speaker.name, quote.via, quote.addressee)
            if name
        ]
        told += [name for article in self.articles for name in (article.source, article.author) if name]
        return frozenset(word.low for name in told for word in words_of(tidy(name)))

    def best(self, stems: frozenset[str], most: int = 3) -> list[Said]:
        """The sentences that hold the most of these stems, the best first; those that hold none are left out."""
        counts = [(len(stems & sentence.topics), -sentence.place, sentence) for sentence in self.sentences]
        ranked = sorted((one for one in counts if one[0]), key=lambda one: one[:2], reverse=True)
        return [sentence for _, _, sentence in ranked[:most]]
