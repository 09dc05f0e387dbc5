"""Measuring sets -> what the sentence selector learns from and is measured on: documents, questions, gold sentences.

``python -m evals.training.selector_data --data DIR --out build/selector-data`` reads the sets below ``DIR`` and writes
``documents.jsonl`` and ``questions.jsonl``. The questions of ``newsroom`` come with what a library of their articles finds
for them, and every sentence of news with whose words it holds. What is kept for measuring alone is marked ``held``: half of
clapnq and of rtqa2022, by a digest of the question's id, and the questions over a seventh of newsroom's articles, on which
`fit_decision` fits when to answer. whosaid and rgb are read by nothing here.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from evals.data import fold_of, is_held
from rag import Library
from rag.language.sentences import split_sentences
from rag.language.words import STOP_WORDS, match_query, normalise
from rag.models.selector import follow_up, spoken_by
from rag.quotes import extract_quotes
from rag.types import Article

NEWSROOM_FOLDS = 7
BLOCK = 5  # sentences that the search for hard negatives takes together
HARD = 6
RECENT, OLD = timedelta(14), timedelta(21)
Place = tuple[str, int]
"""A document's id and the index of one of its sentences."""


@dataclass(slots=True)
class Document:
    """A text with its sentences as slices."""

    id: str
    text: str
    title: str
    sentences: list[tuple[int, int]]
    opens: bool
    date: str | None = None
    source: str = ""
    speakers: list[str] = field(default_factory=list)
    """Whose words each sentence holds where it does not say so itself, as `spoken_by` tells; empty where nobody looked."""

    def texts(self) -> list[str]:
        """The sentences."""
        return [self.text[start:end] for start, end in self.sentences]

    def within(self, start: int, end: int) -> list[Place]:
        """The sentences that a slice touches."""
        return [(self.id, i) for i, (first, last) in enumerate(self.sentences) if first < end and last > start]

    def holding(self, answer: str) -> list[Place]:
        """The sentences whose words contain the answer's."""
        return [(self.id, i) for i, text in enumerate(self.texts()) if contains(text, answer)]


@dataclass(slots=True)
class Asked:
    """A question with its gold. ``maybe`` sentences may answer too: they are neither right nor wrong in training."""

    set: str
    qid: str
    question: str
    documents: list[str]
    gold: list[Place] = field(default_factory=list)
    maybe: list[Place] = field(default_factory=list)
    spans: list[tuple[str, int, int]] = field(default_factory=list)
    """The answer as slices of documents, where the set gives it."""
    hard: list[Place] = field(default_factory=list)
    """Where other documents are closest to the question."""
    recent: list[Place] = field(default_factory=list)
    """The same among the two weeks before it, for measuring."""
    alone: bool = True
    """Whether the question makes sense without its document."""
    asked_again: str = ""
    """The same question as a follow-up: the turn before it and its own words."""
    held: bool = False
    answers: list[str] = field(default_factory=list)


def contains(text: str, answer: str) -> bool:
    """Whether the words of an answer stand in a text, marks around it and letter case aside."""
    wanted, there = _plain(answer), _plain(text)
    return bool(wanted) and f" {wanted} " in f" {there} "


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w$€£%]+", normalise(text).lower()))


def document(id_: str, text: str, title: str | None, opens: bool = True, day: str | None = None) -> Document:
    """A document with the sentences of its paragraphs."""
    paragraphs = Article.from_text(text).paragraphs
    sentences = [span for one in paragraphs for span in split_sentences(text, one.start, one.end)]
    return Document(id_, text, title or "", sentences, opens, day)


def news(id_: str, text: str, title: str | None, day: str | None, source: str | None) -> Document:
    """A news article: a document that also knows its publisher, and whose words its sentences hold."""
    made = document(id_, text, title, day=day)
    made.source = source or ""
    made.speakers = list(spoken_by(text, made.sentences, extract_quotes(Article.from_text(text))))
    return made


