"""``catseye summary``: show a network layer by layer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import Json, parse_sides
from catseye.cli.printing import write_and_print
from catseye.drawing.view import Table, View

if TYPE_CHECKING:
    from catseye.networks import Summary


def summary(
    network: Annotated[
        str, typer.Argument(metavar="NETWORK", help="Network or backbone name, run folder or classifier file.")
    ],
    shape: Annotated[
        str | None,
        typer.Option(
            metavar="HxWxC", help="Height, width and channels of the input [default: 28x28x1; backbones: their own]."
        ),
    ] = None,
    classes: Annotated[int | None, typer.Option(help="Number of classes [default: 10; backbones: 1000].")] = None,
    batch_norm: Annotated[bool, typer.Option("--batch-norm", help="Add batch normalisation.")] = False,
    dropout: Annotated[float, typer.Option(help="Share of values set to 0 before dense layers during training.")] = 0.0,
    json: Json = False,
) -> None:
    """Show the layers of a network: output shape, parameters, multiply-adds and receptive field."""
    import torch

    from catseye.networks import NAMES, build, is_backbone, summarise
    from catseye.networks.pretrained import preprocess_of

    if network not in NAMES and Path(network).exists():
        found = _of_classifier(Path(network))
    else:
        usual, class_count = (preprocess_of(network).shape, 1000) if is_backbone(network) else ((28, 28, 1), 10)
        height, width, channels = parse_sides(shape, ("H", "W", "C")) if shape else usual
        with torch.device("meta"):  # described, not made
            made = build(
                network, (height, width, channels), classes or class_count, batch_norm=batch_norm, dropout=dropout
            )
        found = summarise(made, (height, width, channels), network)
    write_and_print(_view(found), json=json, names_figure=False)


def _of_classifier(path: Path) -> Summary:
    from catseye.classifier.classifier import Classifier
    from catseye.networks import summarise

    classifier = Classifier.load(path)
    return summarise(classifier.network, classifier.preprocess.shape, classifier.network_name)


def _view(found: Summary) -> View:
    rows = tuple(
        (
            layer.name,
            layer.kind,
            "×".join(map(str, layer.output)),
            f"{layer.parameters:,}",
            f"{layer.multiply_adds:,}",
            "×".join(map(str, layer.receptive_field)),
        )
        for layer in found.layers
    )
    totals = ("total", "", "", f"{found.parameters:,}", f"{found.multiply_adds:,}", "")
    columns = ("layer", "kind", "output>", "parameters>", "multiply-adds>", "sees>")
    title = f"{found.network} for pictures of {'×'.join(map(str, found.input))} (height, width, channels)"
    words = "sees: receptive field, the pixels that one value of the layer depends on"
    return View(title, (title, Table(columns, rows, totals), words), found.to_json)
