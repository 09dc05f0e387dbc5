"""Figures as tables: on the terminal beside the last result, in ``docs/figures.md`` beside the peers'."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from evals.peers import PEERS, TUTORIAL
from evals.results import MODEL, OURS, Result
from evals.results import TUTORIAL as TUTORIAL_SYSTEM
from evals.suite import EvalError, Row

BLOCK = re.compile(r"(<!-- evals:start ?([\w ]*?) ?-->\n)(.*?)(<!-- evals:end -->)", re.S)
NAMED = 10  # cases gained or lost that are named
Saved = Mapping[tuple[str, str, str], Result]


def figure(value: float | None, unit: str = "") -> str:
    """``67.8``, ``12`` or ``-``; with its unit, if it is neither per cent nor a count: ``310.4 ms``."""
    if value is None:
        return "-"
    shown = f"{value:.0f}" if unit == "" else f"{value:.1f}" if unit in ("%", "ms") else f"{value:g}"
    return f"{shown} {unit}" if unit not in ("", "%") else shown


def table(result: Result, last: Result | None, tutorial: Result | None, *, name_cases: bool = False) -> str:
    """One result for the terminal: each figure with its number of cases, its bar, and what it was before.

    It ends with the cases gained and lost; their ids follow where they are few, or with ``name_cases`` (the first ten).
    """
    system = "" if result.system == OURS else f" ({result.system})"
    lines = [
        f"{result.suite} / {result.set}{system}: {result.size} cases, configuration {result.configuration}, "
        f"{result.date[:10]}, {result.seconds:.0f} s",
        f"  {'measure':<48}{'value':>9}{'n':>7}{'bar':>14}{'last':>9}  tutorial, other peers",
    ]
    for row in result.rows:
        before = last.value(row.measure) if last else None
        cells = f"{figure(row.value, row.unit):>9}{row.n:>7}{_bar(row):>14}{figure(before, row.unit):>9}"
        lines.append(f"  {row.measure:<48}{cells}  {'; '.join(_peers(result, row, tutorial))}".rstrip())
    if result.note:
        lines.append(f"  {result.note}")
    if last:
        lines.append(f"  last: configuration {last.configuration}, {last.size} cases, {last.date[:10]}")
        lines += case_lines(result, last, name_cases)
    return "\n".join(lines)


def case_lines(result: Result, last: Result, name_cases: bool = False) -> list[str]:
    """How many cases became right and wrong since the last result, and which; nothing where either has no cases."""
    both = [case for case in result.cases if case in last.cases]
    if not both:
        return []
    gained = [case for case in both if result.cases[case] > last.cases[case]]
    lost = [case for case in both if result.cases[case] < last.cases[case]]
    lines = [f"  cases: +{len(gained)} gained, -{len(lost)} lost since {last.date[:10]}"]
    for what, cases in (("gained", gained), ("lost", lost)):
        if cases and (name_cases or len(cases) <= NAMED):
            more = f" and {len(cases) - NAMED} more" if len(cases) > NAMED else ""
            lines.append(f"    {what}: {', '.join(cases[:NAMED])}{more}")
    return lines


def _bar(row: Row) -> str:
    if row.bar is None:
        return ""
    return f"{'<= ' if row.at_most else ''}{row.bar:g} {'ok' if row.passed else 'MISSED'}"


def _peers(result: Result, row: Row, tutorial: Result | None) -> list[str]:
    """The tutorial's figure if it was measured here, then those measured elsewhere, marked with an asterisk."""
    told = []
    measured = tutorial.value(row.measure) if tutorial else None
    if measured is not None:
        told.append(f"{TUTORIAL} {figure(measured, row.unit)}")
    peers = PEERS.get((result.suite, result.set))
    for system, figures in (peers.figures if peers else {}).items():
        if row.measure in figures and not (system == TUTORIAL and measured is not None):
            told.append(f"{system} {figure(figures[row.measure], row.unit)}*")
    return told


def write_readme(page: Path, saved: Saved, order: Iterable[str]) -> list[str]:
    """Fill the blocks of the page of figures; returns their names.

    ``<!-- evals:start quotes -->`` … ``<!-- evals:end -->`` holds the suites it names; without names, all suites that no
    other block names. Raises EvalError where there is no block.
    """
    text = page.read_text(encoding="utf-8")
    blocks = [match[2].split() for match in BLOCK.finditer(text)]
    if not blocks:
        raise EvalError(
            f"{page} has no place for the figures.",
            help_message="Put the lines `<!-- evals:start -->` and `<!-- evals:end -->` into it.",
        )
    named = {name for names in blocks for name in names}
    rest = [name for name in order if name not in named]

    def fill(match: re.Match[str]) -> str:
        return f"{match[1]}{markdown(saved, match[2].split() or rest)}{match[4]}"

    page.write_text(BLOCK.sub(fill, text), encoding="utf-8")
    return [" ".join(names) or "all" for names in blocks]


def markdown(saved: Saved, suites: Sequence[str]) -> str:
    """The headline figures of the newest results of these suites as one Markdown table, and where they come from."""
    results = [one for (suite, _, system), one in saved.items() if suite in suites and system in (OURS, MODEL)]
    results.sort(key=lambda one: (suites.index(one.suite), one.set, one.system == MODEL))
    lines = ["| suite | set | measure | n | Whosaid | bar | others |", "|---|---|---|---:|---:|---:|---|"]
    for result in results:
        tutorial = saved.get((result.suite, result.set, TUTORIAL_SYSTEM))
        for row in result.rows:
            if row.headline:
                suite = f"{result.suite}, with a model" if result.system == MODEL else result.suite
                cells = [suite, result.set, row.measure, row.n, f"**{figure(row.value, row.unit)}**"]
                told = "; ".join(_peers(result, row, tutorial))
                lines.append("| " + " | ".join(map(str, [*cells, _limit(row), told])) + " |")
    return "\n".join([*lines, "", *_sources(results)]) + "\n"


def _limit(row: Row) -> str:
    return "" if row.bar is None else f"{'≤' if row.at_most else '≥'} {row.bar:g}"


def _sources(results: Collection[Result]) -> list[str]:
    """When and with which configuration each set was measured, and where the peers' figures come from."""
    runs: dict[str, list[str]] = {}
    for one in results:
        runs.setdefault(f"{one.date[:10]}, configuration {one.configuration}", []).append(f"{one.suite}/{one.set}")
    lines = [f"Per cent unless a unit is given. Measured {run}: {', '.join(sets)}." for run, sets in runs.items()]
    told = {(one.suite, one.set): PEERS[one.suite, one.set] for one in results if (one.suite, one.set) in PEERS}
    if told:
        lines += ["", "\\* Measured elsewhere, not in the same run:"]
        lines += [f"- {suite}/{name}: n {peers.n}; {peers.source}." for (suite, name), peers in told.items()]
    return lines
