"""A library in memory, for tests of the page that need no model."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from rag.coverage import Coverage
from rag.errors import NotFoundError, QuestionError
from rag.llm import ChatModel
from rag.types import AddReport, Answer, Article, Citation, Failure, Filters, Part, Quote, Searched, Sentence, Speaker

Progress = Callable[[int, "int | None", str], None]


def citation(article: Article, words: str, marker: int = 1) -> Citation:
    """A citation of the first place where ``words`` stands in ``article``."""
    start = article.text.index(words)
    return Citation(
        marker=marker,
        article_id=article.id,
        external_id=article.external_id,
        title=article.title,
        source=article.source,
        date=article.date,
        url=article.url,
        paragraph=article.paragraph_at(start),
        start=start,
        end=start + len(words),
        text=words,
    )


def statement(article: Article, words: str, speaker: str | None, **rest: Any) -> Quote:
    """A quote of ``speaker`` at the first place where ``words`` stands in ``article``."""
    start = article.text.index(words)
    end = start + len(words)
    place: dict[str, Any] = {
        "paragraph": article.paragraph_at(start),
        "start": start,
        "end": end,
        "spans": ((start, end),),
    }
    return Quote(
        article.id, None, text=words, kind="direct", speaker=Speaker(speaker) if speaker else None, **place, **rest
    )


class Page(HTMLParser):
    """What a browser would see: text, tags with attributes, and the links with their text."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def links(self) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == "a"]

    def having(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of the tags that have this class."""
        return [attributes for _, attributes in self.tags if name in (attributes.get("class") or "").split()]


class FakeLibrary:
    """What the page uses of ``rag.library.Library``. It answers with the first sentence that shares a word."""

    def __init__(self, articles: Iterable[Article] = ()) -> None:
        self.kept = {article.id: article for article in articles}
        self.writable = True
        self.ready = False
        self.closed = False
        self.model: ChatModel | None = None
        self.covered = Coverage()
        self.asked: list[tuple[str, list[object], Filters]] = []

    def warm_up(self) -> None:
        self.ready = True

    def close(self) -> None:
        self.closed = True

    def articles(self) -> list[Article]:
        return sorted(self.kept.values(), key=lambda article: article.date or dt.date.min, reverse=True)

    def article(self, article_id: str) -> Article:
        if article_id not in self.kept:
            raise NotFoundError(f"There is no article {article_id}.")
        return self.kept[article_id]

    def sources(self) -> list[str]:
        return sorted({article.source for article in self.articles() if article.source})

    def searched(self, filters: Filters | None = None) -> Searched:
        wanted = filters.article_ids if filters else ()
        found = [one for one in self.articles() if not wanted or one.id in wanted]
        dates = [article.date for article in found if article.date]
        return Searched(len(found), min(dates, default=None), max(dates, default=None))

    def coverage(self, filters: Filters | None = None) -> Coverage:
        return self.covered

    def add_articles(self, articles: Iterable[Article], progress: Progress | None = None) -> AddReport:
        added, unchanged = [], []
        for done, article in enumerate(articles, 1):
            (unchanged if article.id in self.kept else added).append(article.id)
            self.kept[article.id] = article
            if progress is not None:
                progress(done, None, article.title or "")
        return AddReport(added=tuple(added), unchanged=tuple(unchanged))

    def add(self, sources: Iterable[str | Path], progress: Progress | None = None) -> AddReport:
        articles, failed = [], []
        for source in sources:
            if Path(source).suffix == ".txt":
                articles.append(Article.from_text(Path(source).read_text(), title=Path(source).stem))
            else:
                failed.append(Failure(str(source), "cannot be read.", "Give a text file."))
        report = self.add_articles(articles, progress)
        return AddReport(report.added, (), report.unchanged, tuple(failed))

    def remove(self, ids: Iterable[str]) -> tuple[str, ...]:
        gone = tuple(ids)
        for one in gone:
            del self.kept[one]
        return gone

    def use_model(self, model: ChatModel | None) -> None:
        self.model = model

    def ask_stream(
        self,
        question: str,
        *,
        history: Sequence[object] = (),
        today: dt.date | None = None,
        filters: Filters | None = None,
    ) -> Iterator[Answer]:
        answer = self.ask(question, history=history, filters=filters)
        if self.model is None:
            yield answer
            return
        engine = f"model: {self.model.name}"
        yield dataclasses.replace(answer, text="", parts=(), citations=(), closest=answer.citations, engine=engine)
        yield dataclasses.replace(answer, engine=engine)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[object] = (),
        filters: Filters | None = None,
    ) -> Answer:
        self.asked.append((question, list(history), filters or Filters()))
        if len(question) > 2000:
            raise QuestionError("The question has more than 2,000 characters.")
        words = {word for word in re.findall(r"\w+", question.casefold()) if len(word) > 3}
        for article in self.articles():
            for match in re.finditer(r"[^\s.][^.\n]*\.", article.text):
                if words & set(re.findall(r"\w+", match.group().casefold())):
                    cited = citation(article, match.group())
                    parts = (Part("evidence", (Sentence(cited.text, "verbatim", (1,)),)),)
                    return Answer(question, "answered", cited.text, parts, (cited,), self.searched(), "fake", 0.1)
        closest = tuple(citation(article, article.paragraph_text(0)) for article in self.articles()[:2])
        told = "The articles do not say."
        parts = (Part("note", (Sentence(told, "supported"),)),)
        return Answer(question, "abstained", told, parts, (), self.searched(), "fake", 0.1, closest=closest)


@pytest.fixture
def fake_library() -> type[FakeLibrary]:
    """The class, to be filled with articles."""
    return FakeLibrary


@pytest.fixture
def cite() -> Callable[..., Citation]:
    """Makes a citation of words that stand in an article."""
    return citation


@pytest.fixture
def say() -> Callable[..., Quote]:
    """Makes a statement of words that stand in an article."""
    return statement


@pytest.fixture(scope="session")
def parse() -> type[Page]:
    """Reads HTML as a browser would."""
    return Page
