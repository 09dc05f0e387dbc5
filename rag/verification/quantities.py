"""Text -> its quantities: numbers in digits or words with their units, "1.2 million", "$3bn", "a dozen", "21st", "an hour"."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.language.words import normalise

_SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen""".split()
_ORDINALS = """zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
    fifteenth sixteenth seventeenth eighteenth nineteenth""".split()
_CARDINAL = {word: number for number, word in enumerate(_SMALL)} | {
    word: 10 * number
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_ORDINAL = {word: number for number, word in enumerate(_ORDINALS)} | {
    f"{word[:-1]}ieth": number for word, number in _CARDINAL.items() if word.endswith("ty")
}
_TIMES = {"hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12}
_TIMES |= {"bn": 1e9, "tn": 1e12, "mn": 1e6}
_OTHERS = {
    "both": 2,
    "twice": 2,
    "double": 2,
    "doubled": 2,
    "pair": 2,
    "couple": 2,
    "thrice": 3,
    "triple": 3,
    "tripled": 3,
}
_SIGNS = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "%": "percent", "°": "degree"}
_UNITS = {
    form: unit
    for unit, forms in {
        "dollar": "dollar dollars usd buck bucks", "euro": "euro euros eur", "pound": "pound pounds quid",
        "cent": "cent cents", "crown": "crown crowns krona kronor",
        "yen": "yen", "rouble": "rouble roubles ruble rubles", "rupee": "rupee rupees", "franc": "franc francs",
        "percent": "percent percentage pct", "degree": "degree degrees celsius fahrenheit",
        "millimetre": "millimetre millimetres millimeter millimeters mm",
        "centimetre": "centimetre centimetres centimeter centimeters cm", "metre": "metre metres meter meters m",
        "kilometre": "kilometre kilometres kilometer kilometers km", "mile": "mile miles", "yard": "yard yards",
        "foot": "foot feet ft", "inch": "inch inches", "acre": "acre acres", "hectare": "hectare hectares",
        "gram": "gram grams gramme grammes",
        "kilogram": "kilogram kilograms kilo kilos kg", "ton": "ton tons", "tonne": "tonne tonnes", "ounce": "ounce ounces",
        "litre": "litre litres liter liters", "gallon": "gallon gallons", "barrel": "barrel barrels",
        "second": "second seconds", "minute": "minute minutes", "hour": "hour hours", "day": "day days",
        "week": "week weeks", "month": "month months", "year": "year years yr yrs", "decade": "decade decades",
        "century": "century centuries", "mph": "mph", "kph": "kph", "knot": "knot knots", "watt": "watt watts",
        "kilowatt": "kilowatt kilowatts kw", "megawatt": "megawatt megawatts mw", "gigawatt": "gigawatt gigawatts gw",
        "am": "am", "pm": "pm",
    }.items()
    for form in forms.split()
}  # fmt: skip
_BETWEEN = frozenset("square cubic nautical metric consecutive straight full more additional whole long us".split())
_JOINS = frozenset("to and or".split())
_TOKEN = re.compile(r"[$€£¥%°]|(?<!\w)\d+(?:,\d{3})+(?:\.\d+)?|(?<!\w)\d+(?:\.\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*")
_HEDGES: dict[str, tuple[float, float]] = (
    dict.fromkeys("about around roughly approximately some nearly almost".split(), (0.9, 1.1))
    | dict.fromkeys("over exceeding above".split(), (1.0, 1.25))
    | dict.fromkeys("under below".split(), (0.75, 1.0))
)
_AT_LEAST, _AT_MOST = (1.0, 1.25), (0.75, 1.0)
_MORE_LESS = {"more": _AT_LEAST, "least": _AT_LEAST, "less": _AT_MOST, "fewer": _AT_MOST, "most": _AT_MOST}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit ("" for none), as written, and where it stands in the plain text.

    ``least`` and ``most`` say what a hedged one can stand for, as factors: "over 1 million" is told of 1,100,000.
    """

    value: float
    unit: str
    text: str
    start: int
    ordinal: bool = False
    least: float = 1.0
    most: float = 1.0

    @property
    def is_year(self) -> bool:
        """Whether it looks like a calendar year."""
        return not self.unit and not self.ordinal and self.value.is_integer() and 1500 <= self.value < 2100


def folded(word: str) -> str:
    """One form for all forms of a number or unit in small letters: "12" for "twelve", "metre" for "meters"; else the word."""
    for known in (_CARDINAL, _ORDINAL):
        if word in known and word != "second":
            return str(known[word])
    return _UNITS.get(word, word) if len(word) > 1 else word


def is_number(word: str) -> bool:
    """Whether a word in small letters is a number, in digits or in words."""
    return word[0].isdecimal() or word in _CARDINAL or word in _TIMES or (word in _ORDINAL and word != "second")


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    start: int
    end: int


def plain(text: str) -> str:
    """The text in the form whose offsets quantities have."""
    return re.sub(r"\b([ap])\.\s?m\b\.?", r"\1m", normalise(text), flags=re.I)


def read_quantities(text: str) -> list[Quantity]:
    """The quantities of a text in :func:`plain` form, in order. One that can be read in two ways stands there twice."""
    tokens = [_Token(match.group().lower(), match.start(), match.end()) for match in _TOKEN.finditer(text)]
    found: list[Quantity] = []
    at = 0
    while at < len(tokens):
        read, at = _read(text, tokens, at)
        found += read
    return _with_shared_units(text, found)


def _read(text: str, tokens: Sequence[_Token], at: int) -> tuple[list[Quantity], int]:
    """The quantity that starts at a token, if one does, and the token after it."""
    sign = _SIGNS.get(tokens[at].word, "") if tokens[at].word in "$€£¥" else ""
    begin = at + bool(sign)
    if begin >= len(tokens):
        return [], at + 1
    parsed = _number(text, tokens, begin)
    if parsed is None:
        return [], at + 1
    value, after, ordinal = parsed
    glued = tokens[after] if after < len(tokens) and tokens[after].start == tokens[after - 1].end else None
    readings = [(value, sign)]
    if glued is not None and glued.word == "m":
        readings = [(value * 1e6, sign)] if sign else [(value, "metre"), (value * 1e6, "")]
        after += 1
    elif glued is not None and glued.word == "k":
        readings, after = [(value * 1e3, sign)], after + 1
    elif not sign and not ordinal:
        unit, after = _unit(text, tokens, after)
        readings = [(value, unit)]
    if tokens[begin].word == "one" and after == begin + 1:
        return [], after  # "one of them" is no number
    written = text[tokens[at].start : tokens[after - 1].end]
    least, most = _hedge(tokens, at)
    return [Quantity(each, unit, written, tokens[at].start, ordinal, least, most) for each, unit in readings], after


def _number(text: str, tokens: Sequence[_Token], at: int) -> tuple[float, int, bool] | None:
    """Value, the token after it, and whether it is an ordinal."""
    word = tokens[at].word
    if word[0].isdecimal():
        value = float(word.replace(",", ""))
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if following and following.start == tokens[at].end and following.word in ("st", "nd", "rd", "th"):
            return value, at + 2, True
        return _multiplied(tokens, value, at + 1)
    if word in ("a", "an"):
        return _indefinite(tokens, at)
    if word in _OTHERS:
        return float(_OTHERS[word]), at + 1, False
    if word == "half":
        return 0.5, at + 1, False
    return _in_words(text, tokens, at)


def _multiplied(tokens: Sequence[_Token], value: float, at: int) -> tuple[float, int, bool]:
    while at < len(tokens) and tokens[at].word.removesuffix("s") in _TIMES:
        value *= _TIMES[tokens[at].word.removesuffix("s")]
        at += 1
    return value, at, False


def _indefinite(tokens: Sequence[_Token], at: int) -> tuple[float, int, bool] | None:
    """Read "a dozen", "an hour", "a million"."""
    following = tokens[at + 1].word if at + 1 < len(tokens) else ""
    if following in _TIMES:
        return _multiplied(tokens, 1.0, at + 1)
    if following in _UNITS and following != "m":
        return 1.0, at + 1, False
    return None


def _in_words(text: str, tokens: Sequence[_Token], at: int) -> tuple[float, int, bool] | None:
    """Read "two hundred and five thousand", "twenty-first"; "first" alone says too little to count."""
    total, group, begin = 0.0, 0.0, at
    while at < len(tokens):
        word = tokens[at].word
        if word in _CARDINAL and (group % 10 == 0 or group == 0) and (group % 100 == 0 or _CARDINAL[word] < 10):
            group += _CARDINAL[word]
        elif word in _TIMES and at > begin:
            if word in ("hundred", "dozen"):
                group = max(1.0, group) * _TIMES[word]
            else:
                total, group = total + max(1.0, group) * _TIMES[word], 0.0
        elif word in _ORDINAL and word != "zeroth" and (at == begin or (0 < _ORDINAL[word] < 10 and group % 10 == 0)):
            is_unit = word == "second" and at > begin
            if is_unit or (word == "first" and at == begin):
                break
            return total + group + _ORDINAL[word], at + 1, True
        elif not (word == "and" and at > begin and tokens[at - 1].word in _TIMES and _goes_on(text, tokens, at)):
            break
        at += 1
    return (total + group, at, False) if at > begin else None


def _goes_on(text: str, tokens: Sequence[_Token], at: int) -> bool:
    """Whether a number goes on after "and": "two hundred and five", not "two hundred, and five others"."""
    return (
        at + 1 < len(tokens)
        and tokens[at + 1].word in _CARDINAL
        and "," not in text[tokens[at - 1].end : tokens[at].start]
    )


def _unit(text: str, tokens: Sequence[_Token], at: int) -> tuple[str, int]:
    """The unit that stands after a number, maybe after one word more, and the token after it."""
    for skipped in (0, 1):
        place = at + skipped
        if place >= len(tokens) or (skipped and tokens[at].word not in _BETWEEN):
            break
        word = tokens[place].word
        gap = text[tokens[place - 1].end : tokens[place].start]
        if gap.strip(" -"):
            break
        if word == "per" and place + 1 < len(tokens) and tokens[place + 1].word == "cent":
            return "percent", place + 2
        if word in _UNITS or word in ("%", "°"):
            return _UNITS.get(word) or _SIGNS[word], place + 1
    return "", at


def _hedge(tokens: Sequence[_Token], at: int) -> tuple[float, float]:
    before = tokens[at - 1].word if at else ""
    if before in _HEDGES:
        return _HEDGES[before]
    two, three = (tokens[at - back].word if at >= back else "" for back in (2, 3))
    if before == "than" and three in ("no", "not"):
        return _AT_MOST if two == "more" else _AT_LEAST
    if before == "than" or two == "at":
        return _MORE_LESS.get(two if before == "than" else before, (1.0, 1.0))
    return _AT_MOST if (two, before) == ("up", "to") else (1.0, 1.0)


def _with_shared_units(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """Give both numbers of "10 to 12 metres" the unit, and the "5" of "$5 to $6 million" the millions as another reading."""
    shared: list[Quantity] = []
    for number, one in enumerate(found):
        shared.append(one)
        if number + 1 == len(found) or one.ordinal:
            continue
        following = found[number + 1]
        gap = text[one.start + len(one.text) : following.start].strip()
        if gap not in _JOINS and gap != "-":
            continue
        unit = one.unit or following.unit
        if unit != one.unit:
            shared[-1] = Quantity(one.value, unit, one.text, one.start, False, one.least, one.most)
        scale = next((times for times in (1e12, 1e9, 1e6, 1e3) if following.value >= times), 1.0)
        if one.value < 1e3 <= scale:
            shared.append(Quantity(one.value * scale, unit, one.text, one.start))
    return shared


def is_met(claimed: Quantity, found: Quantity) -> bool:
    """Whether a quantity of the source can be what a sentence means: the same number, or one that its hedge allows."""
    if claimed.ordinal and not found.ordinal and found.unit:
        return False
    low, high = claimed.value * claimed.least, claimed.value * claimed.most
    same = low <= found.value <= high or math.isclose(claimed.value, found.value, rel_tol=1e-9)
    if claimed.value == 0.5 and not claimed.unit:
        return same or (found.value == 50 and found.unit == "percent")
    return same
