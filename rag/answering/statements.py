"""Questions about who said what, answered from the ledger: statements by speaker and topic, or whose words they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.answering.composing import Passage
from rag.embedding import Encoder
from rag.errors import QuestionError
from rag.index import VectorIndex
from rag.ledger import Ledger
from rag.matching import STOP_WORDS, stem, words
from rag.question import Question, read_question
from rag.saying import Saying, is_speech, names_a_speaker
from rag.sentences import split_sentences
from rag.speakers import namesakes, take_apart
from rag.types import Article, Filters, Quote
from rag.when import Period, is_within

CANDIDATES = 30  # statements that are looked at closely
MANY = 5000  # statements of one speaker that are looked at
MOST = 3
# What counts in a statement's score: the cosine, and the share of the topic (weighted by rarity) in its words, in its
# paragraph and title, and in the paragraphs before. Found on the dev half of `whosaid`, where from SURE_ENOUGH up nearly
# all is an answer, and below nearly nothing; a further statement has to come within NEARLY of the best.
WEIGHTS = {"similarity": 0.6, "words": 0.3, "paragraph": 0.3, "context": 0.3, "verb": 0.15, "period": 0.1}
SURE_ENOUGH = 0.5
NEARLY = 0.25
# To name a speaker takes more: on the same questions 13 of 14 right ones score 0.85 and more, the wrong ones up to 0.65.
SURE_OF_SPEAKER = 0.75
CLOSE = 0.1
# Of what "Did X say …?" asks about, by rarity: somebody else said it who said so much of it, where X said less than that.
NEARLY_ALL, HALF = 0.75, 0.5
OTHER_VERB = 0.2  # more where the question says how it was said, "conceded", "accused", and the statement does not
# Verbs that tell nothing about a statement, and words that stand for any topic.
_PLAIN_VERBS = frozenset(
    map(stem, "say said tell told speak spoke talk think thought comment report give make put".split())
)
_VAGUE = frozenset("anything something everything nothing thing things ever yet so far publicly words".split())


@dataclass(frozen=True, slots=True)
class Statement:
    """A quote of the ledger with its article and how well it fits what is asked, about 0 to 1."""

    quote: Quote
    article: Article
    score: float

    @property
    def speaker(self) -> str | None:
        """The speaker's name, or the mention as written where it could not be resolved."""
        speaker = self.quote.speaker
        return (speaker.name or speaker.mention) if speaker else None

    def slices(self) -> list[tuple[int, int]]:
        """The sentences that hold the words, the tag and the speaker, by offsets, in order."""
        quote, text = self.quote, self.article.text
        spans = list(quote.spans)
        here = self.article.paragraphs[quote.paragraph]
        for part in (quote.cue, quote.speaker):
            if (
                part is not None
                and part.start is not None
                and part.end is not None
                and here.start <= part.start < here.end
            ):
                spans.append((part.start, part.end))
        found: list[tuple[int, int]] = []
        first, last = self.article.paragraph_at(quote.start), self.article.paragraph_at(quote.end - 1)
        for index in range(first, last + 1):
            paragraph = self.article.paragraphs[index]
            for start, end in split_sentences(text, paragraph.start, paragraph.end):
                if any(start < right and left < end for left, right in spans):
                    found.append((start, end))
        return found


@dataclass(frozen=True, slots=True)
class Finding:
    """What the ledger tells about one saying."""

    saying: Saying
    statements: tuple[Statement, ...] = ()
    """Those that answer, the best first."""
    closest: tuple[Statement, ...] = ()
    """Where nothing answers: what the same speaker did say, or what comes near."""
    known: bool = True
    """Whether anybody of that name is quoted at all."""
    elsewhere: Statement | None = None
    """The very words that were asked about, said by somebody else."""
    namesakes: tuple[str, ...] = ()
    """Several people whom the name can mean, all of whom spoke on it."""
    unclear: tuple[Statement, ...] = ()
    """What somebody of that surname said, where the article does not tell who of them it was."""
    unread: tuple[Passage, ...] = ()
    """Paragraphs that name the speaker where somebody speaks, and of which the ledger holds nothing."""


