"""From data to a trained, measured and saved classifier."""

from __future__ import annotations

import logging
import math
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from catseye.classifier.classifier import Classifier
from catseye.datasets import Dataset, load
from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.errors import UsageError
from catseye.evaluation.calibration import Calibration, fit_temperature
from catseye.evaluation.metrics import evaluate_logits
from catseye.insight.robustness.robustness import measure_robustness
from catseye.networks import build, is_backbone
from catseye.networks.initialisation import initialise
from catseye.runs.command import train_command
from catseye.runs.folder import RunFolder
from catseye.runs.provenance import provenance, result
from catseye.runs.recipe import default_recipe, named_recipe, recipe_in_words, requested_options
from catseye.runs.report_source import ReportSource
from catseye.runs.run import Run, write_run
from catseye.system.device import AUTO, chosen_device
from catseye.training.loop import Task, fit
from catseye.training.plan import Plan, default_network, plan, training_pictures
from catseye.training.recipe import Recipe

if TYPE_CHECKING:
    from torch import nn

    from catseye.datasets import Pictures
    from catseye.insight.robustness.robustness import Robustness
    from catseye.training.checkpoint import TrainingState

log = logging.getLogger("catseye")

Size = tuple[int, int]
_JUDGED_TRAINING = 5_000  # training pictures: their accuracy is known to ±0.3 points
_ADVERSARIAL_EPOCHS = 2  # times as many as usual
_EPSILONS, _ATTACKED = 3, 300  # sizes of attack, and test pictures, on which an adversarial training is measured


def train(
    data: str | Path | Dataset,
    network: str | None = None,
    *,
    out: str | Path | None = None,
    recipe: str | Path | Recipe | None = None,
    size: Size | None = None,
    resume: bool = False,
    data_dir: str | Path | None = None,
    archives: str | Path | None = None,
    strict: bool = False,
    label: str | None = None,
    device: str = AUTO,
    **changes: Any,
) -> Run:
    """Train a network on a data set, measure it, and return the run.

    Parameters
    ----------
    data
        As for :func:`catseye.load`, or what it returned.
    network
        ``"dense"``, ``"convnet"``, ``"convnet_without_pooling"``, ``"fashion_convnet"``, or the name of a backbone,
        which is trained from random weights; by default ``"convnet"``, or ``"fashion_convnet"`` for pictures under
        18 pixels.
    out
        The run's folder. Without it nothing is written, and a stopped training is lost.
    recipe
        ``"default"``, ``"lesson"`` (the lessons' own training), the path of a saved ``recipe.json``, or a `Recipe`.
    size
        Height and width in pixels that pictures are brought to; by default their own, or 64 × 64 where they differ.
    resume
        Go on with the run in ``out`` where it stopped; a finished one is returned as it is.
    data_dir, archives, strict, label
        As for :func:`catseye.load`.
    device
        What is trained on: ``"cpu"``, ``"cuda"`` (one GPU), or ``"auto"``: the GPU where there is one.
    **changes
        Fields of the recipe to change, such as ``epochs=3``.

    Raises
    ------
    UsageError
        Something asked for does not exist or does not fit together, or ``out`` is in use.
    CatseyeError
        The data cannot be had, the loss was not finite, the disk is full, ….

    Examples
    --------
    >>> run = train("digits", epochs=1)
    >>> run.result["network"], run.result["test"]["examples"]
    ('fashion_convnet', 359)
    """
    _check_arguments(data, size)
    processor = chosen_device(device)
    folder = RunFolder(Path(out)) if out is not None else None
    if isinstance(data, Dataset):
        data = data.labelled(label or data.info.label)
        label = data.info.label
    name = data.info.name if isinstance(data, Dataset) else str(data)
    with folder.held(resume=resume) if folder else nullcontext():
        saved = folder.description() if folder and resume else None
        if saved and folder:
            folder.must_agree(saved, {"network": network, "size": size and list(size), "label": label})
            label = saved.get("label")
            folder.must_agree(saved["recipe"], requested_options(recipe, changes, saved))
            if "result" in saved:
                folder.must_agree(saved, {"data": name})
                return Run.open(folder.path)
        dataset = (
            data
            if isinstance(data, Dataset)
            else load(data, data_dir=data_dir, archives=archives, strict=strict, label=label)
        )
        planned = _resumed(saved, dataset) if saved else _planned(dataset, network, recipe, size, changes, processor)
        # Built before anything is written: one that cannot be should leave no folder that looks like a run.
        fresh = _network(planned)
        if saved and folder:
            folder.must_agree(saved, {"fingerprint": planned.fingerprint})
        if folder:
            folder.begin(saved or _description(planned, name, size))
        log.info(_told(planned, folder, processor))
        return _carry_out(planned, fresh, folder, name, processor)


def _check_arguments(data: object, size: object) -> None:
    if not isinstance(data, str | Path | Dataset):
        raise UsageError(f"data must be a name, a path or a Dataset from catseye.load; got {type(data).__name__}.")
    sides = size if isinstance(size, tuple) else ()
    if size is not None and [type(side) for side in sides] != [int, int]:
        raise UsageError(f"size must be (height, width) in whole pixels; got {size!r}.")


