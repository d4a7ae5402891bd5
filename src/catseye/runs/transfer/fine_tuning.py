"""Fine-tuning as part of a transfer: from a head that was solved on less, judged against it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from catseye.datasets.dataset import TRAIN, VALIDATION
from catseye.datasets.splits import stratified
from catseye.errors import UsageError
from catseye.evaluation.calibration import fit_temperature, log_losses
from catseye.evaluation.metrics import evaluate_logits
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
    better, why = _compared(without, logits[VALIDATION], validation.labels, validation.classes)
    return FineTuned(candidate, progressed, time.perf_counter() - begin, better, why)


def _logits(found: Pretrained, pictures: Pictures, device: str) -> Floats:
    layer, features = (
        found.network.head,
        extract(found, pictures, None, engine=choose_engine(found.network, found.preprocess, device=device)),
    )
    weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    result: Floats = features.vectors @ weight.T + bias
    return result


def _compared(without: Floats, tuned: Floats, labels: Integers, classes: tuple[str, ...]) -> tuple[bool, str]:
    """Say whether fine-tuning lowered the log loss, both calibrated, by more than its standard error; and why."""
    before, after = (
        evaluate_logits(logits, labels, classes, fit_temperature(logits, labels)) for logits in (without, tuned)
    )
    gains = log_losses(before.probabilities, labels) - log_losses(after.probabilities, labels)
    error = float(gains.std(ddof=1) / np.sqrt(len(gains))) if len(gains) > 1 else np.inf
    better = float(gains.mean()) > error
    what = "The fine-tuned network" if better else "The head on the unchanged backbone"
    return better, (
        f"{what} is kept: on {len(labels)} validation pictures that neither learned from, log loss "
        f"{after.loss:.4f} and accuracy {after.accuracy:.2%} after fine-tuning, {before.loss:.4f} and "
        f"{before.accuracy:.2%} before; a gain counts if it exceeds its standard error, {error:.4f}."
    )
