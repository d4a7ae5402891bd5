"""Simulated active learning: how much more a head learns from the pictures that label-next chooses than from others.

Usage: python benchmarks/label_next.py DATA [--start 5] [--case even] [--draws 15]

The labels of all but a few pictures are hidden; three times, 20 more are revealed: chosen at random, by uncertainty
alone, or as label-next chooses. All start from the same pictures and are tested on the same 40 %. Cases: ``even``: the
same number of each class; ``uneven``: --start for every other class, a ninth of it for the rest; ``missing``: one class
has none; ``rare``: half of the classes have a tenth of the unlabelled pictures that the others have; ``foreign``: 100
of the unlabelled pictures, from the data set --foreign, belong to none of the classes and teach nothing.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import numpy as np

import catseye
from catseye.active_learning.clusters import choose_representatives
from catseye.active_learning.selection import shortlist_size, weigh_uncertainties
from catseye.active_learning.shortlist import measure_uncertainties
from catseye.evaluation.calibration import softmax
from catseye.networks.pretrained_weights import pretrained
from catseye.system.home import home_folder
from catseye.transfer_learning.extraction import extract
from catseye.transfer_learning.head import Examples, fit_head

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.arrays import Floats, Integers

CHOSEN, ROUNDS, FOREIGN = 20, 3, 100
TESTED = 0.4
NONE = -1  # the label of a foreign picture
CASES = ("even", "uneven", "missing", "rare", "foreign")


def read_features(name: str, label: str | None, most: int) -> tuple[Floats, Integers]:
    """Return the features (N, F) and labels (N,) of a data set's pictures, ``most`` at most."""
    home = home_folder(None)
    pictures = catseye.load(name, split="all", label=label).shuffle(0).take(most)
    features = extract(pretrained("efficientnet_lite0", None, home), pictures, home)
    return features.vectors, pictures.labels[features.kept]


def fit(vectors: Floats, labels: Integers) -> Callable[[Floats], tuple[Floats, Integers]]:
    """Return what gives the probabilities (N, K) of other pictures, and the K classes that have been seen."""
    known = labels != NONE
    classes, own = np.unique(labels[known], return_inverse=True)
    head = fit_head(Examples(vectors[known], own.astype(np.int64), len(classes)), seed=0)
    return lambda others: (softmax(head.layer.logits(others), head.calibration.temperature), classes)


def choose_at_random(
    directions: Floats, probabilities: Floats, learned: int, generator: np.random.Generator
) -> Integers:
    """Choose at random."""
    del probabilities, learned
    return generator.permutation(len(directions))[:CHOSEN]


def choose_uncertain(
    directions: Floats, probabilities: Floats, learned: int, generator: np.random.Generator
) -> Integers:
    """Choose those about which the head is most uncertain (margin sampling)."""
    del directions, learned, generator
    return np.argsort(-measure_uncertainties(probabilities), kind="stable")[:CHOSEN]


def choose_as_label_next(
    directions: Floats, probabilities: Floats, learned: int, generator: np.random.Generator
) -> Integers:
    """Choose as ``catseye label-next`` does."""
    del generator
    uncertainties = measure_uncertainties(probabilities)
    listed = np.sort(np.argsort(-uncertainties, kind="stable")[: shortlist_size(CHOSEN)])
    weights = weigh_uncertainties(uncertainties[listed], learned)
    chosen, _ = choose_representatives(directions[listed], weights, min(CHOSEN, len(listed)))
    return listed[chosen]


STRATEGIES = {"random": choose_at_random, "uncertainty": choose_uncertain, "label-next": choose_as_label_next}


def divide(labels: Integers, start: int, case: str, generator: np.random.Generator) -> tuple[Integers, ...]:
    """Return the indices of the test pictures, of those labelled at first, and of the others."""
    tested, labelled, others = [], [], []
    classes = generator.permutation(np.unique(labels[labels != NONE]))
    for number, name in enumerate(classes):
        own = generator.permutation(np.flatnonzero(labels == name))
        count = round(TESTED * len(own))
        first = {"uneven": start if number % 2 else -(-start // 9), "missing": start if number else 0}.get(case, start)
        rest = own[count + first :]
        tested.append(own[:count])
        labelled.append(own[count : count + first])
        others.append(rest[: max(1, len(rest) // 10)] if case == "rare" and number % 2 else rest)
    others.append(np.flatnonzero(labels == NONE))
    return np.concatenate(tested), np.concatenate(labelled), np.concatenate(others)


def simulate(vectors: Floats, labels: Integers, start: int, case: str, seed: int) -> dict[str, list[float]]:
    """Return the test accuracy before the first round and after each, by strategy."""
    tested, labelled, others = divide(labels, start, case, np.random.default_rng(seed))
    directions = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    begin, found = fit(vectors[labelled], labels[labelled]), {}
    for name, strategy in STRATEGIES.items():
        known, rest, model, generator = labelled, others, begin, np.random.default_rng(1000 + seed)
        accuracies = []
        for step in range(ROUNDS + 1):
            probabilities, classes = model(vectors[tested])
            accuracies.append(float((classes[probabilities.argmax(1)] == labels[tested]).mean()))
            if step < ROUNDS:
                learned = int((labels[known] != NONE).sum())
                chosen = strategy(directions[rest], model(vectors[rest])[0], learned, generator)
                known, rest = np.concatenate([known, rest[chosen]]), np.delete(rest, chosen)
                model = fit(vectors[known], labels[known])
        found[name] = accuracies
    return found


def report(draws: list[dict[str, list[float]]]) -> None:
    """Print the mean accuracies, and the paired differences from random choice with their 95 % intervals."""
    table = {name: 100 * np.array([draw[name] for draw in draws]) for name in STRATEGIES}
    for name, rows in table.items():
        apart = rows - table["random"]
        errors = 1.96 * apart.std(0, ddof=1) / np.sqrt(len(draws))
        differences = [f"{mean:+.1f} ± {error:.1f}" for mean, error in zip(apart.mean(0), errors, strict=True)]
        print(f"{name:<12}{rows.mean(0).round(1).tolist()}  {'; '.join(differences[1:])}")


def main() -> None:
    """Simulate as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("--label")
    parser.add_argument("--start", type=int, default=5)
    parser.add_argument("--case", choices=CASES, default="even")
    parser.add_argument("--foreign", default="digits")
    parser.add_argument("--draws", type=int, default=15)
    parser.add_argument("--seed", type=int, default=0, help="of the first draw")
    parser.add_argument("--most", type=int, default=3000)
    given = parser.parse_args()
    vectors, labels = read_features(given.data, given.label, given.most)
    if given.case == "foreign":
        others, _ = read_features(given.foreign, None, FOREIGN)
        vectors, labels = np.concatenate([vectors, others]), np.concatenate([labels, np.full(len(others), NONE)])
    seeds = range(given.seed, given.seed + given.draws)
    report([simulate(vectors, labels, given.start, given.case, seed) for seed in seeds])


if __name__ == "__main__":
    main()
