"""The result of a transfer, put together from what its parts came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.runs.provenance import data_name
from catseye.runs.result import BackboneSource, Data, Extraction, FineTuning, HeadFit, Result, Seconds
from catseye.runs.score import Score

if TYPE_CHECKING:
    from catseye.datasets import Pictures
    from catseye.inference.agreement import Agreement
    from catseye.runs.search import Search
    from catseye.runs.session import Session
    from catseye.runs.transfer.evaluated_network import EvaluatedNetwork
    from catseye.runs.transfer.features import SplitFeatures
    from catseye.runs.transfer.fine_tuning import FineTuned
    from catseye.runs.transfer.plan import TransferPlan
    from catseye.transfer_learning.head import Head


def make_result(
    planned: TransferPlan,
    features: SplitFeatures,
    head: Head,
    kept: EvaluatedNetwork,
    tuned: FineTuned | None,
    agreement: Agreement,
    session: Session,
    search: Search | None,
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
        search=search,
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