class StatementFinder:
    """Looks sayings up in the ledger."""

    def __init__(self, ledger: Ledger, index: VectorIndex, encoder: Encoder) -> None:
        self._ledger = ledger
        self._index = index
        self._encoder = encoder

    def find(self, saying: Saying, question: Question, filters: Filters) -> Finding:
        """The statements that answer one saying, or why none does."""
        if saying.speaker is None:
            return self._whose(saying, question, filters)
        names, doubtful = self._ledger.meant(saying.speaker, filters)
        said = self._ledger.said_by([*names, *doubtful], filters)[:MANY]
        everything = self._rank(said, saying, question.text, filters, question.period)
        ranked = [one for one in everything if not _may_be_anothers(one, saying.speaker, doubtful)]
        finding = self._found(saying, ranked, names, question, filters)
        if finding.statements or finding.namesakes:
            return finding
        unclear = [one for one in everything if one not in ranked]
        if saying.quoted:
            unclear = [one for one in unclear if _holds(one.quote, saying.quoted)]
        unclear = _best(unclear, saying)
        if unclear:
            return replace(finding, unclear=tuple(unclear), elsewhere=None)
        return finding if finding.elsewhere else replace(finding, unread=self._unread(saying, filters))

    def _found(
        self, saying: Saying, ranked: list[Statement], names: Sequence[str], question: Question, filters: Filters
    ) -> Finding:
        """What the statements of a speaker give, or why they give nothing."""
        assert saying.speaker is not None
        nearest = tuple(ranked[:MOST])
        if saying.quoted:
            others = self._rank(self._anybody(saying, filters), saying, saying.topic, filters)
            others = [statement for statement in others if _holds(statement.quote, saying.quoted)]
            ranked = [statement for statement in ranked if _holds(statement.quote, saying.quoted)]
            if saying.kind == "did_say":  # what somebody reports of another's words is not what they said
                ranked = [one for one in ranked if not any(_reports(one, other) for other in others)]
            if not ranked:
                elsewhere = next((one for one in _innermost(others) if one.speaker not in names), None)
                return Finding(saying, (), nearest, bool(names), elsewhere)
        elif saying.kind == "did_say" and (elsewhere := self._anothers(saying, ranked, names, filters)):
            return Finding(saying, (), nearest, bool(names), elsewhere)
        best = _best(ranked, saying)
        same_name = namesakes([statement.speaker for statement in best if statement.speaker])
        if len(same_name) > 1 and len(take_apart(saying.speaker).proper) == 1:
            return Finding(saying, (), tuple(best), True, None, same_name)
        return Finding(saying, tuple(best), () if best else nearest, bool(names))

    def _anothers(
        self, saying: Saying, own: Sequence[Statement], names: Sequence[str], filters: Filters
    ) -> Statement | None:
        """Somebody else's statement that holds what is asked about, where none of the speaker's does."""
        topic = self._topic(saying)
        if len(topic) < 3 or any(_share(topic, _stems(one.quote.text)) > HALF for one in own):
            return None
        others = _innermost(self._rank(self._anybody(saying, filters), saying, saying.topic, filters))
        return next(
            (
                one
                for one in others
                if one.speaker and one.speaker not in names and _share(topic, _stems(one.quote.text)) >= NEARLY_ALL
            ),
            None,
        )

    def _whose(self, saying: Saying, question: Question, filters: Filters) -> Finding:
        ranked = _innermost(self._rank(self._anybody(saying, filters), saying, saying.topic, filters, question.period))
        if saying.quoted:
            ranked = [one for one in ranked if _holds(one.quote, saying.quoted)]
        best = _best(ranked, saying)
        return Finding(saying, tuple(best), () if best else tuple(ranked[:MOST]))

    def _unread(self, saying: Saying, filters: Filters) -> tuple[Passage, ...]:
        """Where the speaker is named beside words that somebody says, and the ledger does not know who."""
        proper = take_apart(saying.speaker or "").proper
        if not proper:
            return ()
        topic = self._topic(saying)
        found: list[Passage] = []
        for article_id, (can_be_read, quotes) in self._ledger.naming(proper[-1], filters).items():
            if len(found) >= MOST:
                break
            for article in self._ledger.articles([article_id]).values():
                if can_be_read:
                    places = _unexplained(article, quotes, proper[-1])
                    places = [one for one in places if _fits(article.text[one[1] : one[2]], topic, saying.quoted)]
                else:  # in another language no words of the topic are to be expected
                    named = ((number, one.start, one.end) for number, one in enumerate(article.paragraphs))
                    places = [one for one in named if names_a_speaker(article.text[one[1] : one[2]], proper[-1])]
                found += [Passage(article, *place) for place in places]
        return tuple(found[:MOST])

    def has_unread(self) -> bool:
        """Whether there are articles whose statements have not been read yet."""
        return bool(self._ledger.missing(1))

    def count_foreign(self, filters: Filters) -> int:
        """How many articles are in a language whose statements cannot be read."""
        return self._ledger.count_foreign(filters)

    def quotes(self, speaker: str | None, about: str | None, filters: Filters) -> list[Quote]:
        """All statements of a speaker (None: anybody), on a topic (None: any): the best first, else the newest first.

        Raises QuestionError for a speaker without a name.
        """
        asked = [one for one in (speaker, filters.speaker) if one is not None]
        if not all(one.strip() for one in asked):
            raise QuestionError("The speaker's name is empty.")
        names = [self._ledger.matching(one, filters) for one in asked]
        both = [name for name in names[0] if all(name in others for others in names[1:])] if names else None
        if about is None:
            return list(self._ledger.quotes(self._ledger.said_by(both, filters)).values())
        question = read_question(about)
        saying = Saying("said_about", asked[0] if asked else None, about)
        ids = self._anybody(saying, filters) if both is None else self._ledger.said_by(both, filters)[:MANY]
        return [one.quote for one in self._rank(ids, saying, question.text, filters) if one.score >= SURE_ENOUGH]

    def _anybody(self, saying: Saying, filters: Filters) -> list[str]:
        """Ids of statements near in meaning or in words, whoever made them."""
        vector = self._encoder.encode_queries([saying.wanted])[0]
        dense = [quote_id for quote_id, _ in self._index.search(vector, CANDIDATES, filters)]
        return list(dict.fromkeys([*dense, *self._ledger.search_words(saying.wanted, CANDIDATES, filters)]))

    def _rank(
        self, ids: Sequence[str], saying: Saying, asked: str, filters: Filters, period: Period | None = None
    ) -> list[Statement]:
        """The statements by score, the best first. A first pass over all of them needs no article."""
        known, vectors = self._ledger.vectors(ids)
        if not known:
            return []
        similar = dict(zip(known, (vectors @ self._encoder.encode_queries([asked])[0]).tolist(), strict=True))
        topic = self._topic(saying)
        if len(known) > 3 * CANDIDATES:  # the nearest in meaning, and those that share the rarest words
            near = sorted(known, key=lambda one: -similar[one])[: 2 * CANDIDATES]
            worded = self._ledger.search_words(saying.wanted, MANY, filters)
            known = list(dict.fromkeys([*near, *[one for one in worded if one in similar][: 2 * CANDIDATES]]))
        quotes = self._ledger.quotes(known)
        rough = {one: similar[one] + _share(topic, _stems(quote.text)) for one, quote in quotes.items()}
        best = sorted(quotes, key=lambda one: -rough[one])[:CANDIDATES]
        articles = self._ledger.articles({quotes[one].article_id for one in best})
        asking = _Asking(topic, _verbs(saying), period)
        found = [
            _scored(quotes[one], articles[quotes[one].article_id], similar[one], asking)
            for one in best
            if quotes[one].article_id in articles
        ]
        return sorted(found, key=lambda statement: -statement.score)

    def _topic(self, saying: Saying) -> dict[str, float]:
        """Stems of the words that are asked about, with how rare each is in the ledger."""
        topics = {
            word: stem(word.removesuffix("'s"))
            for word in words(saying.wanted)
            if word not in STOP_WORDS and not is_speech(word)
        }
        total = self._ledger.count()
        return {one: math.log(1 + total / (1 + self._ledger.frequency(word))) for word, one in topics.items()}


