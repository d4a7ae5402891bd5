"""``catseye maps``: draw the feature maps of a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import Archives, ClassifierPath, DataDir, Force, Json, Label, Strict, tell_notes
from catseye.cli.printing import write_and_print
from catseye.errors import UsageError

if TYPE_CHECKING:
    from catseye.classifier.classifier import Classifier
    from catseye.datasets.pictures import Pictures
    from catseye.drawing.view import View
    from catseye.insight.maps.top_pictures import Measure

_CHANNELS, _FILTERS, _PICTURES = 16, 128, 9  # drawn if nobody says how many
_MOST_LAYERS, _MOST_MAPS = 32, 1024  # on one sheet
_MOST_PICTURES = 36


def maps(
    classifier: ClassifierPath,
    picture: Annotated[Path | None, typer.Argument(metavar="PICTURE", help="Path of the input picture.")] = None,
    layer: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Layer to draw; may be repeated [default: a selection]."),
    ] = None,
    channel: Annotated[
        int | None, typer.Option(metavar="N", help="Overlay this channel of --layer on the picture.")
    ] = None,
    channels: Annotated[
        int | None,
        typer.Option(metavar="COUNT", help="Number of channels, strongest first [default: 16; filters: 128]."),
    ] = None,
    filters: Annotated[
        bool, typer.Option("--filters", help="Draw the filters of the first layer, without PICTURE.")
    ] = False,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="DATA", help="Instead of PICTURE: find the pictures in DATA that activate --channel most."
        ),
    ] = None,
    split: Annotated[
        str, typer.Option(metavar="SPLIT", help="Pictures of --data to search, e.g. test or train[:1000].")
    ] = "test",
    count: Annotated[int, typer.Option(help="Number of pictures of --data to show.")] = _PICTURES,
    by: Annotated[
        str, typer.Option(metavar="NAME", help="Rank the pictures of --data by their max or mean response.")
    ] = "max",
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Write the figure to this .png, .svg or .html file [default: maps.png].",
        ),
    ] = None,
    force: Force = False,
    label: Label = None,
    strict: Strict = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Draw the feature maps of a picture, filters, or the pictures that activate a channel most.

    CLASSIFIER PICTURE draws a contact sheet for each layer, strongest channels first; with --layer and --channel, it
    overlays that response on the picture. --filters draws the filters of the first layer. --data with --layer and
    --channel finds the pictures with the strongest response. With --json, a figure is written only if -o is given.
    """
    _check(picture, layer or [], channel, channels, filters, data, count, by)
    target = output or (None if json else Path("maps.png"))
    if target:
        from catseye.drawing.figure_file import figure_output

        figure_output(target, force=force, read=picture)
    from catseye.classifier.classifier import Classifier

    loaded, name = Classifier.load(classifier), str(classifier)
    if filters:
        view = _filters(loaded, name, layer or [], channels or _FILTERS)
    elif picture is None:
        from catseye.datasets import load

        assert data is not None
        assert layer
        assert channel is not None
        dataset = load(data, data_dir=data_dir, archives=archives, strict=strict, label=label)
        pictures = dataset[split]
        tell_notes(dataset.notes, [out.to_json() for out in dataset.left_out])
        view = _top_pictures(loaded, name, pictures, f"{data}, {split}", layer[0], channel, count, by)
    elif channel is not None:
        view = _channel(loaded, name, picture, (layer or [])[0], channel)
    else:
        view = _sheets(loaded, name, picture, layer or [], channels or _CHANNELS)
    write_and_print(view, target, json=json)


def _check(
    picture: Path | None,
    layers: list[str],
    channel: int | None,
    channels: int | None,
    filters: bool,
    data: str | None,
    count: int,
    by: str,
) -> None:
    """Refuse options that do not go together, before any work."""
    if [picture is not None, data is not None, filters].count(True) != 1:
        raise UsageError("give exactly one of PICTURE, --data DATA and --filters.")
    if channel is not None and (len(layers) != 1 or filters):
        raise UsageError(f"--channel needs exactly one --layer; got {len(layers)}.")
    if data is not None and channel is None:
        raise UsageError("--data needs --layer NAME and --channel N.")
    if filters and len(layers) > 1:
        raise UsageError(f"--filters takes at most one --layer; got {len(layers)}.")
    if channels is not None and (channel is not None or not 1 <= channels <= _MOST_MAPS):
        raise UsageError(
            f"--channels must be between 1 and {_MOST_MAPS:,}, and cannot be combined with --channel; got {channels}."
        )
    if len(layers) > _MOST_LAYERS:
        raise UsageError(f"--layer may be repeated at most {_MOST_LAYERS} times; got {len(layers)} layers.")
    if not 1 <= count <= _MOST_PICTURES:
        raise UsageError(f"--count must be between 1 and {_MOST_PICTURES}; got {count}.")
    if by not in ("max", "mean"):
        raise UsageError(f"--by must be max or mean; got {by!r}.")


def _sheets(classifier: Classifier, name: str, picture: Path, layers: list[str], count: int) -> View:
    from catseye.insight.maps.maps import compute_feature_maps
    from catseye.insight.maps.view import view_maps

    found = compute_feature_maps(classifier, picture, layers)
    drawn = sum(min(count, len(layer.maps)) for layer in found.layers)
    if drawn > _MOST_MAPS:
        raise UsageError(
            f"that makes {drawn:,} maps, but at most {_MOST_MAPS:,} are drawn; use fewer --channels or --layer options."
        )
    return view_maps(found, name, count)


def _channel(classifier: Classifier, name: str, picture: Path, layer: str, channel: int) -> View:
    from catseye.insight.maps.maps import compute_feature_maps
    from catseye.insight.maps.positions import locate_positions
    from catseye.insight.maps.view import view_channel

    found = compute_feature_maps(classifier, picture, [layer])
    _, height, width = found.layers[0].maps.shape
    places = locate_positions(classifier.network, classifier.preprocess, layer, (height, width))
    return view_channel(found, name, channel, places)


def _filters(classifier: Classifier, name: str, layers: list[str], count: int) -> View:
    from catseye.insight.maps.filters import read_first_filters
    from catseye.insight.maps.view import view_filters

    return view_filters(read_first_filters(classifier.network, layers[0] if layers else None), name, count)


def _top_pictures(
    classifier: Classifier, name: str, pictures: Pictures, data: str, layer: str, channel: int, count: int, by: str
) -> View:
    from catseye.insight.maps.top_pictures import find_top_pictures
    from catseye.insight.maps.view import view_top_pictures

    measure: Measure = "max" if by == "max" else "mean"
    found = find_top_pictures(
        classifier.network, classifier.preprocess, pictures, layer, channel, count=count, measure=measure
    )
    return view_top_pictures(found, name, data)
