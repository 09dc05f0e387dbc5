"""Who said it: the sayings that a sentence reports, compared with the ledger's statements of the cited slices."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.language.speech import is_speech
from rag.language.words import normalise
from rag.quotes import extract_quotes
from rag.quotes.lexicon import (
    AUTHOR_PRONOUNS,
    FEMALE_PRONOUNS,
    MALE_PRONOUNS,
    NEUTER_PRONOUNS,
    PLURAL_PRONOUNS,
    RELATIVE_PRONOUNS,
)
from rag.speakers import holds_role, may_be, take_apart
from rag.types import Article, Polarity, Quote, Speaker
from rag.verification.evidence import Evidence, tidy, words_of
from rag.verification.names import HERS, HIS
from rag.verification.negation import count_negations, denies
from rag.verification.quantities import read_quantities

ANYBODY = frozenset("anyone anybody someone somebody everyone everybody nobody one others people many some".split())
PRONOUNS = (
    MALE_PRONOUNS | FEMALE_PRONOUNS | NEUTER_PRONOUNS | PLURAL_PRONOUNS | RELATIVE_PRONOUNS | AUTHOR_PRONOUNS | ANYBODY
)
SAME = 0.5
"""The share of the claimed words that a statement has to hold to be the one that is meant."""
NEARLY = 0.8
"""A statement that holds so much of what the best one holds is meant as well."""
WEAKER: frozenset[Polarity] = frozenset({"conditional", "future"})
"""What claims less than the statement it is made of."""
_LABELLED = re.compile(r"([^:\",]{2,80}?)(?:,[^:\"]{1,80})?: (He|She|They|It) ([a-z]+)\b")
_TOLD: dict[Polarity, str] = {
    "asserted": "is reported to have said it",
    "denied": "is reported to have denied it",
    "not_said": "is reported not to have said it",
    "conditional": "is reported to say it under a condition only",
    "future": "is reported to be about to say it",
}


@dataclass(frozen=True, slots=True)
class _Meant:
    """A statement of the ledger that holds claimed words, and how well the two fit (0 to 1)."""

    quote: Quote
    article: Article
    held: float
    alike: float

    @property
    def name(self) -> str | None:
        speaker = self.quote.speaker
        return (speaker.name or speaker.mention) if speaker else None


def spelled_out(sentence: str) -> str:
    """A tidy sentence under a speaker's name, "Lund: He says …", as one that names who says it: "Lund says …"."""
    match = _LABELLED.match(sentence)
    if not match:
        return sentence
    name, pronoun, verb = match.groups()
    last = words_of(name)[-1:]
    if not last or (last[0].text[0].islower() and (pronoun in ("It", "They") or is_speech(last[0].low))):
        return sentence  # "The bill: It …" is nobody, and "Lund said: He …" tells it already
    told = verb if is_speech(verb) else f"says {pronoun.lower()} {verb}"
    return f"{name} {told}{sentence[match.end() :]}"


def misattribution(
    sentence: str, evidence: Evidence, read: Callable[[Article], Sequence[Quote]] = extract_quotes
) -> str | None:
    """Why a tidy sentence tells wrongly who said something, or whether; None if it does not, or reports no saying.

    The sentence is read as an article's are. Where the ledger holds no such statement, the slice must name the speaker.
    """
    words = words_of(sentence)
    if '"' not in sentence and not any(is_speech(word.low) or word.low == "according" for word in words):
        return None
    claims = read(Article.from_text(sentence))
    for claim in claims:
        speaker = claim.speaker
        if speaker is None:
            continue
        if (pronoun := (speaker.mention or speaker.name or "").lower()) in PRONOUNS:
            if reason := _wrong_gender(pronoun, claim, evidence):
                return reason
            continue
        if any(_within(claim, other) and not _within(other, claim) for other in claims):
            continue  # what is told inside another saying is that one's words, and checked with these
        if reason := _wrong(claim, speaker, evidence):
            return reason
    return None


def _wrong_gender(pronoun: str, claim: Quote, evidence: Evidence) -> str | None:
    """Why "he" cannot have said it: all who did are women by their given names or titles; or the other way round.

    A last name tells nothing: Hillary Clinton is no man.
    """
    wrong = {"he": HERS, "she": HIS}.get(pronoun)
    names = [one.name for one in _meant(claim, evidence)]
    if not wrong or not names or not all(name and wrong & _gendered(name) for name in names):
        return None
    return f"the words are {_possessive(names[0] or '')}, who is not “{pronoun}”"


def _gendered(name: str) -> set[str]:
    """The words of a name that tell he or she: "the spokeswoman", and all but the last name."""
    words = words_of(tidy(name))
    return {word.low for word in words if word is not words[-1] or word.text[0].islower()}