def _description(planned: Plan, name: str, size: Size | None) -> dict[str, Any]:
    asked = {"data": name, "label": planned.dataset.info.label, "network": planned.network, "size": size}
    return asked | {"recipe": planned.recipe.to_json(), "fingerprint": planned.fingerprint}


def _told(planned: Plan, folder: RunFolder | None, device: str) -> str:
    aside = f", {len(planned.validation):,} set aside for validation" if planned.validation else ""
    height, width, _ = planned.preprocess.shape
    pictures = len(training_pictures(planned.dataset))
    default = default_recipe(planned.network, pictures, min(height, width), device)
    words = recipe_in_words(planned.recipe, planned.network, default)
    whole = folder.recipe if folder else "run.result"
    return f"{planned.network} on {len(planned.train):,} pictures{aside}; recipe: {words} (in full: {whole})"


def _planned(
    dataset: Dataset,
    network: str | None,
    recipe: str | Path | Recipe | None,
    size: Size | None,
    changes: dict[str, Any],
    device: str,
) -> Plan:
    train = training_pictures(dataset)
    height, width = size or train.shape[:2]
    network = network or default_network((height, width))
    default = default_recipe(network, len(train), min(height, width), device)
    if changes.get("adversarial"):  # which is more to learn
        default = default.with_changes({"epochs": _ADVERSARIAL_EPOCHS * default.epochs})
    return plan(dataset, network, named_recipe(recipe, network, default).with_changes(changes), size)


def _resumed(saved: dict[str, Any], dataset: Dataset) -> Plan:
    size = (saved["size"][0], saved["size"][1]) if saved["size"] else None
    return plan(dataset, saved["network"], Recipe.from_json(saved["recipe"]), size)


def _network(planned: Plan) -> nn.Module:
    with torch.random.fork_rng(devices=[]):  # PyTorch fills new layers from the caller's generator
        network = build(planned.network, planned.preprocess.shape, len(planned.train.classes), **_options(planned))
    initialise(network, planned.recipe.initialisation, planned.recipe.seed)
    return network


def _options(planned: Plan) -> dict[str, Any]:
    options = {"batch_norm": planned.recipe.batch_norm, "dropout": planned.recipe.dropout}
    return {name: value for name, value in options.items() if value} if is_backbone(planned.network) else options


def _carry_out(planned: Plan, network: nn.Module, folder: RunFolder | None, name: str, device: str) -> Run:
    def on_epoch(progressed: TrainingState) -> None:
        if folder:
            folder.write_history(progressed.history)

    task = Task(network, planned.preprocess, planned.recipe, planned.train, planned.validation, device)
    progressed = fit(task, folder.checkpoint if folder else None, on_epoch)
    classes = planned.train.classes
    classifier = Classifier(
        network.eval(), planned.network, _options(planned), planned.preprocess, classes, Calibration(), {}
    )
    judged = _judged(planned)
    logits = {split: classifier.logits(part) for split, part in judged.items()}
    labels = {split: classifier.labels(part) for split, part in judged.items()}
    if VALIDATION in judged:
        classifier = replace(classifier, calibration=fit_temperature(logits[VALIDATION], labels[VALIDATION]))
    evaluations = {
        split: evaluate_logits(logits[split], labels[split], classes, classifier.calibration) for split in judged
    }
    made_of = provenance(
        planned.dataset, len(planned.train), planned.fingerprint, planned.recipe.to_json(), evaluations
    )
    classifier = replace(classifier, provenance=made_of)
    numbers = result(planned, classifier, progressed, evaluations, folder)
    robust = _robustness(planned, classifier)
    numbers["robustness"] = robust.to_json() if robust else None
    run = Run(folder.path if folder else None, classifier, tuple(progressed.history), numbers, evaluations, robust)
    if folder:
        _write(run, planned, name, folder)
    return run


def _robustness(planned: Plan, classifier: Classifier) -> Robustness | None:
    """Return how an adversarially trained classifier fares under attack, up to the size that it was trained on."""
    epsilon = planned.recipe.adversarial
    if not epsilon or planned.test is None:
        return None
    sizes = [epsilon * share / _EPSILONS for share in range(1, _EPSILONS + 1)]
    return measure_robustness(classifier, planned.test, sizes, examples=_ATTACKED, seed=planned.recipe.seed)


def _judged(planned: Plan) -> dict[str, Pictures]:
    """Return what the classifier is measured on; of very many training pictures, evenly chosen ones are enough."""
    train = planned.train.take(range(0, len(planned.train), math.ceil(len(planned.train) / _JUDGED_TRAINING)))
    splits = {TRAIN: train, VALIDATION: planned.validation, TEST: planned.test}
    return {split: part for split, part in splits.items() if part is not None}


def _write(run: Run, planned: Plan, name: str, folder: RunFolder) -> None:
    splits = {TRAIN: planned.train, VALIDATION: planned.validation, TEST: planned.test}
    present = {split: part for split, part in splits.items() if part is not None}
    write_run(
        run, folder, ReportSource(planned.dataset, present, planned.recipe.to_json(), train_command(planned, name))
    )
