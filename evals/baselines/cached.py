"""The tutorial pipeline over a data set, kept in the cache like our own libraries."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from evals.libraries import Libraries
from rag.types import Article

if TYPE_CHECKING:
    from evals.baselines.tutorial import TutorialPipeline

COMPLETE = "complete"


def tutorial_over(
    libraries: Libraries, name: str, read: Callable[[], Sequence[Article]], needed: Collection[str] = ()
) -> TutorialPipeline:
    """The pipeline with all of a set's articles; a limited run has the ``needed`` ones and ``limit`` others."""
    from evals.baselines.tutorial import TutorialPipeline  # its packages are for development only, and slow to import

    if libraries.limit is not None:
        pipeline = TutorialPipeline(libraries.scratch())
        articles = read()
        others = [one for one in articles if one.external_id not in needed][: libraries.limit]
        pipeline.add([one for one in articles if one.external_id in needed] + others)
        return pipeline
    folder = libraries.folder(f"{name}-tutorial")
    if not (folder / COMPLETE).exists():
        shutil.rmtree(folder, ignore_errors=True)  # it cannot tell what it has already: adding twice would double it
        pipeline = TutorialPipeline(folder)
        articles = read()
        for start in range(0, len(articles), 16):
            pipeline.add(articles[start : start + 16])
            print(f"\r{name}, tutorial: {start} of {len(articles)} articles added", end="", file=sys.stderr)
        print(file=sys.stderr)
        (folder / COMPLETE).touch()
        return pipeline
    return TutorialPipeline(folder)
