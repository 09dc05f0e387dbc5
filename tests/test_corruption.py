"""Sentences and lies by program: of a hand-built record, the same for the same seed, each with one thing changed."""

from __future__ import annotations

from typing import Any

import numpy as np

from evals.corruption import KINDS, corrupt, tell
from evals.training.train_support import auroc, balanced_accuracy, fit, folds

TEXT = (
    "Ines Feld said that the bridge in Karlin would not open before Monday.\n"
    "She had spoken to the town of Sund.\n"
    "Jonas Astor told reporters that 14 of the ferries were late.\n"
    "He denied it."
)


def record() -> dict[str, Any]:
    """The gold of the text above, in the data's form."""
    quotes = []
    for speaker, cue, words in (
        ("Ines Feld", "said", "that the bridge in Karlin would not open before Monday"),
        ("Jonas Astor", "told", "that 14 of the ferries were late"),
        ("He", "denied", "it"),
    ):
        start = TEXT.index(words)
        paragraph = TEXT.count("\n", 0, start)
        quotes.append(
            {
                "text": words, "start": start, "end": start + len(words), "spans": [[start, start + len(words)]],
                "speaker": speaker, "speaker_start": TEXT.index(speaker), "cue": cue, "cue_start": TEXT.index(cue),
                "speech": True, "para": [paragraph, paragraph],
            }
        )  # fmt: skip
    starts = [0, *(at + 1 for at, sign in enumerate(TEXT) if sign == "\n")]
    return {
        "id": "a",
        "text": TEXT,
        "quotes": quotes,
        "paragraphs": [{"i": i, "start": at} for i, at in enumerate(starts)],
    }


def test_sentences_are_made_of_named_speakers_and_their_words() -> None:
    assert [(one.sentence, one.paragraphs) for one in tell(record())] == [
        ("Ines Feld said that the bridge in Karlin would not open before Monday.", (0,)),
        ("Jonas Astor said that 14 of the ferries were late.", (2,)),
    ]


def test_each_lie_changes_one_thing_and_a_seed_gives_the_same_lies() -> None:
    told = tell(record())
    lies = corrupt(told, {"a": record()}, each=1, seed=3)
    assert [one.kind for one in lies] == list(KINDS)
    assert lies == corrupt(told, {"a": record()}, each=1, seed=3)
    by_kind = {one.kind: one for one in lies}
    assert by_kind["speaker"].sentence in (
        "Jonas Astor said that the bridge in Karlin would not open before Monday.",
        "Ines Feld said that 14 of the ferries were late.",
    )
    assert "14" not in by_kind["number"].sentence
    assert "Monday" not in by_kind["date"].sentence
    assert "Karlin" not in by_kind["name"].sentence
    assert by_kind["negation"].sentence not in [one.sentence for one in told]
    assert all(one.sentence not in [other.sentence for other in told] for one in lies)


def test_weights_part_what_can_be_parted() -> None:
    rows = np.array([[0.0, 1.0], [0.1, 0.0], [0.9, 1.0], [1.0, 0.0]] * 5)
    labels = rows[:, 0] > 0.5
    weights, bias = fit(rows, labels, np.ones(len(rows)))
    scores = rows @ weights + bias
    assert auroc(labels, scores) == 1.0
    assert balanced_accuracy(labels, scores >= 0) == 100.0
    assert weights[0] > abs(weights[1])


def test_ties_count_half() -> None:
    assert auroc(np.array([True, False]), np.array([0.5, 0.5])) == 0.5


def test_claims_on_one_document_share_a_fold() -> None:
    parts = folds(["b", "a", "b", "c"])
    assert parts[0] == parts[2]
    assert len(set(parts.tolist())) == 3
