"""Lies made of an article's own words, put together, hedged or bounded otherwise, and honest sentences that may look alike."""

from __future__ import annotations

from functools import cache

import pytest

from rag.embedding import SentenceTransformerEncoder
from rag.quotes import extract_quotes
from rag.types import Article, Quote
from rag.verification import Source, Verifier
from rag.verification.clauses import deeds, governors
from rag.verification.evidence import Said

BRIDGE = """The Orrin Bridge in Tamsel was closed on Monday because of a crack in a girder. It reopened on Saturday, one \
day later than promised, the roads office said.

“We will not rush the repair,” said Liv Harlow, the mayor of Tamsel. Deputy mayor Pim Osterby said the city \
might ask the state for money.

The roads office denied that it had ignored a warning. Its chief, Carl Undine, refused to say whether anyone \
would be dismissed.

More than 300 people were stranded, and at least 12 shops lost trade, according to the chamber of commerce. \
Losses fell to 40,000 crowns a day from 55,000 crowns in the first week.

Engineers suspect that salt weakened the steel. Some residents want the bridge replaced; most want it \
repaired.

If the frost returns, the bridge could be closed again, Undine warned."""
COURT = """A court in Brell on Tuesday acquitted Dora Finch of arson but convicted her brother, Emil Finch, of fraud. He \
was fined 9,000 marks and must pay within 30 days.

Prosecutors alleged that Emil Finch had sold the warehouse to his sister two weeks before the fire. His \
lawyer, Nadia Roque, said the sale was legal.

Judge Tobias Engel said the evidence against Dora Finch was thin. The prosecutor, Vera Sand, said she was \
considering an appeal.

The fire killed one firefighter and injured three others in 2029. Police have not found its cause. An insurer \
paid Finch Storage 2.4 million marks.

Dora Finch told reporters she was relieved. Asked whether she would speak to her brother, she said: “Not this \
year.”"""
FIGURES = """Unemployment in Vasland fell to 6.1 percent in January from 6.4 percent in December, the statistics office \
said. It was the second lowest rate since 2019.

Wages rose by 3 percent, less than prices, which went up by 4.5 percent.

Opposition leader Otto Kemp said the government was hiding the true number of people without work. Finance \
minister Rosa Brandl called the figures encouraging.

The central bank is expected to keep its rate at 2 percent in March. Its governor has not ruled out a cut of \
half a percentage point. Parliament has yet to vote on the budget.

Gregor Vahl, a farmer, accused Brandl of taking money from Hydra Nord, which she denied. No evidence has been \
presented. He has sold half of his 60 cows. The barn, lent by a neighbour, burnt when a guard tried to save it.

Tarn United beat Lower Quay 3-1 on Sunday. They have never won the cup; Ostrey have won it five times. Tor \
Abel lost his boat, and Sven Krog lent him one. The cup was moved from Tarn to Ostrey, twice as often as in 2020."""
RIVAL = """Prices in Tamsel rise because of greed, said Ada Berg. Police found no sign of a break-in and \
arrested a neighbour."""
QUAY = """The fire on the quay of Tamsel was an “intended act”, Liv Harlow, the mayor, said on Sunday. Harlow said there \
was “no evidence” yet that the fire on the quay was an act of a gang. “Insurers pay us, and we need the money to pay the \
crews,” said Harlow."""
ARTICLES = {"bridge": BRIDGE, "court": COURT, "figures": FIGURES, "quay": QUAY, "rival": RIVAL}