@dataclass(frozen=True, slots=True)
class _Asking:
    """What a saying is compared by: its topic's stems with their rarity, its verbs' stems, the days it is about."""

    topic: dict[str, float]
    verbs: frozenset[str]
    period: Period | None


def _scored(quote: Quote, article: Article, similarity: float, asking: _Asking) -> Statement:
    around = _stems(article.title or "") | _stems(article.paragraph_text(quote.paragraph))
    before = {0, *range(max(0, quote.paragraph - 2), quote.paragraph)}
    context = around.union(*(_stems(article.paragraph_text(index)) for index in before))
    parts = {
        "similarity": similarity,
        "words": _share(asking.topic, _stems(quote.text)),
        "paragraph": _share(asking.topic, around),
        "context": _share(asking.topic, context),
        "verb": float(_is_said_so(quote, asking.verbs)),
        "period": float(bool(asking.period and article.date and is_within(article.date, asking.period))),
    }
    return Statement(quote, article, sum(weight * parts[name] for name, weight in WEIGHTS.items()))


def _unexplained(article: Article, quotes: Sequence[Quote], surname: str) -> list[tuple[int, int, int]]:
    """Sentences that name somebody where words are said, with their paragraphs, of which no statement knows the speaker."""
    told = [span for quote in quotes if quote.speaker for span in quote.spans]
    told += [(quote.cue.start, quote.cue.end) for quote in quotes if quote.speaker and quote.cue]
    return [
        (number, start, end)
        for number, paragraph in enumerate(article.paragraphs)
        if names_a_speaker(article.text[paragraph.start : paragraph.end], surname)
        for start, end in split_sentences(article.text, paragraph.start, paragraph.end)
        if names_a_speaker(article.text[start:end], surname)
        and not any(left < end and start < right for left, right in told)
    ]


