"""``catseye check``: find problems in a folder of pictures before training on it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Archives, Backbone, Data, DataDir, Force, Json, tell_notes
from catseye.cli.label_options import open_data, with_label_options
from catseye.cli.next_learning import tell_how_to_learn
from catseye.cli.printing import write_and_print

_PAGE = Path("check.html")


@with_label_options
def command(
    data: Data,
    labels: dict[str, str],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Write the page here [default: check.html; none with --json]."
        ),
    ] = None,
    check_labels: Annotated[
        bool, typer.Option("--labels", help="Also look for wrong labels, using a pretrained backbone; slower.")
    ] = False,
    backbone: Backbone = "efficientnet_lite0",
    force: Force = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Find duplicates across splits and classes, broken and unusual pictures, and unbalanced classes.

    Changes nothing; writes a page with thumbnails, over the one of an earlier check.
    """
    page = _PAGE if output is None and not json else output
    if page:
        from catseye.drawing.figure_file import figure_output
        from catseye.quality.page import is_check_page

        figure_output(page, force=force or is_check_page(page))
    from catseye.verbs.data import check as examine

    opened = open_data(data, labels, archives=archives, data_dir=data_dir)
    checkup = examine(opened, labels=check_labels, backbone=backbone, archives=archives, data_dir=data_dir)
    tell_notes(checkup.notes, [])
    write_and_print(checkup, page, json=json, names_figure=False)
    if not json:
        tell_how_to_learn(data, checkup.dataset.info, {"--archives": archives, "--data-dir": data_dir})
