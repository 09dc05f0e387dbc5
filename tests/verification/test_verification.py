"""Lies of every kind against hand-built articles, and honest sentences of every kind, which must pass."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.embedding import SentenceTransformerEncoder
from rag.quotes import extract_quotes
from rag.types import Article, Citation, Polarity, Quote, Span, Speaker
from rag.verification import Source, Verdict, Verifier
from rag.verification.dates import is_told, read_days, resolved
from rag.verification.evidence import Evidence, Said, tidy
from rag.verification.names import missing_names
from rag.verification.quantities import plain, read_quantities
from rag.verification.quoted import altered_quotes
from rag.verification.sayings import misattribution, spelled_out
from rag.verification.swaps import swapped

CLOSURE, FELD, DENIAL, COUNCIL, FERRY, WARNING = range(6)
ARTICLE = Article.from_text(
    "The Karlin Bridge was closed on Wednesday after engineers found a crack of 14 centimetres in its third pier. "
    "Some 1,234,000 people had crossed it last year.\n\n"
    "“We will not reopen the bridge before 9 May,” Ines Feld, the harbour master, told reporters. She said the repair "
    "would take twelve weeks and cost 4.2 million crowns.\n\n"
    "Jonas Astor denied that the council had known of the crack. The mayor said he had not seen the report.\n\n"
    "The council approved the money by 21 votes to 8, and did not raise the toll.\n\n"
    "Three ferries carry passengers between Karlin and Sund every ten minutes. The European Union paid for two of them.\n\n"
    "Feld warned that the old pier could give way in a storm.",
    title="Karlin Bridge closed",
    date="2026-03-05",
    source="The Harbour Gazette",
)


def said(words: str, speaker: str, mention: str, cue: str, polarity: Polarity = "asserted") -> Quote:
    """A statement of the ledger, as the extractor gives it."""
    start = ARTICLE.text.index(words)
    return Quote(
        article_id=ARTICLE.id,
        external_id=None,
        paragraph=ARTICLE.paragraph_at(start),
        text=words,
        start=start,
        end=start + len(words),
        spans=((start, start + len(words)),),
        kind="direct" if words.startswith("“") else "indirect",
        speaker=Speaker(speaker, mention, None, None, "name"),
        cue=Span(cue, 0, 0),
        polarity=polarity,
    )


LEDGER = (
    said("“We will not reopen the bridge before 9 May,”", "Ines Feld", "Ines Feld", "told"),
    said("the repair would take twelve weeks and cost 4.2 million crowns", "Ines Feld", "She", "said"),
    said("that the council had known of the crack", "Jonas Astor", "Jonas Astor", "denied", "denied"),
    said("he had not seen the report", "Jonas Astor", "The mayor", "said"),
    said("that the old pier could give way in a storm", "Ines Feld", "Feld", "warned"),
)


def cite(*paragraphs: int, article: Article = ARTICLE, quotes: Sequence[Quote] = LEDGER) -> list[Source]:
    slices = [article.paragraphs[number] for number in paragraphs]
    return [Source(article, one.start, one.end, tuple(quotes)) for one in slices]


def evidence(text: str, **facts: str) -> Evidence:
    article = Article.from_text(text, **facts)  # type: ignore[arg-type]
    return Evidence([Source(article, 0, len(text))])


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier(SentenceTransformerEncoder())


LIES = [
    ("Jonas Astor said the repair would take twelve weeks.", FELD, "Feld’s, not Jonas Astor’s"),
    ("The repair would take twelve weeks, Astor said.", FELD, "Feld’s, not Astor’s"),
    ("According to Jonas Astor, the repair would take twelve weeks.", FELD, "Feld’s, not Jonas Astor’s"),
    ("Astor warned that the old pier could give way in a storm.", WARNING, "Feld’s, not Astor’s"),
    ("Engineers found a crack of 17 centimetres in its third pier.", CLOSURE, "the number 17"),
    ("Feld said the repair would take thirteen weeks.", FELD, "the number thirteen"),
    ("Feld said the repair would cost 4.8 million crowns.", FELD, "the number 4.8 million"),
    ("Feld said the repair would cost 4.2 billion crowns.", FELD, "the number 4.2 billion"),
    ("Engineers found a crack in its fifth pier.", CLOSURE, "the number fifth"),
    ("The council approved the money by 8 votes to 21.", COUNCIL, "“8” where the cited paragraph says “21”"),
    ("The Karlin Bridge was closed on Friday after engineers found a crack.", CLOSURE, "the date “Friday”"),
    ("The Karlin Bridge was closed on 5 March after engineers found a crack.", CLOSURE, "the date “5 March”"),
    ("The bridge will not reopen before 9 June, Feld told reporters.", FELD, "the date “9 June”"),
    ("Feld told reporters that the bridge would reopen before 9 May.", FELD, "leaves the “not” out"),
    ("The council raised the toll.", COUNCIL, "leaves the “not” out"),
    ("The council did not approve the money by 21 votes to 8.", COUNCIL, "“not approve”"),
    ("Three ferries carry passengers between Karlin and Lund every ten minutes.", FERRY, "the name “Lund”"),
    ("Three ferries carry passengers between Sund and Karlin Bay every ten minutes.", FERRY, "the name “Bay”"),
    ("The African Union paid for two of the ferries.", FERRY, "the name “African”"),
    ("Engineers found a crack of 14 metres in its third pier.", CLOSURE, "“14 metres”, the cited paragraph “14 centimetres”"),
    ("Feld said the repair would cost $4.2 million.", FELD, "“$4.2 million”, the cited paragraph “4.2 million crowns”"),
    ("Feld said the repair would take twelve months.", FELD, "“twelve months”, the cited paragraph “twelve weeks”"),
    ("“We will not reopen the harbour before 9 May,” Feld told reporters.", FELD, "do not occur"),
    ("Feld spoke of a bridge that would “never again” open.", FELD, "do not occur"),
    ("Feld said the repair would take twelve weeks.", FERRY, "the name “Feld”"),
    ("The council approved the money for the repair.", WARNING, "says nothing of"),
    ("Jonas Astor said that the council had known of the crack.", DENIAL, "reported to have denied it"),
    ("Astor confirmed that the council had known of the crack.", DENIAL, "reported to have denied it"),
    ("Feld denied that the old pier could give way in a storm.", WARNING, "reported to have said it"),
]  # fmt: skip

HONEST = [
    ("Engineers found a crack in the third pier of the Karlin Bridge.", [CLOSURE]),
    ("The crack in the third pier is 14 cm.", [CLOSURE]),
    ("The Karlin Bridge was closed on 4 March 2026 after engineers found a crack.", [CLOSURE]),
    ("Over 1.2 million people had crossed the bridge last year.", [CLOSURE]),
    ("Feld said the repair would take 12 weeks.", [FELD]),
    ("The harbour master said the repair would take twelve weeks.", [FELD]),
    ("Ines Feld said that the repair would take twelve weeks and cost 4.2 million crowns.", [FELD]),
    ("The repair would cost 4,200,000 crowns, Feld said.", [FELD]),
    ("Feld told reporters: “We will not reopen the bridge before 9 May.”", [FELD]),
    ('Feld told reporters that they would "not reopen the bridge before 9 May".', [FELD]),
    ("The bridge will not reopen before May 9, Feld told reporters.", [FELD]),
    ("Astor denied that the council had known of the crack.", [DENIAL]),
    ("Astor said the council had not known of the crack.", [DENIAL]),
    ("Mayor Astor said he had not seen the report.", [DENIAL]),
    ("The money was approved by the council by 21 votes to eight.", [COUNCIL]),
    ("The council approved the money but did not raise the toll.", [COUNCIL]),
    ("Three ferries carry passengers between Karlin and Sund.", [FERRY]),
    ("The EU paid for two of the three ferries.", [FERRY]),
    ("Ines Feld warned that the old pier could give way in a storm.", [WARNING]),
    ("Feld said the repair would take twelve weeks, and warned that the old pier could give way.", [FELD, WARNING]),
    ("The Harbour Gazette reports that three ferries carry passengers between Karlin and Sund.", [FERRY]),
]


@pytest.mark.parametrize(("sentence", "paragraph", "reason"), LIES)
def test_a_lie_is_unsupported_and_the_reason_says_why(
    verifier: Verifier, sentence: str, paragraph: int, reason: str
) -> None:
    verdict = verifier.verify(sentence, cite(paragraph))
    assert verdict.support == "unsupported"
    assert any(reason in one for one in verdict.reasons), verdict.reasons


@pytest.mark.parametrize(("sentence", "paragraphs"), HONEST)
def test_an_honest_sentence_is_supported(verifier: Verifier, sentence: str, paragraphs: list[int]) -> None:
    verdict = verifier.verify(sentence, cite(*paragraphs))
    assert (verdict.support, verdict.reasons) == ("supported", ())


def test_whole_sentences_of_a_slice_are_verbatim(verifier: Verifier) -> None:
    whole = ARTICLE.paragraph_text(FERRY)
    assert verifier.verify(whole, cite(FERRY)) == Verdict("verbatim", 1.0)
    assert verifier.verify(whole.partition(". ")[2], cite(FERRY)).support == "verbatim"
    straight = ARTICLE.paragraph_text(FELD).partition(" She")[0].replace("“", '"').replace("”", '"')
    assert verifier.verify(straight, cite(FELD)).support == "verbatim"


def test_part_of_a_sentence_is_not_verbatim_for_a_not_may_be_cut_off(verifier: Verifier) -> None:
    article = Article.from_text("It is not true that the council knew of the crack in the pier.")
    sources = cite(0, article=article, quotes=())
    assert verifier.verify("The council knew of the crack in the pier.", sources).support != "verbatim"


def test_a_sentence_that_cites_nothing_is_unsupported(verifier: Verifier) -> None:
    assert verifier.verify("The bridge was closed.", []).reasons == ("the sentence cites nothing",)


def test_only_what_is_cited_counts(verifier: Verifier) -> None:
    sentence = "The council approved the money by 21 votes to 8."
    assert verifier.verify(sentence, cite(COUNCIL)).support == "supported"
    assert verifier.verify(sentence, cite(CLOSURE, FERRY)).support == "unsupported"


def test_slices_are_read_ahead_and_then_only_the_sentence_is_encoded(make_encoder: type) -> None:
    encoder = make_encoder()
    verifier = Verifier(encoder)
    verifier.prepare(cite(FERRY))
    encoder.encoded.clear()
    verifier.verify("Three ferries carry passengers between Karlin and Sund.", cite(FERRY))
    assert encoder.encoded == ["Three ferries carry passengers between Karlin and Sund."]


def test_a_source_is_the_slice_that_a_citation_shows() -> None:
    part = ARTICLE.paragraphs[FERRY]
    citation = Citation(
        1, ARTICLE.id, None, None, None, None, None, FERRY, part.start, part.end, ARTICLE.paragraph_text(FERRY)
    )
    assert Source.of(citation, ARTICLE, LEDGER).text == citation.text


# ---------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1.2 million people", [(1_200_000, "")]),
        ("$3bn", [(3e9, "dollar")]),
        ("£2.5m and 3 million euros", [(2_500_000, "pound"), (3e6, "euro")]),
        ("two hundred and five thousand", [(205_000, "")]),
        ("twenty-one years, the 21st", [(21, "year"), (21, "")]),
        ("a dozen boats in an hour", [(12, ""), (1, "hour")]),
        ("10 to 12 metres", [(10, "metre"), (12, "metre")]),
        ("5 per cent, 5% and 5 percent", [(5, "percent")] * 3),
        ("at 8 p.m. sharp", [(8, "pm")]),
        ("one of the first", []),
        ("G7, F-16", [(16, "")]),
        ("ninety-nine", [(99, "")]),
        ("two, three and four", [(2, ""), (3, ""), (4, "")]),
        ("a five-year plan", [(5, "year")]),
    ],
)
def test_quantities(text: str, values: list[tuple[float, str]]) -> None:
    assert [(one.value, one.unit) for one in read_quantities(plain(text))] == values


@given(st.integers(min_value=0, max_value=10**12))
def test_any_number_is_read_with_and_without_commas(number: int) -> None:
    for text in (f"about {number} boats", f"about {number:,} boats"):
        assert [one.value for one in read_quantities(plain(text))] == [number]


@given(st.text(max_size=120))
def test_any_text_can_be_read(text: str) -> None:
    read = plain(text)
    for one in read_quantities(read):
        assert read[one.start : one.start + len(one.text)] == one.text
    for day in read_days(read):
        assert read[day.start : day.end] == day.text
    sentence = tidy(text)
    held = evidence(text)
    altered_quotes(sentence, held)
    swapped(Said(sentence, 0), held)
    assert missing_names(sentence, held) is not None


# ---------------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("claimed", "told", "right"),
    [
        ("on 4 March 2026", "on Wednesday", True),
        ("on 4 March", "yesterday", True),
        ("on Wednesday", "on March 4", True),
        ("on Thursday", "on March 4", False),
        ("in March 2026", "on 4 March", True),
        ("in March 2025", "on 4 March", False),
        ("on 4 March 2026", "on 4 March 2025", False),
        ("in 2026", "last week", True),
        ("on Monday", "last week", False),
        ("on 4 March", "in March", False),
    ],
)
def test_days_are_understood_from_the_day_of_the_article(claimed: str, told: str, right: bool) -> None:
    published = dt.date(2026, 3, 5)
    held = evidence(f"It happened {told}.", date=published.isoformat())
    days = read_days(tidy(claimed))
    if claimed == "in 2026":
        assert (2026 in {one.year for one in held.days}) is right
    else:
        assert [is_told(day, held.days, [published]) for day in days] == [right]


def test_a_day_without_the_date_of_the_article_is_what_it_says() -> None:
    (day,) = read_days("on Wednesday")
    assert resolved(day, None) == [day]
    assert not is_told(read_days("on 4 March 2026")[0], [day], [])


# ---------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("Ferries are slow.", []),
        ("The German minister met Ana Lund.", ["Ana", "Lund"]),
        ("Ministers in Germany met.", []),
        ("Lund’s ferries are slow.", ["Lund"]),
        ("The harbour belongs to Karl Feld.", ["Karl"]),
        ("The EU paid.", []),
        ("“Nobody” paid Mr. Feld on Monday.", []),
    ],
)
def test_names(sentence: str, missing: list[str]) -> None:
    held = evidence("A German minister met Ines Feld of the European Union over ferries in the harbour.")
    assert missing_names(tidy(sentence), held) == missing


def test_the_article_may_give_the_rest_of_a_name_but_not_the_name() -> None:
    assert missing_names("He met Ines Feld.", Evidence(cite(WARNING))) == []
    assert missing_names("He met Jonas Astor.", Evidence(cite(WARNING))) == ["Jonas", "Astor"]


# ---------------------------------------------------------------------- quoted words


@pytest.mark.parametrize(
    ("sentence", "altered"),
    [
        ("She called it “a long  repair”.", []),
        ("She called it 'a long repair'.", []),
        ("“A long repair,” she said.", []),
        ("She said it was “a … repair”.", []),
        ("She said it was “a [very] repair”.", []),
        ("She said it was “repair … long”.", ["repair ... long"]),
        ("She called it “a long pair”.", ["a long pair"]),
        ("She called it “a longer repair”.", ["a longer repair"]),
        ("It is the council’s and the masters’ bridge.", []),
    ],
)
def test_quoted_words(sentence: str, altered: list[str]) -> None:
    held = evidence("She said it would be a long repair, and dear.")
    assert [one.replace("…", "...") for one in altered_quotes(tidy(sentence), held)] == altered


# ---------------------------------------------------------------------- who said it


def test_of_a_pronoun_only_the_gender_is_judged() -> None:
    assert misattribution("She said the repair would take twelve weeks.", Evidence(cite(FELD))) is None
    reason = misattribution("He said the repair would take twelve weeks.", Evidence(cite(FELD)))
    assert reason == "the words are Ines Feld’s, who is not “he”"


def test_a_title_tells_a_gender_wherever_it_stands() -> None:
    article = Article.from_text("“The repair will take twelve weeks,” said the spokeswoman.")
    held = Evidence([Source(article, 0, len(article.text), tuple(extract_quotes(article)))])
    assert misattribution("He said the repair would take twelve weeks.", held) is not None


def test_a_last_name_tells_no_gender() -> None:
    article = Article.from_text("“The repair will take twelve weeks,” said Hillary Clinton.")
    held = Evidence([Source(article, 0, len(article.text), tuple(extract_quotes(article)))])
    assert misattribution("She said the repair would take twelve weeks.", held) is None
    assert misattribution("He said the repair would take twelve weeks.", held) is not None


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Ines Feld: She says it would take long.", "Ines Feld says it would take long."),
        ("Ines Feld: She was told late.", "Ines Feld says she was told late."),
        ('Ines Feld: "She wants it."', 'Ines Feld: "She wants it."'),
        ("Ines Feld, the mayor: She says it.", "Ines Feld says it."),
        ("Ursula von der Feld: She says it.", "Ursula von der Feld says it."),
        ("The governor: He says it.", "The governor says it."),
        ("Ines Feld: He says it.", "Ines Feld says it."),
        ("Hope Feld, secretary of state: She says it.", "Hope Feld says it."),
        ("Norlund Steel: It was told late.", "Norlund Steel says it was told late."),
        ("The bill: It says nothing.", "The bill: It says nothing."),
        ("Ines Feld said: She says it.", "Ines Feld said: She says it."),
    ],
)
def test_a_sentence_under_a_speakers_name_is_theirs(sentence: str, told: str) -> None:
    assert spelled_out(sentence) == told


def test_words_the_ledger_does_not_hold_need_the_speakers_name_in_the_slice() -> None:
    held = Evidence(cite(FELD, quotes=()))
    assert misattribution("Feld said the repair would take twelve weeks.", held) is None
    reason = misattribution("Astor said the repair would take twelve weeks.", held)
    assert reason == "the cited paragraph holds no words of Astor"


def test_what_is_told_inside_a_saying_belongs_to_the_inner_speaker() -> None:
    article = Article.from_text("Lena Brandt said that Karl Winter had called the plan a disgrace for the whole town.")
    inner, outer = (
        "the plan a disgrace for the whole town",
        "that Karl Winter had called the plan a disgrace for the whole town",
    )
    quotes = []
    for words, name in ((outer, "Lena Brandt"), (inner, "Karl Winter")):
        start = article.text.index(words)
        span = (start, start + len(words))
        quotes.append(Quote(article.id, None, 0, words, *span, (span,), "indirect", Speaker(name, name)))
    held = Evidence(cite(0, article=article, quotes=quotes))
    assert misattribution("Karl Winter called the plan a disgrace for the town.", held) is None
    reason = misattribution("Lena Brandt called the plan a disgrace for the town.", held)
    assert reason == "the words are Karl Winter’s, not Lena Brandt’s"