def _may_be_anothers(statement: Statement, asked: str, doubtful: Sequence[str]) -> bool:
    """Whether an article leaves open which of several people with one surname spoke, and one of them is asked about."""
    speaker = statement.quote.speaker
    if statement.speaker in doubtful:
        return True
    if speaker is None or speaker.resolved_by is not None or len(take_apart(asked).proper) < 2:
        return False
    return len(take_apart(speaker.name or speaker.mention).proper) == 1


def _best(ranked: Sequence[Statement], saying: Saying) -> list[Statement]:
    """The best statements and those nearly as good, each once; without a topic, whatever was said."""
    anything = saying.speaker is not None and not saying.quoted and not _has_topic(saying)
    if anything and _verbs(saying):  # "What has X confirmed?", "Did X promise anything?"
        said_so = [statement for statement in ranked if _is_said_so(statement.quote, _verbs(saying))]
        ranked = said_so if said_so or saying.kind == "did_say" else ranked
    if "deni" in _verbs(saying):  # what was not denied is no answer, however near it comes
        ranked = [statement for statement in ranked if _is_said_so(statement.quote, _verbs(saying))]
    chosen: list[Statement] = []
    for statement in ranked:
        # whose words they are has one answer, mostly: somebody else's have to fit about as well
        other = saying.speaker is None and statement.speaker != ranked[0].speaker
        least = SURE_ENOUGH if saying.speaker is not None else SURE_OF_SPEAKER
        if saying.speaker is None and _verbs(saying) and not _is_said_so(statement.quote, _verbs(saying)):
            least += OTHER_VERB
        enough = anything or statement.score >= max(least, ranked[0].score - (CLOSE if other else NEARLY))
        if not enough or len(chosen) == MOST:
            break
        if not any(_repeats(statement, other) for other in chosen):
            chosen.append(statement)
    return chosen


def _has_topic(saying: Saying) -> bool:
    return any(word not in STOP_WORDS | _VAGUE and not is_speech(word) for word in words(saying.topic))


def _verbs(saying: Saying) -> frozenset[str]:
    """Stems of the verbs of saying in a question that tell how something was said: "deny", "promise", "warn"."""
    return frozenset(stem(word) for word in words(saying.topic) if is_speech(word)) - _PLAIN_VERBS


def _is_said_so(quote: Quote, verbs: frozenset[str]) -> bool:
    """Whether a statement was made in that way, by its cue or its polarity."""
    said = set(map(stem, words(quote.cue.text))) if quote.cue else set()
    return bool(verbs & said) or ("deni" in verbs and quote.polarity == "denied")


def _innermost(ranked: Sequence[Statement]) -> list[Statement]:
    """Where one reports what another said, the other's statement in place of the report, if it fits as well."""
    found: list[Statement] = []
    for statement in ranked:
        outer = statement.quote
        inner = [
            other
            for other in ranked
            if _holds_whole(outer, other.quote) and other.score >= statement.score - NEARLY / 2
        ]
        one = min(inner, key=lambda other: other.quote.end - other.quote.start) if inner else statement
        if one not in found:
            found.append(one)
    return found


def _holds_whole(outer: Quote, inner: Quote) -> bool:
    """Whether another statement stands inside a statement."""
    return (
        inner.article_id == outer.article_id
        and outer.start <= inner.start
        and inner.end <= outer.end
        and inner.spans != outer.spans
    )


def _reports(outer: Statement, inner: Statement) -> bool:
    """Whether a statement reports what somebody else said."""
    return outer.speaker != inner.speaker and _holds_whole(outer.quote, inner.quote)


def _repeats(one: Statement, other: Statement) -> bool:
    """Whether somebody says again what they have said, in nearly the same words: to deny it is not to repeat it."""
    if one.speaker != other.speaker or one.quote.polarity != other.quote.polarity:
        return False
    mine, theirs = set(words(one.quote.text)), set(words(other.quote.text))
    return len(mine & theirs) > 0.7 * min(len(mine), len(theirs))


@lru_cache(4096)
def _stems(text: str) -> frozenset[str]:
    return frozenset(map(stem, words(text)))


def _share(topic: dict[str, float], there: frozenset[str]) -> float:
    total = sum(topic.values())
    return sum(rarity for one, rarity in topic.items() if one in there) / total if total else 0.0


def _holds(quote: Quote, quoted: Sequence[str]) -> bool:
    """Whether a statement holds one of the quoted phrases, marks and case aside."""
    return _holds_words(quote.text, quoted)


def _holds_words(text: str, quoted: Sequence[str]) -> bool:
    said = f" {' '.join(words(text))} "
    return any(f" {' '.join(words(phrase))} " in said for phrase in quoted)


def _fits(text: str, topic: dict[str, float], quoted: Sequence[str]) -> bool:
    """Whether a paragraph holds the quoted words, or something of the topic where there is one."""
    return _holds_words(text, quoted) if quoted else not topic or _share(topic, _stems(text)) > 0
