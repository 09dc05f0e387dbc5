"""Questions about who said what, asked of a library whose statements the shipped tagger has read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from rag.errors import QuestionError
from rag.library import Library
from rag.settings import Settings
from rag.types import Answer, Article, Filters

MILL = Article.from_text(
    "Mayor Ada Brandt of Lindal confirmed on Monday that the old mill would stay open until June.\n\n"
    "“We owe it to the people who work there,” Brandt said. “They have waited long enough.”\n\n"
    "She denied that the council had offered money to the owner.\n\n"
    "The owner, Karl Winter, said that the old mill needed new beams before the summer.",
    title="Old mill stays open",
    date="2026-02-03",
    source="The Lindal Post",
    url="https://post.example/mill",
)
FERRY = Article.from_text(
    "Ferry captain Otto Winter said that the old mill should be torn down before the summer.\n\n"
    "Harbour spokesman Lena Moor said that on the ferry quay Captain Otto Winter had called the mill “a ruin with a view”.",
    title="Captain speaks on the old mill",
    date="2026-02-09",
    source="Stage Weekly",
)
SCHOOL = Article.from_text(
    "Brandt said that the village school would get a new kitchen.\n\n"
    "Head teacher Nils Ekhorn announced that lessons would begin an hour later in winter.\n\n"
    "Brandt warned that the kitchen would cost 90,000 crowns.",
    title="Kitchen for the village school",
    date="2026-02-12",
    source="The Lindal Post",
    external_id="school-7",
)
SEARCHED = "Searched 3 articles, 3 February 2026 to 12 February 2026."


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, shared_encoder: Any) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("sayings")
    with Library.open(folder, settings=Settings(library=folder), encoder=shared_encoder) as library:
        library.add_articles([MILL, FERRY, SCHOOL])
        yield library


def ask(library: Library, question: str, **keywords: Any) -> Answer:
    """The ledger's answer; what holds for every one of them is checked."""
    answer = library.ask(question, **keywords)
    assert answer.engine == "ledger"
    assert answer.question == question
    for citation in (*answer.citations, *answer.closest):
        article = library.article(citation.article_id)
        assert article.text[citation.start : citation.end] == citation.text
        assert article.paragraph_at(citation.start) == citation.paragraph
        assert (citation.title, citation.source, citation.date, citation.url, citation.external_id) == (
            article.title, article.source, article.date, article.url, article.external_id,
        )  # fmt: skip
    assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    for quote in answer.quotes:
        text = library.article(quote.article_id).text
        assert quote.text == " ".join(text[start:end] for start, end in quote.spans)
        if answer.citations:
            assert any(
                citation.article_id == quote.article_id and citation.start <= quote.start < citation.end
                for citation in answer.citations
            ), "every statement that is told is cited"
    if answer.status == "answered":
        assert answer.sentences
        for sentence in answer.sentences:
            corrects = "is not reported to have said that" in sentence.text
            assert sentence.support == ("supported" if corrects else "verbatim")
        for citation in answer.citations:
            assert f"{citation.text} [{citation.marker}]" in answer.text
    return answer


def speakers(answer: Answer) -> list[str | None]:
    return [quote.speaker and quote.speaker.name for quote in answer.quotes]


def cited(answer: Answer) -> list[str]:
    return [citation.text for citation in answer.citations]


# ---------------------------------------------------------------------- what somebody said


def test_what_somebody_said_on_a_topic(asked: Library) -> None:
    answer = ask(asked, "What did Ada Brandt say about the old mill?")
    assert answer.status == "answered"
    assert speakers(answer)[0] == "Ada Brandt"
    assert answer.text.startswith(
        "Ada Brandt, The Lindal Post, 3 February 2026: Mayor Ada Brandt of Lindal confirmed on Monday that the old mill"
        " would stay open until June. [1]"
    )
    assert "Winter" not in answer.text, "what others said on it was not asked for"


def test_words_that_the_tag_parts_are_cited_in_full(asked: Library) -> None:
    answer = ask(asked, "What did Ada Brandt say about the people who work there?")
    (quote,) = [quote for quote in answer.quotes if len(quote.spans) > 1]
    assert quote.text == "“We owe it to the people who work there,” “They have waited long enough.”"
    assert cited(answer)[:2] == [
        "“We owe it to the people who work there,” Brandt said.",
        "“They have waited long enough.”",
    ]