def newsqa(folder: Path) -> tuple[list[Document], list[Asked]]:
    """Crowd questions over CNN stories."""
    documents = {
        r["doc_id"]: news(r["doc_id"], r["text"], r["title"], r["date"], r["source"])
        for r in rows(folder / "documents.jsonl")
    }
    asked = []
    for r in rows(folder / "questions.jsonl"):
        gold, answer, found = r["gold_passages"][0], r["answers"][0], documents[r["gold_doc_ids"][0]]
        start = found.text.find(answer, found.text.find(gold["text"]))
        one = Asked("newsqa", r["qid"], r["question"], [found.id], answers=r["answers"], alone=r["meta"]["standalone"])
        one.gold = found.within(start, start + len(answer))
        one.maybe = [place for place in found.holding(answer) if place not in one.gold]
        one.spans = [(found.id, start, start + len(answer))]
        asked.append(one)
    return list(documents.values()), asked


def clapnq(folder: Path) -> tuple[list[Document], list[Asked]]:
    """Questions with their Wikipedia passage, which answers or not; sentences come tokenized."""
    titles = {r["doc_id"]: r["title"] for r in rows(folder / "documents.jsonl")}
    documents, asked = {}, []
    for r in rows(folder / "questions.jsonl"):
        id_, sentences = r["meta"]["candidate_doc_id"], [joined(text) for text in r["meta"]["sentences"]]
        documents[id_] = listed(id_, sentences, titles[id_])
        gold = {joined(passage["text"]) for passage in r["gold_passages"]}
        one = Asked("clapnq", r["qid"], r["question"], [id_], held=is_held(r["qid"]))
        one.gold = [(id_, index) for index, text in enumerate(sentences) if text in gold]
        if one.gold or not r["answerable"]:
            asked.append(one)
    return list(documents.values()), asked


def quotesum(folder: Path) -> tuple[list[Document], list[Asked]]:
    """Questions with several Wikipedia passages; gold are sentences with a quoted phrase of some length."""
    documents = {r["doc_id"]: document(r["doc_id"], r["text"], r["title"]) for r in rows(folder / "documents.jsonl")}
    asked = []
    for r in rows(folder / "questions.jsonl"):
        one = Asked("quotesum", r["qid"], r["question"], r["meta"]["context_doc_ids"])
        for gold in r["gold_passages"]:
            places = documents[gold["doc_id"]].holding(gold["text"])
            (one.gold if len(gold["text"].split()) > 2 else one.maybe).extend(places)
        one.gold = sorted(set(one.gold))
        one.maybe = sorted(set(one.maybe) - set(one.gold))
        if one.gold:
            asked.append(one)
    return list(documents.values()), asked


def xquad(path: Path) -> tuple[list[Document], list[Asked]]:
    """SQuAD questions over paragraphs; the other paragraphs of the page are on the topic and do not answer."""
    documents, asked = [], []
    for number, page in enumerate(json.loads(path.read_text(encoding="utf-8"))["data"]):
        own = []
        for index, paragraph in enumerate(page["paragraphs"]):
            title = page.get("title", "").replace("_", " ")
            own.append(document(f"xquad-{number}-{index}", paragraph["context"], title, index == 0))
        documents += own
        for found, paragraph in zip(own, page["paragraphs"], strict=True):
            for qa in paragraph["qas"]:
                answer = qa["answers"][0]
                end = answer["answer_start"] + len(answer["text"])
                others = [one.id for one in own if one is not found]
                one = Asked("xquad", qa["id"], qa["question"], [found.id, *others])
                one.gold = found.within(answer["answer_start"], end)
                one.maybe = [p for other in own for p in other.holding(answer["text"]) if p not in one.gold]
                one.spans = [(found.id, answer["answer_start"], end)]
                asked.append(one)
    return documents, asked


