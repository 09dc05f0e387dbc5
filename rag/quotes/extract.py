"""Article -> quotes: tag, assemble, resolve, describe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.language.doc import analyse
from rag.language.sentences import split_sentences
from rag.quotes import lexicon, nested
from rag.quotes.assemble import assemble
from rag.quotes.asserted import is_nobody, is_said, without_subject
from rag.quotes.confined import confined
from rag.quotes.features import Looker
from rag.quotes.language import can_be_read
from rag.quotes.layout import Layout, Said, read_layout
from rag.quotes.names import Inventory
from rag.quotes.polarity import addressee, polarity
from rag.quotes.regions import Region, kind_of, quoted_regions
from rag.quotes.resolver import Resolver, load_weights
from rag.quotes.scene import Scene
from rag.quotes.sources import describe_sources
from rag.quotes.speakers import Speakers
from rag.quotes.statements import Statement, words_of
from rag.quotes.tagger import tag
from rag.types import Article, Quote, Span, Speaker


@dataclass(frozen=True, slots=True)
class Found:
    """The statements of an article before their speakers are known.

    ``inner`` ones stand in the outer one of that number; ``go_betweens`` are who passes an outer one on, by
    its number. ``regions`` are what stands in quotation marks or is marked as speech by layout;
    ``entries`` where those of a live blog begin.
    """

    outer: Sequence[Statement]
    inner: Sequence[tuple[Statement, int]]
    go_betweens: dict[int, tuple[int, int]]
    regions: Sequence[Region]
    entries: Sequence[int] = ()


_WORD = re.compile(r"\w+(?:[’'\-.,]\w+)*")
_FEW = 4  # words: with fewer, what somebody tells of another's words in his turn says nothing by itself
_LYING = frozenset("lie lies lied lying".split())  # that somebody lied "about the contract" tells none of their words
_SHOWN = re.compile(r"\b(?:of|by|from|with|showing|shows)\s+((?:[^\W\d_a-z][\w.’'-]*\s+){1,4})$")


def extract_quotes(article: Article) -> list[Quote]:
    """The statements reported in an article, by position, each with offsets that slice its text exactly.

    Works on any text: one without statements, or in another language than English, gives none.
    Raises ``ModelError`` if the tagger's files are missing or broken.
    """
    found = find_statements(article)
    if found is None or not found.outer:
        return []
    looker = look_at(article, found)
    speakers = Speakers(article, looker.scene.inventory, Resolver(looker, load_weights()), found.entries)
    return describe_sources(looker, found.regions, tell_speakers(article, found, speakers))


def look_at(article: Article, found: Found) -> Looker:
    """What the resolver looks at: the grammar of an article, with the places of its people."""
    doc = analyse(article.text, [(paragraph.start, paragraph.end) for paragraph in article.paragraphs])
    contents = [span for statement in found.outer for span in statement.spans]
    return Looker(Scene(article, doc, Inventory(article, doc), contents))


def find_statements(article: Article) -> Found | None:
    """The statements of an article with their sources as written; None where it is in no language that is read."""
    if not article.paragraphs or not can_be_read(article.text):
        return None
    regions = quoted_regions(article.text, article.paragraphs)
    layout = read_layout(article, regions)
    found = [
        _one_sentence(article.text, _shown(article.text, confined(article.text, item, regions)), regions)
        for item in assemble(article, tag(article), regions)
    ]
    outer: list[Statement] = []
    go_betweens: dict[int, tuple[int, int]] = {}
    within: list[tuple[Statement, int]] = []
    for item in found:
        if (number := layout.holds(item.start, item.end)) is not None:
            if _reports_another(article.text, item, layout.said[number]):
                within.append((item, number))
            continue
        kept = tuple(span for span in item.spans if layout.is_free(*span))
        if not kept:
            continue
        statement = without_subject(article.text, _in_one_entry(replace(item, spans=kept), layout))
        if not is_said(article.text, statement, regions):
            continue
        if quoted := nested.quoted_by(article.text, statement):
            told = nested.without(article.text, replace(statement, source=quoted[0]), quoted[2])
            if told is not None:
                go_betweens[len(outer)] = quoted[1]
                outer.append(told)
        else:
            outer.append(statement)
    inner = _inside(article, outer, regions)
    for statement, number in within:
        inner.append((statement, len(outer) + number))
    outer += [
        Statement(one.spans, one.source, one.cue, 1.0, name=one.name, question=one.question) for one in layout.said
    ]
    marked = [Region(*span, opening=0, closing=0) for one in layout.said for span in one.spans]
    return Found(outer, inner, go_betweens, [*regions, *marked], layout.entries)


def _in_one_entry(statement: Statement, layout: Layout) -> Statement:
    """The statement without a source from another entry of a live blog."""
    source = statement.source
    other = source is not None and layout.entry_of(source[0]) != layout.entry_of(statement.start)
    return replace(statement, source=None, cue=None) if other else statement


def _reports_another(text: str, statement: Statement, around: Said) -> bool:
    """Whether somebody's turn tells, with source and verb, what another has said: "The director said, 'Go.'"."""
    if statement.source is None or statement.cue is None or statement.confidence < nested.CERTAIN:
        return False
    start, end = around.spans[0][0], around.spans[-1][1]
    told = len(_WORD.findall(words_of(text, statement)))
    inside = told >= _FEW and all(
        start <= part[0] and part[1] <= end for part in (statement.source, statement.cue, *statement.spans)
    )
    source = text[slice(*statement.source)]
    another = source.lower() not in lexicon.AUTHOR_PRONOUNS and not is_nobody(source)
    asked = any(
        left <= statement.start < right and text[left:right].endswith("?")
        for left, right in split_sentences(text, start, end)
    )
    return (
        inside
        and another
        and not asked
        and any(lexicon.is_speech_word(word) for word in _WORD.findall(text, *statement.cue))
    )


