"""``catseye explain``: why this answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import ClassifierPath, FigureFile, Force, Json, console, percent, print_json, table, tell_notes

if TYPE_CHECKING:
    from catseye.insight.explanation.explain import Explanation

_ALL = "all"


def explain(
    classifier: ClassifierPath,
    picture: Annotated[Path, typer.Argument(metavar="PICTURE", help="A picture's file.")],
    output: FigureFile = Path("explain.png"),
    class_name: Annotated[
        str | None, typer.Option("--class", metavar="NAME", help="What to explain [default: the most probable].")
    ] = None,
    method: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="grad_cam, integrated_gradients, occlusion, smooth_grad or all; can be said again [default: all].",
        ),
    ] = None,
    layer: Annotated[
        str | None, typer.Option(metavar="NAME", help="Grad-CAM's [default: the last convolution, or stage].")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Make the weights random, layer by layer: the maps must change.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Decides all that is random.")] = 0,
    force: Force = False,
    json: Json = False,
) -> None:
    """Show which parts of a picture speak for a class, and how faithful each map is to the network."""
    from catseye.classifier.classifier import Classifier
    from catseye.drawing.figure_file import figure_output, write_figure
    from catseye.insight.explanation.explain import explain as find
    from catseye.insight.explanation.figure import explain_figure, texts, title

    figure_output(output, force=force, read=picture)
    methods = [] if not method or _ALL in method else [name.replace("-", "_") for name in method]
    loaded = Classifier.load(classifier)
    found = find(loaded, picture, class_name, methods, layer=layer, check=check, seed=seed)
    write_figure(output, lambda: explain_figure(found), title(found), texts(found))
    if json:
        print_json(found.to_json() | {"figure": str(output)})
    else:
        tell_notes(found.notes, [])
        _show(found)
        print(f"wrote {output}")


def _show(found: Explanation) -> None:
    from catseye.insight.explanation.attribution import METHODS

    out = console()
    most = "" if found.class_name == found.predicted else f" (most probable: {found.predicted})"
    out.print(f"{found.picture}: {found.class_name}, {percent(found.probability, 1)}{most}")
    rows = []
    for one in found.maps:
        scores = one.faithfulness
        rows.append(
            (
                METHODS[one.attribution.method].title,
                one.attribution.layer or "–",
                f"{scores.deletion:.3f}",
                f"{scores.insertion:.3f}",
                scores.verdict,
            )
        )
    out.print(table(("map", "layer", "deletion>", "insertion>", "faithful"), rows))
    by_chance = found.random_baseline
    out.print(
        f"Squares in random order: {by_chance.mean:.3f} ± {by_chance.sd:.3f}, n = {len(by_chance.areas)}. "
        "Deletion should be below that, insertion above.",
        soft_wrap=True,
    )
    for one in found.maps:
        if one.sanity:
            out.print(f"{METHODS[one.attribution.method].title}, sanity check {one.sanity.verdict}.", soft_wrap=True)
