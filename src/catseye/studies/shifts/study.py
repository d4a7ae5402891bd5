"""What is left of the accuracy when the pictures are moved: the dense network against the convolutional one."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import torch

from catseye.arguments import read_names, received, with_checked_arguments
from catseye.classifier.classifier import Classifier
from catseye.datasets.loading import open_dataset
from catseye.datasets.memory_pictures import MemoryPictures
from catseye.errors import UsageError, with_short_traceback
from catseye.images.edge_colour import background
from catseye.images.preprocess import Preprocess
from catseye.images.translation import translate
from catseye.inference.batched import compute_logits
from catseye.networks import build, network_title, resolve_network
from catseye.networks.names import is_backbone
from catseye.networks.registry import split_networks
from catseye.runs.provenance import versions
from catseye.runs.run import Run
from catseye.runs.training import train
from catseye.studies.shifts.curves import ShiftCurve, Shifts
from catseye.studies.test_pictures import choose_test_pictures
from catseye.system.progress_bar import progress
from catseye.training.planning import default_network, training_pictures

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from catseye.arrays import Integers, Pixels
    from catseye.datasets.dataset import Dataset
    from catseye.datasets.loading import DataSource
    from catseye.datasets.pictures import Pictures

log = logging.getLogger("catseye")

_Trained: TypeAlias = "Classifier | Run | str | Path"
SEEDS = 3
DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1))  # down, up, right, left
TEST_PICTURES = 2000  # at most, about
_LARGEST_SHARE = 2 / 7  # of the side: 8 pixels of 28
_CHUNK = 256  # pictures


@with_short_traceback
@with_checked_arguments
def shifts(
    data: DataSource,
    networks: str | Sequence[str] = (),
    largest: int | None = None,
    seeds: int = SEEDS,
    *,
    classifier: _Trained | Sequence[_Trained] = (),
    seed: int = 0,
    data_dir: str | Path | None = None,
    archives: str | Path | None = None,
) -> Shifts:
    """Train networks on pictures as they are, and measure them on shifted test pictures.

    Each network is trained by its default recipe, but on no moved pictures (``shift=0``). Every test picture is moved
    by each number of pixels down, up, right and left, at the size that the networks see.

    Parameters
    ----------
    data
        As for :func:`catseye.load`, or what it returned, or arrays as for :func:`catseye.train`. At most about 2,000 of
        its test pictures are used, each class in proportion.
    networks
        One or several networks as for :func:`catseye.train`, in a list or as text: names separated by commas, or names
        and layers separated by semicolons; by default the dense network and the convolutional one for this size.
    largest
        The largest number of pixels; by default two sevenths of the shorter side, 8 for 28.
    seeds
        Number of trainings of each network.
    classifier
        A trained classifier to measure instead of training, or several in a list: classifiers, runs, or paths as for
        :meth:`catseye.Classifier.load`.
    seed
        Random seed of the first training; the others use the numbers that follow.
    data_dir, archives
        As for :func:`catseye.load`.

    Raises
    ------
    UsageError
        Something asked for does not exist or does not fit together, or there are no test pictures.
    CatseyeError
        The data cannot be obtained, ….
    """
    start = time.perf_counter()
    named = _read_networks(networks)
    trained = tuple(classifier) if isinstance(classifier, list | tuple) else (classifier,)
    _check(named, trained, seeds)
    given = dict(map(_open, trained))
    dataset = open_dataset(data, data_dir=data_dir, archives=archives)
    test, fewer = choose_test_pictures(dataset, TEST_PICTURES)
    shape = _shape(dataset, list(given.values()))
    chosen = list(given) or list(dict.fromkeys(named)) or ["dense", default_network(dataset.info.name, shape[:2])]
    distances = range(_largest(largest, min(shape[:2])) + 1)
    if not given:
        _check_networks(chosen, shape, len(test.classes))
    curves = []
    for name in chosen:
        measured = [given[name]] if given else _trained(dataset, name, range(seed, seed + seeds))
        curves.append(
            ShiftCurve(
                name if given else network_title(name),
                tuple(_accuracies(one, test, distances, name) for one in measured),
            )
        )
    lost = _lost(test.through(Preprocess(*shape)), distances)
    notes = (*dataset.notes, *fewer)
    seconds = time.perf_counter() - start
    return Shifts(
        dataset.info.name, len(test), len(test.classes), min(shape[:2]), lost, tuple(curves), notes, seconds, versions()
    )


def _open(given: _Trained) -> tuple[str, Classifier]:
    """Return what a classifier is called, and the classifier."""
    if not isinstance(given, Classifier | Run | str | Path):
        raise UsageError(f"classifier must be a classifier, a run or the path of either; got {received(given)}.")
    if isinstance(given, Run):
        return given.name, given.classifier
    if isinstance(given, Classifier):
        return network_title(given.network_name), given
    return str(given), Classifier.load(given)


def _read_networks(networks: str | Sequence[str]) -> tuple[str, ...]:
    named = split_networks(networks) if isinstance(networks, str) else read_names("networks", networks)
    return tuple(map(resolve_network, named))


def _check(networks: Sequence[str], classifiers: object, seeds: int) -> None:
    if classifiers and networks:
        raise UsageError("either networks are trained or classifiers are measured; got both.")
    if seeds < 1:
        raise UsageError(f"seeds must be at least 1; got {seeds}.")


def _shape(dataset: Dataset, given: Sequence[Classifier]) -> tuple[int, int, int]:
    """Return the shape (H, W, C) of what the networks see."""
    sizes = sorted({one.preprocess.shape[:2] for one in given})
    if len(sizes) > 1:
        listed = " and ".join(f"{height}×{width}" for height, width in sizes)
        raise UsageError(f"only classifiers that see pictures of one size are compared; these see {listed}.")
    return given[0].preprocess.shape if given else training_pictures(dataset).shape


def _check_networks(names: Sequence[str], shape: tuple[int, int, int], classes: int) -> None:
    """Raise `UsageError` if one cannot be built, before another is trained."""
    with torch.device("meta"):  # nothing is computed
        for name in names:
            build(name, (*shape[:2], 3) if is_backbone(name) else shape, classes)


def _largest(asked: int | None, side: int) -> int:
    if asked is None:
        return max(1, round(_LARGEST_SHARE * side))
    if not 1 <= asked < side:
        raise UsageError(f"pictures of {side} pixels are moved by 1 to {side - 1}; got {asked!r}.")
    return asked


def _trained(dataset: Dataset, network: str, seeds: range) -> Iterator[Classifier]:
    for number, seed in enumerate(seeds, 1):
        log.info("%s, training %s of %s", network, number, len(seeds))
        yield train(dataset, network, shift=0, seed=seed).classifier


def _accuracies(classifier: Classifier, test: Pictures, distances: range, name: str) -> tuple[float, ...]:
    """Return the accuracy by distance, mean over the directions."""
    labels, pictures = classifier.labels(test), test.through(classifier.preprocess)
    right = np.zeros(len(distances))
    with progress(f"{name}: moved pictures", len(test) * len(distances)) as advance:
        for part in _parts(len(test)):
            pixels = pictures.batch(part)
            for distance in distances:
                right[distance] += _right(classifier, pixels, labels[part.start : part.stop], distance)
                advance(len(part))
    return tuple((right / len(test)).tolist())


def _right(classifier: Classifier, pixels: Pixels, labels: Integers, distance: int) -> float:
    """Return how many pictures are told right when they are moved, mean over the directions."""
    directions = DIRECTIONS if distance else DIRECTIONS[:1]
    counts = []
    for down, right in directions:
        shifted = MemoryPictures(translate(pixels, distance * down, distance * right), labels, classifier.classes)
        answers = compute_logits(classifier.network, classifier.preprocess, shifted).argmax(1).numpy()
        counts.append(np.count_nonzero(answers == labels))
    return float(np.mean(counts))


def _lost(pictures: Pictures, distances: range) -> tuple[float, ...]:
    """Return the share of what stands out from the background that leaves the frame, by distance."""
    left, whole = np.zeros(len(distances)), 0
    for part in _parts(len(pictures)):
        pixels = pictures.batch(part)
        ink = np.abs(pixels.astype(np.int16) - background(pixels))
        whole += int(ink.sum())
        for distance in distances:
            near, far = slice(distance, None), slice(None, -distance or None)
            left[distance] += np.mean([ink[..., kept, :].sum() for kept in (near, far)]) / 2
            left[distance] += np.mean([ink[..., kept].sum() for kept in (near, far)]) / 2
    return tuple((1 - left / max(whole, 1)).tolist())


def _parts(count: int) -> list[range]:
    return [range(start, min(start + _CHUNK, count)) for start in range(0, count, _CHUNK)]
