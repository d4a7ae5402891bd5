"""Whether mirror images of pictures still show their classes, as a head on the frozen features tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.evaluation.calibration import log_losses, softmax
from catseye.evaluation.paired_losses import compare_losses
from catseye.transfer_learning.head import fit_head

if TYPE_CHECKING:
    from catseye.arrays import Floats, Integers
    from catseye.transfer_learning.head import Examples, Head


def refuse_mirroring(head: Head, examples: Examples, seed: int) -> str:
    """Return why fine-tuning should not mirror its pictures; empty if it may.

    A mirrored b is a d: where left and right matter, a head that also learns from mirror images recognises pictures
    less well. It counts if the cross-validated log loss rises by more than one standard error of the difference.

    Parameters
    ----------
    head
        The head that was fitted on the same examples without their copies.
    examples
        With the features of the mirrored pictures as ``copies``.
    seed
        Random seed of the folds, as for ``head``.
    """
    if len(head.scored) < 2:
        return ""
    without, mirrored = (_losses(each, examples.labels) for each in (head, fit_head(examples, seed)))
    if not compare_losses(mirrored, without).is_clear:
        return ""
    return (
        "Pictures were not mirrored in fine-tuning: with their mirror images, the cross-validated log loss of the head "
        f"rose from {without.mean():.4f} to {mirrored.mean():.4f}."
    )


def _losses(head: Head, labels: Integers) -> Floats:
    return log_losses(softmax(head.validation[head.scored], head.calibration.temperature), labels[head.scored])
