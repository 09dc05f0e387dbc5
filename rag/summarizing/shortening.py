"""A sentence made shorter by deletion only: a dateline, a leading connective, an aside. Offsets in, offsets out.

What says who claims it is never deleted, nor anything in quotation marks, nor a number.
"""

from __future__ import annotations

import re

Kept = tuple[tuple[int, int], ...]
"""The slices that are left of a sentence, in order; put together as they are, they make the shorter one."""

_DATELINE = re.compile(
    r"(?:[A-Z][\w .,'’/-]{1,45}?)?\( ?[A-Za-z][\w ./]{1,24}\)\s*(?:--|[-—–])\s*"
    r"|(?:[A-Z][\w.'’-]*[ /,]{1,2}){0,5}\( ?(?:[A-Z]{2,}|[A-Z][a-z]+)(?: [A-Z]\w+)? ?\)\s+(?=[A-Z“\"])"
    r"|\( ?[A-Za-z][A-Za-z .]{1,14}\)\s+(?=\S)"
    r"|[A-Z]{3}[A-Z ,.'’/-]{0,30}(?:, [A-Z][a-z]+\.?)? (?:--|[—–]) "
)
BULLET = re.compile(r"(?:[►▶•●■▪*·]|--?|[–—])\s*")
_CONNECTIVE = re.compile(
    r"(?:however|but|and|meanwhile|moreover|furthermore|in addition|additionally|also|indeed|of course|in the meantime),? ",
    re.I,
)
_PARENTHESES = re.compile(r"\s?\([^()\d\"“”]{1,40}\)")
_DASHES = re.compile(r"\s(?:--|[—–])\s[^\d\"“”()—–]{3,90}?\s(?:--|[—–])(?=\s)")
# Between a subject and its verb only: what follows a clause elsewhere may go on with it ("where shops are shut, trains
# stand still and …").
_RELATIVE = re.compile(
    r"\s?,\s(?:who|which|whose)\s[^\d\"“”()—–,;:]{5,110}?\s?,(?=\s(?:is|are|was|were|has|have|had|does|did|will|would|can|"
    r"could|may|might|must|should|says|said|told|went|made|took|came|left|gave|became|began|won|lost|fell|rose|[a-z]{3,}ed)\b)"
)
_SAYS = re.compile(
    r"\b(?:said|says|told|according|claim(?:s|ed)?|den(?:y|ies|ied)|alleged(?:ly)?|accus\w+|not|never|no|only)\b", re.I
)
_SUBORDINATE = re.compile(
    r"(?:while|when|whenever|if|although|though|as|because|since|after|before|once|where|until|unless)\b", re.I
)
FEWEST_LEFT = 6  # words


def shorten(text: str, *, opens: bool, has_case: bool = True) -> Kept:
    """What is left of a sentence; ``opens`` says that it stands at the head of a paragraph, where a dateline may be."""
    start = bullet.end() if opens and (bullet := BULLET.match(text)) else 0
    if opens and (match := _DATELINE.match(text, start)) and _can_begin(text[match.end() :], has_case):
        start = match.end()
    if (match := _CONNECTIVE.match(text, start)) and _can_begin(text[match.end() :], has_case):
        start = match.end()
    cuts = [(0, start)] if start else []
    # "While they vote – in May, say – parties wait": without the dashes no mark parts the clauses
    asides = (_PARENTHESES, _RELATIVE) if _SUBORDINATE.match(text, start) else (_PARENTHESES, _DASHES, _RELATIVE)
    for pattern in asides:
        for match in pattern.finditer(text, start):
            clear = not any(left < match.end() and match.start() < right for left, right in cuts)
            if (
                clear
                and match.start() > start
                and not _SAYS.search(match.group())
                and not _is_quoted(text, match.start())
            ):
                cuts.append(match.span())
    kept = _between(sorted(cuts), len(text))
    left = sum(len(text[a:b].split()) for a, b in kept)
    return kept if left >= FEWEST_LEFT else ((0, len(text)),)


def _can_begin(rest: str, has_case: bool) -> bool:
    """Whether a sentence can begin so without a letter being changed."""
    return bool(rest) and (not has_case or rest[0].isupper() or rest[0].isdigit())


def _is_quoted(text: str, position: int) -> bool:
    before = text[:position]
    opened = before.count("“") - before.count("”") + before.count("``") - before.count("''")
    return opened > 0 or before.count('"') % 2 == 1


def _between(cuts: list[tuple[int, int]], length: int) -> Kept:
    kept: list[tuple[int, int]] = []
    at = 0
    for left, right in cuts:
        if left > at:
            kept.append((at, left))
        at = right
    if at < length:
        kept.append((at, length))
    return tuple(kept)
