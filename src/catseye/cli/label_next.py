"""``catseye label-next``: choose which pictures to label next."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import (
    Archives,
    ClassifierPath,
    DataDir,
    Force,
    Json,
    Weights,
    console,
    escape_line,
    shorten_names,
    tell_notes,
)
from catseye.cli.next_step import given_options, opened_by, tell_next
from catseye.cli.output import choose_output
from catseye.cli.printing import tell_written, write_and_print
from catseye.errors import UsageError
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.errors import PictureError

_SHEET = "to-label.csv"
_CSV = ".csv"
_ENDINGS = (".html", ".png", ".svg", _CSV)
_MOST_LISTED = 20  # broken pictures by name


def command(
    classifier: ClassifierPath,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of pictures; subfolders are included.")],
    n: Annotated[int, typer.Option("-n", metavar="NUMBER", help="How many pictures to choose.")] = 20,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Write a table to fill in (.csv), a page with thumbnails (.html) or a figure (.png, .svg); "
            "may be repeated.",
        ),
    ] = None,
    force: Force = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    weights: Weights = None,
    json: Json = False,
) -> None:
    """Choose the pictures in a folder whose labels would teach a classifier most (active learning).

    The classifier is uncertain about them, and they differ from each other; the fewer pictures it has learned from, the
    more diversity counts. Pictures already labelled in the run are skipped, and so are copies. The CSV file has the
    columns file and label: fill in label, or leave it empty to skip a picture. The file must be in FOLDER or in a
    folder above it.
    """
    files = [_checked(file, folder, json=json, force=force) for file in output or ()]
    if len(set(files)) < len(files):
        raise UsageError("-o names the same file twice.")
    from catseye.runs.folder import RunFolder
    from catseye.system.files import is_folder
    from catseye.verbs.labelling import label_next

    found = label_next(classifier, folder, n, data_dir=data_dir, archives=archives, weights=weights)
    tell_notes(found.notes, [])
    _tell_broken(found.broken)
    for file in files:
        found.save(file)
    write_and_print(found, json=json, names_figure=False)
    if json:
        return
    tell_written(*files)
    sheet = next((file for file in files if file.suffix.lower() == _CSV), None)
    if sheet:
        told = f"fill in the label column of {sheet}; leave it empty for pictures that you want to skip."
        console().print(escape_line(told), soft_wrap=True)
        if is_folder(classifier) and RunFolder(classifier).pictures.exists():
            tell_next("transfer", sheet, "--update", classifier, "--out", f"{classifier}-updated", when="then")
    else:
        where = given_options({"--archives": archives, "--data-dir": data_dir})
        tell_next("label-next", *opened_by(classifier, weights), folder, "-n", n, *where, "-o", folder / _SHEET)


def _checked(file: Path, folder: Path, *, json: bool, force: bool) -> Path:
    """Return a file that may be written; raise `UsageError` before any work if it may not."""
    choose_output(file, json=json, force=force, endings=_ENDINGS)
    if file.suffix.lower() == _CSV:
        from catseye.active_learning.label_sheet import check_sheet

        check_sheet(file, folder)
    return file


def _tell_broken(broken: Sequence[PictureError]) -> None:
    if broken:
        print(f"note: {counted(len(broken), 'picture')} cannot be used:", file=sys.stderr)
    for error in broken[:_MOST_LISTED]:
        print(shorten_names(escape_line(f"  {error.picture}: {error.reason}")), file=sys.stderr)
    if len(broken) > _MOST_LISTED:
        print(f"  … and {len(broken) - _MOST_LISTED:,} more; --json lists them all", file=sys.stderr)
