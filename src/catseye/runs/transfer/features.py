"""What a transfer works on: its choices, and what the backbone makes of every split's pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.errors import CatseyeError
from catseye.inference.choose import choose_engine
from catseye.transfer_learning.extract import Features, extract
from catseye.transfer_learning.head import Examples

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.arrays import Floats
    from catseye.datasets import Dataset, LeftOut, Pictures
    from catseye.networks.pretrained import Pretrained
    from catseye.runs.folder import RunFolder
    from catseye.transfer_learning.recipe import TransferRecipe

_SPLITS = (TRAIN, VALIDATION, TEST)
_MOST_GONE = 0.1  # of a split's pictures


@dataclass(frozen=True, eq=False)
class Work:
    """What a transfer works on."""

    dataset: Dataset
    found: Pretrained
    device: str
    choices: TransferRecipe
    home: Path
    folder: RunFolder | None
    start: float


@dataclass(frozen=True, eq=False)
class SplitFeatures:
    """By split: the pictures that could be read, and what the backbone makes of them."""

    pictures: dict[str, Pictures]
    vectors: dict[str, Floats]
    copies: Floats | None
    left_out: tuple[LeftOut, ...]
    computed: int
    seconds: float
    engine: str


def extract_all(work: Work) -> SplitFeatures:
    """Return the features of every split; raise `CatseyeError` if too many pictures went since they were listed."""
    engine = choose_engine(work.found.network, work.found.preprocess, device=work.device)
    parts = {split: work.dataset.splits[split] for split in _SPLITS if split in work.dataset.splits}
    features = {split: extract(work.found, part, work.home, engine=engine) for split, part in parts.items()}
    train, copies = features[TRAIN], None
    if work.choices.mirrored:
        copies = extract(work.found, parts[TRAIN], work.home, mirrored=True, engine=engine)
        # A picture can vanish between the two.
        train, copies = _both(train, copies), _both(copies, train)
        features[TRAIN] = train
    every = [*features.values(), *([copies] if copies else [])]
    left_out = tuple(dict.fromkeys(out for part in every for out in part.left_out))
    _demand_most(work, parts, features, left_out)
    return SplitFeatures(
        {split: parts[split].take(part.kept.tolist()) for split, part in features.items() if len(part.kept)},
        {split: part.vectors for split, part in features.items() if len(part.kept)},
        copies.vectors if copies else None,
        left_out,
        sum(part.computed for part in every),
        sum(part.seconds for part in every),
        engine.name,
    )


def _demand_most(
    work: Work, parts: dict[str, Pictures], features: dict[str, Features], left_out: tuple[LeftOut, ...]
) -> None:
    """Raise `CatseyeError` if so many pictures went during the run that a result would speak of other data."""
    for split, part in features.items():
        pictures = parts[split]
        before, after = (np.unique(labels) for labels in (pictures.labels, pictures.labels[part.kept]))
        gone = len(pictures) - len(part.kept)
        if gone > _MOST_GONE * len(pictures) or len(after) < len(before):
            raise CatseyeError(
                f"{gone:,} of the {len(pictures):,} {split} pictures of {work.dataset.info.name} can no longer be "
                f"read, first {left_out[0].picture} ({left_out[0].reason}).\n"
                "Bring them back and run the same again: the features of the others are kept."
            )


def _both(features: Features, others: Features) -> Features:
    """Return the features of those pictures that are among the others too."""
    inside = np.isin(features.kept, others.kept)
    return replace(features, vectors=features.vectors[inside], kept=features.kept[inside])


def examples_of(choices: TransferRecipe, extracted: SplitFeatures) -> Examples:
    """Return what a head learns from, as was chosen."""
    train = extracted.pictures[TRAIN]
    return Examples(extracted.vectors[TRAIN], train.labels, len(train.classes), extracted.copies, choices.balanced)
