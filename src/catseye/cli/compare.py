"""``catseye compare``: compare runs, or two classifiers on the same pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import Archives, DataDir, Force, Json, Label, Strict, tell_notes
from catseye.cli.completion import complete_classifier, complete_data, complete_split
from catseye.cli.label_options import Given, label_words, open_data, with_label_options
from catseye.cli.next_step import tell_next
from catseye.cli.output import choose_output, file_option
from catseye.cli.printing import write_and_print
from catseye.errors import UsageError

if TYPE_CHECKING:
    from catseye.runs.comparison import Comparison


@with_label_options
def command(
    runs: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN",
            help="Folders of finished runs; with --on, exactly two runs, classifier files or backbone names.",
            autocompletion=complete_classifier,
        ),
    ],
    labelling: dict[str, Given],
    on: Annotated[
        str | None,
        typer.Option(
            metavar="DATA",
            help="Compare two classifiers on the pictures of this data set, folder, archive or label file.",
            autocompletion=complete_data,
        ),
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(
            metavar="SPLIT",
            help="Pictures to use, e.g. test or all [default: test; all if DATA has no test split and was not used for "
            "training]. [with --on]",
            autocompletion=complete_split,
        ),
    ] = None,
    label: Label = None,
    rename: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="THEIRS=OURS",
            help="Name by which the classifiers know a class of DATA, e.g. cats=cat; may be repeated. [with --on]",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        file_option(
            words="Draw accuracies and training curves, or with --on also calibration and pictures, to this .png, .svg "
            "or .html file"
        ),
    ] = None,
    force: Force = False,
    strict: Strict = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Compare finished runs of train and transfer: parameters, accuracy with its interval, and training curves.

    With --on, compare two classifiers picture by picture instead: the difference in accuracy with its interval,
    McNemar's test, calibration, and the pictures on which they differ.
    """
    choose_output(output, json=json, force=force)
    given = {"--split": split, "--label": label, "--map": rename or None, "--strict": strict or None}
    words = [*label_words(labelling), *(name for name, value in given.items() if value is not None)]
    if on is None and words:
        raise UsageError(f"{words[0]} applies only to the pictures of --on; add --on DATA.")
    from catseye.datasets.set_aside import without_set_aside
    from catseye.verbs.comparison import compare as compare_all

    if on is None:
        _tell(compare_all(runs), runs, output, json=json)
        return
    opened = open_data(on, labelling, label=label, strict=strict, archives=archives, data_dir=data_dir)
    found = compare_all(
        runs,
        on=opened,
        split=split,
        label=label,
        rename=rename or None,
        strict=strict,
        archives=archives,
        data_dir=data_dir,
    )
    tell_notes(without_set_aside(found.notes), [])
    write_and_print(found, output, json=json)


def _tell(found: Comparison, runs: list[Path], output: Path | None, *, json: bool) -> None:
    write_and_print(found, output, json=json)
    if output and not json:
        best = found.differences[0].better if found.differences else found.names[0]
        tell_next("predict", runs[found.names.index(best)], "PICTURE")
