"""Transfer in figures: accuracy over seeds, time of the whole command, rate of extraction, memory.

    python benchmarks/transfer.py [--archives DIR] [--pictures 10000]

Needs the archives of cats_vs_dogs and oxford_iiit_pet (samples do), Catseye's environment and a quiet machine. Rates
are compared within one run, ours and OpenVINO's own benchmark tool in turn.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

import catseye
from catseye.datasets import Dataset
from catseye.datasets.dataset import TEST, TRAIN
from catseye.datasets.joined import join_pictures
from catseye.datasets.memory_pictures import MemoryPictures
from catseye.datasets.pictures import Pictures
from catseye.datasets.splits import stratified
from catseye.inference.choose import choose_engine
from catseye.inference.engine import FP32
from catseye.networks.pretrained import Pretrained
from catseye.networks.pretrained_weights import pretrained
from catseye.system.device import CPU
from catseye.system.threads import usable_cores
from catseye.transfer_learning.extraction import extract

BACKBONE = "efficientnet_lite0"
SEEDS = range(5)
ROUNDS = 5
TOOL_SECONDS = 5
COMMAND = [sys.executable, "-m", "catseye"]


def main() -> None:
    """Measure all and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archives", default=os.environ.get("CATSEYE_ARCHIVES"))
    parser.add_argument("--pictures", type=int, default=10_000)
    arguments = parser.parse_args()
    os.environ["CATSEYE_ARCHIVES"] = arguments.archives
    packages = ", ".join(f"{name} {version(name)}" for name in ("catseye", "torch", "openvino", "pillow"))
    machine = f"{platform.processor() or platform.machine()}, {usable_cores()} cores"
    print(f"{machine}; Python {platform.python_version()}, {packages}\n")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        whole_command(work)
        accuracy(work)
        rates(work)
        memory(work, arguments.pictures)


def told(what: str, values: list[float], unit: str, digits: int = 2) -> None:
    """Print a row: median, mean, standard deviation and range."""
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    middle, mean = statistics.median(values), statistics.mean(values)
    numbers = f"{middle:.{digits}f} {unit} | {mean:.{digits}f} ± {spread:.{digits}f}"
    print(f"| {what} | {numbers} | {min(values):.{digits}f} – {max(values):.{digits}f} | {len(values)} |", flush=True)


def whole_command(work: Path) -> None:
    """Time `catseye transfer` from start to exit, with nothing kept from before and again."""
    print("| what | median | mean ± s.d. | range | n |\n|---|---|---|---|---|")
    times: dict[str, list[float]] = {"empty cache": [], "second run": []}
    for round_ in range(ROUNDS):
        home = work / f"home{round_}"
        environment = os.environ | {"CATSEYE_HOME": str(home)}
        # The data set is brought into the cache first: unpacking an archive is not transferring.
        subprocess.run([*COMMAND, "info", "cats_vs_dogs"], env=environment, check=True, capture_output=True)
        catseye.load("cats_vs_dogs", data_dir=home)
        (home / "inspections.sqlite").unlink()
        for kind, seconds in times.items():
            start = time.perf_counter()
            run = [*COMMAND, "transfer", "cats_vs_dogs", "--out", str(work / f"{round_} {kind}")]
            subprocess.run(run, env=environment, check=True, capture_output=True)
            seconds.append(time.perf_counter() - start)
        shutil.rmtree(home)
    for kind, seconds in times.items():
        told(f"`catseye transfer cats_vs_dogs`, 1,000 photographs, {kind}", seconds, "s")


def accuracy(work: Path) -> None:
    """Measure held-out accuracy: cats and dogs over five splits, the pets on their official test pictures."""
    home = work / "accuracy"
    whole = join_pictures(list(catseye.load("cats_vs_dogs", data_dir=home).splits.values()))
    info = catseye.load("cats_vs_dogs", data_dir=home).info
    shares = []
    for seed in SEEDS:
        train, test = stratified(whole.labels, 0.2, seed)
        dataset = Dataset(info, {TRAIN: whole.take(train), TEST: whole.take(test)})
        shares.append(100 * catseye.transfer(dataset, data_dir=home, seed=seed).result.to_json()["test"]["accuracy"])
    told(f"cats and dogs, {len(test)} held out, five splits", shares, "%")
    pets = [
        100 * catseye.transfer("oxford_iiit_pet", data_dir=home, seed=seed).result.to_json()["test"]["accuracy"]
        for seed in SEEDS
    ]
    told("pets, 37 breeds, official test pictures, five seeds", pets, "%")


