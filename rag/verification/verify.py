"""A sentence and the slices it cites -> whether it is verbatim, supported or unsupported, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.embedding import Encoder
from rag.types import Support
from rag.verification.evidence import Evidence, Said, Source, tidy
from rag.verification.facts import wrong_facts
from rag.verification.names import missing_names
from rag.verification.negation import contradiction
from rag.verification.quoted import altered_quotes, is_whole
from rag.verification.sayings import misattribution
from rag.verification.swaps import swapped


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sentence is worth: its support, a score from 0 to 1, and in words what is wrong with it."""

    support: Support
    score: float
    reasons: tuple[str, ...] = ()


class Verifier:
    """Checks sentences against what they cite, and only that. Thread-safe."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def verify(self, sentence: str, sources: Sequence[Source]) -> Verdict:
        """The verdict on a sentence that cites these slices; one that cites nothing is unsupported."""
        text = tidy(sentence)
        evidence = Evidence(sources)
        reasons = faults(text, evidence)
        if not reasons and is_whole(text, evidence):
            return Verdict("verbatim", 1.0)
        return Verdict("unsupported" if reasons else "supported", 1.0, tuple(reasons))


def faults(sentence: str, evidence: Evidence) -> list[str]:
    """What a tidy sentence says that its slices do not, one reason each."""
    said = Said(sentence, 0)
    found = [f"the words “{words}” do not occur in the cited paragraph" for words in altered_quotes(sentence, evidence)]
    found += wrong_facts(sentence, evidence)
    found += [f"the name “{name}” does not occur in the cited paragraph" for name in missing_names(sentence, evidence)]
    if not found and (pair := swapped(said, evidence)):
        found.append(f"the sentence says “{pair[0]}” where the cited paragraph says “{pair[1]}”")
    if reason := contradiction(said, evidence):
        found.append(reason)
    if reason := misattribution(sentence, evidence):
        found.append(reason)
    return found
