"""What channels at several depths look for, up to a class: how it is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from catseye.errors import UsageError
from catseye.evaluation.calibration import softmax
from catseye.insight.hierarchy.hierarchy import Example, Hierarchy, Level, Patch
from catseye.insight.hierarchy.search import measure_contributions, search_pictures
from catseye.insight.ideal.channel_ideals import make_channel_ideals
from catseye.insight.ideal.ideals import choose_targets, find_ideals
from catseye.insight.ideal.small_field import SeenPatch
from catseye.insight.maps.positions import locate_positions
from catseye.networks.layers import activated_layers
from catseye.networks.summarising import summarise

if TYPE_CHECKING:
    from catseye.arrays import Floats
    from catseye.classifier.classifier import Classifier
    from catseye.datasets.pictures import Pictures
    from catseye.insight.hierarchy.search import LayerResponses
    from catseye.insight.maps.positions import Positions

MOST_SEARCHED = 400  # pictures, evenly spread over those that are given
_JUDGED = 8  # pictures with the class's largest logits, over which contributions are averaged
_LEAST, _MOST = 1 / 14, 1 / 2  # of the picture's side: how small and how large a patch is


@dataclass(frozen=True)
class Wanted:
    """How much is shown.

    Attributes
    ----------
    levels : int
        Layers, at most, spread over the depth.
    channels : int
        Channels of each.
    count : int
        Patches of each channel.
    steps : int, optional
        Steps of gradient ascent; by default 48.
    seed : int
    """

    levels: int = 4
    channels: int = 3
    count: int = 3
    steps: int | None = None
    seed: int = 0

    def check(self) -> None:
        """Raise `UsageError` if a number is out of range."""
        for name, most in (("levels", 6), ("channels", 4), ("count", 6)):
            if not 1 <= getattr(self, name) <= most:
                raise UsageError(f"{name} must be between 1 and {most}; got {getattr(self, name)}.")
        if self.steps is not None and self.steps < 1:
            raise UsageError(f"steps must be at least 1; got {self.steps}.")


def build_hierarchy(
    classifier: Classifier, name: str, pictures: Pictures, data: str, class_name: str | int | None, wanted: Wanted
) -> Hierarchy:
    """Return what the channels that contribute most to a class look for, at several depths.

    Parameters
    ----------
    classifier, name
        A classifier, and what it is called.
    pictures, data
        The pictures that are searched, 400 at most, evenly spread; and what they are called.
    class_name
        A class of the classifier; by default the one with the largest mean probability over the pictures.
    wanted

    Raises
    ------
    UsageError
        There are no pictures, no such class, the network has no convolution, or a number is out of range.
    """
    wanted.check()
    if not len(pictures):
        raise UsageError("there are no pictures to search.")
    number = None if class_name is None else classifier.class_index(class_name)
    layers = _choose_layers(classifier, name, wanted.levels)
    pictures = pictures[:: -(-len(pictures) // MOST_SEARCHED)]
    responses, logits = search_pictures(classifier, pictures, list(layers))
    probabilities = softmax(logits, classifier.calibration.temperature)
    if number is None:
        number = int(probabilities.mean(0).argmax())
    first = _largest(logits[:, number], _JUDGED)
    pixels = np.stack([pictures.pixels(index, classifier.preprocess) for index in first])
    contributions = measure_contributions(classifier, pixels, list(layers), number)
    levels = [
        _level(classifier, pictures, layer, stage, responses[layer], contributions[layer], wanted)
        for layer, stage in layers.items()
    ]
    (ideal,) = find_ideals(classifier, choose_targets(classifier, [number]), seed=wanted.seed).pictures
    # Of the class there is room for as many pictures as the channels above have together, less their ideal pictures.
    shown = _largest(probabilities[:, number], wanted.channels * (wanted.count + 1) - 1)
    whole = tuple(
        Patch(
            pictures.name(index),
            pictures.classes[int(pictures.labels[index])],
            float(probabilities[index, number]),
            pictures.pixels(index, classifier.preprocess),
        )
        for index in shown
    )
    top = Example(number, float(logits[first, number].mean()), ideal, whole)
    side = classifier.preprocess.height, classifier.preprocess.width
    field = summarise(classifier.network, classifier.preprocess.shape).layers[-1].receptive_field
    shown_class = classifier.classes[number]
    return Hierarchy(name, data, len(pictures), side, tuple(levels), shown_class, top, wanted.seed, field=field)


def _choose_layers(classifier: Classifier, name: str, count: int) -> dict[str, str]:
    """Return layers behind activations, spread evenly from the first to the last, each with its stage's name."""
    found = list(activated_layers(classifier.network, classifier.preprocess.shape).items())
    if not found:
        raise UsageError(f"{name} has no convolution: none of its layers has channels with maps.")
    count = min(count, len(found))
    return dict(found[round(number * (len(found) - 1) / max(1, count - 1))] for number in range(count))


