"""Who is described in other words than a name: by an apposition, and by nothing else."""

from __future__ import annotations

import pytest

from rag.descriptions import described_by, is_described


@pytest.mark.parametrize(
    ("asked", "text", "speaker"),
    [
        ("the opposition leader", "Ada Brandt, who leads the opposition on the council, blamed both.", "Ada Brandt"),
        ("the union man", "“No,” said Karl Winter, the union’s chief negotiator.", "Karl Winter"),
        ("the union negotiator", "The union’s chief negotiator, Karl Winter, denied it.", "Karl Winter"),
        ("spokeswoman for the port", "Its plans, Ada Brandt, the spokesperson of the port, said, are new.", "Ada Brandt"),
        ("the retired judge", "Ada Brandt, a judge who retired in May, leads it.", "Ada Brandt"),
        ("the dam’s superintendent", "Karl Winter, the superintendent of the dam, was asleep.", "Karl Winter"),
    ],
)  # fmt: skip
def test_who_is_described(asked: str, text: str, speaker: str) -> None:
    assert is_described(described_by(asked), text, speaker)


@pytest.mark.parametrize(
    ("asked", "text", "speaker"),
    [
        ("the opposition leader", "Ada Brandt met the leader of the opposition, Karl Winter, on Monday.", "Ada Brandt"),
        ("the opposition leader", "Ada Brandt, the mayor, spoke. The opposition has no leader.", "Ada Brandt"),
        ("the minister", "Ada Brandt, who works for the ministry, said no.", "Ada Brandt"),
        ("the union man", "The union said no, Karl Winter, a baker, told us.", "Karl Winter"),
        ("the union man", "Winter, the union’s negotiator, said no.", "Winter"),
        ("Ada Brandt", "Ada Brandt, the mayor, said no.", "Ada Brandt"),
        ("the man", "Karl Winter, the man at the gate, said no.", "Karl Winter"),
    ],
)
def test_who_is_not_described(asked: str, text: str, speaker: str) -> None:
    assert not is_described(described_by(asked), text, speaker)
