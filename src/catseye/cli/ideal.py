"""``catseye ideal``: generate pictures that a network is most confident about."""

from __future__ import annotations

import math
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import ClassifierPath, FigureFile, Force, Json, escape_control_characters
from catseye.cli.printing import write_and_print
from catseye.errors import UsageError
from catseye.system.files import new_output, write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.arrays import Pixels
    from catseye.insight.ideal.target import Target


def ideal(
    classifier: ClassifierPath,
    classes: Annotated[
        list[str] | None, typer.Argument(metavar="CLASS", help="Classes, by name or number.", show_default=False)
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
        typer.Option(metavar="NAME", help="fourier or pixels [default: fourier, or pixels if --variation is 0]."),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(help="Number of steps [default: 128; up to 128 more until a class reaches 0.99]."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Random seed.")] = 0,
    output: FigureFile = Path("ideal.png"),
    force: Force = False,
    json: Json = False,
) -> None:
    """Follow the gradient from noise to a picture that the network is confident about.

    Each picture is also saved next to the figure, at the size of the network's input, as FILE-CLASS.png.
    """
    if steps is not None and steps < 1:
        raise UsageError(f"--steps must be at least 1; got {steps}.")
    if not 0 <= variation < math.inf:
        raise UsageError(f"--variation must be at least 0; got {variation:g}.")
    if not classes and not channel:
        raise UsageError("name a CLASS or a --channel LAYER:NUMBER to maximise.")
    from catseye.drawing.figure_file import figure_output

    figure_output(output, force=force)
    from catseye.classifier.classifier import Classifier
    from catseye.insight.ideal.ascent import find_ideal
    from catseye.insight.ideal.recipe import STEPS, ideal_recipe
    from catseye.insight.ideal.target import channel_target, class_target
    from catseye.insight.ideal.view import shortfall, view_ideals
    from catseye.system.progress import progress

    loaded = Classifier.load(classifier)
    recipe = ideal_recipe(loaded.preprocess, variation, parameterisation)
    goals = [class_target(loaded, name) for name in classes or ()] + [
        channel_target(loaded, text) for text in channel or ()
    ]
    goals = list({(goal.kind, goal.name, goal.number): goal for goal in goals}.values())
    files = _picture_files(output, goals, force=force)
    made = []
    for goal in goals:
        with progress(goal.name, steps or STEPS) as advance:
            made.append(find_ideal(loaded, goal, recipe, steps=steps, seed=seed, advance=advance))
        if not made[-1].reached:
            print(escape_control_characters(f"note: {shortfall(made[-1])}"), file=sys.stderr)
    for found, file in zip(made, files, strict=True):
        _save(found.picture, file)
    write_and_print(view_ideals(made, Path(classifier).name, files), output, json=json, names_figure=False)


def _picture_files(output: Path, goals: Sequence[Target], *, force: bool) -> list[Path]:
    """Return where each bare picture goes; two classes of one name are told apart by their numbers."""
    words = [re.sub(r"[^\w.]+", "-", goal.name).strip("-") for goal in goals]
    names = [
        word if word and words.count(word) == 1 else f"{word}-{goal.number}"
        for word, goal in zip(words, goals, strict=True)
    ]
    files = [output.with_name(f"{output.stem}-{name}.png") for name in names]
    for file in files:
        new_output(file, force=force)
    return files


def _save(picture: Pixels, file: Path) -> None:
    from catseye.images.encode import encode_png
    from catseye.images.preprocess import to_image

    write_atomically(file, encode_png(to_image(picture)))
