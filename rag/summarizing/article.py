"""One article -> its summary: a few of its sentences in their order, then its main statements."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from rag.answering.compose import Passage
from rag.language.words import STOP_WORDS, stem, words
from rag.quotes.language import can_be_read
from rag.quotes.lexicon import FEMALE_PRONOUNS, MALE_PRONOUNS, NEUTER_PRONOUNS, PLURAL_PRONOUNS
from rag.summarizing.digest import MOST as MOST_ITEMS
from rag.summarizing.digest import read_items
from rag.summarizing.scoring import choose, salience
from rag.summarizing.telling import SummarySentence, SummaryStatement, said_by, whole
from rag.summarizing.units import Unit, read_units
from rag.types import Article, Paragraph, Quote

STATEMENTS = 4  # of "Who said what"
OF_ONE = 2  # by one speaker
READ = 120_000  # characters, which take half a second
LINES = 3  # that are shown of what is no running text
LINE = 500  # characters of one
SHORT, LONG = 6, 60  # words of a statement
_KINDS = {"direct": 1.0, "mixed": 0.9, "indirect": 0.7}
_PRONOUNS = MALE_PRONOUNS | FEMALE_PRONOUNS | NEUTER_PRONOUNS | PLURAL_PRONOUNS
_ANYBODY = frozenset("somebody someone anybody anyone nobody everybody everyone people one".split())
_BODIES = frozenset("office department ministry agency board committee team court government council campaign".split())
_CLOCK = re.compile(r"^\W*(?:posted |updated |at )?\d{1,2}[:.]\d{2}\s?(?:[ap]\.?m\.?|ET|GMT|BST|CET)?\b", re.I)
_TABLE = re.compile(r"\t|\s\|\s|(?:\S\s{3,}\S.*){2}")


def summarize_article(
    article: Article, quotes: Sequence[Quote], sentences: int | None = None, limit: int | None = None
) -> tuple[list[SummarySentence], list[SummaryStatement], str]:
    """What is told of an article, its main statements, and a note where the reader has to know something.

    ``quotes`` are its statements in the ledger; ``sentences`` and ``limit`` (in words) say how long it may be.
    """
    read = _to_read(article)
    units = read_units(article, quotes, read)
    if not units:
        return [], [], "The article holds no text."
    items = read_items(article, units)
    chosen = _first_of_each(items, sentences, limit) if items else choose(units, salience(units), sentences, limit)
    said = main_statements(article, units, chosen, quotes)
    if chosen:
        note = _note(article, units, chosen, len(items))
        if len(read) < len(article.paragraphs):
            note = f"The article is very long: of its {len(article.paragraphs):,} paragraphs {len(read):,} were read. {note}"
        return [tell(article, unit) for unit in chosen], said, note.strip()
    shown = units[: sentences or LINES]
    if len(units) <= len(shown) and all(unit.end - unit.start <= LINE for unit in shown):
        return [_slice(article, unit) for unit in shown], said, "This is all that the article says."
    lines = f"{len(article.paragraphs):,} {'line' if len(article.paragraphs) == 1 else 'lines'}"
    kind = "a table" if _share(article, _TABLE) > 0.5 else "a list or notes"
    why = (
        f"The article is {kind} of {lines}, with no sentence that stands alone: it cannot be summarised. It begins so:"
    )
    return [_slice(article, unit) for unit in shown], said, why


def _to_read(article: Article) -> list[Paragraph]:
    """The paragraphs that are read: all of them, or of a very long text the opening, then every other one or fewer."""
    opening = [one for one in article.paragraphs if one.end <= READ // 4]
    rest = article.paragraphs[len(opening) :]
    size = sum(one.end - one.start for one in rest)
    step = 1 if size <= READ - READ // 4 else math.ceil(size / (READ - READ // 4))
    return [*opening, *rest[::step]]


def tell(article: Article, unit: Unit) -> SummarySentence:
    """A sentence as it is told."""
    return SummarySentence((Passage(article, unit.paragraph, unit.start, unit.end),), unit.kept)


def _slice(article: Article, unit: Unit) -> SummarySentence:
    """A line as it is; of one without end its beginning."""
    end = unit.end
    if end - unit.start > LINE:
        space = article.text.rfind(" ", unit.start, unit.start + LINE)
        end = space if space > unit.start else unit.start + LINE
    passage = Passage(article, unit.paragraph, unit.start, end)
    return SummarySentence((passage,), whole(passage))


def _first_of_each(items: Sequence[Sequence[Unit]], sentences: int | None, limit: int | None) -> list[Unit]:
    """The first sentence of each item, of as many as there is room for: the first are the most important ones."""
    chosen: list[Unit] = []
    for item in items[: sentences or MOST_ITEMS]:
        if chosen and limit and sum(unit.length for unit in chosen) + item[0].length > limit:
            break
        chosen.append(item[0])
    return chosen


def _note(article: Article, units: Sequence[Unit], chosen: Sequence[Unit], items: int) -> str:
    notes = []
    if items:
        of_them = "each" if len(chosen) == items else f"the first {len(chosen)}"
        notes.append(f"The article is a digest of {items} items; a sentence is told of {of_them}.")
    if not can_be_read(article.text[: READ // 4]):
        notes.append("The article is not in English: its sentences are chosen by place and by words that recur only.")
    if len(units) == len(chosen):
        notes.append(
            "The article is so short that this is all of it." if len(units) > 1 else "The article is one sentence."
        )
    elif not items and sum(bool(_CLOCK.match(article.paragraph_text(one.index))) for one in article.paragraphs) >= 4:
        notes.append("The article is a live blog; its entries keep their order.")
    elif _share(article, _TABLE) > 0.5:
        notes.append("Most of the article is a table, of which nothing is told here.")
    elif sum(unit.fit for unit in units) < 0.2 * len(units):
        notes.append("Most of the article is a list or single lines; only its running text is told here.")
    return " ".join(notes)


def _share(article: Article, pattern: re.Pattern[str]) -> float:
    """What share of the paragraphs holds a pattern."""
    found = sum(bool(pattern.search(article.paragraph_text(one.index))) for one in article.paragraphs)
    return found / max(1, len(article.paragraphs))


def main_statements(
    article: Article, units: Sequence[Unit], chosen: Sequence[Unit], quotes: Sequence[Quote], most: int = STATEMENTS
) -> list[SummaryStatement]:
    """The statements that tell most of an article and are not told yet, by people it names, in its order."""
    whole_text = Counter(one for unit in units for one in unit.stems)
    told = [set(unit.stems) for unit in chosen]
    weighed = []
    for quote in quotes:
        count = len(quote.text.split())
        # who reports what another reported is told apart too seldom
        if not (is_named(quote) and SHORT <= count <= LONG) or quote.polarity == "not_said" or quote.via:
            continue
        bag = stems(quote.text)
        repeated = max((len(bag & other) / len(bag) for other in told), default=0.0) if bag else 1.0
        worth = sum(whole_text[one] for one in bag) / max(1, len(bag))
        weighed.append((_KINDS[quote.kind] * quote.confidence * worth * (1 - repeated), quote, bag))
    picked: list[tuple[SummaryStatement, set[str]]] = []
    by_speaker: Counter[str] = Counter()
    for worth, quote, bag in sorted(weighed, key=lambda one: -one[0]):
        name = quote.speaker.name if quote.speaker and quote.speaker.name else ""
        if name == article.source:
            continue  # all of the article is
        alike = any(len(bag & other) > 0.6 * min(len(bag), len(other)) for _, other in picked)
        if not (worth > 0 and not alike and by_speaker[name] < OF_ONE):
            continue
        said = said_by(quote, article)
        if said and all(said.passage != other.passage for other, _ in picked):
            picked.append((said, bag))
            by_speaker[name] += 1
        if len(picked) == most:
            break
    return sorted((said for said, _ in picked), key=lambda one: one.quote.start)


def is_named(quote: Quote) -> bool:
    """Whether a statement's speaker is known by more than a pronoun, "his country", or half a heading ("TODAY'S")."""
    speaker = quote.speaker
    if not (speaker and speaker.name and speaker.resolved_by):
        return False
    body = (speaker.mention or "").lower().split()[-1:]
    if speaker.resolved_by == "title" and body and body[0] in _BODIES and body[0] not in speaker.name.lower():
        return False  # "the secretary's office" is not the secretary
    first = speaker.name.lower().split()[0]
    return first not in _PRONOUNS | _ANYBODY and not re.search(r"['’]s$|[a-z]{2}[.:;!?] ", speaker.name, re.I)


def stems(text: str) -> set[str]:
    """The stems of a text's topic words."""
    return {stem(word) for word in words(text) if word not in STOP_WORDS}
