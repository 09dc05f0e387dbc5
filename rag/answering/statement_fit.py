"""How well a statement of the ledger fits what is asked: its score, and which of several answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.answering.selector import Passage, Selector
from rag.matching import STOP_WORDS, stem, words
from rag.saying import Saying, is_speech
from rag.sentences import split_sentences
from rag.types import Article, Quote
from rag.when import Period, is_within

MOST = 3
# What counts in a statement's score: the cosine, and the share of the topic (weighted by rarity) in its words, in its
# paragraph and title, and in the paragraphs before. Found on the dev half of `whosaid`, where from SURE_ENOUGH up nearly
# all is an answer, and below nearly nothing; a further statement has to come within NEARLY of the best.
WEIGHTS = {"similarity": 0.6, "words": 0.3, "paragraph": 0.3, "context": 0.3, "verb": 0.15, "period": 0.1}
SURE_ENOUGH = 0.5
NEARLY = 0.25
# What a speaker says beside a statement that answers, in its paragraph, belongs to it down to so far below its score.
BESIDE = 0.45
# To name a speaker takes more: on the same questions 13 of 14 right ones score 0.85 and more, the wrong ones up to 0.65.
SURE_OF_SPEAKER = 0.75
CLOSE = 0.1
# Less is enough where nobody else's statement comes within APART of it, and it is near in meaning. With the right statement
# taken away, the best of what is left is within 0.2 of another for all but one of the 33 questions, which is not near.
ALONE, APART, NEAR = 0.65, 0.2, 0.5
# "Did X say …?" all but spells the statement out: what answers it is nearer than this (0.48 to 0.80 there).
SPELT_OUT = 0.45
# Of a speaker's nearest statements the selector reads so many. Its log odds, from LEAST up, order those that answer; surer
# than that nothing does, it makes less of a score enough. Of 53 questions of newsqa about words, over articles that the
# selector has not seen, the first sentence then holds the answer for 29 (21 without), one of the first three for 35 (30).
READ, SELECTED, LEAST = 8, 0.08, -9.0
SELECTED_ENOUGH = 0.3
OTHER_VERB = 0.2  # more where the question says how it was said, "conceded", "accused", and the statement does not
# Verbs that tell nothing about a statement, and words that stand for any topic.
_PLAIN_VERBS = frozenset(
    map(
        stem,
        "say said tell told speak spoke talk think thought comment report give make put state note mention remark explain"
        " describe recall testify testified write wrote answer reply add".split(),
    )
)
_ADMITS = frozenset(map(stem, "admit confirm acknowledge concede confess".split()))
_VAGUE = frozenset("anything something everything nothing thing things ever yet so far publicly words".split())


@dataclass(frozen=True, slots=True)
class Statement:
    """A quote of the ledger with its article and how well it fits what is asked, about 0 to 1."""

    quote: Quote
    article: Article
    score: float
    similarity: float = 0.0
    """The cosine of its vector to the question's."""
    selected: float = LEAST
    """The selector's log odds that it answers, against that nothing does; the least where it was not read."""

    @property
    def fit(self) -> float:
        """What orders the statements of one speaker: the score, with what the selector says."""
        return self.score + SELECTED * max(LEAST, self.selected)

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
                theirs = [left for left, right in spans if start < right and left < end]
                if theirs:
                    found.append((_out_of_anothers(text, paragraph.start, start, min(theirs)), end))
        return found


def _out_of_anothers(text: str, paragraph: int, start: int, first: int) -> int:
    """Where a sentence that begins inside a quotation goes on after it, if what is asked for begins only there.

    Under one speaker's name the end of somebody else's words would be taken for theirs.
    """
    before, here = text[paragraph:start], text[start:first]
    inside = before.count("“") - before.count("”")
    if inside <= 0 and len(re.findall(r'(?<!\d)"', before)) % 2 == 1:  # 6'2" closes nothing
        closing = re.search(r'(?<=[\w.,!?])"\W*', here)
        return start + closing.end() if closing else start
    for mark in re.finditer("“|”\\W*", here) if inside > 0 else ():
        inside += 1 if mark.group() == "“" else -1
        if inside == 0:
            return start + mark.end()
    return start


