"""The ledger's findings -> an Answer: what somebody said, whose words they are, or that nobody is reported to have said it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answering.composing import Part, Passage, compose, count
from rag.answering.statement_fit import Statement, is_said_so, verbs_of
from rag.answering.statements import Finding, StatementFinder
from rag.question import Question, Wanted
from rag.quotes.lexicon import FEMALE_PRONOUNS, MALE_PRONOUNS, NEUTER_PRONOUNS, PLURAL_PRONOUNS
from rag.saying import Saying
from rag.speakers import is_office, take_apart
from rag.types import Answer, Filters, Searched

CLOSEST = 3
VALUES: frozenset[Wanted] = frozenset({"duration", "amount", "number", "size", "time", "place"})
UNCLEAR = "It is not clear whom “{}” stands for: name whose words you mean."
PRONOUNS = MALE_PRONOUNS | FEMALE_PRONOUNS | NEUTER_PRONOUNS | PLURAL_PRONOUNS


class LedgerEngine:
    """Answers questions about who said what from the statement ledger, and from nothing else."""

    name = "ledger"

    def __init__(self, finder: StatementFinder) -> None:
        self._finder = finder

    def answer(self, question: Question, filters: Filters, searched: Searched) -> Answer | None:
        """The answer to a question about sayings, or a refusal; None if it asks for something else.

        None too where nothing is found and some articles' statements have not been read, or most cannot be, or where
        silence would prove nothing for other reasons.
        """
        sayings = _sayings(question, filters)
        if nameless := next((one.speaker for one in sayings if one.speaker and one.speaker.lower() in PRONOUNS), None):
            return compose(question.asked, [Part(reason=UNCLEAR.format(nameless.lower()))], searched, self.name)
        findings = [self._finder.find(saying, question, filters) for saying in sayings]
        if any(map(_asks_for_a_deed, findings)):
            return None
        told = [statement for finding in findings for statement in finding.statements]
        if not findings or (not told and self._finder.has_unread()):
            return None
        if not told and filters.speaker is None and not any(_is_the_ledgers(one, question) for one in findings):
            return None
        foreign = 0 if told else self._finder.count_foreign(filters)
        if 2 * foreign > searched.articles:
            return None
        open_ones = [finding for finding in findings if not finding.statements]
        parts = [Part(tuple(passages_of(told)))] if told else []
        parts += _unanswered(open_ones, searched, foreign)
        elsewhere = [finding.elsewhere for finding in open_ones if finding.elsewhere]
        quotes = list(dict.fromkeys(statement.quote for statement in [*told, *elsewhere]))
        quotes += [statement.quote for finding in open_ones for statement in finding.unclear]
        closest = [passage for finding in open_ones for passage in finding.unread]
        if not elsewhere and not closest:
            closest = passages_of([statement for finding in open_ones for statement in finding.closest])
        return compose(question.asked, parts, searched, self.name, quotes, closest[:CLOSEST])


def _unanswered(findings: Sequence[Finding], searched: Searched, foreign: int) -> list[Part]:
    """Why each finding is without an answer; those with one reason are told together, and corrections are cited."""
    alike: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        key = (
            finding.namesakes,
            finding.elsewhere and finding.elsewhere.quote,
            finding.known,
            bool(finding.unread),
            tuple(statement.quote for statement in finding.unclear),
        )
        alike.setdefault(key, []).append(finding)
    parts = []
    for group in alike.values():
        elsewhere = group[0].elsewhere
        if group[0].namesakes:
            parts.append(Part(reason=_which(group[0])))
        elif group[0].unclear:
            named = " and ".join(dict.fromkeys(f"“{one.speaker}”" for one in group[0].unclear))
            open_whose = (
                f"{named} is reported to have said this; whether that is {_asked_of(group)}, the article leaves open."
            )
            parts.append(Part(tuple(passages_of(group[0].unclear)), open_whose))
        elif elsewhere is not None:
            whose = elsewhere.speaker if _is_named(elsewhere) else "somebody whom the article does not name"
            said = f"{_are(group)} not reported to have said that; {whose} said it."
            parts.append(Part(tuple(passages_of([elsewhere])), said))
        else:
            parts.append(Part(reason=_silent(group, searched, foreign)))
    return parts


def _sayings(question: Question, filters: Filters) -> tuple[Saying, ...]:
    """What is asked about sayings; where only one speaker's words count, every question is about them."""
    if filters.speaker is None:
        return question.sayings
    named = tuple(replace(saying, speaker=filters.speaker, plain=True) for saying in question.sayings[:1])
    return named or (Saying("said_about", filters.speaker, question.text),)


