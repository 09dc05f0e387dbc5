"""Answer -> safe HTML. Pure functions; every text that comes from an article or a question is escaped here.

A sentence without support is never part of the answer: it is listed apart, as left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from rag.types import Answer, Citation, Polarity, Quote, QuoteKind, Sentence, Support
from ui.conversation import Turn
from ui.reference import Reference
from ui.words import count, day, escape, publisher, title, what_was_searched

PASSAGE_LENGTH = 280
QUESTION_LENGTH = 400

# Keeps the number on the line of the word before it.
_JOINER = "\N{WORD JOINER}"

_SUPPORT: dict[Support, tuple[str, str]] = {
    "verbatim": ("exact words", "Exact words of the article"),
    "supported": ("checked", "Checked against the paragraphs it cites: names, numbers, dates, and who said it"),
    "unsupported": ("no support", "No article supports this"),
}
_SHORTENED = (
    "exact words, some left out",
    "Exact words of the article; an aside, a dateline or a first word is left out",
)
_ENGINES = {
    "extractive": "In the articles’ own sentences",
    "ledger": "From the statements in the articles",
    "summary": "In the articles’ own sentences",
}
_KIND: dict[QuoteKind, str] = {
    "direct": "Direct quote",
    "indirect": "Reported statement",
    "mixed": "Partly quoted",
}
_POLARITY: dict[Polarity, str] = {
    "asserted": "",
    "denied": "denied",
    "not_said": "not said",
    "conditional": "conditional",
    "future": "announced",
}


def conversation_html(turns: Sequence[Turn], note: str = "") -> str:
    """The conversation, oldest turn first; ``note`` is told where an answer is still awaited."""
    drawn = "".join(turn_html(turn, note) for turn in turns)
    # The node stays when it is drawn anew, so what is added to it is read out.
    return f'<div class="turns" role="log" aria-label="Conversation">{drawn}</div>'


def turn_html(turn: Turn, note: str = "") -> str:
    """A question with its answer, whole or growing, its error, or the note that it is being answered."""
    if turn.answer is not None and turn.growing:
        reply = growing_html(turn.answer)
    elif turn.answer is not None:
        reply = answer_html(turn.answer)
    elif turn.error is not None:
        reply = error_html(turn.error)
    else:
        reply = _pending(note)
    question = escape(_shortened(turn.question, QUESTION_LENGTH))
    return f'<section class="turn"><h2 class="question">{question}</h2>{reply}</section>'


def error_html(line: str) -> str:
    """A failure: never to be taken for the answer that the articles do not say."""
    return (
        '<div class="answer is-error" role="alert"><p class="answer-label">Something went wrong</p>'
        f"<p>{escape(line)}</p></div>"
    )


def answer_html(answer: Answer) -> str:
    """An answer with everything that proves it, or an abstention with what was searched."""
    return _understood(answer) + (_abstained(answer) if answer.status == "abstained" else _answered(answer))


def growing_html(answer: Answer) -> str:
    """What there is of an answer that a model is writing: sentences that are checked already, and what it is reading."""
    known = {citation.marker: citation for citation in answer.citations}
    shown = [sentence for sentence in answer.sentences if _is_proven(sentence, known)]
    note = "Writing, and checking every sentence …" if shown else "Reading these passages …"
    read = passages_html("What is being read", answer.closest)
    return (
        f'{_understood(answer)}<div class="answer" aria-busy="true">{sentences_html(shown, known)}{_pending(note)}'
        f"{sources_html(answer.citations)}{'' if shown else read}</div>"
    )


def _pending(note: str) -> str:
    return f'<div class="answer is-pending" aria-busy="true"><p>{escape(note)}</p></div>'


def _engine(answer: Answer) -> str:
    """What answered, in words."""
    if answer.model:
        return f"Written by {answer.model}, every sentence checked"
    return _ENGINES.get(answer.engine, "")


def _notice(answer: Answer) -> str:
    return f'<p class="answer-notice">{escape(answer.notice)}</p>' if answer.notice else ""


def _understood(answer: Answer) -> str:
    """How a follow-up was understood, so that a wrong guess shows."""
    if answer.understood is None:
        return ""
    return f'<p class="understood">Understood as: {escape(_shortened(answer.understood, QUESTION_LENGTH))}</p>'


def _answered(answer: Answer) -> str:
    known = {citation.marker: citation for citation in answer.citations}
    shown = [sentence for sentence in answer.sentences if _is_proven(sentence, known)]
    left_out = [sentence for sentence in answer.sentences if not _is_proven(sentence, known)]
    foot = (what_was_searched(answer.searched), _engine(answer), f"{answer.seconds:.1f} s")
    return (
        f'<div class="answer">{sentences_html(shown, known)}{_unanswered(answer)}{_left_out(left_out)}'
        f"{quotes_html(answer.quotes, answer.citations)}{sources_html(answer.citations)}"
        f'{_notice(answer)}<p class="answer-foot">{escape(" · ".join(filter(None, foot)))}</p></div>'
    )


def _abstained(answer: Answer) -> str:
    known = {citation.marker: citation for citation in answer.citations}
    shown = [sentence for sentence in answer.sentences if _is_proven(sentence, known)]
    text = f'<p class="answer-text">{escape(answer.text)}</p>'
    if shown:
        text = sentences_html(shown, known) + _unanswered(answer)
    # The text of a plain refusal ends in what was searched; a corrected premise does not.
    told = "Searched " in answer.text or not answer.searched.articles
    searched = "" if told else f"{what_was_searched(answer.searched)}."
    return (
        f'<div class="answer is-abstained"><p class="answer-label">No answer in these articles</p>{text}'
        f"{quotes_html(answer.quotes, answer.citations)}{sources_html(answer.citations)}"
        f'<p class="answer-searched">{escape(searched)}</p>{_notice(answer)}'
        f"{passages_html('Closest passages (they do not answer the question)', answer.closest)}</div>"
    )


def _is_proven(sentence: Sentence, known: Mapping[int, Citation]) -> bool:
    """Whether a sentence may be shown as fact: it has support, and a citation that exists."""
    return sentence.support != "unsupported" and any(marker in known for marker in sentence.citations)


def sentences_html(sentences: Sequence[Sentence], known: Mapping[int, Citation]) -> str:
    """Sentences in their order, each followed by its numbered citations; every run of them tells its support.

    Exact words of one article stand together, under who published them and when.
    """
    runs = groupby(sentences, key=lambda sentence: _told_by(sentence, known))
    return "".join(_run(told_by, list(run), known) for told_by, run in runs)


def _told_by(sentence: Sentence, known: Mapping[int, Citation]) -> tuple[tuple[str, str], ...]:
    """The articles that tell a sentence in their own words, each with who published it and when; none for our own words."""
    told = [known[marker] for marker in sentence.citations if marker in known]
    if sentence.support != "verbatim" and not (told and _is_shortened(sentence, told[0])):
        return ()
    return tuple((citation.article_id, _byline(citation)) for citation in told)


def _byline(citation: Citation) -> str:
    return ", ".join(part for part in (publisher(citation), day(citation.date)) if part)


def _is_shortened(sentence: Sentence, cited: Citation) -> bool:
    """Whether a sentence is what it cites with words left out."""
    rest = iter(cited.text)
    return bool(sentence.text) and all(letter in rest for letter in sentence.text)


def _run(told_by: tuple[tuple[str, str], ...], sentences: Sequence[Sentence], known: Mapping[int, Citation]) -> str:
    label, meaning = _SUPPORT[sentences[0].support]
    if told_by:
        whole = all(sentence.support == "verbatim" for sentence in sentences)
        label, meaning = _SUPPORT["verbatim"] if whole else _SHORTENED
    badge = f'<span class="badge" title="{escape(meaning)}">{label}</span>'
    text = " ".join(_sentence(sentence, known) for sentence in sentences)
    if not told_by and sentences[-1].text.endswith(":"):  # a line of ours over what is cited
        return f'<p class="answer-text is-intro">{text}</p>'
    if not told_by:
        return f'<p class="answer-text">{text} {badge}</p>'
    who = "; ".join(dict.fromkeys(byline for _, byline in told_by))
    return f'<p class="answer-text"><span class="told-by">{escape(who)} {badge}</span>{text}</p>'


def _sentence(sentence: Sentence, known: Mapping[int, Citation]) -> str:
    links = "".join(marker_html(known[marker]) for marker in sentence.citations if marker in known)
    return (
        f'<span class="sentence is-{sentence.support}">{_marked(sentence)}{_JOINER}'
        f'<span class="cites">{links}</span></span>{_proof(sentence, known)}'
    )


def _proof(sentence: Sentence, known: Mapping[int, Citation]) -> str:
    """The sign of a sentence's support; what it means is told under the pointer, on focus, and to a screen reader."""
    kind: str = sentence.support
    meaning = _SUPPORT[sentence.support][1]
    if sentence.support != "verbatim" and _told_by(sentence, known):
        kind, meaning = "shortened", _SHORTENED[1]
    return f'<span class="proof is-{kind}" tabindex="0" role="img" aria-label="{escape(meaning)}"></span>'


