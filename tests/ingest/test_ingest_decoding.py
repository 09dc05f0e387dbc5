"""Bytes to text."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import SourceError
from rag.ingest.decoding import decode

SENTENCE = "“Grüße,” said the mayor – the café’s guest."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_common_encodings_are_told_apart(encoding: str) -> None:
    assert decode(SENTENCE.encode(encoding)) == SENTENCE


def test_utf_16_of_either_byte_order_is_read() -> None:
    assert decode(b"\xff\xfe" + SENTENCE.encode("utf-16-le")) == SENTENCE
    assert decode(b"\xfe\xff" + SENTENCE.encode("utf-16-be")) == SENTENCE


def test_a_text_in_another_alphabet_is_detected() -> None:
    text = "Мост через реку откроют весной, сообщил мэр города в среду вечером. " * 20
    assert decode(text.encode("cp1251")) == text


def test_bytes_that_are_no_cp1252_are_still_read() -> None:
    assert decode(b"caf\xe9 \x81") == "café \x81"


def test_utf_8_with_a_broken_byte_stays_utf_8() -> None:
    text = "Müller, Weiß, Löwe, Jäger, Grün, Größe, Straße"
    assert decode(text.encode() + b"\xc3") == text + "\ufffd"


def test_a_declared_charset_is_believed_unless_the_bytes_are_utf_8() -> None:
    assert decode("Łódź".encode("iso-8859-2"), "iso-8859-2") == "Łódź"
    assert decode("Łódź".encode(), "iso-8859-2") == "Łódź"
    assert decode("it’s".encode("cp1252"), "ISO-8859-1") == "it’s"
    assert decode(b"caf\xe9", "no-such-charset") == "café"
    assert decode(b"caf\xe9", "zlib") == "café"


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\nstream", b"PK\x03\x04rest", b"\x89PNG\r\n", bytes(range(256)) * 4, b"\x00\x01\x02", b"\0" * 9]
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match="is not text"):
        decode(data)


def test_a_stray_nul_does_not_make_a_text_binary() -> None:
    assert decode(b"The bridge\x00 opens.") == "The bridge\x00 opens."


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "iso-8859-1", "shift_jis", "hex", "?"]))
def test_any_bytes_are_text_or_refused(data: bytes, declared: str | None) -> None:
    with contextlib.suppress(SourceError):
        decode(data, declared).encode("utf-8", "strict")


@pytest.mark.parametrize(
    ("text", "encodings"),
    [
        ("Łukasz Świątek powiedział, że może już wrócić do źródła.", ["cp1250", "iso8859-2"]),
        ("Jiří Dvořák řekl, že most bude otevřen příští týden.", ["cp1250", "iso8859-2"]),
        ("Gábor Őri azt mondta, hogy a híd jövőre nyílik, és büszke rá.", ["cp1250", "iso8859-2"]),
        ("Belediye başkanı Ayşe Işık köprünün açılacağını söyledi.", ["cp1254"]),
        ("Der Bürgermeister Jürgen Groß sagte, die Brücke sei „fertig“.", ["cp1252"]),
        ("¿Qué dijo José Núñez? El puente costó 5 m³ de hormigón.", ["cp1252"]),
        ("Þórður Ægisson sagði að brúin yrði opnuð í maí.", ["cp1252"]),
        ("Le maire a dit que l’œuvre coûterait 20 €.", ["cp1252"]),
        ("The mayor’s café costs £5 — “a bargain”, she said.", ["cp1252"]),
        ("Мэр сказал, что мост откроется в мае, и поблагодарил рабочих.", ["cp1251", "koi8-r"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("times", [1, 60], ids=["short", "long"])
def test_the_language_tells_the_encoding(text: str, encodings: list[str], times: int) -> None:
    whole = "\n".join([text] * times)
    for encoding in encodings:
        assert decode(whole.encode(encoding)) == whole, encoding
