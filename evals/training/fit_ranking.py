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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
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
from rag.answering.ranking import DECIDING, FEATURES, FIRST, SHOWING, Weights
from rag.question import Question, read_question

FIRST_QUESTIONS = 400  # of the other articles, for the first pass
FOLDS = 5
FEW = 240  # articles of the smaller libraries
REFUSED = 0.68  # of the unanswerable, those that have to be refused: beyond that a refusal costs more than it saves
PRECISE = 0.5  # of the sentences shown, those that are gold, when more than one may be shown
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
    library: Library,
    row: dict[str, Any],
    today: date,
    read: Callable[[list[Candidate]], list[Candidate]],
    filters: Filters,
) -> Asked:
    """A question's candidates; ``read`` chooses those that the selector reads."""
    history = [{"role": ("user", "assistant")[i % 2], "content": text} for i, text in enumerate(row["history"])]
    question = read_question(row["question"], history, today)
    found = library.candidates.find(question, filters)
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


@dataclass(frozen=True, slots=True)
class Judged:
    """A question's candidates ranked, its chance, and those of the candidates after the best to answer, too."""

    asked: Asked
    ranked: list[Candidate]
    chance: float
    others: NDArray[np.float64]


def crossed(asked: Sequence[Asked], weights: Weights) -> list[Judged]:
    """Each question as it is judged by weights that were fitted on the questions of other folds."""
    made: dict[int, Judged] = {}
    for fold in folds_of(asked):
        rest = [one for number, one in enumerate(asked) if number not in set(fold)]
        own = fitted(rest, weights)
        for number in fold:
            one = asked[number]
            ranked = ranking.rank(one.candidates, own) if one.candidates else []
            chance = ranking.chance(one.question, one.found, ranked, own)
            most = MOST.get(one.question.kind, USUAL)
            made[number] = Judged(one, ranked, chance, ranking.showing_chances(one.question, ranked[:most], own))
    return [made[number] for number in range(len(asked))]


def fitted(asked: Sequence[Asked], weights: Weights) -> Weights:
    """The weights with ranking and decision fitted on these questions."""
    order = fit([ranking.features(one.candidates) for one in asked], [one.gold for one in asked])
    own = replace(weights, ranking=order)
    rows, labels, share = [], [], []
    beside, golden = [], []
    for one in asked:
        ranked = ranking.rank(one.candidates, own) if one.candidates else []
        if ranked:
            hit = one.answerable and any(is_gold(c, one.row) for c in ranked[:USUAL])
            rows.append(ranking.deciding_features(one.question, one.found, ranked))
            labels.append(hit)
            share.append(0.5 if one.answerable and not hit else 1.0 if hit else 4.0)  # as many answerable as not
            if one.answerable:
                beside.append(ranking.showing_features(one.question, ranked[:USUAL]))
                golden += [is_gold(c, one.row) for c in ranked[1:USUAL]]
    deciding, bias = _logistic(np.array(rows), labels, share)
    showing, showing_bias = _logistic(np.concatenate(beside), golden)
    return replace(own, deciding=deciding, bias=bias, showing=showing, showing_bias=showing_bias)


def _logistic(
    rows: NDArray[np.float64], labels: Sequence[bool], share: Sequence[float] | None = None
) -> tuple[NDArray[np.float64], float]:
    """Weights and bias of the odds that a row has the label; ``share`` is what each row counts."""
    scale = rows.std(0) + 1e-6
    model = LogisticRegression(C=0.3, max_iter=2000).fit(rows / scale, labels, sample_weight=share)
    return model.coef_[0] / scale, float(model.intercept_[0])


def judge(judged: Sequence[Judged], answer: float, another: float) -> dict[str, float]:
    """Newsroom's figures at two thresholds, in per cent."""
    right, refused, hits, shown, first = [], [], 0, 0, []
    for one in judged:
        if not one.asked.answerable:
            refused.append(one.chance < answer)
            continue
        gold = (
            [is_gold(c, one.asked.row) for c in ranking.shown(one.ranked, one.others, another)]
            if one.chance >= answer
            else []
        )
        first.append(bool(one.ranked) and is_gold(one.ranked[0], one.asked.row))
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


