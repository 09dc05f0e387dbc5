"""Turns and answers -> safe HTML. Pure functions; every text that comes from an article or a question is escaped.

An answer is drawn from its parts, in their order. A sentence without support is never one of them: it is listed apart, as
left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Answer, Part, Sentence
from ui.citation_view import passages_html, sources_html
from ui.conversation import Turn
from ui.sentence_view import Proof, lead_html, sentences_html, statements_html
from ui.words import count, escape, shortened, what_was_searched

QUESTION_LENGTH = 400
CHAT = "chat"
"""The engine of a line that asks nothing of the articles."""


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
    question = escape(shortened(turn.question, QUESTION_LENGTH))
    return f'<section class="turn"><h2 class="question">{question}</h2>{reply}</section>'


def error_html(line: str) -> str:
    """A failure: never to be taken for the answer that the articles do not say."""
    return (
        '<div class="answer is-error" role="alert"><p class="answer-label">Something went wrong</p>'
        f"<p>{escape(line)}</p></div>"
    )


def answer_html(answer: Answer) -> str:
    """An answer with everything that proves it, a refusal with what was searched, or a line of talk."""
    if answer.engine == CHAT:
        return f'<div class="answer is-chat">{_parts(answer)}</div>'
    return _understood(answer) + (_abstained(answer) if answer.status == "abstained" else _answered(answer))


def growing_html(answer: Answer) -> str:
    """What there is of an answer that a model is writing: sentences that are checked already, and what it is reading."""
    proof = Proof.of(answer)
    checked = any(map(proof.bears_out, answer.sentences))
    note = "Writing, and checking every sentence …" if checked else "Reading these passages …"
    read = "" if checked else passages_html("What is being read", answer.closest)
    return (
        f'{_understood(answer)}<div class="answer" aria-busy="true">{_parts(answer)}{_pending(note)}'
        f"{sources_html(answer.citations)}{read}</div>"
    )


def _answered(answer: Answer) -> str:
    foot = (what_was_searched(answer.searched), _engine(answer), f"{answer.seconds:.1f} s")
    return (
        f'<div class="answer">{_parts(answer)}{_rest(answer)}{sources_html(answer.citations)}{_notice(answer)}'
        f'<p class="answer-foot">{escape(" · ".join(foot))}</p></div>'
    )


def _abstained(answer: Answer) -> str:
    corrects = any(part.kind == "correction" for part in answer.parts)
    label = "The articles have it otherwise" if corrects else "No answer in these articles"
    return (
        f'<div class="answer is-abstained"><p class="answer-label">{label}</p>{_parts(answer)}{_rest(answer)}'
        f"{sources_html(answer.citations)}"
        f'<p class="answer-foot">{escape(what_was_searched(answer.searched))}.</p>{_notice(answer)}{_closest(answer)}</div>'
    )


def _parts(answer: Answer) -> str:
    """The lead, then the other parts that answer, correct or note something, in their order."""
    proof = Proof.of(answer)
    leads = [one for part in answer.parts if part.kind == "lead" for one in part.sentences if proof.bears_out(one)]
    others = [part for part in answer.parts if part.kind not in ("lead", "closest")]
    return lead_html(leads, proof) + "".join(_part(part, proof) for part in others)


def _part(part: Part, proof: Proof) -> str:
    """A note as a plain line, any other part by what is borne out of it."""
    if part.kind == "note":
        return "".join(f'<p class="answer-note">{escape(sentence.text)}</p>' for sentence in part.sentences)
    return sentences_html([one for one in part.sentences if proof.bears_out(one)], proof, part.speaker)


def _rest(answer: Answer) -> str:
    """The statements that the parts do not tell, and the sentences that nothing bears out, named as such."""
    proof = Proof.of(answer)
    shown = [one for one in answer.sentences if proof.bears_out(one)]
    return statements_html(shown, proof) + _left_out([one for one in answer.sentences if one not in shown])


def _left_out(sentences: Sequence[Sentence]) -> str:
    if not sentences:
        return ""
    items = "".join(f"<li>{escape(sentence.text)}</li>" for sentence in sentences)
    them = "it" if len(sentences) == 1 else "them"
    told = f"{count(len(sentences), 'sentence')} left out: no article supports {them}"
    return f'<details class="left-out"><summary>{told}</summary><ul>{items}</ul></details>'


def _closest(answer: Answer) -> str:
    """The passages that come nearest to a question that is not answered, each with whose words it holds."""
    heading = "Closest passages (they do not answer the question)"
    return passages_html(heading, answer.closest, answer.closest_speakers, folded=True)


def _engine(answer: Answer) -> str:
    """What answered, in words."""
    return f"Written by {answer.model}, every sentence checked" if answer.model else "In the articles’ own sentences"


def _notice(answer: Answer) -> str:
    return f'<p class="answer-notice">{escape(answer.notice)}</p>' if answer.notice else ""


def _understood(answer: Answer) -> str:
    """How a follow-up was understood, so that a wrong guess shows."""
    if answer.understood is None:
        return ""
    return f'<p class="understood">Understood as: {escape(shortened(answer.understood, QUESTION_LENGTH))}</p>'


def _pending(note: str) -> str:
    return f'<div class="answer is-pending" aria-busy="true"><p>{escape(note)}</p></div>'
