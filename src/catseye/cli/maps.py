"""``catseye maps``: what the layers of a network make of a picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catseye.cli.common import (
    Archives,
    ClassifierPath,
    DataDir,
    Force,
    Json,
    Label,
    Strict,
    console,
    plain,
    print_json,
    table,
    tell_notes,
)
from catseye.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from catseye.classifier.classifier import Classifier
    from catseye.datasets.pictures import Pictures
    from catseye.insight.maps.top_pictures import Measure

_CHANNELS, _FILTERS, _PICTURES = 16, 128, 9  # drawn if nobody says how many
_MOST_LAYERS, _MOST_MAPS = 32, 1024  # on one sheet
_MOST_PICTURES = 36


@dataclass(frozen=True)
class _Answer:
    """What was found, in every form in which it is given."""

    json: dict[str, Any]
    draw: Callable[[], Figure]
    title: str
    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]  # the first one names the columns


def maps(
    classifier: ClassifierPath,
    picture: Annotated[Path | None, typer.Argument(metavar="[PICTURE]", help="What the network looks at.")] = None,
    layer: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A layer; may be given more than once [default: those that tell most]."),
    ] = None,
    channel: Annotated[
        int | None, typer.Option(metavar="N", help="Only this channel of the one --layer, laid over the picture.")
    ] = None,
    channels: Annotated[
        int | None, typer.Option(metavar="COUNT", help="How many, strongest first [default: 16; filters: 128].")
    ] = None,
    filters: Annotated[
        bool, typer.Option("--filters", help="Draw the first layer's filters, without PICTURE.")
    ] = False,
    data: Annotated[
        str | None,
        typer.Option(metavar="DATA", help="In place of PICTURE: find those in DATA that excite --channel most."),
    ] = None,
    split: Annotated[str, typer.Option(help="Of --data, e.g. test, or train[:1000].")] = "test",
    count: Annotated[int, typer.Option(help="How many pictures of --data are shown.")] = _PICTURES,
    by: Annotated[str, typer.Option(help="What is compared: the max or the mean response over a picture.")] = "max",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="A .png, .svg or .html file [default: maps.png]."),
    ] = None,
    force: Force = False,
    label: Label = None,
    strict: Strict = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Draw what layers make of a picture, strongest channels first; one filter's response; filters; what excites one.

    CLASSIFIER PICTURE: a contact sheet for each layer. With --layer and --channel: that response laid over the
    picture. --filters: the first layer's filters. --data with --layer and --channel: the pictures that excite it most.
    With --json a figure is only written if -o says where.
    """
    _check(picture, layer or [], channel, channels, filters, data, count, by)
    target = output or (None if json else Path("maps.png"))
    if target:
        from catseye.drawing.figure_file import figure_output

        figure_output(target, force=force, read=picture)
    from catseye.classifier.classifier import Classifier

    loaded, name = Classifier.load(classifier), str(classifier)
    if filters:
        answer = _filters(loaded, name, layer or [], channels or _FILTERS)
    elif picture is None:
        from catseye.datasets import load

        assert data is not None
        assert layer
        assert channel is not None
        dataset = load(data, data_dir=data_dir, archives=archives, strict=strict, label=label)
        pictures = dataset[split]
        tell_notes(dataset.notes, [out.to_json() for out in dataset.left_out])
        answer = _exciting(loaded, name, pictures, f"{data}, {split}", layer[0], channel, count, by)
    elif channel is not None:
        answer = _overlay(loaded, name, picture, (layer or [])[0], channel)
    else:
        answer = _sheets(loaded, name, picture, layer or [], channels or _CHANNELS)
    _give(answer, target, name, json)


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
        raise UsageError("name one thing to look at: a PICTURE, the pictures of --data DATA, or --filters.")
    if channel is not None and (len(layers) != 1 or filters):
        raise UsageError(f"--channel N needs the one --layer that it is of; got {len(layers)} layers.")
    if data is not None and channel is None:
        raise UsageError("--data needs --layer NAME and --channel N: what the pictures should excite.")
    if filters and len(layers) > 1:
        raise UsageError(f"--filters are those of one layer, the first; got {len(layers)}.")
    if channels is not None and (channel is not None or not 1 <= channels <= _MOST_MAPS):
        raise UsageError(f"--channels is 1 to {_MOST_MAPS:,}, and not for a single --channel; got {channels}.")
    if len(layers) > _MOST_LAYERS:
        raise UsageError(f"--layer is given at most {_MOST_LAYERS} times; got {len(layers)} layers.")
    if not 1 <= count <= _MOST_PICTURES:
        raise UsageError(f"--count is 1 to {_MOST_PICTURES}; got {count}.")
    if by not in ("max", "mean"):
        raise UsageError(f"--by is max or mean; got {by!r}.")


