"""What articles say to a machine that reads them: found, and made plain words that can close no marker and start no turn."""

from __future__ import annotations

import re
import unicodedata

# What opens or closes a turn, a marker or a tag for some model or other, told by signs that are harmless everywhere.
_SIGNS = str.maketrans("<>|`#\\", "‹›/' /")
_FORMAT = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
_TURN = re.compile(r"\b(speaker|system|user|assistant|human|ai|im_start|im_end|endoftext|inst|sys)\b(\s*[:›/])", re.I)
_MARKED = re.compile(r"\(\s*\^?\s*(\d{1,3}(?:\s*[,;-]\s*\d{1,3})*)\s*\)")
_MACHINE = r"(?:ai|assistants?|language models?|llms?|chatbots?)"
_TO_A_MODEL = re.compile(
    r"<\|\w+\|?>?|\[/?INST\]|<</?SYS>>|</?s>"
    r"|\b(?:ignore|disregard|forget|override)\s+(?:\w+\s+){0,4}?(?:instructions?|prompts?|passages?)\b"
    r"|\bsystem\s+(?:prompt|message|note|instruction)s?\b"
    rf"|\byou are (?:now\s+)?(?:an?\s+|the\s+)?{_MACHINE}\b|\b(?:dear|attention|note to)[,:]?\s+(?:all\s+|the\s+)?{_MACHINE}\b"
    r"|\b(?:reply|respond|answer|output|print|cite|write)\s+(?:(?:only|with|as|passage)\s+){0,3}(?:[\"'“‘]?NONE\b|[\[(【]\s*\d)"
    r"|\b(?:end|beginning|start) of (?:the )?(?:passages?|evidence|context)\b"
    r"|^\s*(?:system|assistant|user|human)\s*:",
    re.I | re.M,
)
"""What is said to a language model, not to a reader."""
_PASSAGE = re.compile(r"\bpassage(s?)(?=\s*\d)", re.I)


def speaks_to_a_model(text: str) -> bool:
    """Whether a text talks to the machine that reads it. No model is shown such a paragraph; the other engines still are."""
    return bool(_TO_A_MODEL.search(unicodedata.normalize("NFKC", _FORMAT.sub("", text))))


def _harmless(one: str) -> str:
    if "！" <= one <= "～":  # full-width forms of ASCII
        one = unicodedata.normalize("NFKC", one)
    category = unicodedata.category(one)
    if category[0] in "CZ":
        return " "
    if one in "„‚":  # quotation marks
        return one
    return {"Ps": "(", "Pe": ")"}.get(category, one)


def harmless(text: str) -> str:
    """A text as one line of plain words: no control or format characters, none that models take for tags, turns or markers."""
    plain = "".join(map(_harmless, text)).translate(_SIGNS)
    plain = _TURN.sub(r"\1,", _MARKED.sub(r"\1", plain))
    return " ".join(_PASSAGE.sub(r"part\1", plain).split())
