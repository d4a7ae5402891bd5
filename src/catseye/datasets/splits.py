"""Splits: reading ``"train[:80%]+test"``, and making a fair one where a data set has none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from catseye.drawing.numbers import percent
from catseye.errors import UsageError, unknown
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catseye.arrays import Integers

ALL = "all"
TEST_SHARE = 0.2
SEED = 0
SET_ASIDE = f"{percent(TEST_SHARE, 0)} of each class was set aside (seed {SEED})."  # how a note on it ends

_PART = re.compile(r"\s*(?P<name>\w+)\s*(\[\s*(?P<start>-?\d+%?)?\s*:\s*(?P<stop>-?\d+%?)?\s*\])?\s*")


def parse_split(text: str, counts: Mapping[str, int]) -> list[tuple[str, range]]:
    """Return the parts that a split expression names, each as a split and a range of its pictures.

    Parameters
    ----------
    text
        Names of splits with optional slices, joined by ``+``; ``all`` is all splits, one after another. A bound is a
        number of pictures or a percentage of them (rounded to the nearest picture); a negative one counts from the
        end.
    counts
        Number of pictures in each split.

    Raises
    ------
    UsageError
        The text is not a split expression, a name or bound does not exist, or no picture would be left.
    """
    parts: list[tuple[str, range]] = []
    totals = {ALL: sum(counts.values()), **counts}
    for part in text.split("+"):
        match = _PART.fullmatch(part)
        if match is None:
            raise UsageError(
                f"{part.strip()!r} is not a split; expected e.g. train, train[:80%] or train[100:200]+test."
            )
        name = match["name"]
        if name not in totals:
            raise unknown("split", name, [*counts, ALL])
        start = _bound(match["start"], 0, totals[name], name)
        stop = _bound(match["stop"], totals[name], totals[name], name)
        if start >= stop:
            raise UsageError(f"{part.strip()!r} holds no picture: {name} has {totals[name]}.")
        parts += [(name, range(start, stop))] if name in counts else _across(counts, start, stop)
    return parts


def _across(counts: Mapping[str, int], start: int, stop: int) -> list[tuple[str, range]]:
    """Return the parts of splits that lie between two places in all of them, one after another."""
    parts = []
    for name, count in counts.items():
        inside = range(max(start, 0), min(stop, count))
        if inside:
            parts.append((name, inside))
        start, stop = start - count, stop - count
    return parts


def _bound(text: str | None, default: int, count: int, name: str) -> int:
    if text is None:
        return default
    position = round(int(text[:-1]) * count / 100) if text.endswith("%") else int(text)
    if not -count <= position <= count:
        raise UsageError(f"{text} lies outside {name}, which has {counted(count, 'picture')}.")
    return position + count if position < 0 else position


def stratified(labels: Integers, share: float, seed: int) -> tuple[Integers, Integers]:
    """Divide pictures in two, each class in the same proportion.

    Parameters
    ----------
    labels
        int64 (N,).
    share
        The second part's share of each class, 0 to 1, rounded; of a class with at least two pictures each part
        gets at least one, a single picture stays in the first.
    seed
        Random seed of the choice.

    Returns
    -------
    first, second
        Indices, each in ascending order.
    """
    generator = np.random.default_rng(seed)
    second = []
    for label in np.unique(labels):
        members = generator.permutation(np.flatnonzero(labels == label))
        count = round(share * len(members))
        if share > 0 and len(members) > 1:
            count = min(max(count, 1), len(members) - 1)
        second.append(members[:count])
    chosen = np.sort(np.concatenate(second)).astype(np.int64)
    return np.setdiff1d(np.arange(len(labels)), chosen), chosen


def stratified_folds(labels: Integers, folds: int, seed: int) -> Integers:
    """Return each picture's fold int64 (N,), 0 to ``folds`` - 1, with every class spread evenly over them."""
    generator = np.random.default_rng(seed)
    result = np.empty(len(labels), np.int64)
    dealt = 0
    for label in np.unique(labels):
        members = generator.permutation(np.flatnonzero(labels == label))
        result[members] = (dealt + np.arange(len(members))) % folds
        dealt += len(members)  # so that small classes do not all end in the first folds
    return result
