"""The response of one channel to a picture, position by position."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from catseye.drawing.answer import Answer
from catseye.insight.maps.maps import compute_feature_maps
from catseye.insight.maps.positions import locate_positions

if TYPE_CHECKING:
    from catseye.classifier.classifier import Classifier
    from catseye.images.inputs import Picture
    from catseye.insight.maps.maps import FeatureMaps
    from catseye.insight.maps.positions import Positions


@dataclass(frozen=True, eq=False, repr=False)
class ChannelResponse(Answer):
    """How one filter responds to a picture, and where.

    Attributes
    ----------
    maps : FeatureMaps
        Those of the channel's layer alone.
    channel : int
        Number of the channel, from 0.
    positions : Positions
        Where in the picture the positions of the map lie.
    """

    maps: FeatureMaps
    channel: int
    positions: Positions

    def __repr__(self) -> str:
        found = self.maps
        where = f"channel {self.channel} of {found.layers[0].layer} in {found.classifier}"
        return f"ChannelResponse({where} to {found.prediction.picture})"

    def to_json(self) -> dict[str, Any]:
        """Return the response as JSON values, in the form of all feature maps."""
        json = replace(self.maps, count=0).to_json()
        json["layers"][0]["channels"] = [self.maps.layers[0].channel(self.channel).to_json()]
        return json


def compute_channel_response(
    classifier: Classifier, picture: Picture, layer: str, channel: int, name: str = "the classifier"
) -> ChannelResponse:
    """Return the response of one channel to a picture.

    Parameters
    ----------
    classifier, picture
        As for :func:`~catseye.insight.maps.maps.compute_feature_maps`.
    layer, channel
        A layer's name, and the channel's number, from 0.
    name
        What the classifier is called in the answer.

    Raises
    ------
    UsageError
        There is no such layer or channel, or the layer has no maps.
    PictureError
        The picture cannot be used.
    """
    found = replace(compute_feature_maps(classifier, picture, [layer]), classifier=name)
    _, height, width = found.layers[0].maps.shape
    found.layers[0].channel(channel)  # says if there is no such channel
    positions = locate_positions(classifier.network, classifier.preprocess, layer, (height, width))
    return ChannelResponse(found, channel, positions)
