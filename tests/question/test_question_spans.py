"""Names that a reader cut are made whole; what is whole stays as it is."""

from __future__ import annotations

import pytest

from rag.question.spans import whole_names


def whole(text: str, *parts: str) -> list[str]:
    spans: list[tuple[int, int]] = []
    for part in parts:
        start = text.index(part, spans[-1][1] if spans else 0)
        spans.append((start, start + len(part)))
    return [text[start:end] for start, end in whole_names(text, spans)]


@pytest.mark.parametrize(
    ("text", "parts", "names"),
    [
        ("all quotes by Ines Okafor", ["Okafor"], ["Ines Okafor"]),
        ("What did Ines Okafor’s office say?", ["Ines"], ["Ines Okafor"]),
        ("Compare the harbour master and the mayor", ["harbour master", "the", "mayor"], ["harbour master", "the mayor"]),
        ("Compare the mayor of Lindal and Okafor", ["the", "mayor of", "Lindal", "Okafor"], ["the mayor of Lindal", "Okafor"]),
        ("what did the head of the port say", ["the head", "port"], ["the head of the port"]),
        ("how did the mayor's view change", ["the", "mayor's"], ["the mayor"]),
        ("Did Okafor say so?", ["Okafor"], ["Okafor"]),
        ("List quotes by Lind Okafor", ["Lind", "Okafor"], ["Lind", "Okafor"]),
        ("Compare Ines Okafor with Lind", ["Ines Okafor", "Lind"], ["Ines Okafor", "Lind"]),
        ("What's Tomas Lind say?", ["Tomas Lind"], ["Tomas Lind"]),
        ("Quotes Lind gave", ["Lind"], ["Lind"]),
        ("WHAT DID INES OKAFOR SAY?", ["OKAFOR"], ["OKAFOR"]),
        ("what did ines okafor say", ["okafor"], ["okafor"]),
        ("what did the say", ["the"], []),
        ("Quotes of the Vell Valley Water board", ["Vell"], ["Vell Valley Water"]),
    ],
)  # fmt: skip
def test_names_are_whole(text: str, parts: list[str], names: list[str]) -> None:
    assert whole(text, *parts) == names
