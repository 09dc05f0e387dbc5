import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.saying import read_sayings, topic_head


@pytest.mark.parametrize(
    ("question", "kind", "speakers"),
    [
        ("What did Mara Lindqvist say about the bridge?", "said_about", ["Mara Lindqvist"]),
        ("What has the Kremlin confirmed?", "said_about", ["Kremlin"]),
        ("How did the port's chief executive Edvard Rask respond?", "said_about", ["port's chief executive Edvard Rask"]),
        ("What was Agnes Bohl's reply to the offer?", "said_about", ["Agnes Bohl"]),
        ("According to Dr. Ines Farrow, what was really behind the crack?", "said_about", ["Dr. Ines Farrow"]),
        ("What does Ruth Amadi of the Dam Board say about the gates?", "said_about", ["Ruth Amadi of the Dam Board"]),
        ("What did Prew, Agnes Bohl and the union each say about the report?", "said_about", ["Prew", "Agnes Bohl", "union"]),
        ("What did Prew say in May, and how did Bohl answer him?", "said_about", ["Prew", "Bohl"]),
        ("How do the mayor and the head of the port differ over the bill?", "said_about", ["mayor", "head of the port"]),
        ("How do Prew and the head of state differ?", "said_about", ["Prew", "head of state"]),
        ("What did the head of state say about it?", "said_about", ["head of state"]),
        ("Did the governor of the central bank say rates would rise?", "did_say", ["governor of the central bank"]),
        ("What did the head of the court case inquiry say?", "said_about", ["head of the court case inquiry"]),
        ("What did the mayor of course say about it?", "said_about", ["mayor"]),
        ("Did Putin promise anything?", "did_say", ["Putin"]),
        ("Did the harbour master take sides on the bill?", "did_say", ["harbour master"]),
        ("Did a Lindqvist spokesman say the ferry would be free?", "did_say", ["Lindqvist spokesman"]),
        ("Who spoke of “unwavering determination”?", "who_said", [None]),
        ("Whose words are “I shut it and called him afterwards”?", "who_said", [None]),
        ("Which lawmaker suggested that the dam was unsafe?", "who_said", [None]),
        ("“Not one cent” - who said that?", "who_said", [None]),
        ("Who has called the dam unsafe?", "who_said", [None]),
        ("Who had already warned of a flood?", "who_said", [None]),
        ("Who is calling for an inquiry?", "who_said", [None]),
        ("Who has Prew accused?", "said_about", ["Prew"]),
        ("Who did Prew blame for it?", "said_about", ["Prew"]),
        ("Whom did Prew compare Bohl with?", "said_about", ["Prew"]),
        ("What reason did Prew give?", "said_about", ["Prew"]),
        ("What did he say about the dam?", "said_about", ["he"]),
        ("How did Prew answer the woman who asked why he won’t say “dam failure”?", "said_about", ["Prew"]),
        ("What was Ada Prew referring to when she said “the dam is lost”?", "said_about", ["Ada Prew"]),
    ],
)  # fmt: skip
def test_reads_whose_words_are_asked_for(question, kind, speakers):
    sayings = read_sayings(question)
    assert [saying.kind for saying in sayings] == [kind] * len(speakers)
    assert [saying.speaker for saying in sayings] == speakers


@pytest.mark.parametrize(
    "question",
    [
        "How long was the bridge closed?",
        "When did the river rise?",
        "Where is the ferry?",
        "How many people work there?",
        "Why?",
        "Who was called to the inquiry?",
        "Who has the key?",
        "Who is said to own the mill?",
        "What impression did Wynn's testimony make on Agnes Bohl?",
        "What is Lund's first name?",
        "Where did they go?",
        "Who did Prew speak to?",
        "Who did Norlund deny entry to?",
        "To whom did Prew speak?",
        "Who did Prew speak with on Monday?",
        "For what reason is Ada Prew in Norlund?",
        "Who disagrees with Ada Prew?",
    ],
)
def test_other_questions_ask_for_no_saying(question):
    assert read_sayings(question) == ()


def test_quoted_words_are_kept_apart_from_apostrophes():
    (saying,) = read_sayings("When did Edvard Rask say the city's view was 'not one cent more'?")
    assert saying.speaker == "Edvard Rask"
    assert saying.quoted == ("not one cent more",)


def test_a_title_in_quotation_marks_is_nobodys_words():
    (title,) = read_sayings("Who takes the role of the ferryman in the new “Death on the Vell”?")
    assert (title.quoted, title.plain) == ((), False)
    for question in ("Who said “The Dam Is Lost”?", "Who said on the show “The Dam Is Lost”?"):
        (slogan,) = read_sayings(question)
        assert slogan.quoted == ("The Dam Is Lost",)


@given(st.text())
def test_never_fails(text):
    for saying in read_sayings(text):
        assert saying.kind in ("said_about", "who_said", "did_say")
        assert (saying.speaker is None) == (saying.kind == "who_said")


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("Who makes the ferries?", False),
        ("Who took over as mayor?", False),
        ("What position does Lund play?", False),
        ("Did Lund ask the owner first?", False),
        ("Who made the claim about the bridge?", True),
        ("Who said “that is enough”?", True),
        ("What did Lund deny?", True),
        ("What was Lund's reaction to the plan?", True),
    ],
)
def test_a_question_about_a_deed_does_not_plainly_ask_for_words(question, plain):
    assert {saying.plain for saying in read_sayings(question)} == {plain}


@pytest.mark.parametrize(
    ("topic", "head"),
    [
        ("What say about inflation in Norlund", "inflation"),
        ("What say about the price of coal at the quay", "the price"),
        ("What say about the ferry", ""),
        ("What deny in May", ""),
    ],
)
def test_what_a_topic_is_about_comes_before_where_and_when(topic, head):
    assert topic_head(topic) == head
