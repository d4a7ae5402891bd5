"""``catseye push``: a classifier to a Hugging Face repository."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import ClassifierPath, Json
from catseye.cli.next_step import tell_next
from catseye.cli.printing import write_and_print


def command(
    classifier: ClassifierPath,
    repository: Annotated[str, typer.Argument(metavar="OWNER/NAME", help="Repository; created if it does not exist.")],
    private: Annotated[bool, typer.Option("--private", help="Make a new repository private.")] = False,
    replace_card: Annotated[
        bool, typer.Option("--replace-card", help="Replace the repository's README.md, which may have been edited.")
    ] = False,
    add: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Also push this file, such as an export; may be repeated.")
    ] = None,
    json: Json = False,
) -> None:
    """Push a classifier to a Hugging Face repository, with its model card and its labels.

    Log in with hf auth login, or set HF_TOKEN.
    """
    from catseye.verbs.sharing import push

    found = push(classifier, repository, private=private, replace_card=replace_card, add=add or ())
    write_and_print(found, json=json, names_figure=False)
    if not json:
        tell_next("pull", f"{found.repository}@{found.revision}", "-o", "FOLDER")