def rtqa(folder: Path) -> tuple[list[Document], list[Asked]]:
    """News quizzes; gold are the sentences of the evidence that hold the answer, or all of it where none does."""
    documents = {
        r["doc_id"]: document(r["doc_id"], r["text"], r["title"], day=r["date"])
        for r in rows(folder / "documents.jsonl")
    }
    asked = []
    for r in [*rows(folder / "questions.jsonl"), *rows(folder / "questions_unanswerable.jsonl")]:
        if r["answerable"] is None or r["meta"].get("choice_dependent"):
            continue
        one = Asked("rtqa2022", r["qid"], r["question"], r["gold_doc_ids"], answers=r["answers"])
        one.held = is_held(r["qid"])
        for gold in r["gold_passages"]:
            found = documents[gold["doc_id"]]
            start = found.text.find(gold["text"])
            inside = found.within(start, start + len(gold["text"]))
            holding = {place for answer in r["answers"] for place in found.holding(answer)}
            one.gold += [place for place in inside if place in holding] or inside
            one.maybe += [*inside, *holding]
            one.spans += [span for answer in r["answers"] for span in phrases(found, inside, answer)]
        one.maybe = sorted(set(one.maybe) - set(one.gold))
        asked.append(one)
    return list(documents.values()), asked


def phrases(found: Document, places: Sequence[Place], answer: str) -> Iterator[tuple[str, int, int]]:
    """Where an answer's own letters stand in given sentences, the first time in each."""
    for _, index in places:
        start, end = found.sentences[index]
        place = found.text.lower().find(answer.lower(), start, end)
        if answer and place >= 0:
            yield found.id, place, place + len(answer)


def newsroom(data: Path) -> tuple[list[Document], list[Asked]]:
    """Questions in people's own words over news articles, with the sentences that a library of the articles finds.

    What corrects a premise that is not so, or names who did say it, is neither right nor wrong.
    """
    questions = [r for r in rows(data / "newsroom" / "train.jsonl") if r["kind"] not in ("summary", "compare")]
    documents = {id_: news(id_, *facts) for id_, *facts in newsroom_articles(data, {r["doc_id"] for r in questions})}
    found = retrieved(documents.values(), [r["standalone"] or r["question"] for r in questions])
    kept = fold_of(documents, 0, NEWSROOM_FOLDS)
    asked = []
    for r, hard in zip(questions, found, strict=True):
        home = documents[r["doc_id"]]
        one = Asked("newsroom", r["qid"], r["standalone"] or r["question"], [home.id], held=home.id in kept)
        places = [place for gold in r["evidence"] + r["also"] for place in mostly(home, gold["start"], gold["end"])]
        (one.gold if r["answerable"] else one.maybe).extend(sorted(set(places)))
        one.asked_again = follow_up(r["history"], r["question"]) if r["history"] else ""
        one.spans = list(phrases(home, one.gold, r["answer"] or ""))[:1]
        one.hard = hard
        if one.gold or not r["answerable"]:
            asked.append(one)
    return list(documents.values()), asked


def newsroom_articles(data: Path, wanted: set[str]) -> Iterator[tuple[str, str, str, str, str]]:
    """Ids, texts, titles, days and publishers of the articles that newsroom's questions are about."""
    for r in rows(data / "polnear" / "train.jsonl"):
        if r["id"] in wanted:
            yield r["id"], r["text"], r.get("title") or "", r["date"], r["publisher"]
    for r in rows(data / "rtqa2022" / "documents.jsonl"):
        if r["doc_id"] in wanted:
            yield r["doc_id"], r["text"], r["title"] or "", r["date"], r["source"]


def retrieved(documents: Iterable[Document], questions: Sequence[str]) -> list[list[Place]]:
    """For each question the sentences of the ten best chunks of a library of the documents, the best chunk first."""
    listed_ = {one.id: one for one in documents}
    articles = [
        Article.from_text(one.text, title=one.title or None, date=one.date, source=one.source, external_id=one.id)
        for one in listed_.values()
    ]
    newest = max(one.date for one in articles if one.date)
    with tempfile.TemporaryDirectory() as scratch, Library.open(Path(scratch), extract=lambda _: []) as library:
        library.add_articles(articles, progress=lambda done, total, _: print(f"\r{done}/{total}", end="", flush=True))
        made = []
        for question in questions:
            chunks = library.retrieve(question, k=10, today=newest)
            places = [
                place
                for result in chunks
                for place in listed_[result.article.external_id or ""].within(result.chunk.start, result.chunk.end)
            ]
            made.append(list(dict.fromkeys(places)))
    return made


