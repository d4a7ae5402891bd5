"""What is tried on one data set: which few examples, which test pictures, which network from scratch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from catseye.datasets import Dataset
from catseye.datasets.dataset import TEST, TRAIN
from catseye.errors import UsageError
from catseye.networks import build, summarise
from catseye.networks.custom import make_network
from catseye.studies.test_pictures import choose_test_pictures
from catseye.training.planning import default_network
from catseye.training.recipe import Recipe
from catseye.training.training_data import training_pictures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.arrays import Integers
    from catseye.datasets.pictures import Pictures
    from catseye.networks.custom import CustomNetwork

TEST_PICTURES = 1000  # at most, about
_STEP = 3e7  # multiply-adds that are done in the time that a step takes besides its pictures


def draw_examples(labels: Integers, shots: int, seed: int) -> Integers:
    """Return the indices of ``shots`` pictures of each class, or of all that it has, in ascending order.

    With the same seed, those of fewer shots are among those of more.
    """
    generator = np.random.default_rng(seed)
    chosen = [generator.permutation(np.flatnonzero(labels == label))[:shots] for label in np.unique(labels)]
    return np.sort(np.concatenate(chosen))


@dataclass(frozen=True)
class Experiment:
    """What is tried on one data set.

    Attributes
    ----------
    dataset : Dataset
        The training split holds the pictures that some seed draws, the test split those to measure on.
    draws : dict of (shots, seed) to int64 (N,)
        Indices of training pictures.
    network : str
        Name or text of the network that is trained from scratch.
    custom : module, function or None
        What it is made from, if it was written in Python.
    multiply_adds : int
        Multiply-adds of that network for one picture.
    notes : tuple of str
    """

    dataset: Dataset
    draws: dict[tuple[int, int], Integers]
    network: str
    multiply_adds: int
    notes: tuple[str, ...]
    custom: CustomNetwork | None = None

    @property
    def train(self) -> Pictures:
        """All pictures that some seed draws."""
        return self.dataset.splits[TRAIN]

    @property
    def test(self) -> Pictures:
        """The pictures that are measured on."""
        return self.dataset.splits[TEST]

    @property
    def shots(self) -> list[int]:
        """The numbers of examples per class, ascending."""
        return sorted({shots for shots, _ in self.draws})

    @property
    def seeds(self) -> list[int]:
        """The seeds, ascending."""
        return sorted({seed for _, seed in self.draws})

    def recipe(self, shots: int, seed: int) -> Recipe:
        """Return the default recipe for so many pictures, but with none set aside: every one is learned from."""
        pictures = len(self.draws[shots, seed])
        usual = Recipe.default(self.network, pictures, min(self.train.shape[:2]))
        return usual.with_changes({"validation": 0.0, "seed": seed})

    def work(self, shots: int) -> float:
        """Return how much it is to train from scratch by all seeds, in multiply-adds."""
        pictures, recipe = len(self.draws[shots, 0]), self.recipe(shots, 0)
        steps = math.ceil(pictures / recipe.batch_size)
        return len(self.seeds) * recipe.epochs * (pictures * self.multiply_adds + steps * _STEP)


def prepare_experiment(
    dataset: Dataset, asked: Sequence[int], seeds: int, network: str | CustomNetwork | None = None
) -> Experiment:
    """Draw the examples for all seeds, and the test pictures.

    Parameters
    ----------
    dataset
    asked
        Numbers of examples per class, ascending.
    seeds
        Number of seeds: 0, 1, ….
    network
        What is trained from scratch; by default what the pictures' size and the data set's lesson suggest.

    Raises
    ------
    UsageError
        There are fewer than two classes to learn, or no test pictures, or the pictures do not fit the network.
    """
    name, whole = dataset.info.name, training_pictures(dataset)
    counts = np.bincount(whole.labels, minlength=len(whole.classes))
    if np.count_nonzero(counts) < 2:
        raise UsageError(f"a classifier tells at least two classes apart; {name} has {np.count_nonzero(counts)}.")
    shots = sorted({min(number, int(counts.max())) for number in asked})
    draws = {(number, seed): draw_examples(whole.labels, number, seed) for number in shots for seed in range(seeds)}
    pool = np.unique(np.concatenate(list(draws.values())))
    draws = {key: np.searchsorted(pool, indices) for key, indices in draws.items()}
    test, fewer = choose_test_pictures(dataset, TEST_PICTURES)
    small = Dataset(dataset.info, {TRAIN: whole.take(pool), TEST: test})
    custom = None if network is None or isinstance(network, str) else network
    if custom is None:
        title = str(network or default_network(name, whole.shape[:2]))
        with torch.device("meta"):  # its layers are counted, nothing is computed
            module = build(title, whole.shape, len(whole.classes))
            summary = summarise(module, whole.shape, title)
    else:
        made = make_network(custom, whole.shape, len(whole.classes))
        title, summary = made.name, summarise(made.module, whole.shape)
    notes = (*dataset.notes, *_notes(name, asked, counts), *fewer)
    return Experiment(small, draws, title, summary.multiply_adds, notes, custom)


def _notes(name: str, asked: Sequence[int], counts: Integers) -> list[str]:
    largest = int(counts.max())
    most = min(asked[-1], largest)
    fewer = np.count_nonzero(counts < most)
    notes = []
    if asked[-1] > largest:
        beyond = ", ".join(str(number) for number in asked if number > largest)
        notes.append(f"{name} has at most {largest} training pictures of a class: {largest} stands for {beyond}.")
    if fewer:
        notes.append(
            f"{name}: {fewer} of {len(counts)} classes have fewer than {most} training pictures, and give all."
        )
    if asked[-1] >= largest:
        notes.append(f"{name}: at {largest} per class every seed has the same pictures, which lessens the spread.")
    return notes
