"""A network with a head for the user's classes, evaluated on every split."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from catseye.classifier.backbone_profiles import PretrainedHead
from catseye.classifier.unfamiliarity_fitting import KnownPictures, fit_unfamiliarity
from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.evaluation.calibration import fit_head_temperature
from catseye.evaluation.metrics import evaluate_logits
from catseye.inference.agreement import Agreement
from catseye.inference.engine import FP32
from catseye.inference.torch_engine import TorchEngine
from catseye.system.device import CPU
from catseye.transfer_learning.extraction import extract
from catseye.transfer_learning.headed_backbone import HeadedBackbone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from catseye.arrays import Floats
    from catseye.classifier.unfamiliarity import Unfamiliarity
    from catseye.datasets import Pictures
    from catseye.evaluation.calibration import Calibration
    from catseye.evaluation.metrics import Evaluation
    from catseye.networks.pretrained import Pretrained
    from catseye.runs.transfer.features import SplitFeatures
    from catseye.transfer_learning.head import Head

_COMPARED = 16  # pictures that PyTorch computes too, which takes it many times as long


@dataclass(frozen=True, eq=False)
class EvaluatedNetwork:
    """A backbone with a head, and its answers.

    Attributes
    ----------
    network : HeadedBackbone
    calibration : Calibration
    logits : dict of str to float array (N, K)
        Logits by split.
    evaluations : dict of str to Evaluation
        Evaluations by split.
    unfamiliarity : Unfamiliarity or None
        Score of how unlike the training pictures a picture is.
    """

    network: HeadedBackbone
    calibration: Calibration
    logits: dict[str, Floats]
    evaluations: dict[str, Evaluation]
    unfamiliarity: Unfamiliarity | None = None


def evaluate_network(
    network: HeadedBackbone, calibration: Calibration, pictures: Mapping[str, Pictures], logits: dict[str, Floats]
) -> EvaluatedNetwork:
    """Return ``network`` with its evaluations by split, from its logits (N, K) for the pictures of each."""
    evaluations = {
        split: evaluate_logits(logits[split], part.labels, part.classes, calibration)
        for split, part in pictures.items()
    }
    return EvaluatedNetwork(network, calibration, logits, evaluations)


def with_unfamiliarity(
    evaluated: EvaluatedNetwork,
    known: KnownPictures,
    vectors: Mapping[str, Floats],
    pretrained_head: PretrainedHead | None = None,
) -> EvaluatedNetwork:
    """Return the network with its unfamiliarity score, and the scores of each split.

    Parameters
    ----------
    evaluated
    known
        The features that it is fitted on.
    vectors
        Features (N, F) of the pictures of each split.
    pretrained_head
        The own head of a backbone without fine-tuning.
    """
    found = fit_unfamiliarity(known, evaluated.network.backbone.head_name, pretrained_head)
    if found is None:
        return evaluated
    scored = {
        split: found.score_evaluation(evaluation, found.score(vectors[split]))
        for split, evaluation in evaluated.evaluations.items()
    }
    return replace(evaluated, evaluations=scored, unfamiliarity=found)


def compare_with_pytorch(evaluated: EvaluatedNetwork, pictures: Mapping[str, Pictures], home: Path | None) -> Agreement:
    """Return how far PyTorch in single precision agrees with the engine, on a few of the test or training pictures.

    Its features are kept under ``home``, as the engine's are.
    """
    split, backbone = TEST if TEST in pictures else TRAIN, evaluated.network.backbone
    some = pictures[split].take(list(range(min(_COMPARED, len(pictures[split])))))
    by_torch = extract(backbone, some, home, engine=TorchEngine(backbone.load, backbone.preprocess, CPU, FP32))
    logits = evaluated.network.layer.logits(by_torch.vectors)
    return Agreement.of(logits, evaluated.logits[split][by_torch.kept])


def evaluate_head(backbone: Pretrained, features: SplitFeatures, head: Head) -> EvaluatedNetwork:
    """Return the backbone with ``head``, evaluated; without validation pictures, by cross-validation on the training
    pictures as well.
    """
    logits = {split: head.layer.logits(vectors) for split, vectors in features.vectors.items()}
    with_head = HeadedBackbone(backbone, head.layer)
    train = features.pictures[TRAIN]
    known = KnownPictures(features.vectors[TRAIN], train.labels), features.vectors, _pretrained_head(backbone)
    if VALIDATION in logits:
        # Cross-validation knows the temperature already; of a few validation pictures it stays there.
        usual = head.calibration.temperature if head.calibration.examples else None
        calibration = fit_head_temperature(logits[VALIDATION], features.pictures[VALIDATION].labels, usual)
        return with_unfamiliarity(evaluate_network(with_head, calibration, features.pictures, logits), *known)
    evaluated = with_unfamiliarity(evaluate_network(with_head, head.calibration, features.pictures, logits), *known)
    if not len(head.scored):
        return evaluated
    validation = evaluate_logits(
        head.validation[head.scored], train.labels[head.scored], train.classes, head.calibration
    )
    return replace(evaluated, evaluations=evaluated.evaluations | {VALIDATION: validation})


def _pretrained_head(backbone: Pretrained) -> PretrainedHead | None:
    if not backbone.classes:
        return None
    return PretrainedHead(*(backbone.arrays[f"{backbone.head_name}.{part}"] for part in ("weight", "bias")))
