"""Whether a text holds a phrase, whatever the quote marks, spaces and ways to write a number."""

from __future__ import annotations

import re
import unicodedata

_MARKS = str.maketrans(dict.fromkeys("‘’‚‛′`´", "'") | dict.fromkeys("“”„«»″", '"') | dict.fromkeys("‐‑‒–—―−", "-"))


def plain(text: str) -> str:
    """Lower case, straight marks, no double quotes, single spaces; ``20 per cent`` and ``20 percent`` become ``20%``."""
    text = unicodedata.normalize("NFKC", text.translate(_MARKS)).translate(_MARKS).lower()
    text = re.sub(r"''|\"|(?<!\w)'|'(?!\w)", "", text)
    text = re.sub(r"(\d)\s*(?:per ?cent\b|%)", r"\1%", text)
    text = re.sub(r"(\d)\s*(?:mn|m|million)\b", r"\1 million", text)
    text = re.sub(r"(\d)\s*(?:bn|billion)\b", r"\1 billion", text)
    return " ".join(text.split())


def holds(text: str, phrase: str) -> bool:
    """Whether ``phrase`` stands in ``text`` from the start of a word on; a number does not run on into more digits."""
    wanted = plain(phrase).strip(" .,;:!?")
    if not wanted:
        return False
    ends = r"(?![.,]?\d)" if wanted[-1].isdigit() else ""
    return re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(wanted)}{ends}", plain(text)) is not None
