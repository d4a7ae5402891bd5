"""Scores in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.cli.common import percent

if TYPE_CHECKING:
    from catseye.runs.score import Score

NOT_TESTED = "too few pictures to set any aside for a test: the accuracy on new pictures is unknown"


def accuracy_line(name: str, score: Score) -> str:
    """Return the accuracy on a split with its interval and the number of pictures."""
    return f"{name} accuracy {percent(score.accuracy)} ({interval_in_words(score.accuracy_interval, score.examples)})"


def interval_in_words(interval: tuple[float, float], examples: int) -> str:
    """Return a 95 % interval with the number of pictures that it is based on."""
    low, high = interval
    return f"95 % interval {percent(low)} to {percent(high)}, n = {examples:,}"