def _sheets(classifier: Classifier, name: str, picture: Path, layers: list[str], count: int) -> _Answer:
    from catseye.drawing.numbers import three_digits
    from catseye.insight.maps.maps import compute_feature_maps
    from catseye.insight.maps.sheet import LEGEND, maps_sheet

    found = compute_feature_maps(classifier, picture, layers)
    drawn = sum(min(count, len(layer.maps)) for layer in found.layers)
    if drawn > _MOST_MAPS:
        raise UsageError(f"that makes {drawn:,} maps; at most {_MOST_MAPS:,} are drawn: fewer --channels or --layer.")
    rows = [("layer", "maps>", "silent>", "strongest channels (strength)")]
    for layer in found.layers:
        strongest = ", ".join(f"{one.channel} ({three_digits(one.strength)})" for one in layer.strongest(4))
        rows.append((layer.layer, "×".join(map(str, layer.maps.shape)), f"{layer.zero_channels:,}", strongest))
    title = f"What {name} makes of {picture}"
    json = found.to_json(count)
    return _Answer(json, lambda: maps_sheet(found, name, count), title, (LEGEND,), tuple(rows))


def _overlay(classifier: Classifier, name: str, picture: Path, layer: str, channel: int) -> _Answer:
    from catseye.drawing.numbers import three_digits
    from catseye.insight.maps.maps import STRENGTH, compute_feature_maps
    from catseye.insight.maps.overlay import overlay
    from catseye.insight.maps.positions import locate_positions

    found = compute_feature_maps(classifier, picture, [layer])
    maps = found.layers[0]
    response = maps.channel(channel)
    _, height, width = maps.maps.shape
    places = locate_positions(classifier.network, classifier.preprocess, layer, (height, width))
    json = found.to_json(0)
    json["layers"][0]["channels"] = [response.to_json()]
    numbers = (response.strength, response.mean, response.smallest, response.largest)
    values = (*map(three_digits, numbers), f"{response.share_active:.0%}")
    rows = (("strength>", "mean>", "smallest>", "largest>", "places above 0>"), values)
    title = f"{layer}, channel {channel}, of {name} on {picture}"
    words = f"Strength: {STRENGTH}. A place of the map is drawn over the middle of its receptive field."
    return _Answer(json, lambda: overlay(found, channel, places), title, (words,), rows)


def _filters(classifier: Classifier, name: str, layers: list[str], count: int) -> _Answer:
    from catseye.drawing.numbers import three_digits
    from catseye.insight.maps.filters import read_first_filters
    from catseye.insight.maps.filters_figure import COLOURS, GREYS, filters_sheet

    found = read_first_filters(classifier.network, layers[0] if layers else None)
    largest = ", ".join(f"{one} ({three_digits(found.norms[one])})" for one in found.largest(4))
    shape = "×".join(map(str, found.weights.shape))
    rows = (("layer", "weights>", "largest filters (norm)"), (found.layer, shape, largest))
    words = COLOURS if found.weights.shape[1] == 3 else GREYS
    title = f"The filters of {name}'s first layer"
    return _Answer(found.to_json(count), lambda: filters_sheet(found, name, count), title, (words,), rows)


def _exciting(
    classifier: Classifier, name: str, pictures: Pictures, data: str, layer: str, channel: int, count: int, by: str
) -> _Answer:
    from catseye.drawing.labels import shortened
    from catseye.drawing.numbers import three_digits
    from catseye.insight.maps.top_pictures import find_top_pictures
    from catseye.insight.maps.top_pictures_figure import explained, top_pictures_sheet

    measure: Measure = "max" if by == "max" else "mean"
    found = find_top_pictures(
        classifier.network, classifier.preprocess, pictures, layer, channel, count=count, measure=measure
    )
    json = found.to_json() | {"data": data}
    usual = f"mean over all {three_digits(json['mean_response'])}, above 0 for {json['share_excited']:.0%}"
    where = f"{shortened(name, 40, tail=True)} on {shortened(data, 40)}"
    line = f"{where}: {len(found.pictures)} of {len(pictures):,} pictures; {usual}"
    rows = [("response>", "class", "picture")]
    rows += [(three_digits(one.response), one.class_name, one.picture) for one in found.pictures]
    title = f"What excites channel {channel} of {layer} most"
    return _Answer(json, lambda: top_pictures_sheet(found, line), title, (line, explained(found)), tuple(rows))


def _give(answer: _Answer, target: Path | None, classifier: str, json: bool) -> None:
    """Write the figure if it is wanted, and print JSON or a table."""
    if target:
        from catseye.drawing.figure_file import write_figure

        write_figure(target, answer.draw, answer.title, answer.paragraphs)
    if json:
        print_json({"classifier": classifier} | answer.json | {"figure": str(target) if target else None})
        return
    out = console()
    out.print(plain(answer.title))
    out.print(table(answer.rows[0], answer.rows[1:]))
    out.print(f"wrote {plain(str(target))}", soft_wrap=True)
