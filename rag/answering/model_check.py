"""A sentence that a model wrote -> the exact slices that bear it out, or why it cannot be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rag.answering.compose import Passage
from rag.answering.exhibits import Exhibit
from rag.answering.model_reply import Claim
from rag.language.sentences import split_sentences
from rag.language.speech import is_of_saying
from rag.language.words import STOP_WORDS, holds_words, stem, words
from rag.types import Support
from rag.verification import Source, Verifier

TRIED = 2
"""Passages that are tried for a sentence that names none."""
MEANT = 0.4
"""A sentence of the passage that holds so much of a claim's topic is what the claim was about."""
UNSAID = 0.34
"""The share of a claim's topic words that the cited paragraphs may say in other words."""
COPIED = 0.9
"""How much of a claim and a sentence, in order, has to be the same for the claim to be a copy."""
PIECE = 4
"""Words from which on a claim that stands in a sentence is a piece of it."""
_NOBODY = frozenset("nobody none nothing".split())
"""Other words for "no one", which is no topic: verification reads who says no."""
ADDS = 2
"""Topic words of a claim that a further sentence has to add to be cited with the first."""


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence of an answer, and the exact slices that it cites."""

    text: str
    support: Support
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A claim that is not shown, why, and the sentence of an article to show in its place, if one can be told."""

    claim: Claim
    reason: str
    instead: CheckedSentence | None = None


class ClaimChecker:
    """Holds claims against the passages that they cite, and only those."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier

    def check(self, claim: Claim, exhibits: Sequence[Exhibit], question: str) -> CheckedSentence | Refused:
        """The claim as it may be shown; a marker that was invented takes its claim with it.

        What only the question says is no evidence: a small model likes to say yes to whatever it is asked.
        A claim without a marker, or with one whose passage does not bear it out, is given the passage that does, or the two;
        not if one of these has it otherwise.
        Raises ModelError if the encoder or the tagger cannot be loaded.
        """
        known = {exhibit.number: exhibit for exhibit in exhibits}
        if any(number not in known for number in claim.numbers):
            return Refused(claim, "it cites a passage that there is not")
        cited = [known[number] for number in claim.numbers]
        if self._is_contested(claim.text, cited):
            return Refused(claim, "one of the paragraphs that it cites has it otherwise")
        tries = _tries(claim.text, cited, exhibits)
        reasons: list[str] = []
        for tried in tries:
            fault = _unsaid(claim.text, tried, question)
            if not fault:
                verdict = self._verifier.verify(claim.text, [one.source for one in tried])
                if verdict.support != "unsupported" and (tried == cited or not self._is_contested(claim.text, tried)):
                    return self._narrowed(claim.text, verdict.support, tried)
                fault = "; ".join(verdict.reasons)
            reasons.append(fault)
        tried_all = list({one.number: one for tried in tries for one in tried}.values())
        return Refused(claim, reasons[0] if reasons else "no passage bears it out", _instead(claim.text, tried_all))

    def _is_contested(self, text: str, cited: Sequence[Exhibit]) -> bool:
        """Whether one of several passages has it otherwise, which the others would hide."""
        return len(cited) > 1 and any(self._verifier.verify(text, [one.source]).contradicted for one in cited)

    def _narrowed(self, text: str, support: Support, cited: Sequence[Exhibit]) -> CheckedSentence:
        """The claim with the fewest sentences of its passages that bear it out, or all of them."""
        slices = [(one, exhibit) for exhibit in cited for one in _sentences(text, exhibit)]
        for one, _ in slices:
            if _is_copy(text, one.text):
                return CheckedSentence(one.text, "verbatim", (one,))
        if slices:
            sources = [Source(one.article, one.start, one.end, exhibit.quotes) for one, exhibit in slices]
            if self._verifier.verify(text, sources).support != "unsupported":
                return CheckedSentence(text, "supported", tuple(one for one, _ in slices))
        return CheckedSentence(text, "supported", tuple(whole_of(exhibit) for exhibit in cited))


def _unsaid(text: str, cited: Sequence[Exhibit], question: str) -> str:
    """What of a claim no cited paragraph has a word of, if it is the question's own, or too much; "" if it is neither."""
    there = topics(" ".join([part for one in cited for part in (one.source.text, *one.speakers)]))
    absent = {
        stem(word): word
        for word in words(text)
        if word not in STOP_WORDS | _NOBODY and not is_of_saying(word) and stem(word.removesuffix("'s")) not in there
    }
    echoed = [word for root, word in absent.items() if root in topics(question)]
    if echoed or len(absent) > UNSAID * len(topics(text)):
        return f"the cited paragraph says nothing of {', '.join(f'“{word}”' for word in echoed or absent.values())}"
    return ""