def _marked(sentence: Sentence) -> str:
    """The sentence with the words that were asked for in bold."""
    if sentence.phrase is None:
        return escape(sentence.text)
    start, end = sentence.phrase
    before, phrase, after = (
        escape(part) for part in (sentence.text[:start], sentence.text[start:end], sentence.text[end:])
    )
    return f"{before}<strong>{phrase}</strong>{after}"


def marker_html(citation: Citation) -> str:
    """The number of a citation, as a link to the cited words."""
    where = place(citation)
    return (
        f'<a class="cite" href="{href(citation)}" title="{escape(where)}" '
        f'aria-label="Source {citation.marker}: {escape(where)}">{citation.marker}</a>'
    )


def href(citation: Citation) -> str:
    """The link that opens a citation."""
    return escape(Reference(citation.article_id, citation.start, citation.end, citation.marker).href)


def place(citation: Citation) -> str:
    """``Sample Newswire, 17 Nov 2024, paragraph 3`` (counted from 1)."""
    parts = (publisher(citation), day(citation.date), f"paragraph {citation.paragraph + 1}")
    return ", ".join(part for part in parts if part)


def _unanswered(answer: Answer) -> str:
    return "".join(f'<p class="answer-text is-unanswered">{escape(reason)}</p>' for reason in answer.unanswered)