def test_a_speaker_is_found_by_surname_role_and_title(asked: Library) -> None:
    assert speakers(ask(asked, "What did Brandt say about the kitchen?"))[0] == "Brandt"
    assert set(speakers(ask(asked, "What did the mayor say about the old mill?"))) == {"Ada Brandt"}
    answer = ask(asked, "What did the head teacher announce?")
    assert speakers(answer) == ["Nils Ekhorn"]
    assert cited(answer) == ["Head teacher Nils Ekhorn announced that lessons would begin an hour later in winter."]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What has Ada Brandt confirmed?", "would stay open until June"),
        ("What has Ada Brandt denied?", "had offered money"),
        ("Did Ada Brandt deny anything?", "had offered money"),
        ("What did Brandt warn about?", "90,000 crowns"),
    ],
)
def test_the_verb_of_the_question_picks_the_statement(asked: Library, question: str, words: str) -> None:
    answer = ask(asked, question)
    assert answer.status == "answered"
    (quote,) = answer.quotes
    assert words in quote.text
    assert (quote.polarity == "denied") == ("den" in question)


def test_a_verb_of_which_nothing_is_reported(asked: Library) -> None:
    answer = ask(asked, "Did Nils Ekhorn deny anything?")
    assert answer.status == "abstained"
    assert (answer.citations, answer.sentences) == ((), ())
    assert (
        answer.text
        == f"In the 3 articles searched, Nils Ekhorn is not clearly reported to have said anything on that. {SEARCHED}"
    )
    assert [citation.text for citation in answer.closest] == [SCHOOL.paragraph_text(1)], "what he did say is shown"


def test_only_what_the_filters_let_through_is_searched(asked: Library) -> None:
    late = Filters(since=dt.date(2026, 2, 10))
    answer = ask(asked, "What did Ada Brandt say about the old mill?", filters=late)
    assert answer.status == "abstained"
    assert answer.text.startswith(
        "In the article searched, Ada Brandt is not clearly reported to have said anything on that."
    )
    assert {citation.article_id for citation in answer.closest} == {SCHOOL.id}
    assert answer.searched.articles == 1


# ---------------------------------------------------------------------- whose words they are


@pytest.mark.parametrize(
    "question",
    [
        "Who said “a ruin with a view”?",
        # the report as a whole holds more of these words than what it reports
        "Who, Captain Otto Winter or the mayor, spoke of “a ruin with a view” on the ferry quay?",
        'Who called the mill "a ruin with a view"?',
        "Whose words are “A Ruin with a View”?",
        "Who has called the mill “a ruin with a view”?",
    ],
)
def test_quoted_words_are_the_innermost_speakers_and_the_reporter_is_named(asked: Library, question: str) -> None:
    answer = ask(asked, question)
    assert answer.status == "answered"
    (quote,) = answer.quotes
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.via) == ("Otto Winter", "Lena Moor")
    assert (
        answer.text
        == f"Otto Winter, as Lena Moor reported, Stage Weekly, 9 February 2026: {FERRY.paragraph_text(1)} [1]"
    )


def test_who_said_something_in_other_words(asked: Library) -> None:
    answer = ask(asked, "Who announced that lessons would begin an hour later?")
    assert (answer.status, speakers(answer)) == ("answered", ["Nils Ekhorn"])


def test_words_that_nobody_said(asked: Library) -> None:
    answer = ask(asked, "Who said “the moon is made of cheese”?")
    assert (answer.status, answer.quotes, answer.citations) == ("abstained", (), ())
    assert answer.text == f"In the 3 articles searched, nobody is clearly reported to have said that. {SEARCHED}"


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Did Ada Brandt say “a ruin with a view”?", "Ada Brandt"),
        ("Did Ada Brandt call the mill “a ruin with a view”?", "Ada Brandt"),
        ("What did Karl Winter say about “a ruin with a view”?", "Karl Winter"),
        ("Did Petra Unger say “a ruin with a view”?", "Petra Unger"),
        ("Did the mayor say “a ruin with a view”?", "the mayor"),
    ],
)
def test_words_that_are_somebody_elses_are_corrected(asked: Library, question: str, name: str) -> None:
    answer = ask(asked, question)
    assert answer.status == "abstained"
    told = f"{name} is not reported to have said that; Otto Winter said it."
    assert answer.text.startswith(f"{told} [1]\n\nOtto Winter, as Lena Moor reported, Stage Weekly, 9 February 2026: ")
    assert cited(answer) == [FERRY.paragraph_text(1)]
    assert [(sentence.text, sentence.support, sentence.citations) for sentence in answer.sentences] == [
        (told, "supported", (1,)),
        (FERRY.paragraph_text(1), "verbatim", (1,)),
    ]
    assert speakers(answer) == ["Otto Winter"]


