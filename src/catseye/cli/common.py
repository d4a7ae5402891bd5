"""What several verbs share: options, and ways to print."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catseye.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console
    from rich.table import Table

_PIPE_WIDTH = 200
_MOST_LISTED = 20  # broken pictures by name

Data = Annotated[str, typer.Argument(metavar="DATA", help="A data set's name, or a folder, .zip or .tar(.gz).")]
ClassifierPath = Annotated[
    Path, typer.Argument(metavar="CLASSIFIER", help="A run's folder, a classifier's file, or a backbone's name.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
FigureFile = Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="A .png, .svg or .html file.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")]
DataDir = Annotated[Path | None, typer.Option(metavar="DIR", help="Where prepared data are kept [env: CATSEYE_HOME].")]
Archives = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Your own copies, DIR/<data set>/<file> [env: CATSEYE_ARCHIVES]."),
]
Label = Annotated[
    str | None, typer.Option(metavar="NAME", help="What pictures with several labels are labelled by, e.g. species.")
]
Device = Annotated[str, typer.Option(help="What computes: auto (a GPU where there is one), cpu or cuda.")]
Strict = Annotated[bool, typer.Option("--strict", help="Make a broken picture an error.")]


Backbone = Annotated[
    str, typer.Option(metavar="NAME", help="A pretrained network, e.g. resnet50; timm:NAME for any of timm's.")
]
Weights = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Its weights, .safetensors or .pth [default: the official ones]."),
]


def default_folder(data: str, network: str | None) -> Path:
    """Return where a run is put if nobody says where."""
    name = Path(data).resolve().name.partition(":")[0].partition(".")[0]
    return Path("runs") / (f"{name}-{network}".replace(":", "-").replace("/", "-") if network else name)


def print_json(value: Any) -> None:
    """Print one JSON document on stdout."""
    json.dump(value, sys.stdout, indent=2)  # in ASCII: valid whatever a name holds and stdout takes
    sys.stdout.write("\n")


def console() -> Console:
    """Return where tables and results are printed; nothing in a text is taken for markup."""
    from rich.console import Console

    # A pipe has no width: a table is not folded for one.
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else _PIPE_WIDTH
    return Console(markup=False, highlight=False, width=width)


def plain(text: str) -> str:
    """Return ``text`` with every character that could command a terminal written out."""
    return "".join(letter if letter == "\n" or letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def table(columns: Iterable[str], rows: Iterable[Iterable[object]], *, totals: Iterable[object] = ()) -> Table:
    """Return a table; columns whose name ends in ``>`` are numbers, aligned to the right."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    footers = [str(value) for value in totals]
    result = Table(box=SIMPLE_HEAD, show_footer=bool(footers), pad_edge=False)
    for index, column in enumerate(columns):
        footer = footers[index] if footers else ""
        right = column.endswith(">")
        result.add_column(column.rstrip(">"), footer, justify="right" if right else "left", no_wrap=right)
    for row in rows:
        result.add_row(*(Text(plain(str(value))) for value in row))
    return result


def tell_notes(notes: Iterable[str], left_out: Sequence[dict[str, str]]) -> None:
    """Say on stderr what a reader of results should know of the data, broken pictures by name."""
    for note in notes:
        print(plain(f"note: {note}"), file=sys.stderr)
    if left_out:
        print(f"note: {len(left_out)} broken picture(s) are left out:", file=sys.stderr)
    for out in left_out[:_MOST_LISTED]:
        print(plain(f"  {out['picture']}: {out['reason']}"), file=sys.stderr)
    if len(left_out) > _MOST_LISTED:
        print(f"  … and {len(left_out) - _MOST_LISTED:,} more; --json lists all", file=sys.stderr)


def parse_sides(text: str, axes: tuple[str, ...]) -> tuple[int, ...]:
    """Return the numbers of a text such as ``28x28x1``; raise `UsageError` if there are not as many as ``axes``."""
    if not re.fullmatch(r"\d{1,6}([x×]\d{1,6})*", text) or len(re.split("[x×]", text)) != len(axes):
        raise UsageError(
            f"expected {'x'.join(axes)} as numbers, e.g. {'x'.join(['28', '28', '1'][: len(axes)])}; got {text!r}."
        )
    return tuple(int(part) for part in re.split("[x×]", text))


def parse_epsilon(text: str) -> float:
    """Return the number that ``4/255`` or ``0.016`` stands for."""
    parts = text.split("/")
    try:
        value = float(parts[0]) / (float(parts[1]) if len(parts) == 2 else 1.0)
    except (ValueError, ZeroDivisionError, IndexError):
        value = float("nan")
    if len(parts) > 2 or value != value:
        raise UsageError(f"epsilon is a number such as 4/255 or 0.016; got {text!r}.")
    return value


def percent(share: float | None, digits: int = 2) -> str:
    """Return a share as a percentage, or a dash where there is none."""
    return "–" if share is None else f"{100 * share:.{digits}f} %"