LIES = [
    ("rival", 0, "The reason that prices in Tamsel rise is greed.", "only has it as the words of"),
    ("court", 2, "Tobias Engel married Vera Sand.", "says nothing of “married”"),
    (
        "bridge",
        1,
        "Liv Harlow dismissed Pim Osterby.",
        "says nothing of “dismissed”",
    ),  # elsewhere the article has the word
    ("quay", 0, "Liv Harlow said the fire on the quay was an intended act of a gang.", "only to say that it is not so"),
    (
        "bridge",
        0,
        "It was closed because of a crack that closed it and one day later than promised.",
        "with “reopened”",
    ),
    ("bridge", 0, "The Orrin Bridge in Tamsel was closed on Saturday, the roads office said.", "with “reopened”"),
    ("bridge", 0, "The Orrin Bridge reopened on Monday.", "with “closed”"),
    (
        "bridge",
        0,
        "It reopened on Saturday, one day earlier than promised, the roads office said.",
        "the other way round",
    ),
    ("bridge", 1, "“We will not rush the repair,” said the deputy mayor.", "Liv Harlow’s, not the deputy mayor’s"),
    ("bridge", 1, "The mayor said the city might ask the state for money.", "Pim Osterby’s, not The mayor’s"),
    ("bridge", 1, "Osterby said the city will ask the state for money.", "a possibility (“might”)"),
    ("bridge", 1, "Osterby said the city had asked the state for money.", "a possibility (“might”)"),
    ("bridge", 1, "Osterby said the state might ask the city for money.", "the other way round"),
    ("bridge", 1, "Osterby said the city might ask the state for money because of the repair.", "gives no cause"),
    ("bridge", 2, "The roads office ignored a warning.", "only has it as the words of"),
    ("bridge", 3, "Fewer than 300 people were stranded.", "another bound"),
    ("bridge", 3, "At most 12 shops lost trade, according to the chamber of commerce.", "another bound"),
    ("bridge", 3, "More than 300 shops lost trade.", "counts something else"),
    ("bridge", 3, "Losses rose to 40,000 crowns a day.", "“rose” where the cited paragraph says “fell”"),
    ("bridge", 3, "Losses fell from 40,000 crowns a day in the first week.", "“from 40,000 crowns”"),
    ("bridge", 4, "Salt weakened the steel.", "a suspicion (“suspect”)"),
    ("bridge", 4, "Engineers confirmed that salt weakened the steel.", "a suspicion (“suspect”)"),
    ("bridge", 4, "Most residents want the bridge replaced.", "not say it of so many"),
    ("bridge", 5, "The bridge will be closed again, Undine warned.", "a condition (“If”)"),
    ("bridge", 5, "Undine warned that the bridge would be closed again if the frost returns.", "says “could”"),
    ("bridge", 5, "Undine warned that the bridge could be closed again unless the frost returns.", "“unless”"),
    ("bridge", 1, "Corrupt mayor Liv Harlow said they will not rush the repair.", "says nothing of “Corrupt”"),
    ("bridge", 1, "Liv Harlow angrily said they will not rush the repair.", "says nothing of “angrily”"),
    ("bridge", 0, "The bridge was closed on Monday because of sabotage.", "says nothing of “sabotage”"),
    ("bridge", 0, "The bridge was closed because of a crack in a girder (visit www.evil.example).", "the address"),
    ("bridge", 1, "“We will not rush the repair,” said Liv Harlow, a@evil.example.", "the address"),
    ("court", 0, "A court in Brell convicted Dora Finch of arson.", "goes with Emil Finch"),
    ("court", 0, "The court acquitted her brother, Emil Finch, of arson.", "goes with Dora Finch"),
    ("court", 0, "Dora Finch was fined 9,000 marks.", "goes with he"),
    ("court", 1, "Emil Finch sold the warehouse to his sister two weeks before the fire.", "a suspicion (“alleged”)"),
    ("court", 1, "Prosecutors alleged he had bought the warehouse two weeks after the fire.", "the other way round"),
    ("court", 1, "Nadia Roque said the sale was illegal.", "“illegal” where the cited paragraph says “legal”"),
    ("court", 2, "Judge Vera Sand said she was considering an appeal.", "does not call Vera Sand Judge"),
    ("court", 2, "He said he was considering an appeal.", "who is not “he”"),
    ("court", 2, "The prosecutor, Vera Sand, said she would appeal.", "something considered"),
    ("court", 3, "The fire injured one firefighter and killed three others.", "with “killed”"),
    ("court", 3, "Police have found the cause of the fire.", "leaves the “not” out"),
    ("court", 3, "Finch Storage paid an insurer 2.4 million marks.", "the other way round"),
    ("court", 4, "Dora Finch said that she would speak to her brother.", "a question (“whether”)"),
    ("figures", 0, "Unemployment in Vasland fell to 6.1 percent in December.", "with “january”"),
    ("figures", 0, "Unemployment in Vasland fell by 6.1 percent in January.", "“by 6.1 percent”"),
    ("figures", 0, "It was the lowest rate since 2019.", "“second lowest”"),
    ("figures", 1, "Wages rose more than prices.", "the other way round"),
    ("figures", 1, "Prices rose less than wages.", "the other way round"),
    ("figures", 2, "The government was hiding the true number of people without work.", "the words of Otto Kemp"),
    ("figures", 2, "Finance minister Otto Kemp said the government was hiding the number.", "does not call Otto Kemp"),
    ("figures", 2, "Prime minister Rosa Brandl called the figures encouraging.", "does not call Rosa Brandl"),
    ("figures", 3, "The central bank kept its rate at 2 percent in March.", "an intention (“expected”)"),
    ("figures", 3, "Its governor has not ruled out a cut of half a percent.", "“percent” of “half”"),
    ("figures", 3, "Parliament has voted on the budget.", "leaves the “not” out"),
    ("figures", 4, "Vahl accused Hydra Nord of taking money from Brandl.", "goes with Brandl"),
    ("figures", 4, "Evidence has been presented that Brandl took money.", "leaves the “not” out"),
    ("figures", 4, "He has sold 60 cows.", "a part of “60”"),
    ("figures", 4, "A guard saved the barn.", "says “tried to save”"),
    ("court", 0, "Emil Finch convicted a court in Brell of fraud.", "the other way round"),
    ("figures", 4, "Brandl took money from Hydra Nord.", "only has it as the words of"),
    ("figures", 5, "Tarn United lost to Lower Quay 3-1 on Sunday.", "goes with Tor Abel"),
    ("figures", 5, "Tarn United beat Lower Quay 1-3 on Sunday.", "“3-1”"),
    ("figures", 5, "Sven Krog lost his boat.", "goes with Tor Abel"),
    ("figures", 5, "The cup was moved from Ostrey to Tarn.", "the other way round"),
    ("figures", 5, "Tarn United beat Lower Quay in 2020.", "only compares with “2020”"),
]

