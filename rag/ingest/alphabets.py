"""In which single-byte encoding the letters of a text make sense: those of a Latin text are all of one language."""

from __future__ import annotations

import re

_CENTRAL = ("cp1250", "iso8859-2")
# The letters beyond ASCII of a language, and the encodings it is written in; where two fit, the first is the likelier.
_LANGUAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("äöüß", ("cp1252",)),  # German
    ("àâæçéèêëîïôœùûüÿ", ("cp1252", "iso8859-15")),  # French
    ("áéíóúüñ", ("cp1252",)),  # Spanish
    ("ãõáéíóúâêôçà", ("cp1252",)),  # Portuguese
    ("àèéìíîòóùú", ("cp1252",)),  # Italian
    ("æøåéèêòôóü", ("cp1252",)),  # Danish, Norwegian
    ("åäöéüàšž", ("cp1252", "iso8859-15")),  # Swedish, Finnish
    ("áéíóúèëêïöüä", ("cp1252",)),  # Dutch
    ("àçèéíïòóúü", ("cp1252",)),  # Catalan
    ("ąćęłńóśźż", _CENTRAL),  # Polish
    ("áčďéěíňóřšťúůýž", _CENTRAL),  # Czech
    ("áäčďéíĺľňóôŕšťúýž", _CENTRAL),  # Slovak
    ("áéíóöőúüű", _CENTRAL),  # Hungarian
    ("ăâîşţ", _CENTRAL),  # Romanian
    ("čćđšž", _CENTRAL),  # Croatian, Slovene
    ("çğıi̇öşüâîû", ("cp1254",)),  # Turkish
    ("áðéíóúýþæö", ("cp1252",)),  # Icelandic
)
_ALPHABETS = tuple((encoding, frozenset(letters)) for letters, encodings in _LANGUAGES for encoding in encodings)
# What stands in a word where a letter should: "powiedzia³" and "£ukasz" are not Western; "5 m³", "¿Qué" and "£5" are.
_MISREAD = re.compile(
    r"[\x80-\x9f]|(?<=[^\W\d_])[¿¡±¶¼½¾£¥×÷ªº¤¦¨¸ˇ](?=[^\W\d_])|[£¥±¶¦¤][^\W\d_]{2}|[^\W\d_]{3}[¹²³±¶¼¿£]|[¹²³][^\W\d_]"
)


def encoding_of(data: bytes) -> str | None:
    """The likeliest encoding of a Latin text that is not UTF-8; None where its letters are of no language known here."""
    texts: dict[str, str | None] = {}
    for encoding, alphabet in _ALPHABETS:
        if encoding not in texts:
            texts[encoding] = _plausible(data, encoding)
        text = texts[encoding]
        if (
            text is not None
            and {one for one in text.lower() if one > "\x7f" and one.isalpha()} - {"ª", "º"} <= alphabet
        ):
            return encoding
    return None


def _plausible(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if _MISREAD.search(text) else text
