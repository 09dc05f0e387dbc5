"""The conversation a browser keeps: read back as it was, and never trusted."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest

from rag.types import Answer, Article, Quote, Searched, Sentence, Span, Speaker
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
        speaker=Speaker("Ada Quill", "Ada Quill", 16, 25, "name"),
        cue=Span("said", 11, 15),
        via="an aide",
        confidence=0.5,
    )
    sentence = Sentence(cited.text, "verbatim", (1,))
    searched = Searched(1, ARTICLE.date, ARTICLE.date)
    return Answer(
        "Who waits?",
        "answered",
        cited.text,
        (sentence,),
        (cited,),
        searched,
        "test",
        0.25,
        (quote,),
        (cited,),
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
        (("answer", "sentences", 0, "support"), "certain"),
        (("answer", "citations", 0, "article_id"), "../../etc/passwd"),
        (("answer", "citations", 0, "end"), -1),
        (("answer", "citations", 0, "start"), 10**12),
        (("answer", "citations", 0, "date"), "yesterday"),
        (("answer", "sentences", 0, "citations", 0), True),
        (("answer", "sentences", 0, "phrase"), [4, -1]),
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
    assert history(turns) == [
        {"role": "user", "content": "Who waits?"},
        {"role": "assistant", "content": answer.text, "articles": [answer.citations[0].article_id]},
    ]
    assert len(history([turns[0]] * 50)) == 2 * HISTORY_TURNS
