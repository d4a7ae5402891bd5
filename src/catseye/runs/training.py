"""From data to a trained, measured and saved classifier."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from catseye.arguments import read_sides, with_checked_arguments
from catseye.classifier.classifier import Classifier
from catseye.datasets.dataset import TEST, TRAIN, VALIDATION, Dataset
from catseye.datasets.loading import open_dataset
from catseye.errors import with_short_traceback
from catseye.insight.robustness.robustness import measure_robustness
from catseye.networks import build, is_backbone, resolve_network
from catseye.networks.initialisation import initialise
from catseye.runs.evaluating import evaluate_trained, present_splits
from catseye.runs.own_functions import announcement, with_own_functions
from catseye.runs.own_network import named_errors
from catseye.runs.planning import plan_again, plan_training, require_custom, tell_added_layer
from catseye.runs.provenance import data_name
from catseye.runs.recipe import requested_options
from catseye.runs.report_source import make_report_source
from catseye.runs.request import Request
from catseye.runs.result import Data, Result, Seconds
from catseye.runs.run import Run
from catseye.runs.score import Score
from catseye.runs.session import Session, open_session
from catseye.system.device import AUTO, choose_device
from catseye.training.choices import own_loss_name
from catseye.training.lone_picture import check_lone_picture
from catseye.training.loop import Task, fit
from catseye.training.losses import read_loss
from catseye.training.metrics import read_metrics
from catseye.training.options import read_values
from catseye.training.planning import Plan
from catseye.training.recipe import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import nn

    from catseye.datasets.loading import DataSource
    from catseye.insight.robustness.robustness import Robustness
    from catseye.networks.custom import CustomNetwork
    from catseye.training.checkpoint import TrainingState
    from catseye.training.recipe import Recipe

log = logging.getLogger("catseye")

_EPSILONS, _ATTACKED = 3, 300  # sizes of attack, and test pictures, on which an adversarial training is measured


@with_short_traceback
@with_checked_arguments
def train(
    data: DataSource,
    network: str | Path | CustomNetwork | None = None,
    *,
    out: str | Path | None = None,
    recipe: str | Path | Recipe | None = None,
    size: tuple[int, int] | str | None = None,
    loss: str | Callable[[Any, Any], Any] | None = None,
    metrics: Mapping[str, Callable[[Any, Any], Any]] | None = None,
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
        As for :func:`catseye.load`, or what it returned; from a single split, a fifth of each class is set aside as the
        test split. Or arrays, ``(images, labels)`` or ``(images, labels, test_images, test_labels)``: pictures (N, H,
        W), (N, H, W, C) or (N, C, H, W) with 1 or 3 channels, uint8 or floats from 0 to 1; labels (N,), whole numbers
        or strings.
    network
        ``"dense"``, ``"convnet"``, ``"convnet_without_pooling"``, ``"fashion_convnet"``, ``"small_convnet"``; layers as
        text, such as ``"conv 32, pool, flatten, dense 10"``, or the path of a .toml file with them; the name of a
        backbone, which is trained from random weights; or a network made in Python: a `torch.nn.Module` from float32
        pictures (B, C, H, W) to logits (B, classes), of which a copy is trained from the weights that it has, or a
        function ``(shape, classes)``, shape (H, W, C), that returns one. By default the network of the data set's
        lesson, for others ``"convnet"``, and for pictures under 18 pixels ``"small_convnet"``.
    out
        The run's folder. Without it nothing is written, and a stopped training is lost.
    recipe
        ``"default"``, ``"lesson"`` (as in the course that Catseye follows), the path of a saved ``recipe.json``, or a
        `Recipe`.
    size
        Height and width in pixels to resize pictures to, also as text such as ``"64x64"``; by default their own, or
        64 × 64 if they differ.
    loss
        Name of the loss, or a function from logits float32 (B, K) and labels int64 (B,) to their loss: a scalar tensor
        that PyTorch can differentiate. No file can hold a function, so resuming needs it again; its labels are not
        smoothed.
    metrics
        Functions by name, from logits float32 (N, K) and labels int64 (N,) to a number. They are measured on the
        validation pictures after each epoch, and on all splits at the end.
    resume
        Continue the run in ``out`` from where it stopped; a finished one is returned as it is.
    data_dir, archives, strict, label
        As for :func:`catseye.load`.
    device
        Device to compute on: ``"cpu"``, ``"cuda"`` (one GPU), or ``"auto"``: the GPU where there is one.
    **changes
        Fields of the recipe to change, such as ``epochs=3`` or ``adversarial="8/255"``.

    Raises
    ------
    UsageError
        Something asked for does not exist or does not fit together, a function of yours fails, or ``out`` is in use.
    CatseyeError
        The data cannot be obtained, the loss was not finite, the disk is full, ….

    Examples
    --------
    >>> run = train("digits", epochs=1)
    >>> run.result.network, run.result.test.examples
    ('small_convnet', 359)
    """
    size = None if size is None else _size(size)
    custom = None if network is None or isinstance(network, str | Path) else network
    name_or_text = resolve_network(str(network)) if isinstance(network, str | Path) else None
    loss_name, own_loss = read_loss(loss)
    own_metrics = read_metrics(metrics)
    asked = {"loss": loss_name} if loss_name is not None else {}
    changes = read_values(asked | ({"label_smoothing": 0.0} if own_loss else {}) | changes, OPTIONS)
    start, processor = time.perf_counter(), choose_device(device)
    if not isinstance(data, str | Path):
        data = open_dataset(data, data_dir=data_dir, label=label)
        label = data.info.label
    options, split = (data.info.options, data.info.split) if isinstance(data, Dataset) else (None, "")
    name = data.info.name if isinstance(data, Dataset) else str(data)
    with open_session(out, resume=resume) as session:
        session.require(verb="train", network=name_or_text, size=size, label=label, options=options, split=split)
        if session.saved:
            require_custom(session.saved, custom, out)
            session.require(**requested_options(recipe, changes, session.saved.network))
            label = session.saved.label
        finished = session.open_finished_run(custom)
        if finished:
            session.require(data=name)
            return finished
        dataset = open_dataset(data, data_dir=data_dir, archives=archives, strict=strict, label=label)
        session.require(metrics=own_metrics.names)
        if session.saved:
            planned = plan_again(dataset, session.saved, custom)
        else:
            given = name_or_text if custom is None else custom
            planned = plan_training(dataset, given, recipe, size, changes, processor)
        planned = with_own_functions(planned, own_loss, own_metrics, processor)
        initial = _build_network(planned)  # before anything is written: if it cannot be built, no folder remains
        session.require(fingerprint=planned.fingerprint, options=dataset.info.options, split=dataset.info.split)
        session.start(_request(planned, name, size))
        tell_added_layer(planned)
        log.info(announcement(planned, session, processor))
        return _carry_out(planned, initial, session, name, processor, start)


