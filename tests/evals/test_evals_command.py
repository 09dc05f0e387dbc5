"""The command of the measurements: what it measures, and what it cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from evals.__main__ import _parser, _settings
from evals.report import BLOCK
from evals.suite import EvalError


def test_the_page_of_figures_has_a_place_for_them() -> None:
    assert BLOCK.search(_parser().get_default("readme").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nonsense"], "There is no suite 'nonsense'"),
        (["retrieval"], "None of the sets"),
        (["cases", "--setting", "nonsense=1"], "There is no setting 'nonsense'"),
        (["cases", "--setting", "candidates=many"], "candidates"),
    ],
)
def test_what_cannot_be_measured_is_told(
    run: Callable[..., int], arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 1
    assert told in capsys.readouterr().err


def test_the_engine_that_is_measured_is_the_one_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def settings_of(*arguments: str) -> Any:
        return _settings(_parser().parse_args(arguments))

    monkeypatch.setenv("WHOSAID_MODEL", "openai:small")
    assert settings_of().model is None, "a variable does not change what is measured"
    assert settings_of("--engine", "model").model == "openai:small"
    assert settings_of("--engine", "anthropic:large").model == "anthropic:large"
    monkeypatch.delenv("WHOSAID_MODEL")
    with pytest.raises(EvalError, match="needs a model"):
        settings_of("--engine", "model")
