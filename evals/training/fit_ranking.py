"""Fit what stands on top of the selector: which candidates it reads, their order, when to answer and how much to show.

``python -m evals.training.fit_ranking --data DIR --library DIR`` asks newsroom's training questions over all of their articles
and writes ``rag/models/weights/ranking.json``. The first pass learns from questions over any of the articles; the ranking, the
decision and its thresholds only from those over the seventh of the articles that the selector was not trained on, and are
cross-validated over articles: the figures that are printed and written beside the weights are those of questions whose
articles had no part in the weights that judged them.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from evals.data import fold_of, read_jsonl
from evals.training.listwise import fit
from evals.training.selector_data import NEWSROOM_FOLDS, newsroom_articles
from rag import Article, Filters, Library
from rag.answering import ranking
from rag.answering.candidates import Candidate, Found
from rag.answering.decide import MOST, USUAL
from rag.answering.ranking import DECIDING, FEATURES, FIRST, Weights
from rag.question import Question, read_question

FIRST_QUESTIONS = 400  # of the other articles, for the first pass
FOLDS = 5
REFUSED = 0.76  # of the unanswerable, those that have to be refused: beyond that a refusal costs more than it saves
PRECISE = 0.48  # of the sentences shown, those that are gold, when more than one may be shown
LIKE = 0.5  # F1 of the words of a phrase and of the answer, from which the phrase is one to lead with
LEADING = 0.88  # of the phrases that lead, those that have to be so


@dataclass(slots=True)
class Asked:
    """A question with its candidates and which of them are gold."""

    row: dict[str, Any]
    question: Question
    found: Found
    candidates: list[Candidate]
    gold: NDArray[np.bool_]

    @property
    def answerable(self) -> bool:
        """Whether the articles answer it."""
        return bool(self.row["answerable"])


def ask(
    library: Library, row: dict[str, Any], today: date, read: Callable[[list[Candidate]], list[Candidate]]
) -> Asked:
    """A question's candidates; ``read`` chooses those that the selector reads."""
    history = [{"role": ("user", "assistant")[i % 2], "content": text} for i, text in enumerate(row["history"])]
    question = read_question(row["question"], history, today)
    found = library.candidates.find(question, Filters())
    candidates = read(list(found.candidates))
    if candidates and read is not _all:
        candidates = library.candidates.read(question, candidates)
    return Asked(row, question, found, candidates, np.array([is_gold(one, row) for one in candidates], dtype=bool))


def is_gold(one: Candidate, row: dict[str, Any]) -> bool:
    """Whether a candidate is evidence, as newsroom's scorer judges."""
    if one.article.external_id != row["doc_id"]:
        return False
    return any(
        min(one.end, gold["end"]) - max(one.start, gold["start"])
        > 0.5 * min(one.end - one.start, gold["end"] - gold["start"])
        for gold in row["evidence"] + row["also"]
    )


def _all(candidates: list[Candidate]) -> list[Candidate]:
    return candidates


def folds_of(asked: Sequence[Asked]) -> list[list[int]]:
    """The questions by fold; those over one article are of one fold."""
    ids = sorted({one.row["doc_id"] for one in asked})
    random.Random(5).shuffle(ids)
    place = {id_: number % FOLDS for number, id_ in enumerate(ids)}
    return [[n for n, one in enumerate(asked) if place[one.row["doc_id"]] == fold] for fold in range(FOLDS)]


def crossed(asked: Sequence[Asked], weights: Weights) -> tuple[list[list[Candidate]], NDArray[np.float64]]:
    """Each question's candidates ranked, and its chance, by weights that were fitted on the questions of other folds."""
    ranked: list[list[Candidate]] = [[] for _ in asked]
    chances = np.zeros(len(asked))
    for fold in folds_of(asked):
        rest = [one for number, one in enumerate(asked) if number not in set(fold)]
        own = fitted(rest, weights)
        for number in fold:
            ranked[number] = ranking.rank(asked[number].candidates, own) if asked[number].candidates else []
            chances[number] = ranking.chance(asked[number].question, asked[number].found, ranked[number], own)
    return ranked, chances


