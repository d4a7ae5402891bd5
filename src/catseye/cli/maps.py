"""``catseye maps``: draw the feature maps of a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import Archives, ClassifierPath, DataDir, Force, Json, Label, Strict, Weights, tell_notes
from catseye.cli.completion import MEASURES, choose_from, complete_data, complete_split
from catseye.cli.label_options import Given, label_words, open_data, with_label_options
from catseye.cli.next_step import opened_by, tell_next
from catseye.cli.output import choose_output, file_option
from catseye.cli.printing import write_and_print
from catseye.errors import UsageError

if TYPE_CHECKING:
    from catseye.drawing.answer import Answer

_FILE = "maps.png"


@with_label_options
def command(
    classifier: ClassifierPath,
    labelling: dict[str, Given],
    picture: Annotated[Path | None, typer.Argument(metavar="PICTURE", help="Path of the input picture.")] = None,
    layer: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Layer to draw; may be repeated [default: at most five]."),
    ] = None,
    channel: Annotated[
        int | None, typer.Option(metavar="N", help="Overlay this channel of --layer on the picture.")
    ] = None,
    channels: Annotated[
        int | None,
        typer.Option(
            metavar="COUNT",
            help="Number of channels, most contrast first [default: what fits on a page; filters: 128].",
        ),
    ] = None,
    all_layers: Annotated[
        bool, typer.Option("--all", help="Draw all layers, on as long a sheet as needed instead of one page.")
    ] = False,
    filters: Annotated[
        bool, typer.Option("--filters", help="Draw the filters of the first layer, without PICTURE.")
    ] = False,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="DATA",
            help="Instead of PICTURE: find the pictures in DATA that activate --channel most.",
            autocompletion=complete_data,
        ),
    ] = None,
    split: Annotated[
        str,
        typer.Option(
            metavar="SPLIT",
            help="Pictures of --data to search, e.g. test or train[:1000].",
            autocompletion=complete_split,
        ),
    ] = "test",
    count: Annotated[int, typer.Option(help="Number of pictures of --data to show.")] = 9,
    by: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Rank the pictures of --data by their max or mean response.",
            autocompletion=choose_from(MEASURES),
        ),
    ] = "max",
    output: Annotated[Path | None, file_option(_FILE)] = None,
    force: Force = False,
    label: Label = None,
    strict: Strict = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    weights: Weights = None,
    json: Json = False,
) -> None:
    """Draw the feature maps of a picture, filters, or the pictures that activate a channel most.

    CLASSIFIER PICTURE draws one page: for each of five layers, a row of the channels with the most contrast; --all
    draws all layers. With --layer and --channel, it overlays that response on the picture. --filters draws the filters
    of the first layer. --data with --layer and --channel finds the pictures with the strongest response.
    """
    if labelling and data is None:
        raise UsageError(f"{label_words(labelling)[0]} describes the labels of --data, and needs it.")
    if (picture is not None) + (data is not None) + filters != 1:
        raise UsageError("give exactly one of PICTURE, --data and --filters.")
    file = choose_output(output, _FILE, json=json, force=force, read=picture)
    from catseye.insight.maps.top_pictures import TopPictures
    from catseye.verbs.feature_maps import maps as show_maps

    opened = data and open_data(data, labelling, label=label, strict=strict, archives=archives, data_dir=data_dir)
    found = show_maps(
        classifier,
        picture,
        layer=layer,
        channel=channel,
        channels=channels,
        all_layers=all_layers,
        filters=filters,
        data=opened,
        split=split,
        count=count,
        by=by,
        label=label,
        strict=strict,
        archives=archives,
        data_dir=data_dir,
        weights=weights,
    )
    if isinstance(found, TopPictures):
        tell_notes(found.notes, [out.to_json() for out in found.left_out])
    write_and_print(found, file, json=json)
    if not json:
        _tell_next(found, opened_by(classifier, weights), picture)


def _tell_next(found: Answer, opened: list[object], picture: Path | None) -> None:
    from catseye.insight.maps.channel_response import ChannelResponse
    from catseye.insight.maps.filters import Filters
    from catseye.insight.maps.maps import FeatureMaps
    from catseye.insight.maps.top_pictures import TopPictures

    if isinstance(found, FeatureMaps):
        last = found.layers[-1]
        number = last.clearest(1)[0].channel
        tell_next(
            "maps",
            *opened,
            picture,
            "--layer",
            last.layer,
            "--channel",
            number,
            "-o",
            "response.png",
        )
    elif isinstance(found, ChannelResponse):
        tell_next("ideal", *opened, "--channel", f"{found.maps.layers[0].layer}:{found.channel}")
    elif isinstance(found, TopPictures):
        tell_next("ideal", *opened, "--channel", f"{found.layer}:{found.channel}")
    elif isinstance(found, Filters):
        tell_next("maps", *opened, "PICTURE")