def _wrong(claim: Quote, speaker: Speaker, evidence: Evidence) -> str | None:
    asked = _full(speaker)
    meant = _meant(claim, evidence)
    if not meant:
        if _is_named(asked, evidence):
            return None
        return f"the cited paragraph holds no words of {asked}"
    own = [one for one in meant if _fits(asked, one)]
    if not own and claim.polarity == "denied" and any(_denied_by(asked, one, evidence) for one in meant):
        return None
    if not own:
        whose = next((one.name for one in meant if one.name and one.name.lower() not in PRONOUNS), None)
        if whose:
            return f"the words are {_possessive(whose)}, not {_possessive(asked)}"
        if _is_named(asked, evidence):
            return None
        return f"the cited paragraph leaves open who said it; it does not say that {asked} did"
    if any(_agrees(claim, one.quote) for one in own):
        return None
    return f"{asked} {_TOLD[own[0].quote.polarity]}"


def _denied_by(asked: str, accusation: _Meant, evidence: Evidence) -> bool:
    """Whether what somebody denies is an accusation against them, which its sentence says was denied."""
    words = words_of(tidy(asked))
    name = words[-1].stem if words else ""
    return any(
        name in {word.stem for word in words_of(tidy(accusation.quote.text))} and name in said.topics and denies(said)
        for said in evidence.sentences
        if tidy(accusation.quote.text) in said.text
    )


def _full(speaker: Speaker) -> str:
    """The longer of name and mention, as the sentence has them."""
    told = max(speaker.mention or "", speaker.name or "", key=len)
    return re.split(r" of (?=[a-z]+ing\b)", told)[0]  # "accused by Vahl of taking money"


def _meant(claim: Quote, evidence: Evidence) -> list[_Meant]:
    """The statements that hold the claimed words, the best first; of one inside another only the one that fits better."""
    wanted = frozenset(word.stem for word in words_of(tidy(claim.text)) if word.stem)
    found = []
    for quote, article in evidence.quotes:
        stems = frozenset(word.stem for word in words_of(tidy(quote.text)) if word.stem)
        shared = len(wanted & stems)
        if wanted and shared >= SAME * len(wanted):
            found.append(_Meant(quote, article, shared / len(wanted), shared / len(wanted | stems)))
    numbers = _numbers(claim.text)  # of two statements on one thing the one with this number
    found = [one for one in found if numbers <= _numbers(one.quote.text)] or found
    found.sort(key=lambda one: (-one.alike, one.quote.start))
    most = max((one.held for one in found), default=0.0)
    kept: list[_Meant] = []
    for one in found:
        inside = any(_within(one.quote, other.quote) or _within(other.quote, one.quote) for other in kept)
        if one.held >= NEARLY * most and not inside:
            kept.append(one)
    return kept


def _numbers(text: str) -> set[float]:
    return {one.value for one in read_quantities(tidy(text))}


def _within(inner: Quote, outer: Quote) -> bool:
    return outer.article_id == inner.article_id and outer.start <= inner.start and inner.end <= outer.end


def _fits(asked: str, one: _Meant) -> bool:
    """Whether a statement's speaker can be who the sentence says: by name, by mention, or by a role the article gives."""
    speaker = one.quote.speaker
    if speaker is None:
        return False
    name = take_apart(asked)
    forms = [form for form in (speaker.name, speaker.mention) if form and form.lower() not in PRONOUNS]
    if any(may_be(name, take_apart(form)) for form in forms):
        return True
    text = normalise(one.article.text)
    if name.roles and any(holds_role(name, text, take_apart(form)) for form in forms):
        return not name.titled
    return any(_shares_noun(asked, form) for form in forms)


def _shares_noun(asked: str, form: str) -> bool:
    """Whether two descriptions without a name share a noun: "a police spokesman", "the spokesman"."""
    one, other = words_of(tidy(asked)), words_of(tidy(form))
    if any(word.text[0].isupper() for word in [*one[1:], *other[1:]]):
        return bool(one and other and one[-1].stem and one[-1].stem == other[-1].stem and one[-1].text[0].islower())
    return bool({word.stem for word in one if word.stem} & {word.stem for word in other if word.stem})


def _is_named(asked: str, evidence: Evidence) -> bool:
    """Whether a slice, or the ledger on it, names somebody at all."""
    words = [word for word in words_of(tidy(asked)) if word.stem]
    capital = [word for word in words if word.text[0].isupper()]
    held = evidence.words | evidence.names
    wanted = capital[-1:] or words[-1:]
    return not wanted or any(word.low in held or word.stem in evidence.stems for word in wanted)


def _agrees(claim: Quote, quote: Quote) -> bool:
    """Whether both say yes or both say no: "denied that he knew" and "said he did not know" are the same."""
    if claim.polarity == quote.polarity or (claim.polarity in WEAKER and quote.polarity == "asserted"):
        return True
    if {claim.polarity, quote.polarity} != {"asserted", "denied"}:
        return False
    mine, theirs = (count_negations(words_of(tidy(one.text))) for one in (claim, quote))
    return (mine + theirs) % 2 == 1


def _possessive(name: str) -> str:
    return f"{name}’" if name.endswith("s") else f"{name}’s"