def fitted(asked: Sequence[Asked], weights: Weights) -> Weights:
    """The weights with ranking and decision fitted on these questions."""
    order = fit([ranking.features(one.candidates) for one in asked], [one.gold for one in asked])
    own = Weights(weights.first, order, weights.deciding, weights.bias, weights.answer, weights.another, weights.lead)
    rows, labels, share = [], [], []
    for one in asked:
        ranked = ranking.rank(one.candidates, own) if one.candidates else []
        if ranked:
            hit = one.answerable and any(is_gold(c, one.row) for c in ranked[:USUAL])
            rows.append(ranking.deciding_features(one.question, one.found, ranked))
            labels.append(hit)
            share.append(0.5 if one.answerable and not hit else 1.0 if hit else 4.0)  # as many answerable as not
    x = np.array(rows)
    scale = x.std(0) + 1e-6
    model = LogisticRegression(C=0.3, max_iter=2000).fit(x / scale, labels, sample_weight=share)
    return Weights(
        own.first, order, model.coef_[0] / scale, float(model.intercept_[0]), own.answer, own.another, own.lead
    )


def judge(
    asked: Sequence[Asked],
    ranked: Sequence[list[Candidate]],
    chances: NDArray[np.float64],
    answer: float,
    another: float,
) -> dict[str, float]:
    """Newsroom's figures at two thresholds, in per cent."""
    right, refused, hits, shown, first = [], [], 0, 0, []
    for one, order, chance in zip(asked, ranked, chances, strict=True):
        if not one.answerable:
            refused.append(chance < answer)
            continue
        own = Weights(*(np.zeros(0),) * 3, 0.0, answer, another, 0.0)
        chosen = ranking.chosen(order, MOST.get(one.question.kind, USUAL), own) if chance >= answer and order else []
        gold = [is_gold(c, one.row) for c in chosen]
        first.append(bool(order) and is_gold(order[0], one.row))
        right.append(any(gold[:3]) and gold.count(False) <= 2)
        hits, shown = hits + sum(gold), shown + len(gold)
    made = {
        "right": np.mean(right),
        "refused": np.mean(refused),
        "precision": hits / max(1, shown),
        "first": np.mean(first),
    }
    made["balanced"] = (made["right"] + made["refused"]) / 2
    return {name: round(100 * float(value), 1) for name, value in made.items()}


def thresholds(
    asked: Sequence[Asked], ranked: Sequence[list[Candidate]], chances: NDArray[np.float64]
) -> tuple[float, float, dict[str, float]]:
    """The chance to answer from, at which `REFUSED` are refused; the share to show another from, most right at `PRECISE`."""
    unanswerable = [chance for one, chance in zip(asked, chances, strict=True) if not one.answerable]
    answer = float(np.quantile(unanswerable, REFUSED))
    tried = [(another, judge(asked, ranked, chances, answer, float(another))) for another in np.arange(0.1, 1.0, 0.05)]
    another, made = max(tried, key=lambda pair: (min(pair[1]["precision"], 100 * PRECISE), pair[1]["right"]))
    return answer, round(float(another), 2), made


def lead_threshold(asked: Sequence[Asked], ranked: Sequence[list[Candidate]]) -> tuple[float, int]:
    """The chance of a phrase from which `LEADING` of those that are said first are like the answer, and how many these are."""
    scored = sorted(
        (
            (order[0].phrase_chance, word_f1(order[0].article.text[slice(*order[0].phrase)], one.row["answer"]))
            for one, order in zip(asked, ranked, strict=True)
            if one.answerable and one.row["kind"] == "fact" and order and order[0].phrase and is_gold(order[0], one.row)
        ),
        reverse=True,
    )
    least, count = 1.0, 0
    for number in range(20, len(scored) + 1):
        if np.mean([like >= LIKE for _, like in scored[:number]]) >= LEADING:
            least, count = scored[number - 1][0], number
    return least, count


