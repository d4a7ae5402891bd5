"""Comparing finished runs: whether they were tested on the same pictures, and whether they differ beyond chance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catseye.arguments import received
from catseye.drawing.answer import Answer
from catseye.drawing.numbers import percent, points
from catseye.errors import UsageError
from catseye.runs.run import Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.runs.result import Result
    from catseye.runs.score import Score

MOST_RUNS = 6  # each takes a column of the figure
BASIS = (
    "The intervals treat the runs as tested on independent pictures, which makes them rather too wide, and do not "
    "include the spread between seeds. To compare two of them picture by picture: --on DATA (in Python, on=)."
)
ON = "To test two of them on the same pictures: --on DATA (in Python, on=)."


@dataclass(frozen=True)
class Difference:
    """The difference between the test accuracies of two runs.

    Attributes
    ----------
    better, worse : str
        Names of the runs.
    accuracy_difference : float
        Accuracy of the better run minus that of the other, 0 to 1.
    interval : tuple of float
        95 % interval of the difference.
    """

    better: str
    worse: str
    accuracy_difference: float
    interval: tuple[float, float]

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval excludes 0."""
        return self.interval[0] > 0 or self.interval[1] < 0

    def __str__(self) -> str:
        low, high = (points(end).removesuffix(" points") for end in self.interval)
        verdict = "more than chance would explain" if self.beyond_chance else "chance could explain it"
        return (
            f"{self.better} has a test accuracy {points(self.accuracy_difference)} above that of {self.worse} "
            f"(95 % interval {low} to {high}): {verdict}."
        )

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return vars(self) | {"interval": list(self.interval), "beyond_chance": self.beyond_chance}


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Answer):
    """Several finished runs, of training or transfer.

    Attributes
    ----------
    names : tuple of str
        Names of the folders or, if some are the same, their paths.
    runs : tuple of Run
    """

    names: tuple[str, ...]
    runs: tuple[Run, ...]

    def __repr__(self) -> str:
        scores = (f"{name} {percent(result.test.accuracy if result.test else None)}" for name, result in self.results)
        return f"Comparison({', '.join(scores)})"

    @property
    def results(self) -> tuple[tuple[str, Result], ...]:
        """Names and results."""
        return tuple((name, run.result) for name, run in zip(self.names, self.runs, strict=True))

    @property
    def same_data(self) -> bool:
        """Whether all runs were tested on the same pictures."""
        fingerprints = {run.result.data.test_fingerprint for run in self.runs}
        return len(fingerprints) == 1 and None not in fingerprints

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence about the data if the runs were not all tested on the same pictures."""
        if self.same_data:
            return ()
        tested = "; ".join(f"{name}: {_test_data(result)}" for name, result in self.results)
        return (f"Not tested on the same pictures, so the accuracies cannot be compared: {tested}. {ON}",)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """From the most accurate run to each other one, if all were tested on the same pictures."""
        scores = [(name, result.test) for name, result in self.results if result.test]
        if not self.same_data or not scores:
            return ()
        best, highest = max(scores, key=lambda pair: pair[1].accuracy)
        return tuple(
            Difference(best, name, highest.accuracy - score.accuracy, difference_interval(highest, score))
            for name, score in scores
            if score is not highest
        )

    def to_json(self) -> dict[str, Any]:
        """Return the runs' results and their comparison as JSON values."""
        return {
            "runs": [{"name": name, **result.to_json()} for name, result in self.results],
            "same_data": self.same_data,
            "notes": list(self.notes),
            "differences": [difference.to_json() for difference in self.differences],
        }


def compare_results(runs: Sequence[Run | str | Path]) -> Comparison:
    """Compare the results of finished runs, of training or transfer.

    Parameters
    ----------
    runs
        Runs, or the paths of their folders; at most 6.

    Raises
    ------
    UsageError
        There are none or too many, or a folder does not hold a finished run.
    CatseyeError
        A run cannot be read.
    """
    several = [_run_or_path(one) for one in runs]
    if not 1 <= len(several) <= MOST_RUNS:
        raise UsageError(f"between 1 and {MOST_RUNS} runs can be compared at once; got {len(several)}.")
    opened = tuple(one if isinstance(one, Run) else Run.open(one) for one in several)
    return Comparison(_names(opened), opened)


def _run_or_path(one: object) -> Run | str | Path:
    if not isinstance(one, Run | str | Path):
        raise UsageError(f"runs are what catseye.train returned, or paths of their folders; got {received(one)}.")
    return one


def _names(runs: Sequence[Run]) -> tuple[str, ...]:
    """Return the names of the runs or, if some are the same, their paths; those without a folder are numbered."""
    names = tuple(run.name for run in runs)
    if len(set(names)) == len(names):
        return names
    return tuple(str(run.folder) if run.folder else f"{run.name} ({number})" for number, run in enumerate(runs, 1))


def difference_interval(one: Score, other: Score) -> tuple[float, float]:
    """Return the 95 % interval of the difference between two accuracies, for independent pictures.

    By Newcombe's method 10 (1998, Statistics in Medicine 17, 873-890), from Wilson's interval of each.
    """
    difference = one.accuracy - other.accuracy
    (low, high), (other_low, other_high) = one.accuracy_interval, other.accuracy_interval
    return (
        difference - math.hypot(one.accuracy - low, other_high - other.accuracy),
        difference + math.hypot(high - one.accuracy, other.accuracy - other_low),
    )


def _test_data(result: Result) -> str:
    if result.test is None or result.data.test_fingerprint is None:
        return f"no test pictures ({result.data.name})"
    return f"{result.test.examples:,} of {result.data.name} (fingerprint {result.data.test_fingerprint[:8]})"
