"""The tricks of docs/tricks.md, each measured: several seeds a variant, a table and a figure.

    python benchmarks/tricks.py [dropout averaging …] [--out docs/tricks] [--page docs/tricks.md]

Needs fashion_mnist, which is downloaded where no archive is found. All of it takes about a quarter of an hour on two
cores. Writes NAME.png and numbers.json into ``--out``, and the tables into the page.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import re
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from scipy.special import stdtrit
from tricks_figure import draw_png

import catseye
from catseye.datasets import Dataset
from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.errors import CatseyeError
from catseye.system.files import write_atomically
from catseye.system.threads import usable_cores
from catseye.training.recipe import Recipe

MANY, FEW = 1_000, 400  # training pictures
VALIDATED, TESTED = 500, 2_000
CONVNET = "conv 16, pool, conv 32, pool, flatten, dense 64, dense 10"
DEEP = "flatten, 8 × [dense 64], dense 10"
PLAIN = Recipe(
    epochs=12,
    batch_size=32,
    optimizer="adam",
    learning_rate=0.001,
    schedule="constant",
    weight_decay=0.0,
    label_smoothing=0.0,
)


@dataclass(frozen=True)
class Trick:
    """An experiment: what is changed in the plain recipe, by the name of the variant; the first is the baseline."""

    variants: dict[str, dict[str, Any]]
    network: str = CONVNET
    pictures: int = MANY


OVERFITTING = {"epochs": 30}
SGD = {"optimizer": "sgd", "learning_rate": 0.01}
FAST = {"learning_rate": 0.003}
TRICKS = {
    "initialisation": Trick(
        {
            "he_uniform": SGD,
            "he_normal": SGD | {"initialisation": "he_normal"},
            "glorot_uniform": SGD | {"initialisation": "glorot_uniform"},
            "orthogonal": SGD | {"initialisation": "orthogonal"},
        },
        DEEP,
    ),
    "batch-norm": Trick(
        {
            "without, rate 0.001": {},
            "with, rate 0.001": {"batch_norm": True},
            "without, rate 0.01": {"learning_rate": 0.01},
            "with, rate 0.01": {"learning_rate": 0.01, "batch_norm": True},
        }
    ),
    "dropout": Trick(
        {"none": OVERFITTING, "0.25": OVERFITTING | {"dropout": 0.25}, "0.5": OVERFITTING | {"dropout": 0.5}},
        pictures=FEW,
    ),
    "early-stopping": Trick(
        {"never": OVERFITTING, "after 3 epochs": OVERFITTING | {"early_stopping": 3}},
        pictures=FEW,
    ),
    "optimizers": Trick(
        {
            "sgd": SGD | {"momentum": 0.0},
            "sgd, momentum 0.9": SGD,
            "sgd, nesterov": SGD | {"nesterov": True},
            "adagrad": {"optimizer": "adagrad", "learning_rate": 0.01},
            "rmsprop": {"optimizer": "rmsprop", "momentum": 0.0},
            "adam": {},
            "nadam": {"optimizer": "nadam"},
            "muon": {"optimizer": "muon", "learning_rate": 0.006},
        }
    ),
    "schedules": Trick(
        {name: FAST | {"schedule": name} for name in ("constant", "exponential", "cosine", "one_cycle")}
    ),
    "clipping": Trick(
        {
            "none, rate 0.01": SGD,
            "1, rate 0.01": SGD | {"gradient_clip": 1.0},
            "none, rate 0.1": SGD | {"learning_rate": 0.1},
            "1, rate 0.1": SGD | {"learning_rate": 0.1, "gradient_clip": 1.0},
        }
    ),
    "weight-decay": Trick(
        {
            "adamw, 0": OVERFITTING | {"optimizer": "adamw"},
            "adamw, 0.1": OVERFITTING | {"optimizer": "adamw", "weight_decay": 0.1},
            "adamw, 1": OVERFITTING | {"optimizer": "adamw", "weight_decay": 1.0},
            "adam, 0.1": OVERFITTING | {"weight_decay": 0.1},
        },
        pictures=FEW,
    ),
    "averaging": Trick(
        {
            "none": FAST,
            "ema": FAST | {"average": "ema"},
            "swa": FAST | {"average": "swa"},
            "none, one_cycle": FAST | {"schedule": "one_cycle"},
            "ema, one_cycle": FAST | {"schedule": "one_cycle", "average": "ema"},
        }
    ),
}
HEAD = (
    "| variant | test accuracy | against the first | training accuracy | test log loss |",
    "| --- | --- | --- | --- | --- |",
)
Job = tuple[str, int, str, int]  # network, pictures, recipe as JSON, seed


def main() -> None:
    """Measure the tricks that are asked for, draw them and write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tricks", nargs="*", metavar="NAME", help=", ".join(TRICKS))
    parser.add_argument("--out", type=Path, default=Path("docs/tricks"))
    parser.add_argument("--page", type=Path, default=Path("docs/tricks.md"))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=usable_cores())
    arguments = parser.parse_args()
    names = arguments.tricks or list(TRICKS)
    if not set(names) <= set(TRICKS):
        parser.error(f"unknown: {', '.join(set(names) - set(TRICKS))}; available: {', '.join(TRICKS)}")
    start = time.perf_counter()
    arguments.out.mkdir(parents=True, exist_ok=True)
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(arguments.workers, spawned, initializer=be_quiet) as workers:
        groups = {name: grouped(TRICKS[name], arguments.seeds) for name in names}
        different = dict.fromkeys(job for variants in groups.values() for group in variants.values() for job in group)
        started = {job: workers.submit(train, job) for job in different}  # the same training is made once
        for name in names:
            runs = {variant: [started[job].result() for job in group] for variant, group in groups[name].items()}
            keep(name, runs, arguments.out, arguments.page)
            print(f"{name}: {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)


def keep(name: str, runs: dict[str, list[dict[str, Any]]], out: Path, page: Path) -> None:
    """Write a trick's figure and numbers, and its table into the page."""
    write_atomically(out / f"{name}.png", draw_png(runs))
    kept = out / "numbers.json"
    numbers = json.loads(kept.read_text()) if kept.exists() else {}
    numbers |= {name: summarised(runs), "made with": made_with()}
    write_atomically(kept, (json.dumps(numbers, indent=1) + "\n").encode())
    if page.exists():
        write_atomically(page, with_tables(page.read_text("utf-8"), numbers).encode())


def grouped(trick: Trick, seeds: int) -> dict[str, list[Job]]:
    """Return the trainings of each variant."""
    kept = {"learning_rate": PLAIN.learning_rate, "weight_decay": PLAIN.weight_decay}  # with every optimizer
    recipes = {name: PLAIN.with_changes(kept | changes).to_json() for name, changes in trick.variants.items()}
    return {
        name: [(trick.network, trick.pictures, json.dumps(recipe), seed) for seed in range(seeds)]
        for name, recipe in recipes.items()
    }


def be_quiet() -> None:
    """Show no progress, and compute with one thread."""
    sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 (as long as the process)
    torch.set_num_threads(1)


def train(job: Job) -> dict[str, Any]:
    """Return what a training came to."""
    network, pictures, recipe, seed = job
    chosen = Recipe.from_json(json.loads(recipe)).with_changes({"seed": seed, "precision": "fp32"})
    try:
        run = catseye.train(data(pictures), network, recipe=chosen)
    except CatseyeError as error:
        if "no longer finite" not in str(error):
            raise
        return {"failed": str(error).splitlines()[0]}
    assert run.result.test
    return {
        "test": run.result.test.accuracy,
        "train": run.result.train.accuracy,
        "loss": run.result.test.loss,
        "epochs": run.result.epochs,
        "validation_loss": [epoch.validation_loss for epoch in run.history],
        "validation_accuracy": [epoch.validation_accuracy for epoch in run.history],
    }


@cache
def data(pictures: int) -> Dataset:
    """Return so many of the clothes to train on, others for validation, and test pictures; the same in every call."""
    whole = catseye.load("fashion_mnist")
    shuffled = whole[TRAIN].shuffle(0)
    splits = {
        TRAIN: shuffled[VALIDATED : VALIDATED + pictures],
        VALIDATION: shuffled[:VALIDATED],
        TEST: whole[TEST].shuffle(0)[:TESTED],
    }
    return replace(whole, splits=splits)


def summarised(runs: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return a row of numbers for each variant, with its difference to the first by the pairs of the same seed."""
    baseline = next(iter(runs.values()))
    rows = []
    for name, outcomes in runs.items():
        ended = [outcome for outcome in outcomes if "failed" not in outcome]
        pairs = [
            after["test"] - before["test"]
            for before, after in zip(baseline, outcomes, strict=True)
            if "failed" not in before and "failed" not in after
        ]
        row: dict[str, Any] = {"variant": name, "ended": len(ended), "of": len(outcomes)}
        for quantity in ("test", "train", "loss", "epochs"):
            row[quantity] = spread([outcome[quantity] for outcome in ended])
        rows.append(row | {"difference": interval(pairs) if outcomes is not baseline else None})
    return rows


def spread(values: list[float]) -> list[float] | None:
    """Return mean and standard deviation."""
    return [statistics.mean(values), statistics.stdev(values)] if len(values) > 1 else None


def interval(differences: list[float]) -> list[float] | None:
    """Return the mean of paired differences and half the width of its 95 % interval (Student's t)."""
    if len(differences) < 2:
        return None
    error = statistics.stdev(differences) / len(differences) ** 0.5
    return [statistics.mean(differences), float(stdtrit(len(differences) - 1, 0.975)) * error]


def made_with() -> str:
    """Return what the numbers were made with."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("catseye", "torch"))
    return f"{platform.machine()}, Python {platform.python_version()}, {packages}"


def with_tables(page: str, numbers: dict[str, Any]) -> str:
    """Return the page with the table behind each ``<!-- numbers: NAME -->`` replaced."""
    for name, rows in numbers.items():
        if isinstance(rows, str):
            continue
        table = "".join(f"{line}\n" for line in (*HEAD, *map(table_row, rows)))
        mark = f"<!-- numbers: {name} -->\n"
        before, found, after = page.partition(mark)
        page = before + found + (table + re.sub(r"\A(?:\|.*\n)*", "", after) if found else after)
    return page


def table_row(row: dict[str, Any]) -> str:
    """Return a row of numbers as one of a table in Markdown."""
    name = row["variant"] if row["ended"] == row["of"] else f"{row['variant']} ({row['ended']} of {row['of']} ended)"
    gain = row["difference"]
    cells = [
        shares(row["test"]),
        f"{100 * gain[0]:+.1f} ± {100 * gain[1]:.1f}" if gain else "",
        shares(row["train"]),
        f"{row['loss'][0]:.3f} ± {row['loss'][1]:.3f}" if row["loss"] else "–",
    ]
    return f"| {name} | {' | '.join(cells)} |"


def shares(values: list[float] | None) -> str:
    """Return mean and standard deviation in per cent."""
    return f"{100 * values[0]:.1f} ± {100 * values[1]:.1f} %" if values else "–"


if __name__ == "__main__":
    main()