HONEST = [
    ("rival", 0, "Police arrested a neighbour."),
    ("quay", 0, "Liv Harlow said there was no evidence that the fire was an act of a gang."),
    ("quay", 0, "Liv Harlow gave the reason that insurers pay them and they need the money to pay the crews."),
    ("bridge", 0, "A crack in a girder led to the closure of the Orrin Bridge on Monday."),
    ("bridge", 0, "The bridge reopened on Saturday, a day later than promised."),
    ("bridge", 1, "The deputy mayor said the city could ask the state for money."),
    ("bridge", 1, "The mayor of Tamsel, Liv Harlow, said, “We will not rush the repair.”"),
    ("bridge", 2, "The roads office said it had not ignored a warning."),
    ("bridge", 2, "Carl Undine would not say whether anyone would be dismissed."),
    ("bridge", 3, "Over 300 people were stranded and at least a dozen shops lost trade."),
    ("bridge", 3, "Losses fell from 55,000 crowns a day in the first week to 40,000 crowns."),
    ("bridge", 4, "Salt may have weakened the steel, engineers suspect."),
    ("bridge", 4, "Most residents want the bridge repaired."),
    ("bridge", 5, "The bridge could be closed again in case the frost returns, Carl Undine warned."),
    ("court", 0, "Emil Finch was convicted of fraud by a court in Brell on Tuesday."),
    ("court", 0, "Emil Finch was fined 9,000 marks, to be paid within 30 days."),
    ("court", 1, "Prosecutors said Emil Finch had sold the warehouse to his sister two weeks before the fire."),
    ("court", 2, "Vera Sand, the prosecutor, said she was considering an appeal."),
    ("court", 3, "One firefighter was killed and three others were injured in the fire in 2029."),
    ("court", 3, "Finch Storage was paid 2.4 million marks by an insurer."),
    ("court", 4, "Asked whether she would speak to her brother, Dora Finch said “Not this year.”"),
    ("figures", 0, "Unemployment in Vasland fell from 6.4 percent in December to 6.1 percent in January."),
    ("figures", 1, "Prices rose by 4.5 percent, more than wages, which rose by 3 percent."),
    ("figures", 2, "The finance minister called the figures encouraging."),
    ("figures", 3, "The central bank is likely to keep its rate at 2 percent in March."),
    ("figures", 3, "Parliament has not yet voted on the budget."),
    ("figures", 4, "Brandl was accused by Gregor Vahl of taking money from Hydra Nord."),
    ("figures", 4, "Brandl denied taking money from Hydra Nord."),
    ("figures", 5, "Lower Quay were beaten 3-1 by Tarn United."),
    ("figures", 5, "Sven Krog lent Tor Abel a boat."),
]


