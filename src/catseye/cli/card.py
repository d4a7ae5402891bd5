"""``catseye card``: write a classifier's model card."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import ClassifierPath, Force, Json, escape_control_characters, print_json
from catseye.cli.output import choose_output
from catseye.cli.printing import tell_written

_ENDINGS = (".md", ".html")


def command(
    classifier: ClassifierPath,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Write it to this .md or .html file [default: print Markdown].",
        ),
    ] = None,
    exported: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Include this exported .onnx or .xml file: how it was checked, and what int8 costs."
        ),
    ] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Write a model card: what a classifier is for, its data, accuracy, calibration, limits, licences and use.

    It states what the run or the classifier's file records, and says what was not measured. The Markdown begins with
    the metadata that Hugging Face reads.
    """
    choose_output(output, json=json, force=force, read=classifier, endings=_ENDINGS)
    from catseye.verbs.model_card import card

    found = card(classifier, exported=exported)
    if output:
        found.save(output, force=force)
    if json:
        print_json(found.to_json() | {"file": str(output) if output else None})
    elif output:
        tell_written(output)
    else:
        from catseye.model_card.markdown import to_markdown

        sys.stdout.write(escape_control_characters(to_markdown(found)))
