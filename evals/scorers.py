"""The scorers that come with the data, loaded from their files."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from evals.suite import EvalError, Run


def load_scorer(run: Run, name: str) -> ModuleType:
    """The module ``name`` of ``--tools``, by default ``tools`` beside the data."""
    folder = run.tools or run.file("").parent / "tools"
    path = folder / f"{name}.py"
    if not path.is_file():
        raise EvalError(f"The scorer {path} is not there.", help_message="Name its folder with --tools.")
    return load_module(path)


def load_module(path: Path) -> ModuleType:
    """A module from its file."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
