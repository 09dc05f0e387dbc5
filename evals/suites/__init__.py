"""The suites by name. A new one is a module with a ``SUITE`` and a place in this list."""

from __future__ import annotations

from evals.suite import Suite
from evals.suites import (
    cases,
    followups,
    groundedness,
    newsroom,
    quotes,
    reading,
    refusal,
    reports,
    requests,
    retrieval,
    speakers,
    speed,
    stages,
    summaries,
    whosaid,
)

SUITES: dict[str, Suite] = {
    module.SUITE.name: module.SUITE
    for module in (
        cases,
        newsroom,
        retrieval,
        reading,
        refusal,
        followups,
        whosaid,
        quotes,
        speakers,
        reports,
        requests,
        groundedness,
        summaries,
        speed,
        stages,
    )
}
