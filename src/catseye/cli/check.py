"""``catseye check``: find problems in a folder of pictures before training on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import Archives, Backbone, Data, DataDir, Force, Json, console, tell_notes
from catseye.cli.label_options import Given, open_data, with_label_options
from catseye.cli.next_learning import tell_how_to_learn
from catseye.cli.next_step import given_options, tell_next
from catseye.cli.output import choose_output, file_option
from catseye.cli.printing import write_and_print

if TYPE_CHECKING:
    from catseye.quality import Checkup

_PAGE = "check.html"


@with_label_options
def command(
    data: Data,
    labelling: dict[str, Given],
    output: Annotated[
        Path | None, file_option(_PAGE, "Write the page, or its table as .png or .svg, to this file")
    ] = None,
    labels: Annotated[
        bool, typer.Option("--labels", help="Also look for wrong labels, using a pretrained backbone; slower.")
    ] = False,
    backbone: Backbone = "efficientnet_lite0",
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with status 1 if a problem is found; notes are not problems.")
    ] = False,
    force: Force = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Find duplicates across splits and classes, broken and unusual pictures, and unbalanced classes.

    Changes nothing in DATA; writes a page with thumbnails, which replaces that of an earlier check. With --strict, a
    script or CI job can stop at the first problem; unusual sizes, formats and names are only noted.
    """
    page = choose_output(output, _PAGE, json=json, force=force)
    from catseye.datasets.set_aside import without_set_aside
    from catseye.verbs.data import check as examine

    opened = open_data(data, labelling, archives=archives, data_dir=data_dir)
    checkup = examine(opened, labels=labels, backbone=backbone, archives=archives, data_dir=data_dir)
    tell_notes(without_set_aside(checkup.notes), [])
    write_and_print(checkup, page, json=json, names_figure=False)
    if not json:
        where = {"--archives": archives, "--data-dir": data_dir}
        serious = _advice(checkup)
        if serious:
            console().print("\n".join(f"first: {advice}" for advice in serious), soft_wrap=True)
            again = ("--labels", "--backbone", backbone) if labels else ()
            tell_next("check", data, *again, *given_options(where), *checkup.dataset.info.options)
        tell_how_to_learn(data, checkup.dataset.info, where, when="then" if serious else "next")
    if strict and checkup.problems:
        raise typer.Exit(1)


def _advice(checkup: Checkup) -> list[str]:
    """Return what to do about each kind of serious findings."""
    from catseye.quality.finding import KINDS, Severity

    kinds = [KINDS[kind] for kind in checkup.counts]
    return [f"{kind.title}. {kind.advice}" for kind in kinds if kind.severity == Severity.SERIOUS]
