"""``catseye explain``: show which parts of a picture support a class."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import ClassifierPath, FigureFile, Force, Json, PictureFile, tell_notes
from catseye.cli.printing import write_and_print

_ALL = "all"


def explain(
    classifier: ClassifierPath,
    picture: PictureFile,
    output: FigureFile = Path("explain.png"),
    class_name: Annotated[
        str | None, typer.Option("--class", metavar="NAME", help="Class to explain [default: the most probable].")
    ] = None,
    method: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="grad_cam, integrated_gradients, occlusion, smooth_grad or all; may be repeated [default: all].",
        ),
    ] = None,
    layer: Annotated[
        str | None, typer.Option(metavar="NAME", help="Layer for Grad-CAM [default: the last convolution or stage].")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Sanity check: randomise the weights layer by layer; the maps must change.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Random seed.")] = 0,
    force: Force = False,
    json: Json = False,
) -> None:
    """Show which parts of a picture support a class, and how faithful each map is to the network."""
    from catseye.classifier.classifier import Classifier
    from catseye.drawing.figure_file import figure_output
    from catseye.insight.explanation.explain import explain as find
    from catseye.insight.explanation.view import view_explanation

    figure_output(output, force=force, read=picture)
    methods = [] if not method or _ALL in method else [name.replace("-", "_") for name in method]
    found = find(Classifier.load(classifier), picture, class_name, methods, layer=layer, check=check, seed=seed)
    if not json:
        tell_notes(found.notes, [])
    write_and_print(view_explanation(found), output, json=json)
