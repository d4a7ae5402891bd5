"""Runs: from data to a measured classifier, its folder, its result and its report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye._lazy import lazily

if TYPE_CHECKING:
    from catseye.runs.comparison import Comparison, Difference
    from catseye.runs.result import Result
    from catseye.runs.run import Run
    from catseye.runs.score import Score
    from catseye.runs.training import train

__all__ = ["Comparison", "Difference", "Result", "Run", "Score", "train"]

__getattr__, __dir__ = lazily(
    __name__,
    {
        "Comparison": "catseye.runs.comparison",
        "Difference": "catseye.runs.comparison",
        "Result": "catseye.runs.result",
        "Run": "catseye.runs.run",
        "Score": "catseye.runs.score",
        "train": "catseye.runs.training",
    },
)