def _is_copy(text: str, sentence: str) -> bool:
    """Whether a claim is an article's sentence but for a few words, or a piece of it: the article's own is told, then."""
    mine, theirs = words(text), words(sentence)
    if len(mine) >= PIECE and holds_words(sentence, (text,)):
        return True
    return SequenceMatcher(None, mine, theirs, autojunk=False).ratio() >= COPIED


def _tries(text: str, cited: list[Exhibit], exhibits: Sequence[Exhibit]) -> list[list[Exhibit]]:
    """The passages to hold a claim against: what it cites, then each that is nearest to it, then these together."""
    nearest = _nearest(text, exhibits)
    tries = [cited, *([one] for one in nearest), nearest]
    return [one for at, one in enumerate(tries) if one and one not in tries[:at]]


def _nearest(text: str, exhibits: Sequence[Exhibit]) -> list[Exhibit]:
    """The passages that hold the most of a claim's topic words, those first in which somebody speaks whom it names."""
    wanted = topics(text)
    shares = {one.number: len(wanted & topics(" ".join([one.shown, *one.speakers]))) for one in exhibits}
    speaks = {one.number: any(topics(name) <= wanted for name in one.speakers) for one in exhibits}
    ranked = sorted(exhibits, key=lambda one: (not speaks[one.number], -shares[one.number], one.number))
    return [one for one in ranked if shares[one.number]][:TRIED]


def _sentences(text: str, exhibit: Exhibit) -> list[Passage]:
    """The sentence of a paragraph that holds the most of a claim's topic words, and the one that adds enough to it."""
    wanted = topics(text)
    found = _passages(exhibit)
    held = [wanted & topics(one.text) for one in found]
    best = max(range(len(found)), key=lambda at: len(held[at]), default=0)
    if not found or not held[best]:
        return []
    further = max(range(len(found)), key=lambda at: len(held[at] - held[best]))
    chosen = {best, further} if len(held[further] - held[best]) >= ADDS else {best}
    return [found[at] for at in sorted(chosen)]


def whole_of(exhibit: Exhibit) -> Passage:
    """The whole paragraph."""
    here = exhibit.source
    return Passage(here.article, exhibit.paragraph, here.start, here.end)


def _instead(text: str, cited: Sequence[Exhibit]) -> CheckedSentence | None:
    """The one sentence of the cited passages that a claim was about, as the article has it."""
    wanted = topics(text)
    found = [one for exhibit in cited for one in _passages(exhibit)]
    best = max(found, key=lambda one: len(wanted & topics(one.text)), default=None)
    if best is None or len(wanted & topics(best.text)) < MEANT * len(wanted):
        return None
    return CheckedSentence(best.text, "verbatim", (best,))


def _passages(exhibit: Exhibit) -> list[Passage]:
    here, article = exhibit.article.paragraphs[exhibit.paragraph], exhibit.article
    return [
        Passage(article, exhibit.paragraph, start, end)
        for start, end in split_sentences(article.text, here.start, here.end)
    ]


def topics(text: str) -> frozenset[str]:
    """The stems of the words that carry a text's topic."""
    return frozenset(stem(word.removesuffix("'s")) for word in words(text) if word not in STOP_WORDS)