def test_words_that_are_the_speakers_own_need_no_correction(asked: Library) -> None:
    answer = ask(asked, "Did Otto Winter say “a ruin with a view”?")
    assert (answer.status, speakers(answer)) == ("answered", ["Otto Winter"])


def test_words_that_neither_the_speaker_nor_anybody_said(asked: Library) -> None:
    answer = ask(asked, "Did Ada Brandt say “the moon is made of cheese”?")
    assert (answer.status, answer.citations) == ("abstained", ())
    assert answer.text.startswith(
        "In the 3 articles searched, Ada Brandt is not clearly reported to have said anything on that."
    )


# ---------------------------------------------------------------------- nobody, or more than one


@pytest.mark.parametrize(
    "question",
    ["What did Petra Unger say about the old mill?", "Did Petra Unger deny anything?", "What has Petra Unger said?"],
)
def test_nobody_of_that_name_is_quoted(asked: Library, question: str) -> None:
    answer = ask(asked, question)
    assert answer.status == "abstained"
    assert answer.text == f"In the 3 articles searched, Petra Unger is not reported to have said anything. {SEARCHED}"
    assert (answer.citations, answer.quotes, answer.closest) == ((), (), ())


def test_somebody_quoted_on_other_things_only(asked: Library) -> None:
    answer = ask(asked, "What did Ada Brandt say about the weather on Mars?")
    assert answer.status == "abstained"
    assert answer.text.startswith(
        "In the 3 articles searched, Ada Brandt is not clearly reported to have said anything on that."
    )
    assert answer.closest
    assert {citation.article_id for citation in answer.closest} == {MILL.id}


def test_two_people_of_one_surname_are_asked_about(asked: Library) -> None:
    answer = ask(asked, "What did Winter say about the old mill?")
    assert (answer.status, answer.citations) == ("abstained", ())
    assert answer.text.startswith(
        "More than one Winter is quoted on this: Karl Winter and Otto Winter. Whose words do you mean?"
    )
    assert {citation.article_id for citation in answer.closest} == {MILL.id, FERRY.id}


def test_a_title_tells_people_of_one_surname_apart(asked: Library) -> None:
    captain = ask(asked, "What did Captain Winter say about the old mill?")
    assert (captain.status, set(speakers(captain))) == ("answered", {"Otto Winter"})
    assert "new beams" not in captain.text
    owner = ask(asked, "What did the owner Winter say about the old mill?")
    assert set(speakers(owner)) == {"Karl Winter"}
    neither = ask(asked, "What did Professor Winter say about the old mill?")
    assert neither.status == "abstained"
    assert "More than one Professor Winter is quoted on this: Karl Winter and Otto Winter." in neither.text


@pytest.mark.parametrize(("first", "words"), [("Karl", "needed new beams"), ("Otto", "should be torn down")])
def test_the_first_name_settles_it(asked: Library, first: str, words: str) -> None:
    answer = ask(asked, f"What did {first} Winter say about the old mill?")
    assert answer.status == "answered"
    assert set(speakers(answer)) == {f"{first} Winter"}
    assert words in answer.text


def test_a_surname_is_clear_where_one_of_them_is_searched(asked: Library) -> None:
    question = "What did Winter say about the old mill?"
    for source, name in (("Stage Weekly", "Otto Winter"), ("The Lindal Post", "Karl Winter")):
        assert set(speakers(ask(asked, question, filters=Filters(source=source)))) == {name}


def test_two_speakers_one_of_whom_is_silent(asked: Library) -> None:
    answer = ask(asked, "What did Ada Brandt and Petra Unger say about the old mill?")
    assert answer.status == "answered"
    assert set(speakers(answer)) == {"Ada Brandt"}
    assert answer.text.endswith("\n\nIn the 3 articles searched, Petra Unger is not reported to have said anything.")
    other = ask(asked, "What did Nils Ekhorn and Ada Brandt say about the old mill?")
    assert set(speakers(other)) == {"Ada Brandt"}
    assert other.text.endswith("Nils Ekhorn is not clearly reported to have said anything on that.")


