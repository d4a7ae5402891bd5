"""``catseye ideal``: generate pictures that a network is most confident about."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import ClassifierPath, Force, Json, Weights, escape_line
from catseye.cli.completion import PARAMETERISATIONS, choose_from, complete_class
from catseye.cli.next_step import opened_by, tell_next
from catseye.cli.output import choose_beside, choose_output, file_option
from catseye.cli.printing import write_and_print

_FILE = "ideal.png"
_ENDINGS = (".png", ".svg", ".html", ".gif")


def command(
    classifier: ClassifierPath,
    classes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CLASS", help="Classes, by name or number.", show_default=False, autocompletion=complete_class
        ),
    ] = None,
    channel: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LAYER:NUMBER", help="Channel to maximise instead of a class, e.g. stage4:7; may be repeated."
        ),
    ] = None,
    variation: Annotated[
        float, typer.Option(metavar="WEIGHT", help="Weight of smoothness (total variation); 0: noise.")
    ] = 1.0,
    parameterisation: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="fourier or pixels [default: fourier, or pixels if --variation is 0].",
            autocompletion=choose_from(PARAMETERISATIONS),
        ),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(help="Number of steps [default: 128; up to 128 more until a class reaches 0.99]."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Random seed.")] = 0,
    output: Annotated[
        Path | None, file_option(_FILE, "Write a .png, .svg or .html figure, or a .gif film of how it grows")
    ] = None,
    force: Force = False,
    weights: Weights = None,
    json: Json = False,
) -> None:
    """Follow the gradient from faint noise to a picture that the network is confident about.

    Each picture is also saved next to the figure, at the size of the network's input, as FILE-CLASS.png.
    """
    file = choose_output(output, _FILE, json=json, force=force, endings=_ENDINGS)
    from catseye.insight.ideal.figure import shortfall
    from catseye.insight.ideal.ideals import choose_targets, find_ideals, picture_files
    from catseye.verbs.sources import open_classifier

    # As catseye.ideal does, but the names of files are known, and checked, before any work.
    opened, name = open_classifier(classifier, weights, needs_classes=not channel or bool(classes))
    targets = choose_targets(opened, classes or (), channel or ())
    bare = picture_files(file, targets) if file else ()
    files = tuple(choose_beside(one, named=output is not None, force=force) for one in bare)
    found = find_ideals(
        opened, targets, name, variation=variation, parameterisation=parameterisation, steps=steps, seed=seed
    )
    for one in found.pictures:
        if not one.reached:
            print(escape_line(f"note: {shortfall(one)}"), file=sys.stderr)
    write_and_print(replace(found, files=files), file, json=json, names_figure=False)
    if json:
        return
    if targets[0].has_positions:
        layer, _, number = targets[0].name.rpartition(":")
        at = "--layer", layer, "--channel", number, "-o", files[0].with_name(f"{files[0].stem}-response.png")
        tell_next("maps", *opened_by(classifier, weights), files[0], *at)
    elif opened.classes:
        explained = files[0].with_name(f"{files[0].stem}-explained.png")
        tell_next("explain", *opened_by(classifier, weights), files[0], "-o", explained)
