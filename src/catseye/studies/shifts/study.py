"""What is left of the accuracy when the pictures are moved: the dense network against the convolutional one."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import torch

from catseye.arguments import received, with_checked_arguments
from catseye.classifier.classifier import Classifier
from catseye.datasets.loading import open_dataset
from catseye.datasets.memory_pictures import MemoryPictures
from catseye.errors import UsageError, with_short_traceback
from catseye.images.edge_colour import background
from catseye.images.preprocess import Preprocess
from catseye.images.translation import translate
from catseye.inference.batched import compute_logits
from catseye.networks import build, network_title, resolve_network
from catseye.networks.custom import made_name, make_network
from catseye.networks.names import is_backbone
from catseye.networks.registry import split_networks
from catseye.runs.provenance import versions
from catseye.runs.run import Run
from catseye.runs.training import train
from catseye.studies.shifts.curves import ShiftCurve, Shifts
from catseye.studies.test_pictures import choose_test_pictures
from catseye.system.progress_bar import progress
from catseye.training.planning import default_network
from catseye.training.training_data import training_pictures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from catseye.arrays import Integers, Pixels
    from catseye.datasets.dataset import Dataset
    from catseye.datasets.loading import DataSource
    from catseye.datasets.pictures import Pictures
    from catseye.networks.custom import CustomNetwork

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
    networks: str | CustomNetwork | Sequence[str | CustomNetwork] = (),
    largest: int | None = None,
    seeds: int = SEEDS,
    *,
    classifier: _Trained | Sequence[_Trained] = (),
    seed: int = 0,
    epochs: int | None = None,
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
        and layers separated by semicolons; by default the dense network and the convolutional one for this size. A
        module is trained from the weights that it has, a function ``(shape, classes)`` draws others for each seed.
    largest
        The largest number of pixels; by default two sevenths of the shorter side, 8 for 28.
    seeds
        Number of trainings of each network.
    classifier
        A trained classifier to measure instead of training, or several in a list: classifiers, runs, or paths as for
        :meth:`catseye.Classifier.load`.
    seed
        Random seed of the first training; the others use the numbers that follow.
    epochs
        Number of passes over the training pictures; by default as for :func:`catseye.train`.
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
    _check(named, trained, seeds, epochs)
    given = dict(map(_open, trained))
    dataset = open_dataset(data, data_dir=data_dir, archives=archives)
    test, fewer = choose_test_pictures(dataset, TEST_PICTURES)
    shape = _shape(dataset, list(given.values()))
    usual = {name: name for name in ("dense", default_network(dataset.info.name, shape[:2]))}
    chosen = list(given) or list(named or usual)
    distances = range(_largest(largest, min(shape[:2])) + 1)
    if not given:
        _check_networks((named or usual).values(), shape, len(test.classes))
    curves, seeding = [], range(seed, seed + seeds)
    for name in chosen:
        network = (named or usual).get(name)
        measured = [given[name]] if network is None else _trained(dataset, name, network, seeding, epochs)
        curves.append(
            ShiftCurve(
                network_title(name) if isinstance(network, str) else name,
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


def _read_networks(networks: object) -> dict[str, str | CustomNetwork]:
    """Return the networks by name or text; of those written in Python, by class or function, told apart by numbers."""
    listed = split_networks(networks) if isinstance(networks, str) else networks
    several = listed if isinstance(listed, list | tuple) else (listed,)
    named: dict[str, str | CustomNetwork] = {}
    for network in several:
        if isinstance(network, str):
            name = resolve_network(network)
            named[name] = name
            continue
        if not callable(network):
            raise UsageError(
                "networks must be a name, layers as text, a torch.nn.Module or a function that makes one, or several "
                f"of these in a list; got {received(network)}."
            )
        name = made_name(network)
        again = sum(1 for other in named if other == name or other.startswith(f"{name} "))
        named[f"{name} {again + 1}" if again else name] = network
    return named


def _check(networks: object, classifiers: object, seeds: int, epochs: int | None) -> None:
    if classifiers and networks:
        raise UsageError("either networks are trained or classifiers are measured; got both.")
    if classifiers and epochs is not None:
        raise UsageError("epochs are those of networks that are trained; classifiers are measured as they are.")
    if seeds < 1:
        raise UsageError(f"seeds must be at least 1; got {seeds}.")


def _shape(dataset: Dataset, given: Sequence[Classifier]) -> tuple[int, int, int]:
    """Return the shape (H, W, C) of what the networks see."""
    sizes = sorted({one.preprocess.shape[:2] for one in given})
    if len(sizes) > 1:
        listed = " and ".join(f"{height}×{width}" for height, width in sizes)
        raise UsageError(f"only classifiers that see pictures of one size are compared; these see {listed}.")
    return given[0].preprocess.shape if given else training_pictures(dataset).shape


def _check_networks(networks: Iterable[str | CustomNetwork], shape: tuple[int, int, int], classes: int) -> None:
    """Raise `UsageError` if one cannot be built, before another is trained."""
    for network in networks:
        if not isinstance(network, str):
            make_network(network, shape, classes)
            continue
        with torch.device("meta"):  # nothing is computed
            build(network, (*shape[:2], 3) if is_backbone(network) else shape, classes)


def _largest(asked: int | None, side: int) -> int:
    if asked is None:
        return max(1, round(_LARGEST_SHARE * side))
    if not 1 <= asked < side:
        raise UsageError(f"pictures of {side} pixels are moved by 1 to {side - 1}; got {asked!r}.")
    return asked


def _trained(
    dataset: Dataset, name: str, network: str | CustomNetwork, seeds: range, epochs: int | None
) -> Iterator[Classifier]:
    told: dict[str, Any] = {} if epochs is None else {"epochs": epochs}
    for number, seed in enumerate(seeds, 1):
        log.info("%s, training %s of %s", name, number, len(seeds))
        yield train(dataset, network, shift=0, seed=seed, **told).classifier


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
