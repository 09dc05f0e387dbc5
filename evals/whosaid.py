"""Questions about who said what, asked of the library: ``python -m evals.whosaid --data DIR``.

``DIR`` holds ``whosaid/questions.jsonl`` and ``polnear/dev.jsonl``. The scorer is the one that comes with the data
(``score_answers.py`` in ``--tools``, by default ``DIR/../tools``).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from evals.quotes import load_scorer
from rag import Answer, Article, Library


def run(
    data: Path, tools: Path | None = None, folder: Path | None = None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The scorer's summary and its row for each question; ``folder`` keeps the library for the next run."""
    scorer = load_scorer(tools or data.parent / "tools", "score_answers")
    questions = _read(data / "whosaid" / "questions.jsonl")
    predictions = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made, Library.open(folder or made) as library:
        articles = [
            Article.from_text(row["text"], external_id=row["id"], date=row["date"], source=row["publisher"])
            for row in _read(data / "polnear" / "dev.jsonl")
        ]
        library.add_articles(articles)
        for question in questions:
            predictions.append(_prediction(question["qid"], library.ask(question["question"])))
    result, rows = scorer.score(questions, predictions)
    texts = {prediction["qid"]: prediction["text"] for prediction in predictions}
    return result, [row | {"text": texts[row["qid"]]} for row in rows]


def _prediction(qid: str, answer: Answer) -> dict[str, Any]:
    cited = [{"article_id": one.external_id, "paragraph": one.paragraph} for one in answer.citations]
    return {"qid": qid, "status": answer.status, "text": answer.text, "citations": cited}


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main() -> None:
    """Print the table by type of question, and the totals."""
    parser = argparse.ArgumentParser(prog="python -m evals.whosaid", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tools", type=Path)
    parser.add_argument("--library", type=Path, help="keep the library here, for the next run")
    parser.add_argument("--details", type=Path, help="write a row for each question here")
    options = parser.parse_args()
    result, rows = run(options.data, options.tools, options.library)
    columns = {
        "n": "n", "answered": "answered_rate", "abst F1": "abstention_f1", "cite R": "citation_recall",
        "cite P": "citation_precision", "facts": "key_fact_recall", "wrong": "must_not_violations",
        "right": "fully_right_rate",
    }  # fmt: skip
    print(f"{'type':<14}" + "".join(f"{name:>10}" for name in columns))
    for name, summary in [*result["by_type"].items(), ("all", result["overall"])]:
        print(
            f"{name:<14}" + "".join(f"{'-' if summary[key] is None else summary[key]:>10}" for key in columns.values())
        )
    if options.details:
        options.details.write_text(
            "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
