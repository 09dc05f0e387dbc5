"""Questions about who said what, answered from the ledger: statements by speaker and topic, or whose words they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.composing import Passage
from rag.answering.selector import Selector
from rag.answering.statement_fit import (
    MOST,
    SURE_ENOUGH,
    Asking,
    Statement,
    best_of,
    holds,
    innermost,
    read,
    reports,
    score_statement,
    share,
    stems,
    verbs_that_answer,
    with_beside,
)
from rag.answering.unread import find_unread
from rag.embedding import Encoder
from rag.errors import QuestionError
from rag.index import VectorIndex
from rag.ledger import Ledger
from rag.matching import STOP_WORDS, stem, words
from rag.question import Question, read_question
from rag.saying import Saying, is_speech, topic_head
from rag.speakers import namesakes, take_apart
from rag.types import Filters, Quote
from rag.when import Period

CANDIDATES = 30  # statements that are looked at closely
MANY = 5000  # statements of one speaker that are looked at
HEAD = 2.0  # "inflation" counts for more than "Germany" where inflation in Germany is asked about
# Of what "Did X say …?" asks about, by rarity: somebody else said it who said so much of it, where X said less than that.
NEARLY_ALL, HALF = 0.75, 0.5


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
        self._selector = Selector()

    def find(self, saying: Saying, question: Question, filters: Filters) -> Finding:
        """The statements that answer one saying, or why none does."""
        if saying.speaker is None:
            return self._whose(saying, question, filters)
        names, doubtful = self._ledger.meant(saying.speaker, filters)
        said = self._ledger.said_by([*names, *doubtful], filters)[:MANY]
        everything = self._rank(said, saying, question.text, filters, question.period)
        ranked = [one for one in everything if not _may_be_anothers(one, saying.speaker, doubtful)]
        ranked = read(ranked, question.text, self._selector)
        finding = self._found(saying, ranked, names, question, filters)
        if finding.statements or finding.namesakes:
            return finding
        unclear = [one for one in everything if _may_be_anothers(one, saying.speaker, doubtful)]
        if saying.quoted:
            unclear = [one for one in unclear if holds(one.quote, saying.quoted)]
        unclear = best_of(unclear, saying)
        if unclear:
            return replace(finding, unclear=tuple(unclear), elsewhere=None)
        if finding.elsewhere:
            return finding
        return replace(finding, unread=find_unread(self._ledger, saying, self._topic(saying), filters))

    def _found(
        self, saying: Saying, ranked: list[Statement], names: Sequence[str], question: Question, filters: Filters
    ) -> Finding:
        """What the statements of a speaker give, or why they give nothing."""
        assert saying.speaker is not None
        nearest = tuple(ranked[:MOST])
        if saying.quoted:
            others = self._rank(self._anybody(saying, filters), saying, saying.topic, filters)
            others = [statement for statement in others if holds(statement.quote, saying.quoted)]
            ranked = [statement for statement in ranked if holds(statement.quote, saying.quoted)]
            if saying.kind == "did_say":  # what somebody reports of another's words is not what they said
                ranked = [one for one in ranked if not any(reports(one, other) for other in others)]
            if not ranked:
                elsewhere = next((one for one in innermost(others) if one.speaker not in names), None)
                return Finding(saying, (), nearest, bool(names), elsewhere)
        elif saying.kind == "did_say" and (elsewhere := self._anothers(saying, ranked, names, filters)):
            return Finding(saying, (), nearest, bool(names), elsewhere)
        best = best_of(ranked, saying)
        same_name = namesakes([statement.speaker for statement in best if statement.speaker])
        if len(same_name) > 1 and len(take_apart(saying.speaker).proper) == 1:
            return Finding(saying, (), tuple(best), True, None, same_name)
        return Finding(saying, tuple(with_beside(best, ranked)), () if best else nearest, bool(names))

    def _anothers(
        self, saying: Saying, own: Sequence[Statement], names: Sequence[str], filters: Filters
    ) -> Statement | None:
        """Somebody else's statement that holds what is asked about, where none of the speaker's does."""
        topic = self._topic(saying)
        if len(topic) < 3 or any(share(topic, stems(one.quote.text)) > HALF for one in own):
            return None
        others = innermost(self._rank(self._anybody(saying, filters), saying, saying.topic, filters))
        return next(
            (
                one
                for one in others
                if one.speaker and one.speaker not in names and share(topic, stems(one.quote.text)) >= NEARLY_ALL
            ),
            None,
        )

    def _whose(self, saying: Saying, question: Question, filters: Filters) -> Finding:
        ranked = innermost(self._rank(self._anybody(saying, filters), saying, saying.topic, filters, question.period))
        if saying.quoted:
            ranked = [one for one in ranked if holds(one.quote, saying.quoted)]
        best = best_of(ranked, saying)
        return Finding(saying, tuple(best), () if best else tuple(ranked[:MOST]))

    def nearest(self, saying: Saying, question: Question, filters: Filters) -> list[Statement]:
        """The statements nearest to a saying, the best first, whether they answer or not: the speaker's, or else anybody's."""
        if saying.speaker is not None:
            names, doubtful = self._ledger.meant(saying.speaker, filters)
            if said := self._ledger.said_by([*names, *doubtful], filters)[:MANY]:
                ranked = self._rank(said, saying, question.text, filters, question.period)
                return sorted(read(ranked, question.text, self._selector), key=lambda one: -one.fit)
        return self._rank(self._anybody(saying, filters), saying, saying.topic, filters, question.period)

    def quotes_in(self, article_id: str) -> tuple[Quote, ...]:
        """All statements of an article."""
        return self._ledger.quotes_in(article_id)

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
        rough = {one: similar[one] + share(topic, stems(quote.text)) for one, quote in quotes.items()}
        best = sorted(quotes, key=lambda one: -rough[one])[:CANDIDATES]
        articles = self._ledger.articles({quotes[one].article_id for one in best})
        asking = Asking(topic, verbs_that_answer(saying), period)
        found = [
            score_statement(quotes[one], articles[quotes[one].article_id], similar[one], asking)
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
        heads = set(words(topic_head(saying.wanted)))
        return {
            one: math.log(1 + total / (1 + self._ledger.frequency(word))) * (HEAD if word in heads else 1)
            for word, one in topics.items()
        }


def _may_be_anothers(statement: Statement, asked: str, doubtful: Sequence[str]) -> bool:
    """Whether an article leaves open which of several people with one surname spoke, and one of them is asked about."""
    speaker = statement.quote.speaker
    if statement.speaker in doubtful:
        return True
    if speaker is None or speaker.resolved_by is not None or len(take_apart(asked).proper) < 2:
        return False
    return len(take_apart(speaker.name or speaker.mention).proper) == 1
