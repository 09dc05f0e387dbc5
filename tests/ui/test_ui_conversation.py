"""The conversation a browser keeps: read back as it was, and never trusted."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest

from rag.types import Answer, Article, Naming, Part, Quote, Searched, Sentence, Span, Speaker
from ui.conversation import HISTORY_TURNS, MAX_BYTES, MAX_TURNS, Turn, dump_turns, history, load_turns

ARTICLE = Article.from_text("“We wait,” said Ada Quill.", title="Rain", date="2031-05-02", source="Shore News")


@pytest.fixture
def answer(cite) -> Answer:
    cited = cite(ARTICLE, "“We wait,” said Ada Quill.")
    quote = Quote(
        article_id=ARTICLE.id,
        external_id="a",
        paragraph=0,
        text="“We wait,”",
        start=0,
        end=10,
        spans=((0, 10),),
        kind="direct",
        speaker=Speaker("Ada Quill", "Ada Quill", 16, 25, "name", "person", named_at=Naming("Ada Quill", 16, 25, 0)),
        cue=Span("said", 11, 15),
        via="an aide",
        confidence=0.5,
    )
    return Answer(
        question="Who waits?",
        status="answered",
        text=cited.text,
        parts=(
            Part("lead", (Sentence("Reported.", "supported", (1,)),)),
            Part("evidence", (Sentence(cited.text, "verbatim", (1,), (1, 8)),), "Ada Quill"),
            Part("note", (Sentence("Nothing else is said.", "supported"),)),
        ),
        citations=(cited,),
        searched=Searched(1, ARTICLE.date, ARTICLE.date),
        engine="sentences",
        seconds=0.25,
        verdict="reported",
        quotes=(
            quote,
            replace(quote, speaker=Speaker("a clerk", "a clerk", 0, 7, None, "anonymous", "in fear", (0, 7))),
        ),
        closest=(cited,),
        understood="Who waits for the ferry?",
    )


def test_what_the_browser_kept_is_read_back_as_it_was(answer):
    turns = [Turn("Who waits?", answer=answer), Turn("And now?", error="The disk is full.")]
    assert load_turns(json.loads(json.dumps(dump_turns(turns)))) == turns


def test_a_turn_from_before_there_was_an_understanding_is_read(answer):
    [stored] = dump_turns([Turn("Who waits?", answer=answer)])
    del stored["answer"]["understood"]
    [turn] = load_turns([stored])
    assert turn.answer is not None
    assert turn.answer.understood is None


def stored_before_there_were_parts(answer, **changed) -> dict:
    """A turn as the earlier edition stored it."""
    [turn] = dump_turns([Turn("Who waits?", answer=answer)])
    fields = turn["answer"]
    del fields["parts"], fields["verdict"]
    fields.update({"engine": "extractive", "unanswered": []} | changed)
    return turn


def test_a_turn_from_before_there_were_parts_is_read_as_evidence_and_notes(answer):
    sentences = [sentence.to_dict() for sentence in answer.sentences]
    old = stored_before_there_were_parts(answer, sentences=sentences, unanswered=["She is not quoted on that."])
    [turn] = load_turns([old])
    assert [part.kind for part in turn.answer.parts] == ["evidence", "note"]
    assert turn.answer.sentences == answer.sentences
    assert turn.answer.notes == ("She is not quoted on that.",)


def test_a_refusal_from_before_there_were_parts_keeps_its_text(answer):
    old = stored_before_there_were_parts(answer, status="abstained", text="They do not say.", sentences=[])
    [turn] = load_turns([old])
    assert turn.answer.sentences == ()
    assert turn.answer.notes == ("They do not say.",)


def test_sentences_that_are_not_those_of_the_parts_are_refused(answer):
    [stored] = dump_turns([Turn("Who waits?", answer=answer)])
    stored["answer"]["sentences"].pop()
    assert load_turns([stored]) == []


def _paths(value, path=()):
    yield path
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from _paths(value[key], (*path, key))


def test_a_turn_that_is_not_whole_is_left_out(answer):
    """Every single value of a stored turn is replaced by one of another kind; none of them may get through as it is."""
    [whole] = dump_turns([Turn("Who waits?", answer=answer)])
    for path in _paths(whole):
        for wrong in ({"x": 1}, float("inf")):
            broken = copy.deepcopy(whole)
            if not path:
                broken = wrong
            else:
                at = broken
                for key in path[:-1]:
                    at = at[key]
                at[path[-1]] = wrong
            assert load_turns([broken]) == [], path


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("answer", "status"), "guessed"),
        (("answer", "verdict"), "perhaps"),
        (("answer", "parts", 0, "kind"), "rumour"),
        (("answer", "parts", 1, "speaker"), 7),
        (("answer", "parts", 0, "sentences", 0, "support"), "certain"),
        (("answer", "citations", 0, "article_id"), "../../etc/passwd"),
        (("answer", "citations", 0, "end"), -1),
        (("answer", "citations", 0, "start"), 10**12),
        (("answer", "citations", 0, "date"), "yesterday"),
        (("answer", "parts", 0, "sentences", 0, "citations", 0), True),
        (("answer", "parts", 1, "sentences", 0, "phrase"), [4, -1]),
    ],
)
def test_values_that_cannot_be_are_refused(answer, path, wrong):
    [data] = dump_turns([Turn("Who waits?", answer=answer)])
    at = data
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = wrong
    assert load_turns([data]) == []


@pytest.mark.parametrize("stored", [None, "x", 7, {"question": "?"}, [None], [["?"]], [{"question": "?"}]])
def test_anything_else_is_no_conversation(stored):
    assert load_turns(stored) == []


def test_a_good_turn_survives_a_bad_one(answer):
    good = dump_turns([Turn("Who waits?", answer=answer)])
    assert len(load_turns([{"question": 7}, *good, None])) == 1


def test_only_the_newest_turns_are_kept(answer):
    turns = [Turn(str(number), answer=answer) for number in range(MAX_TURNS + 5)]
    kept = dump_turns(turns)
    assert [turn["question"] for turn in kept] == [str(number) for number in range(5, MAX_TURNS + 5)]
    assert len(load_turns(kept * 3)) == MAX_TURNS


def test_what_is_kept_has_a_limit(answer):
    big = replace(answer, text="x" * (MAX_BYTES // 3))
    kept = dump_turns([Turn(str(number), answer=big) for number in range(5)])
    assert [turn["question"] for turn in kept] == ["3", "4"]
    assert len(json.dumps(kept)) <= MAX_BYTES


def test_the_history_holds_answers_but_no_errors(answer):
    turns = [Turn("Who waits?", answer=answer), Turn("And now?", error="The disk is full."), Turn("Pending")]
    assert history(turns) == [answer]
    assert len(history([turns[0]] * 50)) == HISTORY_TURNS
