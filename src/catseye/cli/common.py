"""Options and ways to print that several verbs share."""

from __future__ import annotations

import codecs
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from catseye.arguments import parse_epsilon as parse_epsilon
from catseye.arguments import parse_sides as parse_sides
from catseye.cli.completion import (
    DEVICES,
    choose_from,
    complete_backbone,
    complete_classifier,
    complete_data,
    complete_label,
    complete_network,
    complete_split,
)
from catseye.errors import StoppedError
from catseye.errors import shorten_names as shorten_names
from catseye.networks.names import NETWORK_FILE
from catseye.short_repr import counted
from catseye.system.terminal import open_console, requested_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console
    from rich.table import Table

_PIPE_WIDTH = 200
_LONGEST_NAME = 40  # letters of a network's layers in the name of a folder
_IN_WORDS = "\u200c\u200d"  # join and part letters in Bengali, Persian and emoji
_MOST_LISTED = 20  # left-out pictures by name

Data = Annotated[
    str,
    typer.Argument(
        metavar="DATA",
        help="Data set name, or path of a folder, .zip, .tar or label file (.csv, .tsv, .jsonl).",
        autocompletion=complete_data,
    ),
]
ClassifierPath = Annotated[
    Path,
    typer.Argument(
        metavar="CLASSIFIER",
        help="Run folder, classifier file or backbone name.",
        autocompletion=complete_classifier,
    ),
]
Network = Annotated[
    str,
    typer.Argument(
        metavar="NETWORK",
        help="Network or backbone name, layers as text or in a .toml file, run folder or classifier file.",
        autocompletion=complete_network,
    ),
]
PictureFile = Annotated[Path, typer.Argument(metavar="PICTURE", help="Path of a picture.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite existing files.")]
DataDir = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Keep prepared data and downloads in this folder [env: CATSEYE_HOME]."),
]
Archives = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Use your own copies of archives, kept as DIR/DATA-SET/FILE [env: CATSEYE_ARCHIVES]."
    ),
]
TrainingSplit = Annotated[
    str | None,
    typer.Option(
        metavar="SPLIT",
        help="Use only these pictures, e.g. train[:10%]; a fifth of each class is then set aside as the test pictures.",
        autocompletion=complete_split,
    ),
]
Label = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Label to use where pictures have several, e.g. species.",
        autocompletion=complete_label,
    ),
]
Device = Annotated[
    str,
    typer.Option(
        metavar="NAME", help="Device: auto (a GPU if available), cpu or cuda.", autocompletion=choose_from(DEVICES)
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="Fail if a picture is broken, instead of leaving it out.")]
Resume = Annotated[bool, typer.Option("--resume", help="Continue the run in --out where it stopped.")]
Backbone = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="Pretrained network, e.g. resnet50, or timm:NAME for one from timm.",
        autocompletion=complete_backbone,
    ),
]
Weights = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Weights of the backbone: .safetensors, .pth, or of VGG Keras's .h5 [default: the official ones].",
    ),
]


def default_folder(data: str, network: str | None) -> Path:
    """Return the folder of a run for which none is given."""
    name = Path(data).resolve().name.partition(":")[0].partition(".")[0]
    return Path("runs") / (f"{name}-{_short_name(network)}" if network else name)


def _short_name(network: str) -> str:
    """Return a network's name as part of a file's name: of a text without a name, letters and digits of its layers."""
    if network.lower().endswith(NETWORK_FILE):
        return Path(network).stem
    if re.fullmatch(r"[\w:./-]+", network):  # a name
        return re.sub(r"[:/]", "-", network)
    own, colon, _ = network.partition(":")
    plain = re.sub(r"[^\w.]+", "-", own if colon else network.replace("×", "x")).strip("-")
    if len(plain) <= _LONGEST_NAME:
        return plain
    return f"{plain[:_LONGEST_NAME].rstrip('-')}-{hashlib.sha256(network.encode()).hexdigest()[:6]}"


def stopped_error(folder: Path) -> StoppedError:
    """Return the error for a run that the user stopped, which says how to continue it."""
    return StoppedError(f"stopped; to continue, repeat the command with --out {folder} --resume.")


def print_json(value: Any) -> None:
    """Print one JSON document on stdout: in UTF-8 where it takes that, elsewhere in ASCII."""
    text = json.dumps(value, indent=2, ensure_ascii=not _takes_utf8())
    if not text.isascii():  # what is no letter, and the half letters of odd file names, are escaped as JSON does
        text = "".join(letter if letter.isascii() or _is_shown(letter) else json.dumps(letter)[1:-1] for letter in text)
    sys.stdout.write(f"{text}\n")


def _takes_utf8() -> bool:
    return codecs.lookup(sys.stdout.encoding or "ascii").name == "utf-8"


def console() -> Console:
    """Return the console for tables and results; it interprets no markup."""
    # A pipe has no width: a table is not folded for one.
    return open_console(width=None if sys.stdout.isatty() else requested_columns() or _PIPE_WIDTH)


def escape_control_characters(text: str) -> str:
    """Return ``text`` with control characters escaped, so that it cannot command the terminal."""
    return "".join(letter if letter == "\n" or _is_shown(letter) else ascii(letter)[1:-1] for letter in text)


def escape_line(text: str) -> str:
    """Return ``text`` as one line, as :func:`escape_control_characters` does: a name may hold a line break."""
    return escape_control_characters(text).replace("\n", "\\n")


def _is_shown(letter: str) -> bool:
    return letter.isprintable() or letter in _IN_WORDS


def make_table(columns: Iterable[str], rows: Iterable[Iterable[object]], *, totals: Iterable[object] = ()) -> Table:
    """Return a table; columns whose name ends in ``>`` are numbers, aligned to the right."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    columns, footers = tuple(columns), [str(value) for value in totals]
    result = Table(box=SIMPLE_HEAD, show_header=any(columns), show_footer=bool(footers), pad_edge=False)
    for index, column in enumerate(columns):
        footer = footers[index] if footers else ""
        right = column.endswith(">")
        justify: Literal["right", "left"] = "right" if right else "left"
        result.add_column(column.rstrip(">"), footer, justify=justify, no_wrap=right, overflow="fold")  # nothing is cut
    for row in rows:
        result.add_row(*(Text(shorten_names(escape_line(str(value)))) for value in row))
    return result


def tell_notes(notes: Iterable[str], left_out: Sequence[dict[str, str]]) -> None:
    """Print notes about the data on stderr, with the names of pictures that are left out."""
    for note in notes:
        print(shorten_names(escape_line(f"note: {note}")), file=sys.stderr)
    if left_out:
        print(f"note: {counted(len(left_out), 'picture')} left out:", file=sys.stderr)
    for out in left_out[:_MOST_LISTED]:
        print(shorten_names(escape_line(f"  {out['picture']}: {out['reason']}")), file=sys.stderr)
    if len(left_out) > _MOST_LISTED:
        print(
            f"  … and {len(left_out) - _MOST_LISTED:,} more; catseye info DATA --json lists them all", file=sys.stderr
        )


def percent(share: float | None, digits: int = 2) -> str:
    """Return a share as a percentage, or a dash where there is none."""
    return "–" if share is None else f"{100 * share:.{digits}f} %"
