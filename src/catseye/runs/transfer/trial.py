"""One classifier tried: features, a head, and what cross-validation says of each picture."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from catseye.datasets.dataset import TEST, TRAIN, VALIDATION, Dataset
from catseye.evaluation.calibration import fit_head_temperature
from catseye.networks.work import count_multiply_adds
from catseye.runs.transfer.choice import Judged
from catseye.runs.transfer.engines import Engines
from catseye.runs.transfer.features import extract_splits
from catseye.runs.transfer.losses import compute_losses
from catseye.transfer_learning.head import fit_head

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.images.decoded_ahead import DecodedAhead
    from catseye.networks.pretrained import Pretrained
    from catseye.runs.transfer.candidates import Candidate
    from catseye.transfer_learning.head import Head

_FIRST, _TIMED = 8, 32  # pictures that are extracted while the network is compiled, and to see how long the others take
FIRST_PICTURES = _FIRST + _TIMED
_FINISH_SECONDS = 5.0  # for the check by PyTorch, the file and the report
_EXACT = 2.0  # time of a picture in single precision, in that of one in bf16
_DECODED = 1.5  # time of a picture with decoding it, in that of the network alone


@dataclass(frozen=True, eq=False)
class Tried:
    """A classifier that was tried.

    Attributes
    ----------
    candidate : Candidate
    backbone : Pretrained
    head : Head
    content : tuple of str
        The digests of the pictures that the head was fitted on.
    judged : Judged
    accuracy : float
        Cross-validated, 0 to 1.
    multiply_adds : int
    milliseconds : float
        See `catseye.runs.search.Trial`.
    head_seconds, seconds : float
        Time that the head took, and the whole trial.
    rate : float
        Seconds for a picture, decoding included; 0 where all features were cached.
    """

    candidate: Candidate
    backbone: Pretrained
    head: Head
    content: tuple[str, ...]
    judged: Judged
    accuracy: float
    multiply_adds: int
    milliseconds: float
    head_seconds: float
    seconds: float
    rate: float


class Attempt:
    """A candidate's features, as far as they are computed.

    Parameters
    ----------
    candidate
    backbone
    dataset
    home
        The folder with the feature cache.
    device
    """

    def __init__(self, candidate: Candidate, backbone: Pretrained, dataset: Dataset, home: Path, device: str) -> None:
        self.candidate, self.backbone = candidate, backbone
        self._dataset = dataset
        self._start = time.perf_counter()
        self._engines = Engines(backbone, home, device)
        self._rate = 0.0

    def forecast(self) -> float:
        """Return how many seconds the features take that are not cached, judging by the first of them.

        Those are computed, and cached.
        """
        train = self._dataset.splits[TRAIN]
        missing = [self._engines.find_missing(train, mirrored=mirrored) for mirrored in self._kinds]
        left = sum(map(len, missing))
        for mirrored, indices in zip(self._kinds, missing, strict=True):
            if len(indices) <= _FIRST:
                continue
            for some in (indices[:_FIRST], indices[_FIRST : _FIRST + _TIMED]):
                timed = self._engines.extract(train.take(some), mirrored=mirrored)
                left -= len(some)
            self._rate = timed.seconds / max(1, timed.computed)
            break  # a mirrored picture takes as long
        return left * self._rate

    def finish_seconds(self) -> float:
        """Return how many seconds it takes to measure, save and describe the classifier, should it be chosen."""
        splits, total = self._dataset.splits, _FINISH_SECONDS
        rate = self._rate or _DECODED * self._milliseconds / 1000
        for split in (VALIDATION, TEST):
            if split in splits:
                missing = self._engines.find_missing(splits[split], exactly=split == TEST)
                total += len(missing) * rate * (_EXACT if split == TEST else 1)
        return total

    def carry_out(self, seed: int, ahead: DecodedAhead | None, *, balanced: bool) -> Tried:
        """Return the classifier with a head, and how good it is.

        Raises
        ------
        CatseyeError
            Many pictures have become unreadable, or the backbone cannot be computed.
        """
        candidate, backbone = self.candidate, self.backbone
        dataset = Dataset(self._dataset.info, {TRAIN: self._dataset.splits[TRAIN]})
        features = extract_splits(dataset, self._engines, ahead, mirrored=candidate.mirrored)
        if features.computed and not self._rate:
            self._rate = features.seconds / features.computed
        begin, examples = time.perf_counter(), features.examples(balanced=balanced, mirrored=candidate.mirrored)
        head = fit_head(examples, seed)
        head_seconds = time.perf_counter() - begin
        scored = head.scored
        logits, labels, weights = head.validation[scored], examples.labels[scored], examples.weights[scored]
        right = logits.argmax(1) == labels
        multiply_adds = count_multiply_adds(backbone, examples.classes)
        losses = compute_losses(logits, labels, fit_head_temperature) * weights if len(scored) else np.zeros(0)
        return Tried(
            candidate,
            backbone,
            head,
            tuple(features.pictures[TRAIN].content()),
            Judged(losses, right * weights, (multiply_adds, candidate.mirrored), examples.classes),
            float(right.mean()) if len(scored) else 0.0,
            multiply_adds,
            self._milliseconds,
            head_seconds,
            time.perf_counter() - self._start,
            self._rate,
        )

    @cached_property
    def _milliseconds(self) -> float:
        return self._engines.milliseconds()

    @property
    def _kinds(self) -> tuple[bool, ...]:
        """Whether pictures are mirrored, for each of the passes over them."""
        return (False, True) if self.candidate.mirrored else (False,)
