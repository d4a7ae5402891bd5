"""Metrics of the caller's own, measured on validation and test pictures."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import TYPE_CHECKING, Any

import torch

from catseye.arguments import received
from catseye.errors import UsageError
from catseye.training.own_function import OwnFunction, trial_batch

if TYPE_CHECKING:
    from catseye.arrays import Floats, Integers

Metric = Callable[[torch.Tensor, torch.Tensor], float]
_LONGEST_NAME = 40
_MOST = 8  # each takes a panel of the figure
_TRIED = 512  # pictures at most that it is tried out on; enough that no class is missing
_TAKEN = ("loss", "accuracy")


@dataclass(frozen=True)
class Metrics:
    """Functions by name, from logits float32 (N, K) and labels int64 (N,) to a number.

    Attributes
    ----------
    functions : dict of str to callable
    """

    functions: Mapping[str, Metric] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in the order in which they were given."""
        return tuple(self.functions)

    def measure(self, logits: torch.Tensor | Floats, labels: torch.Tensor | Integers) -> dict[str, float]:
        """Return each metric of logits (N, K) and labels (N,).

        Raises
        ------
        UsageError
            A function raises an error, or does not return a finite number.
        """
        # Tensors on the processor that autograd can use, whatever made them.
        given = torch.as_tensor(logits).float().cpu(), torch.as_tensor(labels).long().cpu()
        return {name: _measure(OwnFunction(f"the metric {name}", one), *given) for name, one in self.functions.items()}

    def try_out(self, labels: torch.Tensor, classes: int) -> None:
        """Measure random logits once; raise `UsageError` if that fails."""
        logits, few = trial_batch(labels, classes, _TRIED)
        with torch.random.fork_rng():
            self.measure(logits, few)


NO_METRICS = Metrics()


def read_metrics(metrics: object) -> Metrics:
    """Return the metrics given as a mapping of names to functions; raise `UsageError` for anything else."""
    if metrics is None:
        return NO_METRICS
    if not isinstance(metrics, Mapping):
        raise UsageError(f"metrics must be a mapping of names to functions, {{name: …}}; got {received(metrics)}.")
    if len(metrics) > _MOST:
        raise UsageError(f"metrics must be at most {_MOST}; got {len(metrics)}.")
    for name, function in metrics.items():
        _check(name, function)
    return Metrics(dict(metrics))


def _check(name: object, function: object) -> None:
    fits = isinstance(name, str) and name.strip() == name and name.isprintable() and 0 < len(name) <= _LONGEST_NAME
    if not fits or name in _TAKEN:
        raise UsageError(
            f"a metric's name must be text of 1 to {_LONGEST_NAME} letters, and not {' or '.join(_TAKEN)}, which are "
            f"measured anyway; got {received(name)}."
        )
    if isinstance(function, type) or not callable(function):
        what = f"the class {function.__name__}" if isinstance(function, type) else received(function)
        raise UsageError(f"the metric {name} must be a function of logits and labels; got {what}.")


def _measure(metric: OwnFunction, logits: torch.Tensor, labels: torch.Tensor) -> float:
    result: Any = metric.result(logits, labels)
    value = result.item() if getattr(result, "ndim", None) == 0 and hasattr(result, "item") else result
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        raise metric.refuse("a finite number", result, logits, labels)
    return float(value)
