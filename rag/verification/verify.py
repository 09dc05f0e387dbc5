"""A sentence and the slices it cites -> whether it is verbatim, supported or unsupported, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Encoder
from rag.quotes import extract_quotes
from rag.types import Article, Quote, Support
from rag.verification.attribution import unattributed
from rag.verification.certainty import too_sure
from rag.verification.counts import miscounted
from rag.verification.evidence import LONGEST, Evidence, Said, Source, tidy, words_of
from rag.verification.facts import wrong_facts
from rag.verification.measured import moved
from rag.verification.names import missing_names, unknown_address
from rag.verification.negation import contradiction
from rag.verification.quoted import altered_quotes, is_whole
from rag.verification.relations import turned_round
from rag.verification.roles import turned_to_another
from rag.verification.sayings import misattribution, spelled_out
from rag.verification.support import WordVectors, features, support_score, unrelated
from rag.verification.swaps import swapped
from rag.verification.titles import wrong_title

SURE_ENOUGH, SURE_ENOUGH_OF_MANY = 0.46, 0.6
"""A sentence is supported from the first score on; from the second where it cites more than ``FEW`` sentences.

In a whole article the words of nearly any sentence are found somewhere. The second is read off qags' dev half, which
`python -m evals.training.train_support` prints; the first lies between the hand-built honest sentences of the tests, all
above 0.47, and claims of another paragraph, all below 0.45.
"""
FEW = 8
CHECKS = (
    unknown_address,
    contradiction,
    miscounted,
    moved,
    turned_to_another,
    wrong_title,
    unattributed,
    turned_round,
    too_sure,
)
"""What true words can tell wrongly, each check with its reason."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sentence is worth: its support, a score from 0 to 1, and in words what is wrong with it.

    ``contradicted`` is whether the slices have it otherwise, and not only too little of it.
    """

    support: Support
    score: float
    reasons: tuple[str, ...] = ()
    contradicted: bool = False


class Verifier:
    """Checks sentences against what they cite, and only that. ``read`` finds the sayings in a sentence, as in an article."""

    def __init__(self, encoder: Encoder, read: Callable[[Article], Sequence[Quote]] = extract_quotes) -> None:
        self._vectors = WordVectors(encoder)
        self._read = read

    def prepare(self, sources: Sequence[Source]) -> None:
        """Read slices for their meaning ahead of the sentences that will cite them; these then cost less."""
        self._vectors.of(Evidence(sources).sentences)

    def verify(self, sentence: str, sources: Sequence[Source]) -> Verdict:
        """The verdict on a sentence that cites these slices; one that cites nothing is unsupported.

        Raises ModelError if the encoder or the tagger cannot be loaded.
        """
        text, evidence = tidy(sentence), Evidence(sources)
        if not evidence.sentences:
            return Verdict("unsupported", 0.0, ("the sentence cites nothing",))
        text = text if is_whole(text, evidence) else spelled_out(text)
        if len(words_of(text)) > LONGEST and not is_whole(text, evidence):
            return Verdict("unsupported", 0.0, ("the sentence is too long to be checked",))
        said = Said(text, 0)
        quoted, facts, names = _missing(text, evidence)
        faults = [*quoted, *facts, *names]
        if not faults:
            if is_whole(text, evidence):
                return Verdict("verbatim", 1.0)
            pair = swapped(said, evidence)
            faults = [f"the sentence says “{pair[0]}” where the cited paragraph says “{pair[1]}”"] if pair else []
        otherwise = [one for check in CHECKS if (one := check(said, evidence))]
        faults += otherwise
        faults += [one for one in (misattribution(text, evidence, self._read),) if one]
        score = support_score(features(said, evidence, self._vectors, len(facts), len(names), len(quoted)))
        if not faults and (word := unrelated(said, evidence, self._vectors)):
            faults = [f"the cited paragraph says nothing of “{word}”"]
        if not faults and score < (SURE_ENOUGH if len(evidence.sentences) <= FEW else SURE_ENOUGH_OF_MANY):
            faults = [_too_little(said, evidence)]
        return Verdict("unsupported" if faults else "supported", score, tuple(faults), bool(otherwise))

    def features(self, sentence: str, sources: Sequence[Source]) -> NDArray[np.float64]:
        """What the score is computed from, shape (len(FEATURES),): for fitting its weights."""
        text, evidence = tidy(sentence), Evidence(sources)
        quoted, facts, names = _missing(text, evidence)
        return features(Said(text, 0), evidence, self._vectors, len(facts), len(names), len(quoted))


def _missing(sentence: str, evidence: Evidence) -> tuple[list[str], list[str], list[str]]:
    """Quoted words, numbers and days, and names of a tidy sentence that the slices do not hold, each with the reason."""
    quoted = [
        f"the words “{words}” do not occur in the cited paragraph" for words in altered_quotes(sentence, evidence)
    ]
    names = [f"the name “{name}” does not occur in the cited paragraph" for name in missing_names(sentence, evidence)]
    return quoted, wrong_facts(sentence, evidence), names


def _too_little(said: Said, evidence: Evidence) -> str:
    """Why the score is low, by the words of the sentence that no slice holds."""
    absent = list(dict.fromkeys(word.text for word in said.words if word.stem and word.stem not in evidence.stems))
    if not absent:
        return "the cited paragraph has the words, but does not put them together so"
    return f"the cited paragraph says nothing of {', '.join(f'“{word}”' for word in absent[:4])}"