@dataclass(frozen=True, slots=True)
class Asking:
    """What a saying is compared by: its topic's stems with their rarity, its verbs' stems, the days it is about."""

    topic: dict[str, float]
    verbs: frozenset[str]
    period: Period | None


def score_statement(quote: Quote, article: Article, similarity: float, asking: Asking) -> Statement:
    """A statement with its score: a weighted sum of what it shares with the question."""
    around = stems(article.title or "") | stems(article.paragraph_text(quote.paragraph))
    before = {0, *range(max(0, quote.paragraph - 2), quote.paragraph)}
    context = around.union(*(stems(article.paragraph_text(index)) for index in before))
    parts = {
        "similarity": similarity,
        "words": share(asking.topic, stems(quote.text)),
        "paragraph": share(asking.topic, around),
        "context": share(asking.topic, context),
        "verb": float(is_said_so(quote, asking.verbs)),
        "period": float(bool(asking.period and article.date and is_within(article.date, asking.period))),
    }
    score = sum(weight * parts[name] for name, weight in WEIGHTS.items())
    return Statement(quote, article, score, similarity)


def read(ranked: Sequence[Statement], question: str, selector: Selector) -> list[Statement]:
    """The same statements in the same order, the first ``READ`` with what the selector says of them. Raises ModelError."""
    slices = [one.slices() for one in ranked[:READ]]
    scored = selector.score(question, [_passage(one, part) for one, part in zip(ranked, slices, strict=False)])
    first = [replace(one, selected=float(odds.scores.max())) for one, odds in zip(ranked, scored, strict=False)]
    return [*first, *ranked[len(first) :]]


def _passage(statement: Statement, slices: Sequence[tuple[int, int]]) -> Passage:
    first, text = slices[0][0], statement.article.text[slices[0][0] : slices[-1][1]]
    return Passage(
        text, tuple((start - first, end - first) for start, end in slices), statement.article.title, not first
    )


def best_of(ranked: Sequence[Statement], saying: Saying) -> list[Statement]:
    """The best statements and those nearly as good, each once; without a topic, whatever was said."""
    anything = saying.speaker is not None and not saying.quoted and not _has_topic(saying)
    if anything and verbs_of(saying):  # "What has X confirmed?", "Did X promise anything?"
        said_so = [statement for statement in ranked if is_said_so(statement.quote, verbs_of(saying))]
        ranked = said_so if said_so or saying.kind == "did_say" else ranked
    if "deni" in verbs_of(saying):  # what was not denied is no answer, however near it comes
        ranked = [statement for statement in ranked if is_said_so(statement.quote, verbs_of(saying))]
    enough = [one for one in ranked if anything or _is_enough(one, saying, ranked)]
    if saying.speaker is not None:  # whose words they are is told by the order that is there
        enough.sort(key=lambda one: one.fit, reverse=True)
    chosen: list[Statement] = []
    for statement in enough:
        if len(chosen) == MOST:
            break
        if not any(_repeats(statement, other) for other in chosen):
            chosen.append(statement)
    return chosen


def _is_enough(statement: Statement, saying: Saying, ranked: Sequence[Statement]) -> bool:
    """Whether a statement fits well enough, and about as well as the best, to answer."""
    # whose words they are has one answer, mostly: somebody else's have to fit about as well
    other = saying.speaker is None and statement.speaker != ranked[0].speaker
    least = SURE_ENOUGH if saying.speaker is not None else _sure_of_speaker(ranked)
    if saying.speaker is None and verbs_of(saying) and not is_said_so(statement.quote, verbs_of(saying)):
        least += OTHER_VERB
    if saying.kind == "did_say" and statement.similarity < SPELT_OUT:
        return False
    if saying.kind == "said_about" and saying.plain and statement.selected > 0 and statement.score >= SELECTED_ENOUGH:
        return True
    return statement.score >= max(least, ranked[0].score - (CLOSE if other else NEARLY))


