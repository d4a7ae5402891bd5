"""A classifier in the making."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.evaluation.metrics import evaluate_logits

if TYPE_CHECKING:
    from catseye.arrays import Floats
    from catseye.evaluation.calibration import Calibration
    from catseye.evaluation.metrics import Evaluation
    from catseye.networks.backbones.backbone import Backbone
    from catseye.runs.transfer.features import SplitFeatures


@dataclass(frozen=True, eq=False)
class Candidate:
    """A network, and what it says of every split."""

    network: Backbone
    calibration: Calibration
    logits: dict[str, Floats]
    evaluations: dict[str, Evaluation]


def evaluate_candidate(
    extracted: SplitFeatures, network: Backbone, calibration: Calibration, logits: dict[str, Floats]
) -> Candidate:
    """Return the network with what it says of every split that there is, by its logits (N, K) for each."""
    evaluations = {
        split: evaluate_logits(logits[split], part.labels, part.classes, calibration)
        for split, part in extracted.pictures.items()
    }
    return Candidate(network, calibration, logits, evaluations)
