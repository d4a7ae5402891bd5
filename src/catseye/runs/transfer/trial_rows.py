"""Trials as rows of the table that a search leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from catseye.runs.search import CROSS_VALIDATION, VALIDATION_PICTURES, Trial
from catseye.runs.transfer.choice import compare, explain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.arrays import Floats
    from catseye.runs.transfer.candidates import Candidate
    from catseye.runs.transfer.fine_tuning import FineTuned
    from catseye.runs.transfer.trial import Tried

_DIGITS = 6


def describe_tried(tried: Sequence[Tried], chosen: int) -> list[Trial]:
    """Return the rows of the heads that were tried."""
    default = tried[0].judged
    if not len(default.losses):
        return [replace(_begin_row(tried[0]), chosen=True, why="chosen: there is nothing to judge it by")]
    rows = []
    for number, (one, why) in enumerate(zip(tried, explain([each.judged for each in tried], chosen), strict=True)):
        losses = one.judged.losses
        gain = compare(one.judged, default) if number and len(losses) > 1 else None
        rows.append(
            replace(
                _begin_row(one),
                loss=round(float(losses.mean()), _DIGITS),
                standard_error=_standard_error(losses),
                accuracy=one.accuracy,
                pictures=len(losses),
                judged_by=CROSS_VALIDATION,
                gain=None if gain is None else round(gain.mean, _DIGITS),
                gain_error=None if gain is None else round(gain.error, _DIGITS),
                chosen=number == chosen,
                why=why,
            )
        )
    return rows


def describe_tuned(candidate: Candidate, tuned: FineTuned, default: Tried) -> Trial:
    """Return the row of a fine-tuned network."""
    evaluation = tuned.evaluated.evaluations["validation"]
    return Trial(
        candidate.name,
        candidate.backbone,
        candidate.mirrored,
        candidate.fine_tuned,
        default.multiply_adds,
        milliseconds=round(default.milliseconds, 3),
        seconds=round(tuned.seconds, 3),
        loss=round(float(tuned.losses.mean()), _DIGITS),
        standard_error=_standard_error(tuned.losses),
        accuracy=evaluation.accuracy,
        pictures=evaluation.examples,
        judged_by=VALIDATION_PICTURES,
        chosen=tuned.better,
        why="chosen: better than the best head on the validation pictures"
        if tuned.better
        else "not better than the best head on the validation pictures by more than chance would explain",
    )


def describe_left(candidate: Candidate, multiply_adds: int, why: str) -> Trial:
    """Return the row of what was not tried."""
    return Trial(
        *(candidate.name, candidate.backbone, candidate.mirrored, candidate.fine_tuned, multiply_adds), why=why
    )


def _begin_row(one: Tried) -> Trial:
    row = describe_left(one.candidate, one.multiply_adds, "")
    return replace(row, milliseconds=round(one.milliseconds, 3), seconds=round(one.seconds, 3))


def _standard_error(losses: Floats) -> float | None:
    if len(losses) < 2:
        return None
    return round(float(losses.std(ddof=1) / np.sqrt(len(losses))), _DIGITS)