def passages_of(statements: Sequence[Statement]) -> list[Passage]:
    """The sentences that hold the statements, each once, under their speakers' names."""
    found: dict[tuple[str, int], Passage] = {}
    for statement in statements:
        article = statement.article
        for start, end in statement.slices():
            via = f", as {statement.quote.via} reported" if statement.quote.via else ""
            lead = _upper_first(f"{statement.speaker}{via}" if _is_named(statement) else "")
            found.setdefault((article.id, start), Passage(article, article.paragraph_at(start), start, end, lead))
    return list(found.values())


def _is_named(statement: Statement) -> bool:
    """Whether its speaker is more than a pronoun."""
    return bool(statement.speaker) and str(statement.speaker).lower() not in PRONOUNS


def _asks_for_a_deed(finding: Finding) -> bool:
    """Whether "Who drew it up?" is likelier to ask who did than who said it: no statement that fits was made in that way."""
    saying = finding.saying
    if saying.speaker is not None or saying.plain:
        return False
    return not any(is_said_so(statement.quote, verbs_of(saying)) for statement in finding.statements)


def _is_the_ledgers(finding: Finding, question: Question) -> bool:
    """Whether the ledger's silence is an answer.

    Not for a deed, nor for a number, a day or a place that somebody is the source of, nor for an office or another single
    word of which it knows no speaker.
    """
    saying = finding.saying
    if saying.quoted or saying.speaker is None:
        return saying.plain
    if not saying.plain or question.wanted in VALUES:
        return False
    name = take_apart(saying.speaker)
    return finding.known or name.titled or (not is_office(saying.speaker) and len(name.proper) > 1)


def _which(finding: Finding) -> str:
    names = " and ".join(finding.namesakes)
    return f"More than one {finding.saying.speaker} is quoted on this: {names}. Whose words do you mean?"


def _silent(findings: Sequence[Finding], searched: Searched, foreign: int) -> str:
    where = f"In the {count(searched)} searched" if searched.articles > 1 else "In the article searched"
    where += f" ({foreign:,} not in English: there, who said what is not read)" if foreign else ""
    if findings[0].saying.speaker is None:
        return f"{where}, nobody is clearly reported to have said that."
    if findings[0].unread:
        return (
            f"{where}, no statement by {_asked_of(findings)} on that is found; "
            "where the name stands beside words that are said, who says them could not be read with certainty."
        )
    if not findings[0].known and all(is_office(finding.saying.speaker or "") for finding in findings):
        # whoever holds it may be quoted by name, where no article says of what
        return f"{where}, nobody who is quoted is called {_asked_of(findings)}."
    # what they said may be on that in quite other words; that they said nothing at all is plain
    told = "clearly reported to have said anything on that" if findings[0].known else "reported to have said anything"
    return f"{where}, {_are(findings)} not {told}."


def _are(findings: Sequence[Finding]) -> str:
    """The speakers who were asked about, and the verb: "Ada Brandt is", "the mayor and Karl Winter are"."""
    return f"{_asked_of(findings)} {'is' if len({finding.saying.speaker for finding in findings}) == 1 else 'are'}"


def _asked_of(findings: Sequence[Finding]) -> str:
    """The speakers who were asked about."""
    names = list(dict.fromkeys(finding.saying.speaker or "" for finding in findings))
    return " and ".join(name if name[:1].isupper() else f"the {name}" for name in names)


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]