def tell_speakers(article: Article, found: Found, speakers: Speakers) -> list[Quote]:
    """Resolve the speakers in the order in which the article names them, then sort by position."""
    outer, inner, go_betweens, regions = found.outer, found.inner, found.go_betweens, found.regions
    resolved: dict[int, Speaker | None] = {}
    quotes: list[Quote] = []
    nested_ones: list[tuple[Statement, Speaker | None, int]] = []
    queue: list[tuple[Statement, int, int | None]] = [(item, number, None) for number, item in enumerate(outer)]
    queue += [(item, -1, number) for item, number in inner]
    queue.sort(key=lambda item: (item[0].source or item[0].spans[0], item[0].start))
    last: Speaker | None = None
    for statement, number, within in queue:
        quoted = statement.source is not None and kind_of(article.text, statement.spans, regions) == "direct"
        if statement.name is not None:
            speaker: Speaker | None = speakers.given(statement.name, statement.source)
        else:
            speaker = speakers.resolve(statement.source, statement.spans, quoted)
        via: str | None = None
        if number >= 0:
            if speaker is None and last is not None and _goes_on(article, statement, found, quotes):
                speaker = replace(last, resolved_by="previous")
            resolved[number], last = speaker, speaker
            if number in go_betweens:
                go_between = speakers.resolve(go_betweens[number])
                via = _go_between(go_between.name if go_between else None)
        elif within is not None:
            nested_ones.append((statement, speaker, within))
            continue
        quotes.append(_quote(article, statement, speaker, via, regions))
    for statement, speaker, within in nested_ones:  # the tag of the statement around may come last
        outer_speaker = resolved.get(within)
        via = outer_speaker.name if outer_speaker else None
        # what they say of their own words is told by the statement around it
        if speaker is None or outer_speaker is None or not speakers.may_be_one(speaker, outer_speaker):
            quotes.append(_quote(article, statement, speaker, via, regions))
    return sorted(quotes, key=lambda quote: (quote.start, -quote.end))


def _go_between(words: str | None) -> str | None:
    """The name of a paper without what it is: "RBK website" is RBK."""
    return (
        re.sub(r"(?<=\w) (?:website|newspaper|news agency|agency|magazine|daily|channel)$", "", words)
        if words
        else None
    )


