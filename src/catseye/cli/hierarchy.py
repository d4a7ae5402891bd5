"""``catseye hierarchy``: show edges, textures, parts and a class in one figure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Archives, ClassifierPath, Data, DataDir, Force, Json, Label, Strict, tell_notes
from catseye.cli.completion import complete_class, complete_split
from catseye.cli.label_options import Given, open_data, with_label_options
from catseye.cli.next_step import tell_next
from catseye.cli.output import choose_output, file_option
from catseye.cli.printing import write_and_print

_FILE = "hierarchy.png"


@with_label_options
def command(
    classifier: ClassifierPath,
    data: Data,
    labelling: dict[str, Given],
    output: Annotated[Path | None, file_option(_FILE)] = None,
    class_name: Annotated[
        str | None,
        typer.Option(
            "--class",
            metavar="NAME",
            help="Class at the end [default: the most probable over the pictures].",
            autocompletion=complete_class,
        ),
    ] = None,
    split: Annotated[
        str,
        typer.Option(
            metavar="SPLIT",
            help="Pictures to search, at most 400, e.g. test or train[:1000].",
            autocompletion=complete_split,
        ),
    ] = "test",
    levels: Annotated[int, typer.Option(help="Number of layers, spread over the depth, at most 6.")] = 4,
    channels: Annotated[int, typer.Option(help="Number of channels of each layer, at most 4.")] = 3,
    count: Annotated[int, typer.Option(help="Number of patches for each channel, at most 6.")] = 3,
    steps: Annotated[
        int | None, typer.Option(help="Steps to a channel's ideal picture [default: 48]; more are clearer.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Random seed of the ideal pictures.")] = 0,
    force: Force = False,
    label: Label = None,
    strict: Strict = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Show what layers from first to last look for, up to a class: ideal pictures and top-activating patches.

    Each row is a layer with the channels that contribute most to the class. Examples: catseye hierarchy
    efficientnet_lite0 cats_vs_dogs --class tabby; catseye hierarchy my-run mnist --class 3.
    """
    file = choose_output(output, _FILE, json=json, force=force)
    from catseye.verbs.lesson_figures import hierarchy as show_hierarchy

    opened = open_data(data, labelling, label=label, strict=strict, archives=archives, data_dir=data_dir)
    found = show_hierarchy(
        classifier,
        opened,
        class_name=class_name,
        split=split,
        levels=levels,
        channels=channels,
        count=count,
        steps=steps,
        seed=seed,
        label=label,
        strict=strict,
        archives=archives,
        data_dir=data_dir,
    )
    tell_notes(found.notes, [out.to_json() for out in found.left_out])
    write_and_print(found, file, json=json)
    if not json:
        last = found.levels[-1]
        tell_next("ideal", classifier, "--channel", f"{last.layer}:{last.examples[0].number}")
