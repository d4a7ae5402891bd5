"""Catseye beside what people use now: the same work, the same data, in turn, in fresh processes.

    make bench          a few minutes, one round
    make bench-full     about an hour

Writes a table in Markdown and all that was measured as JSON. Needs its own virtual environment (requirements.txt) and,
for the pictures, the archives of mnist and cats_vs_dogs (CATSEYE_ARCHIVES) and Fashion-MNIST.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
from rounds import Contest, Program

import catseye
from catseye.networks import build, summarise
from catseye.system.files import write_atomically
from catseye.system.threads import usable_cores

CATSEYE = [sys.executable, "-m", "catseye"]
PACKAGES = ("catseye", "torch", "openvino", "keras", "tensorflow", "numpy", "pillow")
# What each network is trained on, the lesson's accuracy in %, and what is said beyond the default recipe.
LESSONS = {
    "fashion_convnet": ("fashion_mnist", 91.57, ()),
    "convnet": ("mnist", 99.11, ("epochs=1",)),
    "dense": ("mnist", 98.17, ()),
}
EPOCHS = {"fashion_convnet": "2", "convnet": "1", "dense": "3"}  # of our recipe, for Keras
PHOTOGRAPHS = {False: 200, True: 1000}
STEP_PICTURES = {False: "6400", True: "19200"}
CHAPTERS = ("accuracy", "steps", "extraction", "transfer", "start", "growth")


def main() -> None:
    """Run the chapters that were asked for and write what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chapters", nargs="*", default=CHAPTERS, help=", ".join(CHAPTERS))
    parser.add_argument("--full", action="store_true", help="more rounds, more pictures, all batch sizes")
    parser.add_argument("-o", "--out", type=Path, default=Path("bench"), help="folder for the results [bench]")
    arguments = parser.parse_args()
    if unknown := set(arguments.chapters) - set(CHAPTERS):
        parser.error(f"there is no chapter {', '.join(unknown)}; there are {', '.join(CHAPTERS)}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "1"}
    with tempfile.TemporaryDirectory() as folder:
        for chapter in arguments.chapters:
            start = time.perf_counter()
            contests = globals()[f"{chapter}_contests"](Path(folder), arguments.full)
            for contest, rounds in contests:
                contest.run(rounds)
            write(arguments.out, chapter, [contest for contest, _ in contests], time.perf_counter() - start)


def accuracy_contests(work: Path, full: bool) -> list[tuple[Contest, int]]:
    """Time to the lesson's accuracy: everything after imports, from data on disk to accuracy on the test pictures."""
    contests = []
    for network, (data, mark, changes) in LESSONS.items():
        if not full and network == "fashion_convnet":
            continue  # ten epochs in Keras take three minutes by themselves
        arrays = str(exported(data, work))
        few = 1  # round of what takes longest and no mark is set against
        programs = [
            Program("Catseye", ["catseye_train.py", data, network, "{round}", *changes]),
            Program("the lesson's program in Keras", ["keras_lesson.py", arrays, network, "{round}"]),
            Program(
                "our recipe in Keras", ["keras_recipe.py", arrays, network, "{round}", EPOCHS[network]], rounds=few
            ),
            Program("the lesson in plain PyTorch", ["torch_tutorial.py", arrays, network, "{round}"], rounds=few),
        ]
        title = f"{network}, test accuracy at least {mark} %"
        contests.append(
            (Contest(title, programs if full else programs[:2], also={"accuracy": "accuracy, %"}), 5 if full else 1)
        )
    return contests


def steps_contests(work: Path, full: bool) -> list[tuple[Contest, int]]:
    """Fixed work: training steps per second with the same network, batch size and optimiser (Adam)."""
    del work
    network, contests = "fashion_convnet", []
    for precision in ("fp32", "bf16"):
        for batch_size in ("32", "128", "512") if full else ("128",):
            words = [network, batch_size, precision, STEP_PICTURES[full]]
            programs = [
                Program(name, [f"{file}_steps.py", *words])
                for name, file in (("Catseye", "catseye"), ("Keras", "keras"), ("plain PyTorch", "torch"))
            ]
            title = f"{network}, batch {batch_size}, {precision}"
            contests.append((Contest(title, programs, "images_per_second", "pictures/s", True), 4 if full else 1))
    return contests


def extraction_contests(work: Path, full: bool) -> list[tuple[Contest, int]]:
    """Features of photographs, network started before, decoding included or not."""
    folder = str(photographs(work, PHOTOGRAPHS[full]))
    contests = []
    for source in ("files", "memory"):
        programs = [
            Program("Catseye, EfficientNet-Lite0", ["catseye_extract.py", folder, source]),
            Program("Keras, MobileNetV2", ["keras_extract.py", folder, source]),
            Program("plain PyTorch, EfficientNet-Lite0", ["torch_extract.py", folder, source], rounds=2 if full else 1),
            Program("OpenVINO's tool, network alone", ["openvino_tool.py", "5"]),
        ]
        title = f"features of {PHOTOGRAPHS[full]:,} photographs, from {'JPEG files' if source == 'files' else source}"
        contest = Contest(title, programs, "pictures_per_second", "pictures/s", True, {"start_seconds": "start, s"})
        contests.append((contest, 4 if full else 1))
    return contests


def transfer_contests(work: Path, full: bool) -> list[tuple[Contest, int]]:
    """The whole of transfer: program start to finish, nothing kept from before."""
    folder = str(photographs(work, PHOTOGRAPHS[full]))
    programs = [
        Program("`catseye transfer`", ["catseye_transfer.py", folder]),
        Program("Keras, frozen MobileNetV2, 5 epochs", ["keras_transfer.py", folder]),
    ]
    also = {"extract_seconds": "features, s", "head_seconds": "head, s", "accuracy": "accuracy, %"}
    return [(Contest(f"transfer to {PHOTOGRAPHS[full]:,} photographs", programs, also=also), 3 if full else 1)]


def start_contests(work: Path, full: bool) -> list[tuple[Contest, int]]:
    """From nothing running to an answer."""
    picture = str(next(photographs(work, 2).rglob("*.jpg")))
    catseye.train("digits", out=work / "run", epochs=1)
    rounds = 9 if full else 3
    start = [
        Program("`catseye --help`", [*CATSEYE, "--help"]),
        Program("`import keras`", [sys.executable, "-c", "import keras"]),
    ]
    predict = [
        Program("`catseye predict efficientnet_lite0`", [*CATSEYE, "predict", "efficientnet_lite0", picture]),
        Program("`catseye predict` with a small classifier", [*CATSEYE, "predict", str(work / "run"), picture]),
        Program("Keras, MobileNetV2", ["keras_predict.py", picture]),
    ]
    return [
        (Contest("start-up", start, "whole_seconds"), rounds),
        (Contest("one picture classified, from a cold start", predict, "whole_seconds"), rounds),
    ]


def growth_contests(work: Path, full: bool) -> list[tuple[Contest, int]]:
    """Time and memory against the number of pictures and of cores."""
    contests = []
    for cores, named in ((1, "1 core"), (2, "2 cores")):
        sizes = [100, 1_000, 10_000] if full else [100, 1_000]
        programs = [
            Program(f"{size:,} photographs", ["catseye_transfer.py", str(photographs(work, size))], cores)
            for size in sizes
        ]
        contests.append((Contest(f"`catseye transfer`, {named}", programs, also={"extract_seconds": "features, s"}), 1))
        sizes = [6_000, 60_000, 600_000] if full else [6_000, 60_000]
        programs = [Program(f"{size:,} pictures", ["catseye_growth.py", str(size)], cores) for size in sizes]
        contests.append((Contest(f"an epoch of fashion_convnet, {named}", programs), 1))
    return contests


def exported(data: str, work: Path) -> Path:
    """Return the pictures of a data set as a file of arrays."""
    path = work / f"{data}.npz"
    if not path.exists():
        splits = catseye.load(data).splits
        arrays = {name: part.batch(range(len(part)))[:, 0] for name, part in splits.items()}
        labels = {f"{name}_labels": part.labels for name, part in splits.items()}
        np.savez(path, allow_pickle=False, **arrays, **labels)
    return path


def photographs(work: Path, count: int) -> Path:
    """Return a folder of so many cats and dogs, each file another one, though their pictures repeat."""
    folder = work / f"photographs-{count}"
    if not folder.exists():
        source = catseye.load("cats_vs_dogs")
        paths = [part.name(index) for part in source.splits.values() for index in range(len(part))]
        random = np.random.default_rng(0)
        for number, index in enumerate(random.permutation(count) % len(paths)):
            original = Path(paths[index])
            target = folder / original.parent.name / f"{number}.jpg"
            target.parent.mkdir(parents=True, exist_ok=True)
            # What follows a JPEG's end is not decoded, but makes the file another one.
            target.write_bytes(original.read_bytes() + str(number).encode())
    return folder


def write(out: Path, chapter: str, contests: list[Contest], seconds: float) -> None:
    """Write a chapter's tables and everything that was measured."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    machine = (
        f"{processor()}, {usable_cores()} cores, {platform.system()}; Python {platform.python_version()}, {packages}"
    )
    tables = [f"<!-- {machine}; {seconds:.0f} s -->\n", *(contest.table() for contest in contests)]
    if chapter == "steps":
        tables.append(peak_table(contests))
    write_atomically(out / f"{chapter}.md", "\n".join(tables).encode())
    measured = {"machine": machine, "seconds": seconds, "contests": {one.title: one.results for one in contests}}
    write_atomically(out / f"{chapter}.json", json.dumps(measured, indent=1).encode())
    print("\n".join(tables), flush=True)


def peak_table(contests: list[Contest]) -> str:
    """Return what share of the processor's peak in matrix products each training step reaches."""
    peaks = Program("peak", ["matrix_peak.py"]).measure(0)
    lines = [
        f"Matrix products reach {peaks['fp32']:,.0f} · 10⁹ (fp32) and {peaks['bf16']:,.0f} · 10⁹ (bf16) operations a "
        "second.\n",
        "| | " + " | ".join(program.name for program in contests[0].programs) + " |",
        "|---" * (len(contests[0].programs) + 1) + "|",
    ]
    for contest in contests:
        network, _, precision = contest.title.split(", ")
        operations = 2 * 3 * summarise(build(network, (28, 28, 1), 10), (28, 28, 1), network).multiply_adds
        shares = [
            100
            * np.median([values["images_per_second"] for values in contest.results[program.name]])
            * operations
            / (1e9 * peaks[precision])
            for program in contest.programs
        ]
        lines.append(f"| {contest.title} | " + " | ".join(f"{share:.0f} %" for share in shares) + " |")
    return "\n".join(lines) + "\n"


def processor() -> str:
    """Return the processor's name."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
