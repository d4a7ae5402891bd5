"""Reloading of replaced files: the old classifier keeps answering until the new one is loaded."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from catseye.errors import CatseyeError, first_line
from catseye.serve.models import ServedModel, Source, load_served, read_sources

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.serve.metrics import Metrics
    from catseye.serve.models import Models
    from catseye.serve.request_log import RequestLog

_PERIOD = 1.0  # seconds
LOADED, DAMAGED = "loaded", "damaged"


async def watch(models: Models, given: Sequence[str | Path], metrics: Metrics, log: RequestLog) -> None:
    """Load every classifier whose file changes, and every new version, until cancelled.

    A file that cannot be loaded is reported once; the old classifier stays in use.
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
            if isinstance(outcome, ServedModel):
                tried[key] = outcome.stamp
                models.put(outcome)
                metrics.set_expected_share(outcome)
            reason = {} if isinstance(outcome, ServedModel) else {"reason": outcome}
            word = DAMAGED if reason else LOADED
            metrics.count_reload(*key, word)
            log.write("reload", model=source.name, version=source.version, outcome=word, **reason)


def _sources(models: Models, given: Sequence[str | Path]) -> list[Source]:
    """Return the sources of the models and of new versions; no new ones while two have the same name and version."""
    known = {(one.name, one.version): one.source for one in models}
    try:
        found = {(source.name, source.version): source for source in read_sources(given)} if given else {}
    except (CatseyeError, OSError):
        found = {}
    return list((found | known).values())


def _load(source: Source) -> ServedModel | str:
    """Return the loaded model, or the reason why it cannot be loaded."""
    try:
        return load_served(source)
    except (CatseyeError, OSError, MemoryError) as error:
        return first_line(error)
