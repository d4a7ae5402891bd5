"""What is found in a network's maps, in every form in which it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.answer import make_view
from catseye.drawing.numbers import percent, three_digits
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.insight.maps.channel_response import ChannelResponse
from catseye.insight.maps.filters import Filters
from catseye.insight.maps.filters_figure import draw_filters, explain_colours
from catseye.insight.maps.maps import STRENGTH, FeatureMaps
from catseye.insight.maps.overlay import draw_overlay
from catseye.insight.maps.page import draw_page
from catseye.insight.maps.receptive_field import ReceptiveFields
from catseye.insight.maps.receptive_field_figure import draw_receptive_fields
from catseye.insight.maps.sheet import LEGEND, SCALES, draw_sheet
from catseye.insight.maps.top_pictures import TopPictures
from catseye.insight.maps.top_pictures_figure import draw_top_pictures, explain_numbers, headline
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.insight.maps.maps import LayerMaps
    from catseye.insight.maps.receptive_field import ReceptiveField

_FIELDS = (
    "Height × width in pixels of what the centre value of a layer depends on. Computed: from the sizes, strides and "
    "padding of the windows. Measured: from the first to the last pixel that the value's gradient reaches; the first "
    "row and column are counted from 0."
)
_WHY_APART = (
    "measured is what the value depends on. Computed is an upper bound where padding within the network, or values "
    "that a window skips, lie at the picture's edge."
)
_NAMED = 4  # channels with most contrast, or largest filters, in a table


@make_view.register(FeatureMaps)
def view_maps(found: FeatureMaps) -> View:
    """Return the maps of a picture, of each layer the channels with most contrast."""
    title = f"Feature maps of {found.prediction.picture} in {found.classifier}"
    columns = ("layer", "maps>", "all zero>", "most contrast: channels (standard deviation)")
    return View(
        title,
        (title, Table(columns, tuple(map(_layer_row, found.layers)))),
        lambda: draw_sheet(found) if found.long else draw_page(found),
        (LEGEND if found.long else f"{SCALES}; below it is the number of its channel.",),
    )


@make_view.register(ChannelResponse)
def view_channel(shown: ChannelResponse) -> View:
    """Return the response of one channel, laid over the picture."""
    layer = shown.maps.layers[0]
    response = layer.channel(shown.channel)
    where = f"{shown.maps.classifier} on {shown.maps.prediction.picture}"
    title = f"{layer.layer}, channel {shown.channel}, of {where}"
    columns = ("strength>", "mean>", "smallest>", "largest>", "positions above 0>")
    numbers = (response.strength, response.mean, response.smallest, response.largest)
    return View(
        title,
        (title, Table(columns, ((*map(three_digits, numbers), percent(response.share_active, 0)),))),
        lambda: draw_overlay(shown),
        (f"Strength: {STRENGTH}. A position of the map is drawn over the middle of its receptive field.",),
    )


@make_view.register(Filters)
def view_filters(filters: Filters) -> View:
    """Return the filters of a first layer that have the largest norm."""
    title = f"First-layer filters of {filters.classifier}"
    largest = ", ".join(f"{number} ({three_digits(filters.norms[number])})" for number in filters.largest(_NAMED))
    row = (filters.layer, _size(filters.weights.shape), largest)
    return View(
        title,
        (title, Table(("layer", "weights>", "largest filters (norm)"), (row,)), *explain_colours(filters)),
        lambda: draw_filters(filters),
        explain_colours(filters),
        bare=lambda: draw_filters(filters, words=False),
    )


@make_view.register(TopPictures)
def view_top_pictures(found: TopPictures) -> View:
    """Return the top-activating pictures of a channel."""
    json = found.to_json()
    usual = f"mean over all {three_digits(json['mean_response'])}, above 0 for {percent(json['share_excited'], 0)}"
    searched = counted(len(found.responses), "picture")
    line = f"{found.classifier} on {found.data}: {len(found.pictures)} of {searched}; {usual}"
    rows = tuple((three_digits(one.response), one.class_name, one.picture) for one in found.pictures)
    sentences = line, explain_numbers(found)
    return View(
        headline(found),
        (headline(found), Table(("response>", "class", "picture"), rows), *sentences),
        lambda: draw_top_pictures(found, sentences),
        sentences,
        bare=lambda: draw_top_pictures(found),
    )


@make_view.register(ReceptiveFields)
def view_receptive_fields(found: ReceptiveFields) -> View:
    """Return the receptive field of each layer and, where there is a picture, its figure: the fields over that."""
    title = f"Receptive field of the centre value of each layer of {found.network}"
    columns = ("layer", "kind", "computed>", "within the picture>", "measured>", "first row, column>")
    return View(
        title,
        (Table(columns, tuple(map(_field_row, found.fields))), _FIELDS, _agreement(found.fields)),
        (lambda: draw_receptive_fields(found.pixels, found.drawn, title, found.shape)) if found.drawn else None,
    )


def _layer_row(layer: LayerMaps) -> tuple[str, ...]:
    clearest = ", ".join(f"{one.channel} ({three_digits(one.contrast)})" for one in layer.clearest(_NAMED))
    channels, *sides = layer.maps.shape
    return layer.title, _size((*sides, channels)), f"{layer.zero_channels:,}", clearest


def _field_row(field: ReceptiveField) -> tuple[str, ...]:
    return (
        field.layer,
        field.kind,
        _size(field.analytic) if field.analytic else "?",
        _size(field.visible) if field.visible else "?",
        _size(field.measured),
        f"{field.top}, {field.left}",
    )


def _agreement(fields: Sequence[ReceptiveField]) -> str:
    """Return whether the measured fields agree with the computed ones."""
    if any(field.estimated for field in fields):
        unknown = (
            ""
            if all(field.analytic for field in fields)
            else "?: not known, as there are steps that cannot be followed. "
        )
        return (
            f"{unknown}Measured on pictures of noise, as there are layers or steps of your own: what a maximum or relu "
            "hides in all of them is not seen."
        )
    apart = [field.layer for field in fields if not field.agrees]
    if apart:
        return f"Measured and computed differ in {', '.join(apart)}: {_WHY_APART}"
    return "In every layer, the measured field is the part of the computed one that lies in the picture."


def _size(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape))
