"""The best of several classifiers against the default: test accuracy over five samples of each data set.

    python benchmarks/best.py [--archives DIR] [--time-limit 0] [--fine-tune] [--seeds 5] [DATA …]

Needs the archives of the data sets (samples do) and the weights of further backbones. Each seed draws other training
and test pictures; both classifiers of a seed see the same ones. Without a limit of time all heads are compared, so that
other work on the machine changes no choice; fine-tuning takes minutes and is tried only with --fine-tune.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tarfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import catseye
from catseye.datasets import Dataset
from catseye.datasets.arrays import from_arrays
from catseye.datasets.dataset import TEST, TRAIN
from catseye.datasets.joined import join_pictures
from catseye.datasets.splits import stratified
from catseye.runs.transfer import tuning_trial

if TYPE_CHECKING:
    from catseye.datasets.pictures import Pictures

TRAINING, TESTED = 1000, 1000  # pictures of large sets
HELD_OUT = 0.3  # share of the small sets' pictures
SMALL = ("oxford_iiit_pet", "cats_vs_dogs", "grocery")
LARGE = {"fashion_mnist": 2000, "cifar10": 1500}  # training pictures that samples are drawn from, to save time
CIFAR_BYTES = 3073  # of a record: its label, then 3 × 32 × 32 values


def main() -> None:
    """Measure all and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="*", default=[*SMALL, *LARGE])
    parser.add_argument("--archives", default=os.environ.get("CATSEYE_ARCHIVES"))
    parser.add_argument("--time-limit", type=float, default=0.0)
    parser.add_argument("--fine-tune", action="store_true")
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    if not arguments.fine_tune:
        setattr(tuning_trial, "_GOOD", 0.0)  # noqa: B010 (then every classifier is good enough without it)
    print("| data | training | test | default | chosen | difference | chosen (times) | s |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for name in arguments.data:
        compare(name, arguments)


def compare(name: str, arguments: argparse.Namespace) -> None:
    """Print the row of a data set."""
    whole = open_set(name, arguments.archives)
    asked: dict[str, Any] = {"size": "best", "time_limit": arguments.time_limit}
    default, best, chosen, seconds = [], [], Counter[str](), []
    for seed in range(arguments.seeds):
        dataset = draw(name, whole, seed)
        plain = catseye.transfer(dataset, seed=seed)
        start = time.perf_counter()
        found = catseye.transfer(dataset, seed=seed, **asked)
        seconds.append(time.perf_counter() - start)
        assert plain.result.test
        assert found.result.test
        assert found.result.search
        default.append(100 * plain.result.test.accuracy)
        best.append(100 * found.result.test.accuracy)
        chosen[found.result.search.chosen.name] += 1
        for trial in found.result.search.trials:
            print(f"<!-- {name} {seed} {default[-1]:.2f} {best[-1]:.2f} {json.dumps(trial.to_json())} -->", flush=True)
    gains = [after - before for before, after in zip(default, best, strict=True)]
    counts = ", ".join(f"{what} ({times})" for what, times in chosen.most_common())
    sizes = f"{len(dataset[TRAIN]):,} | {len(dataset[TEST]):,}"
    times = f"{statistics.median(seconds):.0f}"
    print(
        f"| {name} | {sizes} | {spread(default)} | {spread(best)} | {spread(gains)} | {counts} | {times} |", flush=True
    )


def open_set(name: str, archives: str | None) -> Dataset:
    """Return a data set by name; grocery is a folder of archives' own."""
    if name == "cifar10":
        return open_cifar(Path(archives or ".") / "cifar10" / "cifar-10-binary.tar.gz")
    if name != "grocery":
        return catseye.load(name, archives=archives)
    return catseye.load(Path(archives or ".") / "grocery" / "grocery.zip", label_column="product")


def open_cifar(archive: Path) -> Dataset:
    """Return CIFAR-10 from its binary archive."""
    parts: dict[str, list[Any]] = {"data": [], "test": []}
    with tarfile.open(archive) as files:
        for member in files:
            content = files.extractfile(member) if member.name.endswith(".bin") else None
            if content:
                records = np.frombuffer(content.read(), np.uint8).reshape(-1, CIFAR_BYTES)
                parts[Path(member.name).name.partition("_")[0]].append(records)
    train, test = (np.concatenate(parts[kind]) for kind in parts)
    pictures = [records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1) for records in (train, test)]
    return from_arrays(pictures[0], train[:, 0], pictures[1], test[:, 0])


def draw(name: str, whole: Dataset, seed: int) -> Dataset:
    """Return other training and test pictures for each seed, as many of each class as there are, or of large sets."""
    if name in LARGE:
        train, test = some(whole[TRAIN], LARGE[name], 0), some(whole[TEST], TESTED, 0)
        return Dataset(whole.info, {TRAIN: some(train, TRAINING, seed + 1), TEST: test})
    every = join_pictures(list(whole.splits.values()))
    inside, outside = stratified(every.labels, HELD_OUT, seed)
    return Dataset(replace(whole.info), {TRAIN: every.take(inside), TEST: every.take(outside)})


def some(pictures: Pictures, count: int, seed: int) -> Pictures:
    """Return so many pictures, in the classes' shares."""
    if len(pictures) <= count:
        return pictures
    _, chosen = stratified(pictures.labels, count / len(pictures), seed)
    return pictures.take(np.sort(chosen))


def spread(values: list[float]) -> str:
    """Return mean and standard deviation."""
    deviation = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{statistics.mean(values):.2f} ± {deviation:.2f}"


if __name__ == "__main__":
    main()
