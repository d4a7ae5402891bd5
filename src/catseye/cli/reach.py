"""``catseye reach``: compare transfer and training from scratch."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import (
    Archives,
    Backbone,
    DataDir,
    Force,
    Json,
    Weights,
    console,
    make_table,
    print_json,
    tell_notes,
)
from catseye.errors import UsageError
from catseye.system.files import new_output

if TYPE_CHECKING:
    from catseye.studies.reach.curves import Reach

_PAGE = ".html"


def reach(
    data: Annotated[list[str], typer.Argument(metavar="DATA", help="Data set names, or paths of folders or archives.")],
    shots: Annotated[str, typer.Option(metavar="N,N,...", help="Numbers of examples per class.")] = "1,2,5,10,20",
    seeds: Annotated[int, typer.Option(help="Number of repetitions, each with another seed.")] = 3,
    backbone: Backbone = "efficientnet_lite0",
    weights: Weights = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Write the figure to this .png or .svg file, or a page to .html."
        ),
    ] = None,
    force: Force = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Measure transfer and training from scratch on few examples per class, and where transfer stops helping."""
    from catseye.drawing.style import FORMATS

    endings = (*FORMATS, _PAGE)
    if output and output.suffix.lower() not in endings:
        raise UsageError(f"-o must end in {', '.join(FORMATS)} or {_PAGE}; got {output}.")
    if output:
        new_output(output, force=force)
    numbers = _numbers(shots)
    from catseye.studies.reach.study import reach as measure

    measured = measure(data, numbers, seeds, backbone, weights=weights, data_dir=data_dir, archives=archives)
    if output:
        _write(output, measured, numbers)
    if json:
        print_json(measured.to_json() | {"figure": str(output) if output else None})
    else:
        _show(measured)
        if output:
            print(f"wrote {output}")


def _numbers(text: str) -> list[int]:
    if not re.fullmatch(r"\s*\d{1,9}\s*(,\s*\d{1,9}\s*)*", text):
        raise UsageError(f"--shots must be numbers of examples per class, e.g. 1,2,5; got {text!r}.")
    return sorted({int(number) for number in text.split(",")})


def _write(output: Path, measured: Reach, shots: list[int]) -> None:
    from catseye.studies.reach.figure import write_reach
    from catseye.studies.reach.page import write_reach_page

    if output.suffix.lower() == _PAGE:
        write_reach_page(output, measured, shots)
    else:
        write_reach(output, measured)


def _show(measured: Reach) -> None:
    from catseye.drawing.numbers import points
    from catseye.studies.reach.curves import RULE

    rows = [
        (curves.name, pair.shots, pair.transfer.shown, pair.scratch.shown, points(pair.lead))
        for curves in measured.data
        for pair in curves.pairs
    ]
    tell_notes([note for curves in measured.data for note in curves.notes], [])
    out = console()
    out.print(make_table(("data", "per class>", "transfer>", "from scratch>", "lead>"), rows))
    for curves in measured.data:
        out.print(
            f"{curves.name} ({curves.classes} classes, {curves.test_pictures:,} test pictures): {curves.verdict}\n"
        )
    out.print(f"Accuracy: mean ± sample standard deviation, n = {measured.seeds}. {RULE}")