def rates(work: Path) -> None:
    """Measure pictures per second: OpenVINO's tool, ours from memory, ours from JPEG files, in turn."""
    import openvino

    from catseye.inference.openvino_graph import build_openvino_graph

    home = work / "rates"
    found = pretrained(BACKBONE, None, home)
    model = work / "model.xml"
    openvino.save_model(build_openvino_graph(found.network, found.preprocess), model, compress_to_fp16=False)
    files = join_pictures(list(catseye.load("cats_vs_dogs", data_dir=home).splits.values()))
    decoded = np.stack([files.pixels(index, found.preprocess) for index in range(len(files))])
    memory_pictures = MemoryPictures(decoded, files.labels, files.classes)
    tool, ours, from_files = [], [], []
    for _ in range(ROUNDS):
        tool.append(_tool(model))
        ours.append(_rate(found, memory_pictures))
        from_files.append(_rate(found, files))
    told("OpenVINO's benchmark tool", tool, "pictures/s", 0)
    told("ours, pictures already decoded", ours, "pictures/s", 0)
    told("ours, from JPEG files", from_files, "pictures/s", 0)
    told("share of the tool's rate, already decoded", [100 * a / b for a, b in zip(ours, tool, strict=True)], "%", 1)
    told("share of the tool's rate, from files", [100 * a / b for a, b in zip(from_files, tool, strict=True)], "%", 1)
    weight = found.network.head.weight.detach().numpy()
    quick = extract(found, files, None).vectors @ weight.T
    exact = extract(found, files, None, engine=choose_engine(found, FP32, CPU)).vectors @ weight.T
    same = 100 * float((quick.argmax(1) == exact.argmax(1)).mean())
    print(f"\nbf16 names the same of ImageNet's 1,000 classes as single precision on {same:.1f} % of {len(files)}.")
    print("| what | median | mean ± s.d. | range | n |\n|---|---|---|---|---|")


def _tool(model: Path) -> float:
    command = ["benchmark_app", "-m", str(model), "-hint", "throughput", "-t", str(TOOL_SECONDS)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    throughput = re.search(r"Throughput:\s+([\d.]+)", output)
    assert throughput, output
    return float(throughput[1])


def _rate(found: Pretrained, pictures: Pictures) -> float:
    """Return the rate of the pictures' own passage, without starting the engine."""
    engine = choose_engine(found)
    extract(found, pictures.take(range(64)), None, engine=engine)
    features = extract(found, pictures, None, engine=engine)
    return len(features.vectors) / features.seconds


def memory(work: Path, count: int) -> None:
    """Measure time and largest memory of the whole command on many different photographs."""
    source = sorted((work / "accuracy").rglob("*.jpg"))
    many = work / "many"
    for number in range(count):
        original = source[number % len(source)]
        target = many / original.parent.name / f"{number}.jpg"
        target.parent.mkdir(parents=True, exist_ok=True)
        # What follows a JPEG's end is not decoded, but makes the file another one.
        target.write_bytes(original.read_bytes() + str(number).encode())
    environment = os.environ | {"CATSEYE_HOME": str(work / "memory")}
    run = [*COMMAND, "transfer", str(many), "--out", str(work / "many-run"), "--json"]
    script = (
        "import json, resource, subprocess, sys; out = subprocess.run(sys.argv[1:], check=True, capture_output=True);"
        "print(json.dumps([json.loads(out.stdout)['seconds'], resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))"
    )
    output = subprocess.run([sys.executable, "-c", script, *run], env=environment, check=True, capture_output=True)
    seconds, kibibytes = json.loads(output.stdout)
    told(f"`catseye transfer` on {count:,} photographs", [seconds["total"]], "s", 1)
    told("of that, features", [seconds["extract"]], "s", 1)
    told("peak memory", [kibibytes / 1000], "MB", 0)


if __name__ == "__main__":
    main()