def _size(size: object) -> tuple[int, int]:
    height, width = read_sides("size", size, ("H", "W"))
    return height, width


def _request(planned: Plan, name: str, size: tuple[int, int] | None) -> Request:
    info = planned.dataset.info
    return Request(
        *("train", name, info.label, planned.network, planned.recipe, size),
        fingerprint=planned.fingerprint,
        options=info.options,
        metrics=planned.metrics.names,
        split=info.split,
    )


def _build_network(planned: Plan) -> nn.Module:
    with torch.random.fork_rng(devices=[]):  # PyTorch fills new layers from the caller's generator
        torch.manual_seed(planned.recipe.seed)
        network = planned.made or build(
            planned.network, planned.preprocess.shape, len(planned.train.classes), **_options(planned)
        )
    check_lone_picture(network, planned.preprocess.shape, planned.recipe, len(planned.train))
    initialise(network, planned.recipe.initialisation, planned.recipe.seed)
    return network


def _options(planned: Plan) -> dict[str, Any]:
    options = {"batch_norm": planned.recipe.batch_norm, "dropout": planned.recipe.dropout}
    return {name: value for name, value in options.items() if value} if is_backbone(planned.network) else options


def _carry_out(planned: Plan, network: nn.Module, session: Session, name: str, device: str, start: float) -> Run:
    work = planned.recipe, planned.train, planned.validation, device, planned.own_loss, planned.metrics
    task = Task(network, planned.preprocess, *work)
    begin = time.perf_counter()
    with named_errors(planned):
        state = fit(task, session.checkpoint, lambda state: session.write_history(state.history))
    resumed = max(0.0, state.seconds - (time.perf_counter() - begin))  # seconds of epochs before this call
    classifier, evaluations, scores = evaluate_trained(planned, network, _options(planned))
    robustness = _measure_robustness(planned, classifier)
    total = time.perf_counter() - start + resumed
    result = _result(planned, classifier, state, scores, session, total)
    run = Run(
        session.path,
        classifier,
        tuple(state.history),
        replace(result, robustness=robustness),
        evaluations,
        make_report_source(planned, name, present_splits(planned.train, planned.validation, planned.test)),
    )
    session.finish(run)
    return run


def _measure_robustness(planned: Plan, classifier: Classifier) -> Robustness | None:
    """Return the robustness of an adversarially trained classifier, up to the size of attack it was trained on."""
    epsilon = planned.recipe.adversarial
    if not epsilon or planned.test is None:
        return None
    sizes = [epsilon * share / _EPSILONS for share in range(1, _EPSILONS + 1)]
    return measure_robustness(classifier, planned.test, sizes, examples=_ATTACKED, seed=planned.recipe.seed)


def _result(
    planned: Plan,
    classifier: Classifier,
    state: TrainingState,
    scores: Mapping[str, Score],
    session: Session,
    total: float,
) -> Result:
    own_loss = own_loss_name(planned.recipe.loss)
    note = f"the loss was the Python function {own_loss}, of which the recipe holds only the name"
    return Result(
        *session.paths,
        data=Data(
            data_name(planned.dataset),
            planned.fingerprint,
            planned.test.fingerprint() if planned.test is not None else None,
        ),
        network=planned.network,
        parameters=sum(weight.numel() for weight in classifier.network.parameters()),
        recipe=planned.recipe,
        epochs=len(state.history),
        stopped=state.stopped,
        images_per_second=round(state.pictures / state.seconds, 1),
        seconds=Seconds(total=round(total, 3), training=round(state.seconds, 3)),
        train=scores[TRAIN],
        validation=scores.get(VALIDATION),
        test=scores.get(TEST),
        left_out=planned.dataset.left_out,
        notes=(*planned.dataset.notes, *([note] if own_loss else [])),
    )