def test_a_name_that_two_people_share_beside_a_speaker_who_spoke(asked: Library) -> None:
    answer = ask(asked, "What did Ada Brandt and Winter say about the old mill?")
    assert (answer.status, set(speakers(answer))) == ("answered", {"Ada Brandt"})
    which = "More than one Winter is quoted on this: Karl Winter and Otto Winter. Whose words do you mean?"
    assert answer.unanswered == (which,)
    assert answer.text.endswith(f"\n\n{which}")
    assert "not reported" not in answer.text


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ("Petra Unger and Jonas Reet", "Petra Unger and Jonas Reet are not reported to have said anything."),
        (
            "the mayor and Nils Ekhorn",
            "the mayor and Nils Ekhorn are not clearly reported to have said anything on that.",
        ),
    ],
)
def test_two_speakers_who_are_both_silent(asked: Library, names: str, told: str) -> None:
    answer = ask(asked, f"What did {names} say about the weather on Mars?")
    assert answer.status == "abstained"
    assert answer.text == f"In the 3 articles searched, {told} {SEARCHED}"
    assert len(answer.unanswered) == 1


def test_two_silent_speakers_of_whom_one_is_quoted_on_other_things(asked: Library) -> None:
    answer = ask(asked, "What did Petra Unger and Nils Ekhorn say about the weather on Mars?")
    assert answer.unanswered == (
        "In the 3 articles searched, Petra Unger is not reported to have said anything.",
        "In the 3 articles searched, Nils Ekhorn is not clearly reported to have said anything on that.",
    )
    assert answer.text == " ".join([*answer.unanswered, SEARCHED])


def test_a_correction_beside_a_speaker_whose_words_they_are(asked: Library) -> None:
    answer = ask(asked, "Did Otto Winter and Ada Brandt say “a ruin with a view”?")
    assert (answer.status, set(speakers(answer))) == ("answered", {"Otto Winter"})
    assert "Ada Brandt is not reported to have said that; Otto Winter said it. [2]" in answer.text
    assert answer.unanswered == ()


def test_words_that_neither_of_two_speakers_said_are_corrected_once(asked: Library) -> None:
    answer = ask(asked, "Did Karl Winter and Ada Brandt say “a ruin with a view”?")
    assert answer.status == "abstained"
    told = "Karl Winter and Ada Brandt are not reported to have said that; Otto Winter said it."
    assert answer.text.startswith(f"{told} [1]\n\nOtto Winter, as Lena Moor reported")
    assert [sentence.text for sentence in answer.sentences] == [told, FERRY.paragraph_text(1)]


def test_who_reports_words_has_not_said_them(asked: Library) -> None:
    answer = ask(asked, "Did Lena Moor say “a ruin with a view”?")
    assert answer.status == "abstained"
    assert answer.text.startswith("Lena Moor is not reported to have said that; Otto Winter said it. [1]")
    reported = ask(asked, "What did Lena Moor say about “a ruin with a view”?")
    assert (reported.status, speakers(reported)) == ("answered", ["Lena Moor"])


def test_two_speakers_who_both_spoke(asked: Library) -> None:
    answer = ask(asked, "What did Otto Winter and Ada Brandt say about the old mill?")
    assert answer.status == "answered"
    assert set(speakers(answer)) == {"Otto Winter", "Ada Brandt"}
    assert answer.text.index("Otto Winter, Stage Weekly") < answer.text.index("Ada Brandt, The Lindal Post")
    assert "not reported" not in answer.text


# ---------------------------------------------------------------------- follow-ups, filters, other questions


@pytest.mark.parametrize(
    "content",
    [
        "What did Otto Winter say about the harbour?",
        [{"type": "text", "text": "What did Otto Winter say"}, {"type": "text", "text": "about the harbour?"}],
    ],
    ids=["string", "blocks"],
)
def test_a_follow_up_takes_the_speaker_from_the_question_before(asked: Library, content: Any) -> None:
    reply = content if isinstance(content, str) else [{"type": "text", "text": "Ada Brandt said nothing."}]
    history = [{"role": "user", "content": content}, {"role": "assistant", "content": reply}]
    answer = ask(asked, "And what did he say about the old mill?", history=history)
    assert answer.status == "answered"
    assert set(speakers(answer)) == {"Otto Winter"}
    assert "should be torn down" in answer.text


