"""How many sentences an answer shows: as many as it takes for the one that answers to be likely among them."""

from __future__ import annotations

import numpy as np
import pytest

from rag.answering.evidence import Evidence, chances
from rag.answering.extractive import MOST_SENTENCES, _choose
from rag.types import Article

TEXTS = (
    "The harbour of Lindvik reopened on Tuesday.",
    "Repairs to the quay cost 4.2 million crowns.",
    "Fishermen asked for help with lost nets.",
    "The ferry sails again from Friday.",
    "A storm had broken two cranes in March.",
)


def evidence(*scored: tuple[str, float]) -> list[Evidence]:
    """A sentence each of articles of their own, by score."""
    made = [(Article.from_text(text), score) for text, score in scored]
    return [Evidence(one, 0, 0, len(one.text), 0.5, 0.0, 0.0, 1.0, 4.0, 0.0, 0.0, None, score) for one, score in made]


def test_chances_are_those_of_one_answer_among_the_sentences() -> None:
    found = chances(evidence((TEXTS[0], np.log(6.0)), (TEXTS[1], np.log(3.0)), (TEXTS[2], 0.0)))
    np.testing.assert_allclose(found, [0.6, 0.3, 0.1])


def test_chances_of_very_large_scores_are_finite() -> None:
    np.testing.assert_allclose(chances(evidence((TEXTS[0], 900.0), (TEXTS[1], 900.0))), [0.5, 0.5])


@pytest.mark.parametrize(
    ("scores", "shown"),
    [
        ([9.0, 1.0, 0.0, 0.0, 0.0], 1),  # there is no doubt
        ([2.0, 1.9, -3.0, -3.0, -3.0], 2),  # two that are as likely, and nothing else
        ([1.0, 1.0, 1.0, 1.0, 1.0], MOST_SENTENCES),
    ],
)
def test_as_many_sentences_as_it_takes(scores: list[float], shown: int) -> None:
    found = evidence(*zip(TEXTS, scores, strict=True))
    assert _choose(found) == found[:shown]


def test_what_repeats_another_sentence_is_left_out_and_its_chance_counts() -> None:
    copy = TEXTS[0].replace("reopened", "reopened,")
    found = evidence((TEXTS[0], 2.0), (copy, 2.0), (TEXTS[1], -2.0))
    assert _choose(found) == found[:1]
