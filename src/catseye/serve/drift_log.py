"""The predictions in a server's log, which is untrusted input."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from catseye.errors import CatseyeError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.arrays import Floats

_LONGEST_LINE = 100_000  # bytes


@dataclass(frozen=True, eq=False)
class LoggedPredictions:
    """What one model predicted for N pictures, in the order of the log.

    Attributes
    ----------
    classes : tuple of str
    confidence : float64 (N,)
        Probability of the predicted class.
    unfamiliarity : float64 (M,)
        Of the pictures that have a score.
    """

    classes: tuple[str, ...]
    confidence: Floats
    unfamiliarity: Floats

    def halves(self) -> tuple[Self, Self]:
        """Return the first and the later half."""
        middle, scored = len(self.classes) // 2, len(self.unfamiliarity) // 2
        kind = type(self)
        return (
            kind(self.classes[:middle], self.confidence[:middle], self.unfamiliarity[:scored]),
            kind(self.classes[middle:], self.confidence[middle:], self.unfamiliarity[scored:]),
        )


def read_log(path: Path, name: str | None = None, default_name: str | None = None) -> LoggedPredictions:
    """Return the predictions of a model in a log; lines that are not predictions are ignored.

    Parameters
    ----------
    path
    name
        Of the model; with a version as ``NAME:VERSION``.
    default_name
        The name that the model has in the log unless it was served under another: used if the log has several models.

    Raises
    ------
    UsageError
        There is no such model in the log, or there are several and neither name chooses one.
    CatseyeError
        The file cannot be read, or holds no predictions.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    try:
        with path.open("rb") as file:
            while line := file.readline(_LONGEST_LINE):
                prediction = _read_prediction(line)
                if prediction:
                    found.setdefault(prediction["model"], []).append(prediction)
    except OSError as error:
        raise CatseyeError(f"the log {path} cannot be read: {error.strerror}.") from error
    if not found:
        raise CatseyeError(f"{path} holds no predictions; catseye serve RUN --log FILE writes them.")
    if name is None and len(found) > 1:
        if default_name not in found:
            other = f", but not of {default_name}" if default_name else ""
            raise UsageError(f"the log has predictions of {', '.join(sorted(found))}{other}; choose one with --name.")
        name = default_name
    wanted, _, version = (name or "").partition(":")
    if name is not None and wanted not in found:
        raise UsageError(f"the log has no predictions of {wanted}; it has those of {', '.join(sorted(found))}.")
    rows = next(iter(found.values())) if name is None else found[wanted]
    rows = [row for row in rows if not version or row["version"] == version]
    if not rows:
        raise UsageError(f"the log has no predictions of {wanted}, version {version}.")
    scores = [row["unfamiliarity"] for row in rows if row["unfamiliarity"] is not None]
    confidence = np.array([row["probability"] for row in rows], np.float64)
    return LoggedPredictions(tuple(row["class"] for row in rows), confidence, np.array(scores, np.float64))


def _read_prediction(line: bytes) -> dict[str, Any] | None:
    """Return the prediction in a line; ``None`` if the line is anything else."""
    try:
        entry = json.loads(line)
        score = entry.get("unfamiliarity")
        if entry["event"] != "prediction" or not all(
            isinstance(entry[key], str) for key in ("model", "version", "class")
        ):
            return None
        is_probability = _is_number(entry["probability"]) and 0 <= entry["probability"] <= 1
        if not is_probability or not (score is None or _is_number(score)):
            return None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return {key: entry.get(key) for key in ("model", "version", "class", "probability", "unfamiliarity")}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
