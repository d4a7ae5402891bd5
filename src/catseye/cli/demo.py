"""``catseye demo``: the tour, with no network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import console, percent


def demo(
    out: Annotated[Path | None, typer.Option(metavar="RUN", help="The run's folder [default: catseye-demo].")] = None,
) -> None:
    """Train on the built-in digits, judge the result and write a report; no network is needed."""
    from catseye.runs import train

    folder = out or _free(Path("catseye-demo"))
    print("Training a convolutional network on 8×8 pictures of handwritten digits ...")
    run = train("digits", out=folder)
    test = run.result["test"]
    low, high = test["accuracy_interval"]
    console().print(
        f"\nDone in {run.result['seconds']:.0f} s. Of {test['examples']} digits that it had never seen, it names "
        f"{percent(test['accuracy'])} rightly\n(95 % interval {percent(low)} to {percent(high)}).\n\n"
        f"Open {folder / 'report.html'} in a browser: what it learned, how far to trust it, where it errs.\n\n"
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
        ("catseye train YOUR-FOLDER --out my-run", "your own pictures, one folder a class"),
    )
    longest = max(len(command) for command, _ in hints)
    return "\n".join(f"  {command:{longest}}  {meaning}" for command, meaning in hints)


def _free(folder: Path) -> Path:
    number = 2
    candidate = folder
    while candidate.exists():
        candidate = folder.with_name(f"{folder.name}-{number}")
        number += 1
    return candidate
