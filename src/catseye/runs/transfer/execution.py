"""Running a planned transfer: features, head, fine-tuning, evaluation, the run."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.classifier.classifier import Classifier
from catseye.classifier.description import Description
from catseye.classifier.header import compose
from catseye.classifier.stored_network import StoredNetwork
from catseye.datasets.dataset import TRAIN
from catseye.inference.agreement import Agreement
from catseye.inference.torch_engine import PYTORCH
from catseye.networks.backbones.lite_plan import LITES
from catseye.runs.provenance import build_provenance
from catseye.runs.report_source import ReportSource
from catseye.runs.result import Seconds
from catseye.runs.run import Run
from catseye.runs.score import Score
from catseye.runs.transfer.evaluated_network import compare_with_pytorch, evaluate_head
from catseye.runs.transfer.features import extract_splits
from catseye.runs.transfer.outcome import make_result
from catseye.runs.transfer.preparation import load_what_follows
from catseye.transfer_learning.head import fit_head

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.datasets import Pictures
    from catseye.networks.pretrained import Pretrained
    from catseye.runs.session import Session
    from catseye.runs.transfer.engines import Engines
    from catseye.runs.transfer.evaluated_network import EvaluatedNetwork
    from catseye.runs.transfer.features import SplitFeatures
    from catseye.runs.transfer.fine_tuning import FineTuned
    from catseye.runs.transfer.plan import TransferPlan
    from catseye.runs.transfer.search import Found
    from catseye.transfer_learning.recipe import TransferRecipe


def carry_out(
    planned: TransferPlan,
    engines: Engines,
    session: Session,
    command: Callable[[TransferRecipe], str],
    home: Path,
    device: str,
    start: float,
    found: Found | None = None,
    amend: Callable[[Run], Run] | None = None,
) -> Run:
    """Return the finished run of a planned transfer.

    Parameters
    ----------
    planned, engines
        What is to be done, and what computes the features.
    session, command
        The run's folder, if any; and the shell command that repeats a recipe.
    home, device
    start
        When the call began, by `time.perf_counter`.
    found
        Result of a search.
    amend
        What is added to the run before it is written.
    """
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
    run = amend(run) if amend else run
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
    origin = build_provenance(planned.dataset, train, train.fingerprint(), planned.recipe.to_json(), scores) | {
        "weights": {"origin": backbone.origin, "sha256": backbone.digest}
    }
    known = kept.calibration, origin, kept.unfamiliarity
    description = Description(backbone.name, {}, backbone.preprocess, train.classes, *known)
    stored = StoredNetwork(compose(kept.network.arrays, description), Path(backbone.name), description)
    return Classifier(stored, **vars(description))  # type: ignore[arg-type]  # see NetworkField