def mostly(found: Document, start: int, end: int) -> list[Place]:
    """The sentences that share more than half of themselves, or of a slice, with it, as newsroom's scorer judges."""
    return [
        (found.id, i)
        for i, (first, last) in enumerate(found.sentences)
        if min(last, end) - max(first, start) > 0.5 * min(last - first, end - start)
    ]


_NAME = re.compile(r"(?:[A-Z][\w’'-]+(?: |$)){1,4}")


def polnear(path: Path, seed: int = 1) -> tuple[list[Document], list[Asked]]:
    """Made-up questions about who said what: two an article, and one whose words are somebody else's."""
    generator = random.Random(seed)
    documents, asked = [], []
    for r in rows(path):
        found = document(r["id"], r["text"], None)
        said = [(speaker_of(quote), quote) for quote in r["quotes"] if quote.get("speech")]
        said = [(name, quote) for name, quote in said if name and 4 <= len(quote["text"].split()) <= 60]
        if not said:
            continue
        documents.append(found)
        for number, (name, quote) in enumerate(generator.sample(said, min(2, len(said)))):
            topics = keywords(quote["text"])
            one = Asked("polnear", f"{r['id']}-{number}", "", [found.id])
            one.gold = sorted({place for start, end in quote["spans"] for place in found.within(start, end)})
            if not topics or generator.random() < 0.3:
                words = " ".join(quote["text"].split()[:25]).strip('“”"')
                one.question = f"Who said {words}?"
                speaker = (quote["speaker_start"], quote["speaker_end"])
                one.spans = [(found.id, *speaker)] if set(found.within(*speaker)) <= set(one.gold) else []
                asked.append(one)
                continue
            topic = generator.choice(topics)
            form = generator.choice(
                ["What did {} say about {}?", "What did {} say about {}?", "What does {} think of {}?"]
            )
            one.question = form.format(name, topic)
            one.maybe = [place for place in found.holding(topic) if place not in one.gold]
            asked.append(one)
            others = sorted({other for other, _ in said if not set(other.split()) & set(name.split())})
            if others and number == 0 and not one.maybe:
                wrong = form.format(generator.choice(others), topic)
                asked.append(Asked("polnear", one.qid + "-wrong", wrong, [found.id]))
    return documents, asked


def keywords(text: str) -> list[str]:
    """Candidate keywords after RAKE (Rose et al. 2010): what stands between stop words and marks, up to four words."""
    runs: list[list[str]] = [[]]
    for word in re.findall(r"[\w’'$%-]+|[^\w\s]", text):
        if word.lower() in STOP_WORDS or not re.search(r"\w{3}|\d", word):
            runs.append([])
        else:
            runs[-1].append(word)
    return [" ".join(run) for run in runs if 1 <= len(run) <= 4 and max(map(len, run)) > 4]


def speaker_of(quote: dict[str, Any]) -> str:
    """The last name in the mention of a speaker, or nothing."""
    names = [match.group().strip() for match in _NAME.finditer(quote["speaker"] or "")]
    names = [name for name in names if name.split()[0] not in ("The", "He", "She", "They", "It", "We", "I", "In", "A")]
    return re.sub(r"[’']s$", "", names[-1]) if names else ""


def joined(text: str) -> str:
    """Tokenized text as people write it."""
    text = text.replace("``", '"').replace("''", '"')
    text = re.sub(r" ([,.;:?!%)\]])", r"\1", text)
    text = re.sub(r"([(\[$]) ", r"\1", text)
    return re.sub(r" (n't|'(?:s|re|ve|ll|d|m)?)\b", r"\1", text).strip()


