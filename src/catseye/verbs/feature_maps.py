"""What the layers of a network respond to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.arguments import read_names, with_checked_arguments
from catseye.datasets import open_dataset
from catseye.errors import UsageError, with_short_traceback
from catseye.insight.maps.channel_response import compute_channel_response
from catseye.insight.maps.filters import read_first_filters
from catseye.insight.maps.maps import compute_feature_maps
from catseye.insight.maps.selection import (
    MOST_LAYERS,
    MOST_MAPS,
    check_size,
    default_count,
    fits_page,
    select_layers,
)
from catseye.insight.maps.top_pictures import MEASURES, find_top_pictures
from catseye.networks.layers import every_map
from catseye.verbs.sources import open_classifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.classifier.classifier import Classifier
    from catseye.datasets.loading import DataSource
    from catseye.images.inputs import Picture
    from catseye.insight.maps.channel_response import ChannelResponse
    from catseye.insight.maps.filters import Filters
    from catseye.insight.maps.maps import FeatureMaps
    from catseye.insight.maps.top_pictures import Measure, TopPictures
    from catseye.verbs.sources import ClassifierSource

_FILTERS, _PICTURES, _MOST_PICTURES = 128, 9, 36


@with_short_traceback
@with_checked_arguments
def maps(
    classifier: ClassifierSource,
    picture: Picture | None = None,
    *,
    layer: str | Sequence[str] | None = None,
    channel: int | None = None,
    channels: int | None = None,
    all_layers: bool = False,
    filters: bool = False,
    data: DataSource | None = None,
    split: str = "test",
    count: int = _PICTURES,
    by: str = "max",
    label: str | None = None,
    strict: bool = False,
    archives: str | Path | None = None,
    data_dir: str | Path | None = None,
    weights: str | Path | None = None,
) -> FeatureMaps | ChannelResponse | Filters | TopPictures:
    """Show the feature maps of a picture, filters, or the pictures that activate a channel most.

    With a picture, show the channels with the most contrast in some layers, on one page; with one layer and a channel,
    overlay that response on the picture. With ``filters``, show the filters of the first layer. With ``data``, a layer
    and a channel, show the pictures with the strongest response.

    Parameters
    ----------
    classifier
        A classifier, a run, the path of either, or a backbone's name.
    picture
        A path, a Pillow image or an array, as for :meth:`catseye.Classifier.predict`.
    layer
        One or several names as in :func:`catseye.networks.layers.layer_names`, in a list or as comma-separated text;
        by default at most five layers whose values come from an activation, spread over the depth.
    channel
        Number of one channel of ``layer``, from 0.
    channels
        Number of channels of each layer, most contrast first, 1 to 1,024; by default as many as fit on a page,
        and 128 filters.
    all_layers
        Draw all layers, on as long a sheet as needed. Named layers that do not fit on a page are drawn in the same way.
        The command's option is ``--all``, which Python reserves.
    filters
        Draw the filters of the first layer.
    data, split
        A data set, as for :func:`catseye.train`; and which of its pictures to search.
    count
        Number of pictures of ``data`` to show, 1 to 36.
    by
        ``"max"`` or ``"mean"``: rank the pictures by their largest or mean response.
    label, strict, archives, data_dir
        As for :func:`catseye.load`, if ``data`` is not loaded yet.
    weights
        Weights of a backbone named as ``classifier``: a .safetensors or .pth file, or of VGG one of Keras's; by default
        the official ones.

    Raises
    ------
    UsageError
        The options do not go together; there is no such classifier, layer, channel or data set; the layer has no maps.
    PictureError
        The picture cannot be used.

    Examples
    --------
    With a run of ``catseye train digits --out my-run`` and a picture of a handwritten digit:

    >>> import catseye
    >>> catseye.maps("my-run", "digit.png", layer="relu1")
    FeatureMaps(digit.png in my-run: layer relu1)
    """
    layers = read_names("layer", () if layer is None else layer)
    asked = _Asked(layers, channel, channels, all_layers=all_layers, filters=filters)
    asked.check(picture is not None, data is not None, count, by)
    opened, name = open_classifier(classifier, weights, needs_classes=False)
    if filters:
        found = read_first_filters(opened.network, layers[0] if layers else None)
        return replace(found, classifier=name, count=channels or _FILTERS)
    if data is not None:
        dataset = open_dataset(data, data_dir=data_dir, archives=archives, strict=strict, label=label)
        called = str(data) if isinstance(data, str | Path) else dataset.info.name
        assert channel is not None
        measure: Measure = "max" if by == "max" else "mean"
        top = find_top_pictures(
            opened.network, opened.preprocess, dataset[split], layers[0], channel, count=count, measure=measure
        )
        called = f"{called}, {split}"
        return replace(top, classifier=name, data=called, notes=dataset.notes, left_out=dataset.left_out)
    assert picture is not None
    if channel is not None:
        return compute_channel_response(opened, picture, layers[0], channel, name)
    return _maps(opened, name, picture, asked)


@dataclass(frozen=True)
class _Asked:
    """Which maps are wanted."""

    layers: tuple[str, ...]
    channel: int | None
    channels: int | None
    all_layers: bool
    filters: bool

    def check(self, has_picture: bool, has_data: bool, count: int, by: str) -> None:
        """Raise `UsageError` if options do not go together, before any work."""
        if [has_picture, has_data, self.filters].count(True) != 1:
            raise UsageError("give exactly one of a picture, data and filters.")
        if self.channel is not None and (len(self.layers) != 1 or self.filters):
            raise UsageError(f"channel needs exactly one layer; got {len(self.layers)}.")
        if has_data and self.channel is None:
            raise UsageError("data needs a layer and a channel.")
        if self.filters and len(self.layers) > 1:
            raise UsageError(f"filters takes at most one layer; got {len(self.layers)}.")
        if self.channels is not None and (self.channel is not None or not 1 <= self.channels <= MOST_MAPS):
            raise UsageError(
                f"channels must be between 1 and {MOST_MAPS:,}, and cannot be combined with channel; "
                f"got {self.channels}."
            )
        if len(self.layers) > MOST_LAYERS:
            raise UsageError(f"at most {MOST_LAYERS} layers are drawn; got {len(self.layers)}.")
        if self.all_layers and (self.layers or not has_picture):
            raise UsageError("all layers are drawn of a picture, and without naming one.")
        if not 1 <= count <= _MOST_PICTURES:
            raise UsageError(f"count must be between 1 and {_MOST_PICTURES}; got {count}.")
        if by not in MEASURES:
            raise UsageError(f"by must be max or mean; got {by!r}.")


def _maps(classifier: Classifier, name: str, picture: Picture, asked: _Asked) -> FeatureMaps:
    if asked.all_layers:
        layers = every_map(classifier.network, classifier.preprocess.shape)
    else:
        layers = dict.fromkeys(asked.layers, "") or select_layers(classifier.network, classifier.preprocess.shape)
    found = compute_feature_maps(classifier, picture, layers)
    sizes = [len(layer.maps) for layer in found.layers]
    count = asked.channels or default_count(len(sizes), long=asked.all_layers)
    drawn = [min(count, size) for size in sizes]
    check_size(drawn)
    return replace(found, classifier=name, count=count, long=asked.all_layers or not fits_page(drawn))