def _left_out(sentences: Sequence[Sentence]) -> str:
    if not sentences:
        return ""
    items = "".join(f"<li>{escape(sentence.text)}</li>" for sentence in sentences)
    told = (
        f"{count(len(sentences), 'sentence')} left out: no article supports {'it' if len(sentences) == 1 else 'them'}"
    )
    return f'<details class="left-out"><summary>{told}</summary><ul>{items}</ul></details>'


def sources_html(citations: Sequence[Citation]) -> str:
    """The list under an answer: number, publisher, date, title."""
    if not citations:
        return ""
    items = "".join(
        f'<li><a class="cite source-line" href="{href(citation)}" title="{escape(place(citation))}">'
        f'<span class="source-marker">{citation.marker}</span>'
        f'<span class="source-what"><span class="source-title">{escape(title(citation))}</span>'
        f'<span class="source-where">{escape(place(citation))}</span></span></a></li>'
        for citation in citations
    )
    return f'<div class="sources"><h3>Sources</h3><ul>{items}</ul></div>'


def quotes_html(quotes: Sequence[Quote], citations: Sequence[Citation]) -> str:
    """Statements as cards: who, the words, what kind of statement, and the link to its paragraph."""
    if not quotes:
        return ""
    articles = {citation.article_id: citation for citation in citations}
    cards = "".join(_quote(quote, articles.get(quote.article_id)) for quote in quotes)
    return f'<div class="quotes"><h3>Who said it</h3><ul>{cards}</ul></div>'


def _quote(quote: Quote, cited: Citation | None) -> str:
    speaker = (quote.speaker and (quote.speaker.name or quote.speaker.mention)) or "Source not named"
    kind = [_KIND[quote.kind], _POLARITY[quote.polarity]]
    if quote.addressee:
        kind.append(f"to {quote.addressee}")
    if quote.via:
        kind.append(f"reported by {quote.via}")
    where = [publisher(cited), day(cited.date)] if cited else []
    where.append(f"paragraph {quote.paragraph + 1}")
    link = escape(Reference(quote.article_id, quote.start, quote.end).href)
    return (
        f'<li class="quote is-{quote.polarity}"><p class="quote-speaker">{escape(speaker)}</p>'
        f"<blockquote>{escape(quote.text)}</blockquote>"
        f'<p class="quote-kind">{escape(" · ".join(part for part in kind if part))}</p>'
        f'<p class="quote-where"><a class="cite source-line" href="{link}">'
        f"{escape(', '.join(part for part in where if part))}</a></p></li>"
    )


def passages_html(heading: str, citations: Sequence[Citation]) -> str:
    """Passages that are no answer: what is being read for one, or what came nearest; named as what they are."""
    if not citations:
        return ""
    items = "".join(
        f'<li><a class="cite passage" href="{href(citation)}"><span class="source-where">{escape(place(citation))}'
        f'</span><span class="passage-text">{escape(_shortened(citation.text, PASSAGE_LENGTH))}</span></a></li>'
        for citation in citations
    )
    return f'<div class="closest"><h3>{escape(heading)}</h3><ul>{items}</ul></div>'


def _shortened(text: str, length: int) -> str:
    """The beginning of a text, cut at a space."""
    return text if len(text) <= length else text[:length].rsplit(None, 1)[0] + " …"
