"""``catseye sort``: sort pictures into folders by their predicted classes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import ClassifierPath, Force, Json, Weights, escape_line, shorten_names, tell_notes
from catseye.cli.csv_option import CsvFile, check_csv
from catseye.cli.next_step import opened_by, tell_next
from catseye.cli.printing import tell_written, write_and_print
from catseye.errors import StoppedError
from catseye.short_repr import counted

_MOST_LISTED = 20  # broken pictures by name
_THRESHOLD = 0.8  # as the library's; which loads too much for --help


def command(
    classifier: ClassifierPath,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of pictures; subfolders are included.")],
    into: Annotated[Path, typer.Option("--into", metavar="OUT", help="Folder to sort into.")],
    copy: Annotated[bool, typer.Option("--copy", help="Copy the pictures.")] = False,
    link: Annotated[bool, typer.Option("--link", help="Make hard links instead of copies.")] = False,
    threshold: Annotated[
        float, typer.Option(metavar="SHARE", help="Pictures whose class is less probable than this go to OUT/doubtful.")
    ] = _THRESHOLD,
    csv: CsvFile = None,
    force: Force = False,
    weights: Weights = None,
    json: Json = False,
) -> None:
    """Copy or link pictures into folders by their predicted classes, keeping doubtful ones apart.

    Without --copy or --link nothing is written: the command says what it would do. Nothing is ever moved, deleted or
    overwritten (--force applies to the CSV file only). You can repeat a command that was stopped: pictures that are
    already there are not copied again. Probabilities are calibrated: at the default threshold of 0.8, expect about one
    in five of the pictures just above it to be wrong.
    """
    check_csv(csv, force=force, all_classes=False)
    from catseye.verbs.sorting import sort as sort_pictures

    try:
        found = sort_pictures(classifier, folder, into, copy=copy, link=link, threshold=threshold, weights=weights)
    except KeyboardInterrupt:
        raise StoppedError("stopped; the copies made so far are complete. To continue, repeat the command.") from None
    tell_notes(found.notes, [])
    if found.broken:
        print(f"note: {counted(len(found.broken), 'picture')} cannot be sorted:", file=sys.stderr)
    for error in found.broken[:_MOST_LISTED]:
        print(shorten_names(escape_line(f"  {error.picture}: {error.reason}")), file=sys.stderr)
    if len(found.broken) > _MOST_LISTED:
        print(f"  … and {len(found.broken) - _MOST_LISTED:,} more; --json lists them all", file=sys.stderr)
    if csv:
        found.save_csv(csv)
    write_and_print(found, json=json, names_figure=False)
    if json:
        return
    tell_written(csv)
    if found.action is None:
        tell_next("sort", *opened_by(classifier, weights), folder, "--into", into, *_changed(threshold), "--copy")


def _changed(threshold: float) -> tuple[object, ...]:
    return ("--threshold", threshold) if threshold != _THRESHOLD else ()
