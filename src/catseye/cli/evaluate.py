"""``catseye evaluate``: measure a classifier."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import (
    Archives,
    ClassifierPath,
    Data,
    DataDir,
    Force,
    Json,
    Label,
    Strict,
    Weights,
    parse_epsilon,
    tell_notes,
)
from catseye.cli.completion import complete_data, complete_split
from catseye.cli.csv_option import AllClasses, CsvFile, check_csv
from catseye.cli.label_options import Given, open_data, with_label_options
from catseye.cli.next_step import opened_by, tell_next
from catseye.cli.output import choose_output, file_option
from catseye.cli.printing import tell_written, write_and_print
from catseye.errors import UsageError

_SMALL_EXAMPLES, _LARGE_EXAMPLES = 500, 100  # as the library's; which loads too much for --help


@with_label_options
def command(
    classifier: ClassifierPath,
    data: Data,
    labelling: dict[str, Given],
    split: Annotated[
        str | None,
        typer.Option(
            metavar="SPLIT",
            help="Pictures to use, e.g. test, train[:100]+test or all "
            "[default: test; all if DATA has no test split and was not used for training].",
            autocompletion=complete_split,
        ),
    ] = None,
    label: Label = None,
    rename: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="THEIRS=OURS",
            help="The classifier's name for a class of DATA that goes by another, e.g. cats=cat; may be repeated.",
        ),
    ] = None,
    robust: Annotated[
        str | None,
        typer.Option(
            metavar="EPSILON,...", help="Also measure robustness to attacks of these sizes, e.g. 1/255,4/255."
        ),
    ] = None,
    examples: Annotated[
        int | None,
        typer.Option(
            help=f"Number of pictures to attack [default: {_SMALL_EXAMPLES}, or {_LARGE_EXAMPLES} if they are large]."
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="OTHER",
            help="Also measure how well the classifier detects the pictures of another data set or folder as unlike "
            "its training pictures (out-of-distribution detection): AUROC, and false alarms at 95 % detection.",
            autocompletion=complete_data,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Random seed for choosing and attacking the pictures.")] = 0,
    output: Annotated[
        Path | None,
        file_option(
            words="Draw confusions and calibration, or robustness with --robust, to this .png, .svg or .html file"
        ),
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
    """Measure a classifier on labelled pictures: accuracy with its interval, errors by class, calibration.

    With --robust, also measure accuracy under attack and under common corruptions on a sample of the pictures. With
    --against, also measure how well the classifier detects pictures unlike its training pictures.
    """
    if robust is None and examples is not None:
        raise UsageError("--examples needs --robust.")
    if examples is not None and examples < 1:
        raise UsageError(f"--examples must be at least 1; got {examples}.")
    choose_output(output, json=json, force=force, writes_csv=True)
    check_csv(csv, force=force, all_classes=all_classes, output=output)
    epsilons = [parse_epsilon(word) for word in robust.split(",")] if robust is not None else None
    from catseye.datasets.set_aside import without_set_aside
    from catseye.verbs.evaluation import evaluate as measure

    opened = open_data(data, labelling, label=label, strict=strict, archives=archives, data_dir=data_dir)
    found = measure(
        classifier,
        opened,
        split=split,
        label=label,
        rename=rename or None,
        robust=epsilons,
        examples=examples,
        against=against,
        seed=seed,
        strict=strict,
        archives=archives,
        data_dir=data_dir,
        weights=weights,
    )
    tell_notes(without_set_aside(found.notes), [])
    if csv:
        found.save_csv(csv, all_classes=all_classes)
    if output:
        (found.robustness or found).save(output)
    write_and_print(found, json=json, names_figure=False)
    if (output or csv) and not json:
        tell_written(output, csv)
        tell_next("explain", *opened_by(classifier, weights), "PICTURE")
