"""The suites by name. A new one is a module with a ``SUITE`` and a place in this list."""

from __future__ import annotations

from evals.suite import Suite
from evals.suites import cases, followups, quotes, reading, refusal, retrieval, speed, summaries, whosaid

SUITES: dict[str, Suite] = {
    module.SUITE.name: module.SUITE
    for module in (cases, retrieval, reading, refusal, followups, whosaid, quotes, summaries, speed)
}
