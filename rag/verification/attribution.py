"""What a source only reports somebody to have said, told as if it were so: the speaker must not be left out."""

from __future__ import annotations

from rag.language.speech import is_speech
from rag.quotes.lexicon import FEMALE_NAMES, INSTITUTIONS, MALE_NAMES, ORGANIZATION_WORDS
from rag.speakers import take_apart
from rag.types import Quote
from rag.verification.clauses import is_told
from rag.verification.evidence import Evidence, Said, tidy, words_of

MOST = 0.75
"""The share of a sentence's topic words that a statement and its speaker's name have to hold for it to be told."""
_DETERMINERS = frozenset("a an the his her its their this that no".split())
_DEEDS = frozenset("take takes took give gives gave make makes made put puts see sees saw stand stands stood".split())
_NO_FACT = frozenset({"denied", "not_said", "conditional", "future"})


def unattributed(said: Said, evidence: Evidence) -> str | None:
    """Why a sentence tells as a fact what a person says, or what somebody denies; None if it does not.

    What an office or a company says of itself may be told so: news does.
    """
    if not said.topics or '"' in said.text:
        return None
    held = [(quote, _share(said, quote)) for quote, _ in evidence.quotes if quote.speaker]
    quote, share = max(held, key=lambda one: one[1], default=(None, 0.0))
    if (
        quote is None
        or quote.speaker is None
        or share < MOST
        or _names_a_speaker(said, quote, evidence)
        or _is_narrated(said, quote, share, evidence)
    ):
        return None
    if quote.polarity in _NO_FACT or _is_person(quote.speaker.name or ""):
        return f"the cited paragraph only has it as the words of {quote.speaker.name or quote.speaker.mention}"
    return None


def _names_a_speaker(said: Said, quote: Quote, evidence: Evidence) -> bool:
    """Whether a word says that somebody says something, as "gave the reason that" does, too.

    "A warning" does not, nor a "warned" that is told of itself.
    """
    cues = {word.low for other, _ in evidence.quotes if other.cue for word in words_of(tidy(other.cue.text))}
    own = {word.low for word in words_of(tidy(quote.text))} - cues
    return any(
        word.low == "according"
        or (is_told(said, place) and _names_them(said, quote))
        or (
            is_speech(word.low)
            and word.low not in _DEEDS
            and not word.low.endswith("ing")
            and said.word_at(place - 1) not in _DETERMINERS
        )
        for place, word in enumerate(said.words)
        if word.low not in own
    )


def _names_them(said: Said, quote: Quote) -> bool:
    """Whether a sentence names the speaker: "the reason that prices rise" gives nobody's reason."""
    name = (quote.speaker and quote.speaker.name) or ""
    return any(word.stem in said.topics for word in words_of(tidy(name)) if word.stem)


def _share(said: Said, quote: Quote) -> float:
    speaker = (quote.speaker and quote.speaker.name) or ""
    held = {word.stem for word in words_of(tidy(f"{quote.text} {speaker}"))}
    return len(said.topics & held) / len(said.topics)


def _is_narrated(said: Said, quote: Quote, share: float, evidence: Evidence) -> bool:
    """Whether the slices have as much of it outside that statement."""
    words = tidy(quote.text)
    rest = {word.stem for text in evidence.texts for word in words_of(text.replace(words, " "))}
    return len(said.topics & rest) / len(said.topics) >= share


def _is_person(name: str) -> bool:
    """Whether a speaker is a person by the name: two names or more, none of them of an institution, or a given name."""
    proper = take_apart(name).proper
    if set(proper) & (INSTITUTIONS | ORGANIZATION_WORDS) or not name[:1].isupper():
        return False
    return len(proper) > 1 or bool(set(proper) & (MALE_NAMES | FEMALE_NAMES))
