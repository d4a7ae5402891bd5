"""Fine-tuning as part of a transfer: it starts from a fitted head, and is compared with it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from catseye.classifier.unfamiliarity_fitting import KnownPictures
from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.datasets.splits import stratified
from catseye.drawing.numbers import percent
from catseye.errors import PictureError, UsageError
from catseye.evaluation.calibration import fit_temperature
from catseye.evaluation.paired_losses import compare_losses
from catseye.inference.choose import choose_engine
from catseye.inference.engine import FP32
from catseye.networks.pretrained import Pretrained
from catseye.runs.transfer.evaluated_network import EvaluatedNetwork, evaluate_network, with_unfamiliarity
from catseye.runs.transfer.losses import compute_losses
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
    from catseye.transfer_learning.head import Head
    from catseye.transfer_learning.recipe import TransferRecipe


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
    losses : float64 (N,)
        Log losses of the fine-tuned network on the validation pictures.
    recipe : Recipe
        The recipe of fine-tuning that was used.
    """

    evaluated: EvaluatedNetwork
    state: TrainingState
    seconds: float
    better: bool
    why: str
    losses: Floats
    recipe: Recipe


def fine_tune_from_head(
    backbone: Pretrained,
    features: SplitFeatures,
    recipe: TransferRecipe,
    session: Session,
    device: str,
    rival: SplitFeatures | None = None,
) -> FineTuned:
    """Train the whole network, starting from a head that was fitted without the validation pictures.

    It is compared with that head or, where there is a ``rival``, with a head on its features of the same pictures.

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
    inside, validation, vectors = set_aside(features, recipe.fine_tuning.validation, recipe.seed)
    examples = features.examples(balanced=recipe.balanced, mirrored=recipe.mirrored).take(inside)
    head = fit_head(examples, recipe.seed)
    chosen, unmirrored = recipe.fine_tuning, ""
    if recipe.choose_flip:
        copies = features.examples(balanced=recipe.balanced, mirrored=True).take(inside)
        unmirrored = refuse_mirroring(head, copies, recipe.seed)
        chosen = chosen.with_changes({"flip": not unmirrored})
    network = finetune.with_head(backbone.network, _calibrated(head))
    state = finetune.fine_tune(
        network,
        backbone.preprocess,
        pictures[TRAIN].take(inside.tolist()),
        validation,
        chosen,
        # A time limit is not the same training again.
        None if rival is not None and recipe.fine_tuning.time_limit else session.checkpoint,
        lambda state: session.write_history(state.history),
        device,
    )
    tuned = _headed(Pretrained.of_network(backbone.name, network.eval(), backbone.preprocess, backbone.origin))
    pictures = pictures | {VALIDATION: validation}
    computed = {
        split: _compute_features(tuned, part, device, FP32 if split == TEST else None)
        for split, part in pictures.items()
    }
    logits = {split: tuned.layer.logits(found) for split, found in computed.items()}
    calibration = fit_temperature(logits[VALIDATION], validation.labels)
    known = KnownPictures(computed[TRAIN][inside], pictures[TRAIN].labels[inside], computed[VALIDATION])
    evaluated = with_unfamiliarity(evaluate_network(tuned, calibration, pictures, logits), known, computed)
    if rival is not None:
        _, _, vectors = set_aside(rival, recipe.fine_tuning.validation, recipe.seed)
        head = fit_head(
            rival.examples(balanced=recipe.balanced, mirrored=rival.mirrored is not None).take(inside), recipe.seed
        )
    better, why = _compare(_calibrated(head).logits(vectors), logits[VALIDATION], validation.labels, state)
    losses = compute_losses(logits[VALIDATION], validation.labels)
    why = f"{why} {unmirrored}".rstrip()
    return FineTuned(evaluated, state, time.perf_counter() - start, better, why, losses, chosen)


def set_aside(features: SplitFeatures, share: float, seed: int) -> tuple[Integers, Pictures, Floats]:
    """Return the indices of the pictures to train on, the validation pictures, and their features."""
    train = features.pictures[TRAIN]
    if VALIDATION in features.pictures:
        return np.arange(len(train)), features.pictures[VALIDATION], features.vectors[VALIDATION]
    inside, outside = stratified(train.labels, share, seed)
    if not len(outside):
        raise UsageError("fine-tuning needs validation pictures, and no class has one to spare; add more pictures.")
    return inside, train.take(outside.tolist()), features.vectors[TRAIN][outside]


def _calibrated(head: Head) -> Layer:
    """Return the head's layer with its temperature in the weights."""
    temperature = head.calibration.temperature
    return Layer(head.layer.weight / temperature, head.layer.bias / temperature)


def _headed(tuned: Pretrained) -> HeadedBackbone:
    weight, bias = (tuned.arrays[f"{tuned.head_name}.{part}"].astype(np.float64) for part in ("weight", "bias"))
    return HeadedBackbone(tuned, Layer(weight, bias))


def _compute_features(network: HeadedBackbone, pictures: Pictures, device: str, precision: str | None) -> Floats:
    backbone = network.backbone
    engine = choose_engine(backbone, precision, device)
    features = extract(backbone, pictures, None, engine=engine)
    if features.left_out:  # it has gone since the head was fitted
        raise PictureError(features.left_out[0].picture, features.left_out[0].reason)
    return features.vectors


def _compare(without: Floats, tuned: Floats, labels: Integers, state: TrainingState) -> tuple[bool, str]:
    """Say whether fine-tuning did better than the head alone on the validation pictures; and why.

    It did if its log loss is lower by more than chance explains (`catseye.evaluation.paired_losses`) and its accuracy
    is no lower.
    """
    where = f"on {counted(len(labels), 'validation picture')} that neither learned from"
    if _best_at_first(state):
        lowest = min(epoch.validation_loss for epoch in state.history if epoch.validation_loss is not None)
        return False, (
            f"The head on the unchanged backbone is kept: {where}, no epoch of fine-tuning brought the log loss below "
            f"the {state.best_loss:.4f} that it began with; the lowest was {lowest:.4f}."
        )
    before, after = compute_losses(without, labels), compute_losses(tuned, labels)
    right, right_after = ((logits.argmax(1) == labels).mean() for logits in (without, tuned))
    gain = compare_losses(before, after, tuned.shape[1])
    better = bool(gain.is_clear and right_after >= right)
    what = "The fine-tuned network" if better else "The head on the unchanged backbone"
    return better, (
        f"{what} is kept: {where}, log loss {after.mean():.4f} and accuracy {percent(right_after, 2)} after "
        f"fine-tuning, {before.mean():.4f} and {percent(right, 2)} before. The gain of {gain.mean:.4f} "
        f"{'exceeds' if gain.is_clear else 'would have to exceed'} {gain.needed:.4f} to be distinguished from chance "
        "(one standard error, with one hypothetical picture counted against it), and accuracy must not fall."
    )


def _best_at_first(state: TrainingState) -> bool:
    """Say whether the best weights are those that training began with, so that there is nothing to compare."""
    losses = [epoch.validation_loss for epoch in state.history]
    return bool(losses) and state.best_loss is not None and state.best_loss not in losses
