"""Fine-tuning as part of a transfer: it starts from a fitted head, and is compared with it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.datasets.splits import stratified
from catseye.drawing.numbers import percent
from catseye.errors import PictureError, UsageError
from catseye.evaluation.calibration import fit_temperature, log_losses, softmax
from catseye.inference.choose import choose_engine
from catseye.inference.engine import FP32
from catseye.networks.pretrained import Pretrained
from catseye.runs.transfer.evaluated_network import EvaluatedNetwork, evaluate_network
from catseye.short_repr import counted
from catseye.transfer_learning import finetune
from catseye.transfer_learning.extraction import extract
from catseye.transfer_learning.head import fit_head
from catseye.transfer_learning.headed_backbone import HeadedBackbone
from catseye.transfer_learning.logistic import Layer
from catseye.transfer_learning.mirroring import refuse_mirroring

if TYPE_CHECKING:
    from catseye.arrays import Floats, Integers
    from catseye.datasets import Pictures
    from catseye.runs.session import Session
    from catseye.runs.transfer.features import SplitFeatures
    from catseye.training.checkpoint import TrainingState
    from catseye.training.recipe import Recipe
    from catseye.transfer_learning.recipe import TransferRecipe

_CONFIDENCE = 0.95  # that a gain is not due to chance
_FOLDS = 5  # of the validation pictures, for the temperatures that they are compared with


@dataclass(frozen=True, eq=False)
class FineTuned:
    """A fine-tuned network, and whether it is better than the head alone on the same validation pictures.

    Attributes
    ----------
    evaluated : EvaluatedNetwork
    state : TrainingState
    seconds : float
    better : bool
    why : str
        The comparison, in a sentence; and why pictures were not mirrored, if that was decided here.
    recipe : Recipe
        The recipe of fine-tuning that was used.
    """

    evaluated: EvaluatedNetwork
    state: TrainingState
    seconds: float
    better: bool
    why: str
    recipe: Recipe


def fine_tune_from_head(
    backbone: Pretrained, features: SplitFeatures, recipe: TransferRecipe, session: Session, device: str
) -> FineTuned:
    """Train the whole network, starting from a head that was fitted without the validation pictures.

    Raises
    ------
    UsageError
        There are no validation pictures, and too few training pictures to set some aside.
    CatseyeError
        The loss is not finite, or the checkpoint cannot be written or read.
    """
    assert recipe.fine_tuning is not None
    start = time.perf_counter()
    pictures = features.pictures
    inside, validation, vectors = _set_aside(features, recipe.fine_tuning.validation, recipe.seed)
    examples = features.examples(balanced=recipe.balanced, mirrored=recipe.mirrored).take(inside)
    head = fit_head(examples, recipe.seed)
    chosen, unmirrored = recipe.fine_tuning, ""
    if recipe.choose_flip:
        copies = features.examples(balanced=recipe.balanced, mirrored=True).take(inside)
        unmirrored = refuse_mirroring(head, copies, recipe.seed)
        chosen = chosen.with_changes({"flip": not unmirrored})
    network = finetune.with_head(backbone.network, head.layer)
    state = finetune.fine_tune(
        network,
        backbone.preprocess,
        pictures[TRAIN].take(inside.tolist()),
        validation,
        chosen,
        session.checkpoint,
        lambda state: session.write_history(state.history),
        device,
    )
    tuned = _headed(Pretrained.of_network(backbone.name, network.eval(), backbone.preprocess, backbone.origin))
    pictures = pictures | {VALIDATION: validation}
    logits = {
        split: _compute_logits(tuned, part, device, FP32 if split == TEST else None) for split, part in pictures.items()
    }
    calibration = fit_temperature(logits[VALIDATION], validation.labels)
    evaluated = evaluate_network(tuned, calibration, pictures, logits)
    better, why = _compare(head.layer.logits(vectors), logits[VALIDATION], validation.labels, state)
    why = f"{why} {unmirrored}".rstrip()
    return FineTuned(evaluated, state, time.perf_counter() - start, better, why, chosen)


def _set_aside(features: SplitFeatures, share: float, seed: int) -> tuple[Integers, Pictures, Floats]:
    """Return the indices of the pictures to train on, the validation pictures, and their features."""
    train = features.pictures[TRAIN]
    if VALIDATION in features.pictures:
        return np.arange(len(train)), features.pictures[VALIDATION], features.vectors[VALIDATION]
    inside, outside = stratified(train.labels, share, seed)
    if not len(outside):
        raise UsageError("fine-tuning needs validation pictures, and no class has one to spare; add more pictures.")
    return inside, train.take(outside.tolist()), features.vectors[TRAIN][outside]


def _headed(tuned: Pretrained) -> HeadedBackbone:
    weight, bias = (tuned.arrays[f"{tuned.head_name}.{part}"].astype(np.float64) for part in ("weight", "bias"))
    return HeadedBackbone(tuned, Layer(weight, bias))


def _compute_logits(network: HeadedBackbone, pictures: Pictures, device: str, precision: str | None) -> Floats:
    backbone = network.backbone
    engine = choose_engine(backbone.load, backbone.preprocess, precision, device)
    features = extract(backbone, pictures, None, engine=engine)
    if features.left_out:  # it has gone since the head was fitted
        raise PictureError(features.left_out[0].picture, features.left_out[0].reason)
    return network.layer.logits(features.vectors)


def _compare(without: Floats, tuned: Floats, labels: Integers, state: TrainingState) -> tuple[bool, str]:
    """Say whether fine-tuning did better than the head alone on the validation pictures; and why.

    It did if its log loss is lower by more than chance explains (paired one-sided t-test) and its accuracy no lower.
    """
    where = f"on {counted(len(labels), 'validation picture')} that neither learned from"
    if _best_at_first(state):
        lowest = min(epoch.validation_loss for epoch in state.history if epoch.validation_loss is not None)
        return False, (
            f"The head on the unchanged backbone is kept: {where}, no epoch of fine-tuning brought the log loss below "
            f"the {state.best_loss:.4f} that it began with; the lowest was {lowest:.4f}."
        )
    # As fine-tuning began; otherwise the temperature's prior would favour whichever was calibrated twice.
    without = without / fit_temperature(without, labels).temperature
    before, after = _losses(without, labels), _losses(tuned, labels)
    right, right_after = ((logits.argmax(1) == labels).mean() for logits in (without, tuned))
    needed = _chance(before - after)
    better = bool((before - after).mean() > needed and right_after >= right)
    what = "The fine-tuned network" if better else "The head on the unchanged backbone"
    return better, (
        f"{what} is kept: {where}, log loss {after.mean():.4f} and accuracy {percent(right_after, 2)} after "
        f"fine-tuning, {before.mean():.4f} and {percent(right, 2)} before; the gain must exceed {needed:.4f} "
        f"(one-sided t-test at {percent(1 - _CONFIDENCE, 0)}), and accuracy must not fall."
    )


def _best_at_first(state: TrainingState) -> bool:
    """Say whether the best weights are those that training began with, so that there is nothing to compare."""
    losses = [epoch.validation_loss for epoch in state.history]
    return bool(losses) and state.best_loss is not None and state.best_loss not in losses


def _losses(logits: Floats, labels: Integers) -> Floats:
    """Return the pictures' log losses (N,), each calibrated by a temperature that suits the others."""
    losses = np.zeros(len(labels))
    folds = np.random.default_rng(0).permutation(len(labels)) % _FOLDS
    for fold in np.unique(folds):
        inside, others = folds == fold, folds != fold
        temperature = fit_temperature(logits[others], labels[others]).temperature if others.any() else 1.0
        losses[inside] = log_losses(softmax(logits[inside], temperature), labels[inside])
    return losses


def _chance(gains: Floats) -> float:
    """Return what the mean of these gains (N,) has to exceed to count; infinite for a single one."""
    if len(gains) < 2:
        return float(np.inf)
    error = gains.std(ddof=1) / np.sqrt(len(gains))
    return float(stdtrit(len(gains) - 1, _CONFIDENCE) * error)