def word_f1(one: str, other: str) -> float:
    """F1 of the words of two phrases, as SQuAD's scorer counts them."""
    mine, theirs = (set(re.findall(r"\w+", text.lower())) - {"the", "a", "an"} for text in (one, other))
    return 2 * len(mine & theirs) / max(1, len(mine) + len(theirs))


def collect(options: argparse.Namespace) -> tuple[list[Asked], list[Asked], Weights]:
    """The questions for the first pass and those for all else, asked over one library of all articles."""
    rows = [
        row
        for row in read_jsonl(options.data / "newsroom" / "train.jsonl")
        if row["kind"] not in ("summary", "compare")
    ]
    ids = {row["doc_id"] for row in rows}
    held = fold_of(ids, 0, NEWSROOM_FOLDS)
    with Library.open(options.library) as library:
        if not library.articles():
            library.add_articles(
                [
                    Article.from_text(text, title=title or None, date=day, source=source, external_id=id_)
                    for id_, text, title, day, source in newsroom_articles(options.data, ids)
                ]
            )
        today = max(one.date for one in library.articles() if one.date)
        others = random.Random(3).sample(
            [row for row in rows if row["doc_id"] not in held and row["answerable"]], FIRST_QUESTIONS
        )
        early = [ask(library, row, today, _all) for row in others[: options.limit]]
        first = fit([ranking.first_features(one.candidates) for one in early], [one.gold for one in early])
        empty = np.zeros(0)
        weights = Weights(first, empty, empty, 0.0, 0.5, 0.5, 1.0)
        print("first pass", dict(zip(FIRST, first.round(2).tolist(), strict=True)), flush=True)
        print("gold among those read:", reach(early, weights))
        wanted = [row for row in rows if row["doc_id"] in held]
        late = [
            ask(library, row, today, lambda found: ranking.shortlist(found, weights)) for row in wanted[: options.limit]
        ]
    return early, late, weights


def reach(asked: Sequence[Asked], weights: Weights) -> dict[str, float]:
    """Of the questions, those of which a gold sentence is a candidate, and is among those that the selector reads."""
    any_ = [one.gold.any() for one in asked]
    read = [
        any(is_gold(c, one.row) for c in ranking.shortlist(one.candidates, weights)) for one in asked if one.candidates
    ]
    return {"candidates": round(100 * float(np.mean(any_)), 1), "read": round(100 * sum(read) / len(asked), 1)}


def write(asked: Sequence[Asked], weights: Weights, out: Path) -> None:
    """Fit, cross-validate, print, and write the weights beside their figures."""
    ranked, chances = crossed(asked, weights)
    answer, another, figures = thresholds(asked, ranked, chances)
    lead, leads = lead_threshold(asked, ranked)
    final = fitted(asked, weights)
    written = {
        "first": dict(zip(FIRST, final.first.tolist(), strict=True)),
        "ranking": dict(zip(FEATURES, final.ranking.tolist(), strict=True)),
        "deciding": {**dict(zip(DECIDING, final.deciding.tolist(), strict=True)), "bias": final.bias},
        "answer": answer,
        "another": another,
        "lead": lead,
        "fitted on": f"{len(asked)} questions of newsroom/train over articles that the selector has not seen",
        "cross-validated": figures,
        "leads": leads,
    }
    out.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({name: written[name] for name in ("ranking", "deciding", "answer", "another", "lead")}, indent=1))
    print("cross-validated", figures, "leads", leads)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--library", type=Path, default=Path("build/newsroom-library"), help="kept for the next time")
    parser.add_argument("--limit", type=int, help="only so many questions of each kind, to try it")
    parser.add_argument("--out", type=Path, default=Path("rag/models/weights/ranking.json"))
    options = parser.parse_args()
    _, asked, weights = collect(options)
    write(asked, weights, options.out)


if __name__ == "__main__":
    main()