def _level(
    classifier: Classifier,
    pictures: Pictures,
    layer: str,
    stage: str,
    responses: LayerResponses,
    contributions: Floats,
    wanted: Wanted,
) -> Level:
    positions = locate_positions(classifier.network, classifier.preprocess, layer, responses.size)
    chosen = _largest(contributions, wanted.channels)
    seen = {channel: _strongest(classifier, pictures, channel, responses, positions) for channel in chosen}
    ideals = make_channel_ideals(classifier, layer, seen, wanted.steps, wanted.seed)
    examples = []
    for channel, ideal in zip(chosen, ideals, strict=True):
        top = responses.top_pictures(channel, wanted.count)
        patches = tuple(_patch(classifier, pictures, index, channel, responses, positions) for index in top)
        examples.append(Example(channel, float(contributions[channel]), ideal, patches))
    return Level(layer, stage, len(contributions), positions.field, positions.exact, tuple(examples))


def _strongest(
    classifier: Classifier, pictures: Pictures, channel: int, responses: LayerResponses, positions: Positions
) -> SeenPatch:
    """Return the picture with the channel's largest response, and where its field begins."""
    (index,) = responses.top_pictures(channel, 1)
    row, column = divmod(int(responses.at[index, channel]), responses.size[1])
    corner = positions.start[0] + row * positions.step[0], positions.start[1] + column * positions.step[1]
    return SeenPatch(pictures.pixels(index, classifier.preprocess), corner, float(responses.largest[index, channel]))


def _patch(
    classifier: Classifier,
    pictures: Pictures,
    index: int,
    channel: int,
    responses: LayerResponses,
    positions: Positions,
) -> Patch:
    """Return what of a picture the channel's strongest position sees: at least and at most a share of the picture."""
    position = divmod(int(responses.at[index, channel]), responses.size[1])
    middle = positions.middle(*position)
    spans = [
        _span(centre, field, side)
        for centre, field, side in zip(middle, positions.field, positions.picture, strict=True)
    ]
    (top, bottom), (left, right) = spans
    pixels = pictures.pixels(index, classifier.preprocess)[:, top:bottom, left:right]
    first_row, first_column, last_row, last_column = positions.box(*position)
    box = (
        max(first_row - top, 0.0),
        max(first_column - left, 0.0),
        min(last_row, bottom) - top,
        min(last_column, right) - left,
    )
    covers = box == (0.0, 0.0, float(bottom - top), float(right - left))
    label = pictures.classes[int(pictures.labels[index])]
    response = float(responses.largest[index, channel])
    at_edge = positions.is_at_edge(*position)
    return Patch(pictures.name(index), label, response, pixels, None if covers else box, at_edge)


def _span(centre: float, field: float, side: int) -> tuple[int, int]:
    """Return from where to where along an axis a patch reaches: the field, within limits, moved into the picture."""
    length = round(min(max(field, side * _LEAST, 3), max(side * _MOST, 3), side))
    start = min(max(round(centre - length / 2), 0), side - length)
    return start, start + length


def _largest(values: Floats, count: int) -> list[int]:
    """Return the indices of the largest values, largest first; of equal ones the first."""
    order: list[int] = np.argsort(-values, kind="stable")[:count].tolist()
    return order