def _goes_on(article: Article, statement: Statement, found: Found, done: Sequence[Quote]) -> bool:
    """Quoted words without a tag of their own, right after other quoted words: the same person goes on."""
    if statement.cue is not None or not done or kind_of(article.text, statement.spans, found.regions) == "indirect":
        return False
    previous = max((quote for quote in done if quote.end <= statement.start), key=lambda quote: quote.end, default=None)
    if previous is None or previous.kind == "indirect":
        return False
    if any(previous.start < entry <= statement.start for entry in found.entries):
        return False
    return article.paragraph_at(statement.start) - article.paragraph_at(previous.end - 1) <= 1


def _inside(article: Article, outer: Sequence[Statement], regions: Sequence[Region]) -> list[tuple[Statement, int]]:
    """Statements within indirect and mixed ones, with the number of the one they stand in."""
    outside = [kind_of(article.text, statement.spans, regions) != "direct" for statement in outer]
    parts = list(nested.clauses(article, outer, outside))
    if not parts:
        return []
    text = "\n\n".join(part.text for part in parts)
    joined = Article.from_text(text)
    found: list[tuple[Statement, int]] = []
    offset = 0
    statements = assemble(joined, tag(joined), quoted_regions(text, joined.paragraphs))
    for part in parts:
        for statement in statements:
            if not (offset <= statement.start and statement.end <= offset + len(part.text)):
                continue
            moved = nested.moved(statement, part.offset - offset)
            if statement.confidence >= nested.CERTAIN and _names_its_source(article, moved, part):
                found.append((moved, part.outer))
        offset += len(part.text) + 2
    return found


def _names_its_source(article: Article, statement: Statement, part: nested.Clause) -> bool:
    end = part.offset + len(part.text)
    slices = (statement.source, statement.cue)
    if any(span is None or span[0] < part.offset or span[1] > end for span in slices):
        return False
    assert statement.cue is not None
    cue = _WORD.findall(article.text[slice(*statement.cue)].lower())
    return any(lexicon.is_speech_word(word) for word in cue) and not _LYING.intersection(cue)


def _one_sentence(text: str, statement: Statement, regions: Sequence[Region]) -> Statement:
    """An indirect statement without a next sentence that has a verb of saying of its own, and so its own tag."""
    start, end = statement.spans[-1]
    if "." not in text[start : end - 1] or kind_of(text, statement.spans, regions) != "indirect":
        return statement
    first, *others = split_sentences(text, start, end)
    if not any(lexicon.is_speech_word(word) for left, right in others for word in _WORD.findall(text, left, right)):
        return statement
    return replace(statement, spans=(*statement.spans[:-1], (start, first[1])))


def _shown(text: str, statement: Statement) -> Statement:
    """Who speaks in what is shown: in "the ad uses footage of Ada Brandt asking" it is she, not the ad."""
    source, cue = statement.source, statement.cue
    if source is None or cue is None or source[0] >= cue[0]:
        return statement
    asking = re.search(r"\b\w+ing\b", text[slice(*cue)])
    if asking is None or not lexicon.is_speech_word(asking[0]):
        return statement
    name = _SHOWN.search(text, max(source[1], cue[0] + asking.start() - 80), cue[0] + asking.start())
    return replace(statement, source=(name.start(1), name.start(1) + len(name[1].rstrip()))) if name else statement


def _quote(
    article: Article, statement: Statement, speaker: Speaker | None, via: str | None, regions: Sequence[Region]
) -> Quote:
    text, cue = article.text, statement.cue
    return Quote(
        article_id=article.id,
        external_id=article.external_id,
        paragraph=article.paragraph_at(statement.start),
        text=words_of(text, statement),
        start=statement.start,
        end=statement.end,
        spans=statement.spans,
        kind=kind_of(text, statement.spans, regions),
        speaker=speaker,
        cue=Span(text[cue[0] : cue[1]], *cue) if cue else None,
        polarity=polarity(text, statement),
        addressee=addressee(text, statement),
        question=statement.question,
        via=via,
        confidence=min(1.0, statement.confidence),
    )
