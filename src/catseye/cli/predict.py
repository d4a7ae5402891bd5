"""``catseye predict``: classify pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catseye.cli.common import (
    Archives,
    ClassifierPath,
    DataDir,
    Force,
    Json,
    Label,
    Strict,
    Weights,
    console,
    escape_control_characters,
)
from catseye.cli.completion import complete_split
from catseye.cli.csv_option import AllClasses, CsvFile, check_csv
from catseye.cli.label_options import Given, label_words, open_data, with_label_options
from catseye.cli.next_step import opened_by, tell_next
from catseye.cli.output import choose_output, file_option
from catseye.cli.printing import tell_written, write_and_print
from catseye.errors import UsageError

if TYPE_CHECKING:
    from catseye.classifier.prediction import Predictions


@with_label_options
def command(
    classifier: ClassifierPath,
    pictures: Annotated[
        list[Path],
        typer.Argument(metavar="PICTURE", help="Pictures, or folders of pictures; with --split, one data set."),
    ],
    labelling: dict[str, Given],
    split: Annotated[
        str | None,
        typer.Option(
            metavar="SPLIT",
            help="Predict these pictures of a data set, e.g. test[:32] or all, with the true classes beside.",
            autocompletion=complete_split,
        ),
    ] = None,
    label: Label = None,
    output: Annotated[
        Path | None, file_option(words="Draw the pictures with their probabilities to this .png, .svg or .html file")
    ] = None,
    csv: CsvFile = None,
    all_classes: AllClasses = False,
    force: Force = False,
    strict: Strict = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    weights: Weights = None,
    json: Json = False,
) -> None:
    """Predict the class of each picture, with probabilities.

    With --split, the pictures are those of a data set, and their true classes are shown as well. If a picture cannot be
    read, the others are still classified; the exit status is then 1. With --csv, a line says which classes were found
    instead of a table.
    """
    choose_output(output, json=json, force=force, writes_csv=True)
    check_csv(csv, force=force, all_classes=all_classes, output=output, read=pictures)
    from catseye.verbs.prediction import predict as classify

    options: dict[str, Any] = {"label": label, "strict": strict, "archives": archives, "data_dir": data_dir}
    if split is None:
        _refuse(labelling, label, strict=strict)
        found = classify(classifier, pictures, weights=weights, data_dir=data_dir)
    else:
        opened = open_data(_one(pictures), labelling, **options)
        found = classify(classifier, opened, split=split, weights=weights, **options)
    if csv:
        found.save_csv(csv, all_classes=all_classes)
    if output:
        found.save(output)
    if csv and not json:
        console().print(escape_control_characters(found.counts), soft_wrap=True)
    else:
        write_and_print(found, json=json, names_figure=False)
    if not json:
        tell_written(output, csv)
    if output and not json and split is None:
        tell_next("explain", *opened_by(classifier, weights), _first(found))
    if found.broken:
        raise typer.Exit(1)


def _one(pictures: list[Path]) -> str:
    if len(pictures) > 1:
        raise UsageError(f"--split is for one data set; got {len(pictures)}: {', '.join(map(str, pictures[:3]))}.")
    return str(pictures[0])


def _refuse(labelling: dict[str, Given], label: str | None, *, strict: bool) -> None:
    """Raise `UsageError` if options of data sets are given for pictures."""
    given = label_words(labelling) + (["--label"] if label else []) + (["--strict"] if strict else [])
    if given:
        raise UsageError(f"{given[0]} is for the pictures of a data set, and needs --split.")


def _first(found: Predictions) -> str:
    """Return the first picture that could be read."""
    broken = {one.picture for one in found.broken}
    return next((one.picture for one in found if one.picture not in broken), "PICTURE")
