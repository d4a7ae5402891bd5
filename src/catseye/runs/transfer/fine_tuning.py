"""Fine-tuning as part of a transfer: from a head that was solved on less, judged against it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from catseye.datasets.dataset import TRAIN, VALIDATION
from catseye.datasets.splits import stratified
from catseye.errors import UsageError
from catseye.evaluation.calibration import fit_temperature, log_losses, softmax
from catseye.inference.choose import choose_engine
from catseye.runs.transfer.evaluated import Candidate, evaluate_candidate
from catseye.runs.transfer.features import SplitFeatures, Work, examples_of
from catseye.transfer_learning import finetune
from catseye.transfer_learning.extract import extract
from catseye.transfer_learning.head import fit_head

if TYPE_CHECKING:
    from catseye.arrays import Floats, Integers
    from catseye.datasets import Pictures
    from catseye.networks.pretrained import Pretrained
    from catseye.training.checkpoint import TrainingState

_CONFIDENCE = 0.95  # that a gain is not due to chance
_FOLDS = 5  # of the validation pictures, for the temperatures that they are compared with


@dataclass(frozen=True, eq=False)
class FineTuned:
    """What fine-tuning came to, and whether it did better than the head alone, on the same validation pictures."""

    candidate: Candidate
    progressed: TrainingState
    seconds: float
    better: bool
    why: str


def fine_tune_candidate(work: Work, extracted: SplitFeatures) -> FineTuned:
    """Train the whole network on, from a head that was solved without the validation pictures."""
    recipe = work.choices.fine_tuning
    assert recipe is not None
    begin = time.perf_counter()
    examples, train = examples_of(work.choices, extracted), extracted.pictures[TRAIN]
    inside = np.arange(len(train))
    if VALIDATION in extracted.pictures:
        validation, before_of = extracted.pictures[VALIDATION], extracted.vectors[VALIDATION]
    else:
        inside, outside = stratified(train.labels, recipe.validation, work.choices.seed)
        if not len(outside):
            raise UsageError("fine-tuning needs validation pictures, and no class has one to spare: bring more.")
        validation, before_of = train.take(outside.tolist()), extracted.vectors[TRAIN][outside]
    head = fit_head(examples.take(inside), work.choices.seed)
    network = finetune.with_head(work.found.network, head.layer)

    def on_epoch(progressed: TrainingState) -> None:
        if work.folder:
            work.folder.write_history(progressed.history)

    progressed = finetune.fine_tune(
        network,
        work.found.preprocess,
        train.take(inside.tolist()),
        validation,
        recipe,
        work.folder.checkpoint if work.folder else None,
        on_epoch,
        work.device,
    )
    after = replace(work.found, network=network.eval())
    pictures = extracted.pictures | {VALIDATION: validation}
    logits = {split: _logits(after, part, work.device) for split, part in pictures.items()}
    calibration = fit_temperature(logits[VALIDATION], validation.labels)
    candidate = evaluate_candidate(replace(extracted, pictures=pictures), after.network, calibration, logits)
    without = head.layer.logits(before_of)
    better, why = _compared(without, logits[VALIDATION], validation.labels, progressed)
    return FineTuned(candidate, progressed, time.perf_counter() - begin, better, why)


def _logits(found: Pretrained, pictures: Pictures, device: str) -> Floats:
    layer, features = (
        found.network.head,
        extract(found, pictures, None, engine=choose_engine(found.network, found.preprocess, device=device)),
    )
    weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    result: Floats = features.vectors @ weight.T + bias
    return result


def _compared(without: Floats, tuned: Floats, labels: Integers, progressed: TrainingState) -> tuple[bool, str]:
    """Say whether fine-tuning did better than the head alone on the validation pictures; and why.

    It did if its log loss is lower by more than chance explains (paired one-sided t-test) and its accuracy no lower.
    """
    where = f"on {len(labels)} validation pictures that neither learned from"
    if _best_at_first(progressed):
        lowest = min(epoch.validation_loss for epoch in progressed.history if epoch.validation_loss is not None)
        return False, (
            f"The head on the unchanged backbone is kept: {where}, no epoch of fine-tuning brought the log loss below "
            f"the {progressed.best_loss:.4f} that it began with; the lowest was {lowest:.4f}."
        )
    # As fine-tuning began; otherwise the temperature's prior would favour whichever was calibrated twice.
    without = without / fit_temperature(without, labels).temperature
    before, after = _losses(without, labels), _losses(tuned, labels)
    right, right_after = ((logits.argmax(1) == labels).mean() for logits in (without, tuned))
    needed = _chance(before - after)
    better = bool((before - after).mean() > needed and right_after >= right)
    what = "The fine-tuned network" if better else "The head on the unchanged backbone"
    return better, (
        f"{what} is kept: {where}, log loss {after.mean():.4f} and accuracy {right_after:.2%} after fine-tuning, "
        f"{before.mean():.4f} and {right:.2%} before; the gain must exceed {needed:.4f} (one-sided t-test at "
        f"{1 - _CONFIDENCE:.0%}), and accuracy must not fall."
    )


def _best_at_first(progressed: TrainingState) -> bool:
    """Say whether the best weights are those that training began with, so that there is nothing to compare."""
    losses = [epoch.validation_loss for epoch in progressed.history]
    return bool(losses) and progressed.best_loss is not None and progressed.best_loss not in losses


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
