"""``catseye explain``: show which parts of a picture support a class."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import ClassifierPath, Force, Json, PictureFile, Weights, tell_notes
from catseye.cli.completion import METHODS, choose_several, complete_class
from catseye.cli.next_step import opened_by, tell_next
from catseye.cli.output import choose_output, file_option
from catseye.cli.printing import write_and_print

_FILE = "explain.png"


def command(
    classifier: ClassifierPath,
    picture: PictureFile,
    output: Annotated[Path | None, file_option(_FILE)] = None,
    class_name: Annotated[
        str | None,
        typer.Option(
            "--class",
            metavar="NAME",
            help="Class to explain [default: the most probable].",
            autocompletion=complete_class,
        ),
    ] = None,
    methods: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,...|all",
            help=(
                "Maps side by side: grad_cam, integrated_gradients, occlusion, smooth_grad "
                "[default: grad_cam, or occlusion where that has few positions]."
            ),
            autocompletion=choose_several((*METHODS, "all")),
        ),
    ] = None,
    layer: Annotated[
        str | None, typer.Option(metavar="NAME", help="Layer for Grad-CAM [default: the last convolution or stage].")
    ] = None,
    scores: Annotated[
        bool, typer.Option("--scores", help="Measure how faithful each map is: deletion, insertion, random baseline.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Sanity check: randomise the weights layer by layer; the maps must change.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Random seed.")] = 0,
    force: Force = False,
    weights: Weights = None,
    json: Json = False,
) -> None:
    """Show which parts of a picture support a class: one map over it, or several side by side."""
    from catseye.verbs.explanation import explain as explain_prediction

    file = choose_output(output, _FILE, json=json, force=force, read=picture)
    found = explain_prediction(
        classifier,
        picture,
        class_name=class_name,
        methods=[name.strip().replace("-", "_") for name in methods.split(",")] if methods else (),
        layer=layer,
        scores=scores,
        check=check,
        seed=seed,
        weights=weights,
    )
    if not json:
        tell_notes(found.notes, [])
    write_and_print(found, file, json=json)
    if file and not json:
        _tell_next(opened_by(classifier, weights), picture, class_name, None if methods or scores or check else file)


def _tell_next(opened: list[object], picture: Path, class_name: str | None, one_map: Path | None) -> None:
    """Print what tells more than one map, or else what would change the prediction."""
    if one_map is None:
        tell_next("attack", *opened, picture)
        return
    asked = () if class_name is None else ("--class", class_name)
    more = one_map.with_name(f"{one_map.stem}-all.png")
    tell_next("explain", *opened, picture, *asked, "--methods", "all", "--scores", "-o", more)
