"""``catseye shifts``: measure accuracy on shifted pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import (
    Archives,
    Data,
    DataDir,
    FigureFile,
    Force,
    Json,
    console,
    make_table,
    percent,
    print_json,
    tell_notes,
)

if TYPE_CHECKING:
    from catseye.studies.shifts.curves import Shifts


def shifts(
    data: Data = "mnist",
    output: FigureFile = Path("shifts.png"),
    networks: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,NAME,...", help="Networks to train [default: dense, and the convnet for this size]."
        ),
    ] = None,
    classifier: Annotated[
        list[Path] | None,
        typer.Option(metavar="CLASSIFIER", help="Measure this trained classifier instead; may be repeated."),
    ] = None,
    largest: Annotated[
        int | None, typer.Option(metavar="PIXELS", help="Largest shift [default: 2/7 of the side].")
    ] = None,
    seeds: Annotated[int, typer.Option(help="Number of trainings of each network.")] = 3,
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="Random seed of the first training.")] = 0,
    force: Force = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Train a dense and a convolutional network on unshifted pictures, and measure both on shifted ones."""
    from catseye.drawing.figure_file import figure_output, write_figure
    from catseye.studies.shifts.figure import shifts_figure
    from catseye.studies.shifts.study import shifts as measure

    figure_output(output, force=force)
    named = [name.strip() for name in networks.split(",")] if networks is not None else []
    paths = classifier or []
    measured = measure(data, named, largest, seeds, classifiers=paths, seed=seed, data_dir=data_dir, archives=archives)
    title = f"{measured.data} on the move"
    write_figure(output, lambda: shifts_figure(measured), title, (measured.verdict, _basis(measured), *measured.notes))
    if json:
        print_json(measured.to_json() | {"figure": str(output)})
    else:
        _show(measured)
        print(f"wrote {output}")


def _show(measured: Shifts) -> None:
    tell_notes(measured.notes, [])
    rows = [
        (pixels, *(curve.shown(pixels) for curve in measured.curves), percent(lost, 1))
        for pixels, lost in enumerate(measured.lost)
    ]
    out = console()
    out.print(make_table(("pixels>", *(f"{curve.name}>" for curve in measured.curves), "lost off the edge>"), rows))
    out.print(measured.verdict, soft_wrap=True)
    out.print(_basis(measured), soft_wrap=True)


def _basis(measured: Shifts) -> str:
    low, high = measured.interval(measured.curves[0], 0)
    trainings = max(len(curve.accuracies) for curve in measured.curves)
    spread = f"mean ± sample standard deviation of {trainings} trainings" if trainings > 1 else "one training each"
    return (
        f"Accuracy on {measured.test_pictures:,} test pictures, each moved down, up, right and left: {spread}. "
        f"With this many pictures, the 95 % interval for {measured.curves[0].name} on unshifted pictures is "
        f"{percent(low, 1)} to {percent(high, 1)}."
    )