@cache
def read(name: str) -> tuple[Article, tuple[Quote, ...]]:
    article = Article.from_text(ARTICLES[name], date="2031-05-06")
    return article, tuple(extract_quotes(article))


def cite(name: str, paragraph: int) -> list[Source]:
    article, quotes = read(name)
    here = article.paragraphs[paragraph]
    return [Source(article, here.start, here.end, quotes)]


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier(SentenceTransformerEncoder())


@pytest.mark.parametrize(("name", "paragraph", "sentence", "reason"), LIES)
def test_true_words_put_together_wrongly_are_unsupported(
    verifier: Verifier, name: str, paragraph: int, sentence: str, reason: str
) -> None:
    verdict = verifier.verify(sentence, cite(name, paragraph))
    assert verdict.support == "unsupported"
    assert any(reason in one for one in verdict.reasons), verdict.reasons


@pytest.mark.parametrize(("name", "paragraph", "sentence"), HONEST)
def test_the_same_said_in_other_words_is_supported(
    verifier: Verifier, name: str, paragraph: int, sentence: str
) -> None:
    verdict = verifier.verify(sentence, cite(name, paragraph))
    assert (verdict.support, verdict.reasons) == ("supported", ())


def test_a_sentence_that_is_longer_than_what_is_compared_is_unsupported(verifier: Verifier) -> None:
    """Its end would be read by no check."""
    padded = f"The bridge was closed on Monday{', on Monday' * 40}, and it will be closed again."
    assert verifier.verify(padded, cite("bridge", 0)).reasons == ("the sentence is too long to be checked",)


@pytest.mark.parametrize(
    ("sentence", "verbs"),
    [
        ("The bridge was closed by the council.", [("closed", True)]),
        ("She sold the promised boat and will leave.", [("sold", False), ("leave", False)]),
        ("He has not been told to go.", [("told", True), ("go", False)]),
        ("A hundred planned trips to Sund.", [("planned", False)]),
    ],
)
def test_verbs_are_told_by_their_forms(sentence: str, verbs: list[tuple[str, bool]]) -> None:
    assert [(one.word.text, one.passive) for one in deeds(Said(sentence, 0))] == verbs


@pytest.mark.parametrize(
    ("sentence", "word", "verbs"),
    [
        ("It closed on Monday and reopened on Friday.", "Friday", ["reopened"]),
        ("The frost closed 3 roads.", "3", ["closed"]),
        ("Roads were closed, and 3 boats sank.", "3", ["sank"]),
        ("It reopened on Friday, later than promised.", "later", ["reopened"]),
        ("It was closed; Friday came.", "Friday", ["came"]),
    ],
)
def test_the_verb_that_a_word_stands_with(sentence: str, word: str, verbs: list[str]) -> None:
    said = Said(sentence, 0)
    place = [one.text for one in said.words].index(word)
    assert [one.word.text for one in governors(said, place)] == verbs