def listed(id_: str, sentences: Sequence[str], title: str) -> Document:
    """A document of given sentences."""
    spans, place = [], 0
    for text in sentences:
        spans.append((place, place + len(text)))
        place += len(text) + 1
    return Document(id_, " ".join(sentences), title, spans, False)


class Search:
    """BM25 over blocks of sentences (SQLite's FTS5)."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.dates: dict[str, str] = {}
        self.table = sqlite3.connect(":memory:")
        self.table.execute("CREATE VIRTUAL TABLE block USING fts5(words, id UNINDEXED, first UNINDEXED, day UNINDEXED)")
        for one in documents:
            texts = one.texts()
            made = [
                (f"{one.title} {' '.join(texts[first : first + BLOCK])}", one.id, first, one.date or "")
                for first in range(0, len(texts), BLOCK)
            ]
            self.table.executemany("INSERT INTO block VALUES (?, ?, ?, ?)", made)

    def closest(self, question: str, but: Sequence[str] = (), since: str = "", until: str = "9") -> list[Place]:
        """The first sentences of the best blocks, of documents dated from ``since`` to ``until`` and not in ``but``."""
        query = "SELECT id, first FROM block WHERE words MATCH ? AND day >= ? AND day <= ? ORDER BY rank LIMIT ?"
        found = self.table.execute(query, (match_query(question), since, until, HARD + 30)).fetchall()
        return [(id_, first) for id_, first in found if id_ not in but][:HARD]


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a JSONL file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def build(data: Path) -> tuple[list[Document], list[Asked]]:
    """Everything, with hard negatives for the questions that stand alone; only documents that a question uses."""
    sets = [newsqa(data / "newsqa"), clapnq(data / "clapnq"), quotesum(data / "quotesum")]
    sets += [xquad(data / "xquad" / "xquad.en.json"), polnear(data / "polnear" / "train.jsonl"), newsroom(data)]
    stories, quiz = sets[0], rtqa(data / "rtqa2022")
    own, quizzes = Search(stories[0]), Search(quiz[0])
    days = {
        r["qid"]: date.fromisoformat(r["meta"]["date"])
        for name in ("questions", "questions_unanswerable")
        for r in rows(data / "rtqa2022" / f"{name}.jsonl")
    }
    for one in stories[1]:
        if one.alone:
            one.hard = own.closest(one.question, one.documents)[:4] + quizzes.closest(one.question)[:2]
    for one in sets[1][1] + sets[3][1]:
        one.hard = quizzes.closest(one.question)[:2]
    for one in quiz[1]:
        day = days[one.qid]
        until = (day - OLD).isoformat() if one.gold else "9"
        one.hard = quizzes.closest(one.question, one.documents, until=until)
        one.recent = quizzes.closest(
            one.question, since=(day - RECENT).isoformat() if one.gold else "", until=day.isoformat()
        )
    documents = {one.id: one for part in (quiz, *sets) for one in part[0]}
    asked = [one for part in (*sets, quiz) for one in part[1]]
    for one in asked:
        if one.set == "newsroom":
            continue
        close = {id_ for id_, _ in (*one.hard, *one.recent)} - set(one.documents)
        one.maybe += [p for id_ in sorted(close) for answer in one.answers for p in documents[id_].holding(answer)]
    used = {id_ for one in asked for id_ in (*one.documents, *(i for i, _ in (*one.hard, *one.recent)))}
    return [one for id_, one in documents.items() if id_ in used], asked


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("build/selector-data"))
    options = parser.parse_args()
    documents, asked = build(options.data)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, part in (("documents", documents), ("questions", asked)):
        written = "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in part)
        (options.out / f"{name}.jsonl").write_text(written, encoding="utf-8")
    print(len(documents), "documents,", len(asked), "questions,", sum(not one.gold for one in asked), "unanswerable")


if __name__ == "__main__":
    main()
