"""What the tests of the measurements share: data sets written by hand, and the command with a fake encoder."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evals.__main__ import main
from evals.results import OURS, Result, latest
from rag.adding import Extract
from rag.types import Article, Quote

DOCUMENTS = [
    {
        "doc_id": "old-flood",
        "title": "Flood in Marrow",
        "date": "2024-01-10",
        "source": "The Marrow Post",
        "text": "The river Anse flooded the town of Marrow on Tuesday.\n\nSix houses were lost in the flood.",
    },
    {
        "doc_id": "new-flood",
        "title": "Flood in Marrow",
        "date": "2026-05-04",
        "source": "The Marrow Post",
        "text": "The river Anse flooded the town of Marrow on Monday.\n\nNine houses were lost in the flood.",
    },
    {
        "doc_id": "opera",
        "title": "Opera opens",
        "date": "2026-05-05",
        "source": "Stage Weekly",
        "text": "The opera in Lindal opens with a new conductor.\n\nTickets cost 14 crowns and are sold at the door.",
    },
]


def extract_nothing(article: Article) -> list[Quote]:
    """Extraction for tests that are not about statements."""
    return []


def make_question_row(qid: str, text: str, gold: str | None, **more: Any) -> dict[str, Any]:
    """A question as data sets write it; what has no key of its own goes into ``meta``."""
    passages = more.pop("passages", [])
    return {
        "qid": qid,
        "question": text,
        "answers": more.pop("answers", []),
        "answerable": more.pop("answerable", True),
        "gold_doc_ids": [gold] if gold else [],
        "gold_passages": [{"doc_id": gold, "text": passage} for passage in passages],
        "type": "test",
        "meta": more,
    }


@pytest.fixture
def documents() -> list[dict[str, Any]]:
    """Three articles as data sets write them: two floods, two years apart, and an opera."""
    return copy.deepcopy(DOCUMENTS)


@pytest.fixture(scope="session")
def nothing_said() -> Extract:
    return extract_nothing


@pytest.fixture(scope="session")
def question_row() -> Callable[..., dict[str, Any]]:
    return make_question_row


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a data set's files under ``data``."""

    def write_file(name: str, rows: list[dict[str, Any]]) -> Path:
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return tmp_path / "data"

    return write_file


@pytest.fixture
def write_scorer(tmp_path: Path) -> Callable[[str, str], None]:
    """Writes a scorer beside the data, where it is looked for."""

    def write_file(name: str, code: str) -> None:
        folder = tmp_path / "tools"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.py").write_text(code, encoding="utf-8")

    return write_file


@pytest.fixture
def run(tmp_path: Path, shared_encoder: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The command, with a fake encoder and results in ``results``; by default its articles hold no statements."""
    monkeypatch.setenv("WHOSAID_CONFIG", str(tmp_path / "none.toml"))

    def command(*arguments: object, extract: Extract = extract_nothing) -> int:
        results = ["--results", str(tmp_path / "results")]
        return main([*map(str, arguments), *results], encoder=shared_encoder, extract=extract)

    return command


@pytest.fixture
def result_of(tmp_path: Path) -> Callable[[str, str], Result]:
    """The newest result of a suite and a set."""
    return lambda suite, name: latest(tmp_path / "results")[suite, name, OURS]


@pytest.fixture
def figures_of(result_of: Callable[[str, str], Result]) -> Callable[[str, str], dict[str, tuple[float | None, int]]]:
    """Each figure of the newest result of a suite and a set, with its number of cases."""
    return lambda suite, name: {row.measure: (row.value, row.n) for row in result_of(suite, name).rows}
