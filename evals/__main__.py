"""``python -m evals [SUITE ...]``: measure, print the figures beside the last ones and the peers', and save them.

Without --data only our own cases can be measured (under a minute). With it, every set whose files are there.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from evals.configuration import configuration, tutorial_configuration
from evals.data import ROOT
from evals.libraries import Libraries
from evals.report import Saved, table, write_readme
from evals.results import FOLDER, MODEL, OURS, TUTORIAL, Result, latest, make_result, save
from evals.suite import EvalError, EvalSet, Outcome, Run
from evals.suites import SUITES
from rag.adding import Extract
from rag.embedding import Encoder
from rag.errors import RagError
from rag.quotes import extract_quotes
from rag.settings import Settings, load_settings

EXTRACTIVE = "extractive"


def main(
    arguments: Sequence[str] | None = None, encoder: Encoder | None = None, extract: Extract = extract_quotes
) -> int:
    """The command; ``encoder`` and ``extract`` replace the library's own. Returns 1 for an error, never for a missed bar."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    try:
        if options.write_readme and not options.suites:
            print("written:", *write_readme(options.readme, latest(options.results), SUITES))
            return 0
        chosen = list(_choose(options.suites, options.set, options.data))
        compared = latest(_folder_compared(options)) if options.against else None
        settings = _settings(options)
        with Libraries(settings, options.library_cache, options.limit, encoder, extract) as libraries:
            run = Run(options.data, options.tools, options.limit, settings, libraries)
            for suite, one in chosen:
                _measure(suite, one, run, options, compared)
        if options.write_readme:
            print("written:", *write_readme(options.readme, latest(options.results), SUITES))
    except RagError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _choose(suites: Sequence[str], names: Sequence[str], data: Path | None) -> Iterator[tuple[str, EvalSet]]:
    """The sets asked for. One that is not there is told, and is an error if its suite was named and nothing is left."""
    for suite in suites:
        if suite not in SUITES:
            raise EvalError(f"There is no suite {suite!r}; there are {', '.join(SUITES)}.")
    left: list[tuple[str, EvalSet]] = []
    for suite in suites or SUITES:
        for one in SUITES[suite].sets:
            if names and one.name not in names:
                continue
            if missing := one.missing(data):
                print(f"{suite} / {one.name}: left out, needs {', '.join(missing)} in --data", file=sys.stderr)
            else:
                left.append((suite, one))
    if not left:
        raise EvalError("None of the sets asked for can be measured.")
    yield from left


def _folder_compared(options: argparse.Namespace) -> Path:
    """The folder of ``--against``, which lies in that of the results."""
    folder: Path = options.results / options.against
    if not folder.is_dir():
        raise EvalError(f"There are no results {options.against!r} in {options.results}.")
    return folder


def _measure(suite: str, one: EvalSet, run: Run, options: argparse.Namespace, compared: Saved | None) -> None:
    """Measure one set, and the tutorial on it if asked for; print and save. A limited run is not saved.

    Figures are set beside the last ones, or beside those of ``compared``.
    """
    before = latest(options.results)
    if options.baseline and one.baseline:
        began = time.perf_counter()
        outcome = one.baseline(run)
        described: dict[str, Any] = tutorial_configuration()
        tutorial = make_result(suite, one.name, TUTORIAL, outcome, described, time.perf_counter() - began)
        _keep(tutorial, outcome, before.get((suite, one.name, TUTORIAL)), None, options)
        before |= {(suite, one.name, TUTORIAL): tutorial}
    began = time.perf_counter()
    outcome = one.measure(run)
    system = MODEL if run.settings.model else OURS
    result = make_result(suite, one.name, system, outcome, configuration(run.settings), time.perf_counter() - began)
    tutorial_result = before.get((suite, one.name, TUTORIAL))
    past = before if compared is None else compared
    last = past.get((suite, one.name, system)) or past.get((suite, one.name, OURS))
    _keep(result, outcome, last, tutorial_result, options)


def _keep(
    result: Result, outcome: Outcome, last: Result | None, tutorial: Result | None, options: argparse.Namespace
) -> None:
    print(f"\n{table(result, last, tutorial, name_cases=options.details is not None)}")
    if options.details:
        options.details.mkdir(parents=True, exist_ok=True)
        lines = (json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in outcome.details)
        path = options.details / f"{result.suite}-{result.set}-{result.system}.jsonl"
        path.write_text("".join(lines), encoding="utf-8")
    if options.limit is None:
        save(result, options.results)
    else:
        print(f"  Limited to {options.limit}: not saved.")


def _settings(options: argparse.Namespace) -> Settings:
    """The settings with those given; a name that there is not is an error, where Settings would pass over it.

    A model answers only where the engine says so: a variable of this machine must not change what is measured.
    """
    given = dict(pair.split("=", 1) for pair in options.setting)
    if ":" in options.engine or options.engine == "local":
        given["model"] = options.engine
    for name in given:
        if name not in Settings.model_fields:
            raise EvalError(f"There is no setting {name!r}; there are {', '.join(Settings.model_fields)}.")
    settings = load_settings(**given)
    if options.engine == EXTRACTIVE:
        return settings.model_copy(update={"model": None})
    if settings.model is None:
        raise EvalError(f"The engine {options.engine!r} needs a model.", help_message="Set WHOSAID_MODEL to its name.")
    return settings


def _pair(text: str) -> str:
    if "=" not in text:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals", description=__doc__.splitlines()[0])
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"{', '.join(SUITES)} (default: all)")
    parser.add_argument("--data", type=Path, help="the folder of the data sets")
    parser.add_argument("--tools", type=Path, help="the folder of the data's scorers (default: tools beside the data)")
    parser.add_argument("--set", action="append", default=[], metavar="NAME", help="only this set (repeatable)")
    parser.add_argument("--library-cache", type=Path, metavar="DIR", help="keep the libraries here for the next run")
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N cases of a set; nothing is saved")
    parser.add_argument(
        "--engine",
        default=EXTRACTIVE,
        metavar="NAME",
        help="what answers: extractive (the default), model (the one of the settings), or a model as provider:name",
    )
    parser.add_argument(
        "--setting", action="append", default=[], type=_pair, metavar="NAME=VALUE", help="another setting (repeatable)"
    )
    parser.add_argument("--baseline", action="store_true", help="measure the tutorial pipeline too, where it can be")
    parser.add_argument("--details", type=Path, metavar="DIR", help="write a line for each case here")
    parser.add_argument("--results", type=Path, default=FOLDER, metavar="DIR", help="where the figures are kept")
    parser.add_argument(
        "--against", metavar="NAME", help="compare with a folder of the results (first-edition), not with the last ones"
    )
    parser.add_argument("--write-readme", action="store_true", help="put the saved figures into docs/figures.md")
    parser.add_argument("--readme", type=Path, default=ROOT / "docs" / "figures.md", metavar="FILE")
    return parser


if __name__ == "__main__":
    sys.exit(main())
