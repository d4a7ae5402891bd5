"""Weighted k-means: groups of similar pictures, in which those with larger weights count for more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from catseye.arrays import Floats, Integers

_MOST_ROUNDS = 30


def choose_representatives(rows: Floats, weights: Floats, count: int, seed: int = 0) -> tuple[Integers, Integers]:
    """Return the row nearest to the weighted mean of each of ``count`` groups, and every row's group.

    The groups are those of weighted k-means, begun as in k-means++ (Arthur & Vassilvitskii 2007, k-means++: The
    advantages of careful seeding). As a choice of examples to label, with weights that say how unsure a classifier is,
    this is Zhdanov's (2019, Diverse mini-batch active learning, arXiv:1901.05954).

    Parameters
    ----------
    rows
        float32 (N, F).
    weights
        (N,), from 0; how much each row counts.
    count
        From 1 to N.
    seed

    Returns
    -------
    representatives : int64 (count,)
        Different rows; the one at ``g`` represents group ``g``.
    groups : int64 (N,)
        The group of each row, from 0 to ``count`` - 1.
    """
    weights = np.maximum(weights, np.finfo(np.float32).tiny)  # a row that counts for nothing is still in a group
    centres = rows[_spread(rows, weights, count, np.random.default_rng(seed))].astype(np.float64)
    groups = np.full(len(rows), -1)
    for _ in range(_MOST_ROUNDS):
        before, groups = groups, _squared_distances(rows, centres).argmin(1)
        if (groups == before).all():
            break
        centres = _weighted_means(rows, weights, groups, centres)
    return _nearest(_squared_distances(rows, centres), groups), groups


def _spread(rows: Floats, weights: Floats, count: int, generator: np.random.Generator) -> Integers:
    """Return different initial rows, drawn with weights times squared distance to those drawn before.

    Each is the best of several that are drawn: the one that leaves the smallest weighted distances.
    """
    trials = 2 + int(np.log(count))
    chosen: list[int] = []
    shares, nearest = weights.astype(np.float64), np.full(len(rows), np.inf)
    for _ in range(count):
        if not shares.sum() > 0:  # every other row equals one of those chosen
            shares = np.ones(len(rows))
            shares[chosen] = 0
        drawn = generator.choice(len(rows), trials, p=shares / shares.sum())
        after = np.minimum(nearest[:, None], _squared_distances(rows, rows[drawn]))
        best = int((weights @ after).argmin())
        chosen.append(int(drawn[best]))
        nearest = after[:, best]
        shares = weights * nearest
        shares[chosen] = 0
    return np.array(chosen)


def _weighted_means(rows: Floats, weights: Floats, groups: Integers, before: Floats) -> Floats:
    """Return the mean of each group; a group that has lost all its rows keeps its mean."""
    totals = np.bincount(groups, weights, len(before))
    shares = np.zeros((len(before), len(rows)))
    shares[groups, np.arange(len(rows))] = weights
    means: Floats = np.where(totals[:, None] > 0, shares @ rows / np.maximum(totals, 1e-300)[:, None], before)
    return means


def _nearest(distances: Floats, groups: Integers) -> Integers:
    """Return for each group the nearest of its rows; for an empty group, the nearest row that represents no other."""
    count = distances.shape[1]
    chosen = np.full(count, -1)
    for group in range(count):
        members = np.flatnonzero(groups == group)
        if len(members):
            chosen[group] = members[distances[members, group].argmin()]
    for group in np.flatnonzero(chosen < 0).tolist():
        free = np.setdiff1d(np.arange(len(groups)), chosen)
        chosen[group] = free[distances[free, group].argmin()]
    return chosen


def _squared_distances(rows: Floats, centres: Floats) -> Floats:
    """Return the squared distance of every row to every centre, (N, C), from 0."""
    squares = np.square(rows, dtype=np.float64).sum(1)[:, None] + np.square(centres, dtype=np.float64).sum(1)
    distances: Floats = np.maximum(squares - 2 * (rows @ centres.T.astype(rows.dtype)), 0)
    return distances
