"""Two classifiers compared, in words and as the rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.numbers import percent
from catseye.evaluation.calibration import expected_calibration_error
from catseye.evaluation.paired_accuracy import describe_p
from catseye.short_repr import counted

if TYPE_CHECKING:
    from catseye.classifier.comparison.paired_comparison import PairedComparison
    from catseye.evaluation.metrics import Evaluation

SIDE_BY_SIDE = (
    "classifier",
    "accuracy>",
    "95 % interval>",
    "log loss>",
    "calibration error>",
    "calibrated on>",
    "unlike training>",
)


def side_by_side(comparison: PairedComparison) -> tuple[tuple[str, ...], ...]:
    """Return a row of numbers for each classifier."""
    return tuple(_row(name, one) for name, one in zip(comparison.names, comparison.evaluations, strict=True))


def _row(name: str, evaluation: Evaluation) -> tuple[str, ...]:
    examples = evaluation.calibration.examples
    return (
        name,
        percent(evaluation.accuracy, 2),
        " to ".join(percent(end, 2) for end in evaluation.accuracy_interval),
        f"{evaluation.loss:.4f}",
        percent(expected_calibration_error(evaluation.bins), 2),
        counted(examples, "prediction") if examples else "not calibrated",
        "–" if evaluation.unfamiliarity is None else percent(evaluation.unfamiliar, 2),
    )


def describe_difference(comparison: PairedComparison) -> str:
    """Return the difference in accuracy with its interval, and whether chance could explain it."""
    first, second = comparison.names
    counts = comparison.counts
    tested = f"McNemar's exact p {describe_p(counts.p_value)}"
    return f"Accuracy of {second} minus that of {first}: {counts}; {tested}: {counts.verdict}."


def describe_counts(comparison: PairedComparison) -> str:
    """Return how many pictures both, only one, or neither has right."""
    counts, (first, second) = comparison.counts, comparison.names
    return (
        f"Both right: {counts.both:,}; only {first}: {counts.only_first:,}; only {second}: {counts.only_second:,}; "
        f"neither: {counts.neither:,}."
    )
