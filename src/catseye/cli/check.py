"""``catseye check``: find problems in a folder of pictures before training on it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Archives, Backbone, Data, DataDir, Force, Json, tell_notes
from catseye.cli.next_learning import tell_how_to_learn
from catseye.cli.output import choose_output, file_option
from catseye.cli.printing import write_and_print

_PAGE = "check.html"


def command(
    data: Data,
    output: Annotated[
        Path | None, file_option(_PAGE, "Write the page, or its table as .png or .svg, to this file")
    ] = None,
    labels: Annotated[
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
    page = choose_output(output, _PAGE, json=json, force=force)
    from catseye.verbs.data import check as examine

    checkup = examine(data, labels=labels, backbone=backbone, archives=archives, data_dir=data_dir)
    tell_notes(checkup.notes, [])
    write_and_print(checkup, page, json=json, names_figure=False)
    if not json:
        tell_how_to_learn(data, checkup.dataset.info, {"--archives": archives, "--data-dir": data_dir})