def _sure_of_speaker(ranked: Sequence[Statement]) -> float:
    """What the best statement has to score to name its speaker: less where nobody else's comes near it."""
    best = ranked[0]
    others = [one.score for one in ranked if one.speaker != best.speaker]
    stands_out = best.score - max(others, default=0.0) >= APART and best.similarity >= NEAR
    return ALONE if stands_out else SURE_OF_SPEAKER


def with_beside(chosen: Sequence[Statement], ranked: Sequence[Statement]) -> list[Statement]:
    """Statements that answer, with what their speakers say beside them, in the order of the text within a paragraph."""
    found: list[Statement] = []
    for first in chosen:
        if first in found:
            continue
        here = [
            one
            for one in ranked
            if _place(one) == _place(first) and (one in chosen or one.score >= first.score - BESIDE)
        ]
        found += sorted(here, key=lambda one: one.quote.start)
    return found


def _place(statement: Statement) -> tuple[str, int, str | None]:
    return statement.article.id, statement.quote.paragraph, statement.speaker


def _has_topic(saying: Saying) -> bool:
    return any(word not in STOP_WORDS | _VAGUE and not is_speech(word) for word in words(saying.topic))


def verbs_of(saying: Saying) -> frozenset[str]:
    """Stems of the verbs of saying in a question that tell how something was said: "deny", "promise", "warn"."""
    return frozenset(stem(word) for word in words(saying.topic) if is_speech(word)) - _PLAIN_VERBS


def verbs_that_answer(saying: Saying) -> frozenset[str]:
    """The verbs of a question, and that of its answer where it is another: "Did X admit it?" - "X denied it"."""
    verbs = verbs_of(saying)
    return verbs | {"deni"} if saying.kind == "did_say" and verbs & _ADMITS else verbs


def is_said_so(quote: Quote, verbs: frozenset[str]) -> bool:
    """Whether a statement was made in that way, by its cue or its polarity."""
    said = set(map(stem, words(quote.cue.text))) if quote.cue else set()
    return bool(verbs & said) or ("deni" in verbs and quote.polarity == "denied")


def innermost(ranked: Sequence[Statement]) -> list[Statement]:
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


def reports(outer: Statement, inner: Statement) -> bool:
    """Whether a statement reports what somebody else said."""
    return outer.speaker != inner.speaker and _holds_whole(outer.quote, inner.quote)


def _repeats(one: Statement, other: Statement) -> bool:
    """Whether somebody says again what they have said, in nearly the same words: to deny it is not to repeat it."""
    if one.speaker != other.speaker or one.quote.polarity != other.quote.polarity:
        return False
    mine, theirs = set(words(one.quote.text)), set(words(other.quote.text))
    return len(mine & theirs) > 0.7 * min(len(mine), len(theirs))


@lru_cache(4096)
def stems(text: str) -> frozenset[str]:
    """The stems of a text's words."""
    return frozenset(map(stem, words(text)))


def share(topic: dict[str, float], there: frozenset[str]) -> float:
    """How much of a topic, by rarity, some stems hold."""
    total = sum(topic.values())
    return sum(rarity for one, rarity in topic.items() if one in there) / total if total else 0.0


def holds(quote: Quote, quoted: Sequence[str]) -> bool:
    """Whether a statement holds one of the quoted phrases, marks and case aside."""
    return holds_words(quote.text, quoted)


def holds_words(text: str, quoted: Sequence[str]) -> bool:
    """Whether a text holds one of the phrases, marks and case aside."""
    said = f" {' '.join(words(text))} "
    return any(f" {' '.join(words(phrase))} " in said for phrase in quoted)


def fits(text: str, topic: dict[str, float], quoted: Sequence[str]) -> bool:
    """Whether a paragraph holds the quoted words, or something of the topic where there is one."""
    return holds_words(text, quoted) if quoted else not topic or share(topic, stems(text)) > 0
