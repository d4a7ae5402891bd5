"""From the user's pictures and a backbone to a measured and saved classifier."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.arguments import with_checked_arguments
from catseye.classifier.classifier import Classifier
from catseye.classifier.description import Description
from catseye.classifier.header import compose
from catseye.classifier.stored_network import StoredNetwork
from catseye.datasets.dataset import TEST, TRAIN, VALIDATION, Dataset
from catseye.datasets.loading import open_dataset, path_of
from catseye.errors import with_short_traceback
from catseye.images.decoded_ahead import decoding_ahead
from catseye.networks.names import BACKBONES
from catseye.networks.pretrained_weights import preprocess_of, pretrained
from catseye.runs.command import transfer_command
from catseye.runs.provenance import build_provenance, data_name
from catseye.runs.report_source import ReportSource
from catseye.runs.request import Request
from catseye.runs.result import BackboneSource, Data, Extraction, FineTuning, HeadFit, Result, Seconds
from catseye.runs.run import Run
from catseye.runs.score import Score
from catseye.runs.session import Session, open_session
from catseye.runs.transfer.evaluated_network import compare_with_pytorch, evaluate_head
from catseye.runs.transfer.features import extract_splits
from catseye.system.device import AUTO, choose_device
from catseye.system.home import home_folder
from catseye.training.options import read_values
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
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from catseye.datasets import Pictures
    from catseye.datasets.loading import DataSource
    from catseye.images.decoded_ahead import DecodedAhead
    from catseye.images.preprocess import Preprocess
    from catseye.inference.agreement import Agreement
    from catseye.networks.pretrained import Pretrained
    from catseye.runs.transfer.evaluated_network import EvaluatedNetwork
    from catseye.runs.transfer.features import SplitFeatures
    from catseye.runs.transfer.fine_tuning import FineTuned
    from catseye.transfer_learning.head import Head


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
    if not isinstance(data, str | Path):
        data = open_dataset(data, data_dir=data_dir, label=label)
        label = data.info.label
    options = data.info.options if isinstance(data, Dataset) else None
    name, file = data.info.name if isinstance(data, Dataset) else str(data), str(weights) if weights else None
    with open_session(out, resume=resume) as session:
        session.require(
            verb="transfer", network=backbone, data=name, label=label, weights=file, seed=seed, options=options
        )
        finished = session.open_finished_run()
        if finished:
            return finished
        if not isinstance(data, Dataset):
            path_of(data)  # says at once if there is no such thing
        home = home_folder(data_dir)
        with _started(pretrained, backbone, weights, home) as coming, decoding_ahead(_known(backbone)) as ahead:
            dataset = open_dataset(data, data_dir=data_dir, archives=archives, strict=strict, label=label)
        check_classes(dataset)
        session.require(options=dataset.info.options)
        default = default_fine_tuning(len(dataset.splits[TRAIN]), seed)
        recipe = TransferRecipe(backbone, mirrored, balanced, default if fine_tune else None, seed)
        recipe = recipe.with_changes(changes, session.saved.recipe if session.saved else None)
        session.require_recipe(recipe)
        # The checkpoint of a fine-tuning is of these pictures; features know theirs one by one.
        fingerprint = dataset.splits[TRAIN].fingerprint() if fine_tune else None
        if session.saved and session.saved.fingerprint:
            session.require(fingerprint=fingerprint)
        found = coming.result()
        found = replace(found, preprocess=found.preprocess.ranged(dataset.splits[TRAIN].value_range))
        options, made = dataset.info.options, dataset.info.made_in_python
        session.start(
            Request("transfer", name, label, backbone, recipe, weights=file, fingerprint=fingerprint, options=options)
        )
        repeat = partial(transfer_command, data=name, weights=file, label=label, usual=default, options=options)
        planned = TransferPlan(dataset, found, recipe, ahead, None if made else repeat)
        return _carry_out(planned, session, home, processor, start)


@contextmanager
def _started(load: Callable[..., Pretrained], *arguments: Any) -> Iterator[Future[Pretrained]]:
    """Load the backbone while the block runs: PyTorch's import leaves the second core idle."""
    with ThreadPoolExecutor(1, thread_name_prefix="catseye") as thread:
        coming = thread.submit(load, *arguments)
        yield coming


