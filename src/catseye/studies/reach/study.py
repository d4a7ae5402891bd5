"""How far does transfer reach? A pretrained backbone against training from scratch, on the same few examples."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from catseye.arguments import read_counts, with_checked_arguments
from catseye.datasets.dataset import TEST, TRAIN, Dataset
from catseye.datasets.file_pictures import FilePictures
from catseye.datasets.loading import open_dataset
from catseye.errors import PictureError, StoppedError, UsageError, with_short_traceback
from catseye.inference.batched import compute_logits
from catseye.inference.choose import choose_engine
from catseye.networks import build, network_title, resolve_network
from catseye.networks.custom import make_network
from catseye.networks.initialisation import initialise
from catseye.networks.names import is_backbone
from catseye.networks.pretrained_weights import pretrained
from catseye.runs.provenance import versions
from catseye.studies.reach.curves import SCRATCH, TRANSFER, LearningCurves, Pair, Point, Reach
from catseye.studies.reach.experiment import prepare_experiment
from catseye.system.home import home_folder
from catseye.system.progress_bar import duration
from catseye.system.threads import limit_threads, usable_cores
from catseye.training.loop import Task, fit
from catseye.training.planning import plan
from catseye.transfer_learning.extraction import extract
from catseye.transfer_learning.head import Examples, fit_head

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from catseye.arrays import Booleans, Floats
    from catseye.datasets.loading import DataSource
    from catseye.datasets.pictures import Pictures
    from catseye.inference.engine import Engine
    from catseye.networks.custom import CustomNetwork
    from catseye.networks.pretrained import Pretrained
    from catseye.studies.reach.experiment import Experiment
    from catseye.training.checkpoint import TrainingState

log = logging.getLogger("catseye")

_MAKING = threading.Lock()  # a function that draws weights takes them from PyTorch's one generator
SHOTS = (1, 2, 5, 10, 20)
SEEDS = 3


@with_short_traceback
@with_checked_arguments
def reach(
    data: DataSource | Sequence[DataSource],
    shots: int | str | Sequence[int] = SHOTS,
    seeds: int = SEEDS,
    backbone: str = "efficientnet_lite0",
    *,
    weights: str | Path | None = None,
    network: str | CustomNetwork | None = None,
    data_dir: str | Path | None = None,
    archives: str | Path | None = None,
) -> Reach:
    """Measure transfer and training from scratch on the same few examples of each class.

    Transfer solves a head on the features of the frozen backbone. From scratch, the network that `catseye.train`
    would choose, or ``network``, is trained by its default recipe, but with no picture set aside for validation: both
    ways learn from every picture. For each seed, examples are drawn again; smaller sets are always part of the larger
    ones.

    Parameters
    ----------
    data
        One data set or several, each as for :func:`catseye.load`, or what it returned, or arrays as for
        :func:`catseye.train`. A tuple is one data set if arrays are in it.
    shots
        Numbers of examples per class, also as text such as ``"1,2,5"``. If even the largest class has fewer,
        all its pictures are used.
    seeds
        Number of repetitions, each with a different seed.
    backbone, weights
        As for :func:`catseye.networks.pretrained_weights.pretrained`.
    network
        What is trained from scratch: a name, layers, a module or a function ``(shape, classes)`` as for
        :func:`catseye.train`, but no backbone; by default what `catseye.train` would choose. A module begins with the
        weights that it has, a function draws others for each seed.
    data_dir, archives
        As for :func:`catseye.load`.

    Raises
    ------
    UsageError
        Something asked for does not exist, or a data set has no test pictures or fewer than two classes.
    CatseyeError
        Data or weights cannot be obtained, ….
    """
    start = time.perf_counter()
    asked = _checked(shots, seeds)
    chosen = None if network is None else _checked_network(network)
    loaded = [open_dataset(one, data_dir=data_dir, archives=archives) for one in _several(data)]
    trials = [prepare_experiment(dataset, asked, seeds, chosen) for dataset in loaded]
    home = home_folder(data_dir)
    found = pretrained(backbone, weights, home)
    engine = choose_engine(found, home=home)
    clock = _Clock(sum(tried.work(shots) for tried in trials for shots in tried.shots))
    curves = tuple(_measured(tried, found, engine, home, clock) for tried in trials)
    return Reach(backbone, found.origin, seeds, curves, time.perf_counter() - start, versions(), tuple(asked))


def _several(data: Any) -> Sequence[DataSource]:
    """Return one or several data sets as a sequence; a tuple of arrays is one data set."""
    one = isinstance(data, tuple) and any(isinstance(part, np.ndarray) for part in data)
    if one or not isinstance(data, list | tuple):
        return (data,)
    if not data:
        raise UsageError("data must be one data set, or several in a list; got an empty list.")
    return data


def _checked(shots: object, seeds: int) -> list[int]:
    if seeds < 1:
        raise UsageError(f"seeds must be at least 1; got {seeds}.")
    return read_counts("shots", shots)


def _checked_network(network: str | CustomNetwork) -> str | CustomNetwork:
    if not isinstance(network, str):
        return network
    name = resolve_network(network)
    if is_backbone(name):
        raise UsageError(f"{name} is a backbone; from scratch, a small network such as convnet or layers are trained.")
    return name


class _Clock:
    """Tells how long training from scratch will still take, by how long it took so far."""

    def __init__(self, work: float) -> None:
        self._left, self._done, self._seconds = work, 0.0, 0.0

    def left(self, work: float, seconds: float) -> float:
        """Take note of work that took so long; return how many seconds the rest will take."""
        self._left, self._done, self._seconds = self._left - work, self._done + work, self._seconds + seconds
        return self._left * self._seconds / self._done


def _measured(tried: Experiment, found: Pretrained, engine: Engine, home: Path, clock: _Clock) -> LearningCurves:
    name, pictures = tried.dataset.info.name, len(tried.train) + len(tried.test)
    log.info("%s: features of %s pictures, then heads on them", name, f"{pictures:,}")
    transfer = _transferred(tried, found, engine, home)
    start = time.perf_counter()

    def tell(scratch: Point) -> None:
        nonlocal start
        took, start = time.perf_counter() - start, time.perf_counter()
        left = clock.left(tried.work(scratch.shots), took)
        mean = next(point.mean for point in transfer if point.shots == scratch.shots)
        rest = f"; about {duration(left)} left" if left >= 1 else ""
        log.info(
            "%s, %s per class: transfer %.1f %%, scratch %.1f %%%s",
            name,
            scratch.shots,
            100 * mean,
            100 * scratch.mean,
            rest,
        )

    scratch = _trained(tried, tell)
    pairs = tuple(Pair(*points) for points in zip(transfer, scratch, strict=True))
    height, width, _ = tried.train.shape
    classes = len(tried.train.classes)
    return LearningCurves(
        name, classes, len(tried.test), network_title(tried.network), (height, width), pairs, tried.notes
    )


def _transferred(tried: Experiment, found: Pretrained, engine: Engine, home: Path) -> list[Point]:
    vectors, test_vectors = (_features(part, found, engine, home) for part in (tried.train, tried.test))
    examples = Examples(vectors, tried.train.labels, len(tried.train.classes))

    def find_correct(shots: int, seed: int) -> Booleans:
        layer = fit_head(examples.take(tried.draws[shots, seed]), seed).layer
        correct: Booleans = layer.logits(test_vectors).argmax(1) == tried.test.labels
        return correct

    points = []
    for shots in tried.shots:
        start = time.perf_counter()
        correct = np.stack([find_correct(shots, seed) for seed in tried.seeds])
        points.append(Point(TRANSFER, shots, correct, time.perf_counter() - start))
    return points


def _features(pictures: Pictures, found: Pretrained, engine: Engine, home: Path) -> Floats:
    features = extract(found, pictures, home, engine=engine)
    for left_out in features.left_out:  # it went since it was listed: the draws no longer hold
        raise PictureError(left_out.picture, left_out.reason)
    return features.vectors


def _trained(tried: Experiment, tell: Callable[[Point], None]) -> list[Point]:
    """Return the results of training from scratch, by growing number of examples, and report each when it is done.

    A training has one thread, and there are as many trainings at a time as cores: on networks this small two threads
    wait for each other more than they help. So the result does not depend on the number of cores either.
    """
    dataset = Dataset(tried.dataset.info, {TRAIN: _decoded(tried.train), TEST: _decoded(tried.test)})
    stop = threading.Event()

    def train(shots: int, seed: int) -> tuple[Booleans, float]:
        start = time.perf_counter()
        with limit_threads(1):
            return _find_correct(dataset, tried, shots, seed, stop), time.perf_counter() - start

    points = []
    with torch.random.fork_rng(devices=[]), ThreadPoolExecutor(usable_cores()) as pool:
        try:
            futures = {key: pool.submit(train, *key) for key in sorted(tried.draws)}
            for shots in tried.shots:
                correct, seconds = zip(*(futures[shots, seed].result() for seed in tried.seeds), strict=True)
                points.append(Point(SCRATCH, shots, np.stack(correct), sum(seconds)))
                tell(points[-1])
        finally:  # whatever goes wrong, no training goes on behind it
            stop.set()
            pool.shutdown(cancel_futures=True)
    return points


def _decoded(pictures: Pictures) -> Pictures:
    return pictures.in_memory() if isinstance(pictures, FilePictures) else pictures


def _find_correct(dataset: Dataset, tried: Experiment, shots: int, seed: int, stop: threading.Event) -> Booleans:
    """Train a network from scratch and return which test pictures it gets right, bool (T,)."""

    def on_epoch(_: TrainingState) -> None:
        if stop.is_set():
            raise StoppedError("stopped.")

    chosen, test, recipe = (
        dataset.splits[TRAIN].take(tried.draws[shots, seed]),
        dataset.splits[TEST],
        tried.recipe(shots, seed),
    )
    planned = plan(Dataset(dataset.info, {TRAIN: chosen, TEST: test}), tried.network, recipe, None)
    shape, classes = planned.preprocess.shape, len(chosen.classes)
    if tried.custom is None:
        network = build(tried.network, shape, classes, batch_norm=recipe.batch_norm, dropout=recipe.dropout)
        initialise(network, recipe.initialisation, recipe.seed)
    else:
        with _MAKING:
            network = make_network(tried.custom, shape, classes, recipe.seed).module
    fit(Task(network, planned.preprocess, recipe, planned.train, None), None, on_epoch, quiet=True)
    correct: Booleans = compute_logits(network, planned.preprocess, test).argmax(1).numpy() == test.labels
    return correct
