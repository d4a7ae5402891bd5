"""The data behind a report, in addition to the run itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catseye.runs.command import train_command
from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catseye.classifier.comparison.paired_comparison import PairedComparison
    from catseye.datasets import Dataset, Pictures
    from catseye.networks.summary import Summary
    from catseye.training.planning import Plan


@dataclass(frozen=True, eq=False, repr=False)
class ReportSource(ShortRepr):
    """Where a run came from.

    Attributes
    ----------
    dataset : Dataset
    splits : mapping of str to Pictures
        ``train``, ``validation``, ``test`` where there are: the pictures trained and evaluated on.
    recipe : dict
        Every choice, as JSON values.
    command : str
        Shell command that repeats the run; empty if none can, because the data were arrays in memory or the
        loss a function in Python.
    summary : Summary, optional
        Of the network, where it is known already.
    comparison : PairedComparison, optional
        Comparison of the classifier before and after an update.
    """

    dataset: Dataset
    splits: Mapping[str, Pictures]
    recipe: Mapping[str, Any]
    command: str
    summary: Summary | None = None
    comparison: PairedComparison | None = None


def make_report_source(planned: Plan, name: str, splits: Mapping[str, Pictures]) -> ReportSource:
    """Return where a training came from; ``name`` is what its data were called."""
    in_python = planned.dataset.info.made_in_python or planned.own_loss
    command = "" if in_python else train_command(planned, name)
    return ReportSource(planned.dataset, splits, planned.recipe.to_json(), command)
