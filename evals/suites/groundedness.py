"""Whether verification tells sentences that their sources bear out from others: crowd-checked claims, and lies by program.

The score's weights were fitted on the same dev halves, so a set's headline is of cross-validation by document (see
`evals.training.train_support`); what the shipped weights give stands beside it, and is the figure to read on other data.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.corruption import KINDS, Told, corrupt, tell
from evals.data import read_jsonl
from evals.grounding import Claim, read_claims
from evals.suite import EvalSet, Outcome, Row, Run, Suite, attempt, failed_row, share
from evals.training.train_support import SETS, auroc, balanced_accuracy, cross_validate
from rag.adding import Extract
from rag.types import Article, Quote
from rag.verification import Source, Verdict, Verifier
from rag.verification.support import FEATURES, support_score
from rag.verification.verify import SURE_ENOUGH_OF_MANY

BARS = {"balanced accuracy": 70.0, "AUROC": 80.0, "caught": 95.0, "false alarms": 5.0}
EACH, SEED = 40, 7
"""Lies of each kind, and the seed they are made with."""
DOCUMENTS = tuple(f"{name}/{file}.jsonl" for name in SETS for file in ("documents", "items"))
_FEATURES: dict[tuple[object, ...], tuple[list[Claim], NDArray[np.float64], int]] = {}


def _claims(run: Run, verifier: Verifier, name: str) -> tuple[list[Claim], NDArray[np.float64], int]:
    """The claims of a set with their features, computed once a run; a claim that fails has the features of a lie."""
    key = (run.data, run.limit, id(run.libraries), name)
    if key not in _FEATURES:
        claims = run.cut(read_claims(run.data, name)) if run.data else []
        rows = [attempt(partial(verifier.features, claim.text, claim.sources), claim.id) for claim in claims]
        lie = np.zeros(len(FEATURES))
        _FEATURES[key] = (
            claims,
            np.array([lie if row is None else row for row in rows]),
            sum(row is None for row in rows),
        )
    return _FEATURES[key]


def _measure(run: Run, name: str) -> Outcome:
    verifier = Verifier(run.libraries.encoder, run.libraries.extract)
    sets = {one: _claims(run, verifier, one) for one in SETS}
    labelled = {
        one: (features, np.array([claim.grounded for claim in claims]), [claim.document for claim in claims])
        for one, (claims, features, _) in sets.items()
    }
    held = cross_validate(labelled)[name]
    claims, features, failed = sets[name]
    shipped = np.array([support_score(row) for row in features])
    rows = _qags(labelled[name][1], held, shipped) if name == "qags" else _wice(claims, held, shipped)
    details = [
        {"id": claim.id, "claim": claim.text, "label": claim.label, "score": float(score), "shipped": float(other)}
        for claim, score, other in zip(claims, held, shipped, strict=True)
    ]
    return Outcome(
        (*rows, *failed_row(failed, len(claims))),
        len(claims),
        details,
        note="The score alone, cross-validated.",
        cases=_qags_right(claims, held) if name == "qags" else {},
    )


def _qags_right(claims: Sequence[Claim], held: NDArray[np.float64]) -> dict[str, int]:
    """1 for each claim that the score puts on its side of the threshold, else 0, by id."""
    return {
        claim.id: int((score >= SURE_ENOUGH_OF_MANY) == claim.grounded)
        for claim, score in zip(claims, held, strict=True)
    }


def _qags(labels: NDArray[np.bool_], held: NDArray[np.float64], shipped: NDArray[np.float64]) -> list[Row]:
    n = len(labels)
    right, also = (round(balanced_accuracy(labels, scores >= SURE_ENOUGH_OF_MANY), 1) for scores in (held, shipped))
    return [
        Row("balanced accuracy", right, n, BARS["balanced accuracy"]),
        Row("AUROC", _percent(auroc(labels, held)), n, headline=False),
        Row("balanced accuracy, shipped weights", also, n, headline=False),
        Row("AUROC, shipped weights", _percent(auroc(labels, shipped)), n, headline=False),
    ]


def _wice(claims: Sequence[Claim], held: NDArray[np.float64], shipped: NDArray[np.float64]) -> list[Row]:
    """Supported against not supported; and against these and what is supported in part, as others are measured."""
    labels = np.array([claim.grounded for claim in claims])
    clear = np.array([claim.label != "partially_supported" for claim in claims])
    rows = []
    for what, scores in (("", held), (", shipped weights", shipped)):
        some = _percent(auroc(labels[clear], scores[clear]))
        every = _percent(auroc(labels, scores))
        rows.append(Row(f"AUROC{what}", some, int(clear.sum()), None if what else BARS["AUROC"], headline=not what))
        rows.append(Row(f"AUROC, supported or not wholly{what}", every, len(labels), headline=not what))
    return rows


def _percent(value: float) -> float:
    return round(100 * value, 1)


def _polnear(run: Run) -> Outcome:
    """Lies of five kinds, and the sentences without a lie that can be made, against the extractor's own ledger."""
    records = {record["id"]: record for record in run.cut(read_jsonl(run.file("polnear/dev.jsonl")))}
    told = [one for record in records.values() for one in tell(record)]
    lies = corrupt(told, records, EACH, SEED)
    verifier = Verifier(run.libraries.encoder, run.libraries.extract)
    ledger = {name: _read(name, record, run.libraries.extract) for name, record in records.items()}
    began = time.perf_counter()
    details = [_judge(one, ledger[one.article], verifier) for one in (*told, *lies)]
    each = round(1000 * (time.perf_counter() - began) / max(1, len(details)), 1)
    honest = [one for one in details if not one["kind"]]
    made = Counter(one.kind for one in lies)
    caught = Counter(one["kind"] for one in details if one["kind"] and one["support"] == "unsupported")
    alarms = sum(one["support"] == "unsupported" for one in honest)
    rows = [
        Row("lies caught", share(sum(caught.values()), len(lies)), len(lies), BARS["caught"]),
        Row("false alarms", share(alarms, len(honest)), len(honest), BARS["false alarms"], at_most=True),
        *(Row(f"caught, {kind}", share(caught[kind], made[kind]), made[kind], headline=False) for kind in KINDS),
        Row("a sentence", each, len(details), unit="ms", headline=False),
        *failed_row(sum(one["support"] == "failed" for one in details), len(details)),
    ]
    return Outcome(tuple(rows), len(details), details)


