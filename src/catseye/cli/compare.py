"""``catseye compare``: compare runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import Force, Json, console, percent, print_json, table
from catseye.errors import UsageError
from catseye.system.files import new_output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.runs.run import Run

_MOST = 6


def compare(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN", help="Folders of finished runs.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Draw the training curves to this .png or .svg file."),
    ] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Compare finished runs: parameters, training and test accuracy, and training curves side by side."""
    from catseye.drawing.style import FORMATS
    from catseye.runs.curves import write_comparison
    from catseye.runs.run import Run

    if output and output.suffix.lower() not in FORMATS:
        raise UsageError(f"-o must end in {' or '.join(FORMATS)}; got {output}.")
    if len(runs) > _MOST:
        raise UsageError(f"at most {_MOST} runs can be compared at once; got {len(runs)}.")
    opened = [Run.open(path) for path in runs]
    if output:
        new_output(output, force=force)
        straight = [str(path) for path, run in zip(runs, opened, strict=True) if not run.history]
        if straight:
            raise UsageError(f"no curves can be drawn of {', '.join(straight)}: its head was solved, not trained.")
        short = [path.resolve().name for path in runs]
        names = short if len(set(short)) == len(runs) else [str(path) for path in runs]
        titles = [f"{name}: {run.result['network']}" for name, run in zip(names, opened, strict=True)]
        write_comparison(output, titles, [run.history for run in opened])
    if json:
        print_json([run.result for run in opened])
    else:
        _show(runs, opened)


def _show(paths: Sequence[Path], runs: Sequence[Run]) -> None:
    rows = []
    for path, run in zip(paths, runs, strict=True):
        train, test = run.result["train"]["accuracy"], (run.result["test"] or {}).get("accuracy")
        gap = None if test is None else train - test
        spent = run.result["seconds"]
        seconds = f"{spent['total'] if isinstance(spent, dict) else spent:.1f} s"
        parameters = f"{run.result['parameters']:,}"
        rows.append((path, run.result["network"], parameters, percent(train), percent(test), percent(gap), seconds))
    columns = ("run", "network", "parameters>", "train>", "test>", "gap>", "time>")
    console().print(table(columns, rows))
    console().print("gap: training accuracy minus test accuracy; a large one is overfitting")
