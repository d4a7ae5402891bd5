"""``catseye pull``: a classifier from a Hugging Face repository."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Json
from catseye.cli.next_step import tell_next
from catseye.cli.printing import write_and_print


def command(
    repository: Annotated[
        str,
        typer.Argument(metavar="OWNER/NAME[@REVISION]", help="Repository, optionally with a branch, tag or commit."),
    ],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FOLDER", help="New folder for the classifier.")],
    json: Json = False,
) -> None:
    """Pull a classifier from a Hugging Face repository, check it, and write it to a folder for predict."""
    from catseye.verbs.sharing import pull

    write_and_print(pull(repository, out), json=json, names_figure=False)
    if not json:
        tell_next("predict", out, "PICTURE")