def _read(name: str, record: dict[str, Any], extract: Extract) -> tuple[Article, tuple[Quote, ...]]:
    article = Article.from_text(record["text"], external_id=name)
    return article, tuple(attempt(partial(extract, article), name) or ())


def _judge(one: Told, read: tuple[Article, tuple[Quote, ...]], verifier: Verifier) -> dict[str, Any]:
    """A sentence with its verdict; one that fails is neither a lie caught nor an honest sentence passed."""
    article, quotes = read
    slices = [article.paragraphs[index] for index in one.paragraphs]
    sources = [Source(article, paragraph.start, paragraph.end, quotes) for paragraph in slices]
    verdict: Verdict | None = attempt(partial(verifier.verify, one.sentence, sources), one.sentence)
    support = verdict.support if verdict else ("failed" if one.kind else "unsupported")
    told = {"score": verdict.score, "reasons": list(verdict.reasons)} if verdict else {}
    return {"kind": one.kind, "article": one.article, "sentence": one.sentence, "support": support, **told}


SUITE = Suite(
    "groundedness",
    (
        EvalSet("qags", partial(_measure, name="qags"), DOCUMENTS),
        EvalSet("wice", partial(_measure, name="wice"), DOCUMENTS),
        EvalSet("polnear", _polnear, ("polnear/dev.jsonl",)),
    ),
)
