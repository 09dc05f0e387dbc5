"""The imports, read without running them: they go one way, and what is heavy is loaded when it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "rag").rglob("*.py"))

# From the ground up; a module may import what stands in a lower row, and nothing of its own row but its own package.
ROWS = [
    ["rag.types", "rag.errors", "rag.schema", "rag.coverage"],
    ["rag.language", "rag.fusion", "rag.settings"],
    ["rag.models"],
    ["rag.ingest", "rag.chunking", "rag.embedding", "rag.reranking", "rag.quotes", "rag.local_models", "rag.printing"],
    ["rag.database", "rag.speakers", "rag.llm"],
    ["rag.catalog", "rag.verification"],
    ["rag.question"],
    ["rag.descriptions"],
    ["rag.ledger"],
    ["rag.index"],
    ["rag.indexing"],
    ["rag.retrieval", "rag.adding"],
    ["rag.answering"],
    ["rag.summarizing"],
    ["rag.library"],
    ["rag.diagnosis", "rag"],
    ["rag.cli"],
]
HEIGHT = {name: height for height, row in enumerate(ROWS) for name in row}
LAZY = {
    "chromadb",
    "sentence_transformers",
    "torch",
    "transformers",
    "spacy",
    "trafilatura",
    "feedparser",
    "httpx",
    "gradio",
    "xllamacpp",
}
HOMES = {
    "chromadb": "rag/index.py",
    "sentence_transformers": "rag/embedding.py",
    "sqlite3": "rag/database.py",
    "typer": "rag/cli.py",
    "xllamacpp": "rag/local_models/serving.py",
}
ALSO = {"sqlite3": {"rag/catalog.py", "rag/diagnosis.py"}, "sentence_transformers": {"rag/reranking.py"}}


def module_of(path: Path) -> str:
    """``rag.ingest`` for every file of that package."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:2]) if parts[1:] != ("__init__",) else "rag"


def imports(path: Path, *, everywhere: bool) -> Iterator[str]:
    """Names of the modules a file imports, at its top or everywhere; what only the type checker reads is left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree)) if everywhere else list(_at_top(tree.body))
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            assert node.module
            yield from (f"{node.module}.{alias.name}" if node.module == "rag" else node.module for alias in node.names)


def _at_top(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try) and "TYPE_CHECKING" not in ast.unparse(node).splitlines()[0]:
            yield from _at_top(node.body)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    here = module_of(path)
    assert here in HEIGHT, f"{here} has no place in the order yet"
    for name in imports(path, everywhere=True):
        top = name.split(".")[0]
        assert top not in ("ui", "evals", "tests", "gradio"), f"{path.name} imports {name}"
        if top == "rag":
            there = ".".join(name.split(".")[:2])
            if there == here:
                continue
            assert there in HEIGHT, f"{there} has no place in the order yet"
            ground = HEIGHT[here] == HEIGHT[there] == 0
            assert HEIGHT[there] < HEIGHT[here] or ground, f"{here} imports {there}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_heavy_packages_are_imported_late_and_in_their_own_room(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    for module in imports(path, everywhere=False):
        assert module.split(".")[0] not in LAZY or name.startswith("rag/ingest/"), f"{module} at the top of {name}"
    for module in imports(path, everywhere=True):
        top = module.split(".")[0]
        if top in HOMES:
            assert name == HOMES[top] or name in ALSO.get(top, ()), f"{name} imports {top}"


def test_ground_modules_import_nothing_of_ours() -> None:
    for name in ("types", "errors"):
        assert not [one for one in imports(ROOT / "rag" / f"{name}.py", everywhere=True) if one.startswith("rag")]


def test_importing_the_library_loads_nothing_heavy() -> None:
    heavy = sorted(LAZY | {"pandas", "sklearn", "ui"})
    script = f"import sys, rag, rag.cli; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_the_library_prints_nothing() -> None:
    for path in FILES:
        if path.name == "cli.py":
            continue
        calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        assert not [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"], path
