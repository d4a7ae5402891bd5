"""What is found in a network's maps, in every form in which it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catseye.drawing.numbers import three_digits
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.insight.maps.filters_figure import COLOURS, GREYS, draw_filters
from catseye.insight.maps.maps import STRENGTH
from catseye.insight.maps.overlay import draw_overlay
from catseye.insight.maps.receptive_field_figure import draw_receptive_fields
from catseye.insight.maps.sheet import LEGEND, draw_maps
from catseye.insight.maps.top_pictures_figure import draw_top_pictures, explain_numbers, headline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from catseye.arrays import Pixels
    from catseye.insight.maps.filters import Filters
    from catseye.insight.maps.maps import FeatureMaps, LayerMaps
    from catseye.insight.maps.positions import Positions
    from catseye.insight.maps.receptive_field import ReceptiveField
    from catseye.insight.maps.top_pictures import TopPictures

_NAMED = 4  # strongest channels, or largest filters, in a table


def view_maps(found: FeatureMaps, classifier: str, count: int) -> View:
    """Return the maps of a picture, the ``count`` strongest channels of each layer."""
    title = f"Feature maps of {found.prediction.picture} in {classifier}"
    columns = ("layer", "maps>", "all zero>", "strongest channels (strength)")
    return View(
        title,
        (title, Table(columns, tuple(map(_layer_row, found.layers)))),
        lambda: {"classifier": classifier} | found.to_json(count),
        lambda: draw_maps(found, classifier, count),
        (LEGEND,),
    )


def view_channel(found: FeatureMaps, classifier: str, channel: int, places: Positions) -> View:
    """Return the response of one channel of the first layer found, laid over the picture."""
    layer = found.layers[0]
    response = layer.channel(channel)
    title = f"{layer.layer}, channel {channel}, of {classifier} on {found.prediction.picture}"
    columns = ("strength>", "mean>", "smallest>", "largest>", "positions above 0>")
    numbers = (response.strength, response.mean, response.smallest, response.largest)

    def to_json() -> dict[str, Any]:
        json = {"classifier": classifier} | found.to_json(0)
        json["layers"][0]["channels"] = [response.to_json()]
        return json

    return View(
        title,
        (title, Table(columns, ((*map(three_digits, numbers), f"{response.share_active:.0%}"),))),
        to_json,
        lambda: draw_overlay(found, channel, places),
        (f"Strength: {STRENGTH}. A position of the map is drawn over the middle of its receptive field.",),
    )


def view_filters(filters: Filters, classifier: str, count: int) -> View:
    """Return the ``count`` filters of a first layer that have the largest norm."""
    title = f"First-layer filters of {classifier}"
    largest = ", ".join(f"{number} ({three_digits(filters.norms[number])})" for number in filters.largest(_NAMED))
    row = (filters.layer, _size(filters.weights.shape), largest)
    return View(
        title,
        (title, Table(("layer", "weights>", "largest filters (norm)"), (row,))),
        lambda: {"classifier": classifier} | filters.to_json(count),
        lambda: draw_filters(filters, classifier, count),
        (COLOURS if filters.weights.shape[1] == 3 else GREYS,),
    )


def view_top_pictures(found: TopPictures, classifier: str, data: str) -> View:
    """Return the top-activating pictures of a channel; ``data`` is what the data set and split are called."""
    json = {"classifier": classifier} | found.to_json() | {"data": data}
    usual = f"mean over all {three_digits(json['mean_response'])}, above 0 for {json['share_excited']:.0%}"
    line = f"{classifier} on {data}: {len(found.pictures)} of {len(found.responses):,} pictures; {usual}"
    rows = tuple((three_digits(one.response), one.class_name, one.picture) for one in found.pictures)
    return View(
        headline(found),
        (headline(found), Table(("response>", "class", "picture"), rows)),
        lambda: json,
        lambda: draw_top_pictures(found, line),
        (line, explain_numbers(found)),
    )


def view_receptive_fields(
    fields: Sequence[ReceptiveField],
    network: str,
    shape: Sequence[int],
    drawn: Mapping[str, ReceptiveField] | None = None,
    pixels: Pixels | None = None,
) -> View:
    """Return the receptive field of each layer, for pictures of ``shape`` (H, W, C).

    With ``pixels`` uint8 (H, W, C) there is a figure: the fields ``drawn``, by name, over that picture.
    """
    title = f"Receptive field of the centre value of each layer of {network}"
    columns = ("layer", "kind", "worked out>", "in the picture>", "measured>", "from row, column>", "")
    words = "pixels of the picture that the centre value of the layer depends on, height × width"
    return View(
        title,
        (Table(columns, tuple(map(_field_row, fields))), words),
        lambda: {"network": network, "input": list(shape), "layers": [field.to_json() for field in fields]},
        None if pixels is None else lambda: draw_receptive_fields(pixels, drawn or {}, title),
    )


def _layer_row(layer: LayerMaps) -> tuple[str, ...]:
    strongest = ", ".join(f"{one.channel} ({three_digits(one.strength)})" for one in layer.strongest(_NAMED))
    return layer.layer, _size(layer.maps.shape), f"{layer.zero_channels:,}", strongest


def _field_row(field: ReceptiveField) -> tuple[str, ...]:
    return (
        field.layer,
        field.kind,
        _size(field.analytic),
        _size(field.visible),
        _size(field.measured),
        f"{field.top}, {field.left}",
        "equal" if field.agrees else "DIFFERS",
    )


def _size(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape))
