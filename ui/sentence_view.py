"""Sentences -> safe HTML: what an article says under who said it, words of ours on lines of their own, each with its proof."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from rag.types import MANNER, Answer, Citation, Quote, Sentence, SourceType, Summary
from ui.citation_view import byline, marker_html
from ui.speaker_view import trace_html
from ui.words import escape

Sign = Literal["verbatim", "shortened", "supported"]

SHORT_LEAD = 90
"""Characters up to which a lead is set large."""
UNNAMED = "An unnamed source"
TYPES: dict[SourceType | None, str] = {
    "organisation": "organisation",
    "document": "document",
    "group": "group",
    "anonymous": "anonymous source",
}
"""What is told of a speaker's type; that of a person goes without saying."""

# Keeps the number on the line of the word before it.
_JOINER = "\N{WORD JOINER}"

_SIGNS: dict[Sign, str] = {
    "verbatim": "Exact words of the article",
    "shortened": "Exact words of the article; an aside, a dateline or a first word is left out",
    "supported": "Borne out by the paragraphs it cites",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves an answer or a summary: its citations by number, and the statements that they hold."""

    citations: Mapping[int, Citation]
    quotes: Sequence[Quote] = ()

    @classmethod
    def of(cls, made: Answer | Summary) -> Proof:
        """That of an answer or a summary."""
        return cls({citation.marker: citation for citation in made.citations}, made.quotes)

    def cited(self, sentence: Sentence) -> list[Citation]:
        """The citations of a sentence that there are."""
        return [self.citations[marker] for marker in sentence.citations if marker in self.citations]

    def bears_out(self, sentence: Sentence) -> bool:
        """Whether a sentence may be shown as fact: it has support, and a citation that exists."""
        return sentence.support != "unsupported" and bool(self.cited(sentence))

    def statements_in(self, citation: Citation) -> list[Quote]:
        """The statements of which a citation holds words."""
        return [
            quote
            for quote in self.quotes
            if quote.article_id == citation.article_id and quote.start < citation.end and citation.start < quote.end
        ]


def sentences_html(sentences: Sequence[Sentence], proof: Proof, speaker: str | None = None) -> str:
    """Sentences in their order, each with its numbered citations and the sign of its support.

    An article's own words stand together under one line: the ``speaker`` whose words they are and how they were said, then
    who published them and when. Words of ours are a line of their own.
    """
    runs = groupby(sentences, key=lambda sentence: _told_by(sentence, proof, speaker))
    return "".join(_run(who, list(run), proof, speaker) for (_, who), run in runs)


def _told_by(sentence: Sentence, proof: Proof, speaker: str | None) -> tuple[tuple[str, ...], str]:
    """The articles whose own words a sentence is, and the line to stand over them; nothing for words of ours."""
    cited = proof.cited(sentence)
    if _sign(sentence, cited) == "supported":
        return (), ""
    said = [quote for quote in proof.statements_in(cited[0]) if speaker and named(quote) == speaker]
    bylines = "; ".join(dict.fromkeys(map(byline, cited)))
    who = _said_by(speaker, said[0] if said else None) if speaker else ""
    return tuple(one.article_id for one in cited), " · ".join(part for part in (who, bylines) if part)


def named(quote: Quote) -> str:
    """Whose statement it is, by name or as written; "" where the article names nobody."""
    return ((quote.speaker.name or quote.speaker.mention) if quote.speaker else None) or ""


def _said_by(speaker: str, quote: Quote | None) -> str:
    """``Ada Brandt denied, as an aide reported``; the name alone where it is not known how it was said.

    What is no named person is told as what it is: ``The harbour report said · document``.
    """
    manner = f" {MANNER[quote.polarity]}" if quote else ""
    via = f", as {quote.via} reported" if quote and quote.via else ""
    kind = quote.speaker.type if quote and quote.speaker else None
    told = f" · {TYPES[kind]}" if kind in TYPES else ""
    return f"{speaker[:1].upper()}{speaker[1:]}{manner}{via}{told}"


def _sign(sentence: Sentence, cited: Sequence[Citation] = ()) -> Sign:
    """Whether a sentence is an article's own words, the first of ``cited`` with words left out, or ours."""
    if sentence.support == "verbatim":
        return "verbatim"
    return "shortened" if cited and _is_shortened(sentence.text, cited[0].text) else "supported"


def _is_shortened(text: str, cited: str) -> bool:
    """Whether the words of a text are words of what it cites, in their order."""
    rest = iter(re.findall(r"\w+", cited))
    own = re.findall(r"\w+", text)
    return bool(own) and all(word in rest for word in own)


def _run(who: str, sentences: Sequence[Sentence], proof: Proof, speaker: str | None = None) -> str:
    drawn = " ".join(_sentence(one, proof, _sign(one, proof.cited(one))) for one in sentences)
    if not who:
        return f'<p class="answer-line">{drawn}</p>'
    cited = [citation for one in sentences for citation in proof.cited(one)[:1]]
    said = [one for citation in cited for one in proof.statements_in(citation) if speaker and named(one) == speaker]
    traced = trace_html(said, cited)
    return f'<p class="answer-text"><span class="told-by">{escape(who)}</span>{traced}{drawn}</p>'


def lead_html(sentences: Sequence[Sentence], proof: Proof) -> str:
    """What is said first, large: a few words of ours, or what a model wrote."""
    if not sentences:
        return ""
    drawn = " ".join(_sentence(one, proof, _sign(one)) for one in sentences)
    kind = "answer-lead" if len("".join(one.text for one in sentences)) <= SHORT_LEAD else "answer-lead is-long"
    return f'<p class="{kind}">{drawn}</p>'


def _sentence(sentence: Sentence, proof: Proof, sign: Sign) -> str:
    links = "".join(map(marker_html, proof.cited(sentence)))
    return (
        f'<span class="sentence is-{sentence.support}">{_marked(sentence)}{_JOINER}'
        f'<span class="cites">{links}</span></span>'
        f'<span class="proof is-{sign}" tabindex="0" role="img" aria-label="{escape(_SIGNS[sign])}"></span>'
    )


def _marked(sentence: Sentence) -> str:
    """The sentence with the words that were asked for in bold."""
    if sentence.phrase is None:
        return escape(sentence.text)
    start, end = sentence.phrase
    before, phrase, after = map(escape, (sentence.text[:start], sentence.text[start:end], sentence.text[end:]))
    return f"{before}<strong>{phrase}</strong>{after}"


def statements_html(sentences: Sequence[Sentence], proof: Proof) -> str:
    """The cited statements that none of the ``sentences`` holds, which a summary ends with: who said what."""
    told = [citation for sentence in sentences for citation in proof.cited(sentence)]
    rest = [one for one in proof.citations.values() if not any(_holds(other, one) for other in told)]
    drawn = "".join(_statement(one, proof) for one in rest)
    return f'<div class="statements"><h3>Who said what</h3>{drawn}</div>' if drawn else ""


def _holds(outer: Citation, inner: Citation) -> bool:
    return outer.article_id == inner.article_id and outer.start <= inner.start and inner.end <= outer.end


def _statement(citation: Citation, proof: Proof) -> str:
    held = proof.statements_in(citation)
    if not held:
        return ""
    who = f"{_said_by(named(held[0]) or UNNAMED, held[0])} · {byline(citation)}"
    return _run(who, [Sentence(citation.text, "verbatim", (citation.marker,))], proof, named(held[0]))
