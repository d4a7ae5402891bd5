"""``catseye demo``: the tour, without a network connection."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import console, percent
from catseye.system.files import find_free


def command(
    out: Annotated[Path | None, typer.Option(metavar="RUN", help="Folder of the run [default: catseye-demo].")] = None,
) -> None:
    """Train on the built-in digits, then look inside, fool and explain the network, all on one page; works offline."""
    from catseye.tour.steps import PAGE, tour

    start = time.perf_counter()
    folder = out or find_free(Path("catseye-demo"))
    run = tour(folder, print)
    test = run.result.test
    assert test
    low, high = test.accuracy_interval
    console().print(
        f"\nDone in {time.perf_counter() - start:.0f} s. The network classifies {percent(test.accuracy)} of "
        f"{test.examples} held-out digits correctly\n(95 % interval {percent(low)} to {percent(high)}).\n\n"
        f"Open {folder / PAGE} in a browser: what networks see, how they are fooled, why they answer as they do;\n"
        f"and {folder / 'report.html'}: how far to trust the digit network, and where it is wrong.\n\n"
        f"Then try:\n"
        f"{_hints(folder)}",
        soft_wrap=True,
    )


def _hints(folder: Path) -> str:
    hints = (
        ("catseye show digits -o digits-grid.png", "what the pictures look like"),
        (f"catseye evaluate {folder} digits", "the numbers again, class by class"),
        ("catseye summary convnet", "a network, layer by layer"),
        ("catseye datasets", "what else there is to train on"),
        ("catseye train YOUR-FOLDER --out my-run", "your own pictures, one folder per class"),
    )
    longest = max(len(command) for command, _ in hints)
    return "\n".join(f"  {command:{longest}}  {meaning}" for command, meaning in hints)