def test_a_follow_up_about_a_role(asked: Library) -> None:
    history = [{"role": "user", "content": "What did the head teacher announce?"}]
    answer = ask(asked, "And what did he say about lessons?", history=history)
    assert (answer.status, speakers(answer)) == ("answered", ["Nils Ekhorn"])


@pytest.mark.parametrize("speaker", ["''", "?", "the"])
def test_a_speaker_who_is_no_name_is_nobody(asked: Library, speaker: str) -> None:
    assert asked.quotes(speaker) == []
    assert asked.ask("Is the old mill open?", filters=Filters(speaker=speaker)).status == "abstained"


def test_an_empty_speaker_is_no_filter(asked: Library) -> None:
    assert asked.ask("Is the old mill open?", filters=Filters(speaker="")).engine == "extractive"


def test_where_one_speaker_is_chosen_every_question_is_about_their_words(asked: Library) -> None:
    brandt = Filters(speaker="Brandt")
    answer = ask(asked, "Is the old mill open?", filters=brandt)
    assert answer.status == "answered"
    assert set(speakers(answer)) == {"Ada Brandt"}
    named = ask(asked, "What did Otto Winter say about the old mill?", filters=brandt)
    assert "Otto Winter" not in speakers(named)
    silent = ask(asked, "Is the old mill open?", filters=Filters(speaker="Petra Unger"))
    assert silent.text.startswith("In the 3 articles searched, Petra Unger is not reported to have said anything.")


@pytest.mark.parametrize(
    "question",
    ["How much will the kitchen cost?", "When would lessons begin in winter?", "How long is the old mill open?"],
)
def test_other_questions_are_not_the_ledgers(asked: Library, question: str) -> None:
    answer = asked.ask(question)
    assert answer.engine == "extractive"
    assert answer.quotes == ()


def test_a_deed_of_which_nobody_spoke_is_looked_for_in_the_text(asked: Library) -> None:
    assert asked.ask("Who gave the captain a boat?").engine == "extractive"
    assert asked.ask("Who gave the captain a warning?").engine == "ledger"


def test_who_did_something_is_not_whoever_spoke_of_it(asked: Library) -> None:
    assert asked.ask("Who drew up the plan for new beams?").engine == "extractive"


def test_an_office_that_nobody_is_known_to_hold_is_looked_for_in_the_text(asked: Library) -> None:
    answer = asked.ask("What did the bank's treasurer say about the old mill?")
    assert (answer.engine, answer.status) == ("extractive", "abstained")
    assert asked.ask("What did the head teacher say about lessons?").engine == "ledger"


@pytest.fixture(scope="module")
def brothers(tmp_path_factory: pytest.TempPathFactory, shared_encoder: Any) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("brothers")
    texts = {
        "farm": "Adam Rell and his brother Felix Rell were in court on Monday. “I was at home,” Rell told the judge.",
        "king": "Prime Minister Ole Dahl told King Harald that the talks had failed.\n\n“It is over,” Dahl said.",
        "merger": "Anna Berg denied the merger on Monday. Otto Krug denied the merger, too. "
        "Lise Toft confirmed the merger on Friday, after the bank had opened its books.",
        "vote": "Ruben Astor said the vote could come in May. Ida Feld said the garden needed rain.",
        "turn": "KESSLER: It closed in April, and nobody told the town about it.",
        "roles": "Tove Rask, the interior minister, said that four men had planned it.\n\n"
        "The president of Norlund said that the border would open. Norlund officials said that it would stay shut.",
        "told": "Vic Amery was told to resign by the board. Amery said that the board was blind.",
        "senator": "Senator Vic Amery met the spy. The spy, Lev Orlov, said the river was deep.",
    }
    with Library.open(folder, settings=Settings(library=folder), encoder=shared_encoder) as library:
        library.add_articles([Article.from_text(text, title=name, date="2026-03-01") for name, text in texts.items()])
        yield library


def test_a_bare_surname_is_given_to_neither_brother(brothers: Library) -> None:
    answer = ask(brothers, "Did Felix Rell say “I was at home”?")
    assert answer.status == "abstained"
    assert "whether that is Felix Rell, the article leaves open" in answer.text
    assert "not reported" not in answer.text
    assert "I was at home" in answer.citations[0].text


def test_a_title_beside_another_name_is_not_the_speakers(brothers: Library) -> None:
    answer = ask(brothers, "What did King Harald say about the talks?")
    assert answer.status == "abstained"
    answer = ask(brothers, "What did Senator Orlov say?")
    assert all("board" not in citation.text for citation in answer.citations)


