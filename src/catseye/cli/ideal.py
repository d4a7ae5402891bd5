"""``catseye ideal``: what a network takes for a perfect example of a class."""

from __future__ import annotations

import math
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catseye.cli.common import ClassifierPath, FigureFile, Force, Json, console, percent, plain, print_json, table
from catseye.errors import UsageError
from catseye.system.files import new_output, write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.arrays import Pixels
    from catseye.insight.ideal.ascent import Ideal
    from catseye.insight.ideal.target import Target


def ideal(
    classifier: ClassifierPath,
    classes: Annotated[
        list[str] | None, typer.Argument(metavar="CLASS...", help="Classes, by name or number.", show_default=False)
    ] = None,
    channel: Annotated[
        list[str] | None,
        typer.Option(metavar="LAYER:NUMBER", help="A channel instead, e.g. stage4:7; can be said several times."),
    ] = None,
    variation: Annotated[
        float, typer.Option(metavar="WEIGHT", help="How much neighbouring pixels shall be alike; 0 makes noise.")
    ] = 1.0,
    parameterisation: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="fourier or pixels [default: fourier; pixels where variation is 0]."),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(help="How many [default: 128, and as many again until the class has 0.99]."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides the noise that it starts from, and all else.")] = 0,
    output: FigureFile = Path("ideal.png"),
    force: Force = False,
    json: Json = False,
) -> None:
    """Follow the gradient from noise to a picture that the network is sure of.

    Beside the figure, each picture is saved by itself, in the network's own size: FILE-CLASS.png.
    """
    if steps is not None and steps < 1:
        raise UsageError(f"--steps is at least 1; got {steps}.")
    if not 0 <= variation < math.inf:
        raise UsageError(f"--variation is at least 0; got {variation:g}.")
    if not classes and not channel:
        raise UsageError("say what the picture shall show: a CLASS, or --channel LAYER:NUMBER.")
    from catseye.drawing.figure_file import figure_output

    figure_output(output, force=force)
    from catseye.classifier.classifier import Classifier
    from catseye.insight.ideal.ascent import find_ideal
    from catseye.insight.ideal.figure import write_ideal
    from catseye.insight.ideal.recipe import STEPS, ideal_recipe
    from catseye.insight.ideal.target import channel_target, class_target
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
            print(plain(f"note: {_shortfall(made[-1])}"), file=sys.stderr)
    write_ideal(output, made, Path(classifier).name)
    for found, file in zip(made, files, strict=True):
        _save(found.picture, file)
    told = [_told(found, file) for found, file in zip(made, files, strict=True)]
    if json:
        print_json(told[0] if len(told) == 1 else told)
    else:
        _show(made, files)
        print(f"wrote {output}")


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


def _told(found: Ideal, file: Path) -> dict[str, Any]:
    quantity, judged = found.target.quantity, found.score
    return {
        found.target.kind: found.target.name,
        quantity: judged.response,
        f"{quantity}_after_shift_blur_jpeg": judged.perturbed_response,
        "total_variation": judged.total_variation,
        "steps": found.steps,
        "seed": found.seed,
        "picture": str(file),
    }


def _shortfall(found: Ideal) -> str:
    value = found.score.response
    if found.target.kind == "channel":
        return f"{found.target.name} does not answer ({value:.3g}); name a layer before its relu, or another --seed."
    return f"{found.target.name} has {percent(value)} after {found.steps} steps; more --steps or less --variation help."


def _show(made: Sequence[Ideal], files: Sequence[Path]) -> None:
    rows = []
    for found, file in zip(made, files, strict=True):
        values = found.score.response, found.score.perturbed_response
        shown = (percent(value) if found.target.kind == "class" else f"{value:.3g}" for value in values)
        rows.append((found.target.name, *shown, f"{found.score.total_variation:.1f}", found.steps, file))
    quantity = "probability>" if all(found.target.kind == "class" for found in made) else "response>"
    console().print(table(("ideal", quantity, "worn>", "total variation>", "steps>", "picture"), rows))
    print("worn: shifted by a 28th of the side, slightly blurred and saved as JPEG")
