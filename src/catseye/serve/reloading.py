"""Classifiers whose files are replaced: loaded beside the old ones, which answer until the new ones can."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from catseye.errors import CatseyeError, first_line
from catseye.serve.models import Served, Source, load_served, read_sources

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.serve.metrics import Metrics
    from catseye.serve.models import Models
    from catseye.serve.request_log import RequestLog

_PERIOD = 1.0  # seconds
LOADED, DAMAGED = "loaded", "damaged"


async def watch(models: Models, given: Sequence[str | Path], metrics: Metrics, log: RequestLog) -> None:
    """Load every classifier whose file changes, and every new version, until it is cancelled.

    A file that cannot be loaded is reported once; what was served before stays.
    """
    tried: dict[tuple[str, str], tuple[int, ...]] = {(one.name, one.version): one.stamp for one in models}
    while True:
        await asyncio.sleep(_PERIOD)
        for source in await asyncio.to_thread(_sources, models, given):
            key, stamp = (source.name, source.version), await asyncio.to_thread(source.stamp)
            if not stamp or tried.get(key) == stamp:
                continue
            tried[key] = stamp
            outcome = await asyncio.to_thread(_load, source)
            if isinstance(outcome, Served):
                tried[key] = outcome.stamp
                models.put(outcome)
                metrics.expect(outcome)
            reason = {} if isinstance(outcome, Served) else {"reason": outcome}
            word = DAMAGED if reason else LOADED
            metrics.count_reload(*key, word)
            log.write("reload", model=source.name, version=source.version, outcome=word, **reason)


def _sources(models: Models, given: Sequence[str | Path]) -> list[Source]:
    """Return where the models lie, and their new versions; nothing while two are called the same."""
    known = {(one.name, one.version): one.source for one in models}
    try:
        found = {(source.name, source.version): source for source in read_sources(given)} if given else {}
    except (CatseyeError, OSError):
        found = {}
    return list((found | known).values())


def _load(source: Source) -> Served | str:
    """Return a model, or why it cannot be served."""
    try:
        return load_served(source)
    except (CatseyeError, OSError, MemoryError) as error:
        return first_line(error)
