"""From the user's pictures and a backbone to a measured and saved classifier."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catseye.arguments import with_checked_arguments
from catseye.datasets.dataset import TRAIN, Dataset
from catseye.datasets.loading import open_dataset, path_of
from catseye.errors import UsageError, with_short_traceback
from catseye.runs.command import transfer_command
from catseye.runs.request import Request
from catseye.runs.run import Run
from catseye.runs.session import Session, open_session
from catseye.runs.transfer.budget import BEST, SIZES, Budget
from catseye.runs.transfer.engines import Engines
from catseye.runs.transfer.execution import carry_out
from catseye.runs.transfer.plan import TransferPlan
from catseye.runs.transfer.preparation import preparing
from catseye.runs.transfer.update import refuse_choices, update_run
from catseye.system.device import AUTO, choose_device
from catseye.system.home import home_folder
from catseye.training.options import either, read_values
from catseye.training.training_data import check_classes
from catseye.transfer_learning.recipe import (
    DEFAULT_BACKBONE,
    FINE_TUNING_OPTIONS,
    TransferRecipe,
    check_changes,
    default_fine_tuning,
)

if TYPE_CHECKING:
    from catseye.datasets.loading import DataSource
    from catseye.runs.transfer.search import Found
    from catseye.training.recipe import Recipe


@with_short_traceback
@with_checked_arguments
def transfer(
    data: DataSource,
    backbone: str = DEFAULT_BACKBONE,
    *,
    out: str | Path | None = None,
    weights: str | Path | None = None,
    mirrored: bool = False,
    balanced: bool = False,
    fine_tune: bool = False,
    time_limit: float = 0.0,
    size: str | None = None,
    seed: int = 0,
    resume: bool = False,
    data_dir: str | Path | None = None,
    archives: str | Path | None = None,
    strict: bool = False,
    label: str | None = None,
    device: str = AUTO,
    update: Run | str | Path | None = None,
    **changes: Any,
) -> Run:
    """Train a classifier on the features of a pretrained backbone, and return the run.

    Parameters
    ----------
    data
        As for :func:`catseye.load`, or what it returned; or arrays, as for :func:`catseye.train`.
    backbone
        The name of a pretrained network, such as ``"resnet50"`` or ``"timm:NAME"``.
    out
        The run's folder. Without it nothing is written but the features, into ``data_dir``.
    weights
        A safetensors or .pth file for the backbone; by default the official weights.
    mirrored
        Learn from every picture mirrored left to right as well.
    balanced
        Let every class count the same, however many pictures it has.
    fine_tune
        Once the head is fitted, train the whole network further, and keep whichever does better on the validation
        pictures.
    time_limit
        Seconds within which further classifiers are tried and the best is kept, as cross-validation on the training
        pictures says: of the installed backbones, alone and in pairs, with mirrored pictures, and by fine-tuning; 0:
        nothing else is tried. With ``fine_tune`` it stops that training instead.
    size
        ``"small"``: try only what costs a prediction no more than ``backbone`` does; ``"best"``: try everything. Either
        without a limit of time, unless there is one.
    seed
        Random seed of the folds of cross-validation, and of everything random in fine-tuning.
    resume
        Go on with the run in ``out`` where it stopped; a finished one is returned as it is.
    data_dir, archives, strict, label
        As for :func:`catseye.load`.
    device
        Device to compute on: ``"cpu"``, ``"cuda"`` (one GPU), or ``"auto"``: the GPU where there is one.
    update
        A run of ``transfer``, or the path of its folder, to retrain with the same choices on its own pictures and those
        that ``data`` adds: ``data`` may contain the old and the new ones, or only the new ones. The test pictures stay
        the same. The run itself is not changed; ``result.update`` of the new one says what changed.
    **changes
        Options of the recipe of fine-tuning, such as ``epochs=3``: all of `catseye.Recipe` but ``normalise``,
        ``initialisation``, ``batch_norm`` and ``dropout``, which a pretrained backbone determines.

    Raises
    ------
    UsageError
        Something asked for does not exist or does not fit together, or ``out`` is in use.
    CatseyeError
        The data or weights cannot be obtained, or no picture can be read.

    Examples
    --------
    With a folder of pictures, ``photos/circle/1.png``, ``photos/square/1.png`` and so on:

    >>> run = transfer("photos")
    >>> run.classifier.predict("photos/circle/1.png")[0].class_name
    'circle'
    """
    if update is not None:
        refuse_choices(update, (backbone, weights, mirrored, balanced, fine_tune, time_limit, size, seed, changes))
        return update_run(update, data, out, data_dir, archives, device, label, resume=resume, strict=strict)
    start, processor = time.perf_counter(), choose_device(device)
    changes = read_values(changes, FINE_TUNING_OPTIONS)
    check_changes(changes, fine_tune=fine_tune)
    budget = _budget(time_limit, size, start, fine_tune=fine_tune)
    changes |= {"time_limit": time_limit} if fine_tune and time_limit else {}
    limit, bound = (budget.seconds, budget.size) if budget else (0.0, "")
    if not isinstance(data, str | Path):
        data = open_dataset(data, data_dir=data_dir, label=label)
        label = data.info.label
    options, split = (data.info.options, data.info.split) if isinstance(data, Dataset) else (None, "")
    name, file = data.info.name if isinstance(data, Dataset) else str(data), str(weights) if weights else None
    with open_session(out, resume=resume) as session:
        session.require(
            verb="transfer", network=backbone, data=name, label=label, weights=file, seed=seed, options=options
        )
        session.require(classifier_size=bound, time_limit=limit, split=split)
        finished = session.open_finished_run()
        if finished:
            return finished
        if not isinstance(data, Dataset):
            path_of(data)  # says at once if there is no such thing
        home = home_folder(data_dir)
        with preparing(backbone, weights, home, processor) as (coming, ahead):
            dataset = open_dataset(data, data_dir=data_dir, archives=archives, strict=strict, label=label)
        check_classes(dataset)
        session.require(options=dataset.info.options, split=dataset.info.split)
        default = default_fine_tuning(len(dataset.splits[TRAIN]), seed)
        recipe = TransferRecipe(backbone, mirrored, balanced, default if fine_tune else None, seed)
        recipe = recipe.with_changes(changes, session.saved.recipe if session.saved else None)
        session.require_recipe(recipe)
        # The checkpoint of a fine-tuning is of these pictures; features know theirs one by one.
        fingerprint = dataset.splits[TRAIN].fingerprint() if fine_tune or (budget and not limit) else None
        if session.saved and session.saved.fingerprint:
            session.require(fingerprint=fingerprint)
        found, engines = coming.result()
        ranged = found.preprocess.ranged(dataset.splits[TRAIN].value_range)
        if ranged != found.preprocess:
            found = replace(found, preprocess=ranged)
            engines = Engines(found, home, processor)
        planned = TransferPlan(dataset, found, recipe, ahead)
        session.start(
            Request(
                *("transfer", name, label, backbone, recipe),
                weights=file,
                fingerprint=fingerprint,
                options=dataset.info.options,
                time_limit=limit,
                classifier_size=bound,
                split=dataset.info.split,
            )
        )

        command = partial(_command, dataset, name, file, label, default)
        best = _search(planned, session, home, processor, budget, official=file is None) if budget else None
        if best and best.plan.backbone is not found:
            engines = Engines(best.plan.backbone, home, processor)
        return carry_out(planned, engines, session, command, home, processor, start, best)


def _command(
    dataset: Dataset, name: str, file: str | None, label: str | None, usual: Recipe, recipe: TransferRecipe
) -> str:
    """Return the shell command that repeats ``recipe``; nothing for data that no command can load."""
    info = dataset.info
    if info.made_in_python:
        return ""
    return transfer_command(recipe, name, file, label, usual, info.options, info.split)


def _budget(time_limit: float, size: str | None, start: float, *, fine_tune: bool) -> Budget | None:
    """Return what bounds a search, or ``None`` if there is none; raise `UsageError` if that makes no sense."""
    FINE_TUNING_OPTIONS["time_limit"].check(time_limit)
    if size is not None and size not in SIZES:
        raise UsageError(f"size must be {either(SIZES)}; got {size!r}.")
    if size and fine_tune:
        raise UsageError("size must not be given with fine_tune=True: a search tries fine-tuning itself.")
    return Budget(time_limit, size or BEST, start) if (size or time_limit) and not fine_tune else None


def _search(
    planned: TransferPlan, session: Session, home: Path, device: str, budget: Budget, *, official: bool
) -> Found:
    from catseye.runs.transfer.search import Searching

    return Searching(planned, session, home, device, budget, official=official).run()
