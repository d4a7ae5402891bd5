"""From the user's pictures and a backbone to a measured and saved classifier."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catseye.arguments import with_checked_arguments
from catseye.classifier.classifier import Classifier
from catseye.classifier.description import Description
from catseye.classifier.header import compose
from catseye.classifier.stored_network import StoredNetwork
from catseye.datasets.dataset import TRAIN, Dataset
from catseye.datasets.loading import open_dataset, path_of
from catseye.errors import UsageError, with_short_traceback
from catseye.inference.agreement import Agreement
from catseye.inference.torch_engine import PYTORCH
from catseye.networks.backbones.lite_plan import LITES
from catseye.runs.command import transfer_command
from catseye.runs.provenance import build_provenance
from catseye.runs.report_source import ReportSource
from catseye.runs.request import Request
from catseye.runs.result import Seconds
from catseye.runs.run import Run
from catseye.runs.score import Score
from catseye.runs.session import Session, open_session
from catseye.runs.transfer.budget import BEST, SIZES, Budget
from catseye.runs.transfer.engines import Engines
from catseye.runs.transfer.evaluated_network import compare_with_pytorch, evaluate_head
from catseye.runs.transfer.features import extract_splits
from catseye.runs.transfer.outcome import make_result
from catseye.runs.transfer.plan import TransferPlan
from catseye.runs.transfer.preparation import load_what_follows, preparing
from catseye.system.device import AUTO, choose_device
from catseye.system.home import home_folder
from catseye.training.options import either, read_values
from catseye.training.training_data import check_classes
from catseye.transfer_learning.head import fit_head
from catseye.transfer_learning.recipe import (
    DEFAULT_BACKBONE,
    FINE_TUNING_OPTIONS,
    TransferRecipe,
    check_changes,
    default_fine_tuning,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.datasets import Pictures
    from catseye.datasets.loading import DataSource
    from catseye.networks.pretrained import Pretrained
    from catseye.runs.transfer.evaluated_network import EvaluatedNetwork
    from catseye.runs.transfer.features import SplitFeatures
    from catseye.runs.transfer.fine_tuning import FineTuned
    from catseye.runs.transfer.search import Found


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
    start, processor = time.perf_counter(), choose_device(device)
    changes = read_values(changes, FINE_TUNING_OPTIONS)
    check_changes(changes, fine_tune=fine_tune)
    budget = _budget(time_limit, size, start, fine_tune=fine_tune)
    changes |= {"time_limit": time_limit} if fine_tune and time_limit else {}
    limit, bound = (budget.seconds, budget.size) if budget else (0.0, "")
    if not isinstance(data, str | Path):
        data = open_dataset(data, data_dir=data_dir, label=label)
        label = data.info.label
    options = data.info.options if isinstance(data, Dataset) else None
    name, file = data.info.name if isinstance(data, Dataset) else str(data), str(weights) if weights else None
    with open_session(out, resume=resume) as session:
        session.require(
            verb="transfer", network=backbone, data=name, label=label, weights=file, seed=seed, options=options
        )
        session.require(classifier_size=bound, time_limit=limit)
        finished = session.open_finished_run()
        if finished:
            return finished
        if not isinstance(data, Dataset):
            path_of(data)  # says at once if there is no such thing
        home = home_folder(data_dir)
        with preparing(backbone, weights, home, processor) as (coming, ahead):
            dataset = open_dataset(data, data_dir=data_dir, archives=archives, strict=strict, label=label)
        check_classes(dataset)
        session.require(options=dataset.info.options)
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
        options, made = dataset.info.options, dataset.info.made_in_python
        session.start(
            Request(
                *("transfer", name, label, backbone, recipe),
                weights=file,
                fingerprint=fingerprint,
                options=options,
                time_limit=limit,
                classifier_size=bound,
            )
        )

        def command(recipe: TransferRecipe) -> str:
            return "" if made else transfer_command(recipe, name, file, label, default, options)

        best = _search(planned, session, home, processor, budget, official=file is None) if budget else None
        if best and best.plan.backbone is not found:
            engines = Engines(best.plan.backbone, home, processor)
        return _carry_out(planned, engines, session, command, home, processor, start, best)


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


def _carry_out(
    planned: TransferPlan,
    engines: Engines,
    session: Session,
    command: Callable[[TransferRecipe], str],
    home: Path,
    device: str,
    start: float,
    found: Found | None,
) -> Run:
    planned = found.plan if found else planned
    backbone, recipe = planned.backbone, planned.recipe
    if planned.ahead and not planned.ahead.is_empty:  # else there is nothing to compute meanwhile
        load_what_follows()
    mirrored = recipe.mirrored or recipe.choose_flip
    features = extract_splits(planned.dataset, engines, planned.ahead, mirrored=mirrored)
    begin = time.perf_counter()
    if found and found.tried.content == tuple(features.pictures[TRAIN].content()):
        head = found.tried.head
    else:
        head = fit_head(features.examples(balanced=recipe.balanced, mirrored=recipe.mirrored), recipe.seed)
    head_seconds = time.perf_counter() - begin
    kept = evaluate_head(backbone, features, head)
    tuned = found.tuned if found else None
    if recipe.fine_tuning and not found:
        tuned = _fine_tune(backbone, features, recipe, session, device)
        planned = replace(planned, recipe=replace(recipe, fine_tuning=tuned.recipe))
    if tuned and tuned.better:
        kept = tuned.evaluated
    agreement = _compare(planned, features, kept, None if tuned and tuned.better else home)
    result = make_result(planned, features, head, kept, tuned, agreement, session, found.search if found else None)
    seconds = Seconds(
        total=round(time.perf_counter() - start, 3),
        extract=round(features.seconds, 3),
        head=round(head_seconds, 3),
        fine_tune=round(tuned.seconds, 3) if tuned else 0.0,
    )
    run = Run(
        session.path,
        _classifier(planned, features.pictures[TRAIN], kept),
        tuple(tuned.state.history) if tuned else (),
        replace(result, seconds=seconds),
        kept.evaluations,
        ReportSource(
            *(planned.dataset, features.pictures, planned.recipe.to_json(), command(planned.recipe)),
            kept.network.summary,
        ),
    )
    session.finish(run)
    return run


def _compare(planned: TransferPlan, features: SplitFeatures, kept: EvaluatedNetwork, home: Path | None) -> Agreement:
    """Return how far the engine agrees with PyTorch; ``home`` is ``None`` for a backbone that was trained on."""
    if home and planned.backbone.name in LITES and not features.engine.startswith(PYTORCH):
        return Agreement.none()  # to load PyTorch for it would take longer than most transfers of this backbone
    return compare_with_pytorch(kept, features.pictures, home)


def _fine_tune(
    backbone: Pretrained, features: SplitFeatures, recipe: TransferRecipe, session: Session, device: str
) -> FineTuned:
    from catseye.runs.transfer.fine_tuning import fine_tune_from_head  # which needs PyTorch

    return fine_tune_from_head(backbone, features, recipe, session, device)


def _classifier(planned: TransferPlan, train: Pictures, kept: EvaluatedNetwork) -> Classifier:
    backbone = planned.backbone
    scores = {split: Score.of(evaluation) for split, evaluation in kept.evaluations.items()}
    origin = build_provenance(planned.dataset, len(train), train.fingerprint(), planned.recipe.to_json(), scores) | {
        "weights": {"origin": backbone.origin, "sha256": backbone.digest}
    }
    known = kept.calibration, origin, kept.unfamiliarity
    description = Description(backbone.name, {}, backbone.preprocess, train.classes, *known)
    stored = StoredNetwork(compose(kept.network.arrays, description), Path(backbone.name), description)
    return Classifier(stored, **vars(description))  # type: ignore[arg-type]  # see NetworkField