def test_who_denied_it_are_all_who_did_and_nobody_else(brothers: Library) -> None:
    answer = ask(brothers, "Who denied the merger?")
    assert {quote.speaker.name for quote in answer.quotes if quote.speaker} == {"Anna Berg", "Otto Krug"}


def test_what_somebody_else_said_is_told_as_theirs(brothers: Library) -> None:
    answer = ask(brothers, "Did Ida Feld say the vote could come in May?")
    assert answer.status == "abstained"
    assert answer.text.startswith("Ida Feld is not reported to have said that; Ruben Astor said it. [1]")


def test_silence_is_not_claimed_where_a_turn_was_not_read(brothers: Library) -> None:
    answer = ask(brothers, "What did Kessler say?")
    if answer.status == "abstained":
        assert "could not be read with certainty" in answer.text
        assert "KESSLER" in answer.closest[0].text
    else:
        assert "KESSLER" in answer.citations[0].text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What did the Interior Minister say about the men?", "four men had planned it"),
        ("What did Norlund's president say?", "the border would open"),
        ("What did the Norlund president say about the border?", "the border would open"),
    ],
)
def test_an_office_is_no_name(brothers: Library, question: str, words: str) -> None:
    answer = ask(brothers, question)
    assert [sentence.text for sentence in answer.sentences if words in sentence.text]
    assert len(answer.sentences) == 1


def test_whoever_was_told_something_did_not_say_it(brothers: Library) -> None:
    assert brothers.ask("What was Vic Amery told by the board?").engine != "ledger"


def test_small_letters_name_people_too(brothers: Library) -> None:
    answer = ask(brothers, "what did otto krug say about the merger?")
    assert [quote.speaker.name for quote in answer.quotes if quote.speaker] == ["Otto Krug"]
    assert brothers.quotes(speaker="krug") == brothers.quotes(speaker="Otto Krug")


def test_articles_in_another_language_are_not_taken_for_silent(tmp_path: Any, shared_encoder: Any) -> None:
    spanish = (
        "«El puente es peligroso», dijo la alcaldesa Ana Ruiz el lunes. El portavoz no quiso hablar con la prensa."
    )
    with Library.open(tmp_path, settings=Settings(library=tmp_path), encoder=shared_encoder) as library:
        library.add_articles([Article.from_text(spanish)])
        assert library.ask("What did Ana Ruiz say?").engine == "extractive"
        library.add_articles([Article.from_text(f"The mayor of town {n} said that it had rained.") for n in range(3)])
        answer = ask(library, "What did Ana Ruiz say about the bridge?")
        assert "could not be read with certainty" in answer.text
        assert "Ana Ruiz" in answer.closest[0].text
        answer = ask(library, "What did Karl Winter say?")
        assert "(1 not in English: there, who said what is not read)" in answer.text


def test_a_speaker_without_a_name_is_an_error(brothers: Library) -> None:
    with pytest.raises(QuestionError):
        brothers.quotes(speaker=" ")


@pytest.mark.parametrize("question", ["What did he say about the old mill?", "Did she deny anything?"])
def test_a_pronoun_that_nobody_is_named_for_is_asked_about(asked: Library, question: str) -> None:
    answer = ask(asked, question)
    assert (answer.status, answer.citations, answer.closest) == ("abstained", (), ())
    assert answer.text.startswith(
        f"It is not clear whom “{question.split()[2 - question.startswith('Did')]}” stands for"
    )


def test_a_number_that_somebody_gave_is_looked_for_in_the_text_where_the_ledger_has_none(asked: Library) -> None:
    assert asked.ask("How many boats did Nils Ekhorn say there were?").engine == "extractive"
    assert ask(asked, "What did Nils Ekhorn say about boats?").status == "abstained"


def test_one_word_that_is_no_known_speaker_is_looked_for_in_the_text(asked: Library) -> None:
    assert asked.ask("What did Norlund say about the old mill?").engine == "extractive"
    assert ask(asked, "What did Petra Unger say about the old mill?").status == "abstained"


def test_an_office_that_no_article_gives_to_anybody(asked: Library) -> None:
    answer = ask(asked, "How do Ada Brandt and the head of the port differ over the old mill?")
    assert set(speakers(answer)) == {"Ada Brandt"}
    assert answer.unanswered == ("In the 3 articles searched, nobody who is quoted is called the head of the port.",)