def _known(backbone: str) -> Preprocess | None:
    """Return the preprocess of a backbone where its weights need not be read for it."""
    return preprocess_of(backbone) if backbone in BACKBONES else None


@dataclass(frozen=True, eq=False)
class TransferPlan:
    """Everything that is decided before a transfer starts; ``repeat`` makes the command that repeats a recipe."""

    dataset: Dataset
    backbone: Pretrained
    recipe: TransferRecipe
    ahead: DecodedAhead | None
    repeat: Callable[[TransferRecipe], str] | None


def _carry_out(planned: TransferPlan, session: Session, home: Path, device: str, start: float) -> Run:
    backbone, recipe = planned.backbone, planned.recipe
    mirrored = recipe.mirrored or recipe.choose_flip
    features = extract_splits(planned.dataset, backbone, home, planned.ahead, mirrored=mirrored, device=device)
    begin = time.perf_counter()
    head = fit_head(features.examples(balanced=recipe.balanced, mirrored=recipe.mirrored), recipe.seed)
    head_seconds = time.perf_counter() - begin
    kept = evaluate_head(backbone, features, head)
    tuned = _fine_tune(backbone, features, recipe, session, device) if recipe.fine_tuning else None
    if tuned:
        kept = tuned.evaluated if tuned.better else kept
        planned = replace(planned, recipe=replace(recipe, fine_tuning=tuned.recipe))
    command = planned.repeat(planned.recipe) if planned.repeat else ""
    agreement = compare_with_pytorch(kept, features.pictures, None if tuned and tuned.better else home)
    result = _result(planned, features, head, kept, tuned, agreement, session)
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
        ReportSource(planned.dataset, features.pictures, planned.recipe.to_json(), command, kept.network.summary),
    )
    session.finish(run)
    return run


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
    description = Description(backbone.name, {}, backbone.preprocess, train.classes, kept.calibration, origin)
    stored = StoredNetwork(compose(kept.network.arrays, description), Path(backbone.name), description)
    return Classifier(stored, **vars(description))  # type: ignore[arg-type]  # see NetworkField


def _result(
    planned: TransferPlan,
    features: SplitFeatures,
    head: Head,
    kept: EvaluatedNetwork,
    tuned: FineTuned | None,
    agreement: Agreement,
    session: Session,
) -> Result:
    """Return the result, but for the seconds."""
    scores = {split: Score.of(evaluation) for split, evaluation in kept.evaluations.items()}
    pictures, backbone = features.pictures, planned.backbone
    state = tuned.state if tuned else None
    return Result(
        *session.paths,
        data=Data(
            data_name(planned.dataset),
            pictures[TRAIN].fingerprint(),
            pictures[TEST].fingerprint() if TEST in pictures else None,
        ),
        network=backbone.name,
        parameters=kept.network.parameters,
        recipe=planned.recipe,
        epochs=len(state.history) if state else 0,
        stopped=state.stopped if state else "",
        images_per_second=round(state.pictures / state.seconds, 1) if state and state.history else None,
        seconds=Seconds(0.0),
        train=scores[TRAIN],
        validation=scores.get(VALIDATION),
        test=scores.get(TEST),
        left_out=(*planned.dataset.left_out, *features.left_out),
        notes=(*planned.dataset.notes, *_notes(pictures[TRAIN])),
        backbone=BackboneSource(backbone.name, backbone.origin, backbone.features),
        features=_extraction(features, agreement),
        head=HeadFit(head.inverse_regularisation, VALIDATION not in pictures and not (tuned and tuned.better)),
        fine_tuning=FineTuning(tuned.better, tuned.why) if tuned else None,
    )


def _extraction(features: SplitFeatures, agreement: Agreement) -> Extraction:
    count = sum(map(len, features.pictures.values()))
    return Extraction(features.engine, count, features.computed, round(count / features.seconds, 1), agreement)


def _notes(train: Pictures) -> list[str]:
    counts = np.bincount(train.labels, minlength=len(train.classes))
    single = [name for name, count in zip(train.classes, counts, strict=True) if count == 1]
    if not single:
        return []
    if len(single) == 1:
        return [f"there is only one training picture of {single[0]}, so how well {single[0]} is recognised is unknown."]
    names = ", ".join(single)
    return [f"there is only one training picture of each of {names}, so how well they are recognised is unknown."]
