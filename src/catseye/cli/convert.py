"""``catseye convert``: read other frameworks' files, and write them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import Force, Json, parse_sides
from catseye.cli.completion import complete_classifier, complete_network
from catseye.cli.next_step import given_options, tell_next
from catseye.cli.printing import write_and_print

_LONGEST_NAMES = 200  # letters of the names of classes in a command line to copy

if TYPE_CHECKING:
    from catseye.classifier.classifier import Classifier


def command(
    classifier: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A .keras, .h5, .pth, .pt, .ckpt or .safetensors file, or a run folder.",
            autocompletion=complete_classifier,
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Write it as .safetensors (Catseye's), .keras, .weights.h5, .pth or .pt.",
        ),
    ] = None,
    network: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="Network of a file of weights alone: a name or text, e.g. 'conv 32, pool, flatten, dense 10'.",
            autocompletion=complete_network,
        ),
    ] = None,
    classes: Annotated[
        str | None, typer.Option(metavar="NAME,...", help="Names of the classes, or their number.")
    ] = None,
    shape: Annotated[
        str | None, typer.Option(metavar="HxWxC", help="Height, width and channels of the pictures.")
    ] = None,
    mean: Annotated[
        str | None,
        typer.Option(metavar="NUMBER,...", help="Mean of the normalisation, one or one a channel [default: 0]."),
    ] = None,
    std: Annotated[
        str | None,
        typer.Option(metavar="NUMBER,...", help="Its deviation; 1/255: values from 0 to 255 [default: 1]."),
    ] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Read a classifier from a file of Keras or PyTorch, or write one for them.

    A .keras file says itself what it is, but for the names of classes; the others hold weights alone, and need
    --network and --shape. Predictions stay the same.

    catseye convert model.keras --classes cat,dog -o classifier.safetensors

    catseye convert my-run -o model.keras
    """
    from catseye.system.files import new_output

    if output:
        new_output(output, force=force, read=classifier)
    from catseye.verbs.conversion import convert

    sides = parse_sides(shape, ("H", "W", "C")) if shape else None
    found = convert(
        classifier,
        network=network,
        classes=classes,
        shape=None if sides is None else (sides[0], sides[1], sides[2]),
        mean=mean,
        std=std,
    )
    write_and_print(found, output, json=json, names_figure=False)
    if json:
        return
    if output and output.name.lower().endswith((".h5", ".pth", ".pt")):
        name = output.name[: -len(".weights.h5")] if output.name.lower().endswith(".weights.h5") else output.stem
        tell_next("convert", output, *_reading(found), "-o", output.with_name(f"{name}.safetensors"))
    elif output:
        tell_next("predict", output, "PICTURE")


def _reading(found: Classifier) -> list[object]:
    """Return the options with which the weights alone are read again."""
    from catseye.networks.definition.from_modules import define_modules

    made, own = define_modules(found.network, found.preprocess.shape, len(found.classes)), found.preprocess
    text = str(made[0]) if made else found.network_name
    numbers = {"--mean": own.mean, "--std": own.std}
    stated = given_options({name: ",".join(map(repr, values)) for name, values in numbers.items()})
    shape = "x".join(map(str, own.shape))
    names = ",".join(found.classes)
    classes = names if len(names) <= _LONGEST_NAMES else len(found.classes)  # nobody copies a thousand names
    return ["--network", text, "--shape", shape, "--classes", classes, *stated]