def thresholds(judged: Sequence[Judged]) -> tuple[float, float, dict[str, float]]:
    """The chance to answer from, at which `REFUSED` are refused; the one to show another from, most right at `PRECISE`."""
    answer = float(np.quantile([one.chance for one in judged if not one.asked.answerable], REFUSED))
    for step in np.arange(0.05, 1.0, 0.05):
        print(f"another {step:.2f}", judge(judged, answer, float(step)))
    tried = [(another, judge(judged, answer, float(another))) for another in np.arange(0.02, 1.0, 0.02)]
    another, made = max(tried, key=lambda pair: (min(pair[1]["precision"], 100 * PRECISE), pair[1]["right"]))
    return answer, round(float(another), 2), made


def lead_threshold(judged: Sequence[Judged]) -> tuple[float, int]:
    """The chance of a phrase from which `LEADING` of those that are said first are like the answer, and how many these are."""
    scored = sorted(
        (
            (best.phrase_chance, word_f1(best.article.text[slice(*best.phrase)], one.asked.row["answer"]))
            for one in judged
            for best in one.ranked[:1]
            if one.asked.answerable and one.asked.row["kind"] == "fact" and best.phrase and is_gold(best, one.asked.row)
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
        early = [ask(library, row, today, _all, Filters()) for row in others[: options.limit]]
        first = fit([ranking.first_features(one.candidates) for one in early], [one.gold for one in early])
        empty = np.zeros(0)
        weights = Weights(first, empty, empty, 0.0, empty, 0.0, answer=0.5, another=0.5, lead=1.0)
        print("first pass", dict(zip(FIRST, first.round(2).tolist(), strict=True)), flush=True)
        print("gold among those read:", reach(early, weights))
        wanted = [row for row in rows if row["doc_id"] in held]
        late = [
            ask(library, row, today, lambda found: ranking.shortlist(found, weights), filters)
            for row, filters in zip(wanted[: options.limit], _libraries(library, wanted), strict=False)
        ]
    return early, late, weights


def _libraries(library: Library, rows: Sequence[dict[str, Any]]) -> Iterator[Filters]:
    """What each question is asked over: every second one over few of the articles, for libraries differ in size."""
    ids = {article.external_id: article.id for article in library.articles()}
    generator = random.Random(11)
    for number, row in enumerate(rows):
        few = generator.sample(sorted(ids.values()), FEW)
        yield Filters(article_ids=[*few, ids[row["doc_id"]]]) if number % 2 else Filters()


def reach(asked: Sequence[Asked], weights: Weights) -> dict[str, float]:
    """Of the questions, those of which a gold sentence is a candidate, and is among those that the selector reads."""
    any_ = [one.gold.any() for one in asked]
    read = [
        any(is_gold(c, one.row) for c in ranking.shortlist(one.candidates, weights)) for one in asked if one.candidates
    ]
    return {"candidates": round(100 * float(np.mean(any_)), 1), "read": round(100 * sum(read) / len(asked), 1)}


def write(asked: Sequence[Asked], weights: Weights, out: Path) -> None:
    """Fit, cross-validate, print, and write the weights beside their figures."""
    judged = crossed(asked, weights)
    answer, another, figures = thresholds(judged)
    lead, leads = lead_threshold(judged)
    final = fitted(asked, weights)
    written = {
        "first": dict(zip(FIRST, final.first.tolist(), strict=True)),
        "ranking": dict(zip(FEATURES, final.ranking.tolist(), strict=True)),
        "deciding": {**dict(zip(DECIDING, final.deciding.tolist(), strict=True)), "bias": final.bias},
        "showing": {**dict(zip(SHOWING, final.showing.tolist(), strict=True)), "bias": final.showing_bias},
        "answer": answer,
        "another": another,
        "lead": lead,
        "fitted on": f"{len(asked)} questions of newsroom/train over articles that the selector has not seen",
        "cross-validated": figures,
        "leads": leads,
    }
    out.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    print(
        json.dumps(
            {name: written[name] for name in ("ranking", "deciding", "showing", "answer", "another", "lead")}, indent=1
        )
    )
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
