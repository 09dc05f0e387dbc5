"""A sentence that a model wrote: shown with the slices that bear it out, or refused with the reason."""

from __future__ import annotations

from typing import Any

import pytest

from rag.answering.exhibits import Exhibit
from rag.answering.model_check import CheckedSentence, ClaimChecker, Refused, topics, whole_of
from rag.answering.model_reply import Claim
from rag.quotes import extract_quotes
from rag.types import Article
from rag.verification import Verifier

QUESTION = "How large was the crack?"


@pytest.fixture
def checker(encoder: Any) -> ClaimChecker:
    return ClaimChecker(Verifier(encoder))


def exhibits(*articles: Article) -> list[Exhibit]:
    places = [(article, at) for article in articles for at in range(len(article.paragraphs))]
    return [
        Exhibit(number, article, at, tuple(extract_quotes(article)))
        for number, (article, at) in enumerate(places, start=1)
    ]


def told(checked: CheckedSentence | Refused) -> CheckedSentence:
    assert isinstance(checked, CheckedSentence), checked
    return checked


def refused(checked: CheckedSentence | Refused) -> Refused:
    assert isinstance(checked, Refused), checked
    return checked


def test_a_claim_is_told_with_the_sentence_that_bears_it_out(checker: ClaimChecker, bridge: Article) -> None:
    one = told(checker.check(Claim("The repair will cost 4.2 million crowns.", (2,)), exhibits(bridge), "What of it?"))
    assert one.support == "supported"
    assert [passage.text for passage in one.passages] == ["The repair costs 4.2 million crowns."]


def test_a_copy_is_the_articles_own_sentence(checker: ClaimChecker, bridge: Article) -> None:
    copy = "The Tolland Bridge was closed Tuesday after engineers found a crack of 17 centimetres."
    one = told(checker.check(Claim(copy, (1,)), exhibits(bridge), QUESTION))
    assert (one.text, one.support) == (bridge.paragraph_text(0), "verbatim")
    assert one.passages[0].text == one.text


def test_a_piece_of_a_sentence_is_told_as_the_whole_sentence(checker: ClaimChecker) -> None:
    article = Article.from_text("“We owe it to the people who work in the mill,” Ada Brandt said on Monday.")
    claim = Claim("We owe it to the people who work in the mill.", (1,))
    one = told(checker.check(claim, [Exhibit(1, article, 0, ())], ""))
    assert (one.text, one.support) == (article.text, "verbatim")
    somebodys = refused(checker.check(claim, exhibits(article), "")).instead
    assert somebodys
    assert (somebodys.text, somebodys.support) == (article.text, "verbatim")


def test_without_a_marker_the_passage_is_found(checker: ClaimChecker, bridge: Article, strike: Article) -> None:
    one = told(checker.check(Claim("Engineers found a crack of 17 centimetres."), exhibits(strike, bridge), QUESTION))
    assert {passage.article.id for passage in one.passages} == {bridge.id}
    assert "17 centimetres" in one.passages[0].text


def test_an_invented_marker_takes_its_claim_with_it(checker: ClaimChecker, bridge: Article) -> None:
    true = "Engineers found a crack of 17 centimetres."
    for numbers in ((9,), (1, 9), (0,)):
        one = refused(checker.check(Claim(true, numbers), exhibits(bridge), QUESTION))
        assert "there is not" in one.reason
        assert one.instead is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Engineers found a crack of 71 centimetres.", "71"),
        ("Engineers found a crack of 17 metres.", "17"),
        ("Engineers of Kessel found a crack of 17 centimetres.", "Kessel"),
        ("The bridge was not closed after engineers found a crack of 17 centimetres.", ""),
        ("Tomas Lind said they will not reopen it before May.", ""),
    ],
)
def test_what_is_not_borne_out_is_refused_and_a_sentence_of_the_article_offered(
    checker: ClaimChecker, bridge: Article, text: str, reason: str
) -> None:
    one = refused(checker.check(Claim(text, (1,)), exhibits(bridge), QUESTION))
    assert reason in one.reason
    if one.instead is not None:
        assert one.instead.support == "verbatim"
        assert one.instead.text == one.instead.passages[0].text
        assert one.instead.text in bridge.text


def test_what_only_the_question_says_is_no_evidence(checker: ClaimChecker, bridge: Article) -> None:
    claim = Claim("Ines Okafor called the repair a disaster.", (2,))
    one = refused(checker.check(claim, exhibits(bridge), "Did Ines Okafor call the repair a disaster?"))
    assert "disaster" in one.reason


def test_a_passage_that_has_it_otherwise_is_not_hidden_by_another(checker: ClaimChecker) -> None:
    article = Article.from_text(
        "Officials found no evidence that the mayor took bribes from a builder.\n\n"
        "A rival wrote that the mayor took bribes from a builder."
    )
    claim = Claim("The mayor took bribes from a builder.", (1, 2))
    refused(checker.check(Claim(claim.text, (1,)), exhibits(article)[:1], ""))
    refused(checker.check(claim, exhibits(article), ""))


def test_nothing_bears_out_what_there_is_no_passage_for(checker: ClaimChecker) -> None:
    one = refused(checker.check(Claim("The bridge is shut."), [], ""))
    assert one.reason


def test_topics_are_stems_without_stop_words() -> None:
    assert topics("The bridges of the town's council") == topics("town bridge councils")
    assert topics("the of and") == frozenset()


def test_the_whole_of_an_exhibit_is_its_paragraph(bridge: Article) -> None:
    assert whole_of(exhibits(bridge)[1]).text == bridge.paragraph_text(1)
